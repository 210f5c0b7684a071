"""Writing files so that nobody ever meets half of one."""

from collections.abc import Callable
from pathlib import Path

from smtplesson.errors import LessonError


def write_whole(path: Path, content: bytes | Callable[[], bytes]) -> None:
    """Writes the file; it is whole, or as it was before.

    It is written beside its place and renamed.

    content: the octets, or what makes them, which is called once something can be written there.
    Raises: LessonError if that cannot be done; nothing is left behind then.
    """
    try:
        beside = path.with_name(f".{path.name}.part")
        beside.unlink(missing_ok=True)  # what an interrupted run left, or a link: never followed
    except (OSError, ValueError) as error:  # no name at all, a NUL or half a character in it
        raise _refused(path, error) from error
    try:
        with beside.open("xb") as file:
            file.write(content() if callable(content) else content)
        beside.replace(path)
    except OSError as error:
        raise _refused(path, error) from error
    finally:  # Ctrl-C leaves nothing either
        beside.unlink(missing_ok=True)


def _refused(path: Path, error: Exception) -> LessonError:
    return LessonError(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}")

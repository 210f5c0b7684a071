"""Reading and writing files: nobody ever meets half of one, and what goes wrong names it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from smtplesson.errors import LessonError


@contextmanager
def naming(file: object, done: str, kind: type[LessonError] = LessonError) -> Iterator[None]:
    """Within it, what the system refuses is one line: the file cannot be read, or written, and why.

    file, done: its path, or whatever names it; what is done with it, such as "read".
    Raises: the kind; for a text that is no UTF-8, and for a name that no file can have, too.
    """
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise kind(f"{file}: cannot be {done}: {reason}") from error


def write_whole(path: Path, content: bytes | Callable[[], bytes]) -> None:
    """Writes the file; it is whole, or as it was before.

    It is written beside its place and renamed.

    content: the octets, or what makes them, which is called once something can be written there.
    Raises: LessonError if that cannot be done; nothing is left behind then.
    """
    with naming(path, "written"):
        beside = path.with_name(f".{path.name}.part")
        beside.unlink(missing_ok=True)  # what an interrupted run left, or a link: never followed
    try:
        with beside.open("xb") as file:
            file.write(content() if callable(content) else content)
        beside.replace(path)
    except OSError:  # alone: another fault in what makes the octets is told as it is
        with naming(path, "written"):
            raise
    finally:  # Ctrl-C leaves nothing either
        beside.unlink(missing_ok=True)

"""Writing files so that nobody ever meets half of one."""

from collections.abc import Callable
from errno import EINVAL
from pathlib import Path


def write_whole(path: Path, content: bytes | Callable[[], bytes]) -> None:
    """Writes the file; it is whole, or as it was before.

    It is written beside its place and renamed.

    content: the octets, or what makes them, which is called once something can be written there.
    Raises: OSError if that cannot be done; nothing is left behind then.
    """
    try:
        beside = path.with_name(f".{path.name}.part")
        beside.unlink(missing_ok=True)  # what an interrupted run left, or a link: never followed
    except ValueError as error:  # no name at all, a NUL or half a character in it
        raise OSError(EINVAL, f"no file can have this name: {error}") from error
    try:
        with beside.open("xb") as file:
            file.write(content() if callable(content) else content)
        beside.replace(path)
    except BaseException:  # Ctrl-C too
        beside.unlink(missing_ok=True)
        raise

"""Pictures of a notebook, from files beside it or attached to a cell, put into the page itself."""

import mimetypes
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from unicodedata import normalize
from urllib.parse import unquote

from bs4 import BeautifulSoup

ATTACHED = "attachment:"
Attachments = Mapping[str, Mapping[str, str]]


def meanings(address: str) -> Iterator[tuple[str, str]]:
    """What a relative address may mean: names of a file with the anchor in it, likeliest first.

    People write names with escapes such as %20 or without, and have # and ? in them; the letters
    of a name may be composed (ü) or not (u and ¨), as macOS writes them.
    """
    path, sign, anchor = address.rpartition("#") if "#" in address else (address, "", "")
    for name, rest in ((address, ""), (path, sign + anchor), (path.partition("?")[0], "")):
        for read in (unquote(name), name):
            yield from ((spelt, rest) for spelt in (read, normalize("NFC", read)))
            yield normalize("NFD", read), rest


def with_pictures(html: str, folder: Path, attachments: Attachments) -> str:
    """The fragment of a page with each picture that is found in it, and each tag closed.

    folder: of the notebook; no file outside it is taken.
    attachments: of the cell: each name and its content, base64, by type.
    """
    soup = BeautifulSoup(html, "html.parser")
    for image in soup.find_all("img"):
        address = str(image.get("src", ""))
        if address.startswith("data:"):  # here already, and too long to be looked for
            continue
        attached = address.startswith(ATTACHED)
        find = partial(_attached, attachments) if attached else partial(_beside, folder)
        names = [name for name, _ in meanings(address.removeprefix(ATTACHED))]
        image["src"] = next(filter(None, map(find, names)), address)
    return str(soup)


def _attached(attachments: Attachments, name: str) -> str:
    """The attachment as a data URL, or ""."""
    for kind, content in attachments.get(name, {}).items():
        if kind.startswith("image/"):
            return f"data:{kind};base64,{''.join(content.split())}"
    return ""


def _beside(folder: Path, name: str) -> str:
    """The file as a data URL, or ""."""
    kind = mimetypes.guess_type(Path(name).name, strict=False)[0] or ""
    try:
        path = (folder / name).resolve()
        if kind.startswith("image/") and path.is_relative_to(folder.resolve()):
            return f"data:{kind};base64,{b64encode(path.read_bytes()).decode()}"
    except (OSError, ValueError):  # it is not there, or no file can have this name
        pass
    return ""

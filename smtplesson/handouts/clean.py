"""Cleaning a page: nothing that runs or loads, links that lead somewhere, headings in order."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

# Tags that run or load something, or that would dress the page in colours of their own.
FORBIDDEN = (
    *("script", "style", "iframe", "frame", "object", "embed", "applet", "link", "meta", "base"),
    *("form", "input", "button", "select", "textarea", "audio", "video", "portal"),
    *("plaintext", "xmp", "noscript", "template", "title", "main", "body", "html"),
)
LOADS = ("src", "srcset", "poster", "data", "background", "href", "xlink:href", "action")
_NOTEBOOK = re.compile(r"(?!\w+:|//)([^#?]*)\.ipynb(#.*)?")
_LAWFUL = re.compile(r"https?://|mailto:|#|[\w.-]+\.html(#|$)")
# What is around a table: a wide one scrolls, with the keyboard too.
_WIDE = {"class": "wide", "tabindex": "0", "role": "group", "aria-label": "Table"}
GUIDE = "teacher-guide.md"


@dataclass(frozen=True, slots=True)
class Links:
    """Where links may lead.

    pages: the names of the notebooks that have a page beside this one.
    guide: the anchor of the teacher's guide on this page, or "".
    """

    pages: Collection[str] = ()
    guide: str = ""


def balanced(html: str) -> str:
    """The fragment of a page with each tag closed and none that closes what it has not opened."""
    return str(BeautifulSoup(html, "html.parser"))


def clean(html: str, links: Links) -> str:
    """The page with its lesson cleaned; what surrounds the lesson is our own."""
    soup = BeautifulSoup(html, "html.parser")
    main = soup.main
    assert main is not None, "the template makes it"
    for text in main.find_all(string=lambda text: isinstance(text, PreformattedString)):
        text.extract()  # comments, which browsers end where our parser does not
    for tag in main.find_all(FORBIDDEN) + main.select("a.anchor-link"):
        tag.decompose()
    for tag in main.find_all(True):
        _disarm(tag)
    for tag in main.find_all("a"):
        _lead(tag, links)
    for tag in main.find_all("details"):
        tag["open"] = ""  # paper cannot be unfolded
    for tag in main.find_all("table"):
        tag.wrap(soup.new_tag("div", attrs=_WIDE))
    _order_headings(main)
    return str(soup)


def _disarm(tag: Tag) -> None:
    """Takes away what would run or load something."""
    for name, value in list(tag.attrs.items()):
        text = str(value).strip().lower()
        loads = name in LOADS and tag.name != "a" and not text.startswith(("data:image/", "#"))
        styled = name == "style" and re.search(r"url\s*\(|@import|\\", text)
        if loads or styled or name.startswith("on"):
            del tag[name]
    if tag.name == "img" and not tag.get("src"):
        tag.replace_with(f"[Picture: {tag.get('alt') or 'it is not on this page'}]")


def _lead(link: Tag, links: Links) -> None:
    """Leads a link to the page of its notebook; one that would lead nowhere becomes text."""
    target = str(link.get("href", ""))
    if (found := _NOTEBOOK.fullmatch(target)) and found[1] in links.pages:
        target = f"{found[1]}.html{found[2] or ''}"
    elif target.partition("#")[0] == GUIDE and links.guide:
        target = f"#{links.guide}"
    if not _LAWFUL.match(target):
        link.unwrap()
        return
    link["href"] = target


def _order_headings(main: Tag) -> None:
    """One heading of the first level, none that skips a level, and each with an id of its own."""
    before, seen = 0, Counter[str]()
    for heading in main.find_all(re.compile("h[1-6]")):
        level = int(heading.name[1])
        before = min(max(level, 2 if before else 1), before + 1)
        heading.name = f"h{before}"
        if anchor := str(heading.get("id", "")):
            seen[anchor] += 1
            heading["id"] = anchor if seen[anchor] == 1 else f"{anchor}-{seen[anchor]}"

"""Cleaning a page: nothing that runs or loads, links that lead somewhere, headings in order."""

import re
from collections import Counter
from collections.abc import Collection
from posixpath import normpath
from urllib.parse import quote, unquote

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from smtplesson.handouts.pictures import meanings
from smtplesson.handouts.printed_exercises import ANCHOR, GUIDE

# Tags that run or load something, or that would dress the page in colours of their own.
FORBIDDEN = (
    *("script", "style", "iframe", "frame", "object", "embed", "applet", "link", "meta", "base"),
    *("form", "input", "button", "select", "textarea", "audio", "video", "portal"),
    *("plaintext", "xmp", "noscript", "template", "title", "main", "body", "html"),
)
LOADS = ("src", "srcset", "poster", "data", "background", "href", "xlink:href", "action")
_ALLOWED = re.compile(r"https?://|mailto:|#")
# What shows nothing without a script, or without what it loads.
_LIVE = "script, canvas, iframe, object, embed, applet, audio, video"
LONG, FEW = 20, 5  # rows of what a widget lists: from how many on only a few are on paper
_BOARD = ".smtplesson-board table:not(.smtplesson-transcript) tbody"
_MORE = ":not(script, style, link)"  # without which an output only makes ready for later ones
# What is around a table: a wide one scrolls, with the keyboard too.
_WIDE = {"class": "wide", "tabindex": "0", "role": "group", "aria-label": "Table"}


def clean(html: str, shelf: Collection[str]) -> str:
    """The page with its lesson cleaned; what surrounds the lesson is our own.

    shelf: the names of the notebooks that have a page beside this one.
    """
    soup = BeautifulSoup(html, "html.parser")
    main = soup.main
    assert main is not None, "the template makes it"
    for text in main.find_all(string=lambda text: isinstance(text, PreformattedString)):
        text.extract()  # comments, which browsers end where our parser does not
    for box in main.select('input[type="checkbox"]'):
        box.replace_with("☑ " if box.has_attr("checked") else "☐ ")
    for image in main.find_all("img"):
        _check(image)
    live = main.select(f".output:has({_LIVE}):has({_MORE})")
    for tag in main.find_all(FORBIDDEN) + main.select("a.anchor-link"):
        tag.decompose()
    for output in live:
        if not output.get_text(strip=True) and not output.select("img, svg"):
            output.string = "[This output works in the notebook only.]"
    for tag in main.find_all(True):
        _strip_active(tag)
    guide = main.find(id=ANCHOR)
    for tag in main.find_all("a"):
        _relink(tag, shelf, bool(guide))
    for tag in main.find_all("details"):
        tag["open"] = ""  # paper cannot be unfolded
    for tag in main.select(_BOARD):
        _cut(tag)
    for tag in main.find_all("pre"):
        _put_side_by_side(tag)
    for tag in main.find_all("table"):
        row = tag.find("tr")
        if row and row.parent is tag and not row.find("td"):
            row.wrap(soup.new_tag("thead"))  # a first row of nothing but heads: paper repeats it
        tag.wrap(soup.new_tag("div", attrs=_WIDE))
    _order_headings(main)
    return str(soup)


def _cut(rows: Tag) -> None:
    """Leaves a few rows of a long table: one that a widget offers to click is not to be read."""
    more = rows.find_all("tr")[FEW:]
    if len(more) + FEW > LONG:
        for row in more[1:]:
            row.decompose()
        for cell in more[0].find_all("td"):
            cell.decompose()
        head = more[0].th or more[0]
        head["colspan"], head.string = "9", f"{len(more)} more rows in the notebook"


def _put_side_by_side(lines: Tag) -> None:
    """Where each line is a box to tick, as many of them on a line as have room there."""
    boxes = lines.get_text().splitlines()
    if boxes and all(box.startswith("☐ ") for box in boxes):
        lines.string = "   ".join(box.replace(" ", "\u00a0") for box in boxes)


def _check(image: Tag) -> None:
    """Says which picture it is if it is not in the page."""
    address = str(image.get("src", "")).strip()
    if not address.lower().startswith("data:image/"):
        words = filter(None, (unquote(address)[:80], image.get("alt")))
        image.replace_with(f"[Picture missing: {'; '.join(map(str, words))}]")


def _strip_active(tag: Tag) -> None:
    """Takes away what would run or load something."""
    for name, value in list(tag.attrs.items()):
        text = str(value).strip().lower()
        loads = name in LOADS and tag.name != "a" and not text.startswith(("data:image/", "#"))
        styled = name == "style" and re.search(r"url\s*\(|@import|\\", text)
        if loads or styled or name.startswith("on"):
            del tag[name]


def _relink(link: Tag, shelf: Collection[str], has_guide: bool) -> None:
    """Leads a link to the page of its notebook; one that would lead nowhere becomes text."""
    target = str(link.get("href", ""))
    for name, anchor in meanings(target):
        page, _, ending = normpath(name).rpartition(".")
        if ending in ("ipynb", "html") and page in shelf:
            link["href"] = quote(f"{page}.html") + anchor
            return
    if target.partition("#")[0] == GUIDE and has_guide:
        link["href"] = f"#{ANCHOR}"
    elif not _ALLOWED.match(target):
        link.unwrap()


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

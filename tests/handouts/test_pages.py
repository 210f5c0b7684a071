"""The pages: what is on them, and that they neither run nor load anything."""

import re
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize
from urllib.parse import quote, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.figures.reading import contrast
from tests.handouts.helpers import NOTEBOOKS, Pages, code, made, md, output, shown, soup, write

COURSE = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(1)"> & \x1b[31mred\x1b[0m'
LOADS = ("src", "srcset", "poster", "data", "action", "background", "xlink:href")


def loads(page: BeautifulSoup) -> list[str]:
    """What a page would run, or load from elsewhere."""
    found = [str(tag.name) for tag in page.find_all(["script", "iframe", "object", "embed"])]
    for tag in page.find_all(True):
        names = LOADS if tag.name == "a" else (*LOADS, "href")
        values = [str(tag[name]) for name in names if tag.get(name)]
        found += [value for value in values if not value.startswith("data:image/")]
        found += [name for name in tag.attrs if name.startswith("on")]
        found += re.findall(r"url\([^)]*\)|@import", str(tag.get("style", "")))
    return [each for each in found if each not in ("#main", "data:,")]  # the template's own


# ---- the course


@pytest.mark.parametrize("audience", ["student", "teacher"])
@pytest.mark.parametrize("name", [*COURSE, "index"])
def test_a_page_of_the_course(course: Pages, audience: str, name: str) -> None:
    html = course[audience][name]
    assert len(html.encode()) < 1_500_000
    assert "Loading widget" not in html and "widget-view" not in html
    page = soup(html)
    assert loads(page) == []
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert "default-src 'none'" in str(policy)
    css = page.find("style")
    assert css and "url(" not in css.text and "@import" not in css.text
    assert page.html and page.html["lang"] == "en"
    levels = [int(tag.name[1]) for tag in page.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [str(tag["id"]) for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert all(str(image.get("alt", "")).strip() for image in page.find_all("img"))
    assert "MIT licence" in page.select("footer")[0].text


@pytest.mark.parametrize("audience", ["student", "teacher"])
def test_every_link_leads_somewhere(course: Pages, audience: str) -> None:
    pages = {name: soup(html) for name, html in course[audience].items()}
    ids = {name: {str(tag["id"]) for tag in page.select("[id]")} for name, page in pages.items()}
    checked = 0
    for name, page in pages.items():
        for link in page.select("a[href]"):
            target, _, anchor = str(link["href"]).partition("#")
            if target.startswith("http"):
                continue
            there = target.removesuffix(".html") if target else name
            assert there in pages, link
            assert not anchor or anchor in ids[there], link
            checked += 1
    assert checked > 100
    assert 'href="glossary.html#End-of-data"' in course[audience]["02-three-digits"]


def test_the_guide_is_no_link_for_students(course: Pages) -> None:
    page = soup(course["student"]["00-start-here"])
    assert "teacher's guide" in page.text
    assert not page.select('a[href*="guide"]')


def test_pictures_and_widgets_keep_their_words(course: Pages) -> None:
    page = soup(course["student"]["00-start-here"])
    image = page.select("figure img")[0]
    assert str(image["alt"]).startswith("Bar chart of ")
    assert page.select("figure details[open] table")  # and show their numbers
    board = soup(course["student"]["04-limits"]).select(".smtplesson-board")[0]
    assert "a line of 93 octets with CRLF" in board.text


DOT = b"\x89PNG", "data:image/png;base64,iVBORw=="
BESIDE = [  # the name of a file and how people write it
    *(("dot.png", "dot.png"), ("dot.png", "./dot.png?raw=true#left")),
    *(("a dot.png", "a%20dot.png"), ("a dot.png", "a dot.png"), ("dot (1).png", "dot (1).png")),
    *(("Größe.png", "Größe.png"), ("Größe.png", "Gr%C3%B6%C3%9Fe.png")),
    *((normalize("NFD", "Größe.png"), "Größe.png"), ("Größe.png", normalize("NFD", "Größe.png"))),
    *(("a%26b.png", "a%26b.png"), ("a%26b.png", "a%2526b.png")),
    *(("a&b.png", "a%26b.png"), ("a&b.png", "a&b.png"), ("100%.png", "100%.png")),
    *(("C#.png", "C#.png"), ("C#.png", "C%23.png"), ("why?.png", "why?.png")),
]


def test_pictures_beside_the_notebook_are_on_the_page(tmp_path: Path) -> None:
    cells = [md("# One")]
    for number, (file, address) in enumerate(BESIDE):
        path = tmp_path / str(number) / file
        path.parent.mkdir()
        path.write_bytes(DOT[0])
        prose = f"![{number}](<{number}/{address}>)"
        plain = f'<img alt="{number}" src="{number}/{address}">'
        cells += [md(f"{prose}\n\n{plain}\n"), code("x", text_markdown=prose)]
        cells += [code("x", text_html=plain)]
    found = [(image["alt"], image["src"]) for image in shown(tmp_path, *cells).select("main img")]
    assert found == [(str(number), DOT[1]) for number in range(len(BESIDE)) for _ in range(4)]


def test_a_picture_that_is_there_already_is_no_name_of_a_file(tmp_path: Path) -> None:
    kind, _, content = DOT[1].partition("/")
    (tmp_path / kind / content).parent.mkdir()
    (tmp_path / kind / f"{content}.png").write_bytes(b"another")
    address = f"{DOT[1]}.png"
    page = shown(tmp_path, md(f'# One\n\n<img alt="a" src="{address}">'))
    assert [image["src"] for image in page.select("main img")] == [address]


def test_attached_pictures_are_on_the_page(tmp_path: Path) -> None:
    names = ("Screenshot%201.png", "Screenshot 1.png", "Übung.png", "%C3%9Cbung.png")
    prose = [f"![a dot](<attachment:{name}>)" for name in names]
    cell = md("\n\n".join(["# One", *prose, '<img alt="a dot" src="attachment:Übung.png">']))
    content = {"application/pdf": "eA==", "image/png": "iVBO\nRw==\n"}
    cell.attachments = {"Screenshot 1.png": content, "Übung.png": content}
    page = shown(tmp_path, cell, md("![other cell](attachment:Übung.png)"))
    found = [(each["alt"], each["src"]) for each in page.select("main img")]
    assert found == [("a dot", DOT[1])] * 5
    assert "[Picture missing: attachment:Übung.png; other cell]" in page.text


def test_the_page_says_which_picture_is_missing(tmp_path: Path) -> None:
    missing = {
        "![a map](images/gone%20now.png)": "images/gone now.png; a map",
        "![](attachment:gone.png)": "attachment:gone.png",
        "![out](../secret.png)": "../secret.png; out",
        "![link](linked.png)": "linked.png; link",
        "![text](text.txt)": "text.txt; text",
        "![folder](folder.png)": "folder.png; folder",
        "![web](https://a.example/x.png)": "https://a.example/x.png; web",
        '<img src="//a.example/x.png" alt="<b>">': "//a.example/x.png; <b>",
        '<img src="data:text/html,x" alt="a page">': "data:text/html,x; a page",
        f"![long]({'x' * 300}.png)": f"{'x' * 80}; long",
    }
    here = tmp_path / "here"
    (here / "folder.png").mkdir(parents=True)
    (here / "text.txt").touch()
    (tmp_path / "secret.png").touch()
    (here / "linked.png").symlink_to(tmp_path / "secret.png")
    page = shown(here, md("\n\n".join(f"Before {prose} after" for prose in missing)))
    assert not page.select("main img")
    told = [each.text for each in page.select("main p")]
    assert told == [f"Before [Picture missing: {said}] after" for said in missing.values()]


def test_links_to_notebooks_of_any_name(tmp_path: Path) -> None:
    names = ("Unit 1 intro", "Übung", "R&D", "C#", "100%", "why?", "a (b) [c]", "v1.2")
    links = [f"[x](<{name}.ipynb#A-B>) [x](./{quote(name)}.html#A-B)" for name in names]
    first = write(tmp_path / "first.ipynb", md("\n\n".join(["# First", *links])))
    others = [write(tmp_path / f"{name}.ipynb", md(f"# {name}\n\n## A B")) for name in names]
    others[0].write_bytes(b"\xef\xbb\xbf" + others[0].read_bytes())  # Notepad begins files so
    pages = made(tmp_path / "out", first, *others, "--no-run")
    found = [urlsplit(str(link["href"])) for link in soup(pages["first"]).select("main a")]
    wanted = [(f"{name}.html", "A-B") for name in names for _ in range(2)]
    assert [(unquote(link.path), link.fragment) for link in found] == wanted
    on_the_map = [urlsplit(str(link["href"])) for link in soup(pages["index"]).select("h2 a")]
    files = {unquote(link.path) for link in on_the_map}
    assert files == {f"{name}.html" for name in ("first", *names)}
    assert all((tmp_path / "out" / file).is_file() for file in files)


def test_a_list_of_tasks_keeps_its_boxes(tmp_path: Path) -> None:
    page = shown(tmp_path, md("# One\n\n- [ ] to do\n- [x] **done**\n- plain"))
    assert [item.text for item in page.select("main li")] == ["☐ to do", "☑ done", "plain"]


def test_a_first_row_of_heads_is_the_head_of_a_table(tmp_path: Path) -> None:
    html = '<table><caption>c</caption><tr><th scope="col">a</th></tr><tr><td>1</td></tr></table>'
    facts = "<table><tr><th>two</th><td>2</td></tr></table>"
    cells = (code("x", text_html=html), code("x", text_html=facts), md("| b |\n| - |\n| 2 |"))
    page = shown(tmp_path, *cells)
    assert [head.text.strip() for head in page.select("table > thead > tr")] == ["a", "b"]


def test_the_map_tells_of_every_notebook(course: Pages) -> None:
    page = soup(course["student"]["index"])
    assert [str(link["href"]) for link in page.select("h2 a")] == [f"{n}.html" for n in COURSE]
    assert "36 minutes" in page.text
    assert "find a limit by trying n and n + 1" in page.text
    assert page.text.count("You will be able to") == len(COURSE) - 1  # the glossary promises none


def test_the_map_leaves_pictures_where_they_are(tmp_path: Path) -> None:
    first = "# One\n\n![a](<attachment:dot (1).png>)\n\n<img src='dot.png'>\n\nThe lead."
    path = write(tmp_path / "one.ipynb", md(first))
    page = soup(made(tmp_path / "out", path, "--no-run")["index"])
    assert [each.text for each in page.select("h2 ~ *")] == ["The lead."]


# ---- what a notebook may hold


def test_plain_outputs_are_text_and_nothing_else(tmp_path: Path) -> None:
    cell = code("print(HOSTILE)", text_plain=HOSTILE)
    cell.outputs.append(output("error", ename="E", evalue="", traceback=[HOSTILE]))
    cell.outputs += [output("stream", text=f"{HOSTILE}\n"), output("stream", text="bit by bit\n")]
    page = shown(tmp_path, md("# One"), cell)
    assert loads(page) == []
    texts = [pre.text for pre in page.select(".output pre")]
    assert len(texts) == 3 and "red\nbit by bit\n" in texts[-1]
    assert all("<script>alert(1)</script>" in text and "& red" in text for text in texts)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<script src='https://a.example/x.js'></script>",
        "<img src='https://a.example/x.png' alt='a map'>",
        "<img srcset='//a.example/x.png 2x'>",
        "<img src='data:text/html,<script>alert(1)</script>' alt='a page'>",
        "<svg><use href='data:application/xml,<svg/>'/><image href='data:,x'/></svg>",
        "<svg><image href='data:text/html,alert(1)'/></svg>",
        "<table background='data:text/css,a'><tr><td>x</td></tr></table>",
        "<iframe src='https://a.example'></iframe>",
        "<object data='https://a.example'></object>",
        "<link rel=stylesheet href='https://a.example/x.css'>",
        "<style>@import 'https://a.example/x.css';</style>",
        "<p style='background: url(https://a.example/x.png)'>x</p>",
        "<p style='background: u\\72l(https://a.example/x.png)'>x</p>",
        "<p onclick='alert(1)'>x</p>",
        "<svg><image href='https://a.example/x.png'/><use xlink:href='x.svg#a'/></svg>",
        "<svg onload='alert(1)'/>",
        "<form action='https://a.example'><button formaction='x'>x</button></form>",
        "<video poster='x.png' src='x.mp4'></video>",
        "<base href='https://a.example'><meta http-equiv=refresh content='0; url=x'>",
        "</main></body><script>alert(1)</script>",
        "<!--><script>alert(1)</script>-->",
    ],
)
def test_html_of_a_notebook_runs_and_loads_nothing(tmp_path: Path, hostile: str) -> None:
    page = shown(tmp_path, md(f"# One\n\n{hostile}\n\n{hostile}"), code("x", text_html=hostile))
    assert loads(page) == []
    assert "alert" not in " ".join(str(tag) for tag in page.find_all(["script", "style"]))
    assert len(page.find_all("base")) == 0 and len(page.find_all("meta")) == 3
    assert not page.select("form, button, input, video, audio, link[rel=stylesheet]")
    assert "<!" not in str(page.main)  # what is a comment to this parser need be none to another


def test_a_link_that_would_run_something_is_text(tmp_path: Path) -> None:
    page = shown(
        tmp_path,
        md("# One\n\n[a](javascript:alert(1)) [b](data:text/html,x) [c](../../etc/passwd)"),
        code("x", text_html='<a href=" java\nscript:alert(1)">d</a> <a href="//a.example">e</a>'),
    )
    assert [str(link["href"]) for link in page.select("main a")] == []


@pytest.mark.filterwarnings("error")
def test_what_needs_the_notebook_is_told(tmp_path: Path) -> None:
    live: list[dict[str, object]] = [
        {"application/vnd.plotly.v1+json": {"data": []}},
        {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}},
        {"text/html": "<div><script>draw()</script><div id=x></div></div>"},
        {"text/html": "<iframe src='https://a.example'></iframe>"},
    ]
    others: list[dict[str, object]] = [
        {"text/html": "<script>prepare()</script><style>a {}</style>"},
        {"text/html": "<p>Words</p><script>draw()</script>"},
        {"text/html": "<img alt=x src='data:image/png;base64,iVBORw=='><script/>"},
        {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Box()"},
    ]
    cell = code("figure")
    cell.outputs = [output("display_data", data=data) for data in [*live, *others]]
    found = [each.text.strip() for each in shown(tmp_path, cell).select(".output")]
    told = ["[This output works in the notebook only.]"] * len(live)
    assert found == [*told, "", "Words", "", "Box()"]


@pytest.mark.parametrize("kind", ["gif", "jpeg", "png", "webp"])
def test_a_bare_picture_gets_some_words(tmp_path: Path, kind: str) -> None:
    cell = code("picture", **{f"image_{kind}": "iVBORw0K\nGgo=", "text_plain": "<Figure>"})
    image = shown(tmp_path, md("# One"), cell).select("main img")[0]
    assert image["alt"] and image["src"] == f"data:image/{kind};base64,iVBORw0KGgo="


def test_headings_are_put_in_order(tmp_path: Path) -> None:
    page = shown(tmp_path, md("### Deep\n\n# Twice\n\n#### Deeper\n\n# Twice"))
    found = [(tag.name, tag.text) for tag in page.find_all(re.compile("^h[1-6]$"))]
    assert found == [("h1", "Deep"), ("h2", "Twice"), ("h3", "Deeper"), ("h2", "Twice")]
    assert [str(tag["id"]) for tag in page.find_all("h2")] == ["Twice", "Twice-2"]


def test_a_notebook_without_a_heading_gets_its_name(tmp_path: Path) -> None:
    page = shown(tmp_path, code("1 + 1", text_plain="2"))
    assert [tag.text for tag in page.find_all("h1")] == ["one"]
    assert page.title and page.title.text == "one"
    assert [pre.text for pre in page.select("pre")] == ["1 + 1\n", "2"]
    assert shown(tmp_path).find("h1")  # an empty one too


def test_what_calls_itself_an_exercise_elsewhere_is_left_alone(tmp_path: Path) -> None:
    page = shown(tmp_path, code('exercise("99-1")'), code("task.check(1)", text_plain="Right."))
    assert "Right." in page.text and not page.select(".exercise")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_of_text_can_be_read(tmp_path: Path, theme: str) -> None:
    html = made(tmp_path, "glossary", "--no-run", "--theme", theme)["glossary"]
    assert f'data-theme="{theme}"' in html[:200]
    light, dark = re.findall(r"\{(?:\s*color-scheme: \w+;)?\s*(--ink[^}]*)\}", html)[:2]
    colours = dict(re.findall(r"--(\w+): (#\w+)", light if theme == "light" else dark))
    for name in ("ink", "quiet", "accent", "keyword", "string", "number", "comment"):
        for ground in ("paper", "sheet"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def test_of_what_a_widget_only_offers_a_few_rows_are_on_paper(tmp_path: Path) -> None:
    def table(rows: int, kind: str = "") -> str:
        inner = "".join(f"<tr><th>{n}</th><td>x</td></tr>" for n in range(rows))
        board = f"<table class='{kind}'><tbody>{inner}</tbody></table>"
        return f"<section class='smtplesson-board'>{board}</section>"

    whole = (table(20), table(64, "smtplesson-transcript"), "<table>" + "<tr><td>x</td></tr>" * 64)
    cells = [code("x", text_html=html) for html in (table(64), *whole)]
    tables = shown(tmp_path, *cells).select("table")
    assert [len(each.select("tr")) for each in tables] == [6, 20, 64, 64]
    assert [each.text for each in tables[0].select("th")][-2:] == [
        "4",
        "59 more rows in the notebook",
    ]

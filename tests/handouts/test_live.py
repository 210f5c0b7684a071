"""The live page as a file: what it is made of, what it may do, and what is said to a wrong file."""

import base64
import gzip
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from smtplesson.command.cli import main
from smtplesson.handouts import live
from smtplesson.handouts.live import TESTED
from tests.handouts.helpers import complaint, made, soup


@pytest.fixture(scope="module")
def page(live_page: Path) -> BeautifulSoup:
    return soup(live_page.read_text("utf-8"))


def test_it_is_no_larger_than_a_few_photographs(live_page: Path) -> None:
    assert live_page.stat().st_size <= 9_000_000


def test_only_its_own_scripts_run_and_nothing_is_loaded(page: BeautifulSoup) -> None:
    (policy,) = [meta["content"] for meta in page.select("[http-equiv=Content-Security-Policy]")]
    rules = dict(rule.strip().split(" ", 1) for rule in str(policy).split(";"))
    assert rules["default-src"] == rules["connect-src"] == rules["form-action"] == "'none'"
    assert "unsafe-inline" not in rules["script-src"] and "https" not in str(policy)
    run = [each for each in page.select("script") if each.get("type") in (None, "module")]
    digests = [hashlib.sha256((each.string or "").encode()).digest() for each in run]
    named = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    assert [name for name in rules["script-src"].split() if name.startswith("'sha256")] == named
    assert not page.select("[src], link:not([href='data:,']), iframe, object, a[href^=http]")
    assert not re.search(r"^\s*import\b", run[1].string or "", re.MULTILINE)


def test_the_lesson_inside_has_all_floors_that_answer(page: BeautifulSoup) -> None:
    (held,) = page.select("script#lesson")
    archive = gzip.decompress(base64.b64decode(held.string or ""))
    names = set(zipfile.ZipFile(io.BytesIO(archive)).namelist())
    assert "smtplesson/protocol/scenarios/greylist.toml" in names
    assert "smtplesson/exercises/experiments.toml" in names
    assert not any(name.startswith("smtplesson/command/") for name in names)
    assert "smtplesson/protocol/session.pyc" in names  # compiled for a quick start
    assert hashlib.sha256(archive).hexdigest() in page.select_one("footer").get_text()  # type: ignore[union-attr]


def test_words_experiments_and_the_greeting_are_there_before_python_is(page: BeautifulSoup) -> None:
    assert len(page.select("#experiments > details")) == 12
    first = json.loads(page.select_one("#first").string or "")  # type: ignore[union-attr]
    assert "ESMTP" in first["messages"][0]["rows"][0]["html"]
    foot = page.select_one("footer").get_text()  # type: ignore[union-attr]
    licences = ("MIT licence", "Mozilla Public License", "PSF License", TESTED)
    assert [each for each in licences if each not in foot] == []


def test_the_same_version_gives_the_same_octets(
    live_page: Path, pyodide: Path, tmp_path: Path
) -> None:
    out = tmp_path / "lesson.html"
    assert main(["live", "--pyodide", str(pyodide), "--out", str(out)]) == 0
    assert out.read_bytes() == live_page.read_bytes()


def test_it_can_be_dated(pyodide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_parts", lambda file: {"lesson": b""})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764201600")
    assert "smtplesson 7.0, 27 November 2025, MIT" in live.live_page(pyodide, "7.0")


def test_it_stands_beside_the_handouts_and_on_their_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_parts", lambda file: {"lesson": b""})
    pages = made(tmp_path, "00", "--no-run", "--live", "pyodide.tgz")
    assert set(pages) == {"00-start-here", "index", "live"}
    assert "Talk to a mail server" in pages["live"]
    links = soup(pages["index"]).select("h2 a")
    assert [link["href"] for link in links] == ["00-start-here.html", "live.html"]
    links = soup(pages["00-start-here"]).select("header a")
    assert [link["href"] for link in links] == ["index.html", "live.html"]
    assert made(tmp_path, "00", "--no-run")["index"] == pages["index"]  # it is still there


@pytest.mark.parametrize("content", [None, b"", b"another archive"])
def test_a_wrong_or_missing_file_gets_one_line(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "pyodide.tgz", tmp_path / "lesson.html"
    if content is not None:
        file.write_bytes(content)
    assert main(["live", "--pyodide", str(file), "--out", str(out)]) == 2
    said = complaint(capsys)
    assert str(file) in said and f"npm pack pyodide@{TESTED}" in said
    assert not out.exists()


def test_without_node_one_line_says_so(
    pyodide: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["live", "--pyodide", str(pyodide), "--out", str(tmp_path / "x.html")]) == 2
    assert "there is no node" in complaint(capsys)


def test_the_readme_and_the_help_name_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert f"npm pack pyodide@{TESTED} && " in readme
    with pytest.raises(SystemExit):
        main(["live", "--help"])
    assert f"npm pack pyodide@{TESTED}" in " ".join(capsys.readouterr().out.split())


def test_a_place_where_nothing_can_be_written_is_told_before_a_page_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begun: list[Path] = []
    monkeypatch.setattr(live, "_parts", begun.append)
    out = tmp_path / "no" / "lesson.html"
    assert main(["live", "--pyodide", "pyodide.tgz", "--out", str(out)]) == 2
    assert f"{out}: cannot be written" in complaint(capsys)
    assert begun == []

"""Flash cards, read back by Anki's manual (docs.ankiweb.net/importing/text-files.html).

Lines at the top that begin with # are headers, key:value; records end with a line, fields are
separated as the header says, and one with a separator, a line end or a quotation mark in it stands
within quotation marks, of which those inside are doubled.
"""

import csv
from collections import Counter
from itertools import takewhile
from pathlib import Path

import pytest

from smtplesson.command.cli import main
from tests.handouts.helpers import complaint

Cards = dict[str, list[str]]


def read(path: Path) -> tuple[dict[str, str], list[list[str]]]:
    """Headers and records, as Anki reads them."""
    lines = path.read_bytes().decode("utf-8").splitlines(keepends=True)
    top = list(takewhile(lambda line: line.startswith("#"), lines))
    headers = dict(line[1:].rstrip("\n").split(":", 1) for line in top)
    rest = lines[len(top) :]
    assert headers["separator"] == "tab"
    return headers, list(csv.reader(rest, delimiter="\t", strict=True))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cards") / "cards.txt"
    assert main(["cards", "--out", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def cards(file: Path) -> Cards:
    """Each record by what its front asks about."""
    _, records = read(file)
    return {front.partition(":")[0]: [front, *rest] for front, *rest in records}


def test_the_headers_fit_the_records(file: Path) -> None:
    headers, records = read(file)
    assert headers["html"] == "false" and headers["notetype"] == "Basic"
    names = headers["columns"].split("\t")
    assert names == ["Front", "Back", "Deck", "Tags"]
    assert headers["deck column"] == str(names.index("Deck") + 1)
    assert headers["tags column"] == str(names.index("Tags") + 1)
    assert {len(record) for record in records} == {len(names)}
    assert all(field.strip() == field != "" for record in records for field in record)
    fronts = [record[0] for record in records]  # the first field tells whether a note is known
    assert len(set(fronts)) == len(fronts)
    assert not any(front.startswith("#") for front in fronts)  # that would be a comment


def test_there_is_a_card_for_each_code_and_legend(file: Path, cards: Cards) -> None:
    _, records = read(file)
    decks = Counter(deck for _, _, deck, _ in records)
    # 24 of RFC 5321 §4.2.3 and 17 of other RFCs; the legends are all others that the lists have.
    assert decks["SMTP replies::Codes"] == 24 + 17
    assert decks["SMTP replies::Folklore"] == 23
    for code in ("101", "422", "431", "441", "442", "449", "510", "513"):
        front, back, deck, tags = cards[code]
        assert deck.endswith("Folklore") and "folklore" in tags.split()
        assert f"No RFC defines {code}" in back and "In its place: " in back, front


@pytest.mark.parametrize(
    ("asked", "words", "tag"),
    [
        ("250", ("go on", "positive completion", "§4.2.3"), "2yz"),
        ("354", ("send more", "lone dot"), "3yz"),
        ("451", ("try again later", "transient negative completion"), "4yz"),
        ("550", ("give up and report", "permanent negative completion"), "5yz"),
        ("5.1.1", ("No such mailbox", "give up and report", "RFC 3463 §3.2"), "5yz"),
        ("4.2.2", ("Mailbox full", "try again later"), "4yz"),
        ("5.7.26", ("authentication", "RFC 7372 §3.4"), "5yz"),
        ("Local-part", ("64 octets", "RFC 5321 §4.5.3.1.1"), "smtp"),
        ("Text line", ("1000 octets", "line end counts", "RFC 5321 §4.5.3.1.6"), "smtp"),
        ("Recipients buffer", ("at least 100",), "smtp"),
    ],
)
def test_what_stands_on_the_back(
    cards: Cards, asked: str, words: tuple[str, ...], tag: str
) -> None:
    _, back, _, tags = cards[asked]
    assert tag in tags.split() and "\n" in back
    for word in words:
        assert word.lower() in back.lower(), word


def test_they_are_the_same_each_time(file: Path, tmp_path: Path) -> None:
    assert main(["cards", "--out", str(tmp_path / "again.txt")]) == 0
    assert (tmp_path / "again.txt").read_bytes() == file.read_bytes()


def test_a_file_that_cannot_be_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "nowhere" / "cards.txt"
    assert main(["cards", "--out", str(path)]) == 2
    said = f"smtplesson: {path}: cannot be written: No such file or directory\n"
    assert complaint(capsys) == said

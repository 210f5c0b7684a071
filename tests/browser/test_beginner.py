"""A beginner's whole way through notebook 01, in a folder as `smtplesson copy` makes it.

Cell by cell with Shift + Enter, all else by mouse or by typing; and then the next day.
"""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from .jupyter import Lab
from .user import OPENING, button, exchanges, press, say

NAME = "01-a-conversation.ipynb"
# What somebody foresees who has read the text above each card, and is wrong once.
GUESSES = {"01-1": "The server speaks", "01-2": "One", "01-3": "5", "01-4": "3"}
GUESSES |= {"01-5": "503 not now, first the sender", "01-6": "None at all"}
GUESSES |= {"01-7": "Both with one more dot in front"}
# First what is wrong, then what is right: RFC 5321 §3.3 (each RCPT has a reply of its own),
# §4.1.1.4 (after 354 all is text), §4.1.4 (DATA before RCPT is out of order, 503),
# §4.5.2 (the first dot of a line is the client's).
ANSWERS = {"01-2": (["a a command of the client"], ["c text of the message"])}
ANSWERS["01-3"] = (["2"], ["5"])
ANSWERS["01-4"] = (["a ..profile"], ["b .profile"])
ANSWERS["01-1"] = (
    ["b nobody", "2 one refusal ends the whole mail"],
    ["a everybody except the refused recipient", "1 each RCPT gets its own answer"],
)
MAIL = (*OPENING, "Subject: Hello", "", "Dear Alice, this is mine.", ".", "QUIT")
COUNT = 'from smtplesson.exercises import export, progress\nprint(progress(), export("anna.csv"))'
CARD = re.compile(r'(guess|exercise)\("(.+)"\)')
NOTED, OUTPUT = "Noted. Now run the next cell.", ".jp-OutputArea-output"
CHOSEN = re.compile("mod-active")
READING = 500  # milliseconds that a verdict is looked at, while JupyterLab moves what is around it
RIGHT, NOT_SO, NOT_RIGHT = "Right.", "Not so.", "Not right."
# A guess that was right and the one that was not, a choice with its reason and one without.
TOMORROW = (("guess", "01-1"), ("guess", "01-2"), ("exercise", "01-1"), ("exercise", "01-2"))
VERDICTS = dict.fromkeys(GUESSES, RIGHT) | {"01-2": NOT_SO}


def copied(folder: Path) -> dict[int, str]:
    """The code cells of notebook 01 by place, in a new lesson folder where nothing has been run."""
    subprocess.check_output([sys.executable, "-m", "smtplesson", "copy", str(folder)])
    cells = json.loads((folder / NAME).read_text("utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)
    assert not (folder / "teacher-guide.md").exists()
    return {n: "".join(x["source"]) for n, x in enumerate(cells) if x["cell_type"] == "code"}


def says(card: Any, wanted: str, *unwanted: str) -> None:
    """Waits until the card says what is wanted; then it must say nothing else of this."""
    card.get_by_text(wanted, exact=True).wait_for()
    assert not [words for words in unwanted if card.get_by_text(words, exact=True).count()]


class Beginner:
    """Somebody at the page of a notebook."""

    def __init__(self, page: Any) -> None:
        self.page, self.count = page, 0
        self.waiting: list[tuple[Any, str]] = []  # the cards of guesses, and the verdicts to come

    def run(self, place: int) -> Any:
        """The cell at that place, once it has run: a click beside it, then Shift + Enter."""
        cell = self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{place}"]')
        cell.locator(".jp-InputPrompt").click()
        for card, _ in self.waiting:
            says(card, NOTED, RIGHT, NOT_SO)
        cell.locator(OUTPUT).evaluate_all("old => old.forEach((each) => (each.id = 'old'))")
        press(self.page, "Shift+Enter")
        cell.locator("#old").first.wait_for(state="detached")
        self.count += 1
        cell.locator(".jp-InputPrompt", has_text=f"[{self.count}]:").wait_for()
        assert not cell.locator('[data-mime-type="application/vnd.jupyter.error"]').count()
        while self.waiting:
            says(*self.waiting.pop(), NOTED)
        return cell

    def work(self, card: Any, name: str) -> None:
        """Tries what is wrong, then what is right."""
        for choices, verdict in zip(ANSWERS[name], (NOT_RIGHT, RIGHT), strict=True):
            for choice in choices:
                button(card, choice).click()
                expect(button(card, choice)).to_have_class(CHOSEN)
            button(card, "Check").click()
            says(card, verdict)
            self.page.wait_for_timeout(READING)

    def go_through(self, codes: dict[int, str]) -> None:
        """All cells in their order, each card that is no extra, and a mail in the Console."""
        for place, code in codes.items():
            cell = self.run(place)
            for kind, name in CARD.findall(code):
                if kind == "guess":
                    button(cell, GUESSES[name]).click()
                    self.waiting.append((cell, VERDICTS[name]))
                elif name in ANSWERS:
                    self.work(cell, name)
            if "Console(" in code:
                exchanges(self.page, 1)
                say(self.page, *MAIL)
                assert "221 2.0.0" in exchanges(self.page, 1 + len(MAIL)).last.inner_text()


def test_a_beginner_goes_to_the_end_and_comes_back(lab: Lab) -> None:
    folder = lab.folder / "beginner"
    codes = copied(folder)
    anna = Beginner(lab.open(f"{folder.name}/{NAME}"))
    anna.go_through(codes)
    press(anna.page, "Shift+Enter")  # past the closing words, into a new cell
    anna.page.locator(".jp-CodeCell.jp-mod-active .cm-content:focus").wait_for()
    anna.page.keyboard.insert_text(COUNT)
    press(anna.page, "Shift+Enter")
    anna.page.locator(OUTPUT).filter(has_text="01: 4 of 5").wait_for()
    rows = {row["exercise"]: row for row in csv.DictReader((folder / "anna.csv").open())}
    assert {name: rows[name]["tries"] for name in ANSWERS} == dict.fromkeys(ANSWERS, "2")
    assert [name for name in GUESSES if rows[f"guess {name}"]["solved"] != "yes"] == ["01-2"]

    anna = Beginner(lab.tomorrow())
    for kind, name in TOMORROW:
        card = anna.run(next(n for n in codes if f'{kind}("{name}")' in codes[n]))
        guess = kind == "guess"
        says(card, VERDICTS[name] if guess else RIGHT, NOTED)
        for choice in [GUESSES[name]] if guess else ANSWERS[name][1]:
            assert CHOSEN.search(str(button(card, choice).get_attribute("class")))

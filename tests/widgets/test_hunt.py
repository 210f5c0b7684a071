"""The coverage hunt without a browser: what a console draws lights up, is kept, and can go."""

import json
from pathlib import Path

import pytest

from smtplesson import Console
from smtplesson.console.finds import KERNEL_FINDS, Finds
from smtplesson.console.model import ConsoleModel
from smtplesson.console.page import view
from smtplesson.experiments.provoke import recipes
from smtplesson.progress import FILE_NAME, VARIABLE, Progress
from smtplesson.widgets.hunt import LINE_CAP, CoverageHunt


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    return Progress(tmp_path / FILE_NAME)


@pytest.fixture
def finds() -> Finds:
    return Finds()


@pytest.fixture
def hunt(progress: Progress, finds: Finds) -> CoverageHunt:
    return CoverageHunt(progress, finds)


def hint(console: ConsoleModel) -> str:
    """What the console says beside its line."""
    return str(view(console)["status"]["hint"])


def said(finds: Finds, *lines: str) -> ConsoleModel:
    """A console in which these lines were typed."""
    console = ConsoleModel("example", finds=finds)
    for line in lines:
        console.submit(line)
    return console


# ---- lighting up


def test_what_a_console_draws_lights_up_with_what_did_it(hunt: CoverageHunt, finds: Finds) -> None:
    assert hunt.drawn == {} and not hunt.error
    # 64 known codes, without 101, 111, 471 and 571 (RFC 5321 §4.2) and 355 (RFC 1845).
    assert (
        "0 of 40 drawn; of folklore, 0 of 19" in hunt.text()
        and hunt.html().count("not drawn yet") == 59
    )
    said(finds, "EHLO a.example", "DATA")
    # Greeting, EHLO, out of order: RFC 5321 §3.1, §4.1.1.1, §4.1.4.
    assert set(hunt.drawn) == {220, 250, 503}
    text, html = hunt.text(), hunt.html()
    assert "3 of 40 drawn" in text
    assert "  220 connecting" in text and "  250 EHLO a.example" in text
    five = "5yz permanent negative completion: 1 of 19\n  503 DATA\n  not yet: 500 501 502 504"
    assert five in text
    assert html.count("not drawn yet") == 56 and "drawn by" in html


def test_the_first_exchange_counts_and_the_chosen_one_is_shown_whole(
    hunt: CoverageHunt, finds: Finds
) -> None:
    said(finds, "EHLO a.example", "NOOP", "EHLO b.example")
    hunt.code.value = 250
    assert "How you drew 250:\n  C: EHLO a.example\n  S: 250-" in hunt.text()
    assert "b.example" not in hunt.text()


def test_what_was_drawn_before_the_hunt_began_counts(progress: Progress, finds: Finds) -> None:
    said(finds, "QUIT")
    assert set(CoverageHunt(progress, finds).drawn) == {220, 221}


def test_by_default_it_hears_its_kernels_consoles_and_keeps_it_beside_the_notebooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    hunt = CoverageHunt()
    assert hunt.finds is KERNEL_FINDS
    Console().say("XYZZY")
    assert 500 in hunt.drawn  # RFC 5321 §4.2.4
    assert (tmp_path / FILE_NAME).exists()


def test_a_hunt_that_nobody_holds_is_not_told(finds: Finds) -> None:
    class Hunter:
        def found(self, exchange: object) -> None:
            raise AssertionError("told, though nobody held it")

    finds.subscribe(Hunter())
    said(finds, "NOOP")
    assert set(finds.first) == {220, 250}


def test_no_password_is_kept(hunt: CoverageHunt, finds: Finds, progress: Progress) -> None:
    said(finds, "EHLO a.example", "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=")
    assert 235 in hunt.drawn  # RFC 4954 §4
    assert "AGFsaWNl" not in progress.path.read_text() + hunt.html()


def test_what_is_typed_is_shown_as_text_and_cut(hunt: CoverageHunt, finds: Finds) -> None:
    said(finds, "<b title='x'>" + "y" * 400)
    assert max(map(len, hunt.drawn[500].splitlines())) == LINE_CAP + len("C: ")
    assert "<b title" not in hunt.html() and "&lt;b title" in hunt.html()


# ---- kept


def test_yesterdays_finds_are_still_there(hunt: CoverageHunt, finds: Finds) -> None:
    other = CoverageHunt(hunt.progress, finds)  # two hunts share what is kept
    said(finds, "HELP")
    again = CoverageHunt(hunt.progress, Finds())
    assert again.drawn == hunt.drawn == other.drawn and set(again.drawn) == {220, 214}
    kept = json.loads(hunt.progress.path.read_text())["codes"]
    assert set(kept) == {"220", "214"} and kept["214"].startswith("C: HELP\nS: 214")


@pytest.mark.parametrize("part", [{"999": "x"}, {"250": 5}, {"": None}, {"250": "<i>"}])
def test_odd_things_in_the_file_do_no_harm(progress: Progress, part: dict[str, object]) -> None:
    progress.path.write_text(json.dumps({"codes": part}))
    hunt = CoverageHunt(progress, Finds())
    assert not hunt.error and set(hunt.drawn) <= {250}
    assert "<i>" not in hunt.html()


def test_a_file_that_cannot_be_read_is_said_and_the_hunt_goes_on(
    progress: Progress, finds: Finds
) -> None:
    progress.path.write_text("no progress file")
    hunt = CoverageHunt(progress, finds)
    assert "progress cannot be read" in hunt.error and hunt.error in hunt.text()
    console = said(finds, "EHLO a.example")
    assert {220, 250} == set(hunt.drawn) and "2 of 40 drawn" in hunt.text()
    assert "progress cannot be read" in hunt.error and not console.error
    assert progress.path.read_text() == "no progress file"


# ---- chosen on the page


def test_a_tile_chooses_its_code(hunt: CoverageHunt) -> None:
    assert hunt.html().count('data-choice="') == 59
    for choice, code in (("503", 503), ("999", 503), ("x", 503), ("220", 220)):
        hunt._fittings._handle_custom_msg({"choice": choice}, [])
        assert (hunt.code.value, hunt.error) == (code, "")


def test_a_console_tells_what_is_new_since_ever(hunt: CoverageHunt, finds: Finds) -> None:
    console = said(finds)
    assert hint(console) == "New: 220, 1 of 40."
    console.submit("MAIL FROM:<reply-422@example.test>")
    assert hint(console) == "New: 503, 2 of 40."
    console.submit("EHLO a.example")
    console.submit("NOOP")
    assert hint(console) == ""
    console.restart("folklore")
    for line in ("EHLO a.example", "MAIL FROM:<reply-422@example.test>"):
        console.submit(line)
    assert hint(console) == "New, though folklore: 422, 1 of 19."
    tomorrow = Finds()
    CoverageHunt(hunt.progress, tomorrow)
    console = said(tomorrow)
    assert hint(console) == ""
    console.submit("FROB")
    assert hint(console) == "New: 500, 4 of 40."


# ---- hints


def test_each_code_has_its_own_hints_in_three_steps(hunt: CoverageHunt) -> None:
    hunt.code.value = 550
    assert hunt.hint.description == "Hint 1 of 3" and "Hint 1:" not in hunt.text()
    hunt.hint.click()
    assert "Hint 1: It answers RCPT." in hunt.text() and "Hint 2" not in hunt.text()[-80:]
    hunt.code.value = 551
    assert "Hint 1:" not in hunt.text() and hunt.hint.description == "Hint 1 of 3"
    hunt.code.value = 550
    assert "Hint 1:" in hunt.text() and hunt.hint.description == "Hint 2 of 3"
    hunt.hint.click()
    assert "no mailbox" in hunt.text() and "nobody@" not in hunt.text()
    hunt.hint.click()
    assert "scenario example" in hunt.text() and "RCPT TO:<nobody@example.test>" in hunt.text()
    assert hunt.hint.disabled


# ATRN alone has 453 (RFC 2645 §7); here an address asks for it.
def test_a_hint_is_honest_about_where_a_code_belongs(hunt: CoverageHunt) -> None:
    hunt.code.value = 453
    hunt.hint.click()
    assert "It answers MAIL here; by the RFCs, it belongs to ATRN." in hunt.text()


def test_who_follows_all_hints_draws_the_code(hunt: CoverageHunt, finds: Finds) -> None:
    for code, recipe in recipes().items():
        hunt.code.value = code
        for _ in range(3):
            hunt.hint.click()
        told = hunt.text()
        assert f"scenario {recipe.scenario}" in told and all(line in told for line in recipe.lines)
        assert (f"seed {recipe.seed}" in told) == (recipe.seed != 0)
        assert (f"In session {recipe.session}" in told) == (recipe.session > 1)
        finds.forget()
        console = ConsoleModel(recipe.scenario, seed=recipe.seed, finds=finds)
        for _ in range(recipe.session - 1):
            console.submit("QUIT")
            console.reconnect()
        for line in recipe.lines:
            console.submit(line)
        assert code in finds.first and code in hunt.drawn and not hunt.error


# ---- reset


def test_reset_asks_first_and_anything_else_in_between_is_a_no(
    hunt: CoverageHunt, finds: Finds
) -> None:
    said(finds, "EHLO a.example")
    hunt.reset.click()
    assert hunt.said == "Forget all finds? Click again." and 250 in hunt.drawn
    hunt.code.value = 550
    hunt.reset.click()
    assert hunt.said == "Forget all finds? Click again." and 250 in hunt.drawn
    hunt.reset.click()
    assert hunt.drawn == {} and "0 of 40 drawn" in hunt.text()
    assert CoverageHunt(hunt.progress, finds).drawn == {}
    said(finds, "EHLO b.example")
    assert "250 EHLO b.example" in hunt.text()
    assert set(hunt.progress.read("codes")) == {"220", "250"}


def test_a_reset_that_fails_forgets_nothing(hunt: CoverageHunt, finds: Finds) -> None:
    said(finds, "EHLO a.example")
    hunt.progress.path.write_text("spoiled")
    hunt.reset.click()
    hunt.reset.click()
    assert "progress cannot be read" in hunt.error and 250 in hunt.drawn

"""Predictions: each is a fair question with one right choice, and the right one is what comes.

The codes below are typed from the RFCs, and from no file of ours.
"""

import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

import smtplesson
from smtplesson.errors import LessonError
from smtplesson.evidence.servers import server_answers
from smtplesson.exercises.prediction import (
    Prediction,
    notebooks,
    parse_predictions,
    prediction,
    predictions,
)
from smtplesson.facts import allowed_codes, reply_codes, seed_table
from smtplesson.loopback.client import connect, converse
from smtplesson.loopback.host import Host
from tests.test_notebooks import LESSONS, code

ALL = [each for notebook in notebooks() for each in predictions(notebook).values()]
DATA = Path(smtplesson.__file__).parent / "exercises" / "predictions"
MOST_WORDS = 45
CARD = re.compile(r'\bguess\("(.*?)"\)')
ANNA, ALICE = "MAIL FROM:<anna@client.example>", "RCPT TO:<alice@example.test>"
LOGIN = "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ="

# The answers that are played: code or first digit.
PLAYED = {
    "00-1": "5",  # RFC 5321 §4.2.4: an unknown command, 500
    "01-3": "5",  # RFC 5321 §3.3: no such mailbox, 550
    "01-4": "3",  # RFC 5321 §4.1.1.4: 354 before the text
    "01-5": "503",  # RFC 5321 §4.1.4: RCPT before MAIL
    "03-3": "421",  # RFC 5321 §3.8: the service shuts down
    "03-9": "252",  # RFC 5321 §3.5.3: cannot verify
    "04-2": "501",  # RFC 5321 §4.5.3.1.1: 64 octets
    "04-5": "250",  # RFC 4954 §3: 500 octets more for MAIL
    "06-1": "4",  # RFC 6647 §2: put off
    "07-3": "250",  # RFC 5321 §3.3: the recipient of somebody who is logged in
    "07-5": "3",  # RFC 4954 §4: 334, a challenge
    "09-4": "530",  # RFC 3207 §4: STARTTLS comes first
}


def codes(scenario: str, *lines: str) -> list[int]:
    return converse(scenario, lines).codes[1:]


def digits(*found: int) -> str:
    return ", ".join(str(code)[0] for code in found)


def listed(found: list[int]) -> str:
    return ", ".join(map(str, found))


def second_digits_of_a_mail() -> str:
    client = connect("example")
    client.send_mail("anna@client.example", "alice@example.test", "Hello!")
    client.send("QUIT")
    return " and ".join(sorted({str(code)[1] for code in client.transcript.codes}))


def refusals_of_three_knocks() -> str:
    host = Host("closed")
    return digits(*(connect(host).transcript.codes[0] for _ in range(3)))


def sessions_of_greylist() -> str:
    visit = ("EHLO client.example", ANNA, ALICE)
    again = (line for wait in (0, 299, 1) for line in (f"?+{wait}", *visit))
    said = converse("greylist", [*visit, *again])
    return listed([each.code or 0 for each in said if each.stage == "RCPT"][1:])


def when_it_gets_through(every_minutes: int) -> int:
    host = Host("greylist")
    for minute in range(0, 60, every_minutes):
        host.clock = 60.0 * minute
        mail = connect(host).send_mail("anna@client.example", "alice@example.test", "Hello!")
        if 354 in mail.codes:
            return minute
    return -1


def guesses_before_the_end() -> str:
    with connect("example") as client:
        client.send("EHLO laptop.example")
        while client.state != "closed":
            client.login("alice", "guess")
        return str(client.transcript.codes.count(535))


def standing(wanted: str) -> int:
    return sum(code.standing == wanted for code in reply_codes().values())


# Answers that are typed, and that the package can give as well: the two have to agree.
GIVEN: dict[str, Callable[[], str]] = {
    "02-4": lambda: f"{4 * 6 * 10} fit, about {round(standing('rfc'), -1)} have one",
    "03-1": lambda: f"{len(allowed_codes('RCPT'))}, two of them a yes",
    "03-2": refusals_of_three_knocks,
    "03-4": lambda: listed(codes("helpful", "DATA", "WIBBLE", "TURN", "EHLO", "HELP ME")),
    "03-10": lambda: listed(codes("example", "DATA", "WIBBLE", "TURN", "EHLO")),
    "04-1": lambda: f"{len('ü'.encode())} and {len('€'.encode())}",
    "06-2": sessions_of_greylist,
    "06-4": lambda: f"After {when_it_gets_through(every_minutes=2)} minutes",
    "07-6": lambda: digits(
        *codes("strict", "EHLO a.example", ANNA, LOGIN, "STARTTLS", ANNA, "EHLO a.example")
    ),
    "07-10": guesses_before_the_end,
    "08-9": lambda: f"{sum(len({*each.codes.values()}) == 1 for each in server_answers())} times",
    "09-1": lambda: str(sum(code.table_verdict == "agree" for code in seed_table())),
    "09-11": lambda: str(standing("folklore")),
    "09-12": second_digits_of_a_mail,
}


GOOD = """
[[prediction]]
id = "01-1"
text = "What does the server say to WIBBLE?"
choices = ["250 gladly", "500 what", "nothing"]
lines = ["WIBBLE"]
why = "It does not know the word."
[[prediction.wrong]]
choice = "nothing"
say = "It always says something."
"""


def test_every_notebook_has_them() -> None:
    assert notebooks() == tuple(f"{number:02}" for number in range(10))


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_is_asked_once_and_no_other(lesson: str) -> None:
    asked = [name for cell in code(lesson) for name in CARD.findall(cell.source)]
    assert sorted(asked) == sorted(predictions(lesson[:2]))


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_a_fair_question(each: Prediction) -> None:
    assert all(len(choice) <= 35 and choice[-1].isalnum() for choice in each.choices)
    assert each.text.endswith((".", "?")) and "?" in each.text
    signs = [choice.split()[0] if each.name in PLAYED else choice for choice in each.choices]
    given_away = [sign for sign in signs if re.search(rf"\b{re.escape(sign)}\b", each.text, re.I)]
    assert signs[each.choices.index(each.answer)] not in given_away or len(given_away) > 1


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_a_short_reason_and_a_word_on_the_likely_mistakes(each: Prediction) -> None:
    wrong = [choice for choice, _ in each.replies]
    assert 1 <= len(set(wrong)) == len(wrong) <= 3
    said = (each.why, *(say for _, say in each.replies))
    assert all(text.endswith(".") and text == text.strip() for text in said)
    assert all(3 <= len(text.split()) <= MOST_WORDS for text in (each.text, *said))


def test_the_right_choice_has_no_place_and_no_length_of_its_own() -> None:
    for place in range(5):
        assert sum(each.choices.index(each.answer) == place for each in ALL) < len(ALL) / 2
    assert sum(each.answer == max(each.choices, key=len) for each in ALL) < len(ALL) / 2


@pytest.mark.parametrize("name", PLAYED)
def test_what_is_played_is_what_the_rfc_says(name: str) -> None:
    assert prediction(name).answer.split()[0] == PLAYED[name]


@pytest.mark.parametrize("name", GIVEN)
def test_what_is_typed_is_what_comes(name: str) -> None:
    assert prediction(name).answer == GIVEN[name]()


def test_no_limit_is_passed_by_accident() -> None:
    (local,) = re.findall("<(u+)@", (DATA / "04.toml").read_text("utf-8"))
    assert len(local) == 65  # RFC 5321 §4.5.3.1.1 has 64


def test_the_words_afterwards() -> None:
    (each,) = parse_predictions(GOOD, "01.toml").values()
    assert each.answer == "500 what"
    assert each.verdict("500 what") == "Right. It does not know the word."
    assert each.verdict("250 gladly") == "Not so. The answer: 500 what. It does not know the word."
    assert each.verdict("nothing") == (
        "Not so. The answer: 500 what. It always says something. It does not know the word."
    )
    with pytest.raises(LessonError) as error:
        each.verdict("2")
    assert str(error.value) == "01-1: '2' is not one of 250 gladly, 500 what, nothing"


def test_a_prediction_is_a_value() -> None:
    with pytest.raises(FrozenInstanceError):
        prediction("01-1").answer = "none"  # type: ignore[misc]
    with pytest.raises(TypeError):
        predictions("01")["01-1"] = prediction("01-2")  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "there", "meant"),
    [
        ("1-3", "00-1, 01-1, 02-1, ", "; did you mean 01-3?"),
        ("01_3", "00-1, 01-1, 02-1, ", "; did you mean 01-3?"),
        ("01-8", "01-1, 01-2, 01-3, 01-4, 01-5, 01-6, 01-7; did", "?"),
        (3, "00-1, 01-1, 02-1, ", ", 09-1"),
        ([], "00-1, 01-1, 02-1, ", ", 09-1"),
    ],
)
def test_a_name_that_is_none_is_told_those_that_are(name: str, there: str, meant: str) -> None:
    with pytest.raises(LessonError) as error:
        prediction(name)
    assert str(error.value).startswith(f"there is no prediction {name!r}; there are {there}")
    assert str(error.value).endswith(meant)


def test_a_notebook_that_is_none() -> None:
    with pytest.raises(LessonError, match="notebook '1' is not one of 00, 01, "):
        predictions("1")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("[[prediction]]", "[[prediction", "01.toml: not TOML: "),
        ("[[prediction]]", "[[guess]]", "01.toml: 'guess' is not a key here; allowed: prediction"),
        ("[[prediction]]", "x = 1\n[[prediction]]", "'x' is not a key here; allowed: prediction"),
        ('"01-1"', '"01-2"', "01.toml: prediction 1: id = '01-2': allowed: 01-1"),
        ("why =", "because = 1\nwhy =", "prediction 1: 'because' is not a key here; allowed: id,"),
        ('why = "It does not know the word."', "", "prediction 1: why is missing"),
        ('"What does the server say to WIBBLE?"', "5", "text = 5: a text in quotes is expected"),
        ('"250 gladly", ', '"nothing", ', "two to five different texts are expected"),
        ('"250 gladly", "500 what", ', "", "two to five different texts are expected"),
        ('"250 gladly"', '"500"', "prediction 1: '500' is the answer, and 2 choices say so"),
        ('"WIBBLE"', '"MAIL"', "prediction 1: '503' is the answer, and 0 choices say so"),
        ("lines =", 'answer = "500 what"\nlines =', "either answer or lines is expected"),
        ('lines = ["WIBBLE"]', "", "either answer or lines is expected"),
        ('lines = ["WIBBLE"]', 'answer = "no"', "'no' is the answer, and 0 choices say so"),
        ("lines =", 'scenario = "bsuy"\nlines =', "scenario = 'bsuy': allowed: bulk, busy, closed"),
        ("lines =", "seed = -1\nlines =", "seed = -1: 0 to 1,000,000 is allowed"),
        ("[[prediction.wrong]]", "[prediction.wrong]", "a list of tables in double brackets"),
        ('choice = "nothing"', 'choice = "500 what"', "allowed: 250 gladly, nothing"),
        ('say = "It always says something."', "", "prediction 1: say is missing"),
    ],
)
def test_a_broken_file(old: str, new: str, complaint: str) -> None:
    assert old in GOOD
    with pytest.raises(LessonError) as error:
        parse_predictions(GOOD.replace(old, new, 1), "01.toml")
    assert complaint in str(error.value)
    assert str(error.value).startswith("01.toml: ")

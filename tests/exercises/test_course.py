"""Every exercise of every notebook, in every variant: blank, each mistake, right, and solved.

The answers below are typed from the RFCs, section by section, and from no file of ours.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

import pytest

from smtplesson import Client, Host, connect
from smtplesson.exercises.judge import judge, question_page, solution_page
from smtplesson.exercises.policy import FAULTS, Policy, played
from smtplesson.exercises.question import ON_THE_WIRE, Question
from smtplesson.exercises.question_file import notebooks, questions
from smtplesson.exercises.values import agrees, expected
from smtplesson.exercises.wire import parts
from smtplesson.loopback.client import converse
from tests.exercises.conftest import VARIANTS

# RFC 5321 §3.3: 250 to EHLO, MAIL, RCPT; 354 to DATA; 250 to the end of data; 221 to QUIT.
MAIL_SENT = "220 250 250 250 354 250 221"

# The answers of all variants of an exercise, from variant 0 on. On the wire: the codes that
# the solution draws, greeting first.
ANSWERS: dict[str, Sequence[object]] = {
    # RFC 5321 §3.3: each RCPT is accepted or refused for itself
    "01-1": ["a 1"] * 3,
    # RFC 5321 §4.1.1.4: text from 354 to the lone dot; §4.2: a reply begins with its code
    "01-2": ["c", "b", "a"],
    # RFC 5321 §3.3: 503 to DATA without a recipient; §4.1.1.4: 354; §3.3: 250
    "01-3": [5, 3, 2],
    # RFC 5321 §4.5.2: the first of the dots is deleted, if the line begins with one
    "01-4": ["b", "b", "a"],
    # RFC 5321 §3.3: each RCPT draws its own 250
    "01-5": [MAIL_SENT, "220 250 250 250 250 354 250 221", MAIL_SENT],
    # RFC 5321 §4.2.1 (first digit); §4.2.3, §3.6.2 (which recipient gets which class)
    "02-1": [4, 5, 2, 5],
    # RFC 5321 §4.2.1: x2z connections, x0z syntax, x1z information, x5z mail system
    "02-2": ["c", "a", "b", "d"],
    # RFC 5321 §4.2.1, §4.3.2: an unknown code is treated by its first digit
    "02-3": ["a 1", "b 1", "c 1", "a 1"],
    # RFC 5321 §4.2.1: one reply to HELP, one to each RCPT, one to DATA
    "02-4": [1 + 3 + 1, 1 + 2 + 1, 1 + 4 + 1, 1 + 5 + 1],
    # RFC 2034 §4: 450, 550, 451, 554
    "02-5": ["a 1", "b 1", "a 1", "b 1"],
    # RFC 3463 §3.2 (X.1.1, X.1.5), §3.8 (X.7.1), §3.4 (X.3.4); class by §2
    "02-6": ["5.1.1", "5.7.1", "2.1.5", "5.3.4"],
    "02-7": [MAIL_SENT] * 3,
    # RFC 5321 §3.3: a refused RCPT changes nothing
    "02-8": [f"220 250 250 {code} 250 354 250 221" for code in (550, 452, 450)],
    # RFC 5321 §4.2.4: 503, 500, 502, 501
    "03-1": ["220 250 503", "220 250 500", "220 250 502", "220 250 501"],
    # RFC 5321 §3.4 (551), §3.5.1 (553), §4.1.1.11 (555); RFC 1870 §6.1 (552)
    "03-2": ["220 250 250 551", "220 250 553", "220 250 555", "220 250 552"],
    # RFC 5321 §4.2.3 (450, 452), §3.8 (421)
    "03-3": ["220 250 250 450", "220 250 250 452", f"220 250 {'500 ' * 20}421"],
    # RFC 5321 §3.4 (251), §3.5.3 (252), §4.2.2 (214, 211)
    "03-4": ["220 250 250 251", "220 250 252", "220 250 214", "220 250 211"],
    # RFC 5321 §3.4: 251 forwards, 551 does not
    "03-5": ["b 1", "d 2"],
    "03-6": [
        *("250 250 550 250 354 250 221", "250 250 250 450 354 250 221"),
        "250 250 250 250 354 250 221",
    ],
    # RFC 5321 §3.3: each transaction begins with MAIL
    "03-7": ["220 250 250 250 354 250 250 250 354 250 221"] * 3,
    "03-8": [MAIL_SENT] * 3,
    # RFC 5321 §3.1: after 554 all but QUIT draws 503
    "03-9": [503, 221, 503],
    # RFC 5321 §4.5.3.1.1: 64 octets
    "04-1": [501, 250, 501, 250],
    # RFC 5321 §4.5.3.1.3: 256 with "<", "@" and ">"; and 64 for the local-part
    "04-2": [256 - 200 - 3, 256 - 240 - 3, 64, 256 - 215 - 3],
    # RFC 5321 §4.5.3.1.10
    "04-3": ["b 1"] * 3,
    "04-4": [3, 5, 6, 5],
    # RFC 1870 §6.1 and §6.3
    "04-5": ["220 250 552", "220 250 250 250 354 552"],
    # RFC 5321 §4.5.3.1.4: 512 octets with CRLF
    "04-6": ["220 250 250 500", "220 250 214 500", "220 250 550 500"],
    "04-7": [MAIL_SENT] * 3,
    # RFC 1870 §5: CRLF counts, the lone dot does not
    "04-8": [20 * 72, 50 * 62, 12 * 80, 100 * 42],
    # RFC 5321 §4.5.3.1.6, .1, .2, .3, .4
    "04-9": ["f 1", "a 2", "b 2", "c 2", "d 1"],
    # RFC 5321 §4.3.2, §3.8: 451 at the end of data, 451 at MAIL, 421 for a greeting
    "05-1": [
        "220 " * 27 + "421 " + "220 " * 16 + "250 250 250 354 451 221",
        "220 " * 20 + "250 451 503 503 500 500 500 500 221",
        "220 " * 27 + "421",
    ],
    # Shares: refused of all replies to RCPT, in percent
    "05-2": [100 * 100 / 500, 100 * 200 / 800, 100 * 60 / 200, 100 * 40 / 400],
    "05-3": [
        *(2000 * 0.9 * 0.95 * 0.2, 1000 * 0.8 * 0.9 * 0.25),
        *(5000 * 0.96 * 0.75 * 0.1, 4000 * 0.5 * 0.9 * 0.15),
    ],
    # 452 at 48 of 1,000, 451 at 5 of 400, 421 at 71 of 1,000; by hand from Wilson's formula
    "05-4": ["e", "d", "b"],
    # p against 0.05
    "05-5": ["a", "b", "a", "b"],
    "05-6": ["d", "e", "c"],
    "05-7": [400 * 2**2, 500 * 3**2, 100 * 4**2, 60 * 10**2],
    "05-8": ["b 2", "a 1", "b 2", "a 1"],
    # RFC 6647 §2: what is new waits five minutes, what is known only once
    "06-1": [450, 450, 250, 450, 450],
    # RFC 5321 §4.2.1
    "06-2": ["a 1", "b 2", "a 1", "a 1"],
    # The first attempt after the end of the greylisting
    "06-3": [1 + 2 + 4, 2 + 4 + 8 + 16, 1 + 3 + 9, 5 + 10 + 20 + 40],
    "06-4": [100 * 0.4**3, 100 * 0.5**4, 100 * 0.3**2, 100 * 0.2**3],
    # RFC 5321 §4.2.5 (250 at the end of data hands over), §3.8 (a break counts as 451)
    "06-5": ["c", "c", "a", "d"],
    # RFC 5321 §4.3.2: 450, 452 at the end of data; §3.8: 421 closes, so QUIT is not answered
    "06-6": [
        "220 250 " + "250 250 354 250 " * 10 + "250 250 354 450 221",
        "220 250 " + "250 250 354 250 " * 10 + "250 250 354 450 " * 5 + "250 250 354 421",
        "220 250 " + "250 250 354 250 " * 5 + "250 250 354 452 221",
    ],
    # RFC 5321 §6.1, §4.5.5
    "06-7": ["b 1", "a 2", "b 1"],
    # RFC 5321 §3.6.2, §7.9: relayed only for those who are known; §4.2.3: 550, no such mailbox
    "07-1": [250, 550, 250, 550, 550],
    # RFC 4616 §2: the third field
    "07-2": ["c", "b", "d", "d"],
    # RFC 4954 §6 (535), §4 (501, 503, 504)
    "07-3": [535, 501, 503, 504],
    # RFC 3207 §4.2: EHLO once more; RFC 4954 §4: 235
    "07-4": ["220 250 220 250 235 250 250 354 250 221"] * 3,
    # RFC 4954 §6
    "07-5": [f"220 250 220 250 {code} 235 221" for code in (454, 534, 535)],
    # RFC 5321 §7.8; RFC 4954 §9: each guess is answered, the last one too
    "07-6": [50 + 1, 10 + 1, 15 + 1, 12 + 1],
    # RFC 5321 §4.1.1.4, §2.3.8; §4.5.2 for the doubled dot
    "07-7": ["a 1", "b 1", "a 1", "a 1"],
    # RFC 3207 §4.2: EHLO once more; RFC 4954 §4: 235
    "07-8": ["220 250 220 250 235 250 250 221", "220 250 220 250 235 250 250 250 221"],
    # RFC 5321 §3.6.3, §4.2.5, §6.1, §4.5.5: who holds the mail; no report about a report
    "08-1": ["a 1", "b 1", "a 1", "d 4"],
    # RFC 3464 §2.3.6: Diagnostic-Code
    "08-2": [552, 452, 550, 450],
    # RFC 5321 §4.2: what the other side said, in three styles of log
    "08-3": ["550 452 554", "451 553 550", "552 550 450", "421 554 452"],
    # RFC 3464 §2.3.4: Status is no reply
    "08-4": ["c", "a", "c", "b"],
    # RFC 5321 §3.6.2 (550), §4.2.3 (452), §3.3 (503), §4.1.1.2 (501)
    "08-5": ["220 250 250 550", "220 250 250 452", "220 250 250 550 503", "220 250 501"],
    # Shares in percent, of the refusals and of the bounces
    "08-6": [
        (100 * 300 / (300 + 100), 100 * 25 / (25 + 100)),
        (100 * 240 / (240 + 60), 100 * 20 / (20 + 60)),
        (100 * 180 / (180 + 120), 100 * 30 / (30 + 120)),
        (100 * 140 / (140 + 60), 100 * 40 / (40 + 60)),
    ],
    # RFC 5321 §4.2.1 (first digit), §4.2.5 (250 at the end of data)
    "08-7": ["a 1", "b 1", "c 4", "a 1"],
    # RFC 5321 §3.5.3 (252), §3.6.2 and §4.2.3 (550), §4.2.4 (500: no command)
    "09-1": [252, 550, 550, 500],
    # RFC 4954 §4: one challenge for PLAIN, two for LOGIN
    "09-2": ["220 250 334 235 221", "220 250 334 334 235 221"],
    # RFC 5321 §4.2.3 and RFC 4954 §6 have the other four
    "09-3": ["441 512", "449 512", "431 511", "442 446"],
    # RFC 5321 §4.2.3: 503 is order, 446 is not there, 452 is storage, 451 is its own trouble
    "09-4": ["c 3", "d 1", "b 2", "a 4"],
    # RFC 5321 §4.5.3.1.1: 64 octets; RFC 6532 §3.4: 998 octets
    "09-5": [64 // 2, 998 // 2, 64 // 3, 998 // 3],
    # RFC 5321 §4.2.3 (452), §4.1.4 (503); RFC 1870 §6.1 (552); RFC 4954 §6 (535)
    "09-6": [452, 503, 552, 535],
    # RFC 5321 §4.2.1, §4.3.2 (what to do); §4.2.5 (250 after the dot)
    "09-7": ["a 1", "b 2", "a 3", "b 4"],
    # RFC 5321 §4.1.1.4 (text is not answered), §3.1 (greeting), §3.3; RFC 4954 §4 (334)
    "09-9": ["b 1", "a 2", "c 3", "b 4"],
    # RFC 5321 §4.2.1: done after 2yz, a report after 5yz; §4.5.4.1: a report after some days of
    # 4yz, from a mailbox that stays full. The others pass: they are greylisted, or busy.
    "09-8": [
        "alice done, zoe bounce, alice done, bob bounce, carol done, alice done, alice done, "
        "carol done, alice done, alice bounce, full bounce, bad bounce, alice done, alice done, "
        "bob done, carol done, alice done, bob done, carol done"
    ],
}
RFC = re.compile(r"RFC \d{3,4} §\d")


def each_question(check: Callable[[Question], None]) -> Callable[[str], None]:
    """Makes a check of one question a test of an exercise in all its variants.

    There are two thousand cases, and pytest takes longer to begin a test than most of them last.
    """

    def test(exercise: str) -> None:
        for question in VARIANTS[exercise]:
            try:
                check(question)
            except Exception as error:
                error.add_note(f"in variant {question.variant}")
                raise

    test.__name__ = check.__name__
    return pytest.mark.parametrize("exercise", VARIANTS)(test)


# ---- the course as a whole


@pytest.mark.parametrize("notebook", notebooks())
def test_a_notebook_has_exercises_of_enough_kinds(notebook: str) -> None:
    kinds = {variants[0].kind for variants in questions(notebook).values()}
    assert len(kinds) >= (3 if notebook == "01" else 4)  # the first steps are short


def test_there_is_a_typed_answer_for_every_variant() -> None:
    written = {name: len(variants) for name, variants in VARIANTS.items()}
    assert {name: len(answers) for name, answers in ANSWERS.items()} == written


@each_question
def test_what_an_exercise_has(question: Question) -> None:
    assert len(question.hints) >= 2
    assert len({mistake.name for mistake in question.mistakes}) >= 2
    assert RFC.search(question.source)
    assert "{" not in str(question_page(question)) + str(solution_page(question))


# ---- each exercise


@each_question
def test_blank(question: Question) -> None:
    for blank in ((), (...,), ([..., "x"],), ("a", ...)):
        assert judge(question, blank).status == "not tried"


def client_of(question: Question, lines: Iterable[str]) -> Client:
    """The client of the last session that these lines make with the question's server."""
    host = Host(question.scenario)
    client = connect(host)
    for line in lines:
        if line.startswith("?+"):
            host.clock += float(line[2:])
            client = connect(host)
        elif client.state != "closed":
            client.send(line)
    return client


def function_of(lines: Iterable[str]) -> Policy:
    """The policy in a source."""
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)
    found: Policy = names["policy"]
    return found


def wire_answers(question: Question, lines: tuple[str, ...]) -> list[object]:
    """What a learner may hand in: the lines as a text, a client who has said them, a function."""
    if question.kind == "policy":
        return [function_of(lines)]
    typed = [] if any(line.startswith("?+") for line in lines) else ["\n".join(lines)]
    return [*typed, *([client_of(question, lines)] if question.kind == "provoke" else [])]


def offered(question: Question) -> list[tuple[str, ...]]:
    """All answers that can be chosen; none where the answer is not among offers."""
    offers = [each for each in (question.options, question.reasons) if each]
    return list(product(*offers)) if offers else []


def bearing(question: Question, sign: str) -> list[tuple[object, ...]]:
    """The whole answers that bear the sign of a mistake: those that can be chosen, or itself."""
    words = tuple(sign.split())
    return [each for each in offered(question) if agrees(question, words, each)] or [words]


@each_question
def test_each_mistake_is_told_what_it_is(question: Question) -> None:
    for mistake in question.mistakes:
        tries = [bearing(question, sign) for sign in mistake.given]
        if question.kind in ON_THE_WIRE:
            tries = [[(each,)] for each in wire_answers(question, mistake.lines)]
            wants = [each for sign in mistake.given for each in sign.split(", ")]
            assert all(
                each in FAULTS if question.kind == "policy" else parts(each) for each in wants
            )
        assert tries, mistake.name
        for answers in tries:
            found = [judge(question, answer) for answer in answers]
            named = [it for it in found if it.misconception == mistake.name]
            assert named and {it.status for it in named} == {"wrong"}, mistake.name
            seen = r"policy\(.*\) gave .*\. " if question.kind == "policy" else ""
            for it in named:
                assert re.fullmatch(seen + re.escape(mistake.say), it.message), it.message


@each_question
def test_each_wrong_choice_is_told_what_it_is(question: Question) -> None:
    for words in offered(question):
        found = judge(question, words)
        assert (found.status == "right") != bool(found.misconception), words


@each_question
def test_right(question: Question) -> None:
    answers = wire_answers(question, question.solve)
    if question.kind not in ON_THE_WIRE:
        answers = [ANSWERS[question.id][question.variant]]
    for answer in answers:
        found = judge(question, (answer,))
        assert found.status == "right", found
        assert question.source in found.message


@each_question
def test_the_solution_draws_what_the_rfc_says(question: Question) -> None:
    if question.kind == "policy":
        fates = {call[:2]: call for call in played(question, function_of(question.solve))}
        typed = ", ".join(f"{name} {call.decision}" for (_, name), call in fates.items())
        assert typed == ANSWERS[question.id][question.variant]
    elif question.kind in ON_THE_WIRE:
        transcript = converse(question.scenario, question.solve)
        typed = str(ANSWERS[question.id][question.variant])
        assert transcript.codes == [int(code) for code in typed.split()]
        assert "S: " in str(solution_page(question))
    if question.kind == "repair":  # and the broken lines are broken
        assert judge(question, (list(question.lines),)).status == "wrong"


@each_question
def test_a_prediction_is_not_given_away(question: Question) -> None:
    if question.kind != "predict":
        return
    shown = str(question_page(question)).splitlines()
    said = [line.strip() for line in shown if line.startswith("    ")]
    if question.ask == "codes":
        assert all(line.startswith("C:") for line in said)
    else:
        assert said.pop() == "S: ?"
        assert said.pop().startswith("C: ") and not said[-1].endswith("?")
    last = converse(question.scenario, question.lines)[-1].reply
    assert last and str(last) not in "\n".join(said)


def plain(text: str) -> set[str]:
    """The words of a text, numbers and codes with their dots."""
    return {word.rstrip(".,:;?)") for word in re.split(r"[\s(]+", text.replace(",", ""))}


@each_question
def test_no_hint_is_the_answer(question: Question) -> None:
    for hint in question.hints:
        if question.kind in ON_THE_WIRE:
            wanted = {line for line in question.solve if len(line) > 1} - set(question.lines)
            assert not [line for line in wanted if f" {line} " in f" {hint} "]
        elif question.ask != "first digit":  # its hints name all four
            known = plain(str(question_page(question)))
            assert offered(question) or not set(expected(question)) & plain(hint) - known


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        *(("02-7", "dot"), ("04-6", "505"), ("05-1", "29"), ("06-3", "7"), ("06-6", "11")),
        *(("07-4", "STARTTLS"), ("07-5", "explorer"), ("09-7", "4")),
    ],
)
def test_the_last_hint_leaves_a_step(name: str, secret: str) -> None:
    assert secret not in plain(VARIANTS[name][0].hints[-1])

"""What people type and paste is read as they mean it, and what they did not do is not recorded."""

from collections.abc import Sequence
from dataclasses import replace
from textwrap import indent

import pytest

from smtplesson import Client, connect, scenario, serve
from smtplesson.exercises.judge import judge
from smtplesson.exercises.question import Question
from smtplesson.exercises.shown import Result
from smtplesson.exercises.typed_lines import client_lines, lines_of
from smtplesson.loopback.client import converse
from smtplesson.protocol.states import State
from tests.exercises.conftest import QUESTIONS, VARIANTS


def check(name: str, *answer: object) -> Result:
    return judge(VARIANTS[name][0], answer)


# ---- values


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        # 02-3 wants a and 1; 03-5 wants b and 1, where b is offered as "251"
        ("02-3", ["a1", "1a", "A1", "a 1", "1, A", (1, "a"), ["A", "1"], "(a, 1)", "a) 1", "ａ１"]),
        ("02-3", ["option a, reason 1", "a and 1", "a/1"]),
        ("02-3", ["A: keep the mail and try again later, 1"]),
        ("03-5", ["251, 1", (251, 1), "b: the server takes the mail and passes it on by itself"]),
        # 02-2 wants c
        ("02-2", ["c", "C", " c) ", "(c)", "option c", "it is about the connection", ["c"]]),
        # 02-1 wants the first digit 4; 08-2 the code 552; 02-6 the enhanced code 5.1.1
        ("02-1", [4, "4", 4.0, "4yz", "4xx", "４", "4 (not now)", 450, "450 4.2.1"]),
        ("08-2", [552, "552", " 552.", "552!", "552 5.3.4 We cannot carry that much", 552.0]),
        ("02-6", ["5.1.1", "550 5.1.1", (5, 1, 1), "5,1,1", "#5.1.1", "５.１.１"]),
        # 03-6 wants 250 250 550 250 354 250 221; 09-3 wants 441 and 512, in no order
        ("03-6", ["250 250 550 250 354 250 221", [250, 250, 550, 250, 354, 250, 221]]),
        ("03-6", ["250-250-550-250-354-250-221", "250, 250 → 550; 250 354/250 221"]),
        ("09-3", [(512, 441), (441, 512), "512 and 441", "441, 512"]),
        # 04-2 wants 53, 04-8 wants 1440, 06-4 wants 6.4, 08-6 wants 75 and 20
        ("04-2", [53, "53", "53 octets", "53octets", "about 53", "= 53", "53.0", "+53", "5.3e1"]),
        ("04-8", [1440, "1,440", "1 440", "1'440", "1_440", "1\u00a0440", "1440,0", "1.440,0"]),
        ("04-8", ["1,440.0 octets", 1440.0, "1.44e3", "１４４０"]),
        ("06-4", [6.4, "6.4", "6,4", "6.4 %", "6,4%", "6.4 percent", "06,40", ".64e1"]),
        ("08-6", [(75, 20), "75, 20", "75,20", "75 20", "75 % and 20 %", "75; 20", "75,0 20,0"]),
        ("08-6", ["75/20", "75 - 20", ["75 %", "20 %"], "75.0, 20.0"]),
    ],
)
def test_a_value_is_read_as_people_write_it(name: str, answers: Sequence[object]) -> None:
    for answer in answers:
        assert check(name, answer).status == "right", answer


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("02-3", ["a", 1, "a b 1", "a 1 2", "z 9", "I think a", "no 1", "q1", True, "а1"]),
        ("02-2", ["ab", "the connection", "z", 3, "a, b"]),
        ("02-1", ["44", "4.4", "4 or 5", "four", "5.1.1", -40, "x4"]),
        ("08-2", ["5.3.4", 55, 5520, "552 or 450", "five", "552x", float("nan"), 5.52, None]),
        ("02-6", [511, "511", 5.1, "5.1", "5.1.1.1", "5.01.1", "5.1.1 or 5.7.1", "X.1.1"]),
        ("04-2", ["53 of 256", "1/2", "256-203", "5,3,1", "1,44,0", "-", "", "2^5", "x", "1..2"]),
        ("04-2", [float("inf"), float("nan"), 10**5000, 1j, b"53", "9" * 20_000, True]),
        ("08-6", [75, "75", "75 20 5", "75.20", (75, 20, 5), "1: 75, 2: 20"]),
    ],
)
def test_what_could_be_anything_is_asked_for_again(name: str, answers: Sequence[object]) -> None:
    for answer in answers:
        found = check(name, answer)
        assert (found.status, found.misconception) == ("not tried", ""), answer


@pytest.mark.parametrize(
    ("name", "answer", "status", "taken"),
    [
        ("04-8", "1,440", "right", "1440"),
        ("04-8", "1.440", "wrong", "1.44"),
        ("02-1", 450, "right", "4"),
        ("02-1", "550", "wrong", "5"),
        *(("04-8", answer, "right", "") for answer in ("1.440,0", "1 440", 1440)),
        *(("06-4", answer, "right", "") for answer in ("6,4", 6.4, 6.400)),
    ],
)
def test_an_unsure_reader_says_what_it_took(
    name: str, answer: object, status: str, taken: str
) -> None:
    found = check(name, answer)
    assert found.status == status
    assert found.message.endswith(f" (Your answer was read as {taken}.)") == bool(taken)
    assert bool(taken) or "taken for" not in found.message


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("02-2", "a", "only the 2 in the middle counts"),
        ("04-2", 64, "two limits"),
        ("04-9", "b 1", "the limit of something else"),
        ("05-4", "b", "between the two ends"),
        ("05-6", "c", "at another stage the share is larger"),
        ("08-6", (20, 75), "in the other order"),
        ("09-4", "d 2", "so it is a reply"),
        ("04-8", 1441, "nor one of the usual mistakes"),
        ("03-6", "220 250 250 550 250 354 250 221", "the greeting came before"),
        # A decimal comma parts no thousands; these are fractions.
        *(("06-4", "0,064", "asks for percent"), ("05-2", "0,2", "asks for percent")),
        # A code that nobody thought of
        *(("08-2", 551, "first digit is right"), ("08-2", 421, "would mean transient negative")),
    ],
)
def test_the_feedback_fits_the_answer(name: str, answer: object, says: str) -> None:
    found = check(name, answer)
    assert found.status == "wrong" and says in found.message


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        # What the file allows: half a point in shares of persons, a tenth in per cent, and so on
        ("05-2", (19.9, 20.1), (19.8, 20.2, 20.11)),
        ("05-3", (341, 343), (340, 344, 343.1)),
        ("06-4", (6.35, 6.45), (6.3, 6.5, 6.46)),
        ("08-6", ((74.5, 20.5), (75.5, 19.5)), ((74.4, 20), (76, 20), (75, 21), (75, 20.6))),
        ("04-8", (1440,), (1439, 1441, 1440.1)),
    ],
)
def test_rounding_is_forgiven_and_no_more(
    name: str, right: Sequence[object], wrong: Sequence[object]
) -> None:
    assert {check(name, each).status for each in right} == {"right"}
    assert {check(name, each).status for each in wrong} == {"wrong"}


# ---- conversations

REPAIR = [question for question in QUESTIONS if question.kind == "repair"]


def as_pasted(question: Question) -> dict[str, object]:
    """The right lines in the forms in which people hand them in."""
    lines = question.solve
    secret = [line for line in lines if line.startswith("AUTH PLAIN ") or line.endswith("=")]
    shown = str(converse(question.scenario, lines))
    for line in secret:  # a transcript hides it, so people put it back
        shown = shown.replace("****", line.removeprefix("AUTH PLAIN "), 1)
    bare = "\n".join(f"{line[3:]}" for line in shown.splitlines() if not line.startswith("!"))
    text = "\n".join(lines)
    return {
        "between quotes": f"\n{text}\n",
        "indented": f"\n{indent(text, '    ')}\n    ",
        "indented but the first": indent(text, "        ").lstrip(),
        "with C:": "\n".join(f"C: {line}" for line in lines),
        "with c: and no blank": "\n".join(f"c:{line}" for line in lines),
        "with the server": f"\n{indent(shown, '    ')}\n",
        "with the server's bare lines": bare,
        "with arrows": shown.replace("C: ", " -> ").replace("S: ", "<-  "),
        "with CRLF": text.replace("\n", "\r\n") + "\r\n\r\n",
        "a list": list(lines),
        "a list with line ends": [f"{line}\n" for line in lines],
        "a list with CRLF": tuple(f"{line}\r\n" for line in lines),
        "a list of pasted lines": shown.splitlines(),
        "with blanks at the ends": "\n".join(f"{line}  " for line in lines),
        "with empty lines between commands": text.replace("\nMAIL", "\n\nMAIL"),
    }


@pytest.mark.parametrize("question", REPAIR, ids=lambda each: f"{each.id}/{each.variant}")
def test_a_repaired_conversation_is_read_as_it_is_pasted(question: Question) -> None:
    for form, answer in as_pasted(question).items():
        found = judge(question, (answer,))
        assert (found.status, found.misconception) == ("right", ""), form

    shown = str(converse(question.scenario, question.lines))  # which is still wrong when pasted
    found = judge(question, (shown,))
    assert found.status == ("not tried" if "****" in shown else "wrong")


def test_line_ends_of_a_list_are_no_lines() -> None:
    lines = ["DATA", "A: b", "", "Hi"]
    for end in ("", "\n", "\r\n"):
        assert lines_of([f"{line}{end}" for line in lines]) == lines


@pytest.mark.parametrize(
    ("pasted", "lines"),
    [
        # In the text nothing is a reply or a mark, unless marks were there before.
        ("DATA\n250 ways\nS: a\nC: b\n.\nQUIT", ["DATA", "250 ways", "S: a", "C: b", ".", "QUIT"]),
        ("DATA\n354 go on\n354 ways\n.", ["DATA", "354 ways", "."]),
        ("C: DATA\nS: 354 go on\nC: Hi\nC:\nS: 250 no\nC: .", ["DATA", "Hi", "", "."]),
        # Somebody has put a line of their own between copied ones.
        ("C: DATA\nS: 354 go on\nC: Hi\n.\nC: QUIT\nS: 221 bye", ["DATA", "Hi", ".", "QUIT"]),
        ("220 mx\nEHLO a\n250-mx\n250 HELP\nQUIT\n221 bye", ["EHLO a", "QUIT"]),
        ("  DATA\n    Hi\n      you\n    .", ["DATA", "Hi", "  you", "."]),
        ("CLIENT: NOOP\nServer: 250 ok\n>>> QUIT\n<<< 221 bye", ["NOOP", "QUIT"]),
    ],
)
def test_who_says_what(pasted: str, lines: list[str]) -> None:
    said: list[str] = []

    def state() -> State:  # DATA begins the text, and a dot ends it
        return State.CONTENT if "DATA" in said and "." not in said else State.GREETED

    for line in client_lines(pasted, state):
        said.append(line)
    assert said == lines


def test_no_misconception_is_recorded_that_was_not_made() -> None:
    """Each of these lines does what the mistake with the same reply leaves out."""
    sent = "EHLO a.example\nMAIL FROM:<a@a.example>\nRCPT TO:<alice@example.test>\nDATA\nHi\n.\n"
    for name, lines in (
        ("02-7", f"WIBBLE\n{sent}QUIT"),  # DATA is kept
        ("03-7", f"RCPT TO:<alice@example.test>\n{sent}"),  # nothing was forgotten yet
        ("04-7", f"WIBBLE\n{sent}"),  # no text stands where commands are expected
        ("07-4", "EHLO a.example\nMAIL FROM:<alice@example.test>"),  # 530 here is about TLS
    ):
        found = check(name, lines)
        assert (found.status, found.misconception) == ("wrong", ""), name


def test_a_text_has_to_keep_its_letters() -> None:
    lines = [line for line in VARIANTS["04-7"][0].solve if not line.startswith("xxx")]
    found = check("04-7", lines)
    assert (found.status, found.misconception) == ("wrong", "")
    assert "not all of its text" in found.message


# ---- what is asked

MAIL, EHLO = "MAIL FROM:<office@school.example>", "EHLO school.example"


@pytest.mark.parametrize(
    ("name", "variant", "lines"),
    [
        ("03-1", 0, [MAIL, "RCPT TO:<reply-503@example.test>"]),
        ("03-1", 1, ["NOOP " + "x" * 600]),  # a line too long is no unknown command
        ("03-2", 0, [MAIL, "RCPT TO:<reply-551-5.1.6@example.test>"]),
        ("03-2", 3, [MAIL, "RCPT TO:<reply-552-5.3.4@example.test>"]),
        ("03-3", 0, [MAIL, "RCPT TO:<reply-450-4.7.0@example.test>"]),
        ("03-3", 1, [MAIL, "RCPT TO:<REPLY-452@example.test>"]),
        ("03-4", 0, [MAIL, "RCPT TO:<reply-251@example.test>"]),
        ("03-4", 0, ["MAIL FROM:<reply-251@example.test>"]),
        ("04-5", 1, [MAIL, "RCPT TO:<data-reply-552@example.test>", "DATA", "Hi", "."]),
        ("04-6", 0, ["NOOP " + "x" * 495, "NOOP " + "x" * 595]),
        ("04-6", 0, ["NOOP " + "x" * 505, "NOOP " + "x" * 507]),
        ("06-6", 0, [MAIL, "RCPT TO:<data-reply-450@example.test>", "DATA", "Hi", "."]),
        ("08-5", 0, [MAIL, "RCPT TO:<reply-550-5.7.1@example.test>"]),
        ("08-5", 0, [MAIL, "RCPT TO:<zoe@example.test>"]),
        ("08-5", 1, [MAIL, "RCPT TO:<reply-452-4.2.2@example.test>"]),
        ("08-5", 2, ["DATA"]),
        ("08-5", 3, ["MAIL FROM:<a..b@school.example>"]),
    ],
)
def test_the_code_alone_is_not_the_answer(name: str, variant: int, lines: list[str]) -> None:
    question = VARIANTS[name][variant]
    client = connect(question.scenario)
    for line in (EHLO, *lines):
        client.send(line)
    assert int(question.want[-1][:3]) in client.transcript.codes
    for answer in (client, client.transcript, [EHLO, *lines]):
        assert judge(question, (answer,)).status == "wrong"


def test_a_reply_that_an_address_asked_for_is_told_so() -> None:
    found = check("08-5", [EHLO, MAIL, "RCPT TO:<reply-550@example.test>"])
    assert found.misconception == "asks for the code instead of earning it"
    assert found.message.startswith("550 came because the address asked for it.")
    # Reply-To in a text asks for nothing.
    lines = [EHLO, MAIL, "RCPT TO:<zoe@example.test>", "RCPT TO:<alice@example.test>", "DATA"]
    assert check("02-8", [*lines, "Reply-To: <reply-250@a.example>", "."]).status == "right"


def mail_to(client: Client, name: str) -> Client:
    client.send_mail("news@letter.example", f"{name}@example.test", "Hi")
    return client


def test_the_server_that_is_asked_about_has_to_say_it() -> None:
    """450 to carol on `example`; in `greylist` everybody draws it, in `helpful` nobody."""
    assert check("03-3", mail_to(connect("example"), "carol")).status == "right"
    for name in ("carol", "alice"):
        client = mail_to(connect("greylist"), name)
        found = check("03-3", client)
        assert (found.status, found.misconception) == ("wrong", "")
        assert "this is about 'example'" in found.message
    assert check("03-3", client.transcript).status == "wrong"
    own = replace(scenario("example"), rules=scenario("greylist").rules)
    assert check("03-3", mail_to(connect(own), "carol")).status == "wrong"
    with serve("example") as server:
        assert check("03-3", mail_to(connect(server), "carol")).status == "right"
    with serve("helpful") as server:
        assert check("03-4", mail_to(connect(server), "dora")).status == "right"
        assert check("03-3", mail_to(connect(server), "alice")).status == "wrong"


def test_a_transcript_does_not_tell_the_seed() -> None:
    """451 at the end of data comes with seed 29, and not with 0, which lines are said with."""
    client = connect("busy", seed=29)
    client.send_mail("news@client.example", "alice@example.test", "Hello!")
    assert client.transcript.codes[-1] == 451
    assert check("05-1", client).status == "right"
    found = check("05-1", client.transcript)
    assert (found.status, found.misconception) == ("wrong", "")
    assert "Hand in the client itself" in found.message


def test_a_transcript_that_hides_a_login_is_not_judged() -> None:
    client = connect("strict")
    for line in VARIANTS["07-5"][0].solve:
        client.send(line)
    assert check("07-5", client).status == "right"
    found = check("07-5", client.transcript)
    assert found.status == "not tried" and "hides what was sent" in found.message

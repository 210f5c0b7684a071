"""What arrived: what the console tells of a message that the server has taken."""

import pytest

from smtplesson import Host, connect, serve
from smtplesson.console.model import ConsoleModel
from smtplesson.console.page import static, view
from smtplesson.console.post import LINE_CAP, MOST_LINES, post
from smtplesson.show.pieces import as_html, as_text

ALICE = "RCPT TO:<alice@example.test>"
MAIL = ("EHLO a.example", "MAIL FROM:<you@client.example>", ALICE, "DATA")


def sent(*text: str, mail: tuple[str, ...] = MAIL, model: ConsoleModel | None = None) -> str:
    """What a console shows once this text was sent."""
    model = model or ConsoleModel()
    for line in (*mail, *text, "."):
        model.submit(line)
    return as_text(post(model.arrived)) if model.arrived else ""


def lines(shown: str) -> list[str]:
    return shown.partition("as it is stored:\n\n")[2].splitlines()


def test_a_host_and_a_server_have_the_messages_that_they_accepted() -> None:
    host = Host()
    with connect(host) as client:
        client.send_mail("a@a.example", "alice@example.test", "Subject: x\n\none\n")
    (message,) = host.messages
    assert str(message.recipients[0]) == "alice@example.test"
    assert message.content == b"Subject: x\r\n\r\none\r\n"
    with serve() as server, connect(server) as client:
        client.send_mail("a@a.example", "alice@example.test", "two\n")
        assert [each.content for each in server.messages] == [b"two\r\n"]


def test_envelope_and_header_stand_side_by_side() -> None:
    shown = sent("From: The Bank <bank@bank.example>", "", "Hello")
    rows = [row.split("  ") for row in shown.splitlines() if row.startswith(("from", "to"))]
    assert [[cell.strip() for cell in row if cell] for row in rows] == [
        ["from", "MAIL FROM:<you@client.example>", "From: The Bank <bank@bank.example>"],
        ["to", "RCPT TO:<alice@example.test>", "no To line"],
    ]


# RFC 5321 §4.5.2: a line that begins with a dot loses it, whoever put it there.
@pytest.mark.parametrize(
    ("typed", "stored"),
    [("..two", ".two  sent as ..two"), (".one", "one  sent as .one"), ("a.b", "a.b"), ("", "")],
)
def test_a_line_that_lost_a_dot_says_so(typed: str, stored: str) -> None:
    assert lines(sent("first", typed, "last")) == ["first", stored, "last"]


def test_another_clients_mail_is_marked_as_it_must_have_been_sent() -> None:
    host = Host()
    model = ConsoleModel(host=host)
    sent("one", model=model)
    with connect(host) as client:
        client.send_mail("a@a.example", "alice@example.test", ".dot\nand\nmore\n")
    assert model.arrived
    other = model.arrived._replace(message=host.messages[-1])
    assert lines(as_text(post(other))) == [".dot  sent as ..dot", "and", "more"]


@pytest.mark.parametrize(
    ("recipients", "news"),
    [
        ([ALICE, "RCPT TO:<postmaster>"], "alice has 1 message, postmaster has 1 message."),
        ([ALICE, "RCPT TO:<ALICE+news@example.test>"], "alice has 2 messages."),
    ],
)
def test_mailboxes_are_counted_by_their_user(recipients: list[str], news: str) -> None:
    model = ConsoleModel()
    sent("x", mail=(*MAIL[:2], *recipients, "DATA"), model=model)
    assert model.hint == news


def test_a_second_mail_counts_on_and_a_refused_one_is_none() -> None:
    model = ConsoleModel()
    sent("one", model=model)
    model.submit("MAIL FROM:<>")
    model.submit("RCPT TO:<data-reply-451@example.test>")
    sent("two", mail=("DATA",), model=model)
    assert model.transcript.codes[-1] == 451 and model.arrived
    assert (model.arrived.message.content, model.hint) == (b"one\r\n", "")
    sent("three", model=model)
    assert model.hint == "alice has 2 messages."
    model.restart()
    assert model.arrived is None and view(model)["post"] == ""


def test_what_is_long_is_cut_and_what_is_hostile_escaped() -> None:
    model = ConsoleModel()
    trap = "<img src=x>"
    sent(f"From: {trap}", *["x" * 900] * MOST_LINES, model=model)
    assert model.arrived
    assert "and more lines: 1" in as_text(post(model.arrived))
    assert "x" * (LINE_CAP + 1) not in as_text(post(model.arrived))
    for html in (as_html(post(model.arrived)), static(model)._repr_html_()):
        assert "&lt;img" in html and "<img" not in html


def test_raw_octets_and_an_empty_message_arrive_too() -> None:
    model = ConsoleModel()
    sent(model=model)
    assert model.arrived and model.arrived.message.content == b""
    model.raw = True
    for line in (*MAIL, r"a\xff\r\n..b\r\n.\r\nNOOP"):
        model.submit(line + r"\r\n")
    assert lines(as_text(post(model.arrived))) == [r"a\xff", ".b  sent as ..b"]

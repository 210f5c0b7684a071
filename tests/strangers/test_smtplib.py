"""Python's smtplib must be able to talk to the server: it knows nothing of this package."""

import smtplib
from collections.abc import Callable

import pytest

from smtplesson import Server, serve
from smtplesson.protocol.memory import Message
from tests.conftest import toml

SENDER, ALICE = "sender@remote.example", "alice@example.test"
TEXT = "Subject: hello\n\nhello\n"


def dial(server: Server) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", server.port, "client.example", timeout=10)


def refusal(call: Callable[..., object], *words: object, **options: object) -> int:
    """The code with which a call is refused."""
    with pytest.raises(smtplib.SMTPResponseException) as error:
        call(*words, **options)
    return error.value.smtp_code


def only(server: Server) -> Message:
    """The one message that the server took."""
    (message,) = server.host.memory.messages
    return message


def test_a_mail(server: Server) -> None:
    with dial(server) as smtp:
        assert smtp.sendmail(SENDER, [ALICE, "postmaster@example.test"], TEXT) == {}
        assert smtp.does_esmtp
        assert smtp.esmtp_features["size"] == "51200"
    message = only(server)
    assert str(message.reverse_path) == SENDER
    assert [str(each) for each in message.recipients] == [ALICE, "postmaster@example.test"]
    assert message.content == b"Subject: hello\r\n\r\nhello\r\n"


def test_some_recipients_are_refused(server: Server) -> None:
    everyone = [ALICE, "bob@example.test", "nobody@example.test", "x@elsewhere.example"]
    with dial(server) as smtp:
        refused = smtp.sendmail(SENDER, everyone, TEXT)
    assert {name: code for name, (code, _) in refused.items()} == {
        "bob@example.test": 452,
        "nobody@example.test": 550,
        "x@elsewhere.example": 550,
    }
    assert [str(each) for each in only(server).recipients] == [ALICE]


def test_all_recipients_are_refused(server: Server) -> None:
    with dial(server) as smtp:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as error:
            smtp.sendmail(SENDER, ["nobody@example.test"], TEXT)
        assert error.value.recipients["nobody@example.test"][0] == 550
        assert smtp.sendmail(SENDER, [ALICE], TEXT) == {}  # smtplib said RSET in between


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
@pytest.mark.parametrize("at_once", [True, False])
def test_login(server: Server, mechanism: str, at_once: bool) -> None:
    with dial(server) as smtp:
        smtp.ehlo()
        assert smtp.esmtp_features["auth"].split() == ["PLAIN", "LOGIN", "CRAM-MD5"]
        smtp.esmtp_features["auth"] = mechanism
        assert refusal(smtp.login, "alice", "looking glass", initial_response_ok=at_once) == 535
        assert smtp.login("alice", "wonderland", initial_response_ok=at_once)[0] == 235
        assert smtp.sendmail(SENDER, ["x@elsewhere.example"], TEXT) == {}


def test_starttls(server: Server) -> None:
    with dial(server) as smtp:
        assert smtp.starttls()[0] == 220
        smtp.ehlo()
        assert not smtp.has_extn("starttls")
        assert smtp.sendmail(SENDER, [ALICE], TEXT + "x" * 60 + "\n") == {}
        big = TEXT + ("y" * 70 + "\n") * 600
        assert smtp.sendmail(SENDER, [ALICE], big) == {}
    assert server.host.memory.messages[1].content == big.replace("\n", "\r\n").encode()


def test_a_strict_server() -> None:
    with serve("strict") as server, dial(server) as smtp:
        smtp.ehlo()
        assert smtp.mail(SENDER)[0] == 530
        smtp.starttls()
        smtp.ehlo()
        assert smtp.mail(SENDER)[0] == 530
        assert refusal(smtp.login, "dora", "explorer") == 454
        assert smtp.login("alice", "wonderland")[0] == 235
        assert smtp.sendmail(SENDER, ["x@elsewhere.example"], TEXT) == {}


def test_after_a_432_it_tries_plain() -> None:
    with serve("strict") as server, dial(server) as smtp:
        smtp.starttls()
        assert smtp.login("erik", "viking")[0] == 235


def test_questions(server: Server) -> None:
    with dial(server) as smtp:
        assert smtp.verify("alice")[0] == 252
        assert smtp.verify("nobody")[0] == 550
        assert smtp.expn("staff")[0] == 550
        assert b"Commands" in smtp.help()
        assert smtp.noop()[0] == 250
        assert smtp.rset()[0] == 250
    with serve("helpful") as helpful, dial(helpful) as smtp:
        code, text = smtp.expn("staff")
        assert code == 250
        assert text.count(b"@example.test>") == 3
        assert smtp.verify("dora")[0] == 251


@pytest.mark.parametrize(
    "text", [b".", b"..", b"a\r\n.\r\nb\r\n", b".a\r\n..b\r\n", b"\r\n.\r\n\r\n"]
)
def test_dots(server: Server, text: bytes) -> None:
    with dial(server) as smtp:
        smtp.sendmail(SENDER, [ALICE], text)
    assert only(server).content == (text if text.endswith(b"\r\n") else text + b"\r\n")


def test_eight_bits(server: Server) -> None:
    text = "Subject: x\r\n\r\nz\u00e4hlt\r\n"
    with dial(server) as smtp:
        smtp.sendmail(SENDER, [ALICE], text.encode(), ["BODY=8BITMIME"])
        smtp.sendmail("s\u00e4nder@remote.example", [ALICE], text.encode(), ["SMTPUTF8"])
        assert refusal(smtp.sendmail, SENDER, [ALICE], text.encode(), ["BODY=BINARYMIME"]) == 501
    assert [message.content for message in server.host.memory.messages] == [text.encode()] * 2
    assert server.host.memory.messages[1].reverse_path.local == "s\u00e4nder"


def test_a_big_message_is_refused_when_declared_and_when_not(server: Server) -> None:
    big = "Subject: big\r\n\r\n" + ("x" * 70 + "\r\n") * 1_000
    with dial(server) as smtp:
        assert refusal(smtp.sendmail, SENDER, [ALICE], big) == 552
        del smtp.esmtp_features["size"]
        assert refusal(smtp.sendmail, SENDER, [ALICE], big) == 552
        assert smtp.sendmail(SENDER, [ALICE], TEXT) == {}
    assert len(server.host.memory.messages) == 1


def test_a_refused_greeting() -> None:
    with serve("closed") as server:
        for code in (554, 521):
            assert refusal(dial, server) == code
        with dial(server) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            smtp.sendmail(SENDER, [ALICE], TEXT)
        assert refused.value.recipients[ALICE][0] == 556


def test_helo_is_the_way_back() -> None:
    # RFC 5321 §3.2: a client that EHLO is refused to says HELO.
    old = toml('users = ["alice"]\n[[rule]]\nat = "EHLO"\nreply = "502"')
    with serve(old) as server, dial(server) as smtp:
        assert smtp.sendmail(SENDER, [ALICE], TEXT) == {}
        assert not smtp.does_esmtp


@pytest.mark.parametrize("at", ["RCPT", "MAIL", "DATA"])
def test_a_server_that_goes_away(at: str) -> None:
    gone = toml(f'users = ["alice"]\n[[rule]]\nat = "{at}"\nreply = "421 4.3.2 good night"')
    with serve(gone) as server, pytest.raises(smtplib.SMTPException, match="421"):
        dial(server).sendmail(SENDER, [ALICE], TEXT)


def test_a_reply_on_demand(server: Server) -> None:
    with dial(server) as smtp:
        with pytest.raises(smtplib.SMTPDataError) as error:
            smtp.sendmail(SENDER, ["data-reply-554-5.6.0@example.test"], TEXT)
        assert error.value.smtp_code == 554
        assert isinstance(error.value.smtp_error, bytes)
        assert error.value.smtp_error.startswith(b"5.6.0 ")

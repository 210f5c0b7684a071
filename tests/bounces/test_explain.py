"""The public explain(): whatever quotes a reply is explained as that reply."""

import pytest

from smtplesson import Reply, connect, explain, find_reply
from smtplesson.errors import LessonError

BOUNCE = """<bob@example.test>: host mx.example.test[192.0.2.5] said: 452 4.2.2
    The mailbox is full (in reply to RCPT TO command)"""


@pytest.mark.parametrize(
    ("what", "codes"),
    [
        ("<x@example.org>: host mx.example.org[192.0.2.1] said: 452 4.2.2 full", "452 4.2.2"),
        ("<x>: host mx said: 452 4.2.2 full", "452 4.2.2"),
        ("SMTP error 554", "554"),
        ("550: 5.7.1 x", "550 5.7.1"),
        ("550; 5.7.515 Access denied", "550 5.7.515"),
        (BOUNCE, "452 4.2.2"),
        # Of several replies the one that made the mail fail, wherever it stands.
        ("250 2.1.0 Ok\n550 5.1.1 No such user", "550 5.1.1"),
        ("250-mx.example.test\n250 HELP\n", "250"),
        (b"550 5.1.1 No such user\r\n", "550 5.1.1"),
        (b"said: 452 4.2.2 \xff", "452 4.2.2"),
        (Reply(550, "x", "5.1.1"), "550 5.1.1"),
        (find_reply(BOUNCE), "452 4.2.2"),
        (550, "550"),
    ],
)
def test_it_is_explained_as_the_reply_in_it(what: int | str | bytes | Reply, codes: str) -> None:
    assert explain(what) == explain(codes)
    assert explain(codes).title.startswith(f"{codes}: ")


def test_what_a_command_drew_is_explained() -> None:
    with connect("example") as client:
        assert explain(client.send("RCPT TO:<bob@example.test>")) == explain("503 5.5.1")


HUGE = pytest.param(10**5000, id="huge")


@pytest.mark.parametrize("what", ["abc", "", "a\nb", b"", None, True, HUGE, [550], "x 550 y"])
def test_anything_else_is_one_clear_line(what: object) -> None:
    with pytest.raises(LessonError, match=r"^cannot explain .*text that quotes one$") as error:
        explain(what)  # type: ignore[arg-type]  # what no type checker would let pass
    assert len(str(error.value)) < 250

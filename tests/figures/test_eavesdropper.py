"""What can be read on the way, before and after STARTTLS, read back from the drawing."""

import numpy as np
from matplotlib.axes import Axes

from smtplesson.figures import eavesdropper
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.states import State
from tests.figures import reading as read
from tests.figures.reading import NONE
from tests.figures.test_told import TALK, said

# RFC 3207 §4: TLS begins after 220 to STARTTLS, and after no other reply; the
# octets 17 03 03 are those of RFC 8446 §5.2

_ASKED = ("STARTTLS", b"STARTTLS\r\n")
REFUSED = Exchange(*_ASKED, b"454 4.7.0 Not now\r\n", State.GREETED, State.GREETED)
BEGUN = Exchange(*_ASKED, b"220 2.0.0 Go ahead\r\n", State.GREETED, State.TLS)
MADE = Exchange("handshake", b"", b"", State.TLS, State.CONNECTED, ("TLS handshake made",))
SECRET = said(b"AUTH PLAIN ****", b"235 2.7.0 $Welcome$")


def columns(axes: Axes) -> list[tuple[str, str, str]]:
    """Each line: who says it, what stands on the left, and on the right, where "#" is a bar."""
    texts, (left, right) = read.written(axes), [each.at[0] for each in read.written(axes)[:2]]
    at = {each.at: each.text for each in texts}
    bars = {round(bar.y, 2) for bar in read.bars(axes)}
    rows = sorted(y for x, y in at if x == 0)
    return [
        (at[0, y], at.get((left, y), ""), at[right, y] + " #" * (y in bars)) for y in rows
    ]  # fmt: skip


def test_what_is_said_before_tls_can_be_read_and_what_comes_after_cannot() -> None:
    axes = read.own(eavesdropper(Transcript([TALK[0], REFUSED, BEGUN, MADE, SECRET])))
    before = [("S:", "220 mx.example"), ("C:", "STARTTLS"), ("S:", "454 4.7.0 Not now")]
    before += [("C:", "STARTTLS"), ("S:", "220 2.0.0 Go ahead")]
    assert columns(axes) == [
        *((who, text, text) for who, text in before),
        ("C:", "AUTH PLAIN ****", "17 03 03 #"),
        ("S:", "235 2.7.0 $Welcome$", "17 03 03 #"),
    ]
    assert {(bar.fill, bool(bar.hatch)) for bar in read.bars(axes)} == {(NONE.fill, True)}
    rule = {y for line in axes.lines for _, y in np.asarray(line.get_xydata()).round(2)}
    (made,) = (each for each in read.written(axes) if each.text == "TLS handshake made")
    below = {bar.y for bar in read.bars(axes)}
    assert rule == {made.at[1]} and all(made.at[1] < y for y in below)
    assert [row[2] for row in axes.rows] == ["the same"] * 5 + ["unreadable"] * 2
    assert axes.alternative == (
        "Of the 7 turns of this session an eavesdropper can read 5; the others are unreadable."
    )


def test_without_tls_all_can_be_read_the_password_too() -> None:
    axes = read.own(eavesdropper(Transcript([TALK[0], SECRET])))
    assert read.bars(axes) == [] and {row[2] for row in axes.rows} == {"the same"}
    said = "Where this shows ****, it was in full on the wire."
    assert axes.alternative.endswith(f"an eavesdropper can read 3. {said}")
    assert read.written(axes)[-1].text == f"Nothing is encrypted. {said}"


def test_the_eavesdropper_of_a_real_session_sees_no_word_of_the_mail() -> None:
    axes = read.own(eavesdropper())
    hidden = [row[1] for row in axes.rows if row[2] == "unreadable"]
    seen = [row[1] for row in axes.rows if row[2] == "the same"]
    assert seen[-1].startswith("220 ") and "STARTTLS" in seen
    for secret in ("AUTH PLAIN ****", "MAIL FROM:<alice@example.test>", "Meet me at six."):
        assert secret in hidden and secret not in seen
    assert read.crossed(axes) == []

"""The times to wait, against RFC 5321 §4.5.3.2."""

import pytest

from smtplesson.evidence.timeouts import timeout_table, timeouts
from smtplesson.protocol.scenario import Limits

# Typed from the headings of RFC 5321 §4.5.3.2.1 to §4.5.3.2.7.
RFC_5321 = {
    "connect": 5,  # Initial 220
    "MAIL": 5,
    "RCPT": 5,
    "DATA": 2,  # DATA initiation
    "text": 3,  # data block
    "end-of-data": 10,  # DATA termination
    "next command": 5,  # the server's
}


def test_the_times_are_those_of_the_rfc_in_the_order_of_a_session() -> None:
    assert {name: row.minutes for name, row in timeouts().items()} == RFC_5321
    assert list(timeouts()) == list(RFC_5321)
    sections = [row.source.split(",")[0] for row in timeouts().values()]
    assert sections == [f"RFC 5321 §4.5.3.2.{n}" for n in range(1, 8)]
    assert [row.who for row in timeouts().values()] == ["client"] * 6 + ["server"]


def test_our_server_waits_as_long_as_a_server_should() -> None:
    assert Limits().idle >= timeouts()["next command"].minutes * 60


@pytest.mark.parametrize("view", [str(timeout_table()), timeout_table()._repr_html_()])
def test_the_table_shows_all_of_them(view: str) -> None:
    for row in timeouts().values():
        assert all(each in view for each in (row.waiting_for, str(row.minutes), row.source))
    assert "gets it twice" in view

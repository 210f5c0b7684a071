"""Every reply code of the RFCs is provoked on the wire, where the RFCs allow it.

Run with `-rP` to see the table of codes, scenarios, stages and lines.
"""

import errno
import socket
from pathlib import Path

import pytest

from smtplesson.errors import WireError
from smtplesson.facts import Standing, allowed_codes, reply_codes, stages
from smtplesson.loopback.client import connect, converse
from smtplesson.loopback.server import serve
from tests.cases import rows

# RFC 5321 §4.2.3, then RFC 4954 §6, RFC 3207 §4 and RFC 7504.
RFC_5321 = {211, 214, 220, 221, 250, 251, 252, 354, 421, 450, 451, 452, 455, 500, 501, 502, 503}
RFC_5321 |= {504, 550, 551, 552, 553, 554, 555}
EXTENSIONS = {235, 334, 432, 454, 521, 530, 534, 535, 538, 555, 556}
FOLKLORE = {"full": 422, "disk": 431, "silent": 441, "broken": 442, "lost": 449, "bad": 510}
FOLKLORE |= {"typo": 513}

# code -> scenario, and what a client says. No address that asks for a reply is needed.
WAYS = {
    int(row["code"]): (row["scenario"], row["said"].split(" | ") if row["said"] else [])
    for row in rows(Path(__file__).with_name("ways.csv"))
}
PATIENCE = 100  # sessions until a reply that hangs on chance or on the attempt must have come


def provoked(code: int) -> tuple[str, str]:
    """The stage at which the code was met on the wire, and what the client had said."""
    name, lines = WAYS[code]
    with serve(name) as server:
        for _ in range(PATIENCE):
            for exchange in converse(server, lines):
                if exchange.code == code:
                    stage = exchange.stage if exchange.stage in stages() else "unknown"
                    return stage, exchange.sent.decode().strip()
    raise AssertionError(f"{code} was not met")


def test_no_code_is_left_out() -> None:
    assert set(WAYS) == RFC_5321 | EXTENSIONS
    assert {code for code in WAYS if reply_codes()[code].standing is Standing.FOLKLORE} == set()


def test_every_code_is_met_where_the_rfcs_allow_it() -> None:
    print("code  scenario  stage        line")
    for code in WAYS:
        stage, line = provoked(code)
        print(f"{code}   {WAYS[code][0]:<9} {stage:<12} {line}")
        assert code in allowed_codes(stage), line


@pytest.mark.parametrize(("name", "code"), FOLKLORE.items())
def test_folklore_can_be_seen_too(name: str, code: int) -> None:
    with serve("folklore") as server:
        said = converse(server, [*WAYS[451][1], f"RCPT TO:<{name}@example.test>"])
    assert code in said.codes
    assert reply_codes()[code].standing is Standing.FOLKLORE
    assert not any(code in allowed_codes(stage) for stage in stages())


def test_where_nobody_listens_there_is_no_reply_at_all() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(WireError) as error:
        connect(port)
    assert f"system error {errno.ECONNREFUSED}, not an SMTP reply" in str(error.value)
    assert "refused" in str(error.value).lower()
    assert "\n" not in str(error.value)

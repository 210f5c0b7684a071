"""Every reply code of the RFCs is provoked on the wire, where the RFCs allow it.

Run with `-rP` to see the table of codes, scenarios, stages and lines.
"""

import errno
import socket

import pytest

from smtplesson.errors import WireError
from smtplesson.experiments.provoke import recipes
from smtplesson.facts import Standing, allowed_codes, reply_codes, stages
from smtplesson.loopback.client import connect, converse
from smtplesson.loopback.server import serve
from tests.loopback.helpers import MAIL

# RFC 5321 §4.2.3, then RFC 4954 §6, RFC 3207 §4 and RFC 7504.
RFC_5321 = {211, 214, 220, 221, 250, 251, 252, 354, 421, 450, 451, 452, 455, 500, 501, 502, 503}
RFC_5321 |= {504, 550, 551, 552, 553, 554, 555}
EXTENSIONS = {235, 334, 432, 454, 521, 530, 534, 535, 538, 555, 556}
FOLKLORE = {"full": 422, "disk": 431, "silent": 441, "broken": 442, "lost": 449, "bad": 510}
FOLKLORE |= {"typo": 513}


def test_every_code_is_met_where_the_rfcs_allow_it() -> None:
    print("code  scenario  stage        line")
    for code in sorted(RFC_5321 | EXTENSIONS):
        recipe = recipes()[code]
        with serve(recipe.scenario, seed=recipe.seed) as server:
            for _ in range(recipe.session - 1):
                connect(server).close()
            met = converse(server, recipe.lines)[-1]
        print(f"{code}   {recipe.scenario:<9} {met.stage:<12} {met.sent.decode().strip()}")
        assert met.code == code
        assert code in allowed_codes(met.stage if met.stage in stages() else "unknown")
        assert "reply-" not in "".join(recipe.lines), "no address should have to ask for it"


@pytest.mark.parametrize(("name", "code"), FOLKLORE.items())
def test_folklore_can_be_seen_too(name: str, code: int) -> None:
    with serve("folklore") as server:
        said = converse(server, [*MAIL, f"RCPT TO:<{name}@example.test>"])
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

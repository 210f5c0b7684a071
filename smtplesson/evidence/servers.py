"""What real servers answered to the same octets: evidence, and not a standard."""

import re
from dataclasses import dataclass
from functools import cache

from smtplesson.tables import load, numbers, words

# Recorded on loopback; only the reply codes were kept. By column of server_answers.csv.
SERVERS = {
    "postfix": "Postfix 3.7.11",
    "exim": "Exim 4.96",
    "opensmtpd": "OpenSMTPD 6.8.0p2",
    "sendmail": "sendmail 8.17.1.9",
    "aiosmtpd": "aiosmtpd 1.4.6",
}
_REPEATED = re.compile(r"\{(.*?)\*(\d+)\}")


@dataclass(frozen=True, slots=True)
class Situation:
    """A row of server_answers.csv: what a client said, and the code that it drew from each server.

    situation: what is asked, in a few words.
    lines: what the client says after the greeting; the last line draws the reply in question,
        and a handshake follows where STARTTLS is granted.
    rfc_codes, rfc: the codes that the RFCs give for it, and where.
    postfix, exim, opensmtpd, sendmail, aiosmtpd: the code; None if the server was not asked.
    aside: servers whose code is no answer of their own to this question; `note` says why.
    note: a remark on how it was recorded.
    source: session and step of the recording.
    """

    situation: str
    lines: tuple[str, ...]
    rfc_codes: tuple[int, ...]
    rfc: str
    postfix: int | None
    exim: int | None
    opensmtpd: int | None
    sendmail: int | None
    aiosmtpd: int | None
    aside: tuple[str, ...]
    note: str
    source: str

    @property
    def codes(self) -> dict[str, int | None]:
        """The code from each server, in the order of `SERVERS`."""
        return {server: getattr(self, server) for server in SERVERS}


def played(cell: str) -> tuple[str, ...]:
    r"""The lines in a cell: `\n` parts them, `{text*n}` stands for the text n times."""
    whole = _REPEATED.sub(lambda found: found[1] * int(found[2]), cell)
    return tuple(whole.removesuffix(r"\n").split(r"\n"))


def _code(cell: str) -> int | None:
    return int(cell) if cell else None


@cache
def server_answers() -> tuple[Situation, ...]:
    """The situations, in the order of a session, each with the code that every server gave.

    The servers had the mailboxes of the scenario `example`: alice, bob over quota, nobody else
    of those named here; no relaying; 51,200 octets at most.
    """
    return load(
        Situation,
        "evidence/server_answers",
        lines=played,
        rfc_codes=numbers,
        aside=words,
        **dict.fromkeys(SERVERS, _code),
    )

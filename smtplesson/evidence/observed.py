"""Replies that real servers gave, as real bounce mails quote them: counts, and what they are not.

Derived counts only: no mail, address, host or text of a reply is in the data.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache

from smtplesson.tables import load

SOURCE = "Sisimai project, sisimai/set-of-emails, commit 18e585c2 (2025-12-10)"
LICENCE = "BSD 2-Clause, Copyright (C) 2014-2025 azumakuniyuki; counts only"
# Mails of the corpus that quote a reply from a remote host.
MAILS = 418
# What every picture of these counts has to say, in short and in full.
BIAS = "a parser's test corpus, not a traffic sample"
BIAS_NOTE = (
    "The mails were collected to test a parser of bounces, one or a few for each mail program, "
    "and many look made for it: a count says how many samples there are, not how common a reply "
    "is on the Internet. Only failures that ended in a bounce are here, so a failure that "
    "a retry solved hardly shows."
)


@dataclass(frozen=True, slots=True)
class ObservedReply:
    """A row of observed_replies.csv: how many bounce mails quote one reply.

    mta_family: the program that wrote the bounce or the service that gave the reply, by the
        name of the sample; "rfc3464" and the like are mixed.
    command: what the reply answered, where the bounce says it; else empty.
    code: the reply code.
    enhanced: the enhanced status code in the same reply; empty if there was none.
    count: distinct replies, each counted once a mail.
    """

    mta_family: str
    command: str
    code: int
    enhanced: str
    count: int


@cache
def observed_replies() -> tuple[ObservedReply, ...]:
    """All rows. Source: `SOURCE`; the limits of these counts are in `BIAS_NOTE`."""
    return load(ObservedReply, "evidence/observed_replies", code=int, count=int)


def observed_codes() -> dict[int, int]:
    """How often each reply code was quoted, in rising order of the code; see the rows."""
    counts = Counter[int]()
    for row in observed_replies():
        counts[row.code] += row.count
    return dict(sorted(counts.items()))

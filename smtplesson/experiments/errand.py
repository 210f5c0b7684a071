"""Errands: what a sender says to have its messages delivered, and what it makes of the replies."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush
from itertools import islice, zip_longest

from smtplesson.errors import LessonError
from smtplesson.experiments.schedules import Chance
from smtplesson.experiments.senders import Sender
from smtplesson.protocol.session import Session

# A message tried so often is not on its way: something goes round in circles.
MAX_ATTEMPTS = 1_000
TEXT = b"Subject: hello\r\n\r\nJust one line.\r\n.\r\n"

# Takes note of one reply that came at a stage.
Count = Callable[[str, bytes], None]
# Gives a sender its nth session, from 1.
Connect = Callable[[int], Session]
# A message that waits: when it is due; its number, so that what is due at the same time keeps its
# order; for whom it still is; how often it was tried; when first.
Waiting = tuple[float, int, tuple[str, ...], int, float]
# How many attempts a sender has made, and what waits, in order.
Underway = tuple[int, tuple[Waiting, ...]]


class Fate(StrEnum):
    """What became of a recipient."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"  # 4yz, or no reply at all (RFC 5321 §3.8): not now
    REFUSED = "refused"  # 5yz


@dataclass(frozen=True, slots=True)
class Delivery:
    """The end of one recipient's story.

    fate: accepted or refused; deferred if the sender gave up.
    attempts: how many it took.
    delay: whole seconds from the first attempt to the last.
    """

    fate: Fate
    attempts: int
    delay: int


def play(sender: Sender, connect: Connect, count: Count, chance: Chance) -> list[Delivery]:
    """Sends all messages of a sender on a virtual clock, and tells what became of each recipient.

    connect: gives the sender its next session.
    count: takes note of each reply.
    chance: for the jitter of its waits.
    Raises: LessonError if a message is tried more than 1,000 times.
    """
    errand, deliveries = Errand(sender, chance), []
    while not errand.is_over:
        deliveries += errand.attempt(connect(errand.sessions + 1), count)
    return deliveries


def at_start(sender: Sender) -> Underway:
    """How a sender stands that has not tried anything."""
    messages = range(sender.messages)
    return 0, tuple((n * sender.gap, n, sender.recipients, 0, 0.0) for n in messages)


class Errand:
    """A sender and its messages on their way, attempt by attempt, on a virtual clock.

    sender, chance: as for `play`.
    standing: from where it goes on, if luck had no part so far; by default from the start.
    sessions: how many attempts it has made.
    """

    def __init__(self, sender: Sender, chance: Chance, standing: Underway | None = None) -> None:
        self.sessions, waiting = standing or at_start(sender)
        self._sender = sender
        mails = [_Mail(sender.retries.waits(chance), each) for each in waiting]
        self._due = [(mail.due, mail.number, mail) for mail in mails]  # in order, so a heap

    @property
    def is_over(self) -> bool:
        """True if no message waits any more."""
        return not self._due

    @property
    def standing(self) -> Underway:
        """All that its future depends on, but for the server and for luck."""
        return self.sessions, tuple(sorted(mail.standing for *_, mail in self._due))

    def attempt(self, session: Session, count: Count) -> list[Delivery]:
        """Makes the attempt that is due next; the ends of recipients' stories that it brings.

        Raises: LessonError if a message is tried more than 1,000 times.
        """
        now, _, mail = heappop(self._due)
        self.sessions += 1
        fates = _Attempt(self._sender, session, count, now).run(mail.pending)
        deliveries = mail.settle(fates, now)
        if mail.pending:
            heappush(self._due, (mail.due, mail.number, mail))
        return deliveries


class _Mail:
    """One message on its way: who still waits for it, and when the next attempt is due."""

    def __init__(self, waits: Iterator[float], standing: Waiting) -> None:
        self.due, self.number, self.pending, self._attempts, self._first = standing
        self._waits = islice(waits, self._attempts, None)

    @property
    def standing(self) -> Waiting:
        """All that its future depends on; its next wait follows from the number of attempts."""
        return self.due, self.number, self.pending, self._attempts, self._first

    def settle(self, fates: dict[str, Fate], now: float) -> list[Delivery]:
        """The deliveries that this attempt has brought to their end."""
        self._first = now if not self._attempts else self._first
        self._attempts += 1
        if self._attempts > MAX_ATTEMPTS:
            raise LessonError(f"a message was tried {MAX_ATTEMPTS:,} times: this never ends")
        self.pending = tuple(each for each in self.pending if fates[each] is Fate.DEFERRED)
        wait = next(self._waits, None) if self.pending else None
        if wait is None:
            self.pending = ()  # none left, or no patience
        else:
            self.due = now + wait
        return [
            Delivery(fates[each], self._attempts, round(now - self._first))
            for each in fates
            if each not in self.pending
        ]


class _Attempt:
    """One session in which a sender tries to hand over one message."""

    def __init__(self, sender: Sender, session: Session, count: Count, now: float) -> None:
        self.sender = sender
        self.session = session
        self.count = count
        self.now = now

    def run(self, recipients: Sequence[str]) -> dict[str, Fate]:
        """What became of each recipient."""
        reply = self.session.open(self.now)
        self.count("connect", reply)
        if self.goes_on(reply):
            (reply,) = self.say(("EHLO", b"EHLO client.example\r\n"))
        fates = dict.fromkeys(recipients, fate(reply))
        if self.goes_on(reply):
            fates = self.transaction(recipients)
        self.say(("QUIT", b"QUIT\r\n"))
        return fates

    def transaction(self, recipients: Sequence[str]) -> dict[str, Fate]:
        """What became of each recipient in the mail transaction."""
        mail = ("MAIL", f"MAIL FROM:<{self.sender.sender}>\r\n".encode())
        rcpts = [("RCPT", f"RCPT TO:<{each}>\r\n".encode()) for each in recipients]
        if self.sender.pipelined:
            opened, *answers, ready = self.say(mail, *rcpts, ("DATA", b"DATA\r\n"))
        else:
            (opened,) = self.say(mail)
            answers = [self.say(each)[0] for each in rcpts] if self.goes_on(opened) else []
            ready = b""
            if any(self.goes_on(answer) for answer in answers):
                (ready,) = self.say(("DATA", b"DATA\r\n"))
        if not (answers and self.goes_on(opened)):  # 503 after a refused MAIL says no more
            return dict.fromkeys(recipients, fate(opened))
        fates = {each: fate(answer) for each, answer in zip(recipients, answers, strict=True)}
        if Fate.ACCEPTED not in fates.values() and not self.sender.stubborn:
            return fates
        final = self.say(("end-of-data", TEXT))[0] if self.goes_on(ready) else ready
        taken = fate(final)
        return {each: taken if fates[each] is Fate.ACCEPTED else fates[each] for each in fates}

    def goes_on(self, reply: bytes) -> bool:
        """True if the sender goes on after this reply."""
        return reply[:1] in (b"2", b"3") or (self.sender.stubborn and reply[:1] == b"5")

    def say(self, *steps: tuple[str, bytes]) -> list[bytes]:
        """The replies to what is said in one go; empty where there was none."""
        said = b"".join(octets for _, octets in steps)
        replies = split_replies(self.session.receive(said, self.now))
        stages = [stage for stage, _ in steps]
        for stage, reply in zip_longest(stages, replies):
            if reply:  # what comes beyond answers lines that were text no more: 500, mostly
                self.count(stage or "unknown", reply)
        return (replies + [b""] * len(steps))[: len(steps)]


def fate(reply: bytes) -> Fate:
    """The fate that a reply means; no reply counts as 451 (RFC 5321 §3.8)."""
    if reply[:1] in (b"2", b"3"):
        return Fate.ACCEPTED
    return Fate.REFUSED if reply[:1] == b"5" else Fate.DEFERRED


def split_replies(octets: bytes) -> list[bytes]:
    """The replies in `octets`, each with all its lines (RFC 5321 §4.2.1)."""
    if octets.count(b"\n") == 1:
        return [octets]  # by far the most frequent case
    replies, start = [], 0
    for line in octets.splitlines(keepends=True):
        start += len(line)
        if line[3:4] != b"-":
            replies.append(octets[:start])
            octets, start = octets[start:], 0
    return replies

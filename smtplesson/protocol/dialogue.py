"""What a server knows in one session, and how it chooses the reply at each stage."""

from collections.abc import Generator, Sequence
from functools import lru_cache

from smtplesson.protocol.address import NULL_PATH, Mailbox
from smtplesson.protocol.chance import draw
from smtplesson.protocol.memory import Memory
from smtplesson.protocol.reply import Reply
from smtplesson.protocol.scenario import CompiledRule, Rule, Scenario
from smtplesson.protocol.standing import Standing

# A mechanism yields challenges, is sent the client's responses, and returns the user's name
# and whether the proof was right. Octets throughout: base64 belongs to SMTP, not to SASL.
SaslDialog = Generator[bytes, bytes, tuple[str, bool]]


class SilenceError(Exception):
    """A rule wants no reply at all: the connection is dropped."""


@lru_cache(maxsize=512)  # a server says the same few things over and over
def filled(code: int, text: str, enhanced: str, /, **fields: object) -> Reply:
    """The reply of these parts with the fields of its text filled in."""
    return Reply(code, text.format(**fields), enhanced)


class Dialogue(Standing):
    """The knowledge of one session: its standing, and what the server alone knows.

    scenario: the server's character.
    seed, number: place of the session among all; with the step they decide every chance.
    memory: what the server remembers between sessions.
    """

    def __init__(self, scenario: Scenario, seed: int, number: int, memory: Memory) -> None:
        super().__init__()
        self.scenario = scenario
        self.seed = seed
        self.number = number
        self.memory = memory
        self.step = 0  # commands so far, texts and responses counted
        self.now = 0.0  # seconds, on the carrier's clock
        self.delay = 0.0  # seconds to wait before the octets last returned are sent
        self.closing = False  # the rule that answered wants the connection closed
        self.is_plain = True  # no rule and no address of its own had a say in the reply at hand
        self.forget()

    def forget(self) -> None:
        """Drops all that was learned from the client, as after a TLS handshake (RFC 3207 §4.2)."""
        self.extended = False
        self.sasl: SaslDialog | None = None
        self.mechanism = ""
        self.end_transaction()

    def end_transaction(self) -> None:
        """Clears the buffers of the mail transaction (RFC 5321 §4.1.1.5)."""
        self.reverse_path: Mailbox = NULL_PATH
        self.recipients: list[Mailbox] = []
        self.utf8 = False
        self.asked_at_end: Reply | None = None

    def say(self, key: str, **fields: object) -> Reply:
        """The catalogue's reply with its fields filled in."""
        reply = self.scenario.replies[key]
        if not fields:
            return reply
        return filled(reply.code, reply.text, reply.enhanced, **fields)

    def answer(self, stage: str, subjects: Sequence[object], key: str, **fields: object) -> Reply:
        """The reply at a stage: that of the scenario's first rule that applies, or the default.

        subjects: what the rules' globs are compared with; one match is enough.
        key, fields: the catalogue's reply if no rule applies.
        Raises: SilenceError if the rule says nothing.
        """
        rules = self.scenario.rules_at.get(stage)
        rule = self._rule(rules, stage, subjects) if rules else None
        if rule is None:
            return self.say(key, **fields)
        self.delay += rule.delay
        self.closing = rule.close
        if rule.reply is None:
            raise SilenceError
        return self.scenario.spoken(rule.reply)

    def _rule(
        self, rules: Sequence[CompiledRule], stage: str, subjects: Sequence[object]
    ) -> Rule | None:
        """The one of the stage's rules that applies here, or None."""
        names = [name for subject in subjects for name in self.scenario.names_of(subject)]
        fitting = [rule for rule, matches in rules if any(map(matches, names))]
        if not fitting:  # as for most addresses
            return None
        self.is_plain = False
        place = (stage, str(self.reverse_path))
        if any(rule.remembers for rule in fitting):
            attempt, elapsed = self.memory.count((*place, *names), self.now)
            fitting = [rule for rule in fitting if rule.covers(attempt, elapsed)]
        if any(rule.over for rule in fitting):
            times = self.memory.note(place, self.now, max(rule.over for rule, _ in rules) + 1)
            ages = [self.now - time for time in times]
            fitting = [
                rule
                for rule in fitting
                if not rule.over or sum(age < rule.per for age in ages) > rule.over
            ]
        if not fitting:
            return None
        number = self.pick([rule.share for rule in fitting])
        return fitting[number] if number < len(fitting) else None

    def pick(self, shares: Sequence[float]) -> int:
        """Which share the chance of this place falls into; `len(shares)` if into none.

        One draw serves all, so that the shares add up.
        """
        chance = draw(self.seed, self.number, self.step)
        for number, share in enumerate(shares):
            chance -= share
            if chance < 0:
                return number
        return len(shares)

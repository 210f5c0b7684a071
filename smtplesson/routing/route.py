"""The way to a server, question by question, as a client asks the DNS (RFC 5321 §5.1).

No name is looked up: all answers come from `zone.toml`, which is made up.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from smtplesson.errors import LessonError, shown
from smtplesson.facts.explanation import badge
from smtplesson.protocol.address import AddressError, parse_mailbox
from smtplesson.protocol.chance import draw, known_seed
from smtplesson.protocol.reply import Reply
from smtplesson.routing.zone import Records, records, replies
from smtplesson.show import pieces as show
from smtplesson.show.table import Table

Step = tuple[str, str, str]  # what is asked, the answer, what follows from it
Target = tuple[str, str]  # the host's name and its IP address
_FOLLOWS = {
    "no_domain": "The domain does not exist, so the mail goes back.",
    "no_answer": "Nobody can tell now, so the mail waits and is tried again later.",
    "null_mx": "A null MX: the domain accepts no mail, so nothing is tried.",
    "implicit": "Without an MX the domain itself counts as one.",
    "only": "One server is named.",
    "ranked": "The lowest number is tried first.",
    "equal": "The lowest number is tried first; if several are equal, chance decides.",
}
_ANSWERS = {"no_domain": "no such name", "no_answer": "no answer"}


@dataclass(frozen=True, slots=True, repr=False)
class Route(show.Piece):
    """The way of a mail to the next server.

    address: whom the mail is for.
    steps: what is asked of the zone, the answer, and what follows from it.
    targets: names and IP addresses of the servers to try, in this order, all at port 25.
    reply: where there is none, what a server says that finds this out at RCPT.
    """

    address: str
    steps: tuple[Step, ...]
    targets: tuple[Target, ...] = ()
    reply: Reply | None = None

    def pieces(self) -> Iterator[show.Part]:
        """The questions and answers, then the servers to try, or the reply."""
        yield show.Heading(f"The way of a mail to {self.address}")
        yield Table(("Asked", "Answer", "What follows"), self.steps, prose=True)
        if self.reply:
            said = f" {self.reply.enhanced} {self.reply.text}"
            yield show.Line("No server to try. As a reply to RCPT: ", badge(self.reply.code), said)
        else:
            first, *more = (f"{host} ({ip})" for host, ip in self.targets)
            then = f" If that fails, it tries {', then '.join(more)}." if more else ""
            yield f"The client connects to port 25 of {first}.{then}"
        yield show.Line(show.Small("The zone is made up and held in memory; nothing is looked up."))


def route(address: str, seed: int = 0) -> Route:
    """The way of a mail to this address, through a zone that is made up.

    seed: decides in which order servers of equal preference are tried.
    Raises: LessonError if it is no address with a domain, or the seed no whole number.
    Source: RFC 5321 §5.1; RFC 7505 §3, §4.1.
    """
    try:
        domain = parse_mailbox(address).domain
    except (AddressError, TypeError) as error:
        raise LessonError(
            f"{shown(address)} is not an address; an example is bob@example.test"
        ) from error
    if domain.startswith("["):  # RFC 5321 §4.1.3
        step = ("nothing", "none", "The address itself says which machine is meant.")
        return Route(address, (step,), ((domain, domain[1:-1].lower().removeprefix("ipv6:")),))
    steps: list[Step] = []
    targets, verdict = _targets(domain, known_seed(seed), steps)
    return Route(address, tuple(steps), tuple(targets), replies().get(verdict))


def _targets(domain: str, seed: int, steps: list[Step]) -> tuple[list[Target], str]:
    """The servers for a domain in the order of trying, and the verdict; notes each step."""
    asked, known = f"MX of {domain}", records(domain)
    if known and "CNAME" in known:
        (name,) = known["CNAME"]
        steps.append((asked, f"an alias of {name}", "That name takes its place."))
        return _targets(name, seed, steps)
    found = known.get("MX", []) if known else []
    ranked = [(int(each.split()[0]), each.split()[1]) for each in found if each != "FAILS"]
    verdict = _verdict(known, ranked)
    answer = _ANSWERS.get(verdict) or ", ".join(found) or "none"
    steps.append((asked, answer, _FOLLOWS[verdict]))
    if verdict in replies():
        return [], verdict
    chances = {host: draw(seed, n, 0) for n, (_, host) in enumerate(ranked)}
    order = sorted(ranked, key=lambda each: (each[0], chances[each[1]])) or [(0, domain)]
    targets = [target for _, host in order for target in _addresses(host, steps)]
    return targets, verdict if targets else "no_route"


def _verdict(known: Records | None, ranked: list[tuple[int, str]]) -> str:
    """What is to be made of the records of a name and its MX by preference: a key of _FOLLOWS."""
    if known is None:
        return "no_domain"
    if not ranked:
        return "no_answer" if "MX" in known else "implicit"
    if ranked == [(0, ".")]:  # RFC 7505 §3
        return "null_mx"
    if len({preference for preference, _ in ranked}) < len(ranked):
        return "equal"
    return "ranked" if len(ranked) > 1 else "only"


def _addresses(host: str, steps: list[Step]) -> list[Target]:
    """The host with each of its addresses; notes the step."""
    known = records(host)
    found = [*known.get("A", []), *known.get("AAAA", [])] if known else []
    answer = ", ".join(found) or ("no such name" if known is None else "none")
    follows = "It can be tried." if found else "There is nothing to connect to."
    steps.append((f"addresses of {host}", answer, follows))
    return [(host, ip) for ip in found]

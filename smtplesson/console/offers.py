"""The words of the console: the commands that it offers, and what each state means."""

from base64 import b64encode
from typing import NamedTuple

from smtplesson.protocol.gate import refusal
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.standing import Standing
from smtplesson.protocol.states import TABLE, State

# Each command of the state table: a line to start from, and what it does.
_COMMANDS = {
    "EHLO": ("EHLO client.example", "EHLO says who the client is; the reply lists extensions"),
    "HELO": ("HELO client.example", "HELO says who the client is; it is older than EHLO"),
    "MAIL": ("MAIL FROM:<you@client.example>", "MAIL opens a mail transaction with its sender"),
    "RCPT": ("RCPT TO:<{user}@{domain}>", "RCPT names one recipient; repeat it for more"),
    "DATA": ("DATA", "DATA asks to send the message text"),
    ".": (".", "A line with only a dot ends the message text"),
    "RSET": ("RSET", "RSET drops the mail transaction"),
    "NOOP": ("NOOP", "NOOP does nothing, but gets a reply"),
    "VRFY": ("VRFY {user}", "VRFY asks whether a mailbox exists"),
    "EXPN": ("EXPN {group}", "EXPN asks who is on a mailing list"),
    "HELP": ("HELP", "HELP asks for help"),
    "STARTTLS": ("STARTTLS", "STARTTLS asks to encrypt the connection"),
    "AUTH": ("AUTH {login}", "AUTH logs in, here as {account}"),
    "QUIT": ("QUIT", "QUIT ends the session"),
    "response": ("*", "The response to the challenge is in base64; * cancels the login"),
}
STATE_MEANINGS = {
    State.CONNECTED: "the server has greeted, the client has not said who it is",
    State.GREETED: "EHLO or HELO accepted, no mail transaction open",
    State.SENDER: "MAIL accepted: a mail transaction is open",
    State.RECIPIENT: "at least one recipient accepted",
    State.CONTENT: "each line is message text, until a line with only a dot",
    State.AUTH: "the next line answers the server's challenge",
    State.TLS: "the TLS handshake comes next",
    State.REFUSED: "the greeting turned the client away",
    State.CLOSED: "the session is over",
}
# The way of a mail; the other states are off it.
STEPS = (State.CONNECTED, State.GREETED, State.SENDER, State.RECIPIENT, State.CONTENT)
_NOT_NOW = {
    State.CONTENT: "Out of order: until the lone dot, every line is message text",
    State.AUTH: "Out of order: the server waits for the response to its challenge",
    State.TLS: "Out of order: the TLS handshake comes next",
    State.CLOSED: "The session is closed",
}


class Offer(NamedTuple):
    """A command that the console offers.

    label: the verb, "." for the end of data, "response" for the answer to a challenge.
    line: a line to start from.
    allowed: whether the state table allows it now, and the server does not require something else
        first.
    why: what it does; if it is not allowed, why not.
    """

    label: str
    line: str
    allowed: bool
    why: str


def offers(standing: Standing, scenario: Scenario) -> list[Offer]:
    """All commands in the order of a session, those that would be refused now included.

    standing: where the session stands.
    scenario: gives names for the lines to start from, and the server's own words for a refusal.
    """
    account, password = next(iter(scenario.accounts), ("alice", "wonderland"))
    names = {
        "user": next(iter(scenario.users), "alice"),
        "group": next(iter(dict(scenario.lists)), "staff"),
        "domain": scenario.domain,
        "account": account,
        "login": _login(scenario, account, password),
    }
    found = []
    for verb, (line, purpose) in _COMMANDS.items():
        why_not = _why_not(verb, standing, scenario)
        if verb in TABLE[standing.state] or verb != "response":
            why = why_not or purpose.format(**names)
            found.append(Offer(verb, line.format(**names), not why_not, why))
    return found


def _login(scenario: Scenario, account: str, password: str) -> str:
    """What stands behind AUTH: a mechanism that the server has, and what the client says first."""
    firsts = {"PLAIN": f"\0{account}\0{password}", "LOGIN": account, "CRAM-MD5": ""}
    mechanism = next((each for each in firsts if each in scenario.mechanisms), "PLAIN")
    return f"{mechanism} {b64encode(firsts[mechanism].encode()).decode()}".rstrip()


def _why_not(verb: str, standing: Standing, scenario: Scenario) -> str:
    """Why a command would be refused now, in the server's words where it has any, or ""."""
    state = standing.state
    if state in _NOT_NOW:
        return "" if verb in TABLE[state] else _NOT_NOW[state]
    if verb == ".":
        return "Out of order: it ends a message text, but the server has not asked for one"
    if not (key := refusal(verb, standing, scenario)):
        return ""
    reply = scenario.replies[key]
    return f"{reply.text.format(verb=verb, domain=scenario.domain)} ({reply.code})"

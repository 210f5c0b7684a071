"""The state table: which command may come when, and where its success leads.

It is the lesson: the machine obeys it, the state map and the console's offers are made from it.
"""

from enum import StrEnum


class State(StrEnum):
    """How far a session has got, named by what the server has accepted last."""

    __hash__ = str.__hash__  # equal texts are equal states, and it is quicker than Enum's own

    CONNECTED = "connected"  # greeting 220 sent, client not yet identified
    GREETED = "greeted"  # EHLO or HELO accepted, no mail transaction open
    SENDER = "sender"  # MAIL accepted: a mail transaction is open
    RECIPIENT = "recipient"  # at least one RCPT accepted
    CONTENT = "content"  # 354 sent: each line is message text until the lone dot
    AUTH = "auth"  # 334 sent: the next line answers the challenge
    TLS = "tls"  # 220 to STARTTLS sent: the TLS handshake comes next
    REFUSED = "refused"  # greeting 554: nothing but QUIT is answered otherwise than 503
    CLOSED = "closed"  # 221 or 421 sent, or the connection is gone


# The commands that may come at any time in a session (RFC 5321 §4.1.4), and those that
# start a new session (§4.1.1.1) or end it (§4.1.1.10).
_ANYTIME = ("NOOP", "HELP", "VRFY", "EXPN")
_ALWAYS = {"EHLO": State.GREETED, "HELO": State.GREETED, "QUIT": State.CLOSED}


def _row(state: State, **moves: State) -> dict[str, State]:
    reset = state if state is State.CONNECTED else State.GREETED  # RFC 5321 §4.1.1.5
    return {**_ALWAYS, **dict.fromkeys(_ANYTIME, state), "RSET": reset, **moves}


# state -> {verb: state after a positive reply}. A verb that is missing from a row is out of
# order there: 503, and nothing changes (RFC 5321 §4.1.4). "." is the end-of-data line;
# "response" is the client's line after 334. AUTH inside a transaction is 503 (RFC 4954 §4).
TABLE: dict[State, dict[str, State]] = {
    State.CONNECTED: _row(State.CONNECTED),
    State.GREETED: _row(State.GREETED, MAIL=State.SENDER, STARTTLS=State.TLS, AUTH=State.GREETED),
    State.SENDER: _row(State.SENDER, RCPT=State.RECIPIENT, STARTTLS=State.TLS),
    State.RECIPIENT: _row(
        State.RECIPIENT, RCPT=State.RECIPIENT, DATA=State.CONTENT, STARTTLS=State.TLS
    ),
    State.CONTENT: {".": State.GREETED},
    State.AUTH: {"response": State.GREETED},
    State.TLS: {"handshake": State.CONNECTED},
    State.REFUSED: {"QUIT": State.CLOSED},
    State.CLOSED: {},
}


# What comes after these three is no command, so one code alone leads there (RFC 5321 §4.3.2;
# RFC 3207 §4; RFC 4954 §4): a server that says another one does not wait for it.
_OPENED = {
    354: {"DATA": State.CONTENT},
    220: {"STARTTLS": State.TLS},
    334: {"AUTH": State.AUTH, "response": State.AUTH},
}
_OPENERS = frozenset({"DATA", "STARTTLS"})
# Looked up at every reply: names of the module are found sooner than those of an Enum.
_CLOSED, _AUTH = State.CLOSED, State.AUTH


def next_state(state: State, verb: str, code: int) -> State:
    """The state after `code` answers `verb` in `state`; defined for every combination.

    221 and 421 close (RFC 5321 §3.8). Success is 2yz, of the greeting too, whose verb is
    "connect": any other greeting turns the client away (§3.1). No other reply changes anything,
    but that the end of data ends the transaction whatever its reply (§4.1.1.4).
    """
    if code in (221, 421) or state is _CLOSED:
        return _CLOSED
    if verb in _OPENED.get(code, ()):
        return _OPENED[code][verb]
    if state is _AUTH:
        return State.GREETED  # taken, refused or cancelled: the exchange is over
    succeeds = code // 100 == 2
    if verb == "connect":
        return State.CONNECTED if succeeds else State.REFUSED
    moves = (succeeds and verb not in _OPENERS) or verb == "."
    return TABLE[state].get(verb, state) if moves else state

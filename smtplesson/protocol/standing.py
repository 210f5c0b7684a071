"""The standing of a session: what its replies tell of it, to the server as to the client."""

from smtplesson.protocol.states import State, next_state


def logs_in(verb: str, code: int) -> bool:
    """True if the code is the one that says that a login has succeeded (RFC 4954 §4)."""
    return code == 235 and verb in ("AUTH", "response")


class Standing:
    """Where a session stands. It is followed here alone: by the machine, and on the wire.

    state: how far the session has got.
    encrypted: whether a TLS handshake has been made.
    logged_in: whether a login has succeeded since.
    greeting: the code of the greeting.
    """

    def __init__(self, state: State = State.CONNECTED) -> None:
        self.state = state
        self.encrypted = self.logged_in = False
        self.greeting = 220

    def follow(self, verb: str, code: int) -> None:
        """Takes note of a reply: what it answers, as the state table calls it, and its code."""
        if code == 235:  # first, for the machine comes here at every reply
            self.logged_in |= logs_in(verb, code)
        elif verb == "connect":
            self.greeting = code
        self.state = next_state(self.state, verb, code)

    def secure(self) -> None:
        """Takes note of the TLS handshake: all that was before it is forgotten (RFC 3207 §4.2)."""
        self.follow("handshake", 220)
        self.encrypted, self.logged_in = True, False

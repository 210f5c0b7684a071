"""The gate: what a command meets before anybody looks at its argument.

The machine asks it, and so does whatever offers commands: there is no second copy.
"""

from smtplesson.protocol.command import VERBS
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.states import TABLE, State

# The verbs that come with an extension, so that a scenario can switch them off.
_EXTENSION_VERBS = ("STARTTLS", "AUTH", "HELP")
# The commands still allowed where something else comes first. RFC 3207 §4 names four and not
# HELO; RFC 4954 §6 names six, and STARTTLS has to be possible too.
_BEFORE_TLS = ("EHLO", "NOOP", "QUIT", "STARTTLS")
_BEFORE_AUTH = ("AUTH", "EHLO", "HELO", "NOOP", "QUIT", "RSET", "STARTTLS")


def stopped(
    verb: str, state: State, scenario: Scenario, *, encrypted: bool, logged_in: bool
) -> str:
    """The key of the reply that turns a known verb away, or "" if its argument decides.

    encrypted, logged_in: what the session has behind it.
    """
    # RFC 3207 §4: 530 to every other command, so before any question of order, and to AUTH as
    # well: 538 is there for history only (RFC 4954 §6), and 504 is for one mechanism (§4).
    if "TLS" in scenario.require and not encrypted and verb not in _BEFORE_TLS:
        return "need_tls"
    if verb in _EXTENSION_VERBS and verb not in scenario.extensions:
        return "not_implemented"
    if verb not in TABLE[state]:
        return f"order_{state}" if verb in VERBS else "not_implemented"
    if verb == "STARTTLS" and encrypted:
        return "already_encrypted"
    if verb == "AUTH" and logged_in:
        return "already_logged_in"
    # RFC 4954 §6: 530 where the requested action needs a login; what is out of order is none.
    if "AUTH" in scenario.require and not logged_in and verb not in _BEFORE_AUTH:
        return "need_auth"
    return ""

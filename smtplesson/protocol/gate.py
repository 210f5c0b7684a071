"""The gate: what a command meets before anybody looks at its argument.

The machine asks it, and so does whatever offers commands: there is no second copy.
"""

from smtplesson.protocol.command import NOT_IMPLEMENTED, VERBS
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.standing import Standing
from smtplesson.protocol.states import TABLE, State

# The verbs that come with an extension, so that a scenario can switch them off.
_EXTENSION_VERBS = frozenset({"STARTTLS", "AUTH", "HELP"})
# The commands still allowed where something else comes first. RFC 3207 §4 names four and not
# HELO; RFC 4954 §6 names six, and STARTTLS has to be possible too.
_BEFORE_TLS = ("EHLO", "NOOP", "QUIT", "STARTTLS")
_BEFORE_AUTH = ("AUTH", "EHLO", "HELO", "NOOP", "QUIT", "RSET", "STARTTLS")

_KNOWN = frozenset({*VERBS, *NOT_IMPLEMENTED})
_REFUSED = State.REFUSED  # found sooner than as an attribute of the Enum


def refusal(verb: str, standing: Standing, scenario: Scenario) -> str:
    """The key of the reply that turns a verb away, or "" if it is not the gate that answers.

    That is so where the argument decides, and for a verb that nobody knows.
    """
    state = standing.state
    if state is _REFUSED and verb not in TABLE[state]:
        # RFC 5321 §3.1: 503 after 554. RFC 7504 §3: 521 again after 521.
        return "never_mail" if standing.greeting == 521 else "no_service_here"
    if verb not in _KNOWN:
        return ""
    # RFC 3207 §4: 530 to every other command, so before any question of order, and to AUTH as
    # well: 538 is there for history only (RFC 4954 §6), and 504 is for one mechanism (§4).
    if "TLS" in scenario.require and not standing.encrypted and verb not in _BEFORE_TLS:
        return "need_tls"
    if verb in _EXTENSION_VERBS and verb not in scenario.extensions:
        return "not_implemented"
    if verb not in TABLE[state]:
        return f"order_{state}" if verb in VERBS else "not_implemented"
    if verb == "STARTTLS" and standing.encrypted:
        return "already_encrypted"
    if verb == "AUTH" and standing.logged_in:
        return "already_logged_in"
    # RFC 4954 §6: 530 where the requested action needs a login; what is out of order is none.
    if "AUTH" in scenario.require and not standing.logged_in and verb not in _BEFORE_AUTH:
        return "need_auth"
    return ""

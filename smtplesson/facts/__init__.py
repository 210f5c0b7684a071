"""What the standards say about SMTP replies: data with a source in every row, and lookups on it."""

from smtplesson.facts.codes import Standing, duty, reply_codes, seed_table, severity, subject
from smtplesson.facts.commands import allowed_codes, command_replies, stages
from smtplesson.facts.enhanced import enhanced, enhanced_codes
from smtplesson.facts.explain import explain
from smtplesson.facts.explanation import Explanation
from smtplesson.facts.vendors import vendor_codes

__all__ = [
    "Explanation",
    "Standing",
    "allowed_codes",
    "command_replies",
    "duty",
    "enhanced",
    "enhanced_codes",
    "explain",
    "reply_codes",
    "seed_table",
    "severity",
    "stages",
    "subject",
    "vendor_codes",
]

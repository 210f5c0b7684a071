"""What the standards say about SMTP replies: data with a source in every row, and lookups on it."""

from smtplesson.facts.codes import (
    ReplyCode,
    Severity,
    Standing,
    duty,
    reply_codes,
    seed_table,
    severity,
    subject,
)
from smtplesson.facts.commands import CommandReply, allowed_codes, command_replies, stages
from smtplesson.facts.enhanced import (
    EnhancedCode,
    enhanced,
    enhanced_class,
    enhanced_codes,
    enhanced_subject,
)
from smtplesson.facts.explain import explain
from smtplesson.facts.explanation import Explanation
from smtplesson.facts.limits import Limit, Timeout, limits, timeouts
from smtplesson.facts.observed import ObservedReply, observed_codes, observed_replies
from smtplesson.facts.servers import Situation, server_answers
from smtplesson.facts.vendors import VendorCode, vendor_codes

__all__ = [
    "CommandReply",
    "EnhancedCode",
    "Explanation",
    "Limit",
    "ObservedReply",
    "ReplyCode",
    "Severity",
    "Situation",
    "Standing",
    "Timeout",
    "VendorCode",
    "allowed_codes",
    "command_replies",
    "duty",
    "enhanced",
    "enhanced_class",
    "enhanced_codes",
    "enhanced_subject",
    "explain",
    "limits",
    "observed_codes",
    "observed_replies",
    "reply_codes",
    "seed_table",
    "server_answers",
    "severity",
    "stages",
    "subject",
    "timeouts",
    "vendor_codes",
]

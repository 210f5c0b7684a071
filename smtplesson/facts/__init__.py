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
from smtplesson.facts.vendors import VendorCode, vendor_codes

__all__ = [
    "CommandReply",
    "EnhancedCode",
    "Explanation",
    "ReplyCode",
    "Severity",
    "Standing",
    "VendorCode",
    "allowed_codes",
    "command_replies",
    "duty",
    "enhanced",
    "enhanced_class",
    "enhanced_codes",
    "enhanced_subject",
    "explain",
    "reply_codes",
    "seed_table",
    "severity",
    "stages",
    "subject",
    "vendor_codes",
]

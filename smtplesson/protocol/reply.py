"""The reply: a three-digit code, an enhanced status code and text, as a value.

The server's own are data: `replies.csv`, a key, a reply and its source per row.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType

from smtplesson.errors import WireError
from smtplesson.facts.enhanced import ENHANCED_CODE
from smtplesson.tables import load

# RFC 5321 §4.2: Reply-code = %x32-35 %x30-35 %x30-39; then SP or, before more lines, "-".
# A bare code without a space is allowed at the end of the line (textstring is optional).
_LINE = re.compile(rb"([2-5][0-5][0-9])(?:([ -])([^\r\n]*))?\r?\n?\Z")
# RFC 2034 §4: the text begins with the enhanced code and a space.
ENHANCED = re.compile(rf"({ENHANCED_CODE})(?: |\Z)")
_UNPRINTABLE = re.compile(r"[^\n -~]")
# RFC 5321 §4.5.3.1.5: a reply line has at most 512 octets, code and CRLF included.
MAX_REPLY_LINE = 512


@dataclass(frozen=True)
class Reply:
    """One SMTP reply.

    code: the three-digit reply code, 200 to 559.
    text: what follows the code, without enhanced code; several lines are joined by LF.
    enhanced: enhanced status code such as "5.1.1", or "" if there is none.
    """

    code: int
    text: str = ""
    enhanced: str = ""

    @property
    def is_positive(self) -> bool:
        """True for 2yz and 3yz: the command was accepted (RFC 5321 §4.2.1)."""
        return self.code < 400

    @property
    def is_success(self) -> bool:
        """True for 2yz: the command was carried out, and nothing more is awaited (§4.2.1)."""
        return self.code // 100 == 2

    def __str__(self) -> str:
        """The lines as sent, without CRLF: `250-one`, `250 two`.

        A line that would pass 512 octets is split (RFC 5321 §4.5.3.1.5); each line carries
        the same code and the same enhanced code (RFC 5321 §4.2.1; RFC 2034 §4).
        """
        prefix = f"{self.enhanced} " if self.enhanced else ""
        room = MAX_REPLY_LINE - len("250 \r\n") - len(prefix)
        lines = self.text.split("\n")
        *before, last = [
            each[i : i + room] for each in lines for i in range(0, len(each) or 1, room)
        ]
        begun = [f"{self.code}-{prefix}{piece}" for piece in before]
        return "\n".join([*begun, f"{self.code} {prefix}{last}"])

    @cached_property
    def octets(self) -> bytes:
        """The reply as it goes over the wire, CRLF after each line.

        What is not printable ASCII becomes "?": a reply may quote what a client sent, and
        nothing of that may end a line or move a cursor.
        """
        lines = _UNPRINTABLE.sub("?", str(self)).replace("\n", "\r\n")
        return f"{lines}\r\n".encode("ascii")


def _keyed(key: str, code: int, enhanced: str, text: str, source: str) -> tuple[str, Reply]:
    return key, Reply(code, text, enhanced)


@cache
def catalogue() -> MappingProxyType[str, Reply]:
    """All replies that the machine gives of its own accord, by key, with {fields} in some texts."""
    return MappingProxyType(dict(load(_keyed, "protocol/replies", code=int)))


def parse_line(line: bytes) -> tuple[int, bool, str]:
    """Code, whether it is the last line, and text of one reply line.

    Raises: WireError if the line is no reply by the grammar of RFC 5321 §4.2.
    """
    found = _LINE.match(line)
    if not found:
        raise WireError(
            f"{line[:60]!r} is no SMTP reply: a code [2-5][0-5][0-9], then a space or a hyphen "
            "and text, was expected",
            line,
        )
    code, mark, text = found.groups()
    return int(code), mark != b"-", (text or b"").decode("utf-8", "backslashreplace")


def parse_reply(raw: bytes) -> Reply:
    """The reply in `raw`, which holds all its lines.

    Raises: WireError if a line is no reply line or the codes of the lines differ.
    """
    codes, texts, enhanced = set(), [], ""
    for line in raw.splitlines(keepends=True):
        code, _, text = parse_line(line)
        found = ENHANCED.match(text) if code >= 400 or code < 300 else None
        if found and found[1][0] == str(code)[0]:
            enhanced, text = found[1], text[found.end() :]
        codes.add(code)
        texts.append(text)
    if len(codes) != 1:
        raise WireError(f"a reply whose lines carry different codes: {sorted(codes)}", raw)
    return Reply(codes.pop(), "\n".join(texts), enhanced)

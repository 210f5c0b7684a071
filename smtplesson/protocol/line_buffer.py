"""What has arrived, in command lines and message texts, however it was cut on its way."""

from smtplesson.protocol.memory import MAX_OCTETS, Memory

END_OF_DATA = b"\r\n.\r\n"
MAX_TEXT_LINE = 1000  # octets with CRLF (RFC 5321 §4.5.3.1.6)
MAX_AUTH_LINE = 12_288  # judged enough for any mechanism's line (RFC 4954 §4)


class LineBuffer:
    """Octets in, whole lines or texts out; what is too long is not kept, only counted.

    memory: where the octets of all unfinished texts are counted.
    more: True if there are octets that have not been looked at.
    overflow: how many octets of the line or text last returned were not kept. Of such a line
        the beginning is returned, of such a text the end.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.more = False
        self.overflow = 0
        self._pending = b""
        self._at = 0  # where in the pending octets the next line begins
        self._begun = b""  # the beginning of a line that is too long to be kept
        self._lost = 0  # octets of the line or text at hand that were not kept
        # A text is looked for with the CRLF of the line before it, so that a dot on its very
        # first line ends it too.
        self._text = bytearray(b"\r\n")

    def __len__(self) -> int:
        """How many octets are held."""
        return len(self._begun) + len(self.rest) + len(self._text)

    @property
    def is_empty(self) -> bool:
        """True if nothing is held of a command line."""
        return self._at == len(self._pending) and not self._begun

    @property
    def rest(self) -> bytes:
        """The octets that have not been taken for a line or a text yet."""
        return self._pending[self._at :]

    def close(self) -> None:
        """Gives back the room of an unfinished text, to which no end will come."""
        self._memory.unfinished -= len(self._text) - 2

    def feed(self, octets: bytes) -> None:
        """Takes octets in, cut anywhere."""
        rest = self._pending[self._at :]
        self._pending = rest + octets if rest else octets
        self._at, self.more = 0, bool(self._pending)

    def line(self) -> bytes | None:
        """The next line with its ending, or None if it is not complete yet.

        A line of more octets than any may have is returned without them and its ending.
        """
        end = self._pending.find(b"\n", self._at) + 1
        self.more = 0 < end < len(self._pending)
        if not end:
            if len(self._pending) - self._at > MAX_AUTH_LINE:  # no line at all may be longer
                self._begun = self._cut(self.rest)
                self._pending, self._at = b"", 0
            return None
        line = self._pending[self._at : end]
        self._at = end
        if self._begun or len(line) > MAX_AUTH_LINE:
            line, self._begun = self._cut(line), b""
        self.overflow, self._lost = self._lost, 0
        return line

    def _cut(self, octets: bytes) -> bytes:
        """As much of the line at hand as is kept, now that these octets have come."""
        whole = self._begun + octets
        self._lost += len(whole) - MAX_AUTH_LINE
        return whole[:MAX_AUTH_LINE]

    def text(self, most: int) -> bytes | None:
        """The next message text, or None if its end has not come yet.

        Only CRLF.CRLF ends it (RFC 5321 §4.1.1.4); no bare CR or LF does, so that nothing
        that another server takes for one message can be two here. A text begins with the
        CRLF before it and ends with its last line; dots are still doubled.

        most: octets of the longest text that is kept before its end has come. It may take what
            the unfinished texts of other sessions leave, or all if it needs more than that.
        """
        before, begin, text = len(self._text), self._at, None
        if before == 2 and not self._lost and not self._pending.startswith(b".", begin):
            end = self._pending.find(END_OF_DATA, begin)
            if end >= 0:  # it has come whole, as most do
                self._at = end + len(END_OF_DATA)
                self.more = self._at < len(self._pending)
                self.overflow = 0
                return b"\r\n" + self._pending[begin : end + 2]
        self._text += self._pending[self._at :]
        self._pending, self._at, self.more = b"", 0, False
        end = self._text.find(END_OF_DATA, max(0, before - len(END_OF_DATA) + 1))
        if end >= 0:
            text = bytes(self._text[: end + 2])
            self.feed(bytes(self._text[end + len(END_OF_DATA) :]))
            self._text = bytearray(b"\r\n")
            self.overflow, self._lost = self._lost, 0
        else:
            room = max(MAX_OCTETS, most) - self._memory.unfinished + before
            if self._lost or len(self._text) > min(most, room):
                held = len(self._text)
                del self._text[: -len(END_OF_DATA) + 1]
                self._lost += held - len(self._text)
        self._memory.unfinished += len(self._text) - before
        return text


def has_long_line(content: bytes) -> bool:
    """True if a line passes 1000 octets with CRLF (RFC 5321 §4.5.3.1.6).

    It leaps from line start to line start, as far as 1000 octets reach.
    """
    start = 0
    while len(content) - start > MAX_TEXT_LINE:
        start = content.rfind(b"\r\n", start, start + MAX_TEXT_LINE) + 2
        if start < 2:
            return True
    return False

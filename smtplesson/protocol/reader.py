"""The reader: cuts what arrives into command lines and message texts, however it was cut."""

from smtplesson.protocol.auth import MAX_AUTH_LINE

END_OF_DATA = b"\r\n.\r\n"


class Reader:
    """Octets in, whole lines or texts out; what is too long is not kept, only noticed.

    more: True if there are octets that have not been looked at.
    overflow: True if the line or text last returned was longer than could be kept; what is
        returned of it then is its end.
    """

    def __init__(self) -> None:
        self.more = self.overflow = False
        self._pending = b""
        self._at = 0  # where in the pending octets the next line begins
        self._cut = False  # the line at hand has lost its beginning
        # A text is looked for with the CRLF of the line before it, so that a dot on its very
        # first line ends it too.
        self._text = bytearray(b"\r\n")

    def __len__(self) -> int:
        """How many octets are held."""
        return len(self._pending) - self._at + len(self._text)

    def feed(self, octets: bytes) -> None:
        """Takes octets in, cut anywhere."""
        rest = self._pending[self._at :]
        self._pending = rest + octets if rest else octets
        self._at, self.more = 0, bool(self._pending)

    def line(self) -> bytes | None:
        """The next line with its ending, or None if it is not complete yet."""
        end = self._pending.find(b"\n", self._at) + 1
        self.more = 0 < end < len(self._pending)
        if not end:
            if len(self._pending) - self._at > MAX_AUTH_LINE:  # no line at all may be longer
                self._cut, self._pending, self._at = True, b"", 0
            return None
        line = self._pending[self._at : end]
        self._at = end
        self.overflow, self._cut = self._cut or len(line) > MAX_AUTH_LINE + 1, False
        return line

    def text(self, most: int) -> bytes | None:
        """The next message text, or None if its end has not come yet.

        Only CRLF.CRLF ends it (RFC 5321 §4.1.1.4); no bare CR or LF does, so that nothing
        that another server takes for one message can be two here. A text begins with the
        CRLF before it and ends with its last line; dots are still doubled.

        most: octets of text to keep.
        """
        start = max(0, len(self._text) - len(END_OF_DATA) + 1)
        self._text += self._pending[self._at :]
        self._pending, self._at, self.more = b"", 0, False
        end = self._text.find(END_OF_DATA, start)
        if end < 0:
            if len(self._text) > most:
                self._cut = True
                del self._text[: -len(END_OF_DATA) + 1]
            return None
        text = bytes(self._text[: end + 2])
        self.feed(bytes(self._text[end + len(END_OF_DATA) :]))
        self._text = bytearray(b"\r\n")
        self.overflow, self._cut = self._cut or len(text) > most, False
        return text

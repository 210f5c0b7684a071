"""A stranger's text, made fit to be shown: on a terminal, in an error, in a transcript."""


def printable(text: str) -> str:
    """The text with all that acts rather than shows written as an escape such as `\\x1b`.

    That is what `str.isprintable` leaves out: control characters, line ends and tabs too, marks
    of writing direction and other format characters (Unicode's category Cf), surrogates, and
    separators other than the blank.
    """
    if text.isprintable():  # as nearly all text is
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)

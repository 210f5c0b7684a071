"""What large mail providers use a code for: their word, and not the standard's."""

import re
from dataclasses import dataclass
from functools import cache

from smtplesson.tables import load, numbers, words

_STANDARD = {
    "none": "no standard has it",
    "same": "it fits what the standard says",
    "other": "in the standard the number means something else",
}


@dataclass(frozen=True, slots=True)
class VendorCode:
    """A row of vendor_codes.csv: a code that one provider uses in a way of its own.

    provider: whose servers give it.
    codes: the reply codes that it comes with; empty where the provider names none.
    enhanced: enhanced codes, also ranges of the detail ("5.7.606-649"); empty for a reply code
        without one.
    mark: words of which one stands in the text of such a reply ("TSS04"); empty if it has none.
    use, since: what for, in our words; since when, or when it was written down, if that is known.
    standard: "none" if no standard has the code, "same" if it means the same there, "other" if
        the number has another meaning there.
    told_by, source: who says so, and on which public page.
    """

    provider: str
    codes: tuple[int, ...]
    enhanced: tuple[str, ...]
    mark: tuple[str, ...]
    use: str
    since: str
    standard: str
    told_by: str
    source: str

    @property
    def told(self) -> str:
        """What for, since when, whose word it is, and what the standard says to it."""
        mark = f"marked {' or '.join(self.mark)} in its text: " if self.mark else ""
        since = f" ({self.since})" if self.since else ""
        return f"{mark}{self.use}{since}. So says {self.told_by}; {_STANDARD[self.standard]}"

    def covers(self, code: str, status: str, text: str) -> bool:
        """True if a reply may be one of these.

        code, status: the reply code and the enhanced code; one of them may be "".
        text: what stands after them.
        """
        comes_with = not (code and self.codes) or int(code) in self.codes
        if self.mark:  # as a word of its own
            marked = rf"\b({'|'.join(map(re.escape, self.mark))})\b"
            return comes_with and bool(re.search(marked, text))
        if not status:
            return bool(code) and not self.enhanced and comes_with
        numbered = any(_in_range(status, each) for each in self.enhanced)
        return numbered and (comes_with or self.standard == "none")


def _in_range(status: str, wanted: str) -> bool:
    """True if an enhanced code is the wanted one, or within "5.7.606-649"."""
    first, _, last = wanted.partition("-")
    stem, _, low = first.rpartition(".")
    begin, _, detail = status.rpartition(".")
    return begin == stem and int(low) <= int(detail) <= int(last or low)


@cache
def vendor_codes() -> tuple[VendorCode, ...]:
    """All rows, provider by provider."""
    return load(VendorCode, "facts/vendor_codes", codes=numbers, enhanced=words, mark=words)

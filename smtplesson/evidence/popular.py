"""The popular table of 27 codes, each line with our verdict, what is right, and the source."""

from smtplesson.errors import LessonError
from smtplesson.facts.codes import ReplyCode, seed_table
from smtplesson.show.table import Table

VERDICTS = ("agree", "imprecise", "wrong", "folklore")
_HEADS = ("Code", "The table says", "Verdict", "What is right", "Source")


def popular_table(verdict: str = "") -> Table:
    """The lines of the popular table that got this verdict, or all 27, in rising order.

    verdict: one of `VERDICTS`.
    Raises: LessonError if there is no such verdict.
    """
    if verdict not in ("", *VERDICTS):
        raise LessonError(f"verdict {verdict!r}: allowed: {', '.join(VERDICTS)}")
    rows = [_row(code) for code in seed_table() if verdict in ("", code.table_verdict)]
    about = f"{len(rows)} of {len(seed_table())} codes: {verdict}" if verdict else ""
    caption = about or f"A popular table of {len(rows)} codes, checked"
    return Table(_HEADS, rows, caption, prose=True)


def _row(code: ReplyCode) -> tuple[str, ...]:
    return (str(code.code), code.table_claim, code.table_verdict, code.correction, code.source)

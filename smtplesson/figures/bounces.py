"""Bounces: the replies that real bounce mails quote, by code."""

from matplotlib.axes import Axes

from smtplesson.evidence.observed import BIAS, BIAS_NOTE, LICENCE, MAILS, SOURCE, observed_codes
from smtplesson.figures.bars import looks
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.show.style import class_style


@lesson_style()
def bounce_bars(ax: Axes | None = None) -> Axes:
    """Axes with a bar for each reply code: how often bounce mails of the corpus quote it.

    ax: where to draw; a new figure by default.
    Source: `smtplesson.evidence.observed.SOURCE`, with the limits that its `BIAS_NOTE` names.
    """
    axes = panel(ax, width=9.6, height=4.2)
    counts = observed_codes()
    bars = axes.bar(range(len(counts)), [*counts.values()], **looks(counts))
    axes.bar_label(bars, padding=3)
    marked = [f"{code}\n{class_style(code).mark}" for code in counts]
    axes.set_xticks(range(len(counts)), marked)
    axes.set_xlabel(f"reply code\nSource: {SOURCE}. {LICENCE}.", fontsize=8)
    axes.set_ylabel("replies quoted")
    axes.margins(x=0.02, y=0.12)
    total = sum(counts.values())
    axes.set_title(f"{total} replies quoted in {MAILS} bounce mails: {BIAS}")
    rows = [(str(code), f"{n}", f"{n / total:.1%}") for code, n in counts.items()]
    return told(axes, _sentence(counts), ("code", "replies quoted", "share of this corpus"), rows)


def _sentence(counts: dict[int, int]) -> str:
    """The picture in words, and what it does not show."""
    told = ", ".join(
        f"{digit}yz {sum(n for code, n in counts.items() if code // 100 == digit)}"
        for digit in (5, 4, 2)
    )
    most = max(counts, key=lambda code: counts[code])
    return (
        f"Bar chart of {sum(counts.values())} replies quoted in {MAILS} bounce mails, by code: "
        f"{told}. The most frequent is {most} with {counts[most]}. This is {BIAS}. {BIAS_NOTE} "
        f"Source: {SOURCE}. {LICENCE}."
    )

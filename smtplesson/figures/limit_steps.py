"""Limit steps: the reply code against the length, with the limit that the standard sets."""

import re

from matplotlib.axes import Axes

from smtplesson.evidence.limits import Limit
from smtplesson.experiments.sweep import Sweep
from smtplesson.figures.panel import lesson_style, panel, told
from smtplesson.show.style import class_style


@lesson_style()
def limit_steps(sweep: Sweep, *, here: int | None = None, ax: Axes | None = None) -> Axes:
    """Axes with the reply code at each length; the standard's limit and the popular one are marked.

    sweep: from `sweep`.
    here: a length of the sweep to point at.
    ax: where to draw; a new figure by default.
    """
    axes = panel(ax, kind="limit steps")
    codes = sorted({code for _, code in sweep.points})
    levels = {code: level for level, code in enumerate(codes)}
    lengths = [length for length, _ in sweep.points]
    steps = [levels[code] for _, code in sweep.points]
    axes.step(lengths, steps, where="mid", color="#767676", linewidth=1)
    for code in codes:
        style = class_style(code)
        at = [length for length, drawn in sweep.points if drawn == code]
        axes.plot(at, [levels[code]] * len(at), style.marker, color=style.fill, ms=6)
    table = ("popular table", claimed(sweep.limit), ":")
    for name, place, line in (("standard", standard(sweep.limit), "-"), table):
        if place is not None and lengths[0] <= place <= lengths[-1]:
            axes.axvline(place, color="black", ls=line, label=f"{name}: {place:,}")
    if here is not None:
        level, label = levels[dict(sweep.points)[here]], f"you are here: {here:,}"
        axes.plot(here, level, "o", ms=15, mfc="none", mec="black", mew=2, label=label)
    axes.set_yticks(list(levels.values()), [f"{class_style(code).mark} {code}" for code in codes])
    axes.margins(y=0.4)
    axes.set(xlabel=f"length of the {sweep.limit.object}, {sweep.limit.unit}", ylabel="reply code")
    axes.set_title(f"How long may it be? {sweep.limit.object.capitalize()}")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower right", framealpha=1, edgecolor="none")
    rows = [(f"{n:,}", str(before), str(after)) for n, before, after in sweep.steps]
    heads = ("last length", "code there", "code beyond")
    return told(axes, _sentence(sweep, here), heads, rows)


def standard(limit: Limit) -> int:
    """The standard's number, in the unit of the limit."""
    return limit.octets or _number(limit.rfc_limit) or 0


def claimed(limit: Limit) -> int | None:
    """The number in the popular table's claim, if it has one."""
    return _number(limit.table_claim)


def _number(text: str) -> int | None:
    found = re.search(r"\d+", text)
    return int(found[0]) if found else None


def _sentence(sweep: Sweep, here: int | None) -> str:
    """The picture in words."""
    claim = claimed(sweep.limit)
    first, last = sweep.points[0][0], sweep.points[-1][0]
    text = f"Reply codes to a {sweep.limit.object} of {first:,} to {last:,} {sweep.limit.unit}. "
    for length, before, after in sweep.steps:
        text += f"Up to {length:,} the reply is {before}, beyond it is {after}. "
    if here is not None:
        text += f"You are at {here:,}, where it is {dict(sweep.points)[here]}. "
    text += f"The standard's limit: {sweep.limit.rfc_limit} ({sweep.limit.source})."
    return text + (f" A popular table claims {claim:,}." if claim is not None else "")

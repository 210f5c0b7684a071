"""What a console shows: as data for its front end, as plain text and as static HTML."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from smtplesson.console.model import ConsoleModel
from smtplesson.console.offers import STATE_MEANINGS, STEPS
from smtplesson.facts import duty, reply_codes, severity
from smtplesson.facts.explanation import badge
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.scenario_file import scenario, scenario_names
from smtplesson.protocol.states import State
from smtplesson.show.pieces import Card, Line, Part, Strong, as_html
from smtplesson.show.style import CLASS_STYLES
from smtplesson.show.table import Table

Json = dict[str, object]

LOG_CAP = 500  # entries of the log that are shown; the model keeps all
LINE_CAP = 600  # characters of one line that the front end shows
# The labels of an explanation that say what one digit means, and their order on the panel.
_DIGITS = ("First", "Second", "Third", "Enhanced")
# How each class of replies looks and what it asks for: the front end has no copy of its own.
PALETTE: Json = {
    str(digit): {
        "fill": style.fill,
        "mark": style.mark,
        "name": str(severity(digit * 100)),
        "duty": duty(digit * 100),
    }
    for digit, style in CLASS_STYLES.items()
}
_HELP = {
    State.CONTENT: "Each line is message text now. A line with only a dot ends it.",
    State.AUTH: "The server waits for the response to its challenge, in base64. * cancels.",
}


def view(model: ConsoleModel) -> Json:
    """What each panel shows, by its name; JSON throughout. The log is apart, in `rows`."""
    return {
        "status": {
            "state": str(model.state),
            "meaning": STATE_MEANINGS[model.state],
            "steps": [str(step) for step in STEPS],
            "closed": model.state is State.CLOSED,
            "asked": bool(model.asked),
            "error": model.error,
            "hint": _hint(model),
        },
        "offers": [offer._asdict() for offer in model.offers()],
        "reply": _reply(model),
        "bars": [
            {"code": code, "count": count, "name": _name(code)}
            for code, count in sorted(model.counts.items())
        ],
        "guesses": {"score": _score(model), "table": _table(model)} if model.predictions else {},
        "setup": _setup(model),
        "recall": model.history,
    }


def rows(model: ConsoleModel, first: int = 0) -> list[Json]:
    """The entries of the log from number `first` on, but no more than are shown."""
    first = max(first, len(model.log) - LOG_CAP)
    return [{"n": n, **_row(entry)} for n, entry in enumerate(model.log[first:], first)]


def state_picture(model: ConsoleModel) -> Json:
    """The state map with the way of this session, as the source and the words of an image."""
    from smtplesson.figures.panel import Panel  # matplotlib is heavy, and not everybody looks
    from smtplesson.figures.state_map import state_map

    drawn = state_map(model.session)
    assert isinstance(drawn, Panel)
    return {"src": drawn.src, "alt": drawn.alternative}


def text(model: ConsoleModel) -> str:
    """What the console shows, as plain text."""
    talk = [f"-- {entry} --" if isinstance(entry, str) else str(entry) for entry in _shown(model)]
    counts = [f"{code} x {count}" for code, count in sorted(model.counts.items())]
    blocks = (
        (_title(model), _left_out(model), *talk),
        (
            f"State: {model.state} ({STATE_MEANINGS[model.state]})",
            f"Lawful now: {_lawful(model)}",
            f"Replies so far: {', '.join(counts) or 'none'}",
            f"Predictions: {_score(model)}" if model.predictions else "",
        ),
        (_hint(model), model.error),
        (f"Last reply: {model.explanation}" if model.explanation else "",),
    )
    return "\n\n".join("\n".join(filter(None, block)) for block in blocks if any(block))


def html(model: ConsoleModel) -> str:
    """What the console shows, as static HTML that also survives in untrusted copies."""
    return as_html([Card(*_parts(model), kind="smtplesson-console")])


# ---- parts


def _parts(model: ConsoleModel) -> Iterator[Part]:
    """All panels, one below the other."""
    yield Line(Strong(_title(model)))
    yield from _joined(_shown(model))
    meaning = f" ({STATE_MEANINGS[model.state]}). Lawful now: {_lawful(model)}."
    yield Line("State: ", Strong(str(model.state)), meaning)
    yield _left_out(model)
    yield f"Predictions: {_score(model)}." if model.predictions else ""
    yield _hint(model)
    yield model.error
    if model.explanation:
        yield model.explanation
    rows = [(badge(code), count, _name(code)) for code, count in sorted(model.counts.items())]
    yield Table(("Code", "Count", "Name"), rows, "Replies so far", prose=(0, 2))


def _title(model: ConsoleModel) -> str:
    return f"SMTP console: scenario {model.host.scenario.name}, seed {model.host.seed}"


def _shown(model: ConsoleModel) -> list[Exchange | str]:
    return model.log[-LOG_CAP:]


def _left_out(model: ConsoleModel) -> str:
    hidden = len(model.log) - LOG_CAP
    return f"The first {hidden:,} exchanges are not shown." if hidden > 0 else ""


def _lawful(model: ConsoleModel) -> str:
    return " ".join(offer.label for offer in model.offers() if offer.lawful) or "nothing"


def _hint(model: ConsoleModel) -> str:
    """What was done last, and what the next line is where it is no command."""
    following = _HELP.get(model.state, "")
    if model.asked:
        following = f"Which reply will {model.asked} draw? Give its first digit or the whole code."
    return f"{model.hint} {following}".strip()


def _name(code: int) -> str:
    fact = reply_codes().get(code)
    return fact.short_name if fact else "known to no RFC"


def _joined(entries: Sequence[Exchange | str]) -> list[Part]:
    """The entries, those exchanges joined that follow each other."""
    pieces: list[Part] = []
    for between, group in groupby(entries, lambda entry: isinstance(entry, str)):
        if between:
            pieces += [entry for entry in group if isinstance(entry, str)]
        else:
            pieces.append(Transcript([entry for entry in group if isinstance(entry, Exchange)]))
    return pieces


def _row(entry: Exchange | str) -> Json:
    """One entry of the log; of a reply line, the code stands apart."""
    if isinstance(entry, str):
        return {"note": entry}
    lines = []
    for who, line in entry.lines():
        cut = f"… ({len(line):,} characters)" if len(line) > LINE_CAP else ""
        code, rest = (line[:3], line[3:]) if who == "S" else ("", line)
        lines.append({"who": who, "code": code, "text": rest[:LINE_CAP] + cut})
    return {"lines": lines}


def _reply(model: ConsoleModel) -> Json:
    """The last reply taken apart: its digits, what a client has to do, and the rest."""
    reply, explanation = model.last_reply, model.explanation
    if not (reply and explanation):
        return {}
    told = dict(explanation.rows)
    digits = [label for label in told if label.startswith(_DIGITS)]
    return {
        "code": reply.code,
        "enhanced": reply.enhanced,
        "title": explanation.title.partition(": ")[2],
        "meaning": told.pop("Meaning", ""),
        "duty": told.pop("Client's duty", ""),
        "advice": told.pop("Advice", ""),
        "digits": [[*label.rsplit(" ", 1), told.pop(label)] for label in digits],
        "more": [*map(list, told.items()), ["Sources", "; ".join(explanation.sources)]],
    }


def _score(model: ConsoleModel) -> str:
    right = sum(made.is_right for made in model.predictions)
    return f"{right} of {len(model.predictions)} right"


def _table(model: ConsoleModel) -> list[list[int]]:
    """How often each first digit, 2 to 5, was predicted (rows) and came (columns; 0: no reply)."""
    pairs = [(int(made.guess[0]), (made.code or 0) // 100) for made in model.predictions]
    return [[pairs.count((guess, got)) for got in (2, 3, 4, 5, 0)] for guess in (2, 3, 4, 5)]


def _setup(model: ConsoleModel) -> Json:
    now = model.host.scenario
    abouts = {name: scenario(name).about for name in scenario_names()} | {now.name: now.about}
    return {
        "scenario": now.name,
        "seed": str(model.host.seed),  # as text: a front end's numbers lose digits
        "abouts": abouts,
        "predicting": model.predicting,
        "raw": model.raw,
    }

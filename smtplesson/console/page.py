"""What a console shows: panel by panel for its front end, as plain text and as static HTML."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any, cast

from smtplesson.console.finds import news
from smtplesson.console.model import ConsoleModel
from smtplesson.console.offers import STATE_MEANINGS, STEPS
from smtplesson.console.post import post
from smtplesson.console.typed_line import name_of
from smtplesson.experiments.provoke import recipes
from smtplesson.facts import duty, explain
from smtplesson.facts.explanation import Explanation, badge
from smtplesson.loopback.transcript import Exchange, Transcript
from smtplesson.protocol.scenario_file import scenario, scenario_names
from smtplesson.protocol.states import State
from smtplesson.show.pieces import (
    Bar,
    Block,
    Box,
    Card,
    Heading,
    Html,
    Item,
    Line,
    Part,
    Piece,
    Small,
    Span,
    Strong,
    Way,
    as_html,
    sign,
    tag,
    unseen,
)
from smtplesson.show.style import CLASS_STYLES
from smtplesson.show.table import Table

Json = dict[str, Any]

LOG_CAP = 500  # entries of the log that are shown; the model keeps all
TAIL = 40  # entries that are kept with a notebook
LINE_CAP = 600  # characters of one line that the front end shows
_HELP = {
    State.CONTENT: "Each line is message text now. A line with only a dot ends it.",
    State.AUTH: "The server waits for the response to its challenge, in base64. * cancels.",
}

_WANTED = {
    State.CONTENT: "a line of message text, or a lone dot",
    State.AUTH: "the response in base64, or *",
}


def view(model: ConsoleModel) -> Json:
    """What each panel shows, by its name: HTML, or JSON for what the front end makes controls of.

    The log is apart, in `rows`.
    """
    return {
        "status": {
            "closed": model.state is State.CLOSED,
            "asked": bool(model.asked),
            "wanted": _wanted(model),
            "error": model.error,
            "hint": f"{news(model.new, model.finds.drawn)} {_hint(model)}".strip(),
            "fresh": [code for code in model.new if code in recipes()],  # the hunt has them
        },
        "state": as_html(_state(model)),
        "offers": [offer._asdict() for offer in model.offers()],
        "post": as_html(post(model.arrived)) if model.arrived else "",
        "reply": _reply(_explained(model)),
        "bars": as_html(_bars(model)),
        "guesses": as_html(_guesses(model)) if model.predictions else "",
        "setup": _setup(model),
        "recall": model.history,
    }


def choices() -> list[Json]:
    """The first digits to choose a prediction from, each with the words on its button."""
    return [
        {"digit": str(n), "html": Span(sign(style.mark), f" {n} {duty(100 * n)}")._repr_html_()}
        for n, style in CLASS_STYLES.items()
    ]


def rows(model: ConsoleModel, first: int = 0) -> list[Json]:
    """The entries of the log as HTML, from number `first` on, but no more than are shown."""
    first = max(first, len(model.log) - LOG_CAP)
    entries = enumerate(model.log[first:], first)
    return [{"n": n, "html": _entry(entry)._repr_html_()} for n, entry in entries]


def state_picture(model: ConsoleModel) -> Json:
    """The state map with the way of this session, as the source and the words of an image."""
    from smtplesson.figures.panel import Panel  # matplotlib is heavy, and not everybody looks
    from smtplesson.figures.state_map import state_map

    drawn = state_map(model.session)
    assert isinstance(drawn, Panel)
    return {"src": drawn.src, "alt": drawn.alternative}


def static(model: ConsoleModel) -> Block:
    """All panels, one below the other, for where no front end runs."""
    return Card(*_parts(model), kind="smtplesson-console")


def left(panels: Mapping[str, Any]) -> Html:
    """A console as it was left, for a day on which nothing of it runs.

    panels: what its front end was given, as `view` has it, and the `tail` of the log.
    """
    title = _title(panels["setup"]["scenario"], panels["setup"]["seed"])
    log = "".join(row["html"] for row in panels["tail"])
    shown = (panels.get(name, "") for name in ("state", "post", "reply", "bars", "guesses"))
    return tag("section", Line(Strong(title)), Html(log + "".join(shown)))


# ---- parts


def _parts(model: ConsoleModel) -> Iterator[Part]:
    yield Line(Strong(_title(model.host.scenario.name, model.host.seed)))
    for between, entries in groupby(model.log[-LOG_CAP:], lambda entry: isinstance(entry, str)):
        if between:
            yield from entries
        else:  # exchanges that follow each other
            yield Transcript(cast(list[Exchange], [*entries]))
    allowed = " ".join(offer.label for offer in model.offers() if offer.allowed) or "nothing"
    meaning = f" ({STATE_MEANINGS[model.state]}). Allowed now: {allowed}."
    yield Line("State: ", Strong(str(model.state)), meaning)
    hidden = len(model.log) - LOG_CAP
    yield f"The first {hidden:,} exchanges are not shown." if hidden > 0 else ""
    yield f"Predictions: {_score(model)}." if model.predictions else ""
    yield _hint(model)
    yield model.error
    if model.arrived:
        yield from post(model.arrived)
    yield _explained(model) or ""
    rows = [(badge(code), count, name_of(code)) for code, count in sorted(model.counts.items())]
    yield Table(("Code", "Count", "Name"), rows, "Replies so far", prose=(0, 2))


def _hint(model: ConsoleModel) -> str:
    """What was done last, and what the next line is where it is no command."""
    following = _HELP.get(model.state, "")
    if model.asked:
        following = f"Which reply will {model.asked} draw? Give its first digit or the whole code."
    return f"{model.hint} {following}".strip()


def _wanted(model: ConsoleModel) -> str:
    """What may be typed now."""
    wanted = _WANTED.get(model.state, "a command, or choose one below")
    return "2, 3, 4, 5 or a whole code" if model.asked else wanted


def _title(name: str, seed: int | str) -> str:
    return f"SMTP console: scenario {name}, seed {seed}"


def _entry(entry: Exchange | str) -> Piece:
    """One entry of the log."""
    if isinstance(entry, str):
        return Box(Span(entry), kind="smtp-note")
    lines = list(entry.lines())
    runs_on = " smtp-runs-on" if lines[-1:] and lines[-1][0] == "C" else ""  # message text
    return Box(*(_spoken(*line) for line in lines), kind=f"smtp-exchange{runs_on}")


def _spoken(who: str, line: str) -> Part:
    """One line of an exchange, cut off where it is too long to be read."""
    shown = line[:LINE_CAP]
    if len(line) > LINE_CAP:
        shown += f"… ({len(line):,} characters)"
    if who == "!":
        return Box(Span(shown), kind="smtp-remark")
    words = (badge(int(line[:3])), shown[3:]) if who == "S" else (shown,)
    kind = "smtp-line smtp-client" if who == "C" else "smtp-line"
    return Box(Span(Span(f"{who}: ", kind="smtp-who"), *words), kind=kind)


def _state(model: ConsoleModel) -> Iterator[Part]:
    """The way of a mail, and where on it the session is."""
    now = model.state
    steps = STEPS if now in STEPS else (*STEPS, now)
    items = (Item(str(step), aria_current="step" if step is now else "") for step in steps)
    yield Heading("State")
    yield Way(*items, kind="smtp-steps")
    yield Line(STATE_MEANINGS[now], kind="smtp-quiet")


def _explained(model: ConsoleModel) -> Explanation | None:
    """The last reply taken apart."""
    return explain(f"{last.code} {last.enhanced}") if (last := model.last_reply) else None


@lru_cache(maxsize=64)  # most replies of a session come again
def _reply(explanation: Explanation | None) -> str:
    return as_html([Heading("Last reply"), explanation or "None yet."])


def _bars(model: ConsoleModel) -> Iterator[Part]:
    """How often each code came."""
    most = max(model.counts.values(), default=1)
    rows = [
        (badge(code), Bar(code, count / most, name_of(code)), Span(f"{count:,}", kind="smtp-count"))
        for code, count in sorted(model.counts.items())
    ]
    yield Heading("Replies so far")
    yield Table([unseen(head) for head in ("Code", "Bar", "Count")], rows)


def _guesses(model: ConsoleModel) -> Iterator[Part]:
    """How often each first digit was predicted (rows) and came (columns; the last: no reply)."""
    pairs = [(int(made.guess[0]), (made.code or 0) // 100) for made in model.predictions]
    rows = []
    for guess in CLASS_STYLES:
        counts = {got: str(pairs.count((guess, got)) or "·") for got in (*CLASS_STYLES, 0)}
        cells = [Strong(n, kind="smtp-right") if got == guess else n for got, n in counts.items()]
        rows.append((f"{guess}yz", *cells))
    yield Heading("Predictions", Small(_score(model)))
    yield Table(("Predicted", *(f"got {digit}yz" for digit in CLASS_STYLES), "none"), rows)


def _score(model: ConsoleModel) -> str:
    right = sum(made.is_right for made in model.predictions)
    return f"{right} of {len(model.predictions)} right"


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

"""The Console's side of the talk with its front end: a message in, what has changed out."""

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from smtplesson.console.model import ConsoleModel
from smtplesson.console.page import LOG_CAP, TAIL, Json, rows, state_picture, view
from smtplesson.errors import LessonError


class ConsoleTalk:
    """What a front end asks for, and what it is told; it knows of no widget.

    model: the console.
    maps: whether somebody looks at the state map.
    """

    def __init__(self, model: ConsoleModel) -> None:
        self.model = model
        self.maps = False
        self._told = (0, 0)  # the epoch, and the entries of its log that front ends know of
        self._tail: list[Json] = []  # the last of these entries
        self._heard: object = None  # the number of a message that is not answered yet

    def hear(self, message: Mapping[str, Any]) -> list[Json]:
        """Does what the front end asks for; returns what to say to it at once."""
        self._heard = message.get("number")
        try:
            return self._obey(message)
        except Exception as error:  # noqa: BLE001 - one raised here would be seen by nobody
            self.model.error = f"The console itself failed: {error!r}. Start over, please."
        return []

    def news(self) -> tuple[Json, Json]:
        """What each panel shows now, and a message with the entries of the log that are new.

        Among the panels is the tail of the log, which is kept with a notebook.
        """
        epoch, count = self._told
        whole = epoch != self.model.epoch
        self._told = self.model.epoch, len(self.model.log)
        new = rows(self.model, 0 if whole else count)
        log: Json = {"kind": "log", "whole": whole, "total": len(self.model.log)}
        log["heard"], self._heard = self._heard, None  # so that a front end knows who is busy
        self._tail = (new if whole else self._tail + new)[-TAIL:]
        return {**view(self.model), "tail": self._tail}, {**log, "cap": LOG_CAP, "rows": new}

    def map(self) -> Json:
        """The state map, if somebody looks at it; to draw it takes longer than all the rest."""
        return state_picture(self.model) if self.maps else {}

    def _obey(self, message: Mapping[str, Any]) -> list[Json]:
        match message:
            case {"kind": "send", "line": str(line)}:
                self.model.submit(line)
            case {"kind": "restart", "scenario": str(scenario), "seed": str(seed)}:
                self.model.restart(scenario, seed)
            case {"kind": "reconnect"}:
                self.model.reconnect()
            case {"kind": "wait"}:
                self.model.wait()
            case {"kind": "take back"}:
                self.model.take_back()
            case {"kind": "predict", "on": bool(on)}:
                self.model.predict(on)
            case {"kind": "raw", "on": bool(on)}:
                self.model.raw = on
            case {"kind": "map", "on": bool(on)}:
                self.maps = on
            case {"kind": "save"}:
                self._save()
            case {"kind": "copy"}:
                return [{"kind": "copy", "text": str(self.model.transcript)}]
            case {"kind": "log"}:  # a front end that has just come, or has missed something
                self._told = (0, 0)
            case _:
                raise ValueError(f"no such message: {message!r:.80}")
        return []

    def _save(self) -> None:
        """Writes the transcript beside the notebook, twice, under the first name that is free."""
        self.model.error = self.model.hint = ""
        stems = (Path(f"smtp-transcript-{number}") for number in count(1))
        pairs = ((stem.with_suffix(".txt"), stem.with_suffix(".jsonl")) for stem in stems)
        text, lines = next(pair for pair in pairs if not any(path.exists() for path in pair))
        try:
            for path in (text, lines):
                self.model.transcript.save(path)
        except LessonError as error:
            self.model.error = f"{error}."
        else:
            self.model.hint = f"Saved as {text}, to read, and {lines}, for Transcript.load."

"""What the live page hears and says: JSON in, JSON out, around one Console and its experiments."""

import json
from typing import Any

from smtplesson.bounces.explain import explain
from smtplesson.bounces.find_reply import MOST_TO_READ
from smtplesson.console.finds import Finds
from smtplesson.console.model import ConsoleModel
from smtplesson.console.page import Json, choices
from smtplesson.console.talk import ConsoleTalk
from smtplesson.errors import LessonError
from smtplesson.exercises.experiment_list import Experiments
from smtplesson.exercises.shown import RIGHT
from smtplesson.show.pieces import as_html


class LiveTalk:
    """The page's one conversation; the Console's own messages are handed on."""

    def __init__(self) -> None:
        self.model = ConsoleModel(finds=Finds())
        self._talk = ConsoleTalk(self.model)
        self._experiments = Experiments()

    def hear(self, message: str) -> str:
        """Does what the page asks for; returns what it has to show from now on.

        panels: what each panel of the Console shows. said: to each experiment that was earned or
        tried, HTML and whether it is earned. messages: to the Console, and to the page itself.
        """
        asked, answers = json.loads(message), list[Json]()
        match asked:
            case {"kind": "read", "text": str(text)}:
                answers = [{"kind": "read", "html": _read(text)}]
            case {"kind": "save"}:  # there are no files here: the page offers one
                answers = [{"kind": "file", "text": f"{self.model.transcript}\n"}]
            case _:
                answers = self._talk.hear(asked)
        panels, log = self._talk.news()
        status: Any = panels["status"]
        # Here are no hunt and no state map, and nothing is kept for tomorrow.
        panels |= {"status": {**status, "fresh": []}, "map": {}, "tail": [], "choices": choices()}
        self._experiments.look(self.model)
        told = self._experiments.said.items()
        said = {name: {"html": as_html([r]), "earned": r.status == RIGHT} for name, r in told}
        shown = {"panels": panels, "messages": [*answers, log], "said": said}
        return json.dumps({**shown, "score": self._experiments.score})


def _read(text: str) -> str:
    """What the reply in a text means, or why there is none, as HTML."""
    try:
        return as_html([explain(text[:MOST_TO_READ])])
    except LessonError as error:
        return as_html([f"{error}."])

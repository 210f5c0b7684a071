"""Predictions: what may be guessed before a cell runs, and what is said about it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from smtplesson import toml
from smtplesson.errors import LessonError, shown
from smtplesson.exercises.question import find
from smtplesson.loopback.client import converse
from smtplesson.protocol.scenario_file import scenario_names

_FOLDER = Path(__file__).with_name("predictions")


@dataclass(frozen=True, slots=True)
class Prediction:
    """A question about what comes next, asked before it comes.

    name: "01-3" is the third of notebook 01.
    choices: two to five short texts, one of which is the answer.
    why: why the answer is so, for everybody.
    replies: likely wrong choices, each with a sentence about it.
    material: lines to look at.
    idea: what it is about, in a few words for tables; of a prediction in a notebook "".
    """

    name: str
    text: str
    choices: tuple[str, ...]
    answer: str
    why: str
    replies: tuple[tuple[str, str], ...]
    material: tuple[str, ...] = ()
    idea: str = ""

    def verdict(self, choice: str) -> str:
        """Right or not so, and why, for after the run; LessonError if it is no choice."""
        if choice not in self.choices:
            raise LessonError(
                f"{self.name}: {shown(choice)} is not one of {', '.join(self.choices)}"
            )
        if choice == self.answer:
            return f"Right. {self.why}"
        words = (f"Not so. The answer: {self.answer}.", dict(self.replies).get(choice), self.why)
        return " ".join(filter(None, words))


def prediction(name: str) -> Prediction:
    """The prediction of that name, such as "01-3"; LessonError if none has it."""
    return find("prediction", name, notebooks(), predictions)


@cache
def notebooks() -> tuple[str, ...]:
    """The numbers of the notebooks that have predictions, such as "01", in order."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


@cache
def predictions(notebook: str) -> Mapping[str, Prediction]:
    """The predictions of a notebook by name, in its order; LessonError if there are none."""
    if notebook not in notebooks():
        raise LessonError(f"notebook {shown(notebook)} is not one of {', '.join(notebooks())}")
    file = _FOLDER / f"{notebook}.toml"
    return MappingProxyType(parse_predictions(file.read_text("utf-8"), file.name))


def parse_predictions(source: str, where: str) -> dict[str, Prediction]:
    """The predictions in the TOML text `source`, by name.

    where: the file's name, "01.toml"; the predictions are "01-1" and so on.
    Raises: LessonError with one line that names file, key, value and what is allowed.
    """
    table = toml.parse_table(source, where)
    file = toml.read_values(table, {"prediction": _TABLES}, where, must=("prediction",))
    made = (_prediction(each, where, n) for n, each in enumerate(file["prediction"], 1))
    return {each.name: each for each in made}


def _prediction(table: Mapping[str, Any], file: str, number: int) -> Prediction:
    """The prediction in one table of a file."""
    where, name = f"{file}: prediction {number}", f"{file.removesuffix('.toml')}-{number}"
    converts = {**_CONVERTS, "id": toml.one_of([name])}
    found = toml.read_values(table, converts, where, must=("id", "text", "choices", "why", "wrong"))
    answer = _answer(found, where)
    wrong = toml.one_of([choice for choice in found["choices"] if choice != answer])
    keys = {"choice": wrong, "say": toml.text}
    pairs = (toml.read_values(each, keys, where, must=keys) for each in found["wrong"])
    replies = tuple((each["choice"], each["say"]) for each in pairs)
    more = {"material": found.get("material", ()), "idea": found.get("idea", "")}
    return Prediction(name, found["text"], found["choices"], answer, found["why"], replies, **more)


def _answer(found: Mapping[str, Any], where: str) -> str:
    """The choice that is right: the typed one, or the one that begins with the code drawn."""
    if ("answer" in found) == ("lines" in found):
        raise LessonError(f"{where}: either answer or lines is expected")
    if "answer" in found:
        said = found["answer"]
        right = [each for each in found["choices"] if each == said]
    else:  # played, so that no file can say what the server does not
        to, seed = found.get("scenario", "example"), found.get("seed", 0)
        said = str(converse(to, found["lines"], seed=seed)[-1].code)
        right = [each for each in found["choices"] if each.split()[0] in (said, said[0])]
    if len(right) != 1:
        raise LessonError(f"{where}: {shown(said)} is the answer, and {len(right)} choices say so")
    return str(right[0])


def _choices(value: Any) -> tuple[str, ...]:
    texts: tuple[str, ...] = toml.texts(value)
    if not 2 <= len(set(texts)) == len(texts) <= 5 or not all(map(str.strip, texts)):
        raise ValueError("two to five different texts are expected")
    return texts


_TABLES = toml.list_of(toml.table, "tables in double brackets", least=1)
_CONVERTS: Mapping[str, toml.Convert] = {
    **dict.fromkeys(("id", "text", "answer", "why", "idea"), toml.text),
    "material": toml.texts,
    "choices": _choices,
    "scenario": lambda value: toml.one_of(scenario_names())(value),
    "seed": toml.number(0, 1_000_000),
    "lines": toml.texts,
    "wrong": _TABLES,
}

"""What becomes of a widget's output when its notebook is saved."""

import copy
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ipywidgets import embed

from smtplesson import Console
from smtplesson.command import saving
from smtplesson.command.saving import STATE, VIEW, keep_words
from smtplesson.show.pieces import Lines
from smtplesson.widgets.board import Board

CONFIG = Path(saving.__file__).with_name("lab_config")


class Told(Board):
    title = "Told"

    def pieces(self) -> list[Lines]:
        return [Lines(["first"]), Lines([self.said])]


def saved(
    view: object, state: dict[str, Any] | None = None, folder: Path | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an output holds after a save that held this view and its words, and the metadata.

    state: what the front end keeps of widgets; None if it keeps nothing.
    folder: where the notebook is saved, as x.ipynb.
    """
    data = {VIEW: view, "text/html": "<p>old"}
    cell = {"cell_type": "code", "outputs": [{"data": data}, {"text": "x"}]}
    metadata = {} if state is None else {"widgets": {STATE: {"state": state}}}
    content: Any = {"metadata": metadata, "cells": [cell, {"cell_type": "markdown"}]}
    content = json.loads(json.dumps(content))
    manager = SimpleNamespace(_get_os_path=lambda path: str(folder / path)) if folder else None
    keep_words({"type": "notebook", "content": content}, "x.ipynb", manager)
    return content["cells"][0]["outputs"][0]["data"], content["metadata"]


@pytest.mark.parametrize("state", [None, {}, {"another": {"state": {}}}])
def test_without_its_state_a_view_goes_and_its_words_stay(state: dict[str, Any] | None) -> None:
    assert saved({"model_id": "1"}, state)[0] == {"text/html": "<p>old"}


def test_a_widget_without_words_of_its_own_is_let_alone() -> None:
    model = {"cells": [{"outputs": [{"data": {VIEW: {"model_id": "1"}, "text/plain": "Play()"}}]}]}
    before = {"type": "notebook", "content": {**model, "metadata": {}}}
    after = copy.deepcopy(before)
    keep_words(after)
    assert after == before


# In a stranger's file: one that is inside itself, and children as others' widgets have them.
@pytest.mark.parametrize(
    "children", [["IPY_MODEL_1"], ["IPY_MODEL_2", "text"], [1, None, {}], None, {"a": 1}, 7]
)
def test_no_state_however_odd_keeps_a_notebook_from_being_saved(children: Any) -> None:
    states = {"children": children, "tail": 7}  # another maker's, and no Console's
    inner = {"model_name": "HTMLModel", "state": {"value": "<p>new", "children": ["IPY_MODEL_1"]}}
    after, _ = saved({"model_id": "1"}, {"1": {"state": states}, "2": inner})
    is_inside = isinstance(children, list) and "IPY_MODEL_2" in children
    assert after["text/html"] == ("<section><p>new</section>" if is_inside else "<p>old")


@pytest.mark.parametrize("view", [None, "1", {}, {"model_id": None}])
def test_a_view_that_names_no_widget_goes(view: Any) -> None:
    assert saved(view)[0] == {"text/html": "<p>old"}


@pytest.mark.parametrize("model", [{"type": "file", "content": "x"}, {"type": "notebook"}])
def test_what_is_no_notebook_is_let_alone(model: dict[str, Any]) -> None:
    before = dict(model)
    keep_words(model)
    assert model == before


def state_of(*widgets: Any) -> dict[str, Any]:
    """The state of these widgets, as a front end keeps it."""
    kept: dict[str, Any] = embed.dependency_state(widgets, drop_defaults=True)
    return kept


def test_the_words_of_a_console_are_those_of_its_last_state() -> None:
    console = Console("busy", seed=3)
    console.say("NOOP <b>")
    after, _ = saved({"model_id": console.model_id}, state_of(console))
    assert VIEW in after
    for words in ("scenario busy, seed 3", "NOOP &lt;b&gt;", "250", "Replies so far"):
        assert words in after["text/html"]
    assert "<p>old" not in after["text/html"]


def test_the_words_of_a_board_are_those_of_its_last_page() -> None:
    board = Told()
    board.said = "and second <b>"
    board.show()
    after, _ = saved({"model_id": board.box.model_id}, state_of(board.box))
    for words in ("Told", "first", "second &lt;b&gt;"):
        assert words in after["text/html"]


def test_a_board_without_a_kernel_keeps_the_state_that_the_file_has(tmp_path: Path) -> None:
    board, other = Told(), Told()
    before = {"metadata": {"widgets": {STATE: {"state": state_of(board.box, other.box)}}}}
    (tmp_path / "x.ipynb").write_text(json.dumps(before))
    after, metadata = saved({"model_id": board.box.model_id}, folder=tmp_path)
    assert metadata["widgets"][STATE]["state"].keys() == state_of(board.box).keys()
    assert VIEW in after and "first" in after["text/html"]


@pytest.mark.parametrize("written", [None, "no JSON", "{}", "[]", '{"metadata": []}'])
def test_a_file_that_cannot_be_read_is_as_none(tmp_path: Path, written: str | None) -> None:
    if written:
        (tmp_path / "x.ipynb").write_text(written)
    assert saved({"model_id": "1"}, folder=tmp_path)[0] == {"text/html": "<p>old"}


def test_what_the_lesson_switches_on_is_there() -> None:
    (path,) = CONFIG.glob("jupyter_server_config.d/*.json")
    on = json.loads(path.read_text())["ServerApp"]["jpserver_extensions"]
    assert on == {f"smtplesson.command.{name}": True for name in ("prompt", "saving")}
    assert saving._jupyter_server_extension_points() == [{"module": saving.__name__}]
    hooks: list[Any] = []
    manager = SimpleNamespace(register_pre_save_hook=hooks.append)
    saving._load_jupyter_server_extension(SimpleNamespace(contents_manager=manager))
    assert hooks == [keep_words]
    settings = json.loads((CONFIG / "labconfig" / "default_setting_overrides.json").read_text())
    assert settings["@jupyter-widgets/jupyterlab-manager:plugin"] == {"saveState": True}

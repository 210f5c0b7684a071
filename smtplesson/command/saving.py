"""What a saved notebook shows on any later day: each widget as it was left, or its words.

An extension of Jupyter's server. JupyterLab keeps the state of widgets whose kernel runs, and drops
it when the notebook is saved on another day, before its cells were run: then it would have nothing
to show for their views but an error. `lab_config` has the files that switch both on; where it is on
JUPYTER_CONFIG_PATH, any server finds them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from smtplesson.show.pieces import Html, tag

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
_REFERENCE = "IPY_MODEL_"
_PART = re.compile(rf"{_REFERENCE}(\w+)")


def keep_words(model: dict[str, Any], path: str = "", contents_manager: Any = None) -> None:
    """Brings the words of each widget up to date; without a state its view goes, and they stay.

    What has no kernel any more keeps the state that the file has. An output without words of its
    own is let alone.

    model: what is about to be saved, and where; see Jupyter's `ContentsManager.pre_save_hook`.
    """
    if model["type"] != "notebook" or not model.get("content"):
        return
    notebook = model["content"]
    outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", ()))
    bundles = (output.get("data", {}) for output in outputs)
    shown = [data for data in bundles if VIEW in data and "text/html" in data]
    if not shown:
        return
    kept = _states(notebook)
    wanted = {_number(data) for data in shown} - kept.keys()
    if again := _with_parts(wanted, _on_disk(contents_manager, path)):
        kept = {**again, **kept}
        whole = {"version_major": 2, "version_minor": 0, "state": kept}
        notebook["metadata"]["widgets"] = {STATE: whole}
    for data in shown:
        number = _number(data)
        if number not in kept:
            del data[VIEW]
        elif words := "".join(_words(kept, number, set())):
            data["text/html"] = tag("section", Html(words))


def _number(data: Mapping[str, Any]) -> str:
    """The number of the widget that an output views; "" if a stranger's file does not say it."""
    view = data[VIEW]
    return str(view.get("model_id")) if isinstance(view, dict) else ""


def _states(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """The state of each widget that a notebook keeps, by the widget's number."""
    found: dict[str, Any] = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    return found


def _on_disk(manager: Any, path: str) -> dict[str, Any]:
    """The states in the file that is about to be written over; none if it cannot be read."""
    try:
        return _states(json.loads(Path(manager._get_os_path(path)).read_bytes()))
    except (AttributeError, KeyError, OSError, TypeError, ValueError):
        return {}


def _with_parts(numbers: set[str], states: Mapping[str, Any]) -> dict[str, Any]:
    """The states of these widgets and of all that they are made of, as far as there are any."""
    found: dict[str, Any] = {}
    while numbers := (numbers - found.keys()) & states.keys():
        found |= {number: states[number] for number in numbers}
        numbers = set(_PART.findall(json.dumps([states[number] for number in numbers])))
    return found


def _words(kept: Mapping[str, Any], number: str, seen: set[str]) -> Iterator[str]:
    """What a widget shows, as far as it is HTML: its own, then that of what is in it.

    seen: the widgets that were passed; in a stranger's file one may be inside itself.
    """
    if number in seen:
        return
    seen.add(number)
    state = kept.get(number, {}).get("state", {})
    if state.keys() >= {"setup", "tail"}:  # a Console; other makers' widgets may have a tail too
        from smtplesson.console.page import left  # not for servers without a Console

        yield left(state)
    elif kept.get(number, {}).get("model_name") == "HTMLModel":
        yield str(state.get("value", ""))
    children = state.get("children")
    for child in children if isinstance(children, list) else ():  # other makers have other kinds
        if isinstance(child, str):
            yield from _words(kept, child.removeprefix(_REFERENCE), seen)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Adds the hook to those that the server has."""
    server.contents_manager.register_pre_save_hook(keep_words)

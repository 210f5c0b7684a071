"""What a saved notebook shows on any later day: each widget as it was left, or its words.

An extension of Jupyter's server. JupyterLab keeps the state of widgets whose kernel runs, and drops
it when the notebook is saved on another day, before its cells were run: then it has nothing to
show for their views but an error. `lab_config` has the files that switch both on; where it is on
JUPYTER_CONFIG_PATH, any server finds them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from smtplesson.show.pieces import Html, tag

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
_REFERENCE = "IPY_MODEL_"


def keep_words(model: dict[str, Any], **_: object) -> None:
    """Brings the words of each widget up to date, or drops its view if its state is not kept.

    An output without words of its own stays as it is.

    model: what is about to be saved; see Jupyter's `ContentsManager.pre_save_hook`.
    """
    if model["type"] != "notebook" or not model.get("content"):
        return
    notebook = model["content"]
    kept = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", ()))
    for data in (output.get("data", {}) for output in outputs):
        if VIEW not in data or "text/html" not in data:
            continue
        number = data[VIEW]["model_id"]
        if number not in kept:
            del data[VIEW]
        elif words := "".join(_words(kept, number)):
            data["text/html"] = tag("section", Html(words))


def _words(kept: Mapping[str, Any], number: str) -> Iterator[str]:
    """What a widget shows, as far as it is HTML: its own, then that of what is in it."""
    state = kept.get(number, {}).get("state", {})
    if "tail" in state:
        from smtplesson.console.page import left  # not for servers without a Console

        yield left(state)
    elif kept.get(number, {}).get("model_name") == "HTMLModel":
        yield state.get("value", "")
    for child in state.get("children", ()):
        yield from _words(kept, child.removeprefix(_REFERENCE))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Adds the hook to those that the server has."""
    server.contents_manager.register_pre_save_hook(keep_words)

"""Front ends: one module and one style sheet each, with what they share."""

import re

import pytest

from smtplesson.console.widget import Console
from smtplesson.widgets.board import Fittings


@pytest.mark.parametrize("widget", [Console, Fittings])
def test_a_browser_gets_one_module_which_asks_for_no_other(widget: type) -> None:
    text = str(vars(widget)["_esm"])
    assert not re.search(r"^\s*import\b", text, re.MULTILINE)
    assert text.count("export default { render };") == 1
    assert text.count("export class Kernel") == 1

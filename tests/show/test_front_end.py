"""Front ends: one module and one style sheet each, with what they share."""

import re

from smtplesson.console.widget import Console


def test_a_browser_gets_one_module_which_asks_for_no_other() -> None:
    text = str(vars(Console)["_esm"])
    assert not re.search(r"^\s*import\b", text, re.MULTILINE)
    assert text.count("export default { render };") == 1
    assert text.count("export class Kernel") == 1

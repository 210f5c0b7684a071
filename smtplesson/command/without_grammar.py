"""JupyterLab, and whatever else reads notebooks, without a grammar that takes seconds to load.

jsonschema brings `rfc3987_syntax` along to check IRIs. No schema of Jupyter's has any, yet its 35
parsers are made whenever one is loaded: most of the time that JupyterLab takes to start.
"""

import sys


def leave_grammar_out() -> None:
    """Has this process not find the grammar, which jsonschema then does without."""
    # None in its place is how Python's manual has a module not be found; mypy does not know it.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


if __name__ == "__main__":  # `open_lab` starts it, with JupyterLab's own options
    leave_grammar_out()
    from jupyterlab.labapp import main

    main()

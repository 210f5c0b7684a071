"""`python -m smtplesson` is the same as the command `smtplesson`."""

import sys

if __name__ == "__main__":
    # Python puts the current folder first, where an email.py of the learner's would break us.
    if not sys.flags.safe_path:
        del sys.path[0]
    from smtplesson.command.cli import main

    sys.exit(main())

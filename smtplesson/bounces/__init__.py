"""Find the reply in a bounce message or a line of a mail log."""

import os


def first_bounce() -> str:
    """The bounce that notebook 01 begins with and notebook 08 comes back to.

    Made up, in the form of a delivery status notification (RFC 3464 §2).
    """
    # By the plainest means, for the same reason as in tables.py.
    with open(os.path.join(os.path.dirname(__file__), "first_bounce.eml"), encoding="utf-8") as eml:
        return eml.read()

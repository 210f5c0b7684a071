"""Server comparison: one question, the answers of five real servers and of this one."""

from collections.abc import Iterator

from ipywidgets import Dropdown

from smtplesson.evidence.servers import SERVERS, server_answers
from smtplesson.facts.explanation import badge
from smtplesson.loopback.client import converse
from smtplesson.show.pieces import Box, Part
from smtplesson.show.table import Table
from smtplesson.widgets.board import Board

_SETTLED = "set up that way, or asked in a way that it does not accept: no answer of its own"


class ServerComparison(Board):
    """Pick a situation, see what each server answered to the same words, beside the RFC."""

    title = "Five real servers, and this one"

    def __init__(self) -> None:
        names = [each.situation for each in server_answers()]
        self.situation = Dropdown(options=names, value="unknown user", description="Situation")
        super().__init__([self.situation])
        self.on_change(self.situation)

    def pieces(self) -> Iterator[Part]:
        """What the client says, who answered what, and the transcript of our own server."""
        asked = server_answers()[self.situation.index]
        transcript = converse("example", asked.lines)
        rows = []
        for server, code in {**asked.codes, "this one": transcript.codes[-1]}.items():
            remark = "" if code in asked.rfc_codes else "not a code that the RFCs name for it"
            if code is None:
                remark = "not asked"
            elif server in asked.aside:
                remark = _SETTLED
            answer = "–" if code is None else badge(code)
            rows.append((SERVERS.get(server, server), answer, remark))
        wanted = " or ".join(map(str, asked.rfc_codes))
        yield Box(
            Box(
                f"The RFCs give {wanted} for it ({asked.rfc}).",
                Table(("Server", "Answer", "Remark"), rows, "Only the codes were recorded"),
                f"Note: {asked.note}" if asked.note else "",
            ),
            Box(transcript),
            kind="smtp-columns",
        )

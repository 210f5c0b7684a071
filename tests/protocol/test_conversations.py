"""Conversations with built-in servers, each row typed from the RFCs."""

from pathlib import Path

import pytest

from tests.cases import rows
from tests.conftest import lines
from tests.protocol import answer


@pytest.mark.parametrize("case", rows(Path(__file__).with_name("conversations.csv")))
def test_the_last_line_draws(case: dict[str, str]) -> None:
    said = [lines(line) for line in case["said"].split(" | ")]
    wanted = int(case["code"]), case["status"]
    assert answer(case["scenario"], *said) == wanted, case["source"]

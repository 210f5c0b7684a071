"""Errors are one line each, in which nothing acts on a terminal."""

import pytest

from smtplesson.errors import LessonError, ScenarioError, WireError


@pytest.mark.parametrize("kind", [LessonError, ScenarioError, WireError])
def test_an_error_is_one_line_whatever_it_quotes(kind: type[LessonError]) -> None:
    error = kind("no \r\nsuch\x1b[2J \u202e\u2028é\udcff")
    assert str(error) == r"no \r\nsuch\x1b[2J \u202e\u2028é\udcff"

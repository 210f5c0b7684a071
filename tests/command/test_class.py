"""`smtplesson class`: what a teacher reads of a class's exports."""

import re
from pathlib import Path

import pytest

from smtplesson.command.cli import main

HEAD = "class word,name,exercise,variant,tries,solved,hints,misconception\n"


@pytest.mark.parametrize("checked", [True, False])
def test_before_and_after_stand_below_the_other_tables(
    checked: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, after in (("Anna", "yes,0,"), ("Ben", "no,0,422")):
        rows = ["02-1,0,1,yes,0,"]
        rows += ["entry-5,0,1,no,0,511", f"exit-5,0,1,{after}"] if checked else []
        lines = "".join(f"oak,{name},{row}\n" for row in rows)
        (tmp_path / f"{name}.csv").write_text(HEAD + lines)
    assert main(["class", str(tmp_path)]) == 0
    by_learner, by_exercise, *by_idea = capsys.readouterr().out.split("\n\n")
    assert "Anna (oak)  1/1" in by_learner and "\n02-1      2 " in by_exercise
    assert len(by_idea) == checked
    for table in by_idea:
        assert table.startswith("By idea: who was right before the course and after it\n")
        assert re.search("\na code with dots is no reply code  0 of 2 +1 of 2 +422 .1.\n", table)


@pytest.mark.parametrize("name", ["entry5", "entry-", "exit-1234", "end-1", "guess entry-1"])
def test_a_question_that_no_check_has_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text(f"{HEAD}oak,Anna,{name},0,1,yes,0,\n")
    assert main(["class", str(tmp_path)]) == 2
    assert "line 2: exercise = " in capsys.readouterr().err

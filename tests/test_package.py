"""The package as a whole: its public face, its README and what it is made of."""

import json
import re
import subprocess
import sys
import tomllib
from configparser import RawConfigParser
from importlib.metadata import packages_distributions, version
from itertools import takewhile
from pathlib import Path

import pytest

import smtplesson
from smtplesson.progress import FILE_NAME, VARIABLE
from smtplesson.protocol.scenario import STAGES
from smtplesson.protocol.scenario_file import _LIMITS, _RULE, _SCENARIO, parse_scenario
from tests.test_floors import MODULES, imports
from tests.workers import OF_HANDOUTS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def rows(heading: str) -> list[str]:
    """The first cells of the table that follows a heading or header row of the README."""
    below = README[README.index(heading) :].partition("\n| ---")[2].splitlines()[1:]
    table = takewhile(lambda line: line.startswith("|"), below)
    return [line.split("|")[1].strip() for line in table]


def code_blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


# ---- public names


def test_the_readme_lists_the_public_names() -> None:
    assert [name.strip("`") for name in rows("| Name | What it is |")] == smtplesson.__all__
    assert len(smtplesson.__all__) <= 24


@pytest.mark.parametrize("name", smtplesson.__all__)
def test_a_public_name_is_there_and_says_what_it_is(name: str) -> None:
    text = getattr(smtplesson, name).__doc__
    assert text
    assert not text.startswith(f"{name}(")  # the signature that a dataclass gives itself


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no name 'bogus'"):
        _ = smtplesson.bogus  # type: ignore[attr-defined]


def test_the_version_stands_in_one_place() -> None:
    assert "version" not in PROJECT
    assert version("smtplesson") == smtplesson.__version__
    assert f"[{smtplesson.__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def test_what_is_imported_is_declared() -> None:
    declared = {re.split("[<>=]", each)[0] for each in PROJECT["dependencies"]}
    names = {name.partition(".")[0] for module in MODULES for name in imports(module)}
    homes = packages_distributions()
    strangers = names - {*sys.stdlib_module_names, "smtplesson"}
    imported = {homes[name][0].lower().replace("_", "-") for name in strangers}
    assert declared == imported | {"jupyterlab"}  # which is run, and not imported


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(smtplesson.__file__).parent / "py.typed").is_file()


# ---- README


def test_the_readme_has_two_commands_of_one_line_that_set_themselves_up() -> None:
    lesson, tests = code_blocks("sh")
    for command in (lesson, tests):
        assert command.count("\n") == 1
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert lesson.endswith("&& .venv/bin/smtplesson\n")
    assert tests.endswith("&& .venv/bin/pytest -n logical --nbval notebooks tests\n")


def test_the_readme_names_every_scenario_and_every_key_of_one() -> None:
    names = [name.strip("`") for name in rows("These are built in")]
    assert names == sorted(smtplesson.scenario_names(), key=lambda name: (name != "example", name))
    keys = [key.strip("`") for key in rows("| Key | Meaning")]
    wanted = [*(key for key in _SCENARIO if key != "limits"), *(f"limits.{key}" for key in _LIMITS)]
    assert sorted(keys) == sorted(wanted)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows("| Key of a rule")))) == sorted(_RULE)
    assert [stage for stage in STAGES if f"`{stage}`" not in README] == []


def test_the_readmes_scenario_is_one() -> None:
    (example,) = code_blocks("toml")
    made = parse_scenario(example, "tuesday")
    assert [rule.at for rule in made.rules] == ["RCPT", "end-of-data"]


def test_the_readmes_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A progress file of its own: who has entered gets other variants, in the notebooks too.
    monkeypatch.setenv(VARIABLE, str(tmp_path / FILE_NAME))
    # The last one is for many cores, and a while.
    first, exercises, counting, _ = code_blocks("python")

    def said(program: str) -> str:
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert done.stderr == ""
        return done.stdout

    assert said(first).splitlines()[-1] == "[220, 250, 250, 550]"
    assert said(exercises) == ""
    assert (tmp_path / "anna.csv").read_text("utf-8").count("7b,Anna,") > 50
    assert "accepted   1000 of 1000" in said(counting.replace("100_000", "1_000"))


@pytest.mark.parametrize(("code", "enhanced"), [(452, "4.2.2"), (550, ""), (451, "4.3.0")])
def test_the_readmes_addresses_draw_their_replies(code: int, enhanced: str) -> None:
    (address,) = re.findall(rf"`((?:data-)?reply-{code}[\d.-]*@example\.test)`", README)
    with smtplesson.connect("example") as client:
        client.send_mail("me@client.example", address, "Subject: x\n\nhello\n")
        reply = client.transcript[-2 if code != 451 else -1].reply
    assert reply
    assert (reply.code, reply.enhanced) == (code, enhanced or "5.0.0")


def test_the_guide_for_contributors_names_what_is_there() -> None:
    guide = (ROOT / ".github" / "CONTRIBUTING.md").read_text("utf-8")
    paths = re.findall(r"`((?:\.ci|notebooks|smtplesson|tests)/[\w./-]*)`", guide)
    assert len(paths) > 20
    # So does the division of the tests: a file that it calls by an old name costs half a minute.
    assert [path for path in (*paths, *OF_HANDOUTS) if not (ROOT / path).exists()] == []


# ---- machines elsewhere


def test_containers_name_a_python_that_the_lesson_runs_on_and_files_that_are_there() -> None:
    known = [name for name in PROJECT["classifiers"] if "Python :: 3." in name]
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    binder = ROOT / ".binder"
    for said in ((binder / "runtime.txt").read_text(), container["image"]):
        assert f"Programming Language :: Python :: {re.findall(r'3[.][0-9]+', said)[0]}" in known
    assert (binder / "requirements.txt").read_text().splitlines()[-1] == "."
    script = binder / "postBuild"
    assert script.stat().st_mode & 0o111
    (settings,) = re.findall(r"^cp -R (\S+)/\. ", script.read_text(), re.MULTILINE)
    assert (ROOT / settings / "labconfig").is_dir()
    assert container["postCreateCommand"].startswith("python3 -m venv .venv && .venv/bin/pip ")


def test_the_metadata_invent_nothing() -> None:
    assert "urls" not in PROJECT
    systems = {name for name in PROJECT["classifiers"] if name.startswith("Operating System")}
    assert systems == {"Operating System :: MacOS", "Operating System :: POSIX :: Linux"}


# ---- what notebooks' outputs are compared by


def test_only_the_octets_of_pictures_are_masked() -> None:
    masks = RawConfigParser()
    masks.read(ROOT / "tests" / "nbval_sanitize.cfg")
    assert masks.sections() == ["picture"]

    def masked(text: str) -> str:
        return re.sub(masks["picture"]["regex"], masks["picture"]["replace"], text)

    picture = '<img alt="250: 12 &gt; 3" src="data:image/png;base64,{}" style="x"> 250: 12'
    assert masked(picture.format("iVBO+/Rw0=")) == masked(picture.format("AAAA"))
    assert masked(picture.format("AAAA")) == picture.format("PICTURE")
    for kept in ("data:image/png;base64,AAAA", '<img src="data:image/svg+xml;base64,AAAA">', "250"):
        assert masked(kept) == kept

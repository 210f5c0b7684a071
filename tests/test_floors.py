"""The house stands: every file imports from its own floor or from those below it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import smtplesson

HOUSE = Path(smtplesson.__file__).parent
# From the ground up. The public face and the command line stand on all the others.
FLOORS = [
    {"errors", "files", "lazy", "printable", "tables", "toml"},
    {"show"},
    {"facts"},
    {"protocol"},
    {"loopback"},
    # The wall. What stands before it is the core.
    {"bounces", "evidence", "progress", "routing"},
    {"experiments"},
    {"figures"},
    {"console"},
    {"widgets"},
    {"exercises"},
    {"handouts"},
    {"smtplesson"},
    {"command", "__main__"},
]
CORE = sorted(set().union(*FLOORS[: FLOORS.index({"bounces", "evidence", "progress", "routing"})]))
LEVELS = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
MOST = 4_331  # lines of Python in the core, without show/; 3,500 are wanted
HEAVY = ["numpy", "matplotlib", "ipywidgets", "asyncio", "ssl", "IPython", "jupyter_client"]
OUTSIDE = {"socket", "asyncio", "ssl", "threading", "time", "random", "selectors", "subprocess"}


def module_name(path: Path) -> str:
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(HOUSE.rglob("*.py"))}


def room(module: str) -> str:
    """The part of the house that a module belongs to."""
    return module.split(".")[1] if "." in module else module


def imports(module: str) -> Iterator[str]:
    """All that a module imports, for type checking only as well."""
    package = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            start = ".".join([*above, node.module] if node.module else above)
            source = start if node.level else node.module or ""
            for alias in node.names:
                whole = f"{source}.{alias.name}"
                yield whole if whole in MODULES else source


def inside(module: str) -> set[str]:
    """The modules of the house that a module imports."""
    return {name for name in imports(module) if name.split(".")[0] == "smtplesson"}


@pytest.mark.parametrize("module", MODULES)
def test_every_room_has_a_floor_and_nothing_reaches_up(module: str) -> None:
    assert room(module) in LEVELS, f"give {room(module)} a floor in {Path(__file__).name}"
    for name in inside(module):
        assert name in MODULES, f"{module} imports {name}, which is not there"
        assert LEVELS.get(room(name), len(FLOORS)) <= LEVELS[room(module)], f"it imports {name}"


def test_nothing_goes_in_circles() -> None:
    graph = {module: inside(module) - {module} for module in MODULES}
    graph["smtplesson"] = set()  # the public face imports when a name is first used
    tuple(TopologicalSorter(graph).static_order())  # raises CycleError


def test_the_walk_sees_what_is_there() -> None:
    assert "smtplesson.protocol.states" in inside("smtplesson.protocol.session")
    assert "smtplesson.facts" in inside("smtplesson.protocol.scenario_file")
    assert "smtplesson.loopback.server" in inside("smtplesson.loopback.client")  # TYPE_CHECKING


@pytest.mark.parametrize(
    "module", [name for name in MODULES if room(name) in ("facts", "protocol")]
)
def test_the_machine_knows_no_socket_no_clock_and_no_dice(module: str) -> None:
    assert {name.split(".")[0] for name in imports(module)} & OUTSIDE == set()


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) == "protocol"])
def test_replies_are_data_and_not_code(module: str) -> None:
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            assert not re.match(r"[2-5][0-5][0-9][ -]\S", text), text


@pytest.mark.parametrize(
    ("statement", "besides"),
    [
        ("import smtplesson; smtplesson.connect('example').send('EHLO a.example')", []),
        ("import smtplesson; smtplesson.simulate", []),
        ("import smtplesson.command.cli", []),
        ("import smtplesson.facts", ["socket", "random", "decimal"]),
    ],
)
def test_what_is_heavy_is_loaded_when_it_is_used(statement: str, besides: list[str]) -> None:
    heavy = [*HEAVY, *besides]
    program = f"{statement}\nimport sys\nprint([x for x in {heavy} if x in sys.modules])"
    done = run("-c", program)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize(
    "package", [module_name(stub.with_suffix(".py")) for stub in HOUSE.rglob("__init__.pyi")]
)
def test_a_name_that_is_loaded_later_is_no_module_of_its_package(package: str) -> None:
    names = import_module(package).__all__  # whoever imports the module puts it in its place
    assert names and not [name for name in names if f"{package}.{name}" in MODULES]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """What Python says, which finds the package but not this environment's settings."""
    command, where = [sys.executable, *words], {"PYTHONPATH": str(HOUSE.parent)}
    return subprocess.run(command, env=where, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) in CORE])
def test_the_core_is_made_of_the_standard_library(module: str) -> None:
    tops = {name.split(".")[0] for name in imports(module)} - sys.stdlib_module_names
    assert tops <= {"smtplesson", *(["trustme"] if module == "smtplesson.loopback.tls" else [])}


def core_alone(*besides: str) -> list[str]:
    """What the core says in an interpreter where nothing else can be imported."""
    done = run(str(Path(__file__).with_name("core_alone.py")), *CORE, "--", *besides)
    return [*done.stdout.splitlines(), *done.stderr.splitlines()[-1:]]


def test_the_core_runs_behind_its_wall() -> None:
    # RFC 4954 §4: AUTH comes after EHLO, and 235 says that it worked.
    assert core_alone() == [
        "TCP [220, 503, 250, 235, 250, 250, 354, 250]",
        "file [220, 503, 250, 235, 250, 250, 354, 250]",
        "memory [220, 252]",
        "explain 550 5.1.1: mailbox unavailable, or refused by policy / no such mailbox",
    ]


def test_starttls_alone_asks_for_trustme() -> None:
    found = core_alone("trustme", "cryptography", "idna", "cffi", "_cffi_backend")
    assert found[2] == "TLS [220, 250, 220, 250]"


def lines(rooms: Iterable[str]) -> int:
    """How many lines of Python these rooms have."""
    paths = [path for name, path in MODULES.items() if room(name) in rooms]
    return sum(len(path.read_text("utf-8").splitlines()) for path in paths)


def test_the_core_stays_small() -> None:
    assert lines({*CORE} - {"show"}) <= MOST


@pytest.mark.parametrize("module", MODULES)
def test_files_and_functions_stay_short(module: str) -> None:
    text = MODULES[module].read_text("utf-8")
    assert len(text.splitlines()) <= 250
    functions = ast.FunctionDef, ast.AsyncFunctionDef
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, functions) and node.end_lineno:
            assert node.end_lineno - node.lineno < 40, node.name


if __name__ == "__main__":
    core, show, whole = lines({*CORE} - {"show"}), lines(["show"]), lines(LEVELS)
    print(f"lines of Python: core {core:,}, show {show:,}, course {whole - core - show:,}")

"""Names of a package that are imported when they are first used."""

import re
import sys
from collections.abc import Callable
from importlib import import_module


def lazy(package: str) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """`__getattr__`, `__dir__` and `__all__` of a package that loads its names when they are used.

    The stub beside it, `__init__.pyi`, has a line for each: `from module import name as name`.
    """
    with open(f"{sys.modules[package].__file__}i", encoding="utf-8") as stub:
        found = re.findall(r"^from (\S+) import (\w+) as \2$", stub.read(), re.MULTILINE)
    homes = {name: module for module, name in found}

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no name {name!r}")
        value = getattr(import_module(homes[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    names = sorted(homes)
    return get, lambda: sorted({*vars(sys.modules[package]), *names}), names

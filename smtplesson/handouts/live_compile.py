"""Bytecode for what a live page runs at its start, made by the very Python that will run it."""

import sys
import zipfile
from importlib.util import MAGIC_NUMBER
from io import BytesIO
from marshal import dumps
from pathlib import Path

from smtplesson.handouts.live_talk import LiveTalk

_LINES = (
    *("EHLO client.example", "MAIL FROM:<a@client.example>", "RCPT TO:<alice@example.test>"),
    *("DATA", "Hello", "."),
)
_NO_CHECK = bytes(12)  # no date and no size of a source to compare with


def put_bytecode(*archives: str) -> None:
    """Puts bytecode in place of the modules that a short conversation uses, in these ZIP files.

    A package's own file stays as it is: it may be asked for by its name.
    """
    talk = LiveTalk()
    for line in _LINES:
        talk.hear(f'{{"kind": "send", "line": "{line}"}}')
    talk.hear('{"kind": "read", "text": "it said: 550 5.1.1 No such user"}')
    used = {name.replace(".", "/") + ".py" for name in sys.modules}
    for path in map(Path, archives):
        made = BytesIO()
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name in used:
                    code = compile(content, name, "exec", dont_inherit=True, optimize=2)
                    name, content = f"{name}c", MAGIC_NUMBER + _NO_CHECK + dumps(code)
                new.writestr(zipfile.ZipInfo(name), content)
        path.write_bytes(made.getvalue())

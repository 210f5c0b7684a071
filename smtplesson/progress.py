"""A learner's progress: a small JSON file that no crash and no second notebook can spoil."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from smtplesson.errors import LessonError
from smtplesson.files import write_whole

FILE_NAME = "smtplesson-progress.json"
# Where the file is, if not in the current folder; for a classroom whose folders are read-only.
VARIABLE = "SMTPLESSON_PROGRESS"
PATIENCE = 5.0  # seconds that one notebook waits for another

Part = dict[str, Any]


class Progress:
    """What a learner has done, in parts such as "codes" and "exercises".

    path: the file, made when something is first kept; by default `smtplesson-progress.json`
        in the current folder, where the notebooks are.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = Path(path or os.environ.get(VARIABLE) or FILE_NAME)

    def read(self, part: str) -> Part:
        """What is kept in a part; empty if nothing is.

        Raises: LessonError if the file cannot be read or is no progress file.
        """
        return self._all().get(part, {})

    def update(self, part: str, change: Callable[[Part], object]) -> None:
        """Lets `change` alter a part in place and keeps the outcome.

        Between reading and writing no other notebook gets in. The file is replaced whole.

        Raises: LessonError if the file cannot be read or written.
        """
        try:
            with FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=PATIENCE):
                parts = self._all()
                change(parts.setdefault(part, {}))
                write_whole(self.path, json.dumps(parts, indent=1, ensure_ascii=False).encode())
        except Timeout as error:
            raise LessonError(f"{self.path}: another notebook has held it for too long") from error
        except OSError as error:
            raise LessonError(f"{self.path}: progress cannot be saved: {error}") from error

    def reset(self, part: str) -> None:
        """Forgets a part."""
        self.update(part, dict.clear)

    def _all(self) -> dict[str, Part]:
        try:
            parts = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise LessonError(f"{self.path}: progress cannot be read: {error}") from error
        if not isinstance(parts, dict) or not all(isinstance(p, dict) for p in parts.values()):
            raise LessonError(f"{self.path}: this is not a progress file; move it out of the way")
        return parts

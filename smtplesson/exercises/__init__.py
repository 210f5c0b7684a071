"""Ask, hint, judge, show; what a learner has done is kept in a file of their own.

>>> from smtplesson.exercises import exercise
>>> task = exercise("02-1")
>>> print(task.check(...))
○ Not tried yet. Put your answer in place of the three dots.
"""

from smtplesson.exercises.learner import enter

# The function `progress` takes the place of the module of that name, which this line has
# imported by now; `from smtplesson.exercises.progress import Progress` works all the same.
from smtplesson.exercises.record import export, progress, reset
from smtplesson.exercises.task import exercise, key, sheet

__all__ = ["enter", "exercise", "export", "key", "progress", "reset", "sheet"]

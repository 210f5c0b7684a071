"""Ask, hint, judge, show; what a learner has done is kept in a file of their own.

>>> from smtplesson.exercises import exercise
>>> task = exercise("02-1")
>>> print(task.check(...))
○ Not tried yet. Put your answer in place of the three dots.
"""

from smtplesson.exercises.learner import enter
from smtplesson.exercises.record import export, progress, reset
from smtplesson.exercises.task import answer_key, exercise, worksheet

__all__ = ["answer_key", "enter", "exercise", "export", "progress", "reset", "worksheet"]

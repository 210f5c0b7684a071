"""Ask, hint, judge, show; what a learner has done is kept in a file of their own.

>>> from smtplesson.exercises import exercise
>>> task = exercise("02-1")
>>> print(task.check(...))
○ Not tried yet. Put your answer in place of the three dots.
"""

from smtplesson.lazy import lazy

__getattr__, __dir__, __all__ = lazy(__name__)

"""The names that the package has, and where each lives; see `smtplesson.lazy`."""

from smtplesson.exercises.check_up_card import check_up as check_up
from smtplesson.exercises.experiment_list import experiments as experiments
from smtplesson.exercises.guess_card import guess as guess
from smtplesson.exercises.learner import enter as enter
from smtplesson.exercises.record import export as export
from smtplesson.exercises.record import progress as progress
from smtplesson.exercises.record import reset as reset
from smtplesson.exercises.spaced import review as review
from smtplesson.exercises.task import answer_key as answer_key
from smtplesson.exercises.task import exercise as exercise
from smtplesson.exercises.task import worksheet as worksheet

__all__: list[str]

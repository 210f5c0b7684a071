"""Click and see: the widgets, each with its words for where no front end runs."""

from smtplesson.lazy import lazy

__getattr__, __dir__, __all__ = lazy(__name__)

"""Click and see: the widgets, each with its words for where no front end runs."""

"""Ask, hint, judge, show; what a learner has done is kept in a file of their own."""

"""Tests of the ground floor: the data files and the lookups on them."""

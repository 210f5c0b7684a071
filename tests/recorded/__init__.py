"""Tests against what real servers answered."""

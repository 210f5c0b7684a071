"""Tests with mail programs that know nothing of this package."""

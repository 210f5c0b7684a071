"""Benchmarks: smtplesson beside its peers, in one run. `python -m tests.bench` prints a table."""

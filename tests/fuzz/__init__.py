"""An endless, seeded attack on all that reads octets from strangers: `python -m tests.fuzz`."""

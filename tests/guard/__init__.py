"""The guard: no test, no notebook and no process of theirs looks up a name or leaves loopback."""

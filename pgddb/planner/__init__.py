"""Turn a statement and a catalog into a plan: pure, no I/O, no clock."""

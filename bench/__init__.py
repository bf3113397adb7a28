"""Measure pgddb against what it replaces, on one machine and in one run."""

"""The messages of protocol 3, grouped by the phase that they belong to."""

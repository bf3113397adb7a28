"""Give meaning to one client's conversation."""

"""Bytes to messages to a legal conversation, with no socket and no clock."""

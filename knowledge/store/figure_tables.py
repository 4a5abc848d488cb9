"""Counts without identity, sketches of distinct people, and what was released."""

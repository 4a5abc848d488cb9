"""Figures without faces: counts that nobody can be seen in, released once and never changed."""

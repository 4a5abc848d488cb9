"""Serves the staff that keep the directory true."""

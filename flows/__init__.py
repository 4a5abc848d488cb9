"""Decides where a conversation goes: flows that editors write as YAML, read, checked and drawn."""

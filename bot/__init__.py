"""Talks with people: conversation, channels, the `ventanilla` command."""

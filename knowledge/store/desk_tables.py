"""Proposals that wait for review, hooks to other systems, requests already answered."""

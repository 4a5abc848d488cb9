"""Offices and lines, in the words of the Human Services Data Specification."""

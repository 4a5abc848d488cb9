"""Reads typed text for danger, before anything else, and gives the fixed, reviewed help.

Two nets. The hard one opens the reply with help: phrases that a specialist reads and extends
(`words.yaml`), or a score so high that it can hardly be anything else. The soft one, a lower score,
only adds a line and a button above the answer. Both need no database, search or network; the text
is looked at and nothing of it is kept.
"""

from bot.danger.book import Category, DangerBook, HelpNumber, Reading, examine, read
from bot.danger.checks import check_danger
from bot.danger.loading import load_danger

__all__ = [
    "Category",
    "DangerBook",
    "HelpNumber",
    "Reading",
    "check_danger",
    "examine",
    "load_danger",
    "read",
]

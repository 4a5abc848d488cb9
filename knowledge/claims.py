"""What must never stand without a source: prices, phone numbers and e-mail addresses."""

import re

_PRICE = re.compile(
    r"(?:[$€]|\bQ|\bL\.?|\bUS\$)\s?\d|\d\s?(?:pesos|dólares|quetzales|lempiras|USD|MXN)\b"
)
_PHONE = re.compile(
    r"\+?\(?\d{2,4}\)?[ .-]\d{3,4}[ .-]?\d{3,4}\b|\b\d{7,}\b"
    r"|\b(?:al?|número|teléfono|línea|marque|llame al)\s\*?\d{3,4}\b(?!\s?(?:pesos|días|años))"
)
_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.]+\b")


def claim_in(text: str) -> str | None:
    """Name the first claim in a sentence that needs a source ("a price"), None when it has none.

    Phone numbers are runs of digits, and short codes after a verb of calling ("llame al 119").
    """
    for what, pattern in (("a price", _PRICE), ("a phone number", _PHONE), ("an e-mail", _EMAIL)):
        if pattern.search(text):
            return what
    return None

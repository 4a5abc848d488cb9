"""Marking sentences for translation where they are written and not yet shown."""


def N_(text: str) -> str:  # noqa: N802 - the gettext convention for "translate later"
    """Mark a sentence for extraction; it is translated when it is shown."""
    return text

"""Says a YAML syntax error in words that help the person who edits the file.

The parser's own words ("mapping values are not allowed in this context") describe its state; an
editor wants to know which mark to add, and where.
"""

import re

# A piece of the parser's words (libyaml's, or the Python parser's) → what to tell the editor.
# The first that fits is said; the context is looked at together with the problem.
_EXPLANATIONS = (
    (
        "mapping values are not allowed",
        "has a colon inside a text: quotes are missing around it, or wrong spaces before it.",
    ),
    (
        "while scanning a quoted scalar",
        "opens a quotation mark that is never closed: a quotation mark is missing.",
    ),
    (
        "unknown escape character",
        "has a backslash inside double quotes. Use single quotes around the text.",
    ),
    ("escape", "has a backslash inside double quotes. Use single quotes around the text."),
    ("']'", "opens a list with [ that is not closed: a comma or ] is missing."),
    ("'}'", "opens a map with { that is not closed: a comma or } is missing."),
    ("could not find expected ':'", 'is not of the form "key: value": a colon is missing.'),
    (
        "sequence entries are not allowed",
        "begins a list in the line of its key: begin it in the line below, or quote the text.",
    ),
    (
        "while scanning a block scalar",
        "begins a text with | or >: quotes are missing around it.",
    ),
    ("while scanning an alias", "begins a text with *: quotes are missing around it."),
    ("while scanning an anchor", "begins a text with &: quotes are missing around it."),
    ("tag", "begins a text with an exclamation mark: quotes are missing around it."),
    ("directive", "begins a line with %: quotes are missing around the text."),
    (
        "cannot start any token",
        "begins a text with a mark that YAML keeps for itself: quotes are missing around it.",
    ),
    ("control characters", "holds a character that cannot be shown. Take it out."),
    ("special characters", "holds a character that cannot be shown. Take it out."),
    ("document start", "has text after the end of the document, or wrong spaces before it."),
    ("document indicator", 'has "---" or "..." inside a text: a quotation mark is missing.'),
    (
        "'-' indicator",
        "does not line up: every item of a list begins with a dash, at the same column.",
    ),
    (
        "expected key",
        "does not line up with the lines above it, or a quotation mark ends too early.",
    ),
    (
        "block end",
        "does not line up with the lines above it, or a quotation mark ends too early.",
    ),
    (
        "mapping keys",
        "begins with a question mark and a space: quotes are missing around the text.",
    ),
    ("node content", "has a comma or bracket where a text should stand: quotes are missing."),
)

# A value that is complete before its line ends: the parser takes the rest for a new key.
_ENDS_TOO_EARLY = (
    (
        re.compile(r"""(^|[:-])\s+[{\[].*[}\]]\s*[^\s#]"""),
        "begins a text with [ or {: quotes are missing around it.",
    ),
    (
        re.compile(r"""(^|[:-])\s+(["']).*\2\s*[^\s#]"""),
        "has words after a closing quotation mark: put all of the text in quotes.",
    ),
)
_LOOKED_AT = 300  # letters of the line; a search through a very long one would take its time

# For these the line where the thing was opened helps more than the line where the parser gave up.
_OPENED_ABOVE = ("while scanning a quoted scalar", "while parsing a flow")


def explain_yaml_error(error: Exception, source: str) -> tuple[int, str]:
    """Give the line and the words for what stopped the parser."""
    context = str(getattr(error, "context", None) or "")
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    line = _line(error, context, source)
    words = f"{context} {problem}"
    if "expected key" in words or "block end" in words:
        written = source.splitlines()[line - 1][:_LOOKED_AT] if source else ""
        for pattern, explanation in _ENDS_TOO_EARLY:
            if pattern.search(written):
                return line, explanation
    for piece, explanation in _EXPLANATIONS:
        if piece in words:
            return line, explanation
    return line, f"cannot be read as YAML ({' '.join(words.split())}). Look for missing quotes."


def _line(error: Exception, context: str, source: str) -> int:
    mark = getattr(error, "problem_mark", None)
    if context.startswith(_OPENED_ABOVE):
        mark = getattr(error, "context_mark", None) or mark
    if mark is not None:
        last = source.count("\n") + (0 if source.endswith("\n") else 1)
        return max(1, min(int(mark.line) + 1, last))
    position = getattr(error, "position", None)  # an error of the reader has no mark
    if isinstance(position, int):
        return source.count("\n", 0, min(position, len(source))) + 1
    return 1

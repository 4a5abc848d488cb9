"""Reads, writes and compiles the files that translators work in: gettext `.po` and `.mo`.

Babel reads and compiles. We write `.po` ourselves, with Babel's own wrapping, for three reasons:
Babel breaks the old sentence of a fuzzy entry in the middle of its quotes, it stamps dates that
make every diff noisy, and it forgets the old sentence when it reads.
"""

import gettext
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, normalize, read_po, unescape

from locales.catalogs import FUZZY_CONTEXT, digest

WIDTH = 100
PROJECT = "Ventanilla"

# Babel cuts the first and the last character off whatever follows a keyword. A line without
# its quotes would silently lose letters, so lines are looked at first.
_LINE = re.compile(
    r"\s*(?:#(?!~ ).*|"
    r"(?:#~ \s*)?(?:(?P<keyword>msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d\])\s+)?"
    r'"(?:[^"\\]|\\.)*")?\s*'
)
# Nor does it mind keywords in an order that makes no sense, and gives a text another's translation.
_COMES_AFTER = {
    "msgctxt": ("", "msgstr", "msgstr["),
    "msgid": ("", "msgctxt", "msgstr", "msgstr["),
    "msgid_plural": ("msgid",),
    "msgstr": ("msgid",),
    "msgstr[": ("msgid_plural", "msgstr["),
}


class CatalogError(Exception):
    """A `.po` file cannot be read; `line` and the text say where and what would mend it."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


def read_po_file(path: Path) -> Catalog:
    """Read a catalog, with the old sentence of each fuzzy entry in `previous_id`.

    Raises `CatalogError`, whatever is wrong with the file.
    """
    try:
        return parse_po(path, path.read_bytes())
    except OSError as error:
        raise CatalogError(path, 1, f"cannot be opened: {error.strerror or error}.") from error


def parse_po(path: Path, content: bytes) -> Catalog:
    """Read a catalog from the content of its file; `path` is named in errors."""
    lines = _lines(path, content)
    try:
        catalog = read_po(lines, abort_invalid=True)
        gettext.c2py(catalog.plural_expr)
    except PoFileError as error:
        problem = str(error).removesuffix(f" on {error.lineno}")
        raise CatalogError(path, error.lineno + 1, f"is not a catalog here: {problem}.") from error
    except (AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
        # Babel has no error of its own for lines in an order that makes no sense.
        problem = f"has a wrong header or lines in a wrong order ({str(error) or 'Babel'})."
        raise CatalogError(path, 1, problem) from error
    for message in (*catalog, *catalog.obsolete.values()):
        _take_previous_id(message)
    return catalog


def _lines(path: Path, content: bytes) -> list[str]:
    """Give the lines of a catalog in a form that Babel reads without losing anything."""
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise CatalogError(path, number, "is not UTF-8. Save the file again as UTF-8.") from error
    previous = ""
    for index, line in enumerate(lines):
        found = _LINE.fullmatch(line)
        if found is None:
            if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
                problem = "two versions were merged here and both are left. Keep one of them."
            else:
                problem = 'a line should read: msgid "…" or msgstr "…", with both quotes.'
            raise CatalogError(path, index + 1, problem)
        keyword = (found["keyword"] or "").rstrip("0123456789]")
        if keyword and previous not in _COMES_AFTER[keyword]:
            problem = f"{found['keyword']} does not belong here: a msgid has one msgstr."
            raise CatalogError(path, index + 1, problem)
        previous = keyword or previous
        if line.startswith("#~|"):
            # gettext's own tools write the old sentence of an obsolete entry so.
            lines[index] = ""
        elif line.startswith("#|"):
            # Babel drops a comment that it has seen before; with a number, no two are equal.
            lines[index] = f"#|{index} {line[2:].strip()}"
    return lines


def _take_previous_id(message: Message) -> None:
    """Turn the `#| msgid` lines, which Babel takes for a person's comments, into `previous_id`."""
    old_ids: list[str] = []
    for comment in message.user_comments:
        if not comment.startswith("|"):
            continue
        keyword, quote, rest = comment.partition(" ")[2].partition('"')
        if keyword.startswith("msgid"):
            old_ids.append("")
        if quote and old_ids and not keyword.startswith("msgctxt"):
            old_ids[-1] += unescape(quote + rest)
    message.user_comments = [each for each in message.user_comments if not each.startswith("|")]
    message.previous_id = old_ids


def is_translated(message: Message) -> bool:
    """Tell whether there is a translation, for every form of a plural."""
    return all(forms_of(message))


def forms_of(message: Message) -> tuple[str, ...]:
    """Give the translation, or each of its forms for a plural; `("",)` when there is none."""
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def format_po(
    language: str,
    messages: Iterable[Message],
    obsolete: Iterable[Message] = (),
    before: Catalog | None = None,
) -> str:
    """Give the text of a `.po` file: equal sentences always give an equal text.

    The catalog as it was `before` lends its comment at the top and its rule for plurals.
    """
    catalog = before or Catalog(locale=language)
    comment = before.header_comment if before else ""
    parts = [comment or f"# {PROJECT}: Spanish → {language}."]
    headers = {
        "Project-Id-Version": PROJECT,
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": catalog.plural_forms,
    }
    header = "".join(f"{name}: {value}\n" for name, value in headers.items())
    parts.append(f'msgid ""\nmsgstr {normalize(header, width=WIDTH)}\n')
    for message in messages:
        parts.extend(_entry_lines(message, catalog.num_plurals))
        parts.append("")
    for message in obsolete:
        parts.extend(_entry_lines(message, catalog.num_plurals, prefix="#~ "))
        parts.append("")
    return "\n".join(parts)


def _entry_lines(message: Message, plurals: int, prefix: str = "") -> Iterator[str]:
    for comment in message.user_comments:
        yield f"# {comment}".rstrip()
    for comment in message.auto_comments:
        yield f"#. {comment}"
    if not prefix:
        # Without line numbers: a line added at the top of a file would change every entry.
        for path in dict.fromkeys(path for path, _line in message.locations):
            yield f"#: {path}"
    if message.flags:
        yield f"#, {', '.join(sorted(message.flags))}"
    if message.fuzzy:
        for keyword, old in zip(("msgid", "msgid_plural"), message.previous_id, strict=False):
            # `#~|` is the form of gettext's own tools for an entry that is out of use.
            mark = "#~| " if prefix else "#| "
            yield f"{mark}{keyword} {normalize(old, prefix=mark, width=WIDTH)}"
    if isinstance(message.id, str):
        yield f"{prefix}msgid {normalize(message.id, prefix=prefix, width=WIDTH)}"
        yield f"{prefix}msgstr {normalize(forms_of(message)[0], prefix=prefix, width=WIDTH)}"
        return
    for keyword, text in zip(("msgid", "msgid_plural"), message.id, strict=True):
        yield f"{prefix}{keyword} {normalize(text, prefix=prefix, width=WIDTH)}"
    forms = [*forms_of(message), *[""] * plurals][:plurals]
    for number, form in enumerate(forms):
        yield f"{prefix}msgstr[{number}] {normalize(form, prefix=prefix, width=WIDTH)}"


def compile_po(path: Path, content: bytes) -> bytes:
    """Give the content of the `.mo` for a `.po`: what is translated and confirmed.

    Its header names, by digest, the `.po` that it was made from. Sentences to be reviewed are only
    listed. Raises `CatalogError`.
    """
    source = parse_po(path, content)
    compiled = Catalog(locale=source.locale_identifier, project=PROJECT, version=digest(content))
    for message in source:
        if not message.id or not is_translated(message):
            continue
        if message.fuzzy:
            text = message.id if isinstance(message.id, str) else message.id[0]
            compiled.add(text, "fuzzy", context=FUZZY_CONTEXT)
        else:
            compiled.add(message.id, message.string)
    # The catalog's own plural rule counts, should it differ from the one that Babel knows.
    compiled.mime_headers = [("Plural-Forms", source.plural_forms)]
    file = io.BytesIO()
    write_mo(file, compiled)
    return file.getvalue()

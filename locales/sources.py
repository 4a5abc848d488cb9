"""Where the Spanish sentences are: every text of the program and its content, by catalog.

Three catalogs (gettext calls them domains) hold the translations of a language:

* `messages`: sentences in Python, marked `N_("…")`, `_("…")` or `plural("…", "…", n)`, and in the
  templates of the web chat and the staff pages;
* `flows`: the YAML files of `flows/library/`;
* `articles`: the YAML files of `knowledge/articles/` and of `knowledge/danger/`.

Sentences come in the order of the files, so that catalogs change only where the content did.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Any

from babel.messages.extract import extract, extract_python
from jinja2 import TemplateSyntaxError
from jinja2.ext import babel_extract

from flows.definition import Finding, Place
from locales.extract import UnreadableYamlError, extract_article, extract_danger, extract_flow

# The program's own sentences belong to the code, whichever content it was started with.
CODE_ROOT = Path(__file__).resolve().parent.parent

# `NP_` marks a singular and a plural for later, as `N_` marks one sentence; `plural` is the
# translator's own method. A pair says which arguments are the two forms.
KEYWORDS: Mapping[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "NP_": (1, 2),
    "plural": (1, 2),
}
COMMENT_TAGS = ("Translators:",)

_USES_A_KEYWORD = re.compile(rf"\b(?:{'|'.join(KEYWORDS)})\s*\(".encode())

MessageId = str | tuple[str, str]
Extractor = Callable[..., Any]  # Babel's own types for extractors do not fit each other


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of file: where such files are and who finds the sentences in them."""

    pattern: str
    extractor: Extractor
    options: Mapping[str, str]


# Babel's extractor for templates passes over a broken one in silence unless told not to.
_LOUD = {"silent": "false", "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols"}
_KINDS: Mapping[str, tuple[_Kind, ...]] = {
    "messages": (
        *(
            _Kind(f"{package}/**/*.py", extract_python, {})
            for package in ("admin", "bot", "flows", "knowledge", "locales")
        ),
        _Kind("admin/pages/**/*.html", babel_extract, _LOUD),
        _Kind("bot/pages/**/*.html", babel_extract, _LOUD),
    ),
    "flows": (_Kind("flows/library/**/*.yaml", extract_flow, {}),),
    "articles": (
        _Kind("knowledge/articles/**/*.yaml", extract_article, {}),
        _Kind("knowledge/danger/*.yaml", extract_danger, {}),
    ),
}
_UNREADABLE = (UnreadableYamlError, TemplateSyntaxError, TokenError, SyntaxError, ValueError)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One Spanish text to translate, with every place where it stands."""

    id: MessageId  # a pair for a sentence with a singular and a plural
    places: tuple[Place, ...]
    comments: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sentence, the singular when it has two forms."""
        return self.id if isinstance(self.id, str) else self.id[0]

    @property
    def files(self) -> tuple[str, ...]:
        """The files it stands in, each once."""
        return tuple(dict.fromkeys(place.path for place in self.places))


@dataclass(frozen=True, slots=True)
class Sources:
    """The sentences of one catalog, and what could not be read."""

    sentences: tuple[Sentence, ...]
    unreadable: tuple[Finding, ...] = ()


def read_sources(domain: str, content_root: Path, code_root: Path = CODE_ROOT) -> Sources:
    """Collect every Spanish sentence of a catalog, in the order of files and lines.

    `content_root` holds `flows/` and `knowledge/`. Places are relative to the root their file is
    under. A broken file is a finding; the other files are read all the same.
    """
    root = code_root if domain == "messages" else content_root
    files = {path: kind for kind in _KINDS[domain] for path in root.glob(kind.pattern)}
    found: dict[str, tuple[MessageId, list[Place], list[str]]] = {}
    unreadable = []
    for path in sorted(files):
        shown = path.relative_to(root).as_posix()
        try:
            texts = _read_file(path, files[path])
        except (*_UNREADABLE, OSError) as error:
            unreadable.append(_explain(error, shown))
            continue
        for line, message_id, comments in texts:
            text = message_id if isinstance(message_id, str) else message_id[0]
            known_id, places, notes = found.setdefault(text, (message_id, [], []))
            if isinstance(known_id, str):  # gettext keeps one entry for "x" and the pair ("x", "y")
                found[text] = (message_id, places, notes)
            places.append(Place(shown, line))
            notes.extend(comments)
    sentences = (
        Sentence(message_id, tuple(places), tuple(dict.fromkeys(notes)))
        for message_id, places, notes in found.values()
    )
    return Sources(tuple(sentences), tuple(unreadable))


def _read_file(path: Path, kind: _Kind) -> list[tuple[int, MessageId, list[str]]]:
    # Most Python files hold no sentence, and reading one token by token is slow.
    if path.suffix == ".py" and not _USES_A_KEYWORD.search(path.read_bytes()):
        return []
    with path.open("rb") as file:
        extracted = extract(
            kind.extractor,
            file,
            KEYWORDS,
            COMMENT_TAGS,
            kind.options,
            strip_comment_tags=True,
        )
        texts = [
            (line, (message[0], message[1]) if isinstance(message, tuple) else message, comments)
            for line, message, comments, _context in extracted
        ]
    return sorted(texts, key=lambda text: text[0])


def _explain(error: Exception, shown: str) -> Finding:
    if isinstance(error, UnreadableYamlError):
        return Finding(Place(shown, error.finding.place.line), error.finding.message)
    if isinstance(error, UnicodeDecodeError):
        return Finding(Place(shown, 1), "holds a character that is not UTF-8.")
    line = getattr(error, "lineno", None) or 1
    message = str(error).partition("\n")[0]
    return Finding(Place(shown, line), f"cannot be read for translation: {message}")

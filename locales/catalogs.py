"""Translates the Spanish sentences of the program and its content.

Spanish is the source: a sentence without a confirmed translation is shown in Spanish, because old
English about a price or a deadline is worse than Spanish. A language is a folder
`locales/<language>/LC_MESSAGES/` with one `.po` for each domain, and no code.
"""

import contextlib
import gettext
import hashlib
import io
import logging
import os
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

SOURCE_LANGUAGE = "es"
DOMAINS = ("messages", "flows", "articles")
SHIPPED = Path(__file__).resolve().parent

Translated = Literal["yes", "fuzzy", "no"]

# Under this context a compiled catalog lists the sentences whose translation is to be reviewed.
FUZZY_CONTEXT = "ventanilla:fuzzy"

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:_[A-Za-z0-9]+)*")
_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_log = logging.getLogger(__name__)


class _Missing(gettext.NullTranslations):
    """Stands at the end of the catalogs: what none of them has, is not there."""

    def gettext(self, message: str) -> str:
        raise LookupError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002
        raise LookupError(msgid1)

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002
        raise LookupError(message)


@dataclass(frozen=True, slots=True)
class Translator:
    """Gives each sentence in one language; it never changes and never raises."""

    language: str
    _catalogs: gettext.NullTranslations = field(default_factory=_Missing, repr=False)

    def text(self, msgid: str, **params: object) -> str:
        """Give the translation of a Spanish sentence, with `{name}` filled from `params`.

        Without a confirmed translation, or with one that names a placeholder nobody fills, this is
        the Spanish sentence. A placeholder without a value stays as it is written.
        """
        if self.language == SOURCE_LANGUAGE:
            return _fill(msgid, params)
        try:
            translated = self._catalogs.gettext(msgid)
        except LookupError:
            return _fill(msgid, params)
        return _fill(translated if _fits(translated, params) else msgid, params)

    def plural(self, singular: str, plural: str, n: int, **params: object) -> str:
        """Give the form of a sentence that goes with the number `n`, which also fills `{n}`."""
        params = {"n": n, **params}
        spanish = singular if n == 1 else plural
        try:
            translated = self._catalogs.ngettext(singular, plural, n)
        except LookupError:
            return _fill(spanish, params)
        return _fill(translated if _fits(translated, params) else spanish, params)

    def translates(self, msgid: str) -> Translated:
        """Tell whether a sentence (or the singular of one with a plural) has its translation.

        `fuzzy` means that there is one, to be reviewed since the Spanish changed.
        """
        if self.language == SOURCE_LANGUAGE:
            return "yes"
        with contextlib.suppress(LookupError):
            self._catalogs.gettext(msgid)
            return "yes"
        with contextlib.suppress(LookupError):
            self._catalogs.ngettext(msgid, msgid, 1)
            return "yes"
        with contextlib.suppress(LookupError):
            self._catalogs.pgettext(FUZZY_CONTEXT, msgid)
            return "fuzzy"
        return "no"


def _fits(translated: str, params: dict[str, object]) -> bool:
    """Tell whether all placeholders can be filled; a text taken to be filled later fits too."""
    return not params or all(name in params for name in _PLACEHOLDER.findall(translated))


def _fill(text: str, params: dict[str, object]) -> str:
    # Not str.format: a translation must not reach into attributes, nor raise for a lone brace.
    if not params or "{" not in text:
        return text
    return _PLACEHOLDER.sub(lambda found: str(params.get(found[1], found[0])), text)


_loaded: dict[tuple[str, Path], Translator] = {}


def translator(language: str, directory: Path | None = None) -> Translator:
    """Give the translator of a language, read once in the life of the process.

    `directory` holds `<language>/LC_MESSAGES/`; without it, the shipped catalogs. A language that
    has none is answered with Spanish, and the translator says so in `language`.
    """
    base = directory or SHIPPED
    found = _loaded.get((language, base))
    if found is None:
        if language == SOURCE_LANGUAGE or not _has_catalogs(base, language):
            return Translator(SOURCE_LANGUAGE)
        found = _loaded[language, base] = _load(language, base)
    return found


def languages(directory: Path | None = None) -> tuple[str, ...]:
    """List the languages that people can choose, Spanish first."""
    base = directory or SHIPPED
    names = sorted(path.name for path in base.iterdir()) if base.is_dir() else []
    others = (name for name in names if name != SOURCE_LANGUAGE and _has_catalogs(base, name))
    return (SOURCE_LANGUAGE, *others)


def po_path(directory: Path, language: str, domain: str) -> Path:
    """Say where the catalog of a language and a domain is."""
    return directory / language / "LC_MESSAGES" / f"{domain}.po"


def _has_catalogs(directory: Path, language: str) -> bool:
    # A language may come from a web address: it must not lead out of the folder.
    return bool(_LANGUAGE.fullmatch(language)) and any(
        path.is_file()
        for domain in DOMAINS
        for path in (
            po_path(directory, language, domain),
            po_path(directory, language, domain).with_suffix(".mo"),
        )
    )


def _load(language: str, directory: Path) -> Translator:
    """Read the three catalogs into one chain, each asked when those before it have no answer."""
    chain: list[gettext.NullTranslations] = []
    for domain in DOMAINS:
        path = po_path(directory, language, domain)
        try:
            compiled = _compiled(path)
            if compiled is not None:
                chain.append(compiled)
        except Exception as error:  # noqa: BLE001 - one broken catalog must not stop the chat
            _log.warning("a catalog cannot be read, people see Spanish: %s", error)
    chain.append(_Missing())
    for catalog in chain[1:]:
        chain[0].add_fallback(catalog)
    return Translator(language, chain[0])


def _compiled(path: Path) -> gettext.GNUTranslations | None:
    """Give a catalog ready for use, from the `.mo` if it was made from this very `.po`."""
    mo_path = path.with_suffix(".mo")
    kept = _read_mo(mo_path)
    if not path.exists():
        return kept
    content = path.read_bytes()
    if kept is not None and digest(content) in kept.info().get("project-id-version", ""):
        return kept

    # Babel costs a start 40 ms, and 5,000 sentences some 300 ms: only after a change.
    from locales.po_files import compile_po

    compiled = compile_po(path, content)
    _keep(mo_path, compiled)
    return gettext.GNUTranslations(io.BytesIO(compiled))


def digest(content: bytes) -> str:
    """Give the mark by which a `.mo` names the `.po` that it was made from.

    Dates of files would not do: a checkout or an installation sets them as it likes.
    """
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _read_mo(path: Path) -> gettext.GNUTranslations | None:
    try:
        with path.open("rb") as file:
            return gettext.GNUTranslations(file)
    except Exception:  # noqa: BLE001 - a damaged .mo raises anything; it is made again
        return None


def _keep(path: Path, content: bytes) -> None:
    """Write a `.mo` for the next start, whole or not at all; where it cannot, go on without."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)

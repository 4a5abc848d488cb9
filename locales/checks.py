"""Tells what is wrong with the catalogs, at the place where the Spanish sentence stands.

A sentence without a confirmed translation is shown in Spanish; a wrong number or placeholder is
shown to people. Both are findings. Obsolete entries at the end of a catalog are not.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from flows.definition import Finding, Place
from locales.catalogs import DOMAINS, SOURCE_LANGUAGE, po_path
from locales.comparing import differences
from locales.po_files import CatalogError, forms_of, is_translated, read_po_file
from locales.sources import CODE_ROOT, Sentence, read_sources

_SHOWN = 60


def check_catalogs(
    directory: Path, content_root: Path, code_root: Path = CODE_ROOT
) -> list[Finding]:
    """Compare the catalogs of every language folder with the sentences of program and content.

    `directory` holds `<language>/LC_MESSAGES/`; `content_root` holds `flows/` and `knowledge/`.
    Never raises for what a file holds. Sorted by place.
    """
    findings: list[Finding] = []
    folders = [
        folder
        for folder in sorted(directory.glob("*/LC_MESSAGES"))
        if folder.parent.name != SOURCE_LANGUAGE
    ]
    for domain in DOMAINS:
        sources = read_sources(domain, content_root, code_root)
        findings.extend(sources.unreadable)
        for folder in folders:
            path = po_path(directory, folder.parent.name, domain)
            shown = _shown_path(path, content_root)
            findings.extend(_check_catalog(path, shown, sources.sentences))
    unique = dict.fromkeys(findings)
    return sorted(unique, key=lambda found: (found.place.path, found.place.line, found.message))


def _check_catalog(path: Path, shown: str, sentences: tuple[Sentence, ...]) -> Iterator[Finding]:
    if not path.exists():
        if sentences:
            yield Finding(Place(shown, 1), 'is missing. Run "make messages" to make it.')
        return
    try:
        catalog = read_po_file(path)
    except CatalogError as error:
        yield Finding(Place(shown, error.line), error.message)
        return
    for sentence in sentences:
        for problem in _problems(catalog, sentence, shown):
            yield Finding(sentence.places[0], f'"{_short(sentence.text)}": {problem}')


def _problems(catalog: Catalog, sentence: Sentence, shown: str) -> Iterator[str]:
    message = catalog.get(sentence.text)
    if message is None or _forms_of_id(message) != _forms_of_id(sentence):
        yield f'is not in {shown} yet. Run "make messages".'
    elif not is_translated(message):
        yield f"has no translation in {shown}."
    elif message.fuzzy:
        yield (
            f"changed since it was translated in {shown}. Review the translation there and take "
            "the mark «fuzzy» away; people read Spanish until then."
        )
    else:
        spanish = _forms_of_id(sentence)
        for index, translation in enumerate(forms_of(message)):
            original = spanish[min(index, len(spanish) - 1)]
            for difference in differences(original, translation):
                yield f"in {shown} {difference}."


def _forms_of_id(each: Message | Sentence) -> tuple[str, ...]:
    return (each.id,) if isinstance(each.id, str) else tuple(each.id)


def _shown_path(path: Path, content_root: Path) -> str:
    inside = path.is_relative_to(content_root)
    return (path.relative_to(content_root) if inside else path).as_posix()


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _SHOWN else f"{one_line[: _SHOWN - 1]}…"

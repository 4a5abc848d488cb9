"""Brings every catalog up to date with the content: `python -m locales.update`.

Run it after changing a Spanish sentence (`make messages`). It adds new sentences, marks the
translations of changed ones for review, and sets aside those that are no longer used. With
`--pairs` it also takes in lists of Spanish sentences with their translations.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message

from locales.catalogs import DOMAINS, SOURCE_LANGUAGE, po_path
from locales.merge import Merged, merge
from locales.pairs import Pair, disagreements, fill, read_pairs, unmatched
from locales.po_files import CatalogError, format_po, is_translated, read_po_file
from locales.sources import CODE_ROOT, Sources, read_sources


@dataclass(frozen=True, slots=True)
class Update:
    """What becomes of one catalog."""

    path: Path
    merged: Merged
    filled: int
    text: str
    stale: bool  # whether the file on disk reads otherwise

    def __str__(self) -> str:
        parts = [
            f"{self.path}: {len(self.merged.messages)} texts",
            f"{self.merged.new} new",
            f"{self.merged.changed} changed",
            f"{self.merged.retired} retired",
        ]
        if self.filled:
            parts.append(f"{self.filled} filled from pairs")
        parts.append(f"{self.merged.fuzzy} to review")
        parts.append(f"{self.merged.untranslated} without translation")
        return ", ".join(parts)


def plan_updates(
    directory: Path, sources: dict[str, Sources], pairs: Sequence[Pair] = ()
) -> list[Update]:
    """Work out every catalog of every language folder, without writing.

    A folder `<language>/LC_MESSAGES` is enough for a new language. Raises `CatalogError` for a
    catalog that cannot be read, rather than write over somebody's work.
    """
    updates = []
    for folder in sorted(directory.glob("*/LC_MESSAGES")):
        language = folder.parent.name
        if language == SOURCE_LANGUAGE:
            continue
        for domain in DOMAINS:
            path = po_path(directory, language, domain)
            before = read_po_file(path) if path.exists() else None
            merged = merge(before, sources[domain].sentences)
            filled = fill(merged.messages, pairs, language)
            text = format_po(language, merged.messages, merged.obsolete, before)
            stale = before is None or path.read_text(encoding="utf-8") != text
            updates.append(Update(path, merged, filled, text, stale))
    return updates


def missing_by_file(updates: Sequence[Update], pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """List by file the sentences that wait for a translation or its review.

    Only for the languages that the pairs are in.
    """
    missing: dict[str, list[str]] = defaultdict(list)
    languages = {language for pair in pairs for language in pair.translations}
    for update in updates:
        if update.path.parent.parent.name not in languages:
            continue
        for message in update.merged.messages:
            if message.fuzzy or not is_translated(message):
                missing[message.locations[0][0]].append(_shown(message, update.path))
    return dict(missing)


def _shown(message: Message, path: Path) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return f"{path.parent.parent.name} {'to review' if message.fuzzy else 'missing'}: {text}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives its exit status."""
    options = _parser().parse_args(arguments)
    directory = options.locales or options.content / "locales"
    sources = {domain: read_sources(domain, options.content) for domain in DOMAINS}
    unreadable = [finding for each in sources.values() for finding in each.unreadable]
    if unreadable:
        # Without its sentences, all translations of a broken file would be set aside.
        return _fail([*map(str, unreadable), "Nothing was updated: mend these files first."])
    pairs, problems = read_pairs(options.pairs) if options.pairs else ([], [])
    try:
        updates = plan_updates(directory, sources, pairs)
    except CatalogError as error:
        return _fail([str(error), "Nothing was updated: mend this catalog first."])
    if not updates:
        return _fail([f"{directory}: there is no folder <language>/LC_MESSAGES to update."])
    for update in updates:
        if update.stale and not options.check:
            _write(update)
        mark = " (out of date)" if update.stale and options.check else ""
        _say(f"{update}{mark}")
    if options.pairs:
        known = [sentence.text for each in sources.values() for sentence in each.sentences]
        for finding in (*problems, *disagreements(pairs), *unmatched(pairs, known)):
            _say(str(finding))
        for path, texts in missing_by_file(updates, pairs).items():
            _say(f"{path}: {len(texts)} without a reviewed translation")
            for text in texts:
                _say(f"  {text}")
    if options.check and any(update.stale for update in updates):
        return _fail(['The catalogs are out of date: run "make messages".'])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m locales.update", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 if a catalog is out of date"
    )
    parser.add_argument(
        "--pairs", type=Path, metavar="DIR", help="YAML lists of {es: …, en: …} to take in"
    )
    parser.add_argument(
        "--content", type=Path, default=CODE_ROOT, metavar="DIR", help="where flows/ and so on are"
    )
    parser.add_argument(
        "--locales", type=Path, metavar="DIR", help="the catalogs, if not in the content's locales/"
    )
    return parser


def _write(update: Update) -> None:
    """Put the new file in the place of the old one, whole or not at all."""
    draft = update.path.with_suffix(".po.new")
    draft.write_text(update.text, encoding="utf-8")
    draft.replace(update.path)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _fail(lines: Sequence[str]) -> int:
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    return 1


if __name__ == "__main__":
    sys.exit(main())

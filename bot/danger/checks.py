"""What `ventanilla check` says about danger: examples, messages, lines, reviews, weights."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bot.danger.book import UNNAMED, Category, DangerBook, examine
from bot.danger.weights import fingerprint
from flows.definition import COUNTRIES, Finding, Place

REVIEW_DAYS = 180
CONTRACT_NAMES = ("self-harm", "violence", "trafficking", "child-danger")


def check_danger(
    book: DangerBook, today: date, directory: Path, shown_as: str = "knowledge/danger"
) -> list[Finding]:
    """Return every finding about the files of danger, as of `today`."""
    words, messages = f"{shown_as}/words.yaml", f"{shown_as}/messages.yaml"
    findings = [*_check_examples(book, words)]
    for category in book.categories.values():
        place = Place(messages, category.line_number)
        told = (*_check_message(category, book), *_check_review(category, today))
        findings += [Finding(place, f"{category.id}: {text}") for text in told]
    if UNNAMED not in book.categories:
        findings.append(Finding(Place(messages, 1), f'the message "{UNNAMED}" is missing.'))
    if book.learned_from != fingerprint(directory):
        findings.append(
            Finding(
                Place(f"{shown_as}/weights.json", 1),
                "was learned from other examples or words. Run: python -m bot.danger.training",
            )
        )
    return findings


def _check_examples(book: DangerBook, path: str) -> Iterator[Finding]:
    for name, examples in book.examples.items():
        place = Place(path, examples.line_number)
        for text in examples.found:
            found = examine(text, book)
            if not found.phrase or found.category not in (name, book.categories[name].child):
                yield Finding(place, f'{name}: the example "{text}" gives {found.category}.')
        for text in examples.harmless:
            found = examine(text, book)
            if found.category is not None:
                why = f"by «{found.phrase}»" if found.phrase else f"with {found.score:.1f}"
                yield Finding(place, f'{name}: the harmless "{text}" raises an alarm {why}.')


def _check_message(category: Category, book: DangerBook) -> Iterator[str]:
    if category.contract is not None and category.contract not in CONTRACT_NAMES:
        yield f'contract: "{category.contract}" is not one of {", ".join(CONTRACT_NAMES)}.'
    if "{emergency}" not in category.act:
        yield "act: has no {emergency}."
    if category.lines and "{line}" not in category.line_text:
        yield "line_text: has no {line}."
    for line in category.lines:
        if not any(book.number(country, line) for country in COUNTRIES):
            yield f'line: no country has a number for "{line}".'
    if category.child is not None and category.child not in book.categories:
        yield f'child: names "{category.child}", which is no message.'


def _check_review(category: Category, today: date) -> Iterator[str]:
    try:
        reviewed = date.fromisoformat(category.reviewed)
    except ValueError:
        yield f'reviewed: "{category.reviewed}" is not a date like 2026-11-22.'
        return
    if today - reviewed > timedelta(days=REVIEW_DAYS):
        yield (
            f"was last reviewed on {category.reviewed}, more than {REVIEW_DAYS} days ago. "
            "A specialist reads it again and dates it."
        )

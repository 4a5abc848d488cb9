"""A proposal as people read it: what it is about, and each field before and after."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from admin.views.entry_fields import label_of
from admin.views.entry_words import value_in_words
from admin.views.history import KINDS
from admin.views.render import LANGUAGE_NAMES
from flows.marking import N_
from knowledge.directory.proposals import Draft, Proposal
from knowledge.directory.reviewing import Conflict
from locales.catalogs import Translator

STATUSES = {
    "waiting": N_("En espera"),
    "approved": N_("Aprobada"),
    "rejected": N_("Rechazada"),
}
NEW = N_("Oficina nueva")
HIDE = N_("Esconder")
CHANGE = N_("Cambiar {fields}")
# What a new entry says of itself, and nobody has to read.
_DULL = frozenset(("location_id", "service_id", "location_type", "country", "slug"))
_POINTERS = ("organization_id", "service_id", "location_id")


def what_in_words(proposal: Proposal, words: Translator) -> str:
    """Return in a few words what is proposed."""
    actions = {draft.action for draft in proposal.drafts}
    if "create" in actions:
        return words.text(NEW)
    if "hide" in actions:
        return words.text(HIDE)
    labels = [
        words.text(label_of(draft.kind, field)).lower()
        for draft in proposal.drafts
        for field, _ in _flat(draft.values)
    ]
    return words.text(CHANGE, fields=", ".join(dict.fromkeys(labels)))


def drafts_in_words(
    proposal: Proposal,
    conflicts: Sequence[Conflict],
    names: Mapping[str, str],
    words: Translator,
) -> list[dict[str, Any]]:
    """Return the entries of a proposal with their fields: label, before, after, as it is now."""
    clashing = {conflict.field: conflict.now for conflict in conflicts}
    return [
        {
            "kind": words.text(KINDS[draft.kind]),
            "is_new": draft.action == "create",
            "fields": list(_fields(draft, clashing, names, words)),
        }
        for draft in proposal.drafts
    ]


def _fields(
    draft: Draft, clashing: Mapping[str, Any], names: Mapping[str, str], words: Translator
) -> Iterator[dict[str, Any]]:
    before = dict(_flat(draft.before))
    now = dict(_flat({
        name: clashing[f"{draft.kind}.{name}"]
        for name in draft.values
        if f"{draft.kind}.{name}" in clashing
    }))  # fmt: skip
    values = dict(_flat(draft.values))
    for field in dict.fromkeys((*values, *before)):
        name, _, language = field.partition("@")
        if draft.action == "create" and name in _DULL:
            continue
        told = {
            "label": words.text(label_of(draft.kind, name)),
            "language": LANGUAGE_NAMES.get(language, language),
            "before": _lines(field, before.get(field), names, words),
            "after": _lines(field, values.get(field), names, words),
            "now": _lines(field, now[field], names, words) if field in now else None,
        }
        if told["before"] != told["after"] or told["now"] is not None:
            yield told


def _lines(field: str, value: Any, names: Mapping[str, str], words: Translator) -> tuple[str, ...]:
    if field in _POINTERS:
        return (names.get(value) or value,) if value else ()
    return value_in_words(field, value, words)


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield fields and values, the texts of other languages as `field@language`."""
    for name, value in values.items():
        if name != "texts":
            yield name, value
            continue
        for language, texts in (value or {}).items():
            for field, text in texts.items():
                yield f"{field}@{language}", text

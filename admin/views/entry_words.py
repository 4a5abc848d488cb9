"""Values of the directory in words, as staff read them on a page and in the history."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from admin.views.entry_fields import CHOICES, PHONE_TYPES
from flows.marking import N_
from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml
from knowledge.directory import hours_in_words
from knowledge.directory.records import Schedule
from knowledge.directory.terms import NAMES
from locales.catalogs import Translator
from locales.formats import format_date

YES, NO = N_("sí"), N_("no")
EXTENSION = N_("extensión {extension}")


def value_in_words(field: str, value: Any, words: Translator) -> tuple[str, ...]:
    """Return a value as lines to read; none for what is empty.

    `value` is a field of an entry, or the same as JSON, as revisions keep it.
    """
    name = field.partition("@")[0]
    if name == "schedules":
        return schedule_in_words([_schedule(row) for row in value or ()], words)
    if value in (None, "", [], ()):
        return ()
    if name == "phones":
        return tuple(_phone(_plain(phone), words) for phone in value)
    if name == "addresses":
        return tuple(_address(_plain(address)) for address in value)
    if name == "terms":
        return tuple(topic_names(words.language).get(term, term) for term in value)
    if name in CHOICES:
        return (words.text(CHOICES[name].get(value, value)),)
    if name.endswith("_date"):
        return (format_date(value, words.language),)
    if isinstance(value, bool):
        return (words.text(YES if value else NO),)
    if isinstance(value, list | tuple):
        return tuple(" · ".join(_texts_in(_plain(item))) for item in value)
    return (str(value),)


def schedule_in_words(rows: Sequence[Schedule], words: Translator) -> tuple[str, ...]:
    """Return opening hours as one phrase for the week and one for each exception."""
    return hours_in_words.in_words(
        rows, words.text, words.language, lambda day: format_date(day, words.language)
    )


@cache
def topic_names(language: str) -> dict[str, str]:
    """Return what the topics are called, by code, in their order."""
    node, findings = read_yaml(NAMES, NAMES.name)
    if not isinstance(node, YamlMap):
        return {}
    reader = Reader(node, NAMES.name, findings)
    names = {}
    for code, _ in reader.entries():
        entry = reader.map(code)
        if entry is not None:
            names[code] = entry.text(language) or entry.text("es") or code
    return names


def _schedule(row: Any) -> Schedule:
    if isinstance(row, Schedule):
        return row
    return Schedule(**row | {"byday": tuple(row.get("byday") or ())})


def _phone(phone: Mapping[str, Any], words: Translator) -> str:
    remarks = [phone.get("note") or ""]
    if (extension := phone.get("extension")) and str(extension) not in remarks[0]:
        remarks.append(words.text(EXTENSION, extension=extension))
    if phone.get("type") not in (None, "", "voice"):
        remarks.append(words.text(PHONE_TYPES.get(phone["type"], phone["type"])))
    said = ", ".join(remark for remark in remarks if remark)
    told = [said, *(f"{code}: {note}" for code, note in (phone.get("notes") or {}).items())]
    notes = " · ".join(part for part in told if part)
    return f"{phone['number']} ({notes})" if notes else str(phone["number"])


def _address(address: Mapping[str, Any]) -> str:
    parts = (address.get("address_1"), address.get("address_2"), address.get("city"))
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _plain(item: Any) -> Any:
    if hasattr(item, "__dataclass_fields__"):
        return {name: getattr(item, name) for name in item.__dataclass_fields__}
    return item


def _texts_in(item: Any) -> list[str]:
    if isinstance(item, Mapping):
        return [str(value) for key, value in item.items() if key != "id" and value not in (None, "")
                and isinstance(value, str | int | float)]  # fmt: skip
    return [str(item)]

"""The small forms of an entry: what they show of it, and what they change when they are sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData

from admin.views.entry_fields import CHOICES, Field, Section
from flows.marking import N_
from knowledge.directory.desk_entry import Office
from knowledge.directory.entries import Address, Location, RequiredDocument, ServiceEntry
from locales.catalogs import Translator

NO_NUMBER = N_("Eso no es un número. Ejemplo: 13.6929")
TOO_LONG = N_("Es demasiado largo: tiene {n} letras y caben {most}. Acórtelo, por favor.")


@dataclass(slots=True)
class FormState:
    """What a form shows: the version it was filled in from, its values, what is wrong with them."""

    version: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """Return the value of a field, empty when there is none."""
        return self.values.get(name, "")

    def refuse(self, problems: Mapping[str, str], known: Sequence[str]) -> None:
        """Add what is wrong; what is about no field of this form stands above it (`form`)."""
        for name, reason in problems.items():
            self.errors.setdefault(name if name in known else "form", reason)


async def _posted(request: Request) -> FormData:
    return await request.form()


# The fields of a form that was sent.
Posted = Annotated[FormData, Depends(_posted)]


def shown(section: Section, office: Office, languages: Sequence[str]) -> FormState:
    """Return the form of a section as it is before anybody types in it."""
    entry: Any = office.entry(section.kind)
    state = FormState(entry.version)
    for one in section.fields:
        state.values[one.name] = _shown(one, entry)
        if one.translated:
            for language in languages:
                text = entry.texts.get(language, {}).get(one.name, "")
                state.values[f"{one.name}@{language}"] = text
    return state


def read(
    section: Section, office: Office, form: FormData, languages: Sequence[str], words: Translator
) -> tuple[dict[str, Any], FormState]:
    """Return what a sent form sets, and the form to show again if it cannot be kept."""
    state = FormState(version_of(form))
    edits: dict[str, Any] = {}
    for one in section.fields:
        for name in (one.name, *(f"{one.name}@{code}" for code in languages if one.translated)):
            if name not in form and one.input not in ("tick", "topics"):
                continue  # a form that was cut short changes nothing that it does not carry
            value = _typed(one, name, form)
            state.values[name] = value
            if isinstance(value, str) and len(value) > one.most:
                text = words.text(TOO_LONG, n=len(value), most=one.most)
                state.errors[name] = text
            try:
                edits |= dict(_edits(one, name, value, office))
            except ValueError:
                state.errors[name] = words.text(NO_NUMBER)
    return edits, state


def version_of(form: FormData) -> int:
    """Return the version that a form was filled in from; 0, older than any, if it names none."""
    text = str(form.get("version", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def text_of(form: FormData, name: str) -> str:
    """Return a text of a form, its lines ended as we end them; a file is no text."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else ""


def _shown(one: Field, entry: Any) -> Any:
    if one.name == "address_1":
        return entry.addresses[0].address_1 if entry.addresses else ""
    value = getattr(entry, one.name)
    if one.input == "lines":
        return "\n".join(part.document for part in value)
    if one.input == "topics":
        return list(value)
    if one.input == "tick":
        return bool(value)
    return "" if value is None else str(value)


def _typed(one: Field, name: str, form: FormData) -> Any:
    if one.input == "topics":
        return [value for value in form.getlist(name) if isinstance(value, str)]
    if one.input == "tick":
        return name in form
    text = text_of(form, name)
    return text if one.input in ("text", "lines") else " ".join(text.split())


def _edits(one: Field, name: str, value: Any, office: Office) -> Iterator[tuple[str, Any]]:
    """Yield what a field sets; raises ValueError for what is no number."""
    if one.name == "address_1":
        yield from _address(value, office.location)
    elif one.name == "required_documents":
        papers = [line.strip() for line in value.split("\n") if line.strip()]
        yield name, _papers(papers, office.service)
    elif one.input == "topics":
        old = [term for term in office.service.terms if term in value]
        yield name, tuple(dict.fromkeys([*old, *value]))
    elif one.input == "number":
        yield name, float(value.replace(",", ".")) if value else None
    elif one.input != "choice" or value in CHOICES[one.name]:
        yield name, value


def _address(text: str, location: Location) -> Iterator[tuple[str, Any]]:
    """Yield the addresses with another first line; without it there is none left of it."""
    first = location.addresses[0] if location.addresses else Address("")
    rest = location.addresses[1:]
    yield "addresses", (replace(first, address_1=text), *rest) if text else rest


def moved(edits: dict[str, Any], location: Location) -> dict[str, Any]:
    """Return edits of a place whose addresses follow it into another municipality."""
    city = edits.get("municipality", location.municipality)
    state = edits.get("department", location.department)
    if (city, state) == (location.municipality, location.department):
        return edits
    addresses = edits.get("addresses", location.addresses)
    followed = tuple(
        replace(
            address,
            city=city if address.city == location.municipality else address.city,
            state_province=state
            if address.state_province == location.department
            else address.state_province,
        )
        for address in addresses
    )
    return edits | {"addresses": followed}


def _papers(papers: Sequence[str], service: ServiceEntry) -> tuple[RequiredDocument, ...]:
    known = {paper.document: paper for paper in service.required_documents}
    return tuple(known.get(paper, RequiredDocument(paper)) for paper in dict.fromkeys(papers))

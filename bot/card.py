"""An office as people read it: what it is for, where, open or not, phone, and how sure all that is.

A card stays short enough that three fit one message. What one needs in order to go or to call is
always said; the rest is said in the order of its use while there is room.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot import hours, phrases
from bot.content import Content
from knowledge.directory.ageing import Age
from knowledge.directory.found import Found, Where, at_any_time
from knowledge.directory.opening import State
from knowledge.directory.records import Phone, Service
from locales.formats import format_date, format_distance_km, format_list

Office = Found | Service  # a service alone, where neither a time nor a place was asked for

BUDGET = 330  # characters of a card: three and a heading fit 1,024
NAME_LIMIT = 100
PHONES_SHOWN = 2
TOWN_IS_NEAR_KM = 5.0  # nearer than this, a municipality's seat tells nothing about its offices


@dataclass(frozen=True, slots=True)
class Card:
    """One office in one language."""

    found: Found
    content: Content
    language: str
    asked_hours: bool = False

    @classmethod
    def of(
        cls, office: Office, content: Content, language: str, *, asked_hours: bool = False
    ) -> "Card":
        """Return the card of an office; `asked_hours`: it says too when those are not known."""
        return cls(at_any_time(office), content, language, asked_hours)

    def lines(self, room: int = BUDGET) -> list[str]:
        """Return the lines of the card, what matters most in front, in `room` characters.

        What one needs in order to go or to call is said even where there is no room for it.
        """
        return self.filled(self.needed(), room)

    def needed(self) -> list[str]:
        """Return what one needs in order to go or to call, and last how much of it to believe."""
        return [
            *self._heading(), *self._place(), *self._times(), *self._contact(), self.notice()
        ]  # fmt: skip

    def filled(self, needed: list[str], room: int) -> list[str]:
        """Return what is needed with what is good to know between it, in `room` characters."""
        *must, notice = needed
        room -= _length(needed)
        spare: list[str] = []
        for line in self._spare():
            if line and len(line) + 1 <= room:
                spare.append(line)
                room -= len(line) + 1
        return [line for line in (*must, *spare, notice) if line]

    def data(self) -> dict[str, Any]:
        """Return the same as plain data, for channels that draw cards; nothing empty in it."""
        service = self.found.service
        text = self._text
        known: dict[str, Any] = {
            "id": service.id,
            "name": text("name"),
            "organization": service.organization,
            "description": text("description"),
            "place": [line for line in self._place() if line],
            "details": self.details(),
            "who": text("who"),
            "cost": text("cost"),
            "alert": text("alert"),
            "address": service.address,
            "municipality": service.municipality,
            "department": service.department,
            "country": service.country,
            "latitude": service.latitude,
            "longitude": service.longitude,
            "distance_km": service.distance_km,
            "about_km": self.found.about_km,
            "where": self.found.where.value,
            "hours": self._weekly(),
            "state": self.found.opening.state.value,
            "opening": self.opening(),
            "phones": [{"number": p.number, "note": self._note(p)} for p in service.phones],
            "whatsapp": service.whatsapp,
            "email": service.email,
            "website": service.website,
            "bring": list(service.required_documents),
            "languages": list(service.languages),
            "accessibility": list(service.accessibility),
            "assured_date": service.assured_date,
            "confidence": service.confidence,
            "age": self.found.age.value,
            "source": {"url": service.source, "date": service.source_date},
            "notice": self.notice(),
        }
        return {key: value for key, value in known.items() if value not in (None, "", [])}

    def details(self) -> list[str]:
        """Return lines on hours, cost, what to bring, languages and access, where known."""
        weekly = self._weekly()
        hours_line = self._say(phrases.SERVICE_HOURS, hours=weekly) if weekly else ""
        return [line for line in (hours_line, *self._useful()) if line]

    def opening(self) -> str:
        """Return whether it is open, in words; empty when nobody knows, unless it was asked."""
        said = hours.opening_in_words(self.found.opening, self.content, self.language)
        if not said and self.asked_hours and not self._weekly():
            return self._say(phrases.HOURS_UNKNOWN)
        return said

    def notice(self) -> str:
        """Return how much of this to believe: what people reported, how old it is, from when."""
        caution = self.found.caution
        said = [self._say(phrases.CAUTION[kind]) for kind in caution.kinds] if caution else []
        return " ".join([*said, *self._age()])

    def _age(self) -> Iterator[str]:
        service, age = self.found.service, self.found.age
        country = service.country
        if age is not Age.NEVER:
            old = phrases.VERIFIED_OLD if service.phones else phrases.VERIFIED_OLD_ASK
            text = {Age.FRESH: phrases.VERIFIED, Age.AGEING: phrases.VERIFIED_AGEING}.get(age, old)
            date = format_date(service.assured_date or "", self.language, country)
            yield self._say(text, date=date)
            return
        if service.source_date:
            date = format_date(service.source_date, self.language, country)
            yield self._say(phrases.SOURCE_DATE, date=date)
        if service.confidence == "low":
            yield self._say(phrases.UNCONFIRMED_DOUBTFUL)
        if service.department is None and not service.address:
            yield self._say(phrases.UNCONFIRMED)  # nobody goes to a line
        else:
            yield self._say(phrases.CALL_FIRST if service.phones else phrases.ASK_BEFORE_GOING)

    def _heading(self) -> Iterator[str]:
        yield shorten(self._text("name"), NAME_LIMIT)
        yield self._text("alert")

    def _place(self) -> Iterator[str]:
        service, where = self.found.service, self.found.where
        place = ", ".join(part for part in (service.address, service.municipality) if part)
        if service.municipality and service.address and service.municipality in service.address:
            place = service.address
        if service.confidential:
            yield self._say(phrases.SERVICE_PRIVATE)
        elif place or not service.department:
            yield place or self._say(phrases.WHOLE_COUNTRY)
        department = service.department or ""
        if department and department not in place:
            if where is Where.FAR:
                yield self._say(phrases.SERVICE_ELSEWHERE, department=department)
            elif not place:
                yield department
        yield self._distance()

    def _distance(self) -> str:
        service, about = self.found.service, self.found.about_km
        if service.distance_km is not None:
            text, km = phrases.SERVICE_DISTANCE, service.distance_km
        elif about is not None and about >= TOWN_IS_NEAR_KM:
            text, km = phrases.SERVICE_ABOUT, round(about)
        else:
            return ""
        return self._say(text, distance=format_distance_km(km, self.language, service.country))

    def _times(self) -> Iterator[str]:
        state = self.opening()
        note = self._text("hours_note")
        yield state
        if note or not state:
            spoken = note if state else self._weekly()
            yield self._say(phrases.SERVICE_HOURS, hours=spoken) if spoken else ""

    def _contact(self) -> Iterator[str]:
        service = self.found.service
        if service.phones:
            shown = service.phones[:PHONES_SHOWN]
            noted = [(p.number, self._note(p)) for p in shown]
            numbers = [f"{number} ({note})" if note else number for number, note in noted]
            yield self._say(phrases.SERVICE_PHONE, phone=", ".join(numbers))
        if service.whatsapp:
            yield f"WhatsApp: {service.whatsapp}"
        if service.website and not (service.phones or service.whatsapp):
            yield self._say(phrases.SERVICE_WEB, url=service.website)

    def _spare(self) -> Iterator[str]:
        """Yield what is good to know, the most useful first."""
        service = self.found.service
        yield self._text("description")
        cost, bring, languages, access = self._useful()
        yield from (cost, bring)
        opening = self.found.opening
        always = opening.is_open and opening.closes is None
        if opening.state is not State.UNKNOWN and not always and service.schedule:
            spoken = hours.in_words(service.schedule, self.content, self.language)
            yield self._say(phrases.SERVICE_HOURS, hours=spoken)
        yield from (languages, access)
        if service.latitude is not None and service.longitude is not None:
            url = f"https://osm.org/?mlat={service.latitude:.5f}&mlon={service.longitude:.5f}"
            yield self._say(phrases.SERVICE_MAP, url=url)
        if service.website and (service.phones or service.whatsapp):
            yield self._say(phrases.SERVICE_WEB, url=service.website)

    def _useful(self) -> tuple[str, str, str, str]:
        """Return what it costs, what to bring, other languages and access; empty if not known."""
        service = self.found.service
        cost, papers = self._text("cost"), list(service.required_documents)
        spoken = [phrases.SPOKEN[code] for code in service.languages if code in phrases.SPOKEN]
        languages = self._list([self._say(name) for name in spoken])
        access = self._list(list(service.accessibility))
        return (
            self._say(phrases.SERVICE_COST, cost=cost) if cost else "",
            self._say(phrases.SERVICE_BRING, papers=self._list(papers)) if papers else "",
            self._say(phrases.SERVICE_LANGUAGES, languages=languages) if languages else "",
            self._say(phrases.SERVICE_ACCESS, access=access) if access else "",
        )

    def _weekly(self) -> str:
        service = self.found.service
        spoken = hours.in_words(service.schedule, self.content, self.language)
        return "; ".join(part for part in (spoken, self._text("hours_note")) if part)

    def _list(self, items: list[str]) -> str:
        return format_list(items, self.language, self.found.service.country)

    def _say(self, text: str, **params: object) -> str:
        return self.content.text(self.language, text, **params)

    def _note(self, phone: Phone) -> str:
        return phone.note_in(self.language)

    def _text(self, name: str) -> str:
        return self.found.service.text(name, self.language)


def fitting(cards: Sequence[Card], limit: int) -> list[str]:
    """Return the texts of cards that are to stand in one message of at most `limit` characters.

    What is only good to know is shared out evenly; without room for it, it is left out.
    """
    needed = [card.needed() for card in cards]
    least = [_length(lines) for lines in needed]
    room = limit - sum(least) - len(cards)
    texts = []
    for number, (card, lines, must) in enumerate(zip(cards, needed, least, strict=True)):
        share = max(room, 0) // (len(cards) - number)
        text = "\n".join(card.filled(lines, min(must + share, max(BUDGET, must))))
        room -= len(text) - must
        texts.append(text)
    return texts


def _length(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines if line)


def shorten(text: str, limit: int) -> str:
    """Return a text cut between words where it is longer than `limit`."""
    return text if len(text) <= limit else text[: text.rfind(" ", 0, limit)] + "…"

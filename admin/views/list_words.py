"""What the lists say of an entry, in words: how old it is, how far it is shown, where it is."""

from dataclasses import dataclass
from datetime import datetime

from admin.views.entry_words import schedule_in_words
from flows.marking import N_
from knowledge.directory.ageing import Age
from knowledge.directory.desk_lists import DeskRow
from knowledge.directory.zones import zone_of
from knowledge.staff.rights import Area
from locales.catalogs import Translator

AGES = {
    Age.FRESH: N_("Al día"),
    Age.AGEING: N_("Puede haber cambiado"),
    Age.OLD: N_("Hay que verificarlo"),
    Age.NEVER: N_("Nunca verificado"),
}
STATUSES = {
    "active": N_("Publicado"),
    "to_complete": N_("Por completar"),
    "inactive": N_("Ya no atiende"),
    "hidden": N_("Escondido"),
}
COUNTRIES = {
    "SV": N_("El Salvador"),
    "GT": N_("Guatemala"),
    "HN": N_("Honduras"),
    "MX": N_("México"),
}
WHOLE_COUNTRY = N_("Todo el país")
EVERYWHERE = N_("Todas las áreas")
REPORTS = {
    "closed": N_("Estaba cerrado"),
    "moved": N_("Ya no está ahí"),
    "phone": N_("El teléfono no sirve"),
}
_MAP = "https://www.openstreetmap.org/?mlat={0:.5f}&mlon={1:.5f}#map=17/{0:.5f}/{1:.5f}"


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A line of a list as the template writes it; `row` has what needs no words."""

    row: DeskRow
    place: str
    country: str
    hours: str
    phone: str
    dialled: str
    map: str
    age: str
    status: str
    is_of_today: bool


def area_in_words(area: Area, words: Translator) -> str:
    """Return an area as people say it: "Zacatecoluca, La Paz, El Salvador"."""
    if area.country is None:
        return words.text(EVERYWHERE)
    country = words.text(COUNTRIES[area.country])
    return ", ".join(name for name in (area.municipality, area.department, country) if name)


def shown(row: DeskRow, words: Translator, moment: datetime) -> ShownRow:
    """Return a line of a list in a language; «hoy» is that of the entry's country."""
    today = moment.astimezone(zone_of(row.country)).date().isoformat()
    public = row.public
    towns = dict.fromkeys(name for name in (row.municipality, row.department) if name)
    hours = schedule_in_words(public.schedules, words)
    phone = public.phones[0] if public.phones else None
    here = public.latitude is not None and public.longitude is not None
    return ShownRow(
        row=row,
        place=", ".join(towns) or words.text(WHOLE_COUNTRY),
        country=words.text(COUNTRIES[row.country]),
        hours=hours[0] if hours else public.hours_note,
        phone=phone.number if phone else "",
        dialled=phone.dialled if phone else "",
        map=_MAP.format(public.latitude, public.longitude) if here else "",
        age=words.text(AGES[row.age]),
        status=words.text(STATUSES[row.status]),
        is_of_today=row.assured_date == today,
    )

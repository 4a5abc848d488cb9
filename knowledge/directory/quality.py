"""What is thin in the directory, for the office that keeps it: per entry, worst first, and by area.

Thin is not wrong: an entry with a finding may be shown. Weights are a table, so that a town can see
what we hold for worse.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from knowledge.directory import areas
from knowledge.directory.entries import ServiceAtLocation
from knowledge.directory.importing import load_all
from knowledge.directory.sheet import Four, row_status
from knowledge.directory.sheet_rows import four_of
from knowledge.directory.validation import is_page

WEIGHTS: Mapping[str, int] = {
    "outside-country": 9,  # people are sent to the wrong place
    "outside-municipality": 7,
    "closed-every-day": 6,
    "no-way": 6,  # nobody can reach it at all
    "same-number": 5,
    "no-phone": 4,
    "no-hours": 3,
    "no-page": 3,
    "unknown-municipality": 2,
    "one-language": 2,
    "short-description": 1,
}
WORDS: Mapping[str, str] = {
    "outside-country": "its point is outside the country",
    "outside-municipality": "its point is far from its municipality",
    "closed-every-day": "its hours say closed on every day",
    "no-way": "no phone, page, e-mail or public address",
    "same-number": "the same number as an unlike office",
    "no-phone": "no phone",
    "no-hours": "no hours",
    "no-page": "no page as source",
    "unknown-municipality": "a municipality that no list has",
    "one-language": "only one language",
    "short-description": "a description under six words",
}
FEWEST_WORDS = 6
# Large rural municipalities reach some 40 km from their seat.
FAR_KM = 40.0


@dataclass(frozen=True, slots=True)
class ThinEntry:
    """One row of the directory with what is thin in it: codes of `WORDS`, worst first."""

    id: str
    at_id: str
    name: str
    area: str
    status: str
    findings: tuple[str, ...]

    @property
    def weight(self) -> int:
        """How thin it is."""
        return sum(WEIGHTS[code] for code in self.findings)


@dataclass(frozen=True, slots=True)
class QualityReport:
    """All thin rows, worst first; how many rows there are; thin ones by area and by finding."""

    entries: tuple[ThinEntry, ...]
    rows: int
    by_area: tuple[tuple[str, int], ...]
    by_finding: tuple[tuple[str, int], ...]


def check_quality(connection: Connection, country: str | None = None) -> QualityReport:
    """Return what is thin among rows that are active or to complete, of one country or of all."""
    entries = load_all(connection)
    rows = [
        four
        for at in entries.values()
        if isinstance(at, ServiceAtLocation)
        and row_status(four := four_of(entries, at)) in ("active", "to_complete")
    ]
    owners = _numbers(rows)
    found = []
    total = 0
    for four in rows:
        if country and four.location.country != country:
            continue
        total += 1
        codes = sorted(_findings(four, owners), key=lambda code: (-WEIGHTS[code], code))
        if codes:
            found.append(_entry(four, tuple(codes)))
    found.sort(key=lambda entry: (-entry.weight, entry.area, entry.id))
    by_area = Counter(entry.area for entry in found)
    by_finding = Counter(code for entry in found for code in entry.findings)
    return QualityReport(
        tuple(found),
        total,
        tuple(sorted(by_area.items(), key=lambda pair: (-pair[1], pair[0]))),
        tuple(sorted(by_finding.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def _findings(four: Four, owners: Mapping[str, set[str]]) -> Iterator[str]:
    service, location, at = four.service, four.location, four.at
    phones = (*at.phones, *service.phones, *location.phones)
    addresses = location.public().addresses
    if not phones:
        yield "no-phone" if service.email or service.url or addresses else "no-way"
    schedules = at.schedules or service.schedules or location.schedules
    if not schedules and not at.hours_note:
        yield "no-hours"
    if schedules and not any(row.opens_at for row in schedules):
        yield "closed-every-day"
    if len(service.description.split()) < FEWEST_WORDS:
        yield "short-description"
    if any(len(owners.get(phone.e164 or "", ())) > 1 for phone in phones):
        yield "same-number"
    if not is_page(service.source_url):
        yield "no-page"
    if not any(texts.get("name") and texts.get("description") for texts in service.texts.values()):
        yield "one-language"
    yield from _place_findings(four)


def _place_findings(four: Four) -> Iterator[str]:
    location = four.location
    area = (location.country, location.department, location.municipality)
    if location.municipality and areas.find_municipality(*area) is None:
        yield "unknown-municipality"
    if location.latitude is None or location.longitude is None:
        return
    point = (location.latitude, location.longitude)
    far = areas.km_from_municipality(*area, point)
    if not areas.is_inside(location.country, *point):
        yield "outside-country"
    elif far is not None and far > FAR_KM:
        yield "outside-municipality"


def _numbers(rows: list[Four]) -> dict[str, set[str]]:
    """Return which organizations answer at a number; short codes are shared on purpose."""
    owners: dict[str, set[str]] = defaultdict(set)
    for four in rows:
        for phone in (*four.at.phones, *four.service.phones, *four.location.phones):
            if phone.e164:
                owners[phone.e164].add(four.organization.id)
    return owners


def _entry(four: Four, codes: tuple[str, ...]) -> ThinEntry:
    location = four.location
    area = (location.country, location.department, location.municipality)
    return ThinEntry(
        id=four.at.slug or four.at.id,
        at_id=four.at.id,
        name=four.service.name,
        area="/".join(part for part in area if part),
        status=row_status(four),
        findings=codes,
    )

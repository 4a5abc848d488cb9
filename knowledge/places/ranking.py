"""The order of places that share a name, and whether the first needs no question."""

from collections.abc import Sequence

from knowledge.places.place import Place, PlaceMatch

# A municipality is named more often than a village of its size; of unknown size it counts as small.
MUNICIPAL = 5
SMALLEST = {"department": 100_000, "municipality": 3_000, "district": 3_000, "town": 500}
# So many times larger than the next one, and nobody needs to be asked which is meant.
DOMINANT, DOMINANT_ABROAD = 10, 30
# In another country than the conversation's, only what is well known.
KNOWN_ABROAD = 20_000


def well_known(places: Sequence[Place]) -> list[Place]:
    """Return the places that are meant in another country too."""
    return [p for p in places if p.level == "department" or (p.population or 0) >= KNOWN_ABROAD]


def _weight(place: Place) -> float:
    size = max(place.population or 0, SMALLEST[place.level])
    return size * (1 if place.level == "town" else MUNICIPAL)


def judge(
    places: Sequence[Place], how: str, level: str | None, first: int | None = None
) -> PlaceMatch:
    """Put candidates in order and say whether the first needs no question.

    The first `first` of them are what people mean by a saying, before all others.
    """
    ranked = sorted(
        enumerate(_one_each(places)),
        key=lambda item: (
            first is not None and item[1] not in places[:first],
            level is not None and (item[1].level == "department") != (level == "department"),
            -_weight(item[1]),
        ),
    )
    ordered = [place for _, place in ranked]
    main = _main_towns(ordered)
    if main and level != "department":
        # A department gives way to the town of its name that it stands at.
        ordered = [p for p in ordered if p not in main] + [p for p in ordered if p in main]
    best, rivals = ordered[0], [p for p in ordered[1:] if p not in main]
    if level is not None:
        rivals = [p for p in rivals if (p.level == "department") == (level == "department")]
    if first is not None:
        rivals = [p for p in rivals if p in places[:first]]
    times = DOMINANT if all(p.country == best.country for p in rivals) else DOMINANT_ABROAD
    sure = not rivals or (
        best.level != "department"
        and not any(p.level == "department" for p in rivals)
        and _weight(best) >= times * max(_weight(p) for p in rivals)
    )
    return PlaceMatch(tuple(ordered), how, sure)


def _one_each(places: Sequence[Place]) -> list[Place]:
    """Leave out the town that is the seat of a municipality of the same name that is there too."""
    kept: dict[tuple[str, str, str | None, bool], Place] = {}
    for place in places:
        unit = (
            place.country,
            place.department,
            place.municipality if place.level != "district" else place.id,
            place.level == "department",
        )
        if place.municipality is None and place.level != "department":
            unit = (place.country, place.department, place.id, False)
        other = kept.get(unit)
        if other is None or (other.level == "town" and place.level == "municipality"):
            kept[unit] = place
    return list(kept.values())


def _main_towns(places: Sequence[Place]) -> list[Place]:
    """Return the departments among the candidates whose main town is one of them."""
    return [
        d
        for d in places
        if d.level == "department"
        and any(
            p.level != "department" and p.department == d.department and p.point == d.point
            for p in places
        )
    ]

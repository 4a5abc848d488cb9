"""The statements that find the services of some topics (a list, `terms`) in a `country`.

They are made once for every length of the list, and their limits are written into them: a planner
that sees neither would prepare for far too many rows.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    union_all,
)

from knowledge.directory.queries import AT, CONFIDENCE_RANK, JOINED, LOCATION, SERVICE, SHOWN
from knowledge.store.directory_tables import attributes
from knowledge.store.listed import Listed, Lists

WHOLE = 600  # up to so many services of a topic in a country are read whole
AT_MOST = 100  # offices read of one box, or one area
OTHERS = 30  # national lines, and confidential offices
_NOWHERE = 999.0
_VERY_FAR = 1e9

_COLUMNS = (
    AT.c.service_id, AT.c.location_id, LOCATION.c.department, LOCATION.c.municipality,
    LOCATION.c.latitude, LOCATION.c.longitude, LOCATION.c.place_latitude,
    LOCATION.c.place_longitude, LOCATION.c.confidential,
)  # fmt: skip


def _serves(lists: Lists) -> ColumnElement[bool]:
    terms = attributes.c.taxonomy_term_id.in_(lists("terms"))
    return terms & (attributes.c.country == bindparam("country"))


def _located(lists: Lists, *where: ColumnElement[bool]) -> Select[Any]:
    """Select services by where they are; the topic is only looked up for what is there.

    As a plain join a planner without statistics begins at the topic, with a hundred thousand rows.
    """
    of_service = (attributes.c.service_id == AT.c.service_id) & _serves(lists)
    rank = select(func.min(attributes.c.rank)).where(of_service).scalar_subquery()
    serves = exists(select(attributes.c.rank).where(of_service).correlate(AT))
    return select(*_COLUMNS, rank.label("rank")).select_from(JOINED).where(*where, SHOWN, serves)


def _at_most(rows: int) -> ColumnElement[int]:
    return literal_column(str(rows), Integer)


def _flat(latitude: ColumnElement[Any], longitude: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return how far a point is; the great circle puts in order what was chosen by this."""
    north, east = latitude - bindparam("latitude"), longitude - bindparam("longitude")
    return north * north + east * east * bindparam("squeeze")


def _in_box(lists: Lists, *, exact: bool) -> Select[Any]:
    place = LOCATION.c
    lat, lon = (
        (place.latitude, place.longitude)
        if exact
        else (place.place_latitude, place.place_longitude)
    )
    # What is not about the box is written so that no index fits: one on a country, or on a point
    # that is missing, would look better to a planner, and very many offices would be read.
    others = [place.confidential != 1]
    if not exact:
        others.append(func.coalesce(place.latitude, _NOWHERE) == _NOWHERE)
    query = _located(
        lists,
        lat.between(bindparam("south"), bindparam("north")),
        lon.between(bindparam("west"), bindparam("east")),
        *others,
    )
    return query.order_by(_flat(lat, lon)).limit(_at_most(AT_MOST))


def _in_area(lists: Lists, *where: ColumnElement[bool]) -> Select[Any]:
    """Select the nearest of an area; what is confidential is in no order of distance."""
    place = LOCATION.c
    flat = _flat(
        func.coalesce(place.latitude, place.place_latitude),
        func.coalesce(place.longitude, place.place_longitude),
    )
    return (
        _located(lists, _IN_COUNTRY, place.confidential != 1, *where)
        .order_by(func.coalesce(flat, _VERY_FAR))
        .limit(_at_most(AT_MOST))
    )


def _around(lists: Lists) -> Any:
    boxes = (_in_box(lists, exact=exact).subquery() for exact in (True, False))
    return union_all(*map(select, boxes))


_IN_COUNTRY = LOCATION.c.country == bindparam("country")
_OF_DEPARTMENT = LOCATION.c.department == bindparam("department")
_OF_TOWN = LOCATION.c.municipality == bindparam("municipality")
_PRIVATE = LOCATION.c.confidential == 1

COUNT = Listed(
    lambda lists: select(func.count()).select_from(
        select(attributes.c.service_id).where(_serves(lists)).limit(_at_most(WHOLE + 1)).subquery()
    )
)
# A few lookups a row, since there are hundreds; whether people may see them is asked of the best.
OF_TOPIC = Listed(
    lambda lists: (
        select(*_COLUMNS, attributes.c.rank)
        .join_from(attributes, AT, AT.c.service_id == attributes.c.service_id)
        .join(LOCATION, LOCATION.c.id == AT.c.location_id)
        .where(_serves(lists))
    )
)
SOME_OF_TOPIC = Listed(
    lambda lists: (
        select(*_COLUMNS, attributes.c.rank)
        .select_from(JOINED.join(attributes, attributes.c.service_id == SERVICE.c.id))
        .where(_serves(lists), SHOWN)
        .order_by(attributes.c.rank, CONFIDENCE_RANK, SERVICE.c.name, AT.c.id)
        .limit(_at_most(WHOLE))
    )
)
# Those nearest to a point (`latitude`, `longitude`) in the box around it; an office without a point
# of its own counts where its municipality is.
AROUND = Listed(_around)
IN_TOWN = Listed(lambda lists: _in_area(lists, _OF_DEPARTMENT, _OF_TOWN))
IN_DEPARTMENT = Listed(lambda lists: _in_area(lists, _OF_DEPARTMENT))
CONFIDENTIAL = Listed(
    lambda lists: _located(lists, _IN_COUNTRY, _PRIVATE, _OF_DEPARTMENT).limit(_at_most(OTHERS))
)
LINES = Listed(
    lambda lists: _located(lists, _IN_COUNTRY, LOCATION.c.department.is_(None)).limit(
        _at_most(OTHERS)
    )
)

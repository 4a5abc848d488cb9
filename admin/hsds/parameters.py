"""The parameters of the feed, with the names that HSDS gives them."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query
from sqlalchemy import Connection

from admin.hsds.answers import as_instant, refused
from knowledge.directory import feed
from knowledge.directory.feed import Filter

MAX_PER_PAGE = 500
MAX_METERS = 1_000_000
DEFAULT_METERS = 25_000.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What every list can be asked for; one entry alone is asked for whole."""

    page: int = 1
    per_page: int = 1
    minimal: bool = False
    full: bool = True
    ndjson: bool = False
    search: str | None = None
    full_service: bool = False


def _asked(
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=MAX_PER_PAGE)] = 50,
    minimal: bool = False,
    full: bool = False,
    format: Literal["json", "ndjson"] = "json",  # noqa: A002 - the name is HSDS's
    search: Annotated[str | None, Query(max_length=200)] = None,
    full_service: bool = False,
) -> Asked:
    return Asked(page, per_page, minimal, full, format == "ndjson", search, full_service)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What lists of services, organizations and services at locations are narrowed by."""

    taxonomy_term_id: str | None
    taxonomy_id: str | None
    organization_id: str | None
    modified_after: str | None
    postcode: str | None
    proximity: float | None
    latitude: float | None
    longitude: float | None

    def filter(self, connection: Connection, search: str | None) -> Filter:
        """Return what to narrow by; raises `FeedError` for a place that cannot be found."""
        return Filter(
            search=search,
            term=self.taxonomy_term_id,
            taxonomy=self.taxonomy_id,
            organization=self.organization_id,
            modified_after=as_instant(self.modified_after, "modified_after"),
            near=self._near(connection),
            within_km=(self.proximity or DEFAULT_METERS) / 1000,
            postcode=self.postcode,
        )

    def _near(self, connection: Connection) -> tuple[float, float] | None:
        if self.latitude is not None and self.longitude is not None:
            return self.latitude, self.longitude
        if self.latitude is not None or self.longitude is not None:
            raise refused("latitude", "latitude and longitude go together.")
        if self.proximity is None:
            return None
        if self.postcode is None:
            raise refused("proximity", "needs a postcode, or latitude and longitude.")
        centre = feed.centre_of_postcode(connection, self.postcode)
        if centre is None:
            raise refused("postcode", "is not known here. Use latitude and longitude.")
        return centre


def _narrowed(
    taxonomy_term_id: Annotated[str | None, Query(max_length=80)] = None,
    taxonomy_id: Annotated[str | None, Query(max_length=36)] = None,
    organization_id: Annotated[str | None, Query(max_length=36)] = None,
    modified_after: Annotated[str | None, Query(max_length=40)] = None,
    postcode: Annotated[str | None, Query(max_length=20)] = None,
    proximity: Annotated[float | None, Query(gt=0, le=MAX_METERS)] = None,
    latitude: Annotated[float | None, Query(ge=-90, le=90)] = None,
    longitude: Annotated[float | None, Query(ge=-180, le=180)] = None,
) -> Narrowed:
    return Narrowed(
        taxonomy_term_id, taxonomy_id, organization_id, modified_after, postcode, proximity,
        latitude, longitude,
    )  # fmt: skip


AskedFor = Annotated[Asked, Depends(_asked)]
NarrowedBy = Annotated[Narrowed, Depends(_narrowed)]

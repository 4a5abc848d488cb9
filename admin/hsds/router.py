"""The addresses under `/hsds`: public, read-only, Open Referral HSDS 3.1.

What differs from the specification is told at `/hsds/profile`. Unknown parameters are left aside.
"""

from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from admin.hsds import answers, loading
from admin.hsds.answers import DEFAULT_LANGUAGE, FeedError
from admin.hsds.loading import Loader
from admin.hsds.parameters import Asked, AskedFor, NarrowedBy
from admin.hsds.profile import VERSION, profile
from admin.hsds.shapes import Json, Shaper
from admin.paging import as_id, page_of
from flows.folding import fold
from knowledge.directory import feed
from knowledge.directory.feed import Filter, Listing
from knowledge.store.database import reading

AT_ONCE = 100  # entries read together while everything is streamed
Lister = Callable[[Connection, Filter, int, int | None], Listing]
Narrower = Callable[[Connection], Filter]


class FeedRoute(APIRoute):
    """A route whose problems all have the one shape of RFC 9457."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with what it raises made an answer."""
        handle = super().get_route_handler()

        async def handle_or_tell(request: Request) -> Response:
            try:
                return await handle(request)
            except FeedError as problem:
                return problem.response()
            except RequestValidationError as error:
                wrong = error.errors()[0]
                return answers.refused(str(wrong["loc"][-1]), str(wrong["msg"])).response()
            except DBAPIError:
                detail = "The directory does not answer. Try again in some minutes."
                return FeedError(503, "Directory unavailable", detail).response()

        return handle_or_tell


class Feed:
    """Answers lists and single entries from a database, in the language that a reader prefers."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = reading(engine)
        self._clock = clock

    def many(
        self, request: Request, asked: Asked, narrow: Narrower, lister: Lister, loader: Loader
    ) -> Response:
        """Return a page of a list, or all of it in lines."""
        with self._engine.connect() as connection:
            shaper = self._shaper(connection, request)
            wanted = narrow(connection)
            if not asked.ndjson and not asked.minimal:
                first = (asked.page - 1) * asked.per_page
                listed = lister(connection, wanted, first, asked.per_page)
                contents = loader(connection, shaper, asked, listed.ids)
                page = page_of(contents, listed.total, asked.page, asked.per_page)
                return answers.answer(request, page, shaper.language)
            ids = lister(connection, wanted, 0, None).ids

        def every() -> Iterator[Json]:
            for start in range(0, len(ids), AT_ONCE):
                with self._engine.connect() as connection:
                    some = loader(connection, shaper, asked, ids[start : start + AT_ONCE])
                yield from some

        if asked.ndjson:
            return answers.stream(every, shaper.language)
        everything = list(every())
        page = page_of(everything, len(everything), 1, max(len(everything), 1))
        return answers.answer(request, page, shaper.language)

    def one(self, request: Request, what: str, key: str, loader: Loader, asked: Asked) -> Response:
        """Return one entry; raises `FeedError` where there is none for the public."""
        entry_id = as_id(key)
        with self._engine.connect() as connection:
            shaper = self._shaper(connection, request)
            found = loader(connection, shaper, asked, (entry_id,)) if entry_id else []
        if not found:
            raise answers.not_found(what)
        return answers.answer(request, found[0], shaper.language)

    def _shaper(self, connection: Connection, request: Request) -> Shaper:
        terms = feed.load_terms(connection)
        known = {DEFAULT_LANGUAGE, *(name for term in terms for name in term.names)}
        language = answers.language_of(request, sorted(known))
        return Shaper(language, {term.code: term for term in terms}, self._clock())


def hsds_router(
    engine: Engine,
    public_url: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> APIRouter:
    """Return the routes of the feed over a database.

    `public_url` is the address that readers know; without it that of the request stands in. `clock`
    tells the present, which decides on offsets from UTC.
    """
    router = APIRouter(prefix="/hsds", tags=["hsds"], route_class=FeedRoute)
    given = Feed(engine, clock)
    whole = Asked()

    @router.get("/")
    def root(request: Request) -> Response:
        """Say which version and profile of HSDS this is."""
        base = (public_url or str(request.base_url)).rstrip("/")
        about = {
            "version": VERSION,
            "profile": f"{base}/hsds/profile",
            "openapi_url": f"{base}/api/openapi.json",
        }
        return answers.answer(request, about, DEFAULT_LANGUAGE)

    @router.get("/profile")
    def this_profile(request: Request) -> Response:
        """Say what differs from the specification, and why."""
        return answers.answer(request, profile(), "en")

    def add(name: str, what: str, lister: Lister, loader: Loader) -> None:
        @router.get(f"/{name}", name=f"hsds_{name}", summary=f"List {name}")
        def many(request: Request, asked: AskedFor, narrowed: NarrowedBy) -> Response:
            def narrow(connection: Connection) -> Filter:
                return narrowed.filter(connection, asked.search)

            return given.many(request, asked, narrow, lister, loader)

        @router.get(f"/{name}/{{key}}", name=f"hsds_{name}_one", summary=f"Give one {what}")
        def one(request: Request, key: str, full_service: bool = False) -> Response:
            return given.one(request, what, key, loader, Asked(full_service=full_service))

    add("services", "service", feed.list_services, loading.services)
    add("organizations", "organization", feed.list_organizations, loading.organizations)
    add("service_at_locations", "service at a location", feed.list_pairs, loading.pairs)

    @router.get("/taxonomies")
    def taxonomies(request: Request, asked: AskedFor) -> Response:
        """List the lists of topics."""

        def listing(c: Connection, _: Filter, first: int, limit: int | None) -> Listing:
            found = [t.id for t in feed.load_taxonomies(c) if _has(asked, t.name, t.description)]
            return _cut(found, first, limit)

        return given.many(request, asked, _everything, listing, loading.taxonomies)

    @router.get("/taxonomies/{key}")
    def taxonomy(request: Request, key: str) -> Response:
        """Give one list of topics, without the topics."""
        return given.one(request, "taxonomy", key, loading.taxonomies, whole)

    @router.get("/taxonomy_terms")
    def taxonomy_terms(
        request: Request,
        asked: AskedFor,
        taxonomy_id: Annotated[str | None, Query(max_length=36)] = None,
        parent_id: Annotated[str | None, Query(max_length=36)] = None,
        top_only: bool = False,
    ) -> Response:
        """List the topics; `top_only` gives the groups."""

        def listing(c: Connection, _: Filter, first: int, limit: int | None) -> Listing:
            found = [
                term.id
                for term in feed.load_terms(c)
                if _has(asked, term.name, term.description, term.code, *term.names.values())
                and taxonomy_id in (None, term.taxonomy_id)
                and parent_id in (None, term.parent_id)
                and not (top_only and term.parent_id)
            ]
            return _cut(found, first, limit)

        return given.many(request, asked, _everything, listing, loading.terms)

    @router.get("/taxonomy_terms/{key}")
    def taxonomy_term(request: Request, key: str) -> Response:
        """Give one topic."""
        return given.one(request, "taxonomy term", key, loading.terms, whole)

    @router.get("/{rest:path}", include_in_schema=False)
    def nothing(rest: str) -> Response:  # noqa: ARG001 - part of the address
        """Say that there is nothing at any other address."""
        raise FeedError(404, "Not found", "There is nothing here. See /hsds/profile.")

    return router


def _everything(_: Connection) -> Filter:
    return Filter()


def _has(asked: Asked, *texts: str) -> bool:
    told = fold(" ".join(texts))
    return all(word in told for word in fold(asked.search or "").split())


def _cut(ids: list[str], first: int, limit: int | None) -> Listing:
    return Listing(len(ids), tuple(ids[first : None if limit is None else first + limit]))

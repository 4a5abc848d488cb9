"""Figures for Prometheus: how much is done, how long it takes, what fails. Never about a person.

Labels come from lists in the code (channels, jobs, outcomes, route templates), so that no address,
id or word of anybody can become one and their number stays small. Figures are of one process; each
is scraped by itself.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TypeVar

from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from knowledge.store.health import outbox_state

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
# A job that failed is tried again after five minutes at most, by any process.
FAILING_SECONDS = 900.0
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CHANNELS = ("telegram", "whatsapp", "web")
# Telegram's own calls have the turn's figures already, and most requests are such calls.
UNMEASURED = ("/telegram/webhook", "/metrics", "/health/live")

TURNS = Counter("ventanilla_turns", "Turns by channel and result", ["channel", "result"])
TURN_SECONDS = Histogram(
    "ventanilla_turn_seconds", "From a message to its commit", ["channel"], buckets=SECONDS
)
LIMITED = Counter(
    "ventanilla_limited", "Messages and requests over a limit, by what became of them", ["ruling"]
)
SENDS = Counter("ventanilla_sends", "Attempts to deliver a reply", ["channel", "result"])
JOBS = Counter("ventanilla_jobs", "Runs of a regular job", ["job", "result"])
JOB_SECONDS = Histogram("ventanilla_job_seconds", "How long a job took", ["job"], buckets=SECONDS)
JOB_SUCCESS = Gauge(
    "ventanilla_job_last_success_timestamp_seconds", "When a job last ended", ["job"]
)
HTTP_SECONDS = Histogram(
    "ventanilla_http_request_seconds",
    "From a request to the end of its answer, by route",
    ["method", "route", "status"],
    buckets=SECONDS,
)


Figure = TypeVar("Figure", Counter, Histogram)


@contextmanager
def turn(channel: str) -> Iterator[None]:
    """Count and time a turn of a channel, failed if it raises."""
    start = time.perf_counter()
    result = "failed"
    try:
        yield
        result = "done"
    finally:
        _labelled(TURNS, channel, result).inc()
        _labelled(TURN_SECONDS, channel).observe(time.perf_counter() - start)


@contextmanager
def send(channel: str, results: Iterable[tuple[type[Exception], str]]) -> Iterator[None]:
    """Count an attempt to deliver: `results` names what the exceptions of a channel mean."""
    result = "delivered"
    try:
        yield
    except Exception as error:
        result = next((name for kind, name in results if isinstance(error, kind)), "failed")
        raise
    finally:
        _labelled(SENDS, channel, result).inc()


@cache
def _labelled(figure: Figure, *labels: str) -> Figure:
    """Return a figure with its labels; the library takes longer to find it than to count."""
    return figure.labels(*labels)


class JobFigures:
    """How the regular jobs of this process fare."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed_at: dict[str, float] = {}

    @property
    def failing(self) -> tuple[str, ...]:
        """The jobs whose last run here failed, as long as another process may not have done it."""
        since = self._clock() - FAILING_SECONDS
        return tuple(sorted(job for job, at in self._failed_at.items() if at >= since))

    @contextmanager
    def running(self, job: str) -> Iterator[None]:
        """Count and time a run of a job, failed if it raises."""
        start = time.perf_counter()
        ok = False
        try:
            yield
            ok = True
        finally:
            JOBS.labels(job, "done" if ok else "failed").inc()
            JOB_SECONDS.labels(job).observe(time.perf_counter() - start)
            if ok:
                JOB_SUCCESS.labels(job).set_to_current_time()
                self._failed_at.pop(job, None)
            else:
                self._failed_at[job] = self._clock()


jobs = JobFigures()


class OutboxFigures(Collector):
    """Length and age of the outbox, read from the database at each scrape."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self._engine = engine
        self._now = now

    def describe(self) -> Iterable[Metric]:
        """Name nothing, so that two services in one process (in tests) do not collide."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Return the figures; none of them while the database does not answer."""
        waiting, oldest = self._families()
        try:
            state = outbox_state(self._engine, self._now())
        except SQLAlchemyError:
            return
        for channel in CHANNELS:
            count, hours = state.get(channel, (0, 0))
            waiting.add_metric([channel], count)
            oldest.add_metric([channel], hours)
        yield waiting
        yield oldest

    def _families(self) -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
        return (
            GaugeMetricFamily(
                "ventanilla_outbox_messages", "Replies not delivered yet", labels=["channel"]
            ),
            GaugeMetricFamily(
                "ventanilla_outbox_oldest_hours", "Age of the oldest of them", labels=["channel"]
            ),
        )


@contextmanager
def outbox_figures(engine: Engine) -> Iterator[None]:
    """Show the figures of a database's outbox while the service runs."""
    figures = OutboxFigures(engine)
    REGISTRY.register(figures)
    try:
        yield
    finally:
        REGISTRY.unregister(figures)


class HttpFigures:
    """ASGI middleware that times requests by the template of their route, never by their path."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and time it."""
        if scope["type"] != "http" or scope["path"] in UNMEASURED:
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            HTTP_SECONDS.labels(method, _route(scope), f"{status // 100}xx").observe(
                time.perf_counter() - start
            )


def _route(scope: Scope) -> str:
    """Return the template of the route that answered; one word for all unknown addresses."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "unknown"

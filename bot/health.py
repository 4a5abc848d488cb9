"""What monitors ask: is it alive, can it serve, and the figures for Prometheus."""

import structlog
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from bot import metrics
from bot.content import Content
from knowledge.store.database import reading
from knowledge.store.health import late_jobs
from knowledge.store.job_states import failing as failing_jobs

log = structlog.get_logger(__name__)


def health_router(engine: Engine, content: Content) -> APIRouter:
    """Return `/health/live`, `/health/ready` and `/metrics`; a proxy should not pass them on."""
    router = APIRouter(include_in_schema=False)
    loaded = {"flows": len(content.flows), "articles": len(content.articles)}

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """Answer as long as the process runs."""
        return {"status": "ok"}

    @router.get("/health/ready")
    async def ready() -> Response:
        """Answer 200 when people can be served: the database answers and there is content.

        A job that fails or is late makes it «degraded», still 200: people are served all the same.
        """
        if not all(loaded.values()):
            return JSONResponse({"status": "unavailable", "content": loaded}, 503)
        try:
            late, noted = await run_in_threadpool(_jobs_in_trouble, engine)
        except SQLAlchemyError as error:
            log.warning("database does not answer", error=type(error).__name__)
            return JSONResponse({"status": "unavailable", "database": "no answer"}, 503)
        failing = sorted({*metrics.jobs.failing, *noted})
        status = "degraded" if late or failing else "ok"
        jobs = {"failing": failing, "late": late}
        return JSONResponse({"status": status, "database": "ok", "content": loaded, "jobs": jobs})

    @router.get("/metrics")
    def figures() -> Response:
        """Give Prometheus its figures; nothing in them is about a person."""
        return PlainTextResponse(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def _jobs_in_trouble(engine: Engine) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the jobs that are late, and those that failed in any process."""
    with reading(engine).connect() as connection:
        return late_jobs(engine), failing_jobs(connection)

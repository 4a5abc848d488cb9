"""Wires the parts together: settings → database, content, channels → one web application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from admin.hsds.router import hsds_router
from bot import chat as chats
from bot.channels import web
from bot.channels.telegram import TelegramChannel
from bot.chat import Chat
from bot.compose import Composer
from bot.content import SHIPPED, Content, load_content
from bot.settings import Settings
from bot.store import open_store
from bot.worker import Worker
from knowledge.store.database import reading

log = structlog.get_logger(__name__)

EXPIRE_EVERY_SECONDS = 3600


def make_chat(settings: Settings, engine: Engine, content: Content) -> Chat:
    """Return the conversation over an open database."""
    return Chat(engine, settings.vault(), content, Composer(content))


def make_app(settings: Settings) -> FastAPI:
    """Return the whole service; raises `ContentError`, `StoreError` before anything listens."""
    content = load_content(settings.content_dir or SHIPPED)
    engine = open_store(settings)
    worker = Worker(make_chat(settings, engine, content))
    telegram = (
        TelegramChannel(
            worker,
            settings.telegram_token,
            api_url=settings.telegram_api_url,
            public_url=settings.public_url if settings.uses_webhook else None,
        )
        if settings.telegram_token
        else None
    )

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        expiring = asyncio.create_task(_expire_for_ever(worker))
        if telegram is not None:
            await telegram.start()
        try:
            yield
        finally:
            expiring.cancel()
            if telegram is not None:
                await telegram.stop()
            await run_in_threadpool(worker.close)
            engine.dispose()

    app = FastAPI(
        title="Ventanilla",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.include_router(hsds_router(engine, settings.public_url))
    web.install(app, worker, secure_cookies=(settings.public_url or "").startswith("https://"))
    # Prepaid data is dear; no answer holds both a secret and words of somebody else's.
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    if telegram is not None and telegram.route is not None:
        app.router.routes.insert(0, telegram.route)  # most requests are updates
    _add_health(app, engine)
    return app


def _add_health(app: FastAPI, engine: Engine) -> None:
    @app.get("/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        """Answer as long as the process runs."""
        return {"status": "ok"}

    @app.get("/health/ready", include_in_schema=False)
    async def ready(_request: Request) -> Response:
        """Answer 200 when the database answers; the content was loaded before the start."""
        try:
            await run_in_threadpool(_ping, engine)
        except SQLAlchemyError as error:
            log.warning("database does not answer", error=type(error).__name__)
            return JSONResponse({"status": "unavailable", "database": "no answer"}, 503)
        return JSONResponse({"status": "ok"})

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        """Give Prometheus its figures; nothing in them is about a person."""
        return PlainTextResponse(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _ping(engine: Engine) -> None:
    with reading(engine).connect() as connection:
        connection.execute(text("SELECT 1"))


async def _expire_for_ever(worker: Worker) -> None:
    while True:
        try:
            counts = await worker.run(lambda: chats.expire(worker.chat.engine, datetime.now(UTC)))
            if any(counts.values()):
                log.info("expired", **counts)
        except SQLAlchemyError as error:
            log.warning("expiry failed", error=type(error).__name__)
        await asyncio.sleep(EXPIRE_EVERY_SECONDS)

"""Wires the parts together: settings → database, content, channels → one web application."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from admin import first_use
from admin.hsds.router import hsds_router
from bot import metrics
from bot.apart import Description
from bot.channels import web, web_privacy
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_webhook import add_webhook
from bot.chat import Chat
from bot.compose import Composer
from bot.content import Content, content_for
from bot.desk import make_desk
from bot.health import health_router
from bot.housekeeping import make_jobs
from bot.limits import Limits
from bot.request_limits import RequestLimits
from bot.settings import Settings
from bot.store import open_store
from bot.worker import Worker
from flows.definition import COUNTRIES
from knowledge.places.gazetteer import gazetteer
from knowledge.store.database import open_engine

TITLE = "Ventanilla"
# Of the ten seconds that a stop may take, requests get some and the channels these; what they
# could not deliver by then is still in the outbox.
CHANNEL_STOP_SECONDS = 4


def make_chat(settings: Settings, engine: Engine, content: Content) -> Chat:
    """Return the conversation over an open database."""
    return Chat(
        engine,
        settings.vault(),
        content,
        Composer(content),
        keep_unanswered=settings.unanswered,
    )


def make_app(settings: Settings) -> FastAPI:
    """Return the whole service; raises `ContentError`, `StoreError` before anything listens."""
    for country in COUNTRIES:
        gazetteer(country)  # first: what reading leaves free is taken by what is read next
    content = content_for(settings)
    engine = open_store(settings)
    worker = Worker(make_chat(settings, engine, content))
    limits = Limits(processes=settings.processes) if settings.rate_limit else Limits.off()
    telegram = (
        TelegramChannel(
            worker,
            settings.telegram_token,
            api_url=settings.telegram_api_url,
            public_url=settings.public_url if settings.uses_webhook else None,
            limits=limits,
            paced=settings.rate_limit,
        )
        if settings.telegram_token
        else None
    )

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        working = asyncio.create_task(make_jobs(settings, engine).run())
        if telegram is not None:
            await telegram.start()
        try:
            with metrics.outbox_figures(engine):
                yield
        finally:
            working.cancel()
            if telegram is not None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(telegram.stop(), CHANNEL_STOP_SECONDS)
            await run_in_threadpool(worker.close)
            engine.dispose()

    app = FastAPI(
        title=TITLE,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry=first_use.NOTHING_TOLD,
    )
    app.include_router(hsds_router(engine, settings.public_url))
    first_use.install(app, make_desk(settings, engine, content), Description(settings))
    app.add_middleware(RequestLimits, limits=limits, content=content)
    web.install(
        app, worker, limits, secure_cookies=(settings.public_url or "").startswith("https://")
    )
    app.include_router(web_privacy.make_router(content))
    # Prepaid data is dear; no answer holds both a secret and words of somebody else's.
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.include_router(health_router(engine, content))
    app.add_middleware(metrics.HttpFigures)
    if telegram is not None and telegram.webhook is not None:
        add_webhook(app, telegram.webhook)
    return app


def described(settings: Settings) -> bytes:
    """Return what OpenAPI says of the whole service, in JSON; opens no database."""
    from admin import app as staff  # all of the desk, which a process that serves makes later

    engine = open_engine("sqlite://")
    worker = Worker(make_chat(settings, engine, content_for(settings)))
    try:
        app = FastAPI(title=TITLE)
        app.include_router(hsds_router(engine))
        staff.add_routes(app)
        app.include_router(web.make_router(worker))
        return json.dumps(app.openapi(), ensure_ascii=False, separators=(",", ":")).encode()
    finally:
        worker.close()

"""The server: website endpoints always, the REST channel with a token, Telegram when a token is set."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import mimetypes
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from sanic import Blueprint, Request, Sanic, response
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse

from actions.store import now
from bot import control
from bot.channels import rest, telegram, web
from bot.engine import Engine
from bot.limits import make_limiter
from bot.logs import correlate, correlation_id
from bot.metrics import CONTENT_TYPE, metrics
from bot.settings import Settings
from bot.site import routes

log = logging.getLogger(__name__)

# The widget shows a person's files inside other sites' pages, hence the resource policy.
FILE_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store", "Cross-Origin-Resource-Policy": "cross-origin"}
REQUEST_LIMIT = 1024 * 1024  # bytes; each endpoint has its own smaller limit


def create_app(settings: Settings, load_engine: Callable[[], Engine], name: str = "hybrid_coach") -> Sanic:
    """The Sanic application. The engine is loaded before the server accepts connections."""
    app = Sanic(name, configure_logging=False)
    app.config.REQUEST_MAX_SIZE = REQUEST_LIMIT
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.ctx.settings = settings
    app.ctx.engine = None

    @app.before_server_start
    async def _load(app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        app.ctx.engine = load_engine()

    @app.after_server_start
    async def _hear(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        run_dir = settings.run_dir
        app.ctx.request, _ = control.requested(run_dir)
        if app.ctx.request:  # a worker that took another's place, with what was asked for since
            control.answer(run_dir, app.ctx.request, "started")
        if threading.current_thread() is threading.main_thread():
            loop.add_signal_handler(signal.SIGHUP, hang_up, app)

    @app.after_server_start
    async def _keep_clean(app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        app.add_task(_forget_daily(app.ctx.engine, settings.retention_days), name="forget_daily")

    @app.after_server_stop
    async def _close(app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        if app.ctx.engine is not None:
            await app.ctx.engine.release()

    @app.on_request
    async def _identify(request: Request) -> None:
        correlate(request.headers.get("x-request-id"))

    @app.on_response
    async def _name(request: Request, answer: HTTPResponse) -> None:
        answer.headers["X-Request-ID"] = correlation_id()

    @app.exception(Exception)
    async def _failed(request: Request, error: Exception) -> HTTPResponse:
        if isinstance(error, SanicException):
            return response.json({"error": str(error)}, status=error.status_code)
        metrics().errors.labels("request").inc()
        log.exception("Request %s %s failed", request.method, request.path)
        return response.json({"error": "Something went wrong on our side; it has been logged."}, status=500)

    app.blueprint(operations())
    _add_site(app, settings)
    if settings.api_token:
        app.blueprint(rest.blueprint())
    if settings.telegram_token:
        telegram.attach(app, settings)
    return app


def hang_up(app: Sanic) -> None:
    """SIGHUP: a request of `coach reload`, or, without a new one, the terminal that was closed."""
    number, model = control.requested(app.ctx.settings.run_dir)
    if number == app.ctx.request:
        app.stop()
        return
    app.ctx.request = number
    app.add_task(reload(app, number, model))


async def reload(app: Sanic, number: int, model: str) -> None:
    """Answer from the entries as they are now, with this model, from the next message on. What is under way ends as it began."""
    settings, engine = app.ctx.settings, app.ctx.engine
    before = engine.model_name
    try:
        await asyncio.to_thread(engine.reload, settings.models_dir / (model or before))
    except Exception as error:  # whatever is wrong, the server goes on with what it has
        log.exception("The reload failed; the server goes on as before")
        metrics().reloads.labels("failed").inc()
        reason = str(error) if type(error).__name__ in ("KnowledgeError", "ModelError") else type(error).__name__
        control.answer(settings.run_dir, number, f"The server goes on as before: {reason}", error=True)
        return
    app.ctx.site = None  # rendered anew at the next request
    metrics().reloads.labels("done").inc()
    what = "answers and model" if engine.model_name != before else "answers"
    log.info("Reloaded %s", what)
    control.answer(settings.run_dir, number, what)


async def _forget_daily(engine: Engine, days: int) -> None:
    """Remove what is older than the retention, now and once a day. A day on which the store is away is made up for later."""
    while True:
        try:
            gone = await asyncio.to_thread(engine.services.store.prune, now() - dt.timedelta(days=days))
            if gone:
                log.info("Removed %d stored messages older than %d days", gone, days)
        except Exception:
            log.exception("Old messages could not be removed")
        await asyncio.sleep(24 * 3600)


def _add_site(app: Sanic, settings: Settings) -> None:
    """The website: pages, widget and its endpoint, under one set of rate limits."""
    app.config.PROXIES_COUNT = settings.proxies or None  # without trusted proxies, no header names a caller's address
    limiter = make_limiter(settings.redis_url)
    app.blueprint(web.blueprint(limiter))
    app.blueprint(routes.blueprint(limiter))

    @app.after_server_stop
    async def _close_limiter(_app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        await limiter.close()


def operations() -> Blueprint:
    """Health, readiness, and the files made for people."""
    ops = Blueprint("operations")

    @ops.get("/health")
    async def health(_request: Request) -> HTTPResponse:
        return response.json({"status": "alive"})

    @ops.get("/ready")
    async def ready(request: Request) -> HTTPResponse:
        engine: Engine | None = request.app.ctx.engine
        state = await asyncio.to_thread(engine.readiness) if engine else {"ready": False, "model": "loading"}
        return response.json(state, status=200 if state["ready"] else 503)

    @ops.get("/metrics")
    async def numbers(_request: Request) -> HTTPResponse:
        return response.raw(await asyncio.to_thread(metrics().page), content_type=CONTENT_TYPE)

    @ops.get("/files/<key:str>")
    async def file(request: Request, key: str) -> HTTPResponse:
        engine: Engine = request.app.ctx.engine
        path: Path | None = engine.services.files.path(key)
        if path is None:
            return response.json({"error": "That file is gone; files are kept for a day."}, status=404)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return await response.file(path, mime_type=kind, headers=dict(FILE_HEADERS))

    return ops

"""The server: website endpoints always, the REST channel with a token, Telegram when a token is set."""

from __future__ import annotations

import asyncio
import logging
import mimetypes
from collections.abc import Callable
from pathlib import Path

from sanic import Blueprint, Request, Sanic, response
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse

from bot.channels import rest, telegram, web
from bot.engine import Engine
from bot.limits import make_limiter
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

    @app.after_server_stop
    async def _close(app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        if app.ctx.engine is not None:
            app.ctx.engine.close()

    @app.exception(Exception)
    async def _failed(request: Request, error: Exception) -> HTTPResponse:
        if isinstance(error, SanicException):
            return response.json({"error": str(error)}, status=error.status_code)
        log.exception("Request %s %s failed", request.method, request.path)
        return response.json({"error": "Something went wrong on our side; it has been logged."}, status=500)

    app.blueprint(operations())
    _add_site(app, settings)
    if settings.api_token:
        app.blueprint(rest.blueprint())
    if settings.telegram_token:
        telegram.attach(app, settings)
    return app


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
        state = engine.readiness() if engine else {"ready": False, "model": "loading"}
        return response.json(state, status=200 if state["ready"] else 503)

    @ops.get("/files/<key:str>")
    async def file(request: Request, key: str) -> HTTPResponse:
        engine: Engine = request.app.ctx.engine
        path: Path | None = engine.services.files.path(key)
        if path is None:
            return response.json({"error": "That file is gone; files are kept for a day."}, status=404)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return await response.file(path, mime_type=kind, headers=dict(FILE_HEADERS))

    return ops

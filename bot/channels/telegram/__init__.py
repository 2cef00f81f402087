"""Telegram: `attach` adds the channel to the server, `check_token` asks before the start whether the token is good."""

from __future__ import annotations

import logging
from typing import Any

from bot.channels.telegram.setup import check_token
from bot.settings import Settings

__all__ = ["attach", "check_token"]


def attach(app: Any, settings: Settings) -> None:
    """Serve Telegram from a Sanic application whose `ctx.engine` is loaded before it starts."""
    from bot.channels.telegram import webhook
    from bot.channels.telegram.api import Redact
    from bot.channels.telegram.channel import Channel

    app.ctx.telegram = None
    if settings.telegram_webhook_url and settings.telegram_webhook_secret:
        app.blueprint(webhook.blueprint(settings.telegram_webhook_url, settings.telegram_webhook_secret))

    @app.before_server_start
    async def _start(app: Any, _loop: Any) -> None:
        redact = Redact(settings.telegram_token or "")
        for handler in logging.getLogger().handlers:
            handler.addFilter(redact)
        app.ctx.telegram = Channel(settings, app.ctx.engine)
        await app.ctx.telegram.start()

    @app.before_server_stop
    async def _stop(app: Any, _loop: Any) -> None:
        if app.ctx.telegram is not None:
            await app.ctx.telegram.stop()

"""The webhook's endpoint: the secret is checked first, 200 means stored, 503 asks Telegram to deliver again."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

from bot.channels.telegram.channel import Channel, NotReady
from bot.channels.telegram.inbox import InboxDown
from bot.channels.telegram.updates import update_id_of

PATH = "/webhooks/telegram/webhook"
HEADER = "x-telegram-bot-api-secret-token"


def blueprint(url: str, secret: str) -> Blueprint:
    """Serves the conventional path and the path of the webhook's own address."""
    telegram = Blueprint("telegram")

    async def receive(request: Request) -> HTTPResponse:
        if not authorized(request.headers.get(HEADER, ""), secret):
            return response.json({"error": "This address is Telegram's; it needs the secret."}, status=401)
        channel: Channel | None = request.app.ctx.telegram
        try:
            update = request.json
        except Exception:  # Sanic raises its own and the decoder's errors for malformed bodies
            update = None
        if update_id_of(update) is None:
            return response.json({"error": "The body is no update."}, status=400)
        try:
            if channel is None:
                raise NotReady
            channel.take([update])
        except (InboxDown, NotReady):
            return response.json({"error": "The update cannot be stored now; deliver it again."}, status=503)
        return response.json({"ok": True})

    paths = dict.fromkeys((PATH, urlsplit(url).path.rstrip("/") or "/telegram"))
    for number, path in enumerate(paths):
        telegram.add_route(receive, path, methods=["POST"], name=f"receive_{number}")
    return telegram


def authorized(given: str, secret: str) -> bool:
    """Whether a header carries the secret; never without one. Constant time."""
    return bool(secret) and hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode())

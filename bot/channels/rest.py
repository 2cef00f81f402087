"""The REST channel for integrators: Rasa's webhook form, behind a bearer token. Senders live in a namespace of their own."""

from __future__ import annotations

import hmac
from typing import Any

from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

from actions.plain import plain
from actions.reply import Reply
from bot import tokens
from bot.engine import Engine

NAMESPACE = "rest:"
MAX_SENDER = 150
MAX_BODY = 64 * 1024


def blueprint() -> Blueprint:
    """The endpoint `POST /webhooks/rest/webhook`."""
    rest = Blueprint("rest")

    @rest.post("/webhooks/rest/webhook")
    async def receive(request: Request) -> HTTPResponse:
        engine: Engine = request.app.ctx.engine
        if not authorized(request.headers.get("authorization", ""), engine.settings.api_token):
            return response.json({"error": "Send the token of COACH_API_TOKEN as 'Authorization: Bearer <token>'."}, status=401)
        if len(request.body) > MAX_BODY:
            return response.json({"error": f"The body is larger than {MAX_BODY} bytes."}, status=413)
        body = json_body(request)
        sender, message = body.get("sender"), body.get("message")
        if not isinstance(sender, str) or not sender.strip() or len(sender) > MAX_SENDER or not isinstance(message, str):
            return response.json({"error": "Send JSON with 'sender' (1 to 150 characters) and 'message', both text."}, status=400)
        user_id = NAMESPACE + sender
        press = engine.read_press(user_id, message) if tokens.looks_minted(message) else None
        reply = await engine.turn(user_id, message, press=press)
        return response.json(messages(engine, user_id, sender, reply))

    return rest


def authorized(header: str, token: str | None) -> bool:
    """Whether a header carries the token; always False without one set. Constant time."""
    return bool(token) and hmac.compare_digest(header.encode(), f"Bearer {token}".encode())


def json_body(request: Request) -> dict[str, Any]:
    """The JSON object of a request, or an empty one when the body is something else."""
    try:
        body = request.json
    except Exception:  # Sanic raises its own and the decoder's errors for malformed bodies
        return {}
    return body if isinstance(body, dict) else {}


def messages(engine: Engine, user_id: str, recipient: str, reply: Reply) -> list[dict[str, Any]]:
    """The reply in the webhook's form: one text item, then pictures and files; `custom` stands on the last."""
    items: list[dict[str, Any]] = [{"recipient_id": recipient, "text": plain(reply)}]
    if reply.buttons:
        items[0]["buttons"] = [{"title": b.title, "payload": engine.payload(user_id, b.do, b.arg)} for b in reply.buttons]
    for attachment in reply.attachments:
        key = "image" if attachment.kind == "image" else "attachment"
        items.append({"recipient_id": recipient, key: engine.file_url(attachment.key)})
    items[-1]["custom"] = custom(reply)
    return items


def custom(reply: Reply) -> dict[str, Any]:
    """What a program may want to know of a reply."""
    return {
        "decision": reply.decision,
        "id": list(reply.ids) if len(reply.ids) > 1 else (reply.ids[0] if reply.ids else ""),
        "sources": [s.as_dict() for s in reply.sources],
        "profile_used": list(reply.profile_used),
        "profile": dict(reply.profile),
        "form": reply.form,
    }

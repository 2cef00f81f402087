"""The website widget's channel: `POST /api/chat`, with sessions that only this server can make.

A session is a random id with its last day and a signature. It is the person's only name here, so nobody can speak as
someone else without having been given that person's session. A session that is forged, foreign or too old is not an
error: the message starts a new conversation under a new session.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import re
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

from actions.plain import plain
from actions.reply import Block, Reply
from bot import tokens
from bot.channels.rest import json_body
from bot.engine import Engine
from bot.limits import Limit, Limiter, address_key
from bot.settings import Settings

NAMESPACE = "web:"
PATH = "/api/chat"
MAX_BODY = 32 * 1024  # bytes; the longest message that is read fits in any script
SESSION_DAYS = 30
PEOPLE_BEHIND_ONE_ADDRESS = 4  # an address may send as much as this many sessions
_SESSION = re.compile(r"([A-Za-z0-9_-]{22})\.([0-9]{1,8})\.([A-Za-z0-9_-]{22})")
_DAY = 86400


def mint_session(key: bytes, session_id: str | None = None, *, now: float | None = None) -> str:
    """A signed session that is good for SESSION_DAYS; without an id, for a new person."""
    session_id = session_id or secrets.token_urlsafe(16)
    last_day = str(int((time.time() if now is None else now) // _DAY) + SESSION_DAYS)
    return f"{session_id}.{last_day}.{_sign(key, session_id, last_day)}"


def read_session(key: bytes, token: object, *, now: float | None = None) -> str | None:
    """The id of a session that this server signed and that is not over, else None."""
    found = _SESSION.fullmatch(token) if isinstance(token, str) else None
    if found is None:
        return None
    session_id, last_day, signature = found.groups()
    if not hmac.compare_digest(signature, _sign(key, session_id, last_day)):
        return None
    return session_id if int(last_day) >= (time.time() if now is None else now) // _DAY else None


def _sign(key: bytes, session_id: str, last_day: str) -> str:
    digest = hmac.new(key, f"web session\0{session_id}\0{last_day}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def origin_allowed(request: Request, settings: Settings) -> bool:
    """Whether the calling page may talk to the coach.

    Our own pages and the listed sites may; so may programs, which send no Origin.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return True
    origin = origin.lower()
    if origin in (o.lower() for o in settings.allowed_origins):
        return True
    if settings.public_url and origin == "{0.scheme}://{0.netloc}".format(urlsplit(settings.public_url.lower())):
        return True
    # Behind a proxy that ends TLS the scheme is not known here; the host is what makes an origin ours.
    own = urlsplit(origin).netloc
    return bool(own) and own == (request.host or "").lower()


def blueprint(limiter: Limiter) -> Blueprint:
    """The endpoint `/api/chat`: POST a message, DELETE the chat with all that is stored for it."""
    chat = Blueprint("web_chat")

    @chat.middleware("response")
    async def _open_to_allowed(request: Request, answer: HTTPResponse) -> None:
        answer.headers["Vary"] = "Origin"
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        origin = request.headers.get("origin")
        if origin and origin_allowed(request, request.app.ctx.settings):
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Access-Control-Expose-Headers"] = "Retry-After"

    @chat.options(PATH)
    async def preflight(request: Request) -> HTTPResponse:
        if not origin_allowed(request, request.app.ctx.settings):
            return response.empty(status=403)
        return response.empty(
            headers={
                "Access-Control-Allow-Methods": "POST, DELETE, OPTIONS",
                "Access-Control-Allow-Headers": "content-type",
                "Access-Control-Max-Age": "86400",
            }
        )

    @chat.post(PATH)
    async def receive(request: Request) -> HTTPResponse:
        engine: Engine = request.app.ctx.engine
        if (refusal := await _refusal(request, limiter)) is not None:
            return refusal
        body = json_body(request)
        message, topic = body.get("message"), body.get("topic")
        if not isinstance(message, str) and not (message is None and isinstance(topic, str)):
            return _error(400, "Send JSON with 'message' as text.")
        if message is None and topic not in engine.services.coach.knowledge.entries:
            return _error(400, "There is no such topic.")
        known = read_session(engine.key, body.get("session"))
        session = mint_session(engine.key, known)
        user_id = NAMESPACE + session.partition(".")[0]
        if known and (wait := await limiter.take(f"session:{known}", Limit(engine.settings.chat_rate))):
            return _too_many(request, wait)
        if message is None:
            press: tuple[str, str] | None = ("topic", str(topic))
        else:
            press = engine.read_press(user_id, message) if tokens.looks_minted(message) else None
        reply = await engine.turn(user_id, message or "", press=press)
        asked = {"question": engine.services.coach.knowledge.entries[str(topic)].question} if message is None else {}
        return response.json({"session": session, "messages": messages(engine, user_id, reply), **asked})

    @chat.delete(PATH, ignore_body=False)
    async def forget(request: Request) -> HTTPResponse:
        engine: Engine = request.app.ctx.engine
        if (refusal := await _refusal(request, limiter)) is not None:
            return refusal
        known = read_session(engine.key, json_body(request).get("session"))
        if known is None:
            return response.json({"deleted": False, "messages": []})
        reply = await engine.turn(NAMESPACE + known, "", press=("delete", "yes"))
        if "error" in reply.ids:
            return _error(500, plain(reply))
        return response.json({"deleted": True, "messages": messages(engine, NAMESPACE + known, reply)})

    return chat


def client_address(request: Request) -> str:
    """The caller's address: behind trusted proxies (COACH_PROXIES) the one they report, else the connection's."""
    return address_key(request.remote_addr or request.ip or "unknown")


async def _refusal(request: Request, limiter: Limiter) -> HTTPResponse | None:
    settings: Settings = request.app.ctx.settings
    if not origin_allowed(request, settings):
        return _error(403, "This site is not on the coach's list of allowed origins (COACH_ALLOWED_ORIGINS).")
    if len(request.body) > MAX_BODY:
        return _error(413, f"The body is larger than {MAX_BODY} bytes.")
    wait = await limiter.take(f"address:{client_address(request)}", Limit(PEOPLE_BEHIND_ONE_ADDRESS * settings.chat_rate))
    return _too_many(request, wait) if wait else None


def _too_many(request: Request, wait: float) -> HTTPResponse:
    seconds = max(1, math.ceil(wait))
    emergency = request.app.ctx.engine.services.coach.region.emergency
    text = f"That was a lot of messages at once. Please wait {seconds} second{'s' if seconds != 1 else ''} and try again. In an emergency, call {emergency}."
    return response.json({"error": text, "retry_after": seconds}, status=429, headers={"Retry-After": str(seconds)})


def _error(status: int, text: str) -> HTTPResponse:
    return response.json({"error": text}, status=status)


def messages(engine: Engine, user_id: str, reply: Reply) -> list[dict[str, Any]]:
    """The reply as the widget shows it: one message with its blocks and buttons, then one for each picture or file."""
    items: list[dict[str, Any]] = [
        {
            "text": plain(reply),
            "blocks": [_block(b) for b in reply.blocks],
            "buttons": [{"title": b.title, "payload": engine.payload(user_id, b.do, b.arg)} for b in reply.buttons],
            "sources": [s.as_dict() for s in reply.sources],
            "decision": reply.decision,
        }
    ]
    for attachment in reply.attachments:
        kind = "image" if attachment.kind == "image" else "attachment"
        caption = attachment.caption or attachment.name
        items.append(
            {"text": caption, "blocks": [], "buttons": [], "sources": [], "decision": reply.decision, kind: engine.file_url(attachment.key), "name": attachment.name}
        )
    return items


def _block(block: Block) -> dict[str, Any]:
    return {"kind": block.kind, "text": block.text, **({"items": list(block.items)} if block.items else {}), **({"link": block.link} if block.link else {})}

"""A Bot API server on this machine, for tests and benchmarks: checks each request against the API's schema, keeps what
was sent as chats show it, delivers updates by polling or webhook, and fails in the ways that Telegram does."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

SCHEMA = json.loads((Path(__file__).parent / "bot_api.json").read_text(encoding="utf-8"))
TOKEN = "4242:loopback-token-value"
SECRET = "loopback_secret"
TAGS = {"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}


class SchemaError(Exception):
    """A request that the Bot API would not understand."""


def check(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters with their types. Raises SchemaError."""
    fields = SCHEMA["methods"].get(method)
    if fields is None:
        raise SchemaError(f"no method {method}")
    if unknown := set(params) - set(fields):
        raise SchemaError(f"{method} has no {sorted(unknown)}")
    for name, (_, required) in fields.items():
        if required and name not in params:
            raise SchemaError(f"{method} lacks {name}")
    return {name: _typed(f"{method}.{name}", fields[name][0], value) for name, value in params.items()}


def _typed(where: str, kinds: list[str], value: Any) -> Any:
    for kind in kinds:
        try:
            return _one(kind, value)
        except (SchemaError, ValueError, TypeError):
            continue
    raise SchemaError(f"{where}: {value!r} is no {' or '.join(kinds)}")


def _one(kind: str, value: Any) -> Any:
    if kind == "String":
        if not isinstance(value, str):
            raise SchemaError("no string")
        return value
    if kind == "InputFile":
        if not isinstance(value, bytes):
            raise SchemaError("no file")
        return value
    if isinstance(value, str):
        value = json.loads(value)
    if kind == "Integer":
        if isinstance(value, bool) or not isinstance(value, int):
            raise SchemaError("no integer")
        return value
    if kind == "Boolean":
        if not isinstance(value, bool):
            raise SchemaError("no boolean")
        return value
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            raise SchemaError("no array")
        return [_one(kind.removeprefix("Array of "), item) for item in value]
    spec = SCHEMA["types"].get(kind)
    if spec is None or not isinstance(value, dict):
        raise SchemaError(f"no {kind}")
    if "subtypes" in spec:
        for name in spec["subtypes"]:
            sub = SCHEMA["types"].get(name)
            if sub and sub["const"]["type"] == value.get("type"):
                return _one(name, value)
        raise SchemaError(f"no {kind}")
    if set(value) - set(spec["fields"]):
        raise SchemaError(f"{kind} has no {sorted(set(value) - set(spec['fields']))}")
    for name, (kinds, required) in spec["fields"].items():
        if required and name not in value:
            raise SchemaError(f"{kind} lacks {name}")
        if name in value:
            _typed(f"{kind}.{name}", kinds, value[name])
    return value


class Markup(HTMLParser):
    """Telegram's HTML: balanced, known tags; collects the visible text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.open, self.bad = "", [], ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """A tag opens."""
        if tag not in TAGS:
            self.bad = f"unsupported start tag {tag}"
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """A tag closes."""
        if not self.open or self.open.pop() != tag:
            self.bad = f"unexpected end tag {tag}"

    def handle_data(self, data: str) -> None:
        """Visible text."""
        if "<" in data:
            self.bad = "unescaped <"
        self.text += data


def visible(html: str) -> str:
    """The visible text of Telegram HTML. Raises ValueError when it cannot be parsed."""
    stray = html.replace("&lt;", "\x01")
    parser = Markup()
    parser.feed(stray)
    parser.close()
    if parser.bad or parser.open:
        raise ValueError(parser.bad or f"unclosed {parser.open}")
    return parser.text.replace("\x01", "<")


def utf16(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


@dataclass
class Call:
    """One request: when, what, and what it led to."""

    method: str
    params: dict[str, Any]
    at: float
    status: int = 200
    effect: bool = False
    message_id: int = 0


@dataclass
class Fault:
    """How a request fails. `after` lets it take effect first."""

    status: int = 0
    body: bytes = b""
    kind: str = "application/json"
    drop: bool = False
    after: bool = False
    wait: float = 0.0


def error(status: int, description: str, **parameters: Any) -> Fault:
    """A fault in Telegram's own form."""
    body = {"ok": False, "error_code": status, "description": description, **({"parameters": parameters} if parameters else {})}
    return Fault(status, json.dumps(body).encode())


def retry_after(wait: int) -> Fault:
    """429."""
    return error(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


HTML_502 = Fault(502, b"<html><head><title>502 Bad Gateway</title></head></html>", "text/html")
GARBAGE = Fault(200, b"\x00\xffnot json")
DROP = Fault(drop=True)
LOST = Fault(drop=True, after=True)


@dataclass
class BotApi:
    """The server and its world."""

    token: str = TOKEN
    username: str = "loopback_bot"
    port: int = 0
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    messages: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    rule: Callable[[str, dict[str, Any]], Fault | None] | None = None
    pending: dict[int, dict[str, Any]] = field(default_factory=dict)
    commands: dict[str, Any] = field(default_factory=dict)
    description: str = ""
    short_description: str = ""
    webhook: dict[str, Any] = field(default_factory=lambda: {"url": "", "has_custom_certificate": False, "pending_update_count": 0})
    secret: str = ""
    keep_calls: bool = True
    on_send: Callable[[int, str, float], None] | None = None
    next_update: int = 1000
    next_message: int = 1
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _polls: int = 0
    _closed: bool = False
    _runner: Any = None

    @property
    def id(self) -> int:
        """The bot's account."""
        return int(self.token.partition(":")[0])

    @property
    def root(self) -> str:
        """For TELEGRAM_API_BASE."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen."""
        app = web.Application(client_max_size=60 * 1024**2)
        app.router.add_route("*", "/bot{token}/{method}", self._receive)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=False)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close."""
        self.pending.clear()
        self._closed = True
        self._arrived.set()
        await self._runner.cleanup()

    # --- what people do ----------------------------------------------------------------------------------------------

    def push(self, update: dict[str, Any], update_id: int | None = None) -> int:
        """An update for the bot; returns its number."""
        if update_id is None:
            update_id = self.next_update
            self.next_update += 1
        self.pending[update_id] = {"update_id": update_id, **update}
        self._arrived.set()
        return update_id

    def message(self, user: int, text: str | None = None, *, chat: int | None = None, kind: str = "private", **more: Any) -> dict[str, Any]:
        """A message of a person, as part of an update."""
        number = self.next_message
        self.next_message += 1
        body: dict[str, Any] = {
            "message_id": number, "date": int(time.time()), "from": {"id": user, "is_bot": False, "first_name": f"P{user}"},
            "chat": {"id": chat or user, "type": kind, **({"title": "Club"} if kind != "private" else {"first_name": f"P{user}"})},
        }  # fmt: skip
        if text is not None:
            body["text"] = text
            if text.startswith("/"):
                body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return {**body, **more}

    def say(self, user: int, text: str | None = None, **more: Any) -> int:
        """A person writes to the bot; returns the update's number."""
        return self.push({"message": self.message(user, text, **more)})

    def press(self, user: int, sent: dict[str, Any], title: str, *, data: str | None = None) -> int:
        """A person presses a button of a message that the bot sent."""
        data = data if data is not None else next(b["callback_data"] for row in sent["keyboard"] for b in row if b["text"] == title)
        self.callbacks = getattr(self, "callbacks", 0) + 1
        shown = {
            "message_id": sent["message_id"], "date": 1, "chat": {"id": sent["chat_id"], "type": "private" if sent["chat_id"] > 0 else "group"},
            "from": {"id": self.id, "is_bot": True, "first_name": "Bot"}, **({"text": sent["text"]} if "text" in sent else {"caption": sent.get("caption", "")}),
        }  # fmt: skip
        sender = {"id": user, "is_bot": False, "first_name": "P"}
        return self.push({"callback_query": {"id": f"cb{self.callbacks}", "from": sender, "chat_instance": "1", "data": data, "message": shown}})

    async def deliver(self, url: str, *, secret: str | None = None, session: aiohttp.ClientSession | None = None, workers: int = 8) -> None:
        """Deliver pending updates to a webhook until cancelled, again and again as Telegram does until it says 200."""
        under_way: set[int] = set()

        async def one(client: aiohttp.ClientSession) -> None:
            while True:
                number = next((n for n in self.pending if n not in under_way), None)
                if number is None:
                    self._arrived.clear()
                    if not any(n not in under_way for n in self.pending):
                        await self._arrived.wait()
                    continue
                under_way.add(number)
                try:
                    headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret if secret is None else secret}
                    async with client.post(url, json=self.pending[number], headers=headers, timeout=aiohttp.ClientTimeout(total=10)) as response:
                        taken = response.status == 200
                except (aiohttp.ClientError, TimeoutError, OSError):
                    taken = False
                if taken:
                    self.pending.pop(number, None)
                else:
                    await asyncio.sleep(0.1)
                under_way.discard(number)

        async with aiohttp.ClientSession() as client:
            await asyncio.gather(*(one(client) for _ in range(workers)))

    # --- what the bot did --------------------------------------------------------------------------------------------

    def made(self, *methods: str) -> list[Call]:
        """The requests of some methods, all but the polls when none is named."""
        return [c for c in self.calls if (c.method in methods if methods else c.method != "getUpdates")]

    def shown(self, chat: int) -> list[dict[str, Any]]:
        """The bot's messages in a chat as they stand now."""
        return [m for (c, _), m in sorted(self.messages.items()) if c == chat]

    def texts(self, chat: int) -> list[str]:
        """The visible texts and captions of the bot's messages in a chat."""
        return [m.get("visible", "") for m in self.shown(chat)]

    # --- the server --------------------------------------------------------------------------------------------------

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        method, at = request.match_info["method"], time.perf_counter()
        params: dict[str, Any] = {}
        try:
            parts = await request.post()
        except ConnectionError:  # the bot was killed while it sent
            return web.Response()
        for name, value in parts.items():
            params[name] = value.file.read() if isinstance(value, web.FileField) else value
        for name, value in list(params.items()):  # "attach://name" stands for a file part
            if isinstance(value, str) and value.startswith("attach://"):
                params[name] = params.pop(value.removeprefix("attach://"))
        call = Call(method, params, at)
        if self.keep_calls:
            self.calls.append(call)
        if request.match_info["token"] != self.token:
            call.status = 401
            return self._answer(error(401, "Unauthorized"))
        try:
            params = check(method, params)
            call.params = params
        except SchemaError as problem:
            self.violations.append(str(problem))
            return self._answer(error(400, f"Bad Request: {problem}"))
        fault = self.faults[method].popleft() if self.faults[method] else (self.rule(method, params) if self.rule else None)
        if fault:
            call.status = fault.status
            await asyncio.sleep(fault.wait)
            if fault.after:
                self._effect(call, params)
            if fault.drop:
                if request.transport:
                    request.transport.abort()
                return web.Response()
            if fault.status:
                return self._answer(fault)
        if method == "getUpdates":
            return await self._updates(params)
        return self._answer(self._effect(call, params))

    def _answer(self, what: Any) -> web.Response:
        if isinstance(what, Fault):
            return web.Response(status=what.status, body=what.body, content_type=what.kind)
        return web.json_response({"ok": True, "result": what})

    async def _updates(self, params: dict[str, Any]) -> web.Response:
        if self.webhook["url"]:
            return self._answer(error(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"))
        if (offset := params.get("offset")) is not None:
            for number in [n for n in self.pending if n < offset]:
                del self.pending[number]
        self._polls += 1
        mine, until = self._polls, time.monotonic() + params.get("timeout", 0)
        while not self.pending and not self._closed:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), max(0.0, until - time.monotonic()))
            except TimeoutError:
                break
            if mine != self._polls:
                return self._answer(error(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"))
        return self._answer([self.pending[n] for n in sorted(self.pending)][: params.get("limit", 100)])

    def _effect(self, call: Call, params: dict[str, Any]) -> Any:
        result = getattr(self, f"_do_{call.method}")(params)
        call.effect = not isinstance(result, Fault)
        if isinstance(result, dict):
            call.message_id = result.get("message_id", 0)
        return result

    def _do_getMe(self, _params: dict[str, Any]) -> Any:  # noqa: N802
        return {"id": self.id, "is_bot": True, "first_name": "Loopback", "username": self.username}

    def _store(self, params: dict[str, Any], body: str, limit: int, **more: Any) -> Any:
        if self.on_send:
            self.on_send(params["chat_id"], body, time.perf_counter())
        checked = self._checked(params, body, limit)
        if isinstance(checked, Fault):
            return checked
        number = self.next_message
        self.next_message += 1
        kept = {
            "message_id": number, "chat_id": params["chat_id"], "visible": checked, "mode": params.get("parse_mode"),
            "keyboard": (params.get("reply_markup") or {}).get("inline_keyboard"), "params": params, **more,
        }  # fmt: skip
        if self.keep_calls:
            self.messages[params["chat_id"], number] = kept
        return {"message_id": number, "date": 1, "chat": {"id": params["chat_id"], "type": "private"}, "text": checked}

    def _checked(self, params: dict[str, Any], text: str, limit: int) -> Any:
        shown = text
        if params.get("parse_mode") == "HTML":
            try:
                shown = visible(text)
            except ValueError as problem:
                return error(400, f"Bad Request: can't parse entities: {problem}")
        if utf16(shown) > limit:
            return error(400, "Bad Request: message is too long" if limit == 4096 else "Bad Request: message caption is too long")
        for row in (params.get("reply_markup") or {}).get("inline_keyboard", ()):
            for button in row:
                if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
                    return error(400, "Bad Request: BUTTON_DATA_INVALID")
        return shown

    def _do_sendMessage(self, params: dict[str, Any]) -> Any:  # noqa: N802
        if not params["text"].strip():
            return error(400, "Bad Request: message text is empty")
        return self._store(params, params["text"], 4096, text=params["text"])

    def _do_sendPhoto(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self._store(params, params.get("caption", ""), 1024, photo=params["photo"], caption=params.get("caption", ""))

    def _do_sendDocument(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self._store(params, params.get("caption", ""), 1024, document=params["document"], caption=params.get("caption", ""))

    def _do_editMessageText(self, params: dict[str, Any]) -> Any:  # noqa: N802
        kept = self.messages.get((params.get("chat_id"), params.get("message_id")))  # type: ignore[arg-type]
        if kept is None:
            return error(400, "Bad Request: message to edit not found")
        shown = self._checked(params, params["text"], 4096)
        if isinstance(shown, Fault):
            return shown
        new_keyboard = (params.get("reply_markup") or {}).get("inline_keyboard")
        if (kept["visible"], kept["keyboard"]) == (shown, new_keyboard):
            return error(400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same")
        kept.update(visible=shown, text=params["text"], keyboard=new_keyboard, edited=True)
        return {"message_id": kept["message_id"], "date": 1, "chat": {"id": kept["chat_id"], "type": "private"}, "text": shown}

    def _do_editMessageReplyMarkup(self, params: dict[str, Any]) -> Any:  # noqa: N802
        kept = self.messages.get((params.get("chat_id"), params.get("message_id")))  # type: ignore[arg-type]
        if kept is None:
            return error(400, "Bad Request: message to edit not found")
        keyboard = (params.get("reply_markup") or {}).get("inline_keyboard")
        if keyboard == kept["keyboard"]:
            return error(400, "Bad Request: message is not modified")
        kept["keyboard"] = keyboard
        return {"message_id": kept["message_id"], "date": 1, "chat": {"id": kept["chat_id"], "type": "private"}}

    def _do_answerCallbackQuery(self, _params: dict[str, Any]) -> Any:  # noqa: N802
        return True

    _do_sendChatAction = _do_answerCallbackQuery  # noqa: N815

    def _do_setMyCommands(self, params: dict[str, Any]) -> Any:  # noqa: N802
        self.commands[(params.get("scope") or {"type": "default"})["type"]] = params["commands"]
        return True

    def _do_getMyCommands(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self.commands.get((params.get("scope") or {"type": "default"})["type"], [])

    def _do_setMyDescription(self, params: dict[str, Any]) -> Any:  # noqa: N802
        self.description = params["description"]
        return True

    def _do_getMyDescription(self, _params: dict[str, Any]) -> Any:  # noqa: N802
        return {"description": self.description}

    def _do_setMyShortDescription(self, params: dict[str, Any]) -> Any:  # noqa: N802
        self.short_description = params["short_description"]
        return True

    def _do_getMyShortDescription(self, _params: dict[str, Any]) -> Any:  # noqa: N802
        return {"short_description": self.short_description}

    def _do_setWebhook(self, params: dict[str, Any]) -> Any:  # noqa: N802
        self.webhook.update(url=params["url"], allowed_updates=params.get("allowed_updates", []))
        self.secret = params.get("secret_token", "")
        return True

    def _do_deleteWebhook(self, _params: dict[str, Any]) -> Any:  # noqa: N802
        self.webhook.update(url="")
        return True

    def _do_getWebhookInfo(self, _params: dict[str, Any]) -> Any:  # noqa: N802
        return dict(self.webhook)

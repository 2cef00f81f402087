"""A real server on loopback with the real store, knowledge and conversation; only the trained model is left out."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import socket
import threading
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.message import Message
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sanic.touchup.service import TouchUp

from actions.actions import answer
from actions.files import Files
from actions.reply import Attachment, Block, Reply, SourceLine
from actions.services import Services, make_coach
from actions.store import Store
from bot.engine import Engine, failure
from bot.server import create_app
from bot.settings import Settings
from knowledge.load import Knowledge, load
from nlu.text import clean

KEY = b"a key of this test run only"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes.fromhex(
    "0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f0003860180d28b5c9e0000000049454e44ae426082"
)


@lru_cache(maxsize=1)
def _knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return _knowledge()


class QuickEngine(Engine):
    """The engine without Rasa: a text means the topic one of whose phrasings it is."""

    def __init__(self, settings: Settings, services: Services) -> None:
        super().__init__(settings, services, SimpleNamespace(close=lambda: None), KEY)  # type: ignore[arg-type]
        self.heard: list[tuple[str, str]] = []
        self.fail = False
        self.slow = 0.0
        self.meanings: dict[str, str] = {}
        for entry in services.coach.knowledge.entries.values():
            for phrasing in (entry.question, *entry.phrasings):
                self.meanings[phrasing.lower()] = entry.topic

    async def parse(self, text: str) -> dict[str, Any]:
        entries = self.services.coach.knowledge.entries
        said = clean(text).lower()
        parse: dict[str, Any] = {"confidence": 0.9, "ids": [], "ranking": [], "offers": [], "label": "", "trigger": "", "reason": "", "facts": []}
        if said == "protein":
            return parse | {"decision": "clarify", "id": "protein_target", "offers": ["protein_target", "protein_timing"]}
        if (topic := self.meanings.get(said)) is None:
            intent = {"hi": "greet", "delete my data": "delete_my_data", "export my data": "export_my_data"}.get(said)
            return parse | ({"decision": "conversation", "id": intent} if intent else {"decision": "out_of_scope", "id": "out_of_scope"})
        return parse | {"decision": "safety" if entries[topic].is_safety else "answer", "id": topic, "ids": [topic]}

    async def turn(self, user_id: str, text: str, *, press: tuple[str, str] | None = None) -> Reply:
        self.heard.append((user_id, text))
        if self.slow:
            await asyncio.sleep(self.slow)
        try:
            if self.fail:
                raise RuntimeError("secret detail /etc/passwd")
            if text == "picture":
                key = self.services.files.save(user_id, PICTURE, "png")
                return Reply((Block("text", "Your week"),), attachments=(Attachment("image", key, "week.png", "Your week as a picture"),))
            if text.startswith("echo "):
                return Reply(
                    (Block("headline", text[5:]), Block("list", text[5:], (text[5:],)), Block("quote", text[5:], (text[5:],), "javascript:alert(1)")),
                    sources=(SourceLine(text[5:], "strong"),),
                )
            return answer(self.services, user_id, clean(text), {} if press else await self.parse(text), press)[0]
        except Exception:
            return failure()


@dataclass
class Running:
    """A server that answers at `url`."""

    url: str
    engine: QuickEngine
    settings: Settings
    said: list[str] = field(default_factory=list)

    def call(self, path: str, body: Any = None, *, method: str | None = None, headers: dict[str, str] | None = None) -> Answer:
        """One request; `body` is sent as JSON unless it is bytes."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method or ("POST" if data is not None else "GET"), headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=10) as found:
                return Answer(found.status, found.headers, found.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def chat(self, message: Any, session: Any = None, **headers: str) -> Answer:
        """Say something."""
        return self.call("/api/chat", {"message": message, **({"session": session} if session is not None else {})}, headers=headers)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class _Server:
    def __init__(self, settings: Settings) -> None:
        coach = make_coach(_knowledge(), region=settings.region, name=settings.name, contact=settings.contact)
        self.engine = QuickEngine(settings, Services(Store.open(settings.database_url), coach, Files(settings.files_dir)))
        self.port = free_port()
        self.app = create_app(settings, lambda: self.engine, name=f"site_{uuid.uuid4().hex}")
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        assert self.ready.wait(20), "the server did not start"

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)

        async def start() -> Any:
            server = await self.app.create_server("127.0.0.1", self.port, return_asyncio_server=True, debug=False, access_log=False)
            await server.startup()
            self.app.is_running = True  # as Sanic's own runner does; tasks are started right away then
            await server.before_start()
            await server.start_serving()
            await server.after_start()
            return server

        self.server = self.loop.run_until_complete(start())
        self.ready.set()
        self.loop.run_forever()
        self.loop.run_until_complete(self._stop())
        self.loop.close()

    async def _stop(self) -> None:
        await self.server.before_stop()
        await self.server.close()
        for connection in list(self.server.connections):
            connection.close_if_idle()
        await self.server.after_stop()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)


Serve = Callable[..., Running]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts servers; keyword arguments are settings."""
    rewrite = TouchUp.run

    def rewrite_once(app: Any) -> None:
        with contextlib.suppress(KeyError):  # Sanic rewrites its own methods at start, and fails the second time in a process
            rewrite(app)

    monkeypatch.setattr(TouchUp, "run", rewrite_once)
    started: list[_Server] = []

    def start(**changed: Any) -> Running:
        data = tmp_path / f"data{len(started)}"
        settings = replace(Settings(data, f"sqlite:///{data / 'coach.db'}", chat_rate=1000), **changed)
        server = _Server(settings)
        started.append(server)
        return Running(f"http://127.0.0.1:{server.port}", server.engine, settings)

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def coach(serve: Serve) -> Running:
    """A server with the usual settings."""
    return serve()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium on this machine: the widget and the pages are not tested in a browser (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    quiet = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=quiet)
        yield running
        running.close()


def words_of(html: str) -> str:
    """The visible text of a page, roughly."""
    body = re.sub(r"<(style|script)[^>]*>.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())

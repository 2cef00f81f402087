"""The webhook: closed without the secret, 200 once stored, 503 while the store is down, set once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from sanic import Sanic
from telegram_fakes import FakeCoach, settings_for, until
from telegram_loopback import SECRET, BotApi, error, retry_after

from bot.channels import telegram

HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Server:
    """The channel in a Sanic server on a port of its own."""

    def __init__(self, url: str, coach: FakeCoach, app: Any) -> None:
        self.url, self.coach, self.app = url, coach, app

    async def post(self, body: Any, secret: str | None = SECRET, path: str = "/webhooks/telegram/webhook") -> int:
        """Deliver as Telegram does; returns the status."""
        headers = {HEADER: secret} if secret is not None else {}
        async with aiohttp.ClientSession() as session, session.post(self.url + path, json=body, headers=headers) as response:
            await response.read()
            return response.status


@pytest_asyncio.fixture
async def serve(api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., Any]]:
    """Starts a server in webhook mode."""
    from bot.channels.telegram import sender

    monkeypatch.setattr(sender, "FIRST_WAIT", 0.05)
    started: list[tuple[Any, FakeCoach, Any]] = []

    async def go(url_path: str = "/webhooks/telegram/webhook", **env: str) -> Server:
        import socket

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        settings = settings_for(tmp_path, api.root, api.token, TELEGRAM_WEBHOOK_URL=url + url_path, TELEGRAM_WEBHOOK_SECRET=SECRET, **env)
        coach = FakeCoach(settings)
        app = Sanic(f"webhook_{len(started)}_{port}", configure_logging=False)
        app.ctx.engine = coach
        telegram.attach(app, settings)
        server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.before_start()
        await server.after_start()
        started.append((server, coach, app))
        return Server(url, coach, app)

    yield go
    for server, coach, _ in started:
        await server.before_stop()
        server.close()
        coach.close()


async def test_an_update_is_stored_and_answered(api: BotApi, serve: Callable[..., Any]) -> None:
    server = await serve()
    assert await server.post({"update_id": 1, "message": api.message(7, "hi")}) == 200
    await until(lambda: api.texts(7) == ["re: hi"])
    assert await server.post({"update_id": 1, "message": api.message(7, "hi")}) == 200
    await asyncio.sleep(0.2)
    assert api.texts(7) == ["re: hi"]
    assert api.made("getUpdates") == []


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET.upper(), "sécret"])
async def test_without_the_secret_it_is_closed(api: BotApi, serve: Callable[..., Any], secret: str | None) -> None:
    server = await serve()
    assert await server.post({"update_id": 1, "message": api.message(7, "hi")}, secret) == 401
    await asyncio.sleep(0.1)
    assert server.coach.heard == []


async def test_the_path_of_the_url_is_served_too(api: BotApi, serve: Callable[..., Any]) -> None:
    server = await serve("/hooks/tg-4711")
    assert await server.post({"update_id": 1, "message": api.message(7, "a")}, path="/hooks/tg-4711") == 200
    assert await server.post({"update_id": 2, "message": api.message(7, "b")}) == 200
    await until(lambda: api.texts(7) == ["re: a", "re: b"])
    assert api.webhook["url"] == server.url + "/hooks/tg-4711"


@pytest.mark.parametrize("body", [[], "x", {}, {"update_id": "7"}, {"update_id": True}])
async def test_what_is_no_update_is_refused(api: BotApi, serve: Callable[..., Any], body: Any) -> None:
    server = await serve()
    assert await server.post(body) == 400


async def test_while_the_store_is_down_telegram_is_asked_to_deliver_again(api: BotApi, serve: Callable[..., Any], tmp_path: Path) -> None:
    server = await serve()
    await until(lambda: api.webhook["url"])
    lock = sqlite3.connect(tmp_path / "coach.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    update = {"update_id": 1, "message": api.message(7, "hi")}
    assert await server.post(update) == 503
    lock.execute("ROLLBACK")
    lock.close()
    assert await server.post(update) == 200
    await until(lambda: api.texts(7) == ["re: hi"])


async def test_it_is_set_once_and_left_alone_when_it_is_right(api: BotApi, serve: Callable[..., Any]) -> None:
    server = await serve()
    await until(lambda: api.webhook["url"])
    (call,) = api.made("setWebhook")
    assert call.params["secret_token"] == SECRET
    assert call.params["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    api.calls.clear()
    from bot.channels.telegram.setup import set_webhook

    channel = server.app.ctx.telegram
    await set_webhook(channel.bot, channel.sender, api.webhook["url"], SECRET)
    assert api.made("setWebhook") == []
    api.webhook["last_error_message"] = "Wrong response from the webhook: 401 Unauthorized"
    await set_webhook(channel.bot, channel.sender, api.webhook["url"], SECRET)
    assert len(api.made("setWebhook")) == 1


async def test_setting_it_outlives_limits_and_outages(api: BotApi, serve: Callable[..., Any]) -> None:
    api.faults["setWebhook"].extend([retry_after(1), error(500, "x")])
    api.faults["getMe"].append(error(502, "x"))
    server = await serve()
    assert await server.post({"update_id": 1, "message": api.message(7, "hi")}) == 200
    await until(lambda: api.texts(7) and api.webhook["url"])
    assert len(api.made("setWebhook")) == 3


async def test_group_messages_wait_until_the_name_is_known(api: BotApi, serve: Callable[..., Any]) -> None:
    api.faults["getMe"].extend([error(502, "x")] * 3)
    server = await serve(COACH_TELEGRAM_GROUPS="yes")
    update = {"update_id": 1, "message": api.message(7, "/help@loopback_bot", chat=-5, kind="group")}
    assert await server.post(update) == 503
    await until(lambda: server.app.ctx.telegram._me.username)
    assert await server.post(update) == 200
    await until(lambda: api.texts(-5))


async def test_what_another_worker_stored_is_answered(api: BotApi, serve: Callable[..., Any]) -> None:
    first = await serve()
    await until(lambda: first.app.ctx.telegram._leads)
    second = await serve()
    assert await second.post({"update_id": 1, "message": api.message(7, "hi")}) == 200
    await until(lambda: api.texts(7) == ["re: hi"])
    assert (len(first.coach.heard), len(second.coach.heard)) == (1, 0)

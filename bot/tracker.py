"""Rasa's conversation memory, bounded: one row per conversation with the last turns, and a lock per conversation."""

from __future__ import annotations

import asyncio
import json
import weakref
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, Restarted, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Engine

from actions.store import now
from actions.tables import conversations

KEPT_TURNS = 2  # what RulePolicy can see of the past; facts and open questions live in the profile store


class SnapshotTrackerStore(TrackerStore):
    """Keeps the events of the last turns only, so that a message costs the same at any length of a conversation."""

    def __init__(self, engine: Engine, domain: Domain | None = None) -> None:
        super().__init__(domain or Domain.empty())
        self._engine = engine

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker with its last turns, or None."""
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(conversations.c.snapshot).where(conversations.c.user_id == sender_id)).scalar()
        if found is None:
            return None
        return DialogueStateTracker.from_events(sender_id, deserialise_events(json.loads(found)), self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the last turns. A conversation that ended in a restart (an erasure) leaves no row."""
        kept = last_turns(list(tracker.events))
        values = {"snapshot": json.dumps([e.as_dict() for e in kept], default=str), "updated_at": now()}
        where = conversations.c.user_id == tracker.sender_id
        with self._engine.begin() as connection:
            if any(isinstance(e, Restarted) for e in kept):
                connection.execute(conversations.delete().where(where))
            elif connection.execute(conversations.update().where(where).values(**values)).rowcount == 0:
                connection.execute(conversations.insert().values(user_id=tracker.sender_id, **values))

    async def keys(self) -> Iterable[str]:
        """All conversation ids."""
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(conversations.c.user_id)).scalars())

    async def delete(self, sender_id: str) -> None:
        """Forget a conversation."""
        with self._engine.begin() as connection:
            connection.execute(conversations.delete().where(conversations.c.user_id == sender_id))


def last_turns(events: list[Event], turns: int = KEPT_TURNS) -> list[Event]:
    """The events from the beginning of the last `turns` user messages on."""
    starts = [n for n, e in enumerate(events) if isinstance(e, UserUttered)]
    return events[starts[-turns] :] if len(starts) > turns else events


class LocalLockStore(InMemoryLockStore):
    """One asyncio lock per conversation: waiters keep their order and wake at once."""

    def __init__(self) -> None:
        super().__init__()
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_args: Any, **_kwargs: Any) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation's lock."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            yield TicketLock(conversation_id)

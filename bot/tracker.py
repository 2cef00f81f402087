"""Rasa's conversation memory, bounded: one row per conversation with the last turns."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from concurrent.futures import Executor
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from sqlalchemy.engine import Engine

from actions.store import now
from actions.tables import conversations
from bot.processor import off_loop

log = logging.getLogger(__name__)

KEPT_TURNS = 2  # what RulePolicy can see of the past; facts and open questions live in the profile store


class SnapshotTrackerStore(TrackerStore):
    """Keeps the events of the last turns only, so that a message costs the same at any length of a conversation.

    While the database is away, conversations go on without their last turns: what matters of them is in the profile store,
    whose own calls are tried again.
    """

    def __init__(self, engine: Engine, domain: Domain | None = None, executor: Executor | None = None) -> None:
        super().__init__(domain or Domain.empty())
        self._engine, self._executor = engine, executor

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker with its last turns, or None."""
        try:
            found = await off_loop(self._executor, self._read, sender_id)
        except sa.exc.SQLAlchemyError as error:
            log.warning("A conversation's last turns cannot be read (%s)", type(error).__name__)
            return None
        if found is None:
            return None
        return DialogueStateTracker.from_events(sender_id, [_event(e) for e in json.loads(found)], self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the last turns. A conversation that ended in a restart (an erasure) leaves no row."""
        kept = last_turns(list(tracker.events))
        snapshot = None if any(isinstance(e, Restarted) for e in kept) else json.dumps([_slim(e.as_dict()) for e in kept], default=str)
        try:
            await off_loop(self._executor, self._write, tracker.sender_id, snapshot)
        except sa.exc.SQLAlchemyError as error:
            log.warning("A conversation's last turns cannot be stored (%s)", type(error).__name__)

    def _read(self, sender_id: str) -> str | None:
        with self._engine.connect() as connection:
            found: str | None = connection.execute(sa.select(conversations.c.snapshot).where(conversations.c.user_id == sender_id)).scalar()
            return found

    def _write(self, sender_id: str, snapshot: str | None) -> None:
        where = conversations.c.user_id == sender_id
        values = {"snapshot": snapshot, "updated_at": now()}
        with self._engine.begin() as connection:
            if snapshot is None:
                connection.execute(conversations.delete().where(where))
            elif connection.execute(conversations.update().where(where).values(**values)).rowcount == 0:
                connection.execute(conversations.insert().values(user_id=sender_id, **values))

    async def keys(self) -> Iterable[str]:
        """All conversation ids."""
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(conversations.c.user_id)).scalars())

    async def delete(self, sender_id: str) -> None:
        """Forget a conversation."""
        await off_loop(self._executor, self._write, sender_id, None)


def last_turns(events: list[Event], turns: int = KEPT_TURNS) -> list[Event]:
    """The events from the beginning of the last `turns` user messages on."""
    starts = [n for n, e in enumerate(events) if isinstance(e, UserUttered)]
    return events[starts[-turns] :] if len(starts) > turns else events


def _slim(event: dict[str, Any]) -> dict[str, Any]:
    """An event without what only its own turn needed: the decision with its ranking and facts."""
    if event.get("event") == UserUttered.type_name and "coach" in (event.get("parse_data") or {}):
        event["parse_data"] = {k: v for k, v in event["parse_data"].items() if k != "coach"}
    return event


@lru_cache(maxsize=1)
def _event_types() -> dict[str, type[Event]]:
    """Rasa's events by name; Rasa itself looks through all classes for each event."""
    return {cls.type_name: cls for cls in reversed(all_subclasses(Event))}


def _event(raw: dict[str, Any]) -> Event:
    event: Event = _event_types()[raw["event"]]._from_parameters(raw)
    return event

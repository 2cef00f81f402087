"""Rasa's memory of a conversation, kept empty.

Every message begins with a tracker that listens. No rule looks at the past: what the coach remembers (the profile, an open
form, the last topic) is in the person's state, which the action reads and writes in its own transaction. So a message costs
the same at any length of a conversation, and nothing that people wrote is stored twice.
"""

from __future__ import annotations

from collections.abc import Iterable

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker


class EmptyTrackerStore(TrackerStore):
    """Gives a fresh tracker for each message and keeps none."""

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        """A tracker that listens, its session begun."""
        return DialogueStateTracker.from_events(sender_id, [ActionExecuted(ACTION_LISTEN_NAME)], self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Nothing to keep."""

    async def keys(self) -> Iterable[str]:
        """No conversation is kept."""
        return ()

    async def delete(self, sender_id: str) -> None:
        """Nothing is there."""

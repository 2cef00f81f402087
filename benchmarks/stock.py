"""Rasa as it comes, around our model: its SQL tracker store, its lock store and its action endpoint (without the network).

The understanding is ours in both columns; what differs is what Rasa does per message. The comparison with Rasa's own default
pipeline is benchmarks/stock_rasa.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from actions.actions import ActionCoach
from actions.services import Services, install


class InProcessActions(EndpointConfig):
    """Rasa's action endpoint without the network."""

    def __init__(self) -> None:
        super().__init__(url="http://in-process")
        self._executor = ActionExecutor()
        self._executor.register_action(ActionCoach())

    async def request(self, *_args: Any, json: dict[str, Any] | None = None, **_kwargs: Any) -> dict[str, Any]:
        """Run the action that Rasa asks for."""
        return await self._executor.run(json) or {}


class StockRasa:
    """`turn` as the engine has it."""

    def __init__(self, services: Services, model: Path, database: Path | None) -> None:
        install(services)
        domain = Domain.empty()
        store = SQLTrackerStore(domain, dialect="sqlite", db=str(database)) if database else InMemoryTrackerStore(domain)
        self._agent = Agent(action_endpoint=InProcessActions(), tracker_store=store, lock_store=InMemoryLockStore())
        self._agent.load_model(model)

    async def turn(self, user_id: str, text: str) -> None:
        """Answer a message."""
        channel = CollectingOutputChannel()
        await self._agent.handle_message(UserMessage(text, channel, user_id))
        assert channel.messages, "no answer"

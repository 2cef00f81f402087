"""Rasa's message processor with the one action run in this process, and the graph run off the event loop."""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import logging
import secrets
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from rasa.core.actions.action import Action
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine import loader
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, FollowupAction
from rasa.shared.core.trackers import DialogueStateTracker

from actions.actions import answer, press_of
from actions.reply import Reply, say
from actions.services import Services
from bot.apart import Apart
from bot.metrics import metrics
from knowledge.texts import sentence
from nlu.components import encoder_on

log = logging.getLogger(__name__)

ACTION_NAME = "action_coach"
REMEMBERED = 2000  # texts whose parse is kept: thanks, yes, and the questions that everybody asks
DIALOGUE = "select_prediction"  # Rasa's node for what happens next; what it needs is all that a server needs whose texts are read apart
STORE_RETRIES = (0.1, 0.2, 0.4, 0.8, 1.6)  # seconds between tries while the database is away

T = TypeVar("T")


async def off_loop(executor: Executor | None, work: Callable[..., T], *arguments: Any) -> T:
    """Run blocking work in a thread, with this task's context (its log lines keep their id)."""
    return await asyncio.get_running_loop().run_in_executor(executor, contextvars.copy_context().run, work, *arguments)


class ReplyCollector(OutputChannel):
    """One turn's way out: carries the services that the turn began with, and takes its reply."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.reply: Reply | None = None

    @classmethod
    def name(cls) -> str:
        """The channel's name in Rasa's records."""
        return "coach"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Our own reply is here already; anything else that Rasa says becomes a plain reply."""
        if message.get("text") and self.reply is None:
            self.reply = say(message["text"])


class CoachAction(Action):
    """`action_coach` as an action of Rasa's core: no endpoint, no JSON there and back, and listening afterwards without asking the policies."""

    def __init__(self, executor: Executor | None) -> None:
        self._executor = executor

    def name(self) -> str:
        """The name in rules and domain."""
        return ACTION_NAME

    async def run(self, output_channel: OutputChannel, nlg: NaturalLanguageGenerator, tracker: DialogueStateTracker, domain: Domain) -> list[Event]:
        """Answer the latest message. A failure becomes a sentence with a code; silence is never the answer."""
        assert isinstance(output_channel, ReplyCollector) and tracker.latest_message is not None
        latest = tracker.latest_message
        press = press_of({"metadata": latest.metadata})
        try:
            reply, _ = await self._answer(output_channel.services, tracker.sender_id, latest.text or "", latest.parse_data.get("coach") or {}, press)
        except Exception:
            reply = failure()
        output_channel.reply = reply
        return [FollowupAction(ACTION_LISTEN_NAME)]

    async def _answer(self, house: Services, *message: Any) -> tuple[Reply, bool]:
        for wait in (*STORE_RETRIES, None):
            try:
                return await off_loop(self._executor, answer, house, *message)
            except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
                # Each try is one transaction that was rolled back, so trying again changes nothing twice.
                metrics().errors.labels("store").inc()
                if wait is None:
                    raise
                log.warning("The store does not answer (%s); trying again in %.1f s", type(error).__name__, wait)
                await asyncio.sleep(wait)
        raise AssertionError("unreachable")


class OrderedRunner(DaskGraphRunner):
    """Runs a graph's components one after the other, in an order found once. Dask plans it anew for each message, for as long as half of them take."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._orders: dict[tuple[str, ...], list[tuple[str, list[str]]]] = {}

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of the targets. Raises what a component raises."""
        wanted = tuple(targets or self._graph_schema.target_names)
        if wanted not in self._orders:
            nodes = self._graph_schema.minimal_graph_schema(list(wanted)).nodes
            needs = {name: list(node.needs.values()) for name, node in nodes.items()}
            self._orders[wanted] = [(name, needs[name]) for name in TopologicalSorter(needs).static_order() if name in needs]
        done: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needed in self._orders[wanted]:
            done[name] = self._instantiated_nodes[name](*(done.get(n, n) for n in needed))
        return {name: done[name][1] for name in wanted}


class DialogueRunner(OrderedRunner):
    """Loads no component but those of the dialogue."""

    @staticmethod
    def _instantiate_nodes(graph_schema: GraphSchema, *args: Any) -> dict[str, GraphNode]:
        made: dict[str, GraphNode] = DaskGraphRunner._instantiate_nodes(graph_schema.minimal_graph_schema([DIALOGUE]), *args)
        return made


class CoachProcessor(MessageProcessor):
    """Rasa's processor, its extension points used: our action object, our graph runner, and texts parsed in a thread or a process of their own."""

    def __init__(self, *args: Any, parsing: Executor | None = None, storing: Executor | None = None, apart: Apart | None = None, **kwargs: Any) -> None:
        self.apart = apart
        super().__init__(*args, **kwargs)
        self._parsing = parsing
        self._action = CoachAction(storing)
        self._known: dict[bytes, dict[str, Any]] = {}  # by hash, and nothing that tells facts: no text of a person stays in memory

    def _load_model(self, model_path: str | Path) -> tuple[str, ModelMetadata, OrderedRunner]:
        wanted = OrderedRunner if self.apart is None else DialogueRunner
        with tempfile.TemporaryDirectory() as folder:
            metadata, runner = loader.load_predict_graph_runner(Path(folder), Path(model_path), LocalModelStorage, wanted)
        assert isinstance(runner, OrderedRunner)
        return Path(model_path).name, metadata, runner

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> tuple[Action, PolicyPrediction]:
        """Rasa's prediction; the one action of ours is run here instead of at an endpoint."""
        action, prediction = super().predict_next_with_tracker_if_should(tracker)
        return (self._action if action.name() == ACTION_NAME else action), prediction

    async def parse(self, text: str) -> dict[str, Any]:
        """What the pipeline makes of a text. Not to be changed: the parses of the last texts are kept."""
        key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if (parsed := self._known.get(key)) is None:
            with metrics().parsing.time():
                parsed = await off_loop(self._parsing, self.parse_text, text)
            if not parsed["coach"]["facts"]:
                parsed = self._known[key] = {"coach": parsed["coach"]}
                if len(self._known) > REMEMBERED:
                    self._known.pop(next(iter(self._known)))
        return parsed

    def parse_text(self, text: str) -> dict[str, Any]:
        """As `parse`, in this thread and without what is kept. Raises ApartError, or what a component raises."""
        if self.apart is not None:
            return self.apart.parse(text)
        message = UserMessage(text)
        parsed: dict[str, Any] = self._parse_message_with_graph(message, DialogueStateTracker.from_events(message.sender_id, []))
        return parsed

    def encoder_on(self) -> bool:
        """Whether the sentence encoder serves, here or in the process apart."""
        return encoder_on() if self.apart is None else self.apart.encoder_on

    def close(self) -> None:
        """End the process apart, after the texts that wait for it."""
        if self.apart is not None and self._parsing is not None:
            self._parsing.submit(self.apart.close)

    def warm_up(self) -> float:
        """Parse once, so that the first person does not wait for what is built lazily. Returns the seconds."""
        started = time.perf_counter()
        self.parse_text("how much protein do i need?")
        return time.perf_counter() - started


def failure() -> Reply:
    """The sentence for a failure, called while an exception is handled; the log gets the error under the same code."""
    code = secrets.token_hex(4)
    metrics().errors.labels("message").inc()
    log.exception("A message failed (code %s)", code)
    return say(sentence("error", code=code), decision="conversation", ids=("error",))

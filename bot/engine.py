"""The coach as one object: a message of a person in, a reply out. Channels need nothing else."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from actions.actions import REPLY_KEY, ActionCoach
from actions.files import Files
from actions.plain import plain
from actions.reply import Reply, say
from actions.services import Services, install, make_coach
from actions.store import Store, StoreError
from bot import tokens
from bot.settings import Settings, secret_key
from bot.tracker import LocalLockStore, SnapshotTrackerStore
from knowledge.load import load
from knowledge.texts import sentence
from nlu.components import encoder_on
from nlu.text import MAX_CHARACTERS, clean

log = logging.getLogger(__name__)


def build_services(settings: Settings, pool_size: int = 5) -> Services:
    """Open the store and the knowledge base. Raises StoreError or KnowledgeError."""
    store = Store.open(settings.database_url, pool_size)
    coach = make_coach(load(settings.knowledge_dir), region=settings.region, name=settings.name, contact=settings.contact)
    return Services(store, coach, Files(settings.files_dir))


class InProcessActions(EndpointConfig):
    """Rasa's action endpoint without the network: runs the same actions in this process.

    An action that fails answers with a sentence and a code; the log holds the error under that code.
    """

    def __init__(self) -> None:
        super().__init__(url="http://in-process")
        self._executor = ActionExecutor()
        self._executor.register_action(ActionCoach())

    async def request(self, *_args: Any, json: dict[str, Any] | None = None, **_kwargs: Any) -> dict[str, Any]:
        """Run the action that Rasa asks for."""
        try:
            result: dict[str, Any] = await self._executor.run(json) or {}
            return result
        except Exception:
            reply = failure()
            return {"events": [], "responses": [{"text": plain(reply), "custom": {REPLY_KEY: reply.as_dict()}}]}


def failure() -> Reply:
    """The sentence for a failure, called while an exception is handled; the log gets the error under the same code."""
    code = secrets.token_hex(4)
    log.exception("A message failed (code %s)", code)
    return say(sentence("error", code=code), decision="conversation", ids=("error",))


class ReplyCollector(OutputChannel):
    """Takes the reply of one turn from Rasa."""

    def __init__(self) -> None:
        self.reply: Reply | None = None

    @classmethod
    def name(cls) -> str:
        """The channel's name in Rasa's records."""
        return "coach"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep our own reply; anything else that Rasa says becomes a plain reply."""
        raw = (message.get("custom") or {}).get(REPLY_KEY)
        if raw:
            self.reply = Reply.from_dict(raw)
        elif message.get("text") and self.reply is None:
            self.reply = say(message["text"])


class Engine:
    """A loaded model with its store. `turn` is the one way in."""

    def __init__(self, settings: Settings, services: Services, agent: Agent, key: bytes) -> None:
        self.settings, self.services, self.agent, self.key = settings, services, agent, key
        self.model_name = ""
        self.encoder_on = encoder_on()

    @classmethod
    def load(cls, settings: Settings, model: Path, *, pool_size: int = 5) -> Engine:
        """Load a trained model and open the store.

        Raises StoreError, KnowledgeError, or what Rasa raises for a damaged model.
        """
        services = build_services(settings, pool_size)
        install(services)
        agent = Agent(
            action_endpoint=InProcessActions(),
            tracker_store=SnapshotTrackerStore(services.store.engine),
            lock_store=LocalLockStore(),
        )
        agent.load_model(model)
        engine = cls(settings, services, agent, secret_key(settings))
        engine.model_name = model.name
        return engine

    async def parse(self, text: str) -> dict[str, Any]:
        """What the pipeline makes of a text: the decision of `nlu.decide` as plain data."""
        text = clean(text)
        result = await self.agent.parse_message(text[: 2 * MAX_CHARACTERS])
        decision: dict[str, Any] = dict(result["coach"])
        if len(text) > MAX_CHARACTERS and decision["decision"] != "safety":
            decision |= {"decision": "out_of_scope", "id": "out_of_scope", "reason": "too_long"}
        return decision

    async def turn(self, user_id: str, text: str, *, press: tuple[str, str] | None = None) -> Reply:
        """Answer a message of a person (`user_id` with its channel's namespace). Never raises; never silent."""
        try:
            text = clean(text)
            if press is not None:
                parse: dict[str, Any] = {"text": "", "intent": {"name": "press", "confidence": 1.0}, "entities": [], "metadata": {"press": list(press)}}
                text = ""
            else:
                coach = await self.parse(text)
                name = "clarify" if coach["decision"] == "clarify" else coach["id"]
                parse = {"text": text, "intent": {"name": name, "confidence": coach["confidence"]}, "entities": [], "coach": coach}
            collector = ReplyCollector()
            message = UserMessage(text, collector, user_id, parse_data=parse, input_channel="coach", metadata=parse.get("metadata"))
            await self.agent.handle_message(message)
            if collector.reply is None:
                raise RuntimeError("the dialogue engine gave no reply")
            return collector.reply
        except Exception:
            return failure()

    async def ask(self, text: str, profile: dict[str, Any]) -> tuple[Reply, dict[str, Any]]:
        """One stateless answer for a profile; returns the reply and the decision."""
        import datetime as dt

        from actions.conversation import Turn, respond
        from actions.reply import Person

        parse = await self.parse(text)
        outcome = respond(Turn(clean(text), parse, dt.date.today()), Person("ask", profile), self.services.coach)
        return outcome.reply, parse

    def read_press(self, user_id: str, payload: str) -> tuple[str, str]:
        """The command behind a payload; a foreign or expired one answers kindly that it no longer works."""
        try:
            return tokens.read(self.key, user_id, payload)
        except tokens.TokenError:
            return ("expired", "")

    def payload(self, user_id: str, do: str, arg: str) -> str:
        """A payload for a button of this person."""
        return tokens.mint(self.key, user_id, do, arg)

    def file_url(self, key: str) -> str:
        """The address of a file made for a person."""
        return f"{self.settings.public_url or ''}/files/{key}"

    def readiness(self) -> dict[str, Any]:
        """Whether model and store can serve, and whether the sentence encoder does."""
        state: dict[str, Any] = {"ready": True, "model": self.model_name, "encoder": self.encoder_on, "store": "reachable"}
        try:
            self.services.store.ping()
        except StoreError as error:
            state |= {"ready": False, "store": str(error)}
        if not self.encoder_on:
            state["note"] = "The sentence encoder is off; spelling-based matching serves alone."
        return state

    def close(self) -> None:
        """Give back the store's connections."""
        self.services.store.close()

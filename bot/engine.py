"""The coach as one object: a message of a person in, a reply out. Channels need nothing else."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from threadpoolctl import threadpool_limits

from actions.files import Files
from actions.plain import plain
from actions.reply import Reply
from actions.services import Services, make_coach, rehearse
from actions.store import Store, StoreError
from bot import tokens
from bot.apart import Apart, ApartError
from bot.locks import LocalLockStore, RedisLockStore, make_locks
from bot.logs import correlated, fields
from bot.metrics import channel_of, metrics
from bot.processor import CoachProcessor, ReplyCollector
from bot.processor import failure as failure  # channels' way to say that something failed
from bot.settings import Settings, secret_key
from bot.tracker import EmptyTrackerStore
from knowledge.check import load_checked
from knowledge.load import load
from nlu.text import MAX_CHARACTERS, clean

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.0005  # a thread that computes lets the others in this often; Python's own 5 ms would add up


def build_services(settings: Settings, pool_size: int = 5) -> Services:
    """Open the store and the knowledge base. Raises StoreError or KnowledgeError."""
    store = Store.open(settings.database_url, pool_size)
    coach = make_coach(load(settings.knowledge_dir), region=settings.region, name=settings.name, contact=settings.contact)
    return Services(store, coach, Files(settings.files_dir))


class ModelError(RuntimeError):
    """No model can be used; the message is one sentence with the remedy."""


@dataclass(frozen=True)
class Threads:
    """Where blocking work runs: texts are parsed one at a time, as spaCy's tables want it; the store has one thread per connection."""

    parsing: ThreadPoolExecutor
    storing: ThreadPoolExecutor

    @classmethod
    def start(cls, connections: int) -> Threads:
        """Threads for a store with so many connections."""
        return cls(ThreadPoolExecutor(1, "parse"), ThreadPoolExecutor(connections, "store"))

    def stop(self) -> None:
        """Let what runs end."""
        self.parsing.shutdown()
        self.storing.shutdown()


def load_model(model: Path, threads: Threads | None = None, apart: Apart | None = None) -> CoachProcessor:
    """Rasa over a trained model, its texts read by `apart` if that is given. Raises ModelError when the file is missing or damaged."""
    sys.setswitchinterval(SWITCH_SECONDS)
    threadpool_limits(limits=1, user_api="blas")  # a message's products are small: more threads of BLAS spin and cost half as much again
    if not model.is_file():  # Rasa would take whatever model lies beside it
        raise ModelError(f"The model file {model} is missing; `coach train` makes it.")
    tracker_store = EmptyTrackerStore(Domain.empty())
    try:
        processor = CoachProcessor(
            model_path=model, tracker_store=tracker_store, lock_store=LocalLockStore(), generator=NaturalLanguageGenerator.create(None, Domain.empty()),
            parsing=threads.parsing if threads else None, storing=threads.storing if threads else None, apart=apart,
        )  # fmt: skip
        tracker_store.domain = processor.domain
        processor.warm_up()
    except Exception as error:  # whatever a damaged archive or array makes Rasa, tarfile, NumPy or JSON raise
        reason = str(error) if isinstance(error, ApartError) else type(error).__name__
        raise ModelError(f"The model file {model} cannot be used ({reason}); `coach train --force` makes it anew.") from error
    with contextlib.suppress(OSError, AttributeError):  # other C libraries have no such thing
        ctypes.CDLL("libc.so.6").malloc_trim(0)  # what loading alone needed, a tenth of the memory, goes back
    return processor


def load_working(settings: Settings, model: Path, load: Callable[[Path], CoachProcessor]) -> tuple[CoachProcessor, Path]:
    """The model, or the newest of the earlier ones that works, with a logged error. Raises ModelError when none does."""
    try:
        return load(model), model
    except ModelError as error:
        first = error
    earlier = sorted(settings.models_dir.glob("coach-*.tar.gz"), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in earlier:
        if path != model:
            try:
                processor = load(path)
            except ModelError:
                continue
            metrics().errors.labels("model").inc()
            log.error("%s Until then the previous one, %s, serves.", first, path.name)
            return processor, path
    raise first


def _forget_cached() -> None:
    """Files of the knowledge base that were read once are read again when next needed."""
    for name, module in list(sys.modules.items()):
        if name.startswith("knowledge."):
            for value in list(vars(module).values()):
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()


class Engine:
    """A loaded model with its store. `turn` is the one way in.

    A turn works to its end with the model and the knowledge that it began with; `reload` replaces them for those after it.
    """

    def __init__(
        self,
        settings: Settings,
        services: Services,
        processor: CoachProcessor,
        key: bytes,
        locks: LocalLockStore | RedisLockStore | None = None,
        threads: Threads | None = None,
        load: Callable[[Path], CoachProcessor] = load_model,
    ) -> None:
        self.settings, self.services, self.processor, self.key = settings, services, processor, key
        self.locks = locks or LocalLockStore()
        self.threads = threads
        self.model_name, self.encoder_on = "", True
        self._load = load
        self._one_reload = threading.Lock()

    @classmethod
    def load(cls, settings: Settings, model: Path, *, pool_size: int = 5, apart: Callable[[Path], Apart] | None = None) -> Engine:
        """Load a trained model and open the store. A damaged model is reported, and the newest earlier one that works serves.

        `apart` starts the process that understands texts with a model; without it this process does.
        Raises StoreError, KnowledgeError, or ModelError when no model can be used.
        """
        services = build_services(settings, pool_size)
        threads = Threads.start(pool_size)

        if apart is not None:
            try:
                rehearse(services.coach)  # while the other process loads the model
            except Exception:  # an entry of one's own that lacks something: whoever asks for it meets it, the start does not
                log.exception("The rehearsal failed")

        def load(path: Path) -> CoachProcessor:
            if apart is None:
                return load_model(path, threads)
            process = apart(path)
            try:
                return load_model(path, threads, process)
            except ModelError:
                process.close()
                raise

        try:
            processor, used = load_working(settings, model, load)
        except ModelError:
            services.store.close()
            threads.stop()
            raise
        engine = cls(settings, services, processor, secret_key(settings), make_locks(settings.redis_url), threads, load)
        engine.model_name, engine.encoder_on = used.name, processor.encoder_on()
        return engine

    async def parse(self, text: str) -> dict[str, Any]:
        """What the pipeline makes of a text: the decision of `nlu.decide` as plain data."""
        return await self._parse(text, self.processor)

    async def _parse(self, text: str, processor: CoachProcessor) -> dict[str, Any]:
        text = clean(text)
        result = await processor.parse(text[: 2 * MAX_CHARACTERS])
        decision: dict[str, Any] = dict(result["coach"])
        if len(text) > MAX_CHARACTERS and decision["decision"] != "safety":
            decision |= {"decision": "out_of_scope", "id": "out_of_scope", "reason": "too_long"}
        return decision

    async def turn(self, user_id: str, text: str, *, press: tuple[str, str] | None = None) -> Reply:
        """Answer a message of a person (`user_id` with its channel's namespace). Never raises; never silent.

        Messages of one person are answered one after the other, in the order in which they came.
        """
        with correlated():
            return await self._turn(user_id, text, press)

    async def _turn(self, user_id: str, text: str, press: tuple[str, str] | None) -> Reply:
        channel, count = channel_of(user_id), metrics()
        began = time.perf_counter()
        with count.timed(channel):
            try:
                text = clean(text)
                async with self.locks.lock(user_id):
                    count.waiting.observe(time.perf_counter() - began)
                    reply, coach = await self._answer(user_id, text, press)
            except Exception:
                reply, coach = failure(), {}
        count.messages.labels(channel, reply.decision).inc()
        if reason := coach.get("reason") or ("clarify" if coach.get("decision") == "clarify" else ""):
            count.fallbacks.labels(reason).inc()
        seen = {"heard": text or str(press), "said": plain(reply)} if self.settings.log_text else {}
        log.info("Answered %s", fields(channel=channel, decision=reply.decision, id=",".join(reply.ids), ms=round((time.perf_counter() - began) * 1000), **seen))
        return reply

    async def _answer(self, user_id: str, text: str, press: tuple[str, str] | None) -> tuple[Reply, dict[str, Any]]:
        processor, collector = self.processor, ReplyCollector(self.services)
        coach: dict[str, Any] = {}
        if press is not None:
            parse: dict[str, Any] = {"text": "", "intent": {"name": "press", "confidence": 1.0}, "entities": [], "metadata": {"press": list(press)}}
            text = ""
        else:
            coach = await self._parse(text, processor)
            name = "clarify" if coach["decision"] == "clarify" else coach["id"]
            parse = {"text": text, "intent": {"name": name, "confidence": coach["confidence"]}, "entities": [], "coach": coach}
        await processor.handle_message(UserMessage(text, collector, user_id, parse_data=parse, input_channel="coach", metadata=parse.get("metadata")))
        if collector.reply is None:
            raise RuntimeError("the dialogue engine gave no reply")
        return collector.reply, coach

    def reload(self, model: Path) -> None:
        """Read the entries anew and use this model, from the next message on. Blocking; call it off the loop.

        Raises KnowledgeError or ModelError; nothing changes then.
        """
        with self._one_reload:
            _forget_cached()
            knowledge = load_checked(self.settings.knowledge_dir)
            coach = make_coach(knowledge, region=self.settings.region, name=self.settings.name, contact=self.settings.contact)
            if model.name != self.model_name:
                # Rasa never gives a replaced model's memory back in full (about 100 MB each time); the old one goes when its last turn ends.
                before, self.processor = self.processor, self._load(model)
                self.model_name, self.encoder_on = model.name, self.processor.encoder_on()
                before.close()
            self.services = replace(self.services, coach=coach)

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
        if isinstance(self.locks, RedisLockStore):
            state["locks"] = "shared" if self.locks.reachable else "Redis does not answer; each worker orders its own messages."
        if not self.encoder_on:
            state["note"] = "The sentence encoder is off; spelling-based matching serves alone."
        return state

    async def release(self) -> None:
        """Give back locks, threads and connections."""
        await self.locks.close()
        self.close()

    def close(self) -> None:
        """Give back threads, processes and connections."""
        self.processor.close()
        if self.threads is not None:
            self.threads.stop()
        self.services.store.close()

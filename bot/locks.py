"""One lock per conversation: waiters keep their order and wake at once, in this process or across several through Redis."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import weakref
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore, LockStore

log = logging.getLogger(__name__)

LEASE_SECONDS = 12.0  # how long the tickets of a dead process hold others up at most
RENEW_SECONDS = 3.0
POLL_SECONDS = 0.5  # a waiter looks for itself this often, in case a wake-up call went astray


class LocalLockStore(InMemoryLockStore):
    """One asyncio lock per conversation."""

    def __init__(self) -> None:
        super().__init__()
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_args: Any, **_kwargs: Any) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation's lock."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            yield TicketLock(conversation_id)

    async def close(self) -> None:
        """Nothing is held."""


# A conversation's queue is a list of tickets "process/number", its head holds the lock. A ticket counts while its
# process's key is alive; whoever looks removes dead heads. KEYS: queue. ARGV: prefix of process keys, own ticket.
_CLEAN = """
local function head()
  while true do
    local first = redis.call('LINDEX', KEYS[1], 0)
    if not first then return false end
    local process = string.match(first, '^(.*)/')
    if redis.call('EXISTS', ARGV[1] .. process) == 1 then return first end
    redis.call('LPOP', KEYS[1])
  end
end
"""
# ARGV 3: the process's lease in ms, so that a ticket is never older than its process's key.
_JOIN = _CLEAN + """
redis.call('SET', ARGV[1] .. string.match(ARGV[2], '^(.*)/'), '1', 'PX', ARGV[3])
redis.call('RPUSH', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], 3600000)
return head() == ARGV[2] and 1 or 0
"""
_LOOK = _CLEAN + """
redis.call('SET', ARGV[1] .. string.match(ARGV[2], '^(.*)/'), '1', 'PX', ARGV[3])
local first = head()
if first == ARGV[2] then return 1 end
if redis.call('LPOS', KEYS[1], ARGV[2]) then return 0 end
redis.call('RPUSH', KEYS[1], ARGV[2])
return head() == ARGV[2] and 1 or 0
"""
_LEAVE = _CLEAN + """
redis.call('LREM', KEYS[1], 0, ARGV[2])
local first = head()
if first then redis.call('PUBLISH', ARGV[3] .. string.match(first, '^(.*)/'), first) end
return 1
"""


class RedisLockStore(LockStore):
    """Locks shared by all workers, in the order in which messages arrived anywhere.

    Rasa's own lock store reads, changes and writes its tickets in separate steps, so two workers can take the same one;
    here each step is one script. While Redis is away, each process orders its own messages and says so once.
    """

    def __init__(self, client: Any, prefix: str = "coach:lock:", *, lease: float = LEASE_SECONDS) -> None:
        super().__init__()
        self._client, self._prefix, self._lease = client, prefix, lease
        self._process = secrets.token_hex(6)
        self._numbers = 0
        self._local = LocalLockStore()
        self._order: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._calls: dict[str, asyncio.Event] = {}
        self._left: dict[str, str] = {}  # tickets given back while Redis was away, with their conversation
        self._join, self._look, self._leave = (client.register_script(s) for s in (_JOIN, _LOOK, _LEAVE))
        self._tasks: list[asyncio.Task[None]] = []
        self._down = False
        self._closed = False

    @classmethod
    def connect(cls, url: str) -> RedisLockStore:
        """Locks on the Redis at `url`; connects at first use."""
        from redis import asyncio as redis

        return cls(redis.Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=2.0, decode_responses=True))

    @property
    def reachable(self) -> bool:
        """Whether Redis answered when it was last asked."""
        return not self._down

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_args: Any, **_kwargs: Any) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation's lock."""
        self._start()
        ticket = await self._take(conversation_id)
        try:
            # Free as long as Redis is there; when it goes while someone is waiting, the order within the process holds.
            async with self._local.lock(conversation_id) as held:
                yield held
        finally:
            if ticket is not None:
                await asyncio.shield(self._give_back(conversation_id, ticket))

    async def close(self) -> None:
        """Stop; this process's tickets end with its lease at once."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(Exception):
            await self._client.delete(self._alive(self._process))
        await self._client.close()

    # --- tickets -----------------------------------------------------------------------------------------------------

    async def _take(self, conversation_id: str) -> str | None:
        """A ticket that has reached the head, or None while Redis is away."""
        self._numbers += 1
        ticket = f"{self._process}/{self._numbers}"
        called = self._calls[ticket] = asyncio.Event()
        try:
            # Connections of a pool may overtake each other; tickets of one conversation are drawn one after the other.
            async with self._order.setdefault(conversation_id, asyncio.Lock()):
                if self._down:
                    return None
                mine = await self._join(keys=[self._queue(conversation_id)], args=[self._prefix + "alive:", ticket, int(self._lease * 1000)])
            while not mine:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(called.wait(), POLL_SECONDS)
                called.clear()
                mine = await self._look(keys=[self._queue(conversation_id)], args=[self._prefix + "alive:", ticket, int(self._lease * 1000)])
            return ticket
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(conversation_id, ticket))
            raise
        except Exception as error:  # redis' own errors, OSError, time-outs: all mean the same here
            self._lost(error)
            self._left[ticket] = conversation_id
            return None
        finally:
            self._calls.pop(ticket, None)

    async def _give_back(self, conversation_id: str, ticket: str) -> None:
        try:
            await self._leave(keys=[self._queue(conversation_id)], args=[self._prefix + "alive:", ticket, self._prefix + "call:"])
            self._left.pop(ticket, None)
        except Exception as error:
            self._lost(error)
            self._left[ticket] = conversation_id

    def _lost(self, error: Exception) -> None:
        if not self._down:
            log.warning("Redis does not answer (%s); each worker orders its own messages until it does", type(error).__name__)
        self._down = True

    def _queue(self, conversation_id: str) -> str:
        return f"{self._prefix}queue:{conversation_id}"

    def _alive(self, process: str) -> str:
        return f"{self._prefix}alive:{process}"

    # --- background --------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        if not self._tasks and not self._closed:
            self._tasks = [asyncio.create_task(self._renew()), asyncio.create_task(self._listen())]

    async def _renew(self) -> None:
        """Keep this process's tickets alive, give back what could not be given back, notice when Redis is back."""
        while True:
            try:
                await self._client.set(self._alive(self._process), "1", px=int(self._lease * 1000))
                for ticket, conversation_id in list(self._left.items()):
                    await self._leave(keys=[self._queue(conversation_id)], args=[self._prefix + "alive:", ticket, self._prefix + "call:"])
                    self._left.pop(ticket, None)
                if self._down:
                    log.info("Redis answers again; locks are shared by all workers")
                self._down = False
            except Exception as error:
                self._lost(error)
            await asyncio.sleep(0.5 if self._down else min(RENEW_SECONDS, self._lease / 4))

    async def _listen(self) -> None:
        """Wake the waiter whose ticket reached the head."""
        while True:
            pubsub = self._client.pubsub(ignore_subscribe_messages=True)
            try:
                await pubsub.subscribe(f"{self._prefix}call:{self._process}")
                while True:
                    message = await pubsub.get_message(timeout=1.0)
                    if message and (called := self._calls.get(message["data"])):
                        called.set()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                self._lost(error)
                await asyncio.sleep(0.5)
            finally:
                with contextlib.suppress(Exception):
                    await pubsub.close()


def make_locks(redis_url: str | None) -> LocalLockStore | RedisLockStore:
    """The locks that the settings ask for."""
    return RedisLockStore.connect(redis_url) if redis_url else LocalLockStore()

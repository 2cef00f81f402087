"""Ordered per chat, parallel between chats: each chat has a lane, and lanes take turns, one update at a time."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from bot.channels.telegram.inbox import InboxDown
from bot.channels.telegram.updates import Incoming

log = logging.getLogger(__name__)

SLOTS = 128  # chats served at once
LANE_LIMIT = 20  # updates of a chat held in memory; the rest wait in the inbox
TOTAL_LIMIT = 5000


class Lane:
    """A chat's updates in order. `more` says that the inbox holds further ones."""

    __slots__ = ("items", "more", "scheduled")

    def __init__(self) -> None:
        self.items: deque[Incoming] = deque()
        self.more = False
        self.scheduled = False


class Lanes:
    """Hands each update to `handle`, which must not raise.

    `load(chat, limit)` reads a chat's next updates from the inbox, and whether there are more; it may raise InboxDown.
    """

    def __init__(
        self,
        handle: Callable[[Incoming], Awaitable[None]],
        load: Callable[[int, int], tuple[list[Incoming], bool]],
        *,
        slots: int = SLOTS,
        lane_limit: int = LANE_LIMIT,
        total_limit: int = TOTAL_LIMIT,
    ) -> None:
        self._handle, self._load = handle, load
        self._slots, self._lane_limit, self._total_limit = slots, lane_limit, total_limit
        self._lanes: dict[int, Lane] = {}
        self._ready: deque[int] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._held = 0
        self._stopping = False

    def __len__(self) -> int:
        """Updates held in memory."""
        return self._held

    def offer(self, item: Incoming) -> None:
        """An update that the inbox holds."""
        lane = self._lanes.setdefault(item.chat_id, Lane())
        if lane.more or len(lane.items) >= self._lane_limit or self._held >= self._total_limit:
            lane.more = True
        else:
            late = bool(lane.items) and item.update_id < lane.items[-1].update_id
            lane.items.append(item)
            if late:
                lane.items = deque(sorted(lane.items, key=lambda i: i.update_id))
            self._held += 1
        self._schedule(item.chat_id, lane)

    def resume(self, chats: Iterable[int]) -> None:
        """Chats that have updates in the inbox."""
        for chat_id in chats:
            lane = self._lanes.setdefault(chat_id, Lane())
            lane.more = True
            self._schedule(chat_id, lane)

    def clear(self) -> None:
        """Forget what has not begun: the inbox holds it."""
        for lane in self._lanes.values():
            self._held -= len(lane.items)
            lane.items.clear()
            lane.more = False

    async def stop(self, grace: float) -> None:
        """Begin nothing new; wait for what is under way, then let it go (the inbox still holds it)."""
        self._stopping = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _schedule(self, chat_id: int, lane: Lane) -> None:
        if not lane.scheduled:
            lane.scheduled = True
            self._ready.append(chat_id)
        self._pump()

    def _pump(self) -> None:
        while self._ready and len(self._tasks) < self._slots and not self._stopping:
            chat_id = self._ready.popleft()
            task = asyncio.get_running_loop().create_task(self._serve(chat_id, self._lanes[chat_id]))
            self._tasks.add(task)
            task.add_done_callback(self._served)

    def _served(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("A chat's turn failed", exc_info=task.exception())
        self._pump()

    async def _serve(self, chat_id: int, lane: Lane) -> None:
        """One update of a chat; then the chat goes to the end of the queue."""
        try:
            if not lane.items and lane.more:
                await self._refill(chat_id, lane)
            if lane.items:
                item = lane.items.popleft()
                self._held -= 1
                await self._handle(item)
        finally:
            if lane.items or lane.more:
                self._ready.append(chat_id)
            else:
                self._lanes.pop(chat_id, None)

    async def _refill(self, chat_id: int, lane: Lane) -> None:
        wait = 0.25
        while True:
            try:
                found, lane.more = self._load(chat_id, self._lane_limit)
            except InboxDown:
                await asyncio.sleep(wait)
                wait = min(2 * wait, 5.0)
                continue
            lane.items.extend(found)
            self._held += len(found)
            return

"""The channel as one object in the server: opens, takes updates in by polling or webhook, answers, closes."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram import setup, updates
from bot.channels.telegram.adapter import Adapter, Coach
from bot.channels.telegram.api import MISSHAPEN, POLL_SECONDS, CoachBot, describe, make_bot
from bot.channels.telegram.inbox import Inbox, InboxDown, Mark
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.leader import make_leader
from bot.channels.telegram.sender import Sender, Undeliverable, seconds
from bot.channels.telegram.updates import Incoming, Me
from bot.settings import Settings

log = logging.getLogger(__name__)

STOP_SECONDS = 5.0
LEAD_SECONDS = 2.0  # between looks at the lock
SWEEP_SECONDS = 0.25  # between looks for updates that another worker stored
PRUNE_SECONDS = 1800.0
REMEMBERED = 20_000  # updates known in memory to have been taken in
LONGEST_WAIT = 30.0


class NotReady(Exception):
    """An update cannot be judged yet; Telegram shall deliver it again."""


class Channel:
    """Telegram for one server process."""

    def __init__(self, settings: Settings, coach: Coach, *, poll_seconds: int = POLL_SECONDS) -> None:
        if not settings.telegram_token:
            raise ValueError("the channel needs a token")
        self._settings, self._poll_seconds = settings, poll_seconds
        self.bot: CoachBot = make_bot(settings.telegram_token, settings.telegram_api_base)
        self.inbox = Inbox(settings.database_url)
        self.sender = Sender(self.bot)
        self._me = Me(int(settings.telegram_token.partition(":")[0]) if settings.telegram_token.partition(":")[0].isdigit() else 0, "")
        self._adapter = Adapter(coach, self.sender, self.inbox, self._done, lambda: self._me)
        self._lanes = Lanes(self._adapter.handle, self._load)
        self._leader = make_leader(settings.database_url, settings.data_dir)
        self._leads = False
        self._taken: OrderedDict[int, None] = OrderedDict()
        self._marks: dict[int, Mark] = {}
        self._flush_planned = False
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Open connections and begin; what needs Telegram goes on in the background."""
        await self.bot.open()
        self._spawn(self._run())

    async def stop(self) -> None:
        """Stop taking in, finish what is under way for a few seconds, close. The rest stays in the inbox."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._lanes.stop(STOP_SECONDS)
        await self._adapter.settle()
        self._flush()
        self._adapter.close()
        self._leader.release()
        await self.bot.close_connections()
        self.inbox.close()

    def take(self, raw: Sequence[Any]) -> None:
        """Store updates and hand them on. When this returns, nothing of them can be lost.

        Raises InboxDown when they could not be stored, NotReady when our own name is not known yet.
        """
        items: list[Incoming] = []
        for update in raw:
            number = updates.update_id_of(update)
            if number is None or number in self._taken:
                continue
            if not self._me.username and self._settings.telegram_groups and updates.needs_name(update):
                raise NotReady("the bot's name is not known yet")
            if (item := updates.read(update, self._me, groups=self._settings.telegram_groups)) is not None:
                items.append(item)
        if not items:
            return
        fresh = self.inbox.store(items)
        for item in items:
            self._taken[item.update_id] = None
        while len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)
        if self._leads:
            for item in fresh:
                self._lanes.offer(item)

    # --- done and pending --------------------------------------------------------------------------------------------

    def _done(self, mark: Mark) -> None:
        self._marks[mark.update_id] = mark
        if not self._flush_planned:
            self._flush_planned = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self, wait: float = 0.2) -> None:
        """Mark what is answered; while the database is away it is remembered here."""
        self._flush_planned = False
        if not self._marks:
            return
        try:
            self.inbox.mark(list(self._marks.values()))
            self._marks.clear()
        except InboxDown:
            self._flush_planned = True
            asyncio.get_running_loop().call_later(wait, self._flush, min(2 * wait, 5.0))

    def _load(self, chat_id: int, limit: int) -> tuple[list[Incoming], bool]:
        found = self.inbox.pending(chat_id, limit + len(self._marks))
        waiting = [item for item in found if item.update_id not in self._marks]
        return waiting[:limit], len(waiting) > limit or len(found) == limit + len(self._marks)

    # --- background --------------------------------------------------------------------------------------------------

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(_report)
        self._tasks.append(task)

    async def _run(self) -> None:
        await self._know_ourselves()
        self._spawn(setup.set_texts(self.bot, self.sender, self._settings.name))
        url, secret = self._settings.telegram_webhook_url, self._settings.telegram_webhook_secret
        while not self._leader.acquire():  # noqa: ASYNC110 - another process holds the lock, and tells nobody when it ends
            await asyncio.sleep(LEAD_SECONDS)
        await self._resume()
        if url and secret:
            self._spawn(setup.set_webhook(self.bot, self.sender, url, secret))
            await self._watch(sweep=True)
        else:
            await setup.remove_webhook(self.bot, self.sender)
            self._spawn(self._poll())
            await self._watch(sweep=False)

    async def _know_ourselves(self) -> None:
        async def get_me() -> Me:
            user = await self.bot.get_me()
            return Me(user.id, user.username or "")

        while True:
            try:
                self._me = await self.sender.persist(get_me)
                return
            except (TelegramError, Undeliverable) as error:
                log.warning("Telegram does not tell who the bot is (%s); asking again.", describe(error))
                await asyncio.sleep(LONGEST_WAIT)

    async def _resume(self) -> None:
        """Take up what was not answered, in this life or an earlier one."""
        wait = 0.2
        while True:
            try:
                self._adapter.start()
                chats = self.inbox.pending_chats()
                break
            except InboxDown:
                await asyncio.sleep(wait)
                wait = min(2 * wait, 5.0)
        self._leads = True
        if chats:
            log.info("Unanswered Telegram messages of %d chats are taken up.", len(chats))
        self._lanes.resume(chats)

    async def _watch(self, *, sweep: bool) -> None:
        """Look after the inbox: updates that another worker stored, old rows, the lock."""
        loop = asyncio.get_running_loop()
        next_lead, next_prune = loop.time() + LEAD_SECONDS, loop.time() + 5.0
        while True:
            await asyncio.sleep(SWEEP_SECONDS if sweep else LEAD_SECONDS)
            try:
                if loop.time() >= next_lead:
                    next_lead = loop.time() + LEAD_SECONDS
                    held = self._leader.acquire()
                    if self._leads and not held:  # the database is away, and our lock with it: another may take over
                        self._leads = False
                        self._lanes.clear()
                    elif held and not self._leads:
                        await self._resume()
                if not self._leads:
                    continue
                if sweep:
                    self._lanes.resume(self.inbox.pending_chats())
                if loop.time() >= next_prune:
                    next_prune = loop.time() + (1.0 if self.inbox.prune() else PRUNE_SECONDS)
            except InboxDown:
                continue

    async def _poll(self) -> None:
        """Long polling: the next call, which confirms, is made only when the last updates are stored."""
        offset: int | None = None
        wait, told = 0.5, False
        while True:
            if not self._leads:
                await asyncio.sleep(LEAD_SECONDS)
                continue
            try:
                raw = await self.bot.updates(offset, updates.ALLOWED, self._poll_seconds)
            except RetryAfter as error:
                await asyncio.sleep(seconds(error))
                continue
            except Conflict as error:
                if "webhook" in str(error).lower():
                    await setup.remove_webhook(self.bot, self.sender)
                elif not told:
                    log.warning("Another program is polling Telegram with this bot's token; stop it, this one waits and tries again.")
                told = True
            except InvalidToken:
                if not told:
                    log.error("Telegram refuses the bot's token; polling waits until TELEGRAM_BOT_TOKEN works again.")
                told, wait = True, LONGEST_WAIT
            except (TelegramError, *MISSHAPEN) as error:
                if not told:
                    log.warning("Telegram cannot be polled (%s); trying on.", describe(error))
                told = told or wait > 5
            else:
                if told:
                    log.info("Polling Telegram works again.")
                wait, told = 0.5, False
                numbers = [n for u in raw if (n := updates.update_id_of(u)) is not None]
                await self._take_all(raw)
                # After an empty answer everything is confirmed; numbers may begin anew after a quiet week.
                offset = max(numbers) + 1 if numbers else None
                continue
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _take_all(self, raw: Sequence[Any]) -> None:
        wait = 0.2
        while True:
            try:
                self.take(raw)
                return
            except (InboxDown, NotReady):
                await asyncio.sleep(wait)
                wait = min(2 * wait, 5.0)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("Telegram's background work ended", exc_info=task.exception())

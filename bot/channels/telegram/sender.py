"""Writing to Telegram, with its faults taken as normal: limits, outages, lost answers, blocked and moved chats, rejected markup."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from telegram import InlineKeyboardMarkup, InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from actions.reply import Attachment
from bot import render_telegram as render
from bot.channels.telegram.api import MISSHAPEN, CoachBot, Garbage, Lost, describe

log = logging.getLogger(__name__)
T = TypeVar("T")

FIRST_WAIT, LONGEST_WAIT = 0.4, 30.0  # seconds between tries, doubling
POISON_TRIES = 12  # a message that fails this often while others arrive is given up
TOKEN_WAIT = 30.0
REMEMBERED_CHATS = 5000
PROBES = 8  # message ids looked at to find a message whose confirmation was lost
FAR = 1_000_000  # an id that no message has yet

_PREVIEW_OFF = LinkPreviewOptions(is_disabled=True)
_DEAD = ("chat not found", "deactivated", "not enough rights", "have no rights", "chat_write_forbidden", "kicked", "peer_id_invalid", "chat_restricted", "topic_closed")
_FLAKY_EDIT = ("not found", "can't be edited", "message_id_invalid", "no text in the message")


class Undeliverable(Exception):
    """A message that cannot be brought to its chat; the message says why."""


class BlockedError(Undeliverable):
    """The person blocked the bot, or the bot was thrown out of the group."""


@dataclass(frozen=True)
class Target:
    """Where an answer goes. In a group it replies to the question."""

    chat_id: int
    private: bool = True
    thread_id: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True)
class Message:
    """One message to send: a text, or a file with its caption. `text` is HTML."""

    text: str = ""
    keyboard: InlineKeyboardMarkup | None = None
    attachment: Attachment | None = None
    path: Path | None = None


class Sender:
    """Sends until it has arrived, or until it is clear that it never will."""

    def __init__(self, bot: CoachBot) -> None:
        self._bot = bot
        self._moved: dict[int, int] = {}
        self._last_success = 0.0
        self._highest = 0  # of the message ids in private chats, which Telegram counts through for the whole bot
        self._newest: OrderedDict[int, int] = OrderedDict()  # of the message ids by chat
        self._token_refused = False

    def saw(self, chat_id: int, message_id: int | None, *, private: bool = True) -> None:
        """Remember the newest message ids: they tell where a message whose confirmation was lost would be."""
        if message_id is None:
            return
        if private:
            self._highest = max(self._highest, message_id)
        self._newest[chat_id] = max(self._newest.get(chat_id, 0), message_id)
        self._newest.move_to_end(chat_id)
        if len(self._newest) > REMEMBERED_CHATS:
            self._newest.popitem(last=False)

    async def persist(self, call: Callable[[], Awaitable[T]], recover: Callable[[], Awaitable[T | None]] | None = None) -> T:
        """Call until it succeeds. After a lost answer `recover` looks whether the call took effect.

        Raises BadRequest, Forbidden and ChatMigrated as they come, Undeliverable when it fails for this message only.
        """
        wait, tries, began = FIRST_WAIT, 0, time.monotonic()
        while True:
            lost = False
            try:
                result = await call()
                self._last_success = time.monotonic()
                self._token_refused = False
                return result
            except (BadRequest, Forbidden, ChatMigrated):
                self._last_success = time.monotonic()  # Telegram works; it said no
                raise
            except RetryAfter as error:
                await asyncio.sleep(seconds(error) + random.uniform(0.05, 0.3))
                continue
            except InvalidToken:
                if not self._token_refused:
                    log.error("Telegram refuses the bot's token; answers wait until TELEGRAM_BOT_TOKEN works again.")
                self._token_refused = True
                await asyncio.sleep(TOKEN_WAIT)
                continue
            except (TelegramError, *MISSHAPEN) as error:
                tries += 1
                lost = isinstance(error, (Lost, Garbage, *MISSHAPEN))
                if tries >= POISON_TRIES and self._last_success > began:
                    raise Undeliverable(f"given up after {tries} tries ({describe(error)})") from None
                log.warning("Telegram did not take a request (%s); trying again in %.1f s.", describe(error), wait)
            await asyncio.sleep(wait * random.uniform(0.75, 1.0))
            wait = min(2 * wait, LONGEST_WAIT)
            if lost and recover is not None and (found := await recover()) is not None:
                return found

    async def send(self, to: Target, messages: Sequence[Message], *, edit_id: int | None = None) -> list[int]:
        """Send messages in order; the first replaces our message `edit_id` where that still can be edited.

        Returns the message ids. Raises Undeliverable.
        """
        ids: list[int] = []
        for number, message in enumerate(messages):
            if number == 0 and edit_id is not None and message.path is None:
                done = await self._edit(to, message, edit_id)
            else:
                done = None
            if done is None:
                done = await self._deliver(to if number == 0 else replace(to, reply_to=None), message)
            self.saw(to.chat_id, done, private=to.private)
            ids.append(done)
        return ids

    async def _deliver(self, to: Target, message: Message) -> int:
        """One message, in the best form that Telegram accepts."""
        forms = [message]
        if message.keyboard:
            forms.append(replace(message, keyboard=None))
        refused = ""
        for html in (True, False):
            for form in forms:
                try:
                    return await self._send_once(to, form, html=html)
                except BadRequest as error:
                    refused = error.message.lower()
                    if any(reason in refused for reason in _DEAD):
                        raise Undeliverable(describe(error)) from None
                    if "thread not found" in refused and to.thread_id is not None:
                        return await self._deliver(replace(to, thread_id=None), message)
                    if "entit" in refused:  # "can't parse entities": the same text goes out plain
                        break
        raise Undeliverable(refused)

    async def _send_once(self, to: Target, message: Message, *, html: bool) -> int:
        chat_id = self._moved.get(to.chat_id, to.chat_id)
        common: dict[str, Any] = {
            "chat_id": chat_id,
            "reply_markup": message.keyboard,
            "message_thread_id": to.thread_id,
            "reply_parameters": ReplyParameters(to.reply_to, allow_sending_without_reply=True) if to.reply_to else None,
        }
        text = message.text if html else render.plain_text(message.text)
        mode = ParseMode.HTML if html else None
        recover = None
        if message.path is not None and message.attachment is not None:
            content = message.path.read_bytes()
            file = InputFile(content, filename=message.attachment.name)
            if message.attachment.kind == "image":
                call = lambda: self._bot.send_photo(photo=file, caption=text or None, parse_mode=mode, **common)  # noqa: E731
            else:
                call = lambda: self._bot.send_document(document=file, caption=text or None, parse_mode=mode, **common)  # noqa: E731
        else:
            call = lambda: self._bot.send_message(text=text, parse_mode=mode, link_preview_options=_PREVIEW_OFF, **common)  # noqa: E731
            if to.private:
                after = (self._newest.get(to.chat_id, 0), self._highest)
                recover = lambda: self._find(chat_id, text, mode, message.keyboard, after)  # noqa: E731
        try:
            found = await self.persist(_id_of(call), recover)
        except Forbidden as error:
            raise BlockedError(describe(error)) from None
        except ChatMigrated as error:
            self._moved[to.chat_id] = error.new_chat_id
            log.info("A group became a supergroup; answers follow it.")
            return await self._send_once(to, message, html=html)
        return found

    async def _edit(self, to: Target, message: Message, message_id: int) -> int | None:
        """Replace our earlier message; None when it cannot be edited (any more)."""
        chat_id = self._moved.get(to.chat_id, to.chat_id)
        for html in (True, False):
            text, mode = (message.text, ParseMode.HTML) if html else (render.plain_text(message.text), None)
            try:
                await self.persist(
                    lambda text=text, mode=mode: self._bot.edit_message_text(  # type: ignore[misc]
                        text, chat_id, message_id, parse_mode=mode, reply_markup=message.keyboard, link_preview_options=_PREVIEW_OFF
                    )
                )
                return message_id
            except BadRequest as error:
                said = error.message.lower()
                if "not modified" in said:
                    return message_id
                if "entit" not in said:
                    if not any(reason in said for reason in _FLAKY_EDIT):
                        log.warning("An answer could not be edited (%s); it is sent anew.", describe(error))
                    return None
            except Forbidden as error:
                raise BlockedError(describe(error)) from None
            except (ChatMigrated, Undeliverable):
                return None
        return None

    async def _find(self, chat_id: int, text: str, mode: str | None, keyboard: InlineKeyboardMarkup | None, after: tuple[int, int]) -> int | None:
        """The message whose confirmation was lost, if it arrived: an edit to the same content changes nothing and tells.

        Ids that follow the newest known ones are tried. An API server that also edits messages which don't exist is not believed.
        """
        in_chat, highest = after
        numbers = dict.fromkeys((*range(in_chat + 1, in_chat + 4), *range(highest + 1, min(highest + PROBES, self._highest + 3) + 1)))
        try:
            for number in (highest + FAR, *numbers):
                try:
                    await self._bot.edit_message_text(text, chat_id, number, parse_mode=mode, reply_markup=keyboard, link_preview_options=_PREVIEW_OFF)
                except BadRequest as error:
                    if "not modified" not in error.message.lower():
                        continue
                if number == highest + FAR:
                    return None
                log.info("An answer whose confirmation was lost had arrived.")
                return number
        except (TelegramError, *MISSHAPEN):
            return None
        return None

    async def quietly(self, call: Callable[[], Awaitable[Any]], *, tries: int = 3) -> None:
        """A call that may fail: an answer to a press, a keyboard to remove. Never raises."""
        for number in range(tries):
            try:
                await call()
                return
            except RetryAfter as error:
                await asyncio.sleep(min(seconds(error), 10.0))
            except (BadRequest, Forbidden, ChatMigrated, InvalidToken) as error:
                said = str(error).lower()
                if not any(known in said for known in ("too old", "query id is invalid", "not modified", *_FLAKY_EDIT)):
                    log.info("Telegram declined a small request (%s).", describe(error))
                return
            except (TelegramError, *MISSHAPEN):
                await asyncio.sleep(0.3 * 2**number)

    async def acknowledge(self, callback_id: str, text: str | None = None) -> None:
        """Answer a button press."""
        await self.quietly(lambda: self._bot.answer_callback_query(callback_id, text=text))

    async def remove_keyboard(self, chat_id: int, message_id: int) -> None:
        """Take the keyboard from a message."""
        await self.quietly(lambda: self._bot.edit_message_reply_markup(self._moved.get(chat_id, chat_id), message_id, reply_markup=None))

    async def typing(self, to: Target) -> None:
        """Show that an answer is being written."""
        await self.quietly(lambda: self._bot.send_chat_action(self._moved.get(to.chat_id, to.chat_id), ChatAction.TYPING, message_thread_id=to.thread_id), tries=1)


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait: Any = error.retry_after
    return float(wait.total_seconds() if hasattr(wait, "total_seconds") else wait)


def _id_of(call: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[int]]:
    async def with_id() -> int:
        return int((await call()).message_id)

    return with_id

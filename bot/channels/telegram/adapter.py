"""What an update means and what goes back: commands, texts, presses, edits; manners in private chats and in groups."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

import sqlalchemy as sa
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from actions.reply import Block, Button, Reply, say
from actions.store import now
from actions.tables import people
from bot import render_telegram as render
from bot.channels.telegram.commands import COMMANDS, PERSONAL, PERSONAL_INTENTS, Press, deep_link, private_argument
from bot.channels.telegram.inbox import Inbox, InboxDown, Mark
from bot.channels.telegram.sender import BlockedError, Message, Sender, Target, Undeliverable
from bot.channels.telegram.texts import telegram_sentence
from bot.channels.telegram.updates import Incoming, Me
from knowledge.fields import catalogue
from knowledge.texts import sentence

log = logging.getLogger(__name__)

TYPING_AFTER = 1.0  # seconds
TYPING_EVERY = 4.5
MOST_TYPING = 20  # at once: under load the answers go first
DOUBLE_TAP = 3.0  # seconds in which the same press counts once
MAX_ATTEMPTS = 4  # an update that was begun this often in processes that died is not begun again
STORE_TRIES = 5
BLOCKED_QUEUE = dt.timedelta(seconds=60)  # what arrives this long after a block was written before it


class Coach(Protocol):
    """What the channel needs of `bot.engine.Engine`."""

    services: Any

    async def turn(self, user_id: str, text: str, *, press: Press | None = None) -> Reply:
        """Answer a message."""

    async def parse(self, text: str) -> dict[str, Any]:
        """The decision on a text."""

    def payload(self, user_id: str, do: str, arg: str) -> str:
        """A button's data."""

    def read_press(self, user_id: str, payload: str) -> Press:
        """The command behind a button's data."""


@dataclass(frozen=True)
class Answer:
    """A reply and how to bring it."""

    reply: Reply
    edit_id: int | None = None
    link: str = ""  # a /start argument: the one button leads to the private chat


class Adapter:
    """Answers one update at a time; `handle` never raises and always marks."""

    def __init__(self, coach: Coach, sender: Sender, inbox: Inbox, done: Callable[[Mark], None], me: Callable[[], Me]) -> None:
        self._coach, self._sender, self._inbox, self._done, self._me = coach, sender, inbox, done, me
        self._blocked: dict[int, dt.datetime] = {}
        self._tapped: OrderedDict[tuple[int, int | None, str], float] = OrderedDict()
        self._small: set[asyncio.Task[None]] = set()
        self._store_errors = 0
        sa.event.listen(coach.services.store.engine, "handle_error", self._count_error)

    def start(self) -> None:
        """Read who blocked the bot. Raises InboxDown."""
        self._blocked = self._inbox.blocked()

    def close(self) -> None:
        """Let go of the store."""
        sa.event.remove(self._coach.services.store.engine, "handle_error", self._count_error)

    async def settle(self) -> None:
        """Wait for small requests that are under way."""
        if self._small:
            await asyncio.wait(self._small, timeout=2.0)

    def _count_error(self, _context: Any) -> None:
        self._store_errors += 1

    async def handle(self, item: Incoming) -> None:
        """Answer an update and mark it."""
        mark = Mark(item.update_id)
        to = Target(item.chat_id, item.private, item.thread_id, None if item.private or item.kind == "press" else item.message_id)
        try:
            if item.kind == "member":
                await self._membership(item)
            elif self._writable(item):
                self._sender.saw(item.chat_id, item.message_id, private=item.private)
                mark = await self._answer(item, to)
        except BlockedError:
            await self._set_blocked(item, True)
        except Undeliverable as error:
            log.warning("An answer could not be delivered (%s).", error)
        except Exception:
            code = secrets.token_hex(4)
            log.exception("A Telegram update failed (code %s)", code)
            try:
                await self._sender.send(to, [Message(render.messages(say(sentence("error", code=code)))[0])])
            except Exception as error:
                log.error("The apology with code %s could not be sent either (%s).", code, type(error).__name__)
        self._done(mark)

    async def _answer(self, item: Incoming, to: Target) -> Mark:
        if item.resumed:
            await self._persist(lambda: self._inbox.attempt(item.update_id))
            if item.attempts >= MAX_ATTEMPTS:
                code = secrets.token_hex(4)
                log.error("An update was begun %d times in processes that died; it is answered with an apology (code %s).", item.attempts, code)
                await self._sender.send(to, [Message(render.messages(say(sentence("error", code=code)))[0])])
                return Mark(item.update_id)
        async with self._typing(to):
            if item.kind == "press":
                answer = await self._press(item)
            elif item.kind == "edited":
                answer = await self._edited(item)
            else:
                answer = await self._message(item)
        if answer is None:
            return Mark(item.update_id)
        messages = self._messages(item, answer)
        ids = await self._sender.send(to, messages, edit_id=answer.edit_id)
        if item.kind == "press" and item.message_id is not None and item.message_id not in ids:
            self._soon(self._sender.remove_keyboard(item.chat_id, item.message_id))
        editable = item.kind in ("message", "edited") and item.private and len(ids) == 1 and messages[0].path is None
        return Mark(item.update_id, ids[-1], item.message_id if editable else None)

    # --- what it means -----------------------------------------------------------------------------------------------

    async def _message(self, item: Incoming) -> Answer | None:
        text = item.text.strip()
        if not text and not item.private and not item.content:  # our name alone
            return Answer(await self._turn(item, "", ("intent", "greet")))
        if not text:
            return Answer(say(sentence("text_only"), ids=("text_only",)))
        if (command := item.command()) is not None and not item.content:
            return await self._command(item, *command)
        if not item.private and (found := await self._personal(text)) is not None:
            return found
        reply = await self._turn(item, text)
        return Answer(reply.with_first(Block("note", telegram_sentence("caption"))) if item.content else reply)

    async def _command(self, item: Incoming, name: str, argument: str) -> Answer:
        press = COMMANDS.get(name)
        if press is None and argument:
            return Answer(await self._turn(item, item.text))  # not a command but a sentence that begins with a slash
        if press is None:
            reply = await self._turn(item, "", COMMANDS["help"])
            return Answer(reply.with_first(Block("text", telegram_sentence("unknown_command", command=f"/{name}"))))
        if not item.private and name in PERSONAL:
            return private_talk(press)
        linked = deep_link(argument) if name == "start" and argument else None
        if linked is not None and not item.private and linked[0] != "topic":
            return private_talk(linked)
        if linked is not None:
            reply = await self._turn(item, "", linked)
            if reply.ids != ("expired",):
                return Answer(reply)
        return Answer(await self._turn(item, "", press))

    async def _press(self, item: Incoming) -> Answer | None:
        press = self._coach.read_press(item.user_id, item.data)
        foreign = press[0] == "expired" and not item.private
        self._soon(self._sender.acknowledge(item.callback_id, telegram_sentence("foreign_button") if foreign else None))
        await asyncio.sleep(0)  # the press is answered first thing
        if foreign or self._tapped_twice(item):
            return None
        if not item.private and (press[0] in ("set", "delete", "undo") or press[1] in PERSONAL_INTENTS):
            return private_talk(press)
        reply = await self._turn(item, "", press)
        return Answer(reply, edit_id=item.message_id if reply.replaces and item.pressed_text else None)

    async def _edited(self, item: Incoming) -> Answer | None:
        """An edited question edits its answer, where that is still the last thing said."""
        last = await self._persist(lambda: self._inbox.last_answer(item.chat_id))
        if last is None or last[0] is None or last[0] != item.message_id or item.content or not item.text.strip():
            return None
        answer = await self._message(item)
        return replace(answer, edit_id=last[1]) if answer else None

    async def _personal(self, text: str) -> Answer | None:
        """In a group: the way to the private chat for a personal matter."""
        decision = await self._coach.parse(text)
        if decision.get("decision") == "conversation" and decision.get("id") in PERSONAL_INTENTS:
            return private_talk(("intent", str(decision["id"])))
        return None

    async def _turn(self, item: Incoming, text: str, press: Press | None = None) -> Reply:
        """The coach's reply. A turn that failed because the database did is taken again when that is back."""
        reply = Reply()
        for number in range(STORE_TRIES):
            if not item.private:
                self._without_memory(item.user_id)
            errors = self._store_errors
            reply = await self._coach.turn(item.user_id, text, press=press)
            if reply.ids != ("error",) or self._store_errors == errors:
                break
            await asyncio.sleep(0.3 * 2**number)
            await self._persist(lambda: self._inbox.attempt(item.update_id))
        if item.private:
            if reply.ids == ("delete_my_data",):
                self._erase_groups(item)
            return reply
        return impersonal(reply)

    def _without_memory(self, user_id: str) -> None:
        """In a group nothing is kept about a person but where the conversation stands."""
        store = self._coach.services.store
        with suppress(sa.exc.SQLAlchemyError):  # the turn meets the same trouble and is taken again
            if (person := store.person(user_id)).new:
                store.record(person, changes={}, state={}, heard="", said="", decision="", topic="", memory=False)

    def _erase_groups(self, item: Incoming) -> None:
        """Who had everything deleted in private is forgotten in the groups too."""
        store = self._coach.services.store
        try:
            if not store.person(item.user_id).new:
                return  # only asked, or kept
            with store.engine.connect() as connection:
                found = connection.execute(sa.select(people.c.user_id).where(people.c.user_id.like(f"telegram:%:{item.person}"))).scalars().all()
            for user_id in found:
                store.erase(user_id)
        except sa.exc.SQLAlchemyError as error:
            log.error("Group conversations of an erased person remain (%s).", type(error).__name__)

    # --- how it is brought -------------------------------------------------------------------------------------------

    def _messages(self, item: Incoming, answer: Answer) -> list[Message]:
        """The reply as messages: one where that is possible; the keyboard stands below the text."""
        reply = answer.reply
        if answer.link:
            url = f"https://t.me/{self._me().username}?start={answer.link}"
            keyboard: InlineKeyboardMarkup | None = InlineKeyboardMarkup([[InlineKeyboardButton(telegram_sentence("private_button"), url=url)]])
        else:
            keyboard = render.keyboard(reply.buttons, lambda button: self._payload(item, button))
        files = self._coach.services.files
        found = [(a, files.path(a.key)) for a in reply.attachments]
        if any(path is None for _, path in found):
            reply = replace(reply, blocks=(*reply.blocks, Block("note", telegram_sentence("file_gone"))))
        kept = [(a, path) for a, path in found if path is not None]
        texts = render.messages(reply)
        if not texts and not kept:
            raise ValueError("the reply is empty")
        messages: list[Message] = []
        if kept and len(texts) <= 1 and len(in_caption := render.messages(reply, render.CAPTION_LIMIT)) <= 1:
            attachment, path = kept.pop(0)
            messages.append(Message(in_caption[0] if in_caption else render.caption(attachment.caption), keyboard, attachment, path))
        else:
            messages += [Message(text) for text in texts[:-1]]
            messages.append(Message(texts[-1], keyboard))
        return messages + [Message(render.caption(a.caption), None, a, path) for a, path in kept]

    def _payload(self, item: Incoming, button: Button) -> str | None:
        try:
            return self._coach.payload(item.user_id, button.do, button.arg)
        except ValueError as error:
            log.warning("A button was left out: %s", error)
            return None

    @asynccontextmanager
    async def _typing(self, to: Target) -> AsyncIterator[None]:
        """Show "typing" when the answer takes noticeably long."""
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle | None = None

        def show() -> None:
            nonlocal timer
            if len(self._small) < MOST_TYPING:
                self._soon(self._sender.typing(to))
            timer = loop.call_later(TYPING_EVERY, show)

        timer = loop.call_later(TYPING_AFTER, show)
        try:
            yield
        finally:
            timer.cancel()

    def _soon(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._small.add(task)
        task.add_done_callback(self._small.discard)

    def _tapped_twice(self, item: Incoming) -> bool:
        key, at = (item.chat_id, item.message_id, item.data), time.monotonic()
        twice = at - self._tapped.get(key, -DOUBLE_TAP) < DOUBLE_TAP
        self._tapped[key] = at
        self._tapped.move_to_end(key)
        while len(self._tapped) > 1000:
            self._tapped.popitem(last=False)
        return twice

    # --- who can be written to ---------------------------------------------------------------------------------------

    def _writable(self, item: Incoming) -> bool:
        since = self._blocked.get(item.chat_id)
        if since is None:
            return True
        if item.command() is None and now() - since < BLOCKED_QUEUE:
            return False  # written before the block; a later message shows that they are back
        self._blocked.pop(item.chat_id, None)
        self._soon(self._set_blocked(item, False))
        return True

    async def _membership(self, item: Incoming) -> None:
        await self._set_blocked(item, item.status in ("kicked", "left"))

    async def _set_blocked(self, item: Incoming, blocked: bool) -> None:
        if blocked:
            self._blocked[item.chat_id] = now()
            await self._persist(lambda: self._inbox.block(item.chat_id, item.user_id))
        else:
            self._blocked.pop(item.chat_id, None)
            await self._persist(lambda: self._inbox.unblock(item.chat_id))

    async def _persist(self, work: Callable[[], Any]) -> Any:
        """Database work, tried until the database takes it."""
        wait = 0.2
        while True:
            try:
                return work()
            except InboxDown:
                await asyncio.sleep(wait)
                wait = min(2 * wait, 5.0)


def private_talk(press: Press) -> Answer:
    """In a group: a personal matter goes on in the private chat."""
    return Answer(say(telegram_sentence("private_only"), ids=("private_only",)), link=private_argument(press))


def impersonal(reply: Reply) -> Reply:
    """A reply for a group: without the question back about the person and its buttons."""
    asked = tuple(spec.ask for spec in catalogue().values() if spec.ask)
    blocks = tuple(b for b in reply.blocks if not (b.kind == "note" and b.text.startswith(asked)))
    return replace(reply, blocks=blocks, buttons=tuple(b for b in reply.buttons if b.do not in ("set", "undo", "delete")))

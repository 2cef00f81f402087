"""The durable inbox: an update is stored here before Telegram is told that it arrived, and marked when it has been answered.

Statements are short and run on the server's loop: about 0.3 ms each on SQLite. A busy database fails after a quarter of a
second, so that the loop goes on; callers try again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from actions.store import now
from actions.tables import telegram_blocked as blocked
from actions.tables import telegram_inbox as inbox
from bot.channels.telegram.updates import Incoming

BUSY_SECONDS = 0.25
KEEP_ANSWERED = dt.timedelta(hours=48)  # Telegram redelivers for 24 hours
PRUNE_ROWS = 2000  # at a time, to stay quick

# The statements of every update, built once. The insertion is text because SQLAlchemy compiles its "on conflict" anew each time.
KNOWN = sa.select(inbox.c.update_id).where(inbox.c.update_id.in_(sa.bindparam("numbers", expanding=True)))
INSERT = sa.text(
    f"INSERT INTO {inbox.name} (update_id, chat_id, user_id, payload, received_at, attempts) "
    "VALUES (:update_id, :chat_id, :user_id, :payload, :received_at, :attempts) ON CONFLICT (update_id) DO NOTHING"
).bindparams(sa.bindparam("received_at", type_=sa.DateTime))
MARK = inbox.update().where(inbox.c.update_id == sa.bindparam("key"))


class InboxDown(Exception):
    """The database cannot be used now."""


class Mark(NamedTuple):
    """An update is done: with our last message, and the question's own message id while the answer can be edited."""

    update_id: int
    answer_id: int | None = None
    message_id: int | None = None


class Inbox:
    """Stored updates. Every method raises InboxDown when the database cannot be used."""

    def __init__(self, url: str) -> None:
        parsed = sa.engine.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            self._engine = sa.create_engine(
                url, future=True, poolclass=sa.pool.QueuePool, pool_size=2, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
            )
            sa.event.listen(self._engine, "connect", _pragmas)
        else:
            self._engine = sa.create_engine(url, future=True, pool_size=2, max_overflow=1, pool_timeout=1, connect_args={"connect_timeout": 3})

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    @contextmanager
    def _work(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise InboxDown(type(error).__name__) from error

    def store(self, items: Sequence[Incoming]) -> list[Incoming]:
        """Keep updates; returns those that were not known."""
        numbers = [i.update_id for i in items]
        with self._work() as connection:
            known = set(connection.execute(KNOWN, {"numbers": numbers}).scalars())
            fresh = list({i.update_id: i for i in items if i.update_id not in known}.values())
            if fresh:
                at = now()
                rows = [{"update_id": i.update_id, "chat_id": i.chat_id, "user_id": i.user_id, "payload": i.to_json(), "received_at": at, "attempts": 0} for i in fresh]
                connection.execute(INSERT, rows)
        return fresh

    def mark(self, marks: Sequence[Mark]) -> None:
        """Updates are answered: keep that, and drop what they said."""
        at = now()
        rows = [{"key": m.update_id, "answered_at": at, "answer_id": m.answer_id, "message_id": m.message_id, "payload": ""} for m in marks]
        with self._work() as connection:
            connection.execute(MARK, rows)

    def pending_chats(self) -> list[int]:
        """Chats with unanswered updates, the longest waiting first."""
        query = sa.select(inbox.c.chat_id).where(inbox.c.answered_at.is_(None)).group_by(inbox.c.chat_id).order_by(sa.func.min(inbox.c.update_id))
        with self._work() as connection:
            return list(connection.execute(query).scalars())

    def pending(self, chat_id: int, limit: int) -> list[Incoming]:
        """A chat's oldest unanswered updates, in order."""
        query = (
            sa.select(inbox.c.update_id, inbox.c.attempts, inbox.c.payload)
            .where(inbox.c.answered_at.is_(None), inbox.c.chat_id == chat_id)
            .order_by(inbox.c.update_id)
            .limit(limit)
        )
        with self._work() as connection:
            return [Incoming.from_json(*row) for row in connection.execute(query)]

    def attempt(self, update_id: int) -> None:
        """Count that an update is begun once more."""
        with self._work() as connection:
            connection.execute(inbox.update().where(inbox.c.update_id == update_id).values(attempts=inbox.c.attempts + 1))

    def last_answer(self, chat_id: int) -> tuple[int | None, int] | None:
        """The last answer of a chat: the message id of its question while it can be edited, and of our message."""
        query = (
            sa.select(inbox.c.message_id, inbox.c.answer_id).where(inbox.c.chat_id == chat_id, inbox.c.answer_id.is_not(None)).order_by(inbox.c.update_id.desc()).limit(1)
        )
        with self._work() as connection:
            row = connection.execute(query).first()
            return (row.message_id, row.answer_id) if row else None

    def block(self, chat_id: int, user_id: str) -> None:
        """Somebody blocked the bot."""
        with self._work() as connection:
            connection.execute(blocked.delete().where(blocked.c.chat_id == chat_id))
            connection.execute(blocked.insert().values(chat_id=chat_id, user_id=user_id, since=now()))

    def unblock(self, chat_id: int) -> None:
        """Somebody came back."""
        with self._work() as connection:
            connection.execute(blocked.delete().where(blocked.c.chat_id == chat_id))

    def blocked(self) -> dict[int, dt.datetime]:
        """The chats that blocked the bot, since when (UTC)."""
        with self._work() as connection:
            return {row.chat_id: row.since for row in connection.execute(sa.select(blocked.c.chat_id, blocked.c.since))}

    def prune(self, before: dt.datetime | None = None) -> int:
        """Forget updates answered long ago, some at a time; returns how many."""
        limit = before or now() - KEEP_ANSWERED
        old = sa.select(inbox.c.update_id).where(inbox.c.answered_at < limit).limit(PRUNE_ROWS)
        with self._work() as connection:
            gone: int = connection.execute(inbox.delete().where(inbox.c.update_id.in_(old))).rowcount
        return gone


def _pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()

"""The profile store: who a person is and what was said, in SQLite or PostgreSQL.

Explicit, short transactions; every public method is one. Times are UTC without zone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from actions import tables as t
from actions.reply import Person

LOG_ROWS = 1000  # of the training log that a summary looks at
MIGRATIONS = Path(__file__).parent / "migrations"

# The statements of every message, built once: building one costs five times its execution.
SEEN = sa.select(t.people.c.state, t.people.c.memory).where(t.people.c.user_id == sa.bindparam("person"))
PROFILE = sa.select(t.profile_values.c.field, t.profile_values.c.value).where(t.profile_values.c.user_id == sa.bindparam("person"))
TOUCH = t.people.update().where(t.people.c.user_id == sa.bindparam("person"))
HEARD = t.messages.insert()


class StoreError(RuntimeError):
    """The store cannot be used; the message is one sentence with the remedy."""


def now() -> dt.datetime:
    """The current time, UTC, without zone."""
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)


def open_engine(url: str, pool_size: int = 5) -> Engine:
    """An engine for the URL. SQLite gets WAL and a busy timeout, so that readers and one writer don't block each other."""
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        # Kept connections: closing the last one makes SQLite fold its log back into the file, after every transaction.
        pool: dict[str, Any] = {"poolclass": sa.pool.QueuePool, "pool_size": pool_size, "max_overflow": 0, "pool_timeout": 10}
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        else:
            pool = {"poolclass": sa.pool.StaticPool}
        engine = sa.create_engine(url, future=True, hide_parameters=True, connect_args={"timeout": 10, "check_same_thread": False}, **pool)

        @sa.event.listens_for(engine, "connect")
        def _pragmas(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.close()

        return engine
    # hide_parameters: an error's text goes to the log, and what people wrote does not.
    return sa.create_engine(
        url, future=True, hide_parameters=True, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, pool_timeout=10, connect_args={"connect_timeout": 3}
    )


def newest_version() -> str:
    """The tables' version that this program works with: the number in front of its last migration."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("0*.py")).partition("_")[0]


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest version. Raises StoreError when the database cannot be reached."""
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":  # one worker at a time
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(727001)"))
            if sa.inspect(connection).has_table("alembic_version"):
                version = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
                if version == newest_version():
                    return  # as at nearly every start: Alembic's import alone takes half a second
            from alembic import command
            from alembic.config import Config

            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except sa.exc.SQLAlchemyError as error:
        raise StoreError(
            f"The database at {engine.url.render_as_string(hide_password=True)} cannot be used ({type(error).__name__}); "
            "check COACH_DATABASE_URL and that the server runs."
        ) from error


class Store:
    """People, their profiles and conversations."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str, pool_size: int = 5) -> Store:
        """Open and migrate the store. Raises StoreError when it cannot be reached."""
        engine = open_engine(url, pool_size)
        migrate(engine)
        return cls(engine)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    def ping(self) -> None:
        """Raise StoreError unless the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(sa.select(sa.literal(1)))
        except sa.exc.SQLAlchemyError as error:
            raise StoreError(f"The database does not answer ({type(error).__name__}).") from error

    def person(self, user_id: str) -> Person:
        """The person with profile and state; a new one when the id was never seen."""
        with self.engine.connect() as connection:
            row = connection.execute(SEEN, {"person": user_id}).first()
            if row is None:
                return Person(user_id)
            values = connection.execute(PROFILE, {"person": user_id})
            return Person(
                user_id, {v.field: v.value for v in values}, row.state, row.memory, new=False,
                plan=lambda: self.plan(user_id), log=lambda: self.log(user_id),
            )  # fmt: skip

    def plan(self, user_id: str) -> dict[str, Any] | None:
        """The person's week as `Plan.as_dict` wrote it, or None."""
        with self.engine.connect() as connection:
            found: dict[str, Any] | None = connection.execute(sa.select(t.plans.c.plan).where(t.plans.c.user_id == user_id)).scalar()
            return found

    def log(self, user_id: str) -> list[dict[str, Any]]:
        """The newest rows of the person's training log, oldest first."""
        log = t.training_log
        query = sa.select(log.c.entry).where(log.c.user_id == user_id).order_by(log.c.date.desc(), log.c.id.desc()).limit(LOG_ROWS)
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())[::-1]

    def record(
        self,
        person: Person,
        *,
        changes: Mapping[str, Any],
        state: Mapping[str, Any],
        heard: str,
        said: str,
        decision: str,
        topic: str,
        unanswered: Mapping[str, Any] | None = None,
        memory: bool | None = None,
        plan: Mapping[str, Any] | None = None,
        undo_plan: bool = False,
        log: Sequence[Mapping[str, Any]] = (),
        undo_log: int = 0,
    ) -> None:
        """Keep what a message changed: profile values (None clears one), state, the exchange, an unanswered question.

        `plan` replaces the week, `undo_plan` brings the one before back; `log` rows (with `date` and `kind`) are added,
        the newest `undo_log` ones removed. With memory off only the state of the open conversation is kept.
        """
        at = now()
        keeps = person.memory if memory is None else memory
        with self.engine.begin() as connection:
            self._touch(connection, person, state, keeps, at)
            if keeps:
                self._change(connection, person.id, changes, at)
                exchange = {"user_id": person.id, "at": at, "heard": heard, "said": said, "decision": decision, "topic": topic}
                connection.execute(HEARD, exchange)
                self._plan(connection, person.id, plan, undo_plan, at)
                self._log(connection, person.id, log, undo_log, at)
            if unanswered:
                connection.execute(t.unanswered.insert().values(at=at, **unanswered))

    def _touch(self, connection: Connection, person: Person, state: Mapping[str, Any], memory: bool, at: dt.datetime) -> None:
        values = {"state": dict(state), "seen_at": at, "memory": memory}
        if connection.execute(TOUCH, {"person": person.id, **values}).rowcount == 0:
            connection.execute(t.people.insert().values(user_id=person.id, created_at=at, **values))

    def _change(self, connection: Connection, user_id: str, changes: Mapping[str, Any], at: dt.datetime) -> None:
        for field, value in changes.items():
            where = (t.profile_values.c.user_id == user_id) & (t.profile_values.c.field == field)
            connection.execute(t.profile_values.delete().where(where))
            if value is not None:
                connection.execute(t.profile_values.insert().values(user_id=user_id, field=field, value=value, updated_at=at))
            connection.execute(t.profile_history.insert().values(user_id=user_id, field=field, value=value, changed_at=at))

    def _plan(self, connection: Connection, user_id: str, plan: Mapping[str, Any] | None, undo: bool, at: dt.datetime) -> None:
        if plan is None and not undo:
            return
        mine = t.plans.c.user_id == user_id
        old = connection.execute(sa.select(t.plans.c.plan, t.plans.c.previous).where(mine)).first()
        if undo:
            if old is not None:
                connection.execute(t.plans.update().where(mine).values(plan=old.previous, previous=old.plan, updated_at=at))
        elif old is None:
            connection.execute(t.plans.insert().values(user_id=user_id, plan=dict(plan or {}), previous=None, updated_at=at))
        else:
            connection.execute(t.plans.update().where(mine).values(plan=dict(plan or {}), previous=old.plan, updated_at=at))

    def _log(self, connection: Connection, user_id: str, rows: Sequence[Mapping[str, Any]], undo: int, at: dt.datetime) -> None:
        log = t.training_log
        if undo:
            newest = sa.select(log.c.id).where(log.c.user_id == user_id).order_by(log.c.id.desc()).limit(undo)
            connection.execute(log.delete().where(log.c.id.in_(list(connection.execute(newest).scalars()))))
        for row in rows:
            connection.execute(log.insert().values(user_id=user_id, date=row["date"], kind=row["kind"], entry=dict(row), logged_at=at))

    def export(self, user_id: str) -> dict[str, Any]:
        """Everything stored about a person, table by table."""
        with self.engine.connect() as connection:
            return {
                table.name: [_plain(dict(row)) for row in connection.execute(sa.select(table).where(table.c.user_id == user_id)).mappings()]
                for table in personal_tables()
            }

    def erase(self, user_id: str) -> dict[str, int]:
        """Delete every row of a person from every table; returns the number of rows by table."""
        with self.engine.begin() as connection:
            removed = {table.name: connection.execute(table.delete().where(table.c.user_id == user_id)).rowcount for table in personal_tables()}
            # A Rasa run with its own SQL tracker store keeps events in the same database.
            if sa.inspect(connection).has_table("events"):
                events = sa.table("events", sa.column("sender_id"))
                removed["events"] = connection.execute(events.delete().where(events.c.sender_id == user_id)).rowcount
        return removed

    def prune(self, older_than: dt.datetime) -> int:
        """Remove exchanges and unanswered questions before a time; returns the number of rows."""
        old = ((t.messages, t.messages.c.at), (t.unanswered, t.unanswered.c.at))
        gone = 0
        for table, at in old:  # a transaction each, so that none holds writers up for long
            with self.engine.begin() as connection:
                gone += connection.execute(table.delete().where(at < older_than)).rowcount
        return gone


def personal_tables() -> list[sa.Table]:
    """Every table with rows that belong to a person."""
    return [table for table in t.metadata.sorted_tables if "user_id" in table.c]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, dt.datetime) else v for k, v in row.items()}

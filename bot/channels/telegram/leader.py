"""One process of several answers Telegram: the one that holds a lock. The lock goes when its process does."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_LOCK = 727002  # of PostgreSQL's advisory locks; 727001 is the migrations'


class FileLeader:
    """A lock file in the data directory, for processes on one machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Try to become (or stay) the leader."""
        if self._handle is not None:
            return True
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Stop being the leader."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class PostgresLeader:
    """An advisory lock in the database, for processes on any machine. It lives as long as its connection."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(url, future=True, poolclass=sa.pool.NullPool, connect_args={"connect_timeout": 3})
        self._connection: Any = None

    def acquire(self) -> bool:
        """Try to become (or stay) the leader; False while the database is away."""
        try:
            if self._connection is not None:
                self._connection.execute(sa.text("SELECT 1"))
                self._connection.commit()
                return True
            connection = self._engine.connect()
            held = bool(connection.execute(sa.text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}).scalar())
            connection.commit()
        except sa.exc.SQLAlchemyError:
            self.release()
            return False
        if held:
            self._connection = connection
        else:
            connection.close()
        return held

    def release(self) -> None:
        """Stop being the leader."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sa.exc.SQLAlchemyError):  # the connection may be gone already, and the lock with it
                connection.close()


def make_leader(database_url: str, data_dir: Path) -> FileLeader | PostgresLeader:
    """The lock that fits the database: SQLite means one machine."""
    if database_url.startswith("postgresql"):
        return PostgresLeader(database_url)
    return FileLeader(data_dir / "telegram.lock")

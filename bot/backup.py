"""Backup and restore of the embedded store, while it is in use (SQLite's online backup)."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic.util import CommandError

from actions.store import Store, StoreError
from bot.settings import Settings

PAGES = 256  # copied at a time, so that writers never wait long


class BackupError(RuntimeError):
    """The backup cannot be made or used; the message is one sentence with the remedy."""


def database_file(settings: Settings) -> Path:
    """The embedded store's file. Raises BackupError when the store is another database."""
    url = sa.engine.make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise BackupError("Only the embedded store is backed up here; for PostgreSQL use pg_dump and pg_restore.")
    return Path(url.database)


def backup(settings: Settings, target: Path) -> int:
    """Copy the store as it is at one moment into a new file, readable by its owner only; returns its bytes. Raises BackupError."""
    source = database_file(settings)
    if not source.is_file():
        raise BackupError(f"There is no store at {source} yet; nothing to back up.")
    if target.is_dir():
        raise BackupError(f"{target} is a directory; name a file.")
    new = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        _copy(source, new)
        _check(new)
        new.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The backup cannot be written to {target} ({_reason(error)}); choose another place and try again.") from error
    finally:
        new.unlink(missing_ok=True)
    return target.stat().st_size


def restore(settings: Settings, source: Path) -> None:
    """Put a backup's content into the store, in one transaction that a running server waits for. Raises BackupError.

    What the store held is replaced; make a backup of it first to keep it.
    """
    target = database_file(settings)
    if not source.is_file():
        raise BackupError(f"There is no file {source}; name a backup that `coach backup` made.")
    try:
        _check(source)
    except sqlite3.Error as error:
        raise BackupError(f"{source} is not a whole backup of a coach's store ({_reason(error)}); choose another one.") from error
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            copy = Path(folder) / "restore.db"
            _copy(source, copy)
            _to_this_version(copy)
            _copy(copy, target, pages=-1)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The store {target} cannot be written ({_reason(error)}); it is as it was.") from error


def _copy(source: Path, target: Path, pages: int = PAGES) -> None:
    with closing(sqlite3.connect(source, timeout=30)) as old, closing(sqlite3.connect(target, timeout=30)) as new:
        old.backup(new, pages=pages, sleep=0.01)


def _to_this_version(path: Path) -> None:
    """Bring an older backup's tables up to date. Raises BackupError for one of a newer program."""
    try:
        Store.open(f"sqlite:///{path}").close()
    except CommandError as error:
        raise BackupError(f"The backup comes from a newer version of the program ({error}); update the program and try again.") from error
    except StoreError as error:
        raise BackupError(f"The backup's tables cannot be brought up to date; choose another one. {error}") from error


def _check(path: Path) -> None:
    """Raise sqlite3.Error unless the file is an intact store of ours."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        if (result := connection.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(str(result))
        connection.execute("SELECT user_id, state FROM people LIMIT 1")


def _reason(error: OSError | sqlite3.Error) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)

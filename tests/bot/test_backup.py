"""Backup and restore of the embedded store: whole, private, while it is written, and honest about what cannot be done."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from actions.store import Store
from bot.backup import BackupError, backup, restore
from bot.cli import run
from bot.settings import Settings


@pytest.fixture
def house(tmp_path: Path) -> tuple[Settings, Store]:
    """Settings over a store that knows one person."""
    settings = Settings(tmp_path, f"sqlite:///{tmp_path / 'coach.db'}")
    store = Store.open(settings.database_url)
    tell(store, "u", body_weight=82)
    return settings, store


def tell(store: Store, user: str, **changes: object) -> None:
    store.record(store.person(user), changes=changes, state={}, heard="hi", said="hello", decision="conversation", topic="greet")


def test_a_backup_brings_everything_back_under_a_running_store(house: tuple[Settings, Store], tmp_path: Path) -> None:
    settings, store = house
    file = tmp_path / "out" / "coach.backup"
    file.parent.mkdir()
    assert backup(settings, file) > 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = store.export("u")
    store.erase("u")
    tell(store, "v", body_weight=60)
    restore(settings, file)
    assert store.export("u") == before  # through the connections that were open all along
    assert store.person("v").new
    tell(store, "u", body_weight=83)
    assert store.person("u").profile["body_weight"] == 83


def test_a_backup_made_while_people_write_is_whole(house: tuple[Settings, Store], tmp_path: Path) -> None:
    settings, store = house
    stop = threading.Event()
    written = []

    def write() -> None:
        while not stop.is_set():
            tell(store, f"w{len(written)}", body_weight=70)
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(5):
            backup(settings, tmp_path / f"{n}.backup")
    finally:
        stop.set()
        writer.join()
    assert len(written) > 5
    for n in range(5):
        copy = Store.open(f"sqlite:///{tmp_path / f'{n}.backup'}")
        with copy.engine.connect() as connection:
            people = connection.exec_driver_sql("SELECT count(*) FROM people").scalar_one()
            values = connection.exec_driver_sql("SELECT count(*) FROM profile_values").scalar_one()
        copy.close()
        assert people == values > 0  # both come from one transaction each


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_broken_backup_changes_nothing(house: tuple[Settings, Store], tmp_path: Path, content: bytes) -> None:
    settings, store = house
    broken = tmp_path / "broken"
    broken.write_bytes(content)
    with pytest.raises(BackupError, match="not a whole backup"):
        restore(settings, broken)
    assert store.person("u").profile == {"body_weight": 82}


def test_a_truncated_backup_is_refused(house: tuple[Settings, Store], tmp_path: Path) -> None:
    settings, store = house
    for n in range(200):
        tell(store, f"u{n}", body_weight=70)
    backup(settings, tmp_path / "whole")
    (tmp_path / "half").write_bytes((tmp_path / "whole").read_bytes()[:40_000])
    with pytest.raises(BackupError, match="not a whole backup"):
        restore(settings, tmp_path / "half")
    assert not store.person("u7").new


def test_a_backup_of_a_newer_program_is_refused(house: tuple[Settings, Store], tmp_path: Path) -> None:
    settings, store = house
    backup(settings, tmp_path / "newer")
    with sqlite3.connect(tmp_path / "newer") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffff'")
    connection.close()
    with pytest.raises(BackupError, match="newer version"):
        restore(settings, tmp_path / "newer")
    assert not store.person("u").new


def test_a_failed_backup_leaves_the_old_one(house: tuple[Settings, Store], tmp_path: Path) -> None:
    settings, _ = house
    with pytest.raises(BackupError, match="cannot be written"):
        backup(settings, tmp_path / "no such folder" / "file")
    with pytest.raises(BackupError, match="directory"):
        backup(settings, tmp_path)
    assert not list(tmp_path.glob("*.new"))


def test_another_database_is_not_backed_up_here(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="pg_dump"):
        backup(Settings(tmp_path, "postgresql://u:p@h/db"), tmp_path / "x")


def test_the_commands(house: tuple[Settings, Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _, store = house
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path))
    assert run(["backup", str(tmp_path / "b")]) == 0
    store.erase("u")
    assert run(["restore", str(tmp_path / "b")]) == 0
    assert not store.person("u").new
    assert run(["restore", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.count("\n") == 1



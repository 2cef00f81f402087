"""The server's own endpoints and how it starts and refuses to start."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from bot.serve import StartError, serve
from bot.settings import Settings


def test_health_and_readiness(coach: Any) -> None:
    assert coach.call("/health").json == {"status": "alive"}
    ready = coach.call("/ready")
    assert ready.status == 200
    assert (ready.json["ready"], ready.json["store"]) == (True, "reachable")


def test_readiness_says_what_is_missing(coach: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from actions.store import StoreError

    def down() -> None:
        raise StoreError("The database does not answer (OperationalError).")

    monkeypatch.setattr(coach.engine.services.store, "ping", down)
    answer = coach.call("/ready")
    assert answer.status == 503
    assert "does not answer" in answer.json["store"]


def test_readiness_says_when_the_encoder_is_off(coach: Any) -> None:
    coach.engine.encoder_on = False
    answer = coach.call("/ready")
    assert answer.status == 200
    assert answer.json["encoder"] is False
    assert "encoder is off" in answer.json["note"]


@pytest.mark.parametrize("key", ["nothing", "..%2f..%2fetc%2fpasswd", "0" * 12 + "-" + "0" * 32 + ".png"])
def test_a_file_that_is_not_there_is_404(coach: Any, key: str) -> None:
    assert coach.call(f"/files/{key}").status == 404


def test_a_file_is_served_for_its_owner_only_as_what_it_is(coach: Any) -> None:
    key = coach.engine.services.files.save("u", b"{}", "json")
    answer = coach.call(f"/files/{key}")
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, b"{}", "application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_an_unknown_address_is_a_clear_404(coach: Any) -> None:
    answer = coach.call("/no/such/page")
    assert answer.status == 404


def test_a_taken_address_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    def never(_settings: Settings) -> Path:
        raise AssertionError("trained before the port was checked")

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(StartError, match="choose another with --port"):
            serve(Settings(tmp_path, "sqlite://"), never, host="127.0.0.1", port=taken.getsockname()[1], workers=1)


@pytest.mark.parametrize(("database", "redis"), [("sqlite:///x.db", "redis://h"), ("postgresql://h/db", None)])
def test_several_workers_need_a_shared_store_and_lock(tmp_path: Path, database: str, redis: str | None) -> None:
    with pytest.raises(StartError, match="COACH_REDIS_URL"):
        serve(Settings(tmp_path, database, redis_url=redis), lambda _: tmp_path, host="127.0.0.1", port=1, workers=2)


def test_messages_older_than_the_retention_are_removed_at_the_start(serve: Any, tmp_path: Path) -> None:
    import datetime as dt
    import time

    import sqlalchemy as sa

    from actions import tables
    from actions.store import Store, now

    url = f"sqlite:///{tmp_path / 'kept.db'}"
    store = Store.open(url)
    with store.engine.begin() as connection:
        for days in (1, 29, 31, 400):
            values = {"user_id": "u", "heard": f"{days} days ago", "said": "", "decision": "answer", "topic": "sleep"}
            connection.execute(tables.messages.insert().values(at=now() - dt.timedelta(days=days), **values))
    serve(database_url=url, retention_days=30)

    def left() -> list[str]:
        with store.engine.connect() as connection:
            return list(connection.execute(sa.select(tables.messages.c.heard)).scalars())

    until = time.monotonic() + 5
    while len(left()) > 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert left() == ["1 days ago", "29 days ago"]

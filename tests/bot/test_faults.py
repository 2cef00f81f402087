"""What breaks around the coach: database, disk, model file, clock, actions. No message and no profile is lost, and nobody meets silence."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from actions.plain import plain
from bot import processor
from bot.engine import Engine, ModelError
from bot.settings import Settings, read_settings
from tests.services import Postgres, data_dir_with

pytestmark = pytest.mark.model


@pytest.fixture
def own(model: Path, tmp_path: Path) -> Iterator[Engine]:
    """An engine over a store of its own."""
    loaded = Engine.load(read_settings({"COACH_DATA_DIR": str(data_dir_with(model, tmp_path))}), model)
    yield loaded
    loaded.close()


@pytest.mark.postgres
async def test_database_gone_and_back(model: Path, postgres: Postgres, tmp_path: Path) -> None:
    engine = Engine.load(read_settings({"COACH_DATA_DIR": str(tmp_path), "COACH_DATABASE_URL": postgres.database()}), model)
    try:
        await engine.turn("t:db", "I weigh 82 kg")
        postgres.stop()
        try:
            assert (await asyncio.to_thread(engine.readiness))["ready"] is False
            during = asyncio.create_task(engine.turn("t:db", "I'm vegan"))
            await asyncio.sleep(0.8)
        finally:
            postgres.start()
        assert dict((await during).profile) == {"body_weight": 82, "diet": "vegan"}  # it was answered when the database was back
        assert (await asyncio.to_thread(engine.readiness))["ready"] is True
        assert engine.services.store.person("t:db").profile == {"body_weight": 82, "diet": "vegan"}
    finally:
        engine.close()


@pytest.mark.postgres
async def test_a_database_that_stays_away_is_said_and_the_loop_goes_on(model: Path, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "STORE_RETRIES", (0.1, 0.1))
    engine = Engine.load(read_settings({"COACH_DATA_DIR": str(tmp_path), "COACH_DATABASE_URL": postgres.database()}), model)
    try:
        await engine.turn("t:away", "I weigh 82 kg")
        postgres.stop()
        try:
            reply = await engine.turn("t:away", "I'm vegan")
            assert reply.ids == ("error",)
            assert "code" in plain(reply)
        finally:
            postgres.start()
        assert dict((await engine.turn("t:away", "I'm vegan")).profile) == {"body_weight": 82, "diet": "vegan"}
    finally:
        engine.close()


async def test_a_locked_store_is_waited_for(own: Engine) -> None:
    await own.turn("t:busy", "I weigh 82 kg")
    other = sa.create_engine(own.settings.database_url, future=True, poolclass=sa.pool.NullPool)
    with other.connect() as connection:
        connection.execute(sa.text("BEGIN IMMEDIATE"))
        during = asyncio.create_task(own.turn("t:busy", "I'm vegan"))
        await asyncio.sleep(0.5)
        assert not during.done()
        connection.rollback()
    assert dict((await during).profile) == {"body_weight": 82, "diet": "vegan"}


async def test_a_full_disk_is_said_and_nothing_stored_is_lost(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "STORE_RETRIES", (0.05,))
    await own.turn("t:full", "I weigh 82 kg")
    own.services.store.engine.dispose()
    full = True

    @sa.event.listens_for(own.services.store.engine, "connect")
    def _limit(connection: Any, _record: Any) -> None:
        if full:  # SQLite's own limit gives the error of a full disk
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages}")

    replies = [await own.turn("t:full", f"how much protein do I need? {'really ' * 90}{n}") for n in range(30)]
    failed = [r for r in replies if r.ids == ("error",)]
    assert failed, "the disk was never full"
    assert "code" in plain(failed[0])
    assert own.services.store.person("t:full").profile == {"body_weight": 82}
    full = False
    own.services.store.engine.dispose()
    assert (await own.turn("t:full", "I'm vegan")).profile["diet"] == "vegan"


async def test_a_full_disk_for_pictures_leaves_the_text(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(own.services.files, "save", full, raising=True)
    for text in ("I run 3 days and lift 3 days a week", "give me a plan", "show my plan"):
        reply = await own.turn("t:disk", text)
        assert plain(reply).strip()
        assert reply.ids != ("error",)


# --- the model file --------------------------------------------------------------------------------------------------


def damaged(model: Path, bad: Path, damage: str) -> None:
    """A model file of which nobody can make anything."""
    if damage != "missing":
        bad.write_bytes({"empty": b"", "truncated": model.read_bytes()[:100_000], "not a model": b"not a model" * 1000}[damage])


@pytest.mark.parametrize("damage", ["empty", "truncated", "not a model", "missing"])
async def test_a_damaged_model_is_reported_and_the_previous_one_serves(model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str) -> None:
    folder = data_dir_with(model, tmp_path) / "models"
    settings = read_settings({"COACH_DATA_DIR": str(tmp_path)})
    bad = folder / "coach-ffffffffffffffff.tar.gz"
    damaged(model, bad, damage)
    engine = Engine.load(settings, bad)
    try:
        assert engine.model_name == model.name
        assert f"The model file {bad} " in caplog.text
        assert "`coach train" in caplog.text
        assert (await engine.turn("t:model", "will running kill my gains?")).ids == ("running_kills_gains",)
    finally:
        engine.close()


def test_without_any_good_model_the_start_ends_with_one_sentence(tmp_path: Path) -> None:
    settings = read_settings({"COACH_DATA_DIR": str(tmp_path)})
    bad = tmp_path / "models" / "coach-0000000000000000.tar.gz"
    bad.parent.mkdir()
    bad.write_bytes(b"hello")
    with pytest.raises(ModelError, match=r"cannot be used .*; `coach train --force` makes it anew\.$"):
        Engine.load(settings, bad)


@pytest.mark.parametrize(("code", "words"), [(-9, "lack of memory; it needs 3.5 GB free"), (1, "see the lines above")])
def test_a_training_that_ends_says_why(monkeypatch: pytest.MonkeyPatch, code: int, words: str) -> None:
    from types import SimpleNamespace

    from bot import training

    monkeypatch.setattr(training.subprocess, "run", lambda *_args, **_kwargs: SimpleNamespace(returncode=code))
    with pytest.raises(training.TrainingError, match=words):
        training.train_apart()


def test_three_models_are_kept(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    import rasa.model_training

    from bot import training

    settings = Settings(tmp_path, "sqlite://")
    (tmp_path / "models").mkdir()
    for n in range(5):
        old = tmp_path / "models" / f"coach-{n:016}.tar.gz"
        old.write_bytes(b"old")
        import os

        os.utime(old, (n, n))
    trained = tmp_path / "new.tar.gz"

    def quick(**_kwargs: Any) -> Any:
        shutil.copy(model, trained)
        return SimpleNamespace(code=0, model=str(trained))

    monkeypatch.setattr(rasa.model_training, "train", quick)
    made = training.train(settings)
    left = sorted(p.name for p in (tmp_path / "models").iterdir())
    assert made.name in left
    assert left[:2] == ["coach-0000000000000003.tar.gz", "coach-0000000000000004.tar.gz"]
    assert len(left) == 3


# --- the clock and the actions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [-400 * 86400.0, -3600.0, 3600.0, 400 * 86400.0])
async def test_the_clock_may_jump(own: Engine, monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    await own.turn("t:clock", "I weigh 82 kg")
    real, real_now = time.time, dt.datetime
    monkeypatch.setattr(time, "time", lambda: real() + jump)

    import actions.store

    monkeypatch.setattr(actions.store, "now", lambda: real_now.utcnow() + dt.timedelta(seconds=jump))
    for text in ("I'm vegan", "how much protein do I need?", "why?"):
        reply = await asyncio.wait_for(own.turn("t:clock", text), 20)
        assert reply.ids != ("error",)
    monkeypatch.undo()
    reply = await own.turn("t:clock", "what do you know about me?")
    assert dict(reply.profile) == {"body_weight": 82, "diet": "vegan"}


async def test_an_action_that_fails_is_a_sentence_with_the_code_of_its_log_line(
    own: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await own.turn("t:act", "I weigh 82 kg")

    def broken(*_args: Any) -> Any:
        raise KeyError("a bug of ours")

    with monkeypatch.context() as patch:
        patch.setattr(processor, "answer", broken)
        text = plain(await own.turn("t:act", "I'm vegan"))
    code = next(r.getMessage() for r in caplog.records if "failed (code" in r.getMessage()).partition("(code ")[2].rstrip(")")
    assert code in text
    assert "bug of ours" not in text
    assert dict((await own.turn("t:act", "I'm vegan")).profile) == {"body_weight": 82, "diet": "vegan"}


async def test_a_failing_pipeline_is_a_sentence_too(own: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_text: str) -> Any:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(own.processor, "parse_text", broken)
    reply = await own.turn("t:nlu", "hello")
    assert reply.ids == ("error",)
    monkeypatch.undo()
    assert (await own.turn("t:nlu", "hello")).ids == ("greet",)


async def test_nothing_blocks_the_event_loop_for_long(own: Engine) -> None:
    """A heartbeat on the loop while messages are answered, in processor time of the loop's thread: other programs don't count."""
    await own.turn("t:loop", "hello")
    gaps: list[float] = []
    done = False

    async def beat() -> None:
        last = time.thread_time()
        while not done:
            await asyncio.sleep(0.001)
            gaps.append(time.thread_time() - last)
            last = time.thread_time()

    heart = asyncio.create_task(beat())
    texts = ["how much protein do I need?", "I'm 82 kg and vegan", "will running kill my gains?", "why?", "give me a plan"]
    await asyncio.gather(*(own.turn(f"t:loop{n}", texts[n % len(texts)]) for n in range(40)))
    done = True
    await heart
    assert sorted(gaps)[int(len(gaps) * 0.5)] < 0.02
    assert max(gaps) < 0.3


async def test_retention_forgets_old_exchanges_and_keeps_the_profile(own: Engine) -> None:
    await own.turn("t:old", "I weigh 82 kg")
    store = own.services.store
    assert store.prune(dt.datetime(2000, 1, 1)) == 0
    assert store.prune(dt.datetime(2999, 1, 1)) >= 1
    assert store.person("t:old").profile == {"body_weight": 82}
    assert store.export("t:old")["messages"] == []
    reply = await own.turn("t:old", "how much protein do I need?")
    assert reply.profile_used



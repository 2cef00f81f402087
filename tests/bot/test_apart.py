"""The process that understands texts: the same parses, and no message lost when it dies, hangs or is replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import apart, serve
from bot.apart import Apart, ApartError
from bot.engine import Engine, ModelError
from bot.settings import read_settings
from tests.services import ROOT, Coach, data_dir_with, wait_until

pytestmark = pytest.mark.model

TEXTS = ["how much protein do i need", "I'm 82 kg and vegan", "chest pain when i run", "who won the world cup", "", "👟", "is fasted running ok and how long should i sleep?"]


@pytest.fixture(scope="module")
def process(model: Path) -> Iterator[Apart]:
    found = Apart(model)
    yield found
    found.close()


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_means_the_same_there(process: Apart, engine: Engine, text: str) -> None:
    there, here = process.parse(text), engine.processor.parse_text(text)
    assert there["coach"] == here["coach"]
    assert process.encoder_on


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_one_that_dies_or_hangs_is_replaced_and_the_text_is_answered(process: Apart, how: signal.Signals, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    before = process.parse("hello") and process.pid
    monkeypatch.setattr(apart, "ANSWER_SECONDS", 5.0)
    monkeypatch.setattr(apart, "END_SECONDS", 0.5)
    os.kill(before, how)
    assert process.parse("how much protein do i need?")["coach"]["id"] == "protein_target"
    assert process.pid != before
    assert "another takes its place" in caplog.text
    assert gone(before)


def test_the_servers_signals_do_not_end_it(process: Apart) -> None:
    before = process.parse("hello") and process.pid
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(before, number)
    assert process.parse("hello")["coach"]["id"] == "greet"
    assert process.pid == before


def test_a_text_on_which_it_fails_is_an_error_without_the_text(process: Apart) -> None:
    before = process.parse("hello") and process.pid
    with pytest.raises(ApartError, match=r"^understanding failed with AttributeError at \w+\.py:\d+$"):
        process.parse(object())  # type: ignore[arg-type]
    assert process.parse("hello")["coach"]["id"] == "greet"
    assert process.pid == before


def test_one_that_dies_twice_over_a_message_is_an_error_and_the_next_message_is_answered(process: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(text: str) -> object:
        Apart._ask(process, "hello")
        os.kill(process.pid, signal.SIGKILL)
        return Apart._ask(process, text)

    with monkeypatch.context() as patch:
        patch.setattr(process, "_ask", kill)
        with pytest.raises(ApartError, match="died twice"):
            process.parse("hello")
    assert process.parse("hello")["coach"]["id"] == "greet"


def test_it_ends_with_the_server_even_while_it_starts(model: Path) -> None:
    code = "import sys, time; from pathlib import Path; from bot.apart import Apart; print(Apart(Path(sys.argv[1])).pid, flush=True); time.sleep(60)"
    server = subprocess.Popen([sys.executable, "-c", code, str(model)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert server.stdout is not None
    with server.stdout:
        child = int(server.stdout.readline())
        time.sleep(0.5)
        server.kill()
        server.wait()
        wait_until(lambda: gone(child), 10, "the end of the process")


def test_a_damaged_model_is_said_once_and_the_previous_one_serves(model: Path, tmp_path: Path) -> None:
    settings = read_settings({"COACH_DATA_DIR": str(data_dir_with(model, tmp_path))})
    bad = tmp_path / "models" / "coach-0000000000000000.tar.gz"
    bad.write_bytes(model.read_bytes()[:100_000])
    started: list[Apart] = []

    def start(path: Path) -> Apart:
        started.append(Apart(path))
        return started[-1]

    engine = Engine.load(settings, bad, apart=start)
    try:
        assert engine.model_name == model.name
        assert [a.model for a in started] == [bad, tmp_path / "models" / model.name]
        wait_until(lambda: gone(started[0].pid), 10, "the end of the first process")
        assert engine.readiness()["encoder"]
    finally:
        engine.close()
    wait_until(lambda: gone(started[1].pid), 10, "the end of the second process")
    (tmp_path / "models" / model.name).unlink()
    with pytest.raises(ModelError, match=r"cannot be used .*; `coach train --force` makes it anew\.$"):
        Engine.load(settings, bad, apart=Apart)


@pytest.mark.parametrize(("quota", "expected"), [("max 100000", 4), ("150000 100000", 1), ("50000 100000", 1), ("200000 100000", 2), ("900000 100000", 4), ("", 4), (None, 4)])
def test_a_containers_share_of_processors_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str | None, expected: int) -> None:
    file = tmp_path / "cpu.max"
    if quota is not None:
        file.write_text(quota + "\n")
    monkeypatch.setattr(serve, "CPU_QUOTA", file)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2, 3})
    assert serve.processors() == expected


def children(pid: int) -> list[int]:
    """The processes that a process has started and that run."""
    return [int(p) for task in Path(f"/proc/{pid}/task").iterdir() for p in (task / "children").read_text().split() if not gone(int(p))]


@pytest.mark.parametrize("bound", ["as it is", "to one processor"])
def test_a_server_answers_through_one_where_that_gains_something(model: Path, tmp_path: Path, bound: str) -> None:
    mine = os.sched_getaffinity(0)
    if bound == "to one processor":
        os.sched_setaffinity(0, {min(mine)})  # a server inherits it
    try:
        expected = min(1, serve.processors() - 1)
        server = Coach(data_dir_with(model, tmp_path)).wait()
    finally:
        os.sched_setaffinity(0, mine)
    try:
        before = children(server.process.pid)
        assert len(before) == expected
        for child in before:
            os.kill(child, signal.SIGKILL)
        assert "1.6" in server.say("a", "how much protein do I need?")[0]["text"]
        after = children(server.process.pid)
        assert len(after) == expected
        assert not set(after) & set(before)
    finally:
        server.stop()
    wait_until(lambda: all(map(gone, after)), 10, "the end of the process")

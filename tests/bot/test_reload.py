"""`coach reload`: an edit of the entries reaches a running server without losing a message."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot import control
from bot.cli import run
from tests.services import ROOT, Coach, data_dir_with, wait_until

pytestmark = pytest.mark.model

TOPIC = "protein_target"


@pytest.fixture(scope="module")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coach]:
    """A server with a folder of own entries, which holds a copy of one built-in entry."""
    folder = data_dir_with(model, tmp_path_factory.mktemp("reload"))
    own = folder / "entries"
    own.mkdir()
    shutil.copy(ROOT / "knowledge" / "entries" / f"{TOPIC}.yml", own)
    coach = Coach(folder, COACH_KNOWLEDGE_DIR=str(own))
    try:
        yield coach.wait()
    finally:
        coach.stop()


def edit(server: Coach, **changes: object) -> None:
    path = server.data_dir / "entries" / f"{TOPIC}.yml"
    entry = yaml.safe_load(path.read_text()) | changes
    path.write_text(yaml.safe_dump(entry, sort_keys=False))


def test_without_a_server_one_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path))
    assert run(["reload"]) == 1
    assert "coach run" in capsys.readouterr().err
    control.announce(tmp_path / "run", control.Server(2**22 + 1, "h", 1, 1))  # a process that is long gone
    assert run(["reload"]) == 1


def test_a_changed_answer_is_told_from_the_next_message_on_and_no_message_is_lost(server: Coach) -> None:
    before = server.say("r", "how much protein do I need?")[0]["text"]
    stop = threading.Event()
    lost: list[str] = []
    heard: list[str] = []

    def keep_talking() -> None:
        while not stop.is_set():
            try:
                heard.append(server.say("r2", "how much protein do I need?")[0]["text"])
            except OSError as error:
                lost.append(str(error))

    talker = threading.Thread(target=keep_talking)
    talker.start()
    edit(server, answer="About 1.6 g per kg a day. This sentence is new.")
    done = server.command("reload")
    stop.set()
    talker.join()
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Reloaded answers.\n"
    assert lost == []
    assert heard
    assert "This sentence is new." not in before
    assert "This sentence is new." in server.say("r", "how much protein do I need?")[0]["text"]
    assert "This sentence is new." in server.get(f"/faq/{TOPIC}")[1]


def test_an_entry_that_cannot_be_used_leaves_the_server_as_it_is(server: Coach) -> None:
    path = server.data_dir / "entries" / f"{TOPIC}.yml"
    good = path.read_text()
    path.write_text("topic: [")
    try:
        done = server.command("reload")
        assert done.returncode == 1
        assert TOPIC in done.stderr
        assert server.say("r", "how much protein do I need?")[-1]["custom"]["id"] == TOPIC
    finally:
        path.write_text(good)


def test_another_model_is_swapped_in_between_messages(server: Coach, model: Path) -> None:
    """What follows the training of changed phrasings, without waiting for one."""
    twin = server.data_dir / "models" / "coach-00000000000000aa.tar.gz"
    shutil.copy(model, twin)
    stop = threading.Event()
    lost: list[str] = []

    def keep_talking() -> None:
        while not stop.is_set():
            try:
                assert server.say("r3", "will running kill my gains?")[-1]["custom"]["id"] == "running_kills_gains"
            except (OSError, AssertionError) as error:
                lost.append(str(error))

    talker = threading.Thread(target=keep_talking)
    talker.start()
    running = control.find(server.data_dir / "run")
    number = control.request(server.data_dir / "run", running, twin.name)
    answers = control.wait(server.data_dir / "run", running, number)
    stop.set()
    talker.join()
    assert [(a["result"], a["error"]) for a in answers] == [("answers and model", False)]
    assert lost == []
    assert twin.name in server.get("/ready")[1]


def test_a_damaged_model_is_refused_and_the_server_goes_on(server: Coach) -> None:
    bad = server.data_dir / "models" / "coach-00000000000000bb.tar.gz"
    bad.write_bytes(b"not a model")
    running = control.find(server.data_dir / "run")
    number = control.request(server.data_dir / "run", running, bad.name)
    answers = control.wait(server.data_dir / "run", running, number)
    assert answers[0]["error"]
    assert "goes on as before" in answers[0]["result"]
    assert server.say("r", "how much protein do I need?")[-1]["custom"]["id"] == TOPIC
    assert bad.name not in server.get("/ready")[1]


def test_a_hang_up_without_a_request_is_a_clean_stop(server: Coach) -> None:
    """Last: it ends the server, as a closed terminal does."""
    import signal

    server.process.send_signal(signal.SIGHUP)
    assert server.process.wait(40) == 0
    wait_until(lambda: not (server.data_dir / "run" / "server.json").exists(), 5)

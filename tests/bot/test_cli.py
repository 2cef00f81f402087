"""The command line: exit codes, results on stdout only, one sentence for each mistake."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import run
from tests.knowledge.sample import entry_text, write_entry

ROOT = Path(__file__).parents[2]


def coach(*arguments: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """The console script in a process of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COACH_", "TELEGRAM_", "PYTEST"))}
    return subprocess.run([sys.executable, "-m", "bot", *arguments], input=stdin, capture_output=True, text=True, cwd=ROOT, env={**kept, **env}, timeout=300)


@pytest.fixture
def trained(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of one's own with the trained model in place."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / model.name).symlink_to(model)
    for name in [n for n in os.environ if n.startswith(("COACH_", "TELEGRAM_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path))
    return tmp_path


# --- in processes of their own ---


USELESS = [(), ("dance",), ("ask",), ("run", "--port", "0"), ("run", "--port", "x"), ("run", "--workers", "0"), ("knowledge",), ("chat", "--nope")]


@pytest.mark.parametrize("arguments", USELESS)
def test_wrong_usage_is_2(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(list(arguments))
    assert stopped.value.code == 2


def test_help_and_list_are_quick_and_quiet(tmp_path: Path) -> None:
    listed = coach("knowledge", "list", COACH_DATA_DIR=str(tmp_path / "none"))
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "protein_target\tHow much protein do I need?" in listed.stdout.splitlines()
    assert not (tmp_path / "none").exists()
    helped = coach("--help")
    assert (helped.returncode, helped.stderr) == (0, "")


def test_a_bad_setting_is_one_sentence_and_1() -> None:
    done = coach("knowledge", "list", COACH_REGION="atlantis")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("COACH_REGION: ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_reader_that_leaves_early_is_no_error() -> None:
    done = subprocess.run(f"'{sys.executable}' -m bot knowledge list | head -1", shell=True, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.model
def test_ask_prints_the_answer_and_nothing_else(trained: Path) -> None:
    done = coach("ask", "how much protein do I need?", COACH_DATA_DIR=str(trained))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("How to · strong evidence\n\nAbout 1.6 g per kg")
    assert all(line.startswith("Loading the model ...") for line in done.stderr.splitlines()), done.stderr


# --- in this process ---


def test_check_passes_for_what_is_released(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("COACH_KNOWLEDGE_DIR", raising=False)
    assert run(["knowledge", "check"]) == 0
    assert capsys.readouterr().out == "All entries are in order.\n"


def test_check_names_file_and_line_and_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_entry(tmp_path)
    path.write_text(entry_text().replace("grade: practice", "grade: sure"), encoding="utf-8")
    monkeypatch.setenv("COACH_KNOWLEDGE_DIR", str(tmp_path))
    assert run(["knowledge", "check"]) == 1
    printed = capsys.readouterr()
    assert printed.out.startswith(f"{path}:7: grade is one of")
    assert printed.err == "1 problem found.\n"


def test_an_unreadable_entry_stops_other_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.yml").write_text("topic: [", encoding="utf-8")
    monkeypatch.setenv("COACH_KNOWLEDGE_DIR", str(tmp_path))
    assert run(["knowledge", "list"]) == 1
    error = capsys.readouterr().err
    assert "broken.yml:1: is not valid YAML" in error
    assert "mend the lines above" in error


def test_show_reads_like_a_reply(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "me.yml").write_text("body_weight: 82\n", encoding="utf-8")
    assert run(["knowledge", "show", "protein_target", "--profile", str(tmp_path / "me.yml")]) == 0
    out = capsys.readouterr().out
    assert "At your weight that is 130–180 g a day" in out
    assert "Why: How much protein" in out
    assert "https://doi.org/" in out


def test_show_of_a_safety_topic_shows_every_variant(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["knowledge", "show", "urgent_symptoms"]) == 0
    out = capsys.readouterr().out
    assert "[R01]" in out
    assert "112 or your local emergency number" in out


def test_a_misspelt_topic_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["knowledge", "show", "protien_target"]) == 1
    assert capsys.readouterr().err == "There is no topic 'protien_target'; did you mean 'protein_target'?\n"


def test_new_writes_into_the_coachs_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COACH_KNOWLEDGE_DIR", str(tmp_path))
    assert run(["knowledge", "new", "running_shoes"]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'running_shoes.yml'}\n"
    assert run(["knowledge", "new", "running_shoes"]) == 1
    assert run(["knowledge", "new", "Running Shoes"]) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("body_weight: 9000", "outside 30 to 250 kg"), ("shoe_size: 44", "no such profile field"), ("- a\n- list", "must hold lines like"),
        ("goal: [", "not valid YAML"), ("goal: fame", "not one of"), (None, "cannot be read"),
    ],
)  # fmt: skip
def test_a_bad_profile_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, message: str) -> None:
    path = tmp_path / "me.yml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert run(["knowledge", "show", "sleep", "--profile", str(path)]) == 1
    printed = capsys.readouterr()
    assert message in printed.err
    assert len(printed.err.strip().splitlines()) == 1
    assert printed.out == ""


def test_a_store_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    from actions.store import Store, StoreError

    with pytest.raises(StoreError, match="COACH_DATABASE_URL") as error:
        Store.open("postgresql://nobody:hunter2@127.0.0.1:1/none")
    assert "hunter2" not in str(error.value)


# --- with the real model ---


@pytest.mark.model
def test_ask_as_json(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (trained / "me.yml").write_text("body_weight: 82\nunits: imperial\n", encoding="utf-8")
    assert run(["ask", "how much protein do I need?", "--profile", str(trained / "me.yml"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"decision", "id", "confidence", "text", "buttons", "sources", "profile_used"}
    assert (found["decision"], found["id"]) == ("answer", "protein_target")
    assert "per lb" in found["text"]
    assert set(found["profile_used"]) >= {"body_weight", "units"}
    assert all(set(s) in ({"title", "doi", "grade"}, {"title", "section", "grade"}) for s in found["sources"])
    assert all(set(b) == {"title", "payload"} for b in found["buttons"])


@pytest.mark.model
def test_parse_keeps_order_and_keys(trained: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [{"text": "how much protein do I need?", "n": 1}, {"text": ""}, {"text": "I weigh 12 stone 4", "n": 3}]
    lines += [{"text": "/help"}, {"text": "my dad is 71"}, {"text": "\U0001f44d"}]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*map(json.dumps, lines), ""])))
    assert run(["parse"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [f["text"] for f in found] == [line["text"] for line in lines]
    assert [f.get("n") for f in found] == [1, None, 3, None, None, None]
    assert (found[0]["decision"], found[0]["id"]) == ("answer", "protein_target")
    assert (found[1]["decision"], found[1]["id"]) == ("out_of_scope", "out_of_scope")
    assert [(e["field"], e["value"], e["unit"]) for e in found[2]["entities"]] == [("body_weight", pytest.approx(78.02, abs=0.1), "kg")]
    assert found[3]["id"] == "help"
    assert found[4]["entities"] == []
    assert found[5]["id"] == "affirm"
    for item in found:
        assert 0 <= item["confidence"] <= 1
        assert 1 <= len(item["ranking"]) <= 5
        assert item["ranking"][0]["id"] == item["id"]


@pytest.mark.model
@pytest.mark.parametrize("line", ["not json", "[]", '{"words": "hi"}', '{"text": 5}'])
def test_parse_names_the_bad_line(trained: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"text": "hi"}\n' + line + "\n"))
    assert run(["parse"]) == 1
    printed = capsys.readouterr()
    assert "Line 2 is not a JSON object with 'text'" in printed.err
    assert len(printed.out.splitlines()) == 1


@pytest.mark.model
def test_chat_remembers_between_two_sittings(trained: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("I weigh 82 kg\nexit\n"))
    assert run(["chat", "--user", "ann"]) == 0
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.StringIO("how much protein do I need?\n"))
    assert run(["chat", "--user", "ann"]) == 0
    assert "130–180 g a day" in capsys.readouterr().out


@pytest.mark.model
def test_train_does_nothing_when_the_model_is_there(trained: Path, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train"]) == 0
    path, seconds, unit = capsys.readouterr().out.split()
    assert (Path(path).name, unit) == (model.name, "s")
    assert float(seconds) < 30

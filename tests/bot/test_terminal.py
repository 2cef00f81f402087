"""The terminal: readable lines, numbered choices, a clean end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from actions.reply import Attachment, Block, Button, Reply
from bot.channels import terminal

LONG = "Running and lifting fit well together when food and sleep keep up with both of them, week after week. " * 3


class Engine:
    """Answers from a list; remembers what it heard."""

    def __init__(self, *replies: Reply) -> None:
        self._replies: Iterator[Reply] = iter(replies)
        self.heard: list[Any] = []
        self.services = SimpleNamespace(files=SimpleNamespace(path=lambda key: Path("/data") / key))

    async def turn(self, _user: str, text: str, *, press: tuple[str, str] | None = None) -> Reply:
        self.heard.append(press or text)
        return next(self._replies)


CHOICE = Reply((Block("text", "Did you mean one of these?"),), (Button("Sleep", "topic", "sleep"), Button("Rest days", "topic", "rest_days")))
QUESTION = Reply((Block("text", "An answer."), Block("note", "How many days a week do you lift?")), (Button("Why?", "why", "sleep"),))
HELLO = Reply((Block("text", "Hi, I'm the coach."),))


async def talk(monkeypatch: pytest.MonkeyPatch, engine: Engine, typed: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return await terminal.talk(engine, "terminal:me")  # type: ignore[arg-type]


async def test_a_number_presses_the_button_with_that_number(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    engine = Engine(HELLO, CHOICE, HELLO)
    assert await talk(monkeypatch, engine, "rest?\n2\n") == 0
    assert engine.heard == [("intent", "greet"), "rest?", ("topic", "rest_days")]
    out = capsys.readouterr().out
    assert "  1) Sleep\n  2) Rest days" in out


async def test_the_choices_of_the_greeting_work_too(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(CHOICE, HELLO)
    await talk(monkeypatch, engine, "1\n")
    assert engine.heard == [("intent", "greet"), ("topic", "sleep")]


async def test_a_number_without_such_a_button_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(HELLO, CHOICE, HELLO, HELLO)
    await talk(monkeypatch, engine, "rest?\n3\n80\n")
    assert engine.heard[2:] == ["3", "80"]


async def test_a_number_answers_the_open_question(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    engine = Engine(HELLO, QUESTION, HELLO)
    await talk(monkeypatch, engine, "how much?\n1\n")
    assert engine.heard[2] == "1"
    assert "1) Why?" not in capsys.readouterr().out


async def test_a_question_with_choices_is_answered_by_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Reply((Block("note", "Kilos or pounds?"),), (Button("Kilos", "set", "units=metric"), Button("Why?", "why", "sleep")))
    engine = Engine(HELLO, asked, HELLO)
    await talk(monkeypatch, engine, "hm\n1\n")
    assert engine.heard[2] == ("set", "units=metric")


@pytest.mark.parametrize("word", ["exit", "QUIT", "/quit", " exit "])
async def test_leaving_by_word(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    engine = Engine(HELLO)
    assert await talk(monkeypatch, engine, f"{word}\nnever heard\n") == 0
    assert engine.heard == [("intent", "greet")]


async def test_blank_and_strange_lines_reach_the_engine_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(*[HELLO] * 5)
    await talk(monkeypatch, engine, "\n \n\u00b2\n/delete_my_data{}\n")
    assert engine.heard[1:] == ["", " ", "\u00b2", "/delete_my_data{}"]


def test_lines_are_wrapped_and_lists_indented(capsys: pytest.CaptureFixture[str]) -> None:
    reply = Reply((Block("text", LONG), Block("list", "What to do", (LONG,))), attachments=(Attachment("image", "k.png", "week.png"),))
    terminal.show(Engine(), reply)  # type: ignore[arg-type]
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= terminal.WIDTH
    start = next(n for n, line in enumerate(lines) if line.startswith("- "))
    assert lines[start + 1].startswith("  ")
    assert "[week.png: /data/k.png]" in lines

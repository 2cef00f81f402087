"""Rasa's processor with our runner: the graph's results are Dask's, and what is remembered holds nothing of a person."""

from __future__ import annotations

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.trackers import DialogueStateTracker

from bot import processor
from bot.engine import Engine

pytestmark = pytest.mark.model


@pytest.mark.parametrize("text", ["will running kill my gains?", "I'm 82 kg. how much protein? and is fasted running ok?", "my chest hurts when I run", "🙂"])
def test_the_graph_gives_what_dask_gives(engine: Engine, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = engine.processor.parse_text(text)
    monkeypatch.setattr(processor.OrderedRunner, "run", DaskGraphRunner.run)
    theirs = engine.processor.parse_text(text)
    assert ours.pop("message_id", 0) is not theirs.pop("message_id", None)
    assert ours == theirs


async def test_a_text_that_was_heard_before_is_parsed_once_and_the_same(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = dict(await engine.parse("does sprinting spare muscle at all"))
    monkeypatch.setattr(engine.processor, "parse_text", lambda _text: pytest.fail("parsed again"))
    assert await engine.parse("does sprinting spare muscle at all") == first


async def test_what_tells_facts_is_not_remembered_and_texts_never_are(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "REMEMBERED", 5)
    engine.processor._known.clear()
    await engine.parse("I weigh 93 kg")
    assert engine.processor._known == {}
    for n in range(8):
        await engine.parse(f"is my very private hobby number {n} bad for muscle")
    assert len(engine.processor._known) == 5
    assert "private hobby" not in str(engine.processor._known)
    assert all(isinstance(key, bytes) and len(key) == 16 for key in engine.processor._known)


def test_a_dialogue_turn_runs_through_our_runner(engine: Engine) -> None:
    assert isinstance(engine.processor.graph_runner, processor.OrderedRunner)
    message = UserMessage("hi")
    assert engine.processor._parse_message_with_graph(message, DialogueStateTracker.from_events("x", []))["text"] == "hi"

"""The sorted rule policy predicts what Rasa's own predicts, on the same trained rules."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine import Engine

pytestmark = pytest.mark.model


def policy_of(engine: Engine) -> Any:
    """The loaded policy."""
    nodes = engine.processor.graph_runner._instantiated_nodes
    return next(node._component for node in nodes.values() if isinstance(node._component, RulePolicy))


def test_predictions_are_those_of_rasas_own_policy(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    policy, domain, rng = policy_of(engine), engine.processor.domain, random.Random(11)
    assert type(policy).__name__ == "IntentRulePolicy"
    assert policy._by_intent
    assert not policy._on_texts
    intents = [*domain.intents, "never heard of", None]
    trackers = []
    for _ in range(150):
        events: list[Any] = []
        for n in range(rng.randrange(1, 4)):
            events += [ActionExecuted("action_listen"), UserUttered(f"text {n}", {"name": rng.choice(intents), "confidence": 1.0})]
            events += [ActionExecuted("action_coach")] if rng.random() < 0.6 else []
        trackers.append(DialogueStateTracker.from_events("u", events, domain.slots))
    sorted_ones = [policy.predict_action_probabilities(t, domain) for t in trackers]
    monkeypatch.setattr(policy, "_by_intent", None)
    monkeypatch.setattr(policy, "_on_texts", True)
    for mine, tracker in zip(sorted_ones, trackers, strict=True):
        theirs = policy.predict_action_probabilities(tracker, domain)
        assert (mine.probabilities, mine.action_metadata) == (theirs.probabilities, theirs.action_metadata)
    assert any(max(p.probabilities) == 1.0 for p in sorted_ones)


def test_the_configuration_uses_it() -> None:
    config = (Path(__file__).parent.parent.parent / "config.yml").read_text()
    assert "nlu.policy.IntentRulePolicy" in config

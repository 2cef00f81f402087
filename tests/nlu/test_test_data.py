"""The test language data is complete, well formed, and not trained on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
TRAINED_ON = (ROOT / "knowledge" / "entries", ROOT / "nlu" / "data")

SAFETY = {
    "urgent_symptoms", "pain_or_injury", "disordered_eating", "pregnancy",
    "medical_condition", "performance_drugs", "crisis",
}  # fmt: skip
CONVERSATION = {
    "greet", "goodbye", "thanks", "help", "are_you_a_bot", "ask_source", "ask_more", "start_onboarding",
    "update_profile", "show_profile", "delete_my_data", "export_my_data", "my_targets", "weekly_plan",
    "talk_to_human", "feedback_good", "feedback_bad", "affirm", "deny", "stop",
}  # fmt: skip
OUT_OF_SCOPE = {
    "near_supplements", "near_gear", "near_sport", "near_body", "near_running_technique", "far",
    "gibberish", "other_language", "injections", "emoji_blank",
}  # fmt: skip
NUMBERS = {  # canonical ranges
    "age": (13, 100), "body_weight": (30, 250), "height": (120, 220), "weekly_run_km": (0, 250),
    "longest_run_km": (0, 100), "run_days": (0, 7), "lift_days": (0, 7), "available_days": (0, 7),
    "session_minutes": (10, 240), "sleep_hours": (0, 14),
}  # fmt: skip
CHOICES = {
    "sex": {"female", "male", "undisclosed"},
    "units": {"metric", "imperial"},
    "goal": {"muscle", "balanced", "endurance", "fat_loss", "physique", "health"},
    "run_experience": {"new", "regular", "experienced"},
    "lift_experience": {"novice", "intermediate", "advanced"},
    "blocked_days": {"mon", "tue", "wed", "thu", "fri", "sat", "sun"},
    "day_part": {"morning", "midday", "evening", "any"},
    "diet": {"omnivore", "pescatarian", "vegetarian", "vegan"},
    "protein_habit": {"low", "some", "high"},
    "energy_balance": {"deficit", "maintenance", "surplus", "unsure"},
    "race_distance": {"5k", "10k", "half", "marathon", "ultra", "none"},
    "equipment": {"gym", "dumbbells", "bodyweight"},
    "health_flags": {"pregnancy", "kidney", "heart", "diabetes", "eating", "injury", "other"},
}
FREE = {"name", "race_date", "avoid_foods", "time_zone"}


@cache
def load(name: str) -> Any:
    """The content of one file of test data."""
    return yaml.safe_load((DATA / f"{name}.yml").read_text(encoding="utf-8"))


def text_of(item: str | dict[str, Any]) -> str:
    return item if isinstance(item, str) else str(item["text"])


def texts(name: str) -> list[str]:
    """All texts of one file, in order."""
    content = load(name)
    items = content if isinstance(content, list) else [i for group in content.values() for i in group]
    return [text_of(i) for i in items]


def plain(text: str) -> str:
    """The words alone, so that case and punctuation don't hide a repetition."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def strings(node: Any) -> Iterator[str]:
    """Every string in a YAML tree, block texts line by line without list dashes."""
    if isinstance(node, str):
        for line in node.splitlines():
            yield line.strip().removeprefix("- ")
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def known_ids() -> set[str]:
    return set(load("questions")) | SAFETY | CONVERSATION | {"out_of_scope"}


@pytest.mark.parametrize(
    ("name", "groups", "least"),
    [("questions", 61, 8), ("safety", 7, 35), ("out_of_scope", 10, 25), ("conversation", 20, 12)],
)
def test_every_group_has_enough(name: str, groups: int, least: int) -> None:
    content = load(name)
    assert len(content) == groups
    assert {k: len(v) for k, v in content.items() if len(v) < least} == {}


def test_groups_are_the_known_ones() -> None:
    assert set(load("safety")) == SAFETY
    assert set(load("conversation")) == CONVERSATION
    assert set(load("out_of_scope")) == OUT_OF_SCOPE
    # asking for a plan is both a topic and a thing to do; nothing else is
    assert set(load("questions")) & (SAFETY | CONVERSATION) == {"weekly_plan"}


@pytest.mark.parametrize("name", ["questions", "safety", "conversation"])
def test_second_right_ids_exist_and_differ(name: str) -> None:
    for group, items in load(name).items():
        for item in items:
            if isinstance(item, dict):
                assert set(item) == {"text", "also"}, item
                assert set(item["also"]) <= known_ids() - {group}, item


@pytest.mark.parametrize(
    "name", ["questions", "safety", "lookalikes", "conversation", "facts", "multi", "out_of_scope"]
)
def test_texts_are_strings_and_not_repeated(name: str) -> None:
    # blank texts, emoji and commands are compared as they stand
    keys = Counter(t if t.startswith("/") else plain(t) or t for t in texts(name))
    assert [k for k, n in keys.items() if n > 1] == []


def test_a_text_belongs_to_one_file() -> None:
    seen: dict[str, str] = {}
    clashes = []
    for name in ("questions", "safety", "lookalikes", "out_of_scope", "multi"):
        for text in texts(name):
            if plain(text) and seen.setdefault(plain(text), name) != name:
                clashes.append(text)
    assert clashes == []


def test_lookalikes() -> None:
    items = load("lookalikes")
    assert len(items) >= 160
    expected = (known_ids() - SAFETY) | {"any"}
    assert [i for i in items if i["expect"] not in expected] == []


def test_multi() -> None:
    items = load("multi")
    sizes = Counter(len(set(i["ids"])) for i in items)
    assert set(sizes) == {1, 2}
    assert sizes[2] >= 40
    assert sizes[1] >= 25
    assert [i for i in items if not set(i["ids"]) <= set(load("questions"))] == []


def test_facts_are_canonical() -> None:
    items = load("facts")
    assert len(items) >= 180
    assert sum(not i["facts"] for i in items) >= 50
    for item in items:
        assert set(item) <= {"text", "facts", "may"}, item
        for field, value in [*item["facts"].items(), *item.get("may", {}).items()]:
            if field in NUMBERS:
                low, high = NUMBERS[field]
                assert low <= value <= high, item
            elif field in CHOICES:
                chosen = value if isinstance(value, list) else [value]
                assert set(chosen) <= CHOICES[field], item
            else:
                assert field in FREE, item


def test_every_field_is_tried() -> None:
    tried = {field for item in load("facts") for field in item["facts"]}
    assert (NUMBERS.keys() | CHOICES.keys() | FREE) - tried == set()


def test_not_trained_on() -> None:
    """A text of some length in the training data too would flatter every figure.

    Short ones ("leg day", "zone 2") are bound to be thought of twice.
    """
    trained = {
        plain(string)
        for folder in TRAINED_ON
        for path in sorted(folder.rglob("*.y*ml"))
        for string in strings(yaml.safe_load(path.read_text(encoding="utf-8")))
    }
    leaked = [
        text
        for name in ("questions", "safety", "lookalikes", "out_of_scope", "multi")
        for text in texts(name)
        if len(plain(text).split()) >= 5 and plain(text) in trained
    ]
    assert leaked == []

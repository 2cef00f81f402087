"""All training examples: the entries' phrasings, the conversation intents, the out-of-scope classes, the look-alikes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.files import read_yaml
from knowledge.load import Knowledge

DATA = Path(__file__).parent / "data"
OUT_OF_SCOPE = "out_of_scope"
OUT_OF_SCOPE_PREFIX = "oos_"
LOOKALIKE = OUT_OF_SCOPE_PREFIX + "lookalike"
PLAN_REQUEST = "plan_request"  # the conversation side of `weekly_plan`: the same id to the outside
# How an intent is decided: which of the five decisions its label leads to.
KINDS = ("answer", "safety", "conversation", "out_of_scope")


@dataclass(frozen=True)
class Example:
    """A text and its label."""

    text: str
    label: str


@dataclass(frozen=True)
class OutOfScopeClass:
    """Questions the coach doesn't answer: `name` completes "I don't cover ... yet"; `nearest` is a topic or None."""

    label: str
    name: str
    nearest: str | None
    examples: tuple[str, ...]


def _read(name: str) -> Any:
    return read_yaml(DATA / f"{name}.yml")


@lru_cache(maxsize=1)
def out_of_scope_classes() -> dict[str, OutOfScopeClass]:
    """The out-of-scope classes by label."""
    raw = _read("out_of_scope")["classes"]
    return {
        (label := OUT_OF_SCOPE_PREFIX + key): OutOfScopeClass(label, c["name"], c.get("nearest"), tuple(map(str, c["examples"])))
        for key, c in raw.items()
    }


@lru_cache(maxsize=1)
def conversation_examples() -> dict[str, tuple[str, ...]]:
    """Examples of the conversation intents, from the Rasa NLU file."""
    raw = _read("conversation")
    return {
        item["intent"]: tuple(re.sub(r"^\s*-\s?", "", line).strip() for line in item["examples"].splitlines() if line.strip(" -"))
        for item in raw["nlu"]
    }


@lru_cache(maxsize=1)
def _lookalikes() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _read("safety_lookalikes")
    return found


@lru_cache(maxsize=1)
def _more_safety() -> dict[str, Any]:
    found: dict[str, Any] = _read("safety_more")
    return found


def examples(knowledge: Knowledge) -> Iterator[Example]:
    """Every training example once, in a fixed order."""
    for topic, entry in knowledge.entries.items():
        yield from (Example(t, topic) for t in dict.fromkeys((entry.question, *entry.phrasings)))
    for intent, texts in conversation_examples().items():
        label = PLAN_REQUEST if intent == "weekly_plan" else intent
        yield from (Example(t, label) for t in dict.fromkeys(texts))
    for cls in out_of_scope_classes().values():
        yield from (Example(t, cls.label) for t in dict.fromkeys(cls.examples))
    conversation = set(conversation_examples())
    for topic, texts in _more_safety().items():
        yield from (Example(str(t["text"] if isinstance(t, dict) else t), topic if topic in knowledge.entries else LOOKALIKE) for t in texts)
    for item in _lookalikes():
        topic = str(item.get("topic"))
        if topic in knowledge.entries or topic in conversation:
            yield Example(item["text"], PLAN_REQUEST if topic == "weekly_plan" else topic)
        else:
            yield Example(item["text"], LOOKALIKE)


def kinds(knowledge: Knowledge) -> dict[str, str]:
    """The decision that each label leads to."""
    found = {topic: "safety" if entry.is_safety else "answer" for topic, entry in knowledge.entries.items()}
    found |= {PLAN_REQUEST if i == "weekly_plan" else i: "conversation" for i in conversation_examples()}
    return found | dict.fromkeys((*out_of_scope_classes(), LOOKALIKE), "out_of_scope")


def public_id(label: str) -> str:
    """The id that outsiders see for a label."""
    if label.startswith(OUT_OF_SCOPE_PREFIX):
        return OUT_OF_SCOPE
    return "weekly_plan" if label in (PLAN_REQUEST, "change_plan") else label


def fingerprint(knowledge: Knowledge) -> str:
    """A hash of everything that training reads, short."""
    digest = hashlib.sha256()
    for example in examples(knowledge):
        digest.update(f"{example.label}\t{example.text}\n".encode())
    for part in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(part.read_bytes())
    digest.update((Path(__file__).parent.parent / "config.yml").read_bytes())
    digest.update((Path(__file__).parent.parent / "domain.yml").read_bytes())
    return digest.hexdigest()[:16]

"""The product's promises, over every topic: no target for the protected, advice that fits the person, topics that lead on.

A new topic is one file: put into a coach's own directory it reaches the importer, the domain, the rules and the answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions import guidance
from actions.plain import plain
from knowledge.check import probe_values
from knowledge.entry import TARGET, Entry, matches
from knowledge.fields import catalogue
from knowledge.load import Knowledge, load
from tests.knowledge.sample import PHRASINGS, write_entry

PROTECTED: tuple[dict[str, Any], ...] = (
    {"age": 13}, {"age": 17},
    {"health_flags": ["pregnancy"]}, {"health_flags": ["kidney"]}, {"health_flags": ["eating"]}, {"health_flags": ["heart", "eating"], "age": 16},
)  # fmt: skip
# A person about whom everything is known, so that every formula could speak.
KNOWN: dict[str, Any] = {
    "body_weight": 70, "height": 175, "sex": "female", "goal": "muscle", "run_experience": "regular", "lift_experience": "novice", "weekly_run_km": 30,
    "longest_run_km": 12, "run_days": 3, "lift_days": 2, "available_days": 5, "session_minutes": 45, "diet": "vegan", "protein_habit": "low",
    "energy_balance": "maintenance", "sleep_hours": 6, "race_distance": "half", "equipment": "gym",
}  # fmt: skip


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    return load()


def coaching() -> list[Entry]:
    return [e for e in knowledge().entries.values() if not e.is_safety]


def shown(entry: Entry, profile: Mapping[str, Any]) -> str:
    """Everything that a person can read about a topic: the answer, the reason, the evidence."""
    parts = (
        guidance.answer(entry, profile, knowledge(), ask=guidance.question_back(entry, profile)),
        guidance.why(entry, profile, knowledge()),
        guidance.evidence(entry, profile, knowledge()),
    )
    return "\n".join([*map(plain, parts), *(b.title for part in parts for b in part.buttons)])


def meeting(when: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Profiles that meet a condition."""
    fields = catalogue()
    chosen: dict[str, Any] = {}
    for name, test in when.items():
        spec = fields[name]
        options: list[Any] = list(spec.choices) or list(range(251))
        values = [[o] if spec.kind == "set" else o for o in options]
        fitting = [v for v in values if matches(v, test)]
        if not fitting:  # "unknown", or words
            if test != "unknown":
                chosen[name] = ["milk"] if spec.kind == "words" else "2027-05-01"
            continue
        chosen[name] = fitting[0]
    yield chosen


@pytest.mark.parametrize("entry", coaching(), ids=lambda e: e.topic)
def test_the_protected_see_no_target_in_any_topic_whatever_else_is_known(entry: Entry) -> None:
    profiles = [dict(p) for p in PROTECTED] + [{**KNOWN, **p} for p in PROTECTED]
    for rule in entry.tailored:
        for met in meeting(rule.when):
            for protection in PROTECTED:
                flags = sorted({*protection.get("health_flags", ()), *met.get("health_flags", ())})
                profile = {**KNOWN, **met, **protection, **({"health_flags": flags} if flags else {})}
                profiles += [profile, {**profile, "units": "imperial"}, {**met, **protection, **({"health_flags": flags} if flags else {})}]
    for profile in profiles:
        read = without_titles(shown(entry, profile))
        assert not (found := TARGET.search(read)), f"{profile}: ...{read[max(0, found.start() - 80) : found.end() + 40]}..."


def without_titles(read: str) -> str:
    """The text less citations and article titles, which name no target for anybody."""
    return "\n".join(line for line in read.splitlines() if "doi.org" not in line and " · " not in line)


PEOPLE = st.fixed_dictionaries(
    {"age": st.integers(13, 17)}, optional={
        "body_weight": st.integers(40, 120), "height": st.integers(150, 200), "goal": st.sampled_from(sorted(catalogue()["goal"].choices)),
        "weekly_run_km": st.integers(0, 100), "longest_run_km": st.integers(0, 40), "lift_days": st.integers(0, 7), "run_days": st.integers(0, 7),
        "units": st.sampled_from(["metric", "imperial"]), "energy_balance": st.sampled_from(sorted(catalogue()["energy_balance"].choices)),
        "diet": st.sampled_from(sorted(catalogue()["diet"].choices)), "sleep_hours": st.integers(3, 10),
        "run_experience": st.sampled_from(["new", "regular", "experienced"]), "lift_experience": st.sampled_from(["novice", "intermediate", "advanced"]),
    },
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(coaching()), PEOPLE)
def test_a_minor_sees_no_target_in_a_random_topic(entry: Entry, profile: dict[str, Any]) -> None:
    read = without_titles(shown(entry, profile))
    assert not TARGET.search(read), read


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(coaching()), st.sampled_from(coaching()), st.sampled_from(PROTECTED))
def test_two_questions_at_once_open_no_way_around(first: Entry, second: Entry, protection: dict[str, Any]) -> None:
    if first.topic != second.topic:
        reply = guidance.two_answers(first, second, {**KNOWN, **protection}, knowledge())
        assert not TARGET.search(without_titles(plain(reply)))


FIELDS = [(entry, name) for entry in coaching() for name in entry.profile]


@pytest.mark.parametrize(("entry", "name"), FIELDS, ids=[f"{e.topic}-{n}" for e, n in FIELDS])
def test_two_values_of_a_named_field_lead_to_different_advice(entry: Entry, name: str) -> None:
    low, high = (guidance.answer(entry, {name: value}, knowledge()) for value in probe_values(name))
    words = [digitless(plain(reply)) for reply in (low, high)]
    assert words[0] != words[1], f"{probe_values(name)} differ by numbers only"
    assert name in {*low.profile_used, *high.profile_used}


def digitless(text: str) -> str:
    return "".join(c for c in text if not c.isdigit())


def test_every_topic_can_be_reached_by_following_on_from_any_other() -> None:
    topics = {e.topic: [f.topic for f in e.follow_ups] for e in coaching()}
    for start in topics:
        todo, reached = [start], {start}
        while todo:
            new = {t for t in topics.get(todo.pop(), ()) if t in topics} - reached
            reached |= new
            todo += new
        assert len(reached) >= 0.9 * len(topics), f"from {start} only {len(reached)} of {len(topics)} topics can be reached"


@pytest.mark.parametrize("entry", coaching(), ids=lambda e: e.topic)
def test_an_answer_shows_its_grade_its_sources_and_what_to_ask_next(entry: Entry) -> None:
    reply = guidance.answer(entry, {}, knowledge())
    assert plain(reply).startswith(entry.headline)
    assert reply.sources
    assert len([b for b in reply.buttons if b.do == "topic"]) == 2
    assert {b.do for b in reply.buttons} >= {"why", "sources"}


def test_a_new_topic_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nlu import corpus
    from nlu.importer import ACTION, KnowledgeImporter

    before = corpus.fingerprint(load())
    write_entry(tmp_path)
    monkeypatch.setenv("COACH_KNOWLEDGE_DIR", str(tmp_path))
    root = Path(__file__).parents[1]
    importer = KnowledgeImporter(str(root / "config.yml"), str(root / "domain.yml"), [])
    assert "dog_running" in importer.get_domain().intents
    heard = {m.get("text") for m in importer.get_nlu_data().intent_examples if m.get("intent") == "dog_running"}
    assert heard == {"Can I run with my dog?", *PHRASINGS}
    rules = [step for step in importer.get_stories().story_steps if step.block_name == "answer dog_running"]
    assert [type(e).__name__ for e in rules[0].events if getattr(e, "action_name", "") in ("", ACTION)][-2:]
    assert any(getattr(e, "action_name", None) == ACTION for e in rules[0].events)
    own = load(tmp_path)
    assert corpus.fingerprint(own) != before
    assert corpus.kinds(own)["dog_running"] == "answer"
    reply = guidance.answer(own.entries["dog_running"], {"run_days": 2}, own)
    assert "Because you run 2 days a week, the dog can come along" in plain(reply)
    assert reply.profile_used == ("run_days",)

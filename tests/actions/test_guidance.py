"""The coaching over all entries: limits, gates for the protected, one question back, sources."""

from __future__ import annotations

import pytest

from actions.guidance import CALM, TRAINING, answer, evidence, question_back, region_text, shown_evidence, tailored, two_answers, why
from actions.plain import plain
from knowledge.entry import REPLY_LIMIT, TARGET
from knowledge.load import load

KNOWLEDGE = load(None)
COACHING = [e for e in KNOWLEDGE.entries.values() if not e.is_safety]
FULL = {
    "age": 34, "sex": "female", "body_weight": 62, "height": 170, "goal": "muscle", "run_experience": "regular", "lift_experience": "intermediate",
    "weekly_run_km": 30, "longest_run_km": 12, "run_days": 3, "lift_days": 3, "available_days": 5, "session_minutes": 60, "diet": "vegan",
    "protein_habit": "some", "energy_balance": "deficit", "sleep_hours": 6, "race_distance": "half", "equipment": "gym",
}  # fmt: skip
PROTECTED = [{"age": 15}, *({"age": 34, "health_flags": [f]} for f in ("pregnancy", "kidney", "eating"))]


@pytest.mark.parametrize("entry", COACHING, ids=lambda e: e.topic)
@pytest.mark.parametrize("profile", [{}, FULL, {**FULL, "units": "imperial", "goal": "endurance"}], ids=["empty", "full", "imperial"])
def test_answers_fit_and_are_complete(entry, profile):
    reply = answer(entry, profile, KNOWLEDGE)
    assert len(plain(reply)) <= REPLY_LIMIT + 100  # the limit counts texts, plain text adds line breaks and dashes
    assert reply.blocks[0].text == entry.headline and reply.decision == "answer" and reply.ids == (entry.topic,)
    assert "{" not in plain(reply) and "[[" not in plain(reply)
    assert set(reply.profile_used) <= {*profile}
    assert len(tailored(entry, profile)) <= 2


@pytest.mark.parametrize("entry", COACHING, ids=lambda e: e.topic)
@pytest.mark.parametrize("extra", PROTECTED, ids=["minor", "pregnancy", "kidney", "eating"])
def test_the_protected_see_no_figure_that_could_be_a_target(entry, extra):
    profile = {**FULL, **extra}
    for reply in (answer(entry, profile, KNOWLEDGE), why(entry, profile, KNOWLEDGE)):
        found = TARGET.search(plain(reply))
        assert found is None, found
    assert "62" not in plain(answer(entry, profile, KNOWLEDGE))


@pytest.mark.parametrize("entry", COACHING, ids=lambda e: e.topic)
def test_the_question_back_is_unknown_unasked_and_never_about_health(entry):
    asked: list[str] = []
    while (name := question_back(entry, {}, asked)) is not None:
        assert name not in asked and name != "health_flags"
        asked.append(name)
    assert question_back(entry, FULL | {"blocked_days": ["mon"], "day_part": "any", "race_date": "2027-01-01", "avoid_foods": ["nuts"]}) is None
    assert question_back(entry, {"age": 15}) is None


@pytest.mark.parametrize("entry", COACHING, ids=lambda e: e.topic)
def test_sources_are_shown_with_grades_and_never_the_unread(entry):
    reply = evidence(entry, {}, KNOWLEDGE)
    assert all(r.status in ("V", "V2") for r in shown_evidence(entry, KNOWLEDGE))
    assert all(s.grade for s in reply.sources) and reply.ids == ("ask_source",)
    second_hand = [r for r in shown_evidence(entry, KNOWLEDGE) if r.status == "V2"]
    assert plain(reply).count("as reported by a secondary source") == len(second_hand)


def test_two_answers_are_brief_and_both():
    first, second = COACHING[0], COACHING[1]
    reply = two_answers(first, second, FULL, KNOWLEDGE)
    assert reply.ids == (first.topic, second.topic) and first.title in plain(reply) and second.title in plain(reply)


def test_a_helpline_that_is_not_set_leaves_its_sentence_out():
    text = "Call {emergency} now. You can also call {helpline_crisis}. You are not alone."
    assert region_text(text, {"emergency": "999", "helpline_crisis": ""}) == "Call 999 now. You are not alone."
    assert "116" in region_text(text, {"emergency": "999", "helpline_crisis": "116 123"})


@pytest.mark.parametrize("flag", ["heart", "pregnancy", "eating", "diabetes", "other", "injury"])
def test_a_health_flag_is_heard_with_every_answer_on_training(flag: str) -> None:
    for entry in KNOWLEDGE.entries.values():
        if entry.kind != "referral" and entry.group in TRAINING:
            reply = answer(entry, {"health_flags": [flag], "goal": "endurance", "lift_experience": "advanced"}, KNOWLEDGE)
            assert "health_flags" in reply.profile_used, entry.topic


@pytest.mark.parametrize("flag", ["heart", "pregnancy", "eating"])
def test_no_goal_or_level_asks_them_for_a_harder_session(flag: str) -> None:
    strong = {"health_flags": [flag], "goal": "endurance", "run_experience": "experienced", "lift_experience": "advanced", "weekly_run_km": 60.0, "race_distance": "marathon"}
    for entry in KNOWLEDGE.entries.values():
        for item in tailored(entry, strong):
            assert set(item.when) <= CALM, (entry.topic, item.say)

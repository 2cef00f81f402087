"""From ranking, facts and cues to one decision, and what its confidence means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.decide import NONE, Decision, Part, Thresholds, as_dict, decide
from nlu.facts import Fact
from nlu.intents import ALONE, OF_SCORE_ALONE, Ranked
from nlu.safety import SafetyCue
from nlu.spacy_pipeline import build_nlp

KINDS = {
    "protein_target": "answer", "carbs": "answer", "sleep": "answer", "session_spacing": "answer", "crisis": "safety", "pain_or_injury": "safety",
    "greet": "conversation", "update_profile": "conversation", "log_training": "conversation", "weekly_plan": "answer", "plan_request": "conversation", "oos_supplements": "out_of_scope",
}  # fmt: skip
T = Thresholds()


def part(text: str, *scores: tuple[str, float], safety: float = 0.0, near: float = 0.8, off_topic: float = 0.0) -> Part:
    return Part(text, tuple(Ranked(label, score, near, OF_SCORE_ALONE * score + ALONE) for label, score in scores), safety, off_topic)


def decided(text: str, *scores: tuple[str, float], clauses: Sequence[Part] = (), cues: Sequence[SafetyCue] = (), **more: float) -> Decision:
    return decide(text, part(text, *scores, **more), clauses, (), cues, KINDS, T)


def test_a_clear_topic_is_answered() -> None:
    found = decided("how much protein", ("protein_target", 0.8), ("carbs", 0.1))
    assert (found.decision, found.id, found.ids) == ("answer", "protein_target", ("protein_target",))
    assert found.confidence > 0.95


def test_an_answer_offers_the_topics_that_it_may_have_missed_and_a_sure_one_none() -> None:
    found = decided("tired legs", ("sleep", 0.45), ("greet", 0.35), ("carbs", 0.3), ("crisis", 0.2), ("protein_target", 0.15), ("session_spacing", 0.1))
    assert (found.decision, found.ids, found.offers) == ("answer", ("sleep",), ("carbs", "protein_target")), "topics only"
    assert decided("tired legs", ("sleep", 0.9), ("carbs", 0.1)).offers == ()


def test_facts_with_a_plan_wished_for_are_a_statement() -> None:
    fact = Fact("lift_days", 3, "days", "lift 3x", 15, 22, "stored")
    text = "make me a plan lift 3x"
    found = decide(text, part(text, ("sleep", 0.5), ("carbs", 0.1)), (), (fact,), (), KINDS, T)
    assert (found.decision, found.id) == ("conversation", "update_profile")
    text = "is my plan any good lift 3x"
    assert decide(text, part(text, ("sleep", 0.5), ("carbs", 0.1)), (), (fact,), (), KINDS, T).decision == "answer"


def test_two_that_lie_close_become_buttons() -> None:
    found = decided("what about eating", ("protein_target", 0.25), ("carbs", 0.24), ("greet", 0.2), ("sleep", 0.23))
    assert found.decision == "clarify"
    assert found.offers == ("protein_target", "carbs", "sleep")
    assert [i for i, _ in found.ranking[:3]] == list(found.offers)
    assert found.confidence < T.answer


@pytest.mark.parametrize(
    ("scores", "off_topic"),
    [((("protein_target", -0.2), ("carbs", -0.2)), 0.0), ((("oos_supplements", 0.6), ("protein_target", 0.3)), 0.7), ((("protein_target", 0.2), ("carbs", 0.1)), 0.8)],
)
def test_what_fits_nothing_is_out_of_scope(scores: tuple[tuple[str, float], ...], off_topic: float) -> None:
    assert decided("which brand", *scores, off_topic=off_topic).decision == "out_of_scope"


def test_a_topic_as_near_as_another_is_offered_though_something_off_topic_is_near() -> None:
    scores = (("protein_target", 0.3), ("carbs", 0.3), ("oos_supplements", 0.3))
    assert decided("which protein", *scores, off_topic=0.3).decision == "clarify"
    assert decided("which protein", ("protein_target", 0.5), ("oos_supplements", 0.2), ("carbs", 0.1), off_topic=0.3).decision == "answer"


def test_the_more_is_off_topic_the_less_sure_is_an_answer() -> None:
    sure = [decided("which protein", ("protein_target", 0.3), ("carbs", 0.1), off_topic=n / 10) for n in range(11)]
    assert sure[0].decision == "answer" and sure[-1].decision == "out_of_scope"
    answers = [d.confidence for d in sure if d.decision == "answer"]
    assert answers == sorted(answers, reverse=True)


def test_what_was_not_looked_at_closely_is_never_answered() -> None:
    far = Ranked("carbs", 0.9, 0.8, None)
    found = decide("what about eating", Part("what about eating", (Ranked("protein_target", 0.3, 0.8, 1.2), far)), (), (), (), KINDS, T)
    assert (found.decision, found.id, found.offers) == ("answer", "protein_target", ())
    assert dict(found.ranking)["carbs"] == 0


def test_a_cue_wins_over_any_score() -> None:
    cue = SafetyCue("crisis", "R08", "suicide_words", "end it", 0.95, True, True)
    found = decided("how much protein before i end it", ("protein_target", 0.99), ("carbs", 0.0), cues=[cue])
    assert (found.decision, found.id, found.trigger) == ("safety", "crisis", "R08")
    assert found.ranking[0] == ("crisis", 0.95)


def test_the_models_safety_score_alarms_from_its_threshold_on() -> None:
    def alarmed(score: float) -> bool:
        return decided("something is off with my shin", ("pain_or_injury", score), ("protein_target", 0.1), safety=score).decision == "safety"

    alarms = [alarmed(n / 100) for n in range(10, 80)]
    assert not alarms[0] and alarms[-1]
    assert alarms == sorted(alarms), "more safety never ends an alarm"
    coached = (("protein_target", 0.6), ("pain_or_injury", 0.35))
    assert decided("something is off with my shin", *coached, safety=0.35).decision == "answer", "a topic that fits better speaks against it"
    assert alarmed(0.45), "more of it, without such a topic"


def test_a_clause_can_alarm_by_itself() -> None:
    calm, grave = part("how much protein?", ("protein_target", 0.5), ("carbs", 0.0)), part("my shin gives way", ("pain_or_injury", 0.9), ("carbs", 0.0), safety=0.9)
    assert decided("how much protein? my shin gives way", ("protein_target", 0.2), ("pain_or_injury", 0.2), safety=0.3, clauses=[calm, grave]).id == "pain_or_injury"


def test_two_questions_are_two_answers_no_surer_than_the_less_sure() -> None:
    one, two = part("how much protein?", ("protein_target", 0.8), ("carbs", 0.0)), part("how long should i sleep?", ("sleep", 0.5), ("carbs", 0.1))
    found = decided("how much protein? how long should i sleep?", ("protein_target", 0.4), ("sleep", 0.39), clauses=[one, two])
    assert found.ids == ("protein_target", "sleep")
    assert found.confidence == pytest.approx(two.probabilities(KINDS)["sleep"], abs=1e-4)
    assert [i for i, _ in found.ranking[:2]] == ["protein_target", "sleep"]


def test_the_asking_clause_counts_when_a_story_surrounds_it() -> None:
    story, asks = part("my cat is ill and work is mad.", ("greet", 0.05), ("carbs", 0.0)), part("how long should i sleep?", ("sleep", 0.9), ("carbs", 0.0))
    found = decided("my cat is ill and work is mad. how long should i sleep?", ("oos_supplements", 0.3), ("sleep", 0.2), clauses=[story, asks])
    assert (found.decision, found.id) == ("answer", "sleep")


def test_only_facts_are_a_profile_change() -> None:
    from nlu.evaluate import TODAY
    from nlu.facts import read_facts

    text = "I'm 82 kg and vegan"
    facts = read_facts(build_nlp()(text), today=TODAY)
    found = decide(text, part(text, ("protein_target", 0.2), ("carbs", 0.1)), (), facts, (), KINDS, T)
    assert (found.decision, found.id) == ("conversation", "update_profile")


@pytest.mark.parametrize(("text", "decision", "ident"), [("👍", "conversation", "affirm"), ("", "out_of_scope", "out_of_scope"), ("🦀", "out_of_scope", "out_of_scope")])
def test_before_any_model(text: str, decision: str, ident: str) -> None:
    found = decide(text, None, (), (), (), KINDS, T)
    assert (found.decision, found.id) == (decision, ident)


SCORES = st.lists(st.floats(-0.2, 1.2), min_size=1, max_size=8).map(lambda found: sorted(found, reverse=True))


@given(SCORES, st.floats(0, 2))
def test_probabilities_are_a_distribution_best_first(scores: list[float], off_topic: float) -> None:
    labels = list(KINDS)
    found = part("x", *zip(labels, scores, strict=False), off_topic=off_topic).probabilities(KINDS)
    assert set(found) == {NONE, *labels[: len(scores)]}
    assert sum(found.values()) == pytest.approx(1)
    assert all(a >= b for a, b in pairwise(found.values()))
    topics = [found[label] for label in labels[: len(scores)] if KINDS[label] == "answer"]
    assert topics == sorted(topics, reverse=True), "of one kind the better match is the likelier"


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.2))
def test_a_wider_lead_is_surer(score: float, other: float, more: float) -> None:
    first, second = max(score, other), min(score, other)
    wider = max(0.0, second - more)
    near, far = (part("x", ("sleep", first), ("carbs", rival)).probabilities(KINDS)["sleep"] for rival in (second, wider))
    assert far >= near - 1e-9


@given(SCORES, st.floats(0, 1))
def test_the_ranking_never_ranks_higher_than_the_decision(scores: list[float], safety: float) -> None:
    labels = list(KINDS)
    found = decided("how does it go", *zip(labels, scores, strict=False), safety=safety)
    ranking = as_dict(found)["ranking"]
    assert len(ranking) <= 5
    assert found.decision == "out_of_scope" or ranking[0]["id"] == found.id
    assert all(a["confidence"] >= b["confidence"] - 1e-6 for a, b in pairwise(ranking))


def rule(topic: str, *, emergency: bool = False) -> SafetyCue:
    return SafetyCue(topic, "R99", "some_rule", "a word", 0.95, emergency, True)


def test_a_rule_is_not_believed_where_the_model_has_no_doubt() -> None:
    scores = (("oos_supplements", 0.5), ("sleep", 0.1))
    assert decided("my face itches from beta alanine", *scores, cues=[rule("pain_or_injury")], safety=0.05, off_topic=0.6).decision == "out_of_scope"


@pytest.mark.parametrize(
    ("cue", "safety", "score", "text"),
    [
        (rule("pain_or_injury"), 0.4, 0.5, "short"), (rule("pain_or_injury"), 0.25, 0.2, "short"), (rule("pain_or_injury", emergency=True), 0.05, 0.5, "short"),
        (rule("crisis"), 0.05, 0.5, "short"), (rule("urgent_symptoms"), 0.05, 0.5, "short"), (rule("pain_or_injury"), 0.05, 0.5, "long " * 50),
    ],
)  # fmt: skip
def test_in_any_doubt_the_rule_is_believed(cue: SafetyCue, safety: float, score: float, text: str) -> None:
    ranked = sorted((("sleep", score), ("carbs", 0.1), ("pain_or_injury", safety)), key=lambda found: -found[1])
    assert decided(text, *ranked, cues=[cue], safety=safety).decision == "safety"


def test_a_hint_counts_where_the_model_sees_something_too() -> None:
    hint = replace(rule("crisis", emergency=True), hint=True)
    assert decided("put on muscle which will slow me down", ("sleep", 0.5), ("carbs", 0.1), cues=[hint], safety=0.0).decision == "answer"
    assert decided("long " * 50, ("sleep", 0.5), ("carbs", 0.1), cues=[hint], safety=0.0).decision != "safety"
    assert decided("the letters are written", ("crisis", 0.2), ("sleep", 0.1), cues=[hint], safety=0.2).id == "crisis"
    assert decided("put on muscle", ("sleep", 0.5), ("carbs", 0.1), cues=[hint, rule("crisis")], safety=0.0).id == "crisis"


def test_a_sum_of_weak_safety_scores_is_no_alarm_without_one_that_is_near() -> None:
    near, weak = (("crisis", T.matter), ("sleep", 0.05)), (("crisis", T.matter - 0.01), ("sleep", 0.05))
    assert decided("thinking about a marathon", *near, safety=0.6).decision == "safety"
    assert decided("thinking about a marathon", *weak, safety=0.6).decision != "safety"


@pytest.mark.parametrize(
    "text",
    [
        "did week 5 run 3 this morning, twenty minutes without stopping!!!", "1.7 miles in 30 mins, avg hr 148", "squatted 5x5 at 100 kg", "another 15 minutes of jump rope today",
        "put down a 9 miler for yesterday, slow one with the club", "went out in the end and ran a strong 5 miles",
        "squatted today", "did legs yesterday", "went for a run this morning", "just trained with my brother today",
    ],
)  # fmt: skip
def test_a_session_told_is_logged_though_a_topic_is_nearer(text: str) -> None:
    found = decided(text, ("sleep", 0.4), ("carbs", 0.25), ("log_training", 0.2))
    assert (found.decision, found.id) == ("conversation", "log_training")
    assert decided(text, ("sleep", 0.4), ("carbs", 0.25), ("log_training", T.told - 0.01)).id != "log_training"
    assert decided(text, ("sleep", 0.4), ("carbs", 0.25), ("greet", 0.22), ("log_training", 0.2)).id != "log_training"


@pytest.mark.parametrize(
    "text",
    ["did 10k yesterday, should I lift today", "is 5 miles enough?", "did I do 5 km yesterday", "I like long runs", "how about 5 km", "did legs today?", "should I squat today", "I ran today, my knee hurts", "hows my 40 min session built, done twice"],
)
def test_what_asks_or_names_no_amount_is_no_session_told(text: str) -> None:
    assert decided(text, ("sleep", 0.4), ("carbs", 0.25), ("log_training", 0.2)).id != "log_training"

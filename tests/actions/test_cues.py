"""Safety cues in the light of who writes: the same words alarm for one person and not for another."""

from __future__ import annotations

import datetime as dt

import pytest

from actions.conversation import CALM_TRIGGERS
from actions.cues import known_of, read_for
from actions.reply import Person
from actions.session import Turn
from nlu.safety import KNOWN, SafetyRules

PARSE = {"decision": "answer", "id": "vo2max", "ids": ["vo2max"], "confidence": 0.9, "ranking": [], "offers": [], "label": "vo2max", "trigger": "", "facts": []}
PREGNANT, DIABETIC = {"health_flags": ["pregnancy"]}, {"health_flags": ["diabetes"]}
THIN = {"body_weight": 50, "height": 174, "age": 24}


def read(text, profile, **state):
    parse = read_for(Turn(text, PARSE, dt.date(2026, 11, 23)), Person("t:1", profile, state, True, False, lambda: None, list)).parse
    return parse["trigger"] if parse["decision"] == "safety" else ""


@pytest.mark.parametrize(
    ("text", "profile", "trigger"),
    [
        ("i had a tiny bit of spotting yesterday, normal right?", PREGNANT, "R10-blood"),
        ("bit of blood today after squats", PREGNANT, "R10-blood"),
        ("bled heavily and it hurts", PREGNANT, "R10-now"),
        ("contractions after my walk", PREGNANT, "R10-now"),
        ("leaking a bit since last week", PREGNANT, "R10-floor"),
        ("feeling really shaky and sweaty right now after lifting", DIABETIC, "R12-sugar"),
        ("i'm going low, 3 km to go", DIABETIC, "R12-sugar"),
        ("want to lose the last bit of belly fat", THIN, "R06-low"),
        ("i want to get to 47", THIN, "R06-low"),
        ("how big should my deficit be", THIN, "R06-low"),
        ("i want to get down to 50", {**THIN, "body_weight": 62}, "R06-low"),
        ("want to get to 110 lbs by summer", {**THIN, "body_weight": 62}, "R06-low"),
    ],
)
def test_what_is_known_of_a_person_makes_words_a_cue(text, profile, trigger):
    assert read(text, profile) == trigger
    assert read(text, {"age": 30}) == ""


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("my nose bled on the treadmill", PREGNANT),
        ("no bleeding, can i run", PREGNANT),
        ("does lifting raise blood pressure", PREGNANT),
        ("my calf cramps at night", PREGNANT),
        ("my water bottle leaks", PREGNANT),
        ("my friend had some spotting, she is a runner too", PREGNANT),
        ("my legs are shaky after squats", DIABETIC),
        ("how do i stop going low on long runs", DIABETIC),
        ("coffee makes me jittery", DIABETIC),
        ("low on energy today", DIABETIC),
        ("how do i gain weight", THIN),
        ("i want to get to 40 km a week", THIN),
        ("how do i run without losing weight", THIN),
        ("my friend wants to lose belly fat", THIN),
        ("i want to get to 58", {**THIN, "body_weight": 62}),
        ("lose weight and get to 50 km a week", {**THIN, "body_weight": 62}),
        ("i'll be 50 in may", {**THIN, "body_weight": 62}),
        ("i'll be 45 in may", THIN),
        ("i want to get to 50 pushups", THIN),
        ("my squat is 40, i want to get to 50", {**THIN, "body_weight": 62}),
        ("i want to get to 47", {**THIN, "age": 15}),
    ],
)
def test_harmless_words_stay_so_for_everyone(text, profile):
    assert read(text, profile) == ""


def test_after_a_crisis_reply_everything_means_life():
    assert read("with the training i mean. well. with all of it", {}, grave="crisis") == "R08"
    assert read("not just training. everything", {}, grave="crisis") == "R08"
    assert read("not just training. everything", {}) == ""
    assert read("thanks for everything", {}, grave="crisis") == read("just the training", {}, grave="crisis") == ""


def test_a_graver_sign_comes_before_what_is_known():
    assert read("shaky, and my chest hurts", DIABETIC) == "", "the rules for everyone answer it"


def test_a_pressed_button_is_never_a_cue():
    turn = Turn("", {"decision": "press", "id": ""}, dt.date(2026, 11, 23), ("plan", "another"))
    assert read_for(turn, Person("t:1", PREGNANT, {}, True, False, lambda: None, list)) is turn


def test_what_is_told_now_counts_too():
    facts = [{"field": "body_weight", "value": 50, "scope": "stored"}, {"field": "height", "value": 174, "scope": "stored"}]
    person = Person("t:1", {}, {}, True, False, lambda: None, list)
    assert known_of(person, facts) == {"underweight"} <= KNOWN
    assert known_of(person, [{**f, "scope": "this_answer"} for f in facts]) == frozenset()


def test_bleeding_in_pregnancy_holds_the_week_back(talk):
    person = talk()
    person.say("22 weeks pregnant, can i deadlift", "pregnancy", "safety", trigger="R10")
    assert "maternity unit today" in person.say("had a bit of spotting after my run", "pregnancy", "safety")
    assert "doctor" in person.say("make me a plan", "weekly_plan") and person.plan is None


def test_a_low_weight_is_measured_by_in_the_next_message_too(talk):
    person = talk()
    text = person.ask("24f, 50kg, 174cm, want to lose the last bit of belly fat. how far should i run each week", "running_while_cutting")
    assert "won't help with losing" in text and "km" not in text
    person.ask("ok and how many calories", "calorie_surplus")
    assert "kcal" not in person.text
    assert "won't help with losing" in person.say("i want to get to 47")


def test_a_worry_that_words_settle_leaves_nothing_behind(talk):
    person = talk()
    person.say("how many km do i have to run to burn off a pizza", "disordered_eating", "safety", trigger="R07-food")
    assert person.reply.decision == "safety" and person.profile == {} and "grave" not in person.state
    person.say("heart pounding after hill sprints, normal?", "urgent_symptoms", "safety", trigger="R01-effort")
    assert "normal" in person.text and "halted" not in person.state


def test_the_calm_triggers_are_those_of_the_rules():
    assert set(CALM_TRIGGERS) == {rule.trigger for rule in SafetyRules.load().rules if rule.calm}


@pytest.mark.parametrize(
    ("told", "topic", "trigger", "asked", "says"),
    [
        ("tiny bit of spotting at 22 weeks", "pregnancy", "R10-blood", "its gone now, can i run tomorrow?", "even if it has stopped"),
        ("i leak when i run", "pregnancy", "R10-floor", "what can i do instead", "cycling"),
        ("i leak when i run", "pregnancy", "R10-floor", "can i run tomorrow", "No running or jumping yet"),
        ("diabetic, shaky and sweaty", "medical_condition", "R12-sugar", "can i finish my run", "No more training today"),
        ("idk why i bother anymore", "crisis", "R08-ask", "not just training. everything", "can't keep you safe"),
    ],
)
def test_what_follows_fits_the_words_before(talk, told, topic, trigger, asked, says):
    person = talk()
    person.say(told, topic, "safety", trigger=trigger)
    assert says in person.say(asked, "out_of_scope", "out_of_scope")

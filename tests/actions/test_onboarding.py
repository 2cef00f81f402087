"""The set-up: every answer in any wording, every way out, and what it leaves behind."""

from __future__ import annotations

import pytest

from actions.onboarding import ORDER
from knowledge.fields import catalogue

ANSWERS = {
    "goal": "muscle",
    "lift_days": "four",
    "weekly_run_km": "20 miles",
    "age": "34",
    "body_weight": "180 lbs",
    "available_days": "5",
    "session_minutes": "an hour",
    "consent": "yes",
    "health_flags": "nothing",
}


def begun(talk, profile=None):
    person = talk(profile)
    person.say("set me up", "start_onboarding")
    return person


def answered(talk, until):
    """A conversation in which everything before the field `until` was answered."""
    person = begun(talk)
    for _ in range(12):
        if person.asked == until:
            return person
        person.say(ANSWERS[person.asked], "affirm" if person.asked == "consent" else "update_profile")
    raise AssertionError(f"{until} was never asked")


def test_it_says_what_it_asks_and_keeps_and_then_asks_with_a_reason(talk):
    person = begun(talk)
    assert "skip any" in person.text and "delete my data" in person.text
    assert catalogue()["goal"].ask in person.text and catalogue()["goal"].why[1:] in person.text
    assert person.form == "onboarding"
    assert {f"form:goal={c}" for c in catalogue()["goal"].choices} < set(person.presses)


def test_all_answers_are_understood_kept_and_summed_up_in_at_most_nine_questions(talk):
    person = begun(talk)
    questions = 0
    while person.form:
        questions += 1
        person.say(ANSWERS[person.asked], "affirm" if person.asked == "consent" else "update_profile")
    assert questions <= 9
    assert person.profile == {
        "goal": "muscle", "lift_days": 4, "weekly_run_km": pytest.approx(32.2, abs=0.1), "age": 34,
        "body_weight": pytest.approx(81.6, abs=0.1), "available_days": 5, "session_minutes": 60,
    }  # fmt: skip
    assert "180 lb body weight" in person.text and "34 years old" in person.text
    assert sum(p.startswith("topic:") for p in person.presses) == 3
    assert "edit:goal" in person.presses


def test_buttons_do_the_same(talk):
    person = begun(talk)
    person.press("form", "goal=endurance")
    person.press("form", "lift_days=2")
    assert person.profile == {"goal": "endurance", "lift_days": 2}
    assert person.asked == "weekly_run_km"


def test_a_pressed_button_of_an_earlier_question_corrects_it_without_moving_on(talk):
    person = answered(talk, "weekly_run_km")
    person.press("form", "goal=health")
    assert person.profile["goal"] == "health" and person.asked == "weekly_run_km"


def test_several_facts_in_one_message_fill_several_fields_and_are_not_asked_again(talk):
    person = begun(talk)
    person.say("I want to build muscle, I'm 41, 80 kg, I lift 3 days and run 30k a week")
    assert {"goal", "age", "body_weight", "lift_days", "weekly_run_km"} <= set(person.profile)
    assert person.asked == "available_days"


def test_known_facts_are_not_asked(talk):
    person = begun(talk, {"goal": "muscle", "lift_days": 3})
    assert person.asked == "weekly_run_km"


@pytest.mark.parametrize(("field", "said", "shown"), [("body_weight", "820 kg", "820 kg"), ("age", "250", "250"), ("session_minutes", "900 minutes", "900")])
def test_an_impossible_value_gets_the_reason_and_the_question_again(talk, field, said, shown):
    person = answered(talk, field)
    text = person.say(said)
    assert shown in text and "can't be right" in text and catalogue()[field].ask in text
    assert field not in person.profile and person.asked == field


def test_an_unusual_value_is_confirmed(talk):
    person = answered(talk, "body_weight")
    assert "Is that right?" in person.say("190 kg")
    assert "body_weight" not in person.profile
    person.say("yes", "affirm")
    assert person.profile["body_weight"] == 190 and person.asked == "available_days"


def test_an_unusual_value_that_is_wrong_is_asked_again(talk):
    person = answered(talk, "body_weight")
    person.say("190 kg")
    person.say("no", "deny")
    assert person.asked == "body_weight" and "body_weight" not in person.profile
    person.say("90 kg")
    assert person.profile["body_weight"] == 90


def test_an_unusual_value_corrected_at_once(talk):
    person = answered(talk, "body_weight")
    person.say("190 kg")
    person.say("no, 90 kg", "deny")
    assert person.profile["body_weight"] == 90


STEPS = [*ORDER[:-1], "consent", "health_flags"]


@pytest.mark.parametrize("step", STEPS)
def test_the_reason_is_given_at_every_step(talk, step):
    person = answered(talk, step)
    text = person.say("why do you need that?", "ask_more")
    assert person.asked == step and person.form == "onboarding"
    assert len(text) > 60 and "?" in text


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("said", ["skip", "I'd rather not say", "no idea"])
def test_every_step_can_be_skipped(talk, step, said):
    person = answered(talk, step)
    before = dict(person.profile)
    person.say(said, "deny")
    assert person.profile == before and person.asked != step
    assert person.reply.ids == ("deny",)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("said", ["stop", "cancel", "that's enough"])
def test_every_step_can_be_stopped(talk, step, said):
    person = answered(talk, step)
    person.say(said, "stop")
    assert person.form is None and person.reply.ids == ("stop",)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("said", ["continue later", "not now", "let's finish this later"])
def test_every_step_can_wait_and_goes_on_there(talk, step, said):
    person = answered(talk, step)
    person.say(said, "stop")
    assert person.form is None
    person.ask("how much sleep do I need?", "sleep")
    assert person.form is None
    person.say("continue", "ask_more")
    assert person.form == "onboarding" and person.asked == step


@pytest.mark.parametrize(("step", "before"), list(zip(STEPS[1:], STEPS[:-1], strict=True)))
def test_back_asks_the_question_before(talk, step, before):
    person = answered(talk, step)
    person.say("back", "undo")
    assert person.asked == before


def test_back_at_the_first_question_says_so(talk):
    person = begun(talk)
    assert "first question" in person.say("back", "undo")
    assert person.asked == "goal"


@pytest.mark.parametrize("step", STEPS)
def test_a_question_in_the_middle_is_answered_and_the_set_up_goes_on(talk, step):
    person = answered(talk, step)
    text = person.ask("how much sleep do I need?", "sleep")
    assert person.reply.decision == "answer" and person.reply.ids == ("sleep",)
    assert person.form == "onboarding" and person.asked == step
    assert "Back to getting to know you" in text


def test_facts_in_such_a_question_are_kept(talk):
    person = answered(talk, "goal")
    person.ask("I'm vegan, how much protein do I need?", "protein_target")
    assert person.profile["diet"] == "vegan" and person.asked == "goal"


def test_an_answer_that_looks_like_another_topic_is_still_an_answer(talk):
    person = begun(talk)
    person.say("muscle", "does_running_build_muscle", "clarify", offers=["does_running_build_muscle"])
    assert person.profile == {"goal": "muscle"}


def test_safety_leaves_the_set_up(talk):
    person = answered(talk, "age")
    person.say("my chest hurts when I run", "urgent_symptoms", "safety", trigger="R01")
    assert person.reply.decision == "safety" and person.form is None
    assert "getting to know" not in person.text


def test_agreement_is_asked_once_before_the_health_question(talk):
    person = answered(talk, "consent")
    assert "okay" in person.text
    person.say("no", "deny")
    assert person.form is None  # nothing about health is asked, the summary comes
    assert "Here is what I know" in person.text
    person.say("set me up", "start_onboarding")
    assert person.form is None


def test_health_answers_switch_the_numbers_off(talk):
    person = answered(talk, "health_flags")
    assert "numbers" in person.press("form", "health_flags=pregnancy")
    assert person.profile["health_flags"] == ["pregnancy"] and person.asked == "health_flags"
    text = person.press("form", "health_flags=")
    assert person.form is None and "leave out food, weight and distance" in text
    assert "topic:protein_target" not in person.presses


def test_under_18_is_a_minors_mode_without_the_weight_question(talk):
    person = answered(talk, "age")
    text = person.say("16")
    assert "leave out food, weight and distance" in text
    assert person.asked == "available_days"


def test_under_13_nothing_is_kept(talk):
    person = answered(talk, "age")
    text = person.say("12")
    assert "under 13" in text and person.last.wants == "forget"
    assert person.profile == {} and person.form is None and not person.memory
    person.say("I weigh 40 kg")
    assert person.profile == {}
    assert "under 13" in person.say("turn memory on", "settings")
    person.say("set me up", "start_onboarding")
    assert person.form is None


def test_with_memory_off_it_offers_to_turn_it_on(talk):
    person = talk()
    person.say("turn memory off", "settings")
    person.say("set me up", "start_onboarding")
    assert person.form is None and person.presses == ["memory:on"]
    person.say("yes", "affirm")
    assert person.memory and person.form == "onboarding"


def test_after_a_safety_reply_it_goes_on_only_when_asked_to(talk):
    person = answered(talk, "age")
    person.say("I'm diabetic", "medical_condition", "safety", trigger="R12")
    assert person.form is None
    person.say("continue", "ask_more")
    assert person.asked == "age"


def test_not_running_is_an_answer_to_the_distance(talk):
    person = answered(talk, "weekly_run_km")
    person.say("I don't run")
    assert person.profile["weekly_run_km"] == 0 and person.asked == "age"


def test_start_greets_and_begins(talk):
    person = talk()
    person.say("start", "greet")
    assert person.reply.ids == ("greet",) and person.form == "onboarding"


def test_a_first_answer_offers_it(talk):
    person = talk()
    person.ask("will running kill my gains?", "running_kills_gains")
    assert "intent:start_onboarding" in person.presses
    person.press("intent", "start_onboarding")
    assert person.form == "onboarding"


def test_starting_over_asks_for_known_facts_too(talk):
    person = talk({"goal": "muscle"})
    text = person.say("start over with my profile", "start_onboarding")
    assert person.asked == "goal" and "build muscle" in text


def test_many_other_questions_in_a_row_put_it_off(talk):
    person = begun(talk)
    for topic in ("sleep", "carbs", "fats", "hydration"):
        person.ask("what about it?", topic)
    assert person.form is None and "form:resume" in person.presses
    person.press("form", "resume")
    assert person.asked == "goal"


def test_a_plan_in_the_middle_keeps_its_question_first(talk):
    person = answered(talk, "age")
    person.say("make me a plan", "weekly_plan")
    assert "screen:none" in person.presses and person.form == "onboarding"
    text = person.say("no", "deny")
    assert "Back to getting to know you" in text and person.asked == "age"


def test_what_plainly_speaks_of_something_else_is_not_bent_into_an_answer(talk):
    person = answered(talk, "weekly_run_km")
    person.say("I can train 6 days")
    assert "weekly_run_km" not in person.profile and person.profile["available_days"] == 6 and person.asked == "weekly_run_km"
    person = answered(talk, "available_days")
    person.say("14 stone")
    assert "available_days" not in person.profile and person.profile["body_weight"] == pytest.approx(88.9, abs=0.1)


def test_days_answer_a_question_about_days(talk):
    person = answered(talk, "lift_days")
    person.say("3 days")
    assert person.profile["lift_days"] == 3


def test_a_number_picks_a_choice(talk):
    person = begun(talk)
    person.say("3", "out_of_scope", "out_of_scope")
    assert person.profile == {"goal": "endurance"}


def test_asking_how_to_stop_is_no_crisis(talk):
    person = answered(talk, "age")
    person.say("how do I stop?", "crisis", "safety")
    assert person.form is None and person.reply.ids == ("stop",)
    person = answered(talk, "age")
    person.say("how do I stop?", "crisis", "safety", trigger="R08")
    assert person.reply.decision == "safety"


def test_a_health_answer_with_a_referral_ends_it_with_the_way_to_the_summary(talk):
    person = answered(talk, "health_flags")
    person.say("I have kidney disease", "medical_condition", "safety", trigger="R11")
    assert person.form is None and person.profile["health_flags"] == ["kidney"] and person.presses == ["intent:show_profile"]


def test_someone_who_does_not_run_is_asked_for_no_distance(talk):
    person = talk({"goal": "health", "lift_days": 3})
    person.say("set me up", "start_onboarding")
    assert person.asked == "weekly_run_km"
    person.say("dont run", "deny")
    assert person.profile["weekly_run_km"] == 0 and person.asked == "age"
    person.say("29")
    assert person.profile["age"] == 29
    other = talk({"goal": "health", "lift_days": 3, "run_days": 0})
    other.say("set me up", "start_onboarding")
    assert other.asked == "age"


def test_what_may_be_something_else_is_asked_about(talk):
    person = talk({"goal": "health", "lift_days": 3})
    person.say("set me up", "start_onboarding")
    assert "2.5 km" in person.say("2-3", "out_of_scope", "out_of_scope") and "weekly_run_km" not in person.profile
    person.say("no", "deny")
    person.say("20 km")
    assert person.profile["weekly_run_km"] == 20
    assert "full gym" in person.say("barbell at home") and "equipment" not in person.profile
    person.say("yes", "affirm")
    assert person.profile["equipment"] == "gym" and person.asked == "age"

"""Night shifts, fasting, a lifters' meet, a ruck, first lifts, a lift that falls: whatever the model made of the words."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("text", ["nurse on nights, 12h shifts, how do i fit training in", "should i train before or after the shift", "i work nights. when do i lift?"])
def test_shifts(talk, text):
    person = talk()
    assert "sleep decides" in person.say(text, "endurance_vs_muscle_focus", "answer", offers=["sleep"])
    assert talk().say(text, "out_of_scope", "out_of_scope").startswith("How to · coaching practice"), "how strong the evidence is"


@pytest.mark.parametrize(("text", "topic"), [("does night shift ruin my gains", "sleep"), ("how long should I rest between sets", "strength_session_design")])
def test_no_shifts_to_plan_around(talk, text, topic):
    assert "sleep decides" not in talk().say(text, topic, "answer")


def test_fasting_is_answered_without_food_in_the_day(talk):
    text = talk().say("ramadan starts next week, i fast. when should i lift and when should i run", "fasted_running", "answer")
    assert "break the fast" in text and "breakfast" not in text
    for profile in ({"health_flags": ["diabetes"]}, {"health_flags": ["pregnancy"]}, {"health_flags": ["eating"]}, {"age": 15}):
        assert "ask your doctor" in talk(profile).say("when should I train in ramadan", "fasted_running", "answer")
    assert "break the fast" not in talk().say("is fasted running bad for muscle", "fasted_running", "answer")


def test_a_lifters_meet_makes_no_race_plan(talk):
    person = talk()
    text = person.say("meet is in 10 weeks", "weekly_plan")
    assert "lifters' meet" in text and person.profile == {} and person.plan is None
    talk_of_track = talk()
    assert "lifters' meet" not in talk_of_track.say("track meet in 3 weeks", "update_profile") and "race_date" in talk_of_track.profile


@pytest.mark.parametrize("text", ["will it hurt my squat tho", "does cardio kill my strength", "would that cost me my bench?"])
def test_what_it_costs_a_lift_changes_no_week(talk, text):
    person = talk()
    person.say("make me a plan", "weekly_plan")
    person.say(text, "change_plan")
    assert person.reply.ids == ("strength_dip",) and any(lift["exercise"] == "goblet_squat" for s in person.plan["sessions"] for lift in s["lifts"])


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("my bench went from 100 to 90", "strength_dip"), ("my squat is going down", "strength_dip"), ("my bench went from 90 to 100", ""),
        ("never touched a barbell, where do i start?", "strength_session_design"), ("im 71 and want to start lifting, never done it. how?", "strength_session_design"),
        ("i lift, want to start running, how do i start?", ""), ("never ran, how do i start running next to the weights", ""),
    ],
)  # fmt: skip
def test_lifts_that_fall_and_first_lifts(talk, text, topic):
    person = talk()
    person.say(text, "clarify", "clarify", offers=["new_to_running", "rest_days"])
    assert (person.reply.ids == (topic,)) if topic else person.reply.decision == "clarify"


@pytest.mark.parametrize(
    ("weight", "text", "words"),
    [
        (80, "losing about a kilo a week. is that too fast?", "faster than"), (80, "i lose half a kilo a week, is that ok?", "That fits"),
        (80, "losing 0.8 kg a week, too fast?", "upper end"), (100, "I'm losing 2 lbs a week, is that too much?", "upper end"),
    ],
)  # fmt: skip
def test_the_pace_of_losing_is_held_against_the_weight(talk, weight, text, words):
    assert words in talk({"body_weight": weight, "goal": "fat_loss"}).say(text, "progress_gradually", "answer")


def test_no_pace_for_the_protected_and_the_light(talk):
    for profile in ({"body_weight": 60, "age": 15}, {"body_weight": 60, "health_flags": ["eating"]}, {"body_weight": 50, "height": 174}, {}):
        text = talk(profile).say("losing 1 kg a week, is that too fast?", "progress_gradually", "answer")
        assert "is a pace that spares muscle." not in text


def test_a_ruck_asked_for_beside_another_question_is_answered_too(talk):
    text = talk().say("do i drop lifting to 3x and add miles? also how do i put rucking in", "endurance_vs_muscle_focus", "answer")
    assert "Endurance first" in text and "a ruck take the place" in text


def test_nobody_who_loses_fat_is_told_to_eat_more_first(talk):
    text = talk({"goal": "fat_loss", "body_weight": 80, "energy_balance": "deficit"}).ask("how much should I eat", "calorie_surplus")
    assert text.index("To lose fat, eat a little less") < 80 and "200" not in text and "snack a day" not in text
    assert "200" in talk({"goal": "muscle", "body_weight": 80}).ask("how much should I eat", "calorie_surplus")
    assert "Calorie targets" in talk({"goal": "fat_loss", "body_weight": 80, "age": 15}).ask("how much should I eat", "calorie_surplus")


def test_a_week_without_squats_has_none_on_one_leg_either(talk):
    person = talk()
    person.say("make me a plan without squats", "weekly_plan")
    names = [lift["name"] for s in person.plan["sessions"] for lift in s["lifts"]]
    assert names and not any("squat" in name.lower() for name in names)


def test_the_health_question_is_answered_after_something_else(talk):
    person = talk()
    person.say("make me a plan", "weekly_plan")
    assert "health question" in person.say("thats too easy", "change_plan")
    assert "harder work" in person.say("none of these", "feedback_bad") and person.plan["screened"]


def test_a_no_to_something_else_is_no_answer_to_the_health_question(talk):
    person = talk()
    person.say("make me a plan", "weekly_plan")
    person.say("thats too easy", "change_plan")
    person.say("no", "deny")
    assert not person.plan["screened"]

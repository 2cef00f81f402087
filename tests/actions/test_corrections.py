"""Corrections in passing, fields forgotten one by one, and what a few plain words mean."""

from __future__ import annotations

import pytest

from actions.progress import read_amounts


@pytest.mark.parametrize(
    ("told", "said", "field", "value"),
    [
        ("I lift 4 times a week", "make that 3", "lift_days", 3),
        ("I lift 4 times a week", "no, 3", "lift_days", 3),
        ("I weigh 82 kg and I'm 34", "make it 84", "body_weight", 84),
        ("I weigh 82 kg and I'm 34", "I meant 35", "age", 35),
        ("my race is 10k on march 14", "i moved it to may 2nd", "race_date", "2027-05-02"),
    ],
)
def test_what_was_just_told_is_corrected(talk, told, said, field, value):
    person = talk()
    person.say(told)
    person.say(said, "out_of_scope", "out_of_scope")
    assert person.profile[field] == value
    person.press("undo")
    assert person.profile[field] != value


def test_a_correction_in_the_set_up_is_no_answer_to_the_next_question(talk):
    person = talk()
    for said in ("set me up", "muscle", "4", "20 km"):
        person.say(said, "start_onboarding" if said == "set me up" else "update_profile")
    assert person.asked == "age"
    person.say("oops, 30")
    assert person.profile["weekly_run_km"] == 30 and "age" not in person.profile and person.asked == "age"


def test_nothing_is_corrected_out_of_the_blue(talk):
    person = talk()
    person.say("I lift 4 times a week")
    person.say("thanks", "thanks")
    person.say("make that 3", "out_of_scope", "out_of_scope")
    assert person.profile == {"lift_days": 4}


def test_one_field_is_forgotten_and_the_rest_stays(talk):
    person = talk({"body_weight": 82, "goal": "muscle"})
    person.say("forget my weight", "delete_my_data")
    assert person.profile == {"goal": "muscle"} and person.last.wants == ""
    assert "nothing to remove" in person.say("remove my height", "delete_my_data")


def test_a_minor_cannot_get_numbers_by_removing_the_age(talk):
    person = talk({"age": 15})
    assert "keep your age" in person.say("delete my age", "delete_my_data")
    assert person.profile == {"age": 15}


def test_a_fact_is_told_on_request(talk):
    person = talk({"name": "Sam"})
    assert "Sam" in person.say("what's my name?", "are_you_a_bot")


def test_the_value_may_come_first(talk):
    person = talk()
    person.say("i run 3 times a wk")
    person.ask("twice actually", "lifting_frequency")
    assert person.profile == {"run_days": 2}


def test_an_age_near_the_weight_is_asked_about(talk):
    person = talk()
    person.say("im a guy 29, 85kg")
    assert "80 kg" in person.say("actually im 80 now") and person.profile["age"] == 29
    person.say("yes", "affirm")
    assert (person.profile["age"], person.profile["body_weight"]) == (29, 80)
    person.say("im 30 now")
    assert (person.profile["age"], person.profile["body_weight"]) == (30, 80)


def test_the_last_log_entry_is_corrected_and_completed(talk):
    person = talk()
    person.say("i ran this morning", "log_training")
    person.say("10 km")
    assert [(e["kind"], e["km"]) for e in person.log] == [("run", 10.0)]
    person.say("oops it was 12k", "out_of_scope", "out_of_scope")
    assert [(e["kind"], e["km"]) for e in person.log] == [("run", 12.0)] and person.profile["longest_run_km"] == 12
    person.say("delete that", "delete_my_data")
    assert person.log == [] and person.last.wants == ""


@pytest.mark.parametrize("text", ["ran 5k in 28:30", "5k this morning 28:30 felt awful", "long run 16k done in 1h35"])
def test_a_run_after_a_lift_is_an_entry_of_its_own(talk, text):
    person = talk()
    person.say("squatted today", "log_training")
    person.say(text, "log_training")
    assert [e["kind"] for e in person.log] == ["lift", "run"] and person.log[1]["km"] and person.log[0]["minutes"] is None
    person.say("45 minutes", "update_profile")
    assert len(person.log) == 2


def test_the_weight_on_the_bar_is_kept_and_corrected(talk):
    person = talk()
    assert "bench 80 kg 5 × 5" in person.say("bench 80kg 5x5", "log_training")
    assert "bench 85 kg 5 × 5" in person.say("no it was 85")
    assert [e["detail"] for e in person.log] == ["bench 85 kg 5 × 5"] and "body_weight" not in person.profile


def test_the_longest_run_is_told_and_not_done(talk):
    person = talk()
    assert "longest recent run 14 km" in person.say("longest run was 14k", "log_training")
    assert person.log == [] and person.profile == {"longest_run_km": 14}


def test_a_distance_with_its_time_was_run(talk):
    person = talk()
    person.say("10k 1:02:33 pb!!", "out_of_scope", "out_of_scope")
    assert [(e["km"], e["minutes"]) for e in person.log] == [(10.0, 63)]
    person.say("10k in 45:00 is my goal", "out_of_scope", "out_of_scope")
    assert len(person.log) == 1


def test_a_long_run_takes_hours_and_not_minutes(talk):
    person = talk()
    person.say("did my long run, 18 km in 1:52", "log_training")
    assert person.log[0]["minutes"] == 112
    person.say("ran 5k in 24:30", "log_training")
    assert person.log[1]["minutes"] in (24, 25)


def test_amounts_fit_the_kind_of_entry():
    assert read_amounts("12k in 55 min", "run") == {"km": 12.0, "minutes": 55}
    assert read_amounts("81", "weight") == {"kg": 81.0}
    assert read_amounts("6.5", "sleep") == {"hours": 6.5}
    assert read_amounts("12k", "weight") == {} and read_amounts("40", "sleep") == {}


def test_a_day_of_what_was_done_is_logged_even_if_it_reads_like_a_topic(talk):
    person = talk()
    person.ask("biked 40 min", "other_cardio")
    assert person.log[0]["minutes"] == 40
    person.ask("is biking 40 min as good as a run?", "other_cardio")
    assert len(person.log) == 1


def test_a_missed_session_and_an_illness_get_kind_words(talk):
    person = talk()
    assert "costs you nothing" in person.say("i skipped legs again", "out_of_scope", "out_of_scope")
    assert "Sorry to hear" in person.say("i'm sick", "out_of_scope", "out_of_scope")


@pytest.mark.parametrize(("text", "words"), [("zzz", "sense"), ("x", "sense")])
def test_what_cannot_be_read_is_said_so(talk, text, words):
    person = talk()
    assert words in person.say(text, "out_of_scope", "out_of_scope", label="oos_gibberish")
    assert "cover" not in person.text


def test_another_script_is_another_language(talk):
    person = talk()
    text = person.say("правильно ли бегать каждый день", "out_of_scope", "out_of_scope", reason="blank")
    assert "English" in text
    person.say("set me up", "start_onboarding")
    assert "English" in person.say("правильно", "out_of_scope", "out_of_scope", reason="blank") and person.form == "onboarding"


def test_a_laugh_is_no_question(talk):
    person = talk()
    person.say("haha", "out_of_scope", "out_of_scope", label="oos_mental_chat")
    assert person.reply.decision == "conversation" and person.last.unanswered is None


def test_no_race_leaves_no_race_date(talk):
    person = talk({"race_distance": "10k", "race_date": "2027-03-14"})
    assert "no race planned" in person.say("no race anymore")
    assert person.profile == {"race_distance": "none"}


def test_an_introduction_is_no_alarm(talk):
    person = talk()
    text = "I'm Katie, I weigh 64 kg, I'm vegetarian, I run 20 miles a week and lift 4 times a week"
    person.say(text, "disordered_eating", "safety", confidence=0.5)
    assert person.reply.decision == "conversation" and "health_flags" not in person.profile and person.profile["lift_days"] == 4
    person.say(text + " and I throw up after meals", "disordered_eating", "safety", confidence=0.5, trigger="R06")
    assert person.reply.decision == "safety" and person.profile["health_flags"] == ["eating"]


def test_thousands_are_no_child(talk):
    person = talk({"goal": "muscle"})
    for said in ("set me up", "4", "20 km"):
        person.say(said, "start_onboarding" if said == "set me up" else "update_profile")
    assert person.asked == "age"
    person.say("10,000")
    assert person.profile["goal"] == "muscle" and "can't be right" in person.text
    person.say("12.5")
    assert person.profile == {}

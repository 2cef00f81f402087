"""The profile in the conversation: told in passing, shown, corrected, undone; settings; who is protected."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.profile_talk import field_words, impossible, region_named
from knowledge.fields import catalogue
from knowledge.load import regions
from knowledge.texts import texts


def test_a_fact_is_kept_confirmed_in_one_line_and_can_be_undone(talk):
    person = talk()
    text = person.say("I weigh 82 kg")
    assert person.profile == {"body_weight": 82}
    assert text == "I've noted 82 kg body weight." and person.titles == ["Undo"]
    assert "removed" in person.press("undo")
    assert person.profile == {}
    assert "nothing to undo" in person.press("undo")


_OWN = {
    "I'm 41": {"age": 41}, "I run 4 times a week": {"run_days": 4}, "I lift 2 times a week": {"lift_days": 2}, "I weigh 82 kg": {"body_weight": 82},
    "I've been running for 6 years": {"run_experience": "experienced"}, "I'm vegan": {"diet": "vegan"}, "my longest run is 18 km": {"longest_run_km": 18},
}  # fmt: skip
_OTHERS = (
    "my buddy is 28 and runs 6 times a week", "my wife is 38, weighs 60 kg and lifts 3 days a week", "he is vegetarian", "what if I weighed 70 kg?",
    "would 5 runs a week be better?", "does she need less sleep at 28?",
)  # fmt: skip


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*_OWN, *_OTHERS]), min_size=1, max_size=5, unique=True), st.booleans(), st.sampled_from(("answer", "conversation", "clarify")))
def test_what_is_noted_is_what_was_said_of_oneself_and_never_nothing(talk, said, known, decision):
    before = {"age": 30, "weekly_run_km": 20} if known else {}
    person = talk(before)
    text = person.say(". ".join(said), "session_spacing" if decision == "answer" else "update_profile", decision, offers=["session_spacing", "rest_days"])
    assert "None" not in text
    assert person.profile == before | {k: v for piece in said for k, v in _OWN.get(piece, {}).items()}
    noted = next((line for line in text.splitlines() if line.startswith("I've noted")), "")
    told = {name for name, value in person.profile.items() if before.get(name) != value}
    assert noted.count(", ") + 1 == len(told) if told else not noted
    assert all(field_words(name, person.profile[name], {}) in noted for name in told)


def test_someone_who_is_only_mentioned_changes_no_answer(talk):
    person = talk()
    text = person.ask("I'm 41 and run 4 times a week, with my buddy who is 28 and much faster. Would you move the squats or the intervals?", "session_spacing")
    assert person.profile == {"age": 41, "run_days": 4} and "41 years old, 4 running days" in text and "someone else" not in text


def test_who_weighs_in_kilos_keeps_them(talk):
    person = talk()
    assert "80 kg body weight" in person.say("80 kg male, 5'11, i run 20 miles a week")
    assert "180 cm" in person.say("what do you know about me", "show_profile")
    other = talk()
    other.say("I'm 5'11")
    assert "lb body weight" not in other.say("and 80 kg")
    assert "5 ft 11" in talk().say("i'm 5'11 and 176 lbs")


@pytest.mark.parametrize("text", ["please delete what you know about my weight", "forget everything you have on my weight", "delete what I told you about my weight"])
def test_one_fact_is_forgotten_however_it_is_asked(talk, text):
    person = talk({"body_weight": 80, "age": 30})
    person.say(text, "delete_my_data")
    assert person.profile == {"age": 30}


def test_undo_brings_back_all_that_one_message_changed(talk):
    person = talk({"body_weight": 80, "lift_days": 2})
    person.say("actually I weigh 70 and lift 4 days")
    assert (person.profile["body_weight"], person.profile["lift_days"]) == (70, 4)
    person.say("undo that", "undo")
    assert person.profile == {"body_weight": 80, "lift_days": 2}


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("make that 4 lifting days", "lift_days", 4),
        ("switch me to miles", "units", "imperial"),
        ("actually my weight was wrong, it's 70", "body_weight", 70),
        ("my name is Sam", "name", "Sam"),
        ("I'm vegan now", "diet", "vegan"),
        ("my race is on 12 May 2027", "race_date", "2027-05-12"),
        ("I can't train on tuesdays", "blocked_days", ["tue"]),
        ("I live in Berlin", "time_zone", "Europe/Berlin"),
        ("I only have dumbbells", "equipment", "dumbbells"),
        ("I sleep 7 hours a night", "sleep_hours", 7),
    ],
)
def test_fields_are_set_by_words(talk, said, field, value):
    person = talk({"body_weight": 80})
    person.say(said)
    assert person.profile[field] == value
    assert "Undo" in person.titles


def test_blocked_days_add_up_and_are_replaced_when_asked_for(talk):
    person = talk()
    person.say("I can't train on tuesdays")
    person.say("no saturdays please")
    assert person.profile["blocked_days"] == ["tue", "sat"]
    person.press("edit", "blocked_days")
    person.say("Monday")
    assert person.profile["blocked_days"] == ["mon"]


def test_numbers_are_shown_in_the_units_that_were_used(talk):
    person = talk()
    assert "5 ft 9 in" in person.say("I'm five foot nine")
    assert "82 kg" in person.say("I weigh 82 kg")
    assert "units" not in person.profile


def test_the_same_again_is_not_a_change(talk):
    person = talk({"body_weight": 82})
    assert "already" in person.say("I weigh 82 kg")
    assert person.titles == []


def test_impossible_values_are_not_kept(talk):
    person = talk()
    text = person.say("I weigh 820 kg")
    assert "820 kg can't be right" in text and person.profile == {}


def test_unusual_values_are_confirmed_with_buttons(talk):
    person = talk()
    assert "Is that right?" in person.say("I weigh 190 kg")
    assert person.presses[:2] == ["confirm:yes", "confirm:no"] and person.profile == {}
    person.press("confirm", "yes")
    assert person.profile == {"body_weight": 190}


def test_the_answer_comes_again_when_a_fact_changes_it(talk):
    person = talk()
    person.ask("how much protein do I need?", "protein_target")
    text = person.say("80 kg")
    assert person.profile == {"body_weight": 80} and "130" in text
    assert person.reply.decision == "conversation" and person.reply.ids == ("update_profile",)


def test_show_lists_everything_with_buttons(talk):
    person = talk({"age": 34, "goal": "muscle", "race_date": "2027-05-12", "health_flags": ["injury"]})
    text = person.say("what do you know about me", "show_profile")
    for line in ("34 years old", "Goal: build muscle", "Race on 12 May 2027", "Health: injury"):
        assert line in text
    assert {"clear:health_flags=injury", "edit:", "intent:delete_my_data", "intent:export_my_data"} <= set(person.presses)


def test_edit_asks_for_the_field_and_takes_any_answer(talk):
    person = talk({"goal": "muscle"})
    person.press("edit", "")
    assert "edit:goal" in person.presses
    assert catalogue()["body_weight"].ask in person.press("edit", "body_weight")
    person.say("81")
    assert person.profile["body_weight"] == 81
    person.press("edit", "goal")
    person.press("set", "goal=endurance")
    assert person.profile["goal"] == "endurance"


@pytest.mark.parametrize(("said", "field"), [("change my weight", "body_weight"), ("I want to change my goal", "goal"), ("update my age", "age")])
def test_a_field_to_change_is_asked_for(talk, said, field):
    person = talk()
    assert catalogue()[field].ask in person.say(said)
    assert person.state["open"]["field"] == field


def test_delete_asks_first(talk):
    person = talk({"age": 34})
    person.say("delete my data", "delete_my_data")
    assert person.last.wants == ""
    person.say("no", "deny")
    assert person.last.wants == "" and person.profile
    person.say("delete my data", "delete_my_data")
    person.say("yes", "affirm")
    assert person.last.wants == "erase"


def test_a_late_yes_deletes_nothing(talk):
    person = talk({"age": 34})
    person.say("delete my data", "delete_my_data")
    person.ask("how much sleep do I need?", "sleep")
    person.say("yes", "affirm")
    assert person.last.wants == ""


def test_export_is_a_file(talk):
    person = talk({"age": 34})
    person.say("export my data", "export_my_data")
    assert person.last.wants == "export"


# --- the protected -------------------------------------------------------------------------------------------------------


def test_a_health_flag_switches_numbers_off_until_it_is_cleared(talk):
    person = talk({"body_weight": 80})
    assert "leave out food, weight and distance" in person.say("I'm pregnant")
    assert "130" not in person.ask("how much protein do I need?", "protein_target")
    person.say("I'm not pregnant any more")
    assert "health_flags" not in person.profile
    assert "130" in person.ask("how much protein do I need?", "protein_target")


def test_a_health_flag_is_cleared_by_button(talk):
    person = talk({"health_flags": ["injury", "pregnancy"]})
    person.press("clear", "health_flags=pregnancy")
    assert person.profile["health_flags"] == ["injury"]


def test_weight_is_never_read_back_to_someone_who_worries_about_eating(talk):
    person = talk({"body_weight": 52, "health_flags": ["eating"]})
    assert "52" not in person.say("what do you know about me", "show_profile")
    assert "51" not in person.say("I weigh 51 kg")
    assert person.profile["body_weight"] == 51


def test_under_18_is_said_once(talk):
    person = talk()
    assert "leave out food, weight and distance" in person.say("I'm 16")
    assert "leave out" not in person.say("I'm 17")


def test_under_13_everything_goes_and_nothing_is_kept(talk):
    person = talk({"body_weight": 45, "goal": "muscle"})
    text = person.ask("I'm 12, how much protein do I need?", "protein_target")
    assert "under 13" in text and not any(c.isdigit() for c in text.replace("13", ""))
    assert person.last.wants == "forget" and person.profile == {} and not person.memory
    person.say("I run 20 km a week")
    assert person.profile == {}
    assert "g per kg" not in person.ask("how much protein do I need?", "protein_target")


def test_a_slip_of_the_age_can_be_corrected(talk):
    person = talk()
    person.say("I'm 12")
    person.say("sorry, I'm 21")
    assert person.memory and person.profile == {"age": 21}


def test_a_childs_age_of_someone_else_changes_nothing(talk):
    person = talk({"body_weight": 80})
    person.ask("my son is 12, can he lift?", "teens_running")
    assert person.memory and person.profile == {"body_weight": 80}


def test_safety_replies_repeat_nothing(talk):
    person = talk({"body_weight": 52, "name": "Anna"})
    text = person.say("I make myself throw up after eating", "disordered_eating", "safety", trigger="R07", about_self=True)
    assert "52" not in text and "Anna" not in text and "noted" not in text
    assert person.profile["health_flags"] == ["eating"]


# --- settings ------------------------------------------------------------------------------------------------------------


def test_settings_are_shown_with_buttons(talk):
    text = (person := talk()).say("settings", "settings")
    assert "kilos" in text and "112" in text and "Time zone" in text and "Memory: on" in text
    assert {"set:units=imperial", "region:", "edit:time_zone", "memory:off"} == set(person.presses)


@pytest.mark.parametrize("said", ["turn memory off", "don't remember what I say", "stop saving my messages", "memory off"])
def test_memory_off_keeps_nothing_new_and_leaves_what_was_stored(talk, said):
    person = talk({"age": 34})
    person.say(said, "settings")
    assert not person.memory and person.profile == {"age": 34}
    assert "don't keep" in person.say("I weigh 82 kg")
    assert person.profile == {"age": 34}
    person.say("turn memory back on", "settings")
    person.say("I weigh 82 kg")
    assert person.profile == {"age": 34, "body_weight": 82}


def test_with_memory_off_a_fact_still_shapes_the_answer_it_came_with(talk):
    person = talk()
    person.press("memory", "off")
    assert "130" in person.ask("I weigh 80 kg, how much protein do I need?", "protein_target")
    assert person.profile == {}


@pytest.mark.parametrize(
    ("said", "region"),
    [
        ("set my region to uk", "uk"),
        ("I live in the US, change the region", "us"),
        ("set region germany", "de"),
        ("set my country to ireland", "ie"),
        ("use australian helplines", "au"),
        ("region: eu", "eu"),
        ("set my region to the us", "us"),
        ("my region is Canada", "ca"),
    ],
)
def test_the_region_is_set_by_words(talk, said, region):
    person = talk()
    person.say(said, "settings")
    assert person.state["region"] == region
    text = person.say("my chest hurts when I run", "urgent_symptoms", "safety", trigger="R01")
    assert regions()[region].emergency in text


@pytest.mark.parametrize("said", ["settings", "change my settings", "tell us about settings", "show me what is in settings", "turn memory off"])
def test_no_region_where_none_is_named(said):
    assert region_named(said) is None


def test_every_region_and_field_has_its_words():
    assert {f"region_{r}" for r in regions()} <= set(texts())
    assert {f"fact_{f}" for f in catalogue()} <= set(texts())


def test_reminders_are_not_promised(talk):
    assert "don't send reminders" in talk().say("remind me to train at 7", "settings")


# --- words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("lift_days", 1, "one lifting day a week"),
        ("lift_days", 4, "4 lifting days a week"),
        ("diet", "omnivore", "you eat everything"),
        ("energy_balance", "deficit", "food: less than you burn"),
        ("time_zone", "America/New_York", "time zone: America/New York"),
        ("blocked_days", ["tue", "fri"], "no training on Tuesday, Friday"),
    ],
)
def test_facts_read_like_speech(field, value, words):
    assert field_words(field, value, {}) == words


def test_a_refusal_names_the_range_in_the_persons_units():
    assert "551 lb" in impossible("body_weight", 820, "imperial")

"""Follow-ups on the last answer, and that no detour gives the protected a number."""

from __future__ import annotations

import re

import pytest

from knowledge.entry import YES_NO

FIGURE = re.compile(r"\d+\s*(?:–|-|\.\d)?\s*\d*\s*(?:g|kg|kcal|lb|km|miles)\b")


@pytest.mark.parametrize("said", ["is it bad then?", "yes or no?", "so is it true?"])
def test_the_verdict_in_short(talk, said):
    person = talk()
    whole = person.ask("will running kill my gains?", "running_kills_gains")
    short = person.say(said, "out_of_scope", "out_of_scope", reason="unsure")
    assert person.reply.ids == ("running_kills_gains",) and len(short) < len(whole) / 2 and short.splitlines()[0] == whole.splitlines()[0]


@pytest.mark.parametrize("said", ["is that bad?", "is it bad then?", "is it ok?", "so no?", "should i not then?", "is that true tho", "is that dangerous", "so i can run?", "for real?"])
def test_the_verdict_in_short_stands_without_a_yes_that_the_question_would_turn_round(talk, said):
    person = talk({"run_experience": "new"})
    person.ask("is it ok to run after leg day", "running_after_leg_day")
    text = person.say(said, "deny")
    assert "An easy run is fine" in text and "Yes" not in text and person.reply.ids == ("running_after_leg_day",)


def test_yes_or_no_gets_the_answers_own_first_sentence(talk):
    person = talk()
    person.ask("will running kill my gains?", "running_kills_gains")
    assert "No, not if" in person.say("yes or no?", "affirm")


def test_every_answer_that_begins_with_yes_or_no_can_be_said_without(coach):
    entries = [e for e in coach.knowledge.entries.values() if not e.is_safety]
    assert not [e.topic for e in entries if YES_NO.match(e.answer) and not e.in_short]


def test_the_protected_get_their_own_words_in_short(talk):
    person = talk({"health_flags": ["eating"]})
    person.ask("does fasted running burn muscle?", "fasted_running")
    assert "eating something before you run" in person.say("is that bad?", "ask_more")


@pytest.mark.parametrize(
    ("said", "taken_for"),
    [
        ("can you say that shorter", "ask_more"), ("too long", "feedback_bad"), ("that's too long", "feedback_bad"), ("shorter pls", "settings"),
        ("make it shorter", "weekly_plan"), ("say it in one sentence", "ask_more"), ("keep it short please", "ask_more"), ("sum it up", "ask_more"),
        ("can you say that in simple words", "ask_more"), ("long story short?", "ask_more"),
    ],
)  # fmt: skip
def test_shorter_is_one_sentence(talk, said, taken_for):
    person = talk({"body_weight": 80})
    person.ask("how much protein do I need?", "protein_target")
    assert len(person.say(said, taken_for).splitlines()) == 3 and person.reply.ids == ("protein_target",)
    assert person.plan is None and not person.last.unanswered


@pytest.mark.parametrize(
    ("said", "taken_for"), [("should i stop?", "stop"), ("should i go tomorrow", "goodbye"), ("is that enough", "stop"), ("do i have to?", "deny"), ("so no?", "deny")]
)
def test_a_doubt_is_of_the_last_answer_also_while_its_question_is_open(talk, said, taken_for):
    person = talk()
    person.ask("is it ok to run after leg day", "running_after_leg_day")
    assert person.state["open"]["kind"] == "ask"
    assert "An easy run is fine" in person.say(said, taken_for) and person.profile == {}


def test_a_number_asked_about_is_no_answer_to_the_open_question(talk):
    person = talk()
    person.ask("how often should i lift", "lifting_frequency")
    assert person.state["open"]["kind"] == "ask"
    assert "Two or three times a week" in person.say("so 2 is ok?", "affirm") and person.profile == {}


def test_what_if_after_an_answer_says_that_there_is_none(talk):
    person = talk({"run_experience": "new"})
    person.ask("is it ok to run after leg day", "running_after_leg_day")
    assert "no answer for exactly that" in person.say("and if i still feel like that", "deny") and person.last.unanswered


@pytest.mark.parametrize("said", ["no thanks", "ok bye", "stop", "are you done?", "is that all?"])
def test_a_goodbye_stays_one(talk, said):
    person = talk({"run_experience": "new"})
    person.ask("is it ok to run after leg day", "running_after_leg_day")
    person.say(said, "stop")
    assert person.reply.ids == ("stop",)


@pytest.mark.parametrize(
    ("topic", "said", "taken_for", "quoted"),
    [
        ("protein_target", "how much", "oos", "1.6 g"),
        ("protein_target", "when?", "oos", "the clock"),
        ("easy_runs_zone2", "how much", "oos", "20-30 minutes"),
        ("run_or_lift_first", "how much", "oos", "5 to 10 easy minutes"),
        ("rest_days", "is one enough", "stop", "One or two days a week"),
        ("easy_runs_zone2", "how often", "lifting_frequency", "no answer for exactly that"),
        ("protein_target", "what about on rest days", "rest_days", "the amount stays the same"),
        ("carbs", "and on rest days?", "rest_days", "less on rest days"),
    ],
)
def test_a_bare_question_word_is_about_the_last_answer(talk, topic, said, taken_for, quoted):
    person = talk({"body_weight": 80, "age": 30})
    person.ask("the question", topic)
    if taken_for == "oos":
        text = person.say(said, "out_of_scope", "out_of_scope", label="oos_gym_business")
    elif taken_for == "stop":
        text = person.say(said, "stop")
    else:
        text = person.ask(said, taken_for, confidence=0.99 if "days" in said else 0.88)
    assert quoted in text


def test_a_bare_question_word_about_nothing_asks_for_more(talk):
    assert "a few more words" in talk().say("how much", "out_of_scope", "out_of_scope", label="oos_gym_business")


@pytest.mark.parametrize("said", ["what if i miss a run", "is it bad if i skip one", "what happens if I miss the long run?"])
def test_a_session_that_might_be_missed_costs_nothing(talk, said):
    assert "costs you nothing" in talk().ask(said, "running_mindset", confidence=0.83)


def test_what_an_answer_says_of_a_group_is_quoted(talk):
    person = talk({"lift_days": 3})
    person.ask("will running kill my gains?", "running_kills_gains")
    text = person.say("and for women?", "out_of_scope", "out_of_scope", reason="unsure", label="")
    assert "leg strength in men" in text and "holds the same way" in text and "sex" not in person.profile


def test_a_doubt_after_a_referral_is_not_about_the_answer_before(talk):
    person = talk({"run_experience": "new"})
    person.ask("is it ok to run after leg day", "running_after_leg_day")
    person.say("my knee hurts when I run", "pain_or_injury", "safety", trigger="injury")
    assert "Ease off until it stops hurting" in person.say("should i stop?", "stop")
    assert "can't judge that from here" in person.say("is that bad?", "stop"), "not the same twice"
    assert "See a physio or doctor" in person.say("why?", "ask_more")
    person.say("my chest hurts when I run", "urgent_symptoms", "safety", trigger="R01")
    assert "A doctor needs to look at this first" in person.say("should i stop?", "stop")


def test_what_to_do_by_the_last_answer(talk):
    person = talk()
    person.ask("will running kill my gains?", "running_kills_gains")
    assert person.say("so what should i do?", "help").startswith("What to do")


def test_one_of_the_two(talk):
    person = talk()
    person.say("how much protein and how many rest days?", "protein_target", "answer", ids=["protein_target", "rest_days"])
    person.say("what about the second one", "out_of_scope", "out_of_scope", reason="unsure")
    assert person.reply.ids == ("rest_days",)


@pytest.mark.parametrize(("said", "field"), [("is that true for beginners too?", "run_experience"), ("and for teens?", "age"), ("and for women?", "sex")])
def test_for_a_group_of_people(talk, said, field):
    person = talk({"body_weight": 80})
    person.ask("how much protein do I need?", "protein_target")
    person.say(said, "out_of_scope", "out_of_scope", label="oos_other_sports")
    assert person.reply.ids == ("protein_target",) and field not in person.profile and "At your weight" not in person.text


def test_a_follow_up_without_an_answer_says_so(talk):
    person = talk()
    person.ask("will running kill my gains?", "running_kills_gains")
    assert "no answer for exactly that" in person.say("how about for my elbows?", "out_of_scope", "out_of_scope", reason="unsure", label="")
    assert person.reply.buttons and person.last.unanswered


@pytest.mark.parametrize(
    ("topic", "said", "decision", "quoted"),
    [
        ("running_kills_gains", "how about for my legs?", "out_of_scope", "leg strength"),
        ("running_kills_gains", "what about my legs then?", "clarify", "leg strength"),
        ("rest_days", "can I walk on them?", "out_of_scope", "can hold a walk"),
        ("running_after_leg_day", "and for hill sprints?", "clarify", "hills"),
    ],
)
def test_a_word_that_the_last_answer_speaks_of_gets_its_sentence(talk, topic, said, decision, quoted):
    person = talk()
    person.ask("the question", topic)
    text = person.say(said, "lifting_frequency" if decision == "clarify" else "out_of_scope", decision, confidence=0.5, reason="unsure")
    assert quoted in text and len(text.splitlines()) <= 4 and person.reply.ids == (topic,) and not person.last.unanswered


def test_a_question_of_its_own_is_no_follow_up(talk):
    person = talk()
    person.ask("will running kill my gains?", "running_kills_gains")
    person.say("is it ok to sleep for five hours and lift heavy in the legs", "sleep", "answer", confidence=0.85)
    assert person.reply.ids == ("sleep",)
    person.say("does it cover leg machines?", "out_of_scope", "out_of_scope", reason="", label="oos_gym_business")
    assert person.reply.decision == "out_of_scope" and "leg strength" not in person.text


def test_a_fact_told_in_a_follow_up_is_kept(talk):
    person = talk()
    person.ask("how much protein do I need?", "protein_target")
    person.say("I weigh 80 kg, the muscle counts then", "protein_target", "answer", confidence=0.7)
    assert person.profile["body_weight"] == 80


@pytest.mark.parametrize("flags", ["pregnancy", "kidney"])
def test_the_protected_get_no_figure_by_a_follow_up(talk, flags):
    person = talk({"health_flags": [flags]})
    person.ask("how much protein do I need?", "protein_target")
    assert not FIGURE.search(person.say("what about muscles and trials then?", "out_of_scope", "out_of_scope", reason="unsure"))


def test_answers_for_someone_else_say_so_and_keep_nothing(talk):
    person = talk({"units": "imperial"})
    person.ask("how much protein do I need?", "protein_target")
    text = person.say("my wife weighs 60 kg", "update_profile")
    assert "someone else" in text and person.profile == {"units": "imperial"}


@pytest.mark.parametrize(
    "profile",
    [{"age": 15, "body_weight": 60}, {"health_flags": ["pregnancy"], "body_weight": 70}, {"health_flags": ["kidney"]}, {"health_flags": ["eating"]}],
)
@pytest.mark.parametrize(
    "said",
    [
        "what if I were 25?", "and for men?", "for an 80 kg man?", "my dad is 45 and weighs 80 kg", "what if I weighed 70 kg?", "in pounds?", "in grams?",
        "what about me?", "so what should i do?", "is it bad then?", "what if I was 30 and not pregnant", "what if I had no kidney disease", "and for women?",
    ],
)  # fmt: skip
def test_no_detour_gives_the_protected_a_number(talk, profile, said):
    person = talk(profile)
    person.ask("how much protein do I need?", "protein_target")
    person.say(said, "out_of_scope", "out_of_scope", reason="unsure")
    assert not FIGURE.search(person.text), person.text
    person.ask(said, "protein_target")
    assert not FIGURE.search(person.text), person.text
    assert person.profile == profile
    assert not {"topic:calorie_surplus", "topic:fat_or_muscle_loss"} & set(person.presses)


def test_ok_and_thanks_after_something_grave(talk):
    person = talk()
    person.say("I want to die", "crisis", "safety", trigger="R15")
    assert "reach out" in person.say("ok", "affirm")
    assert "reach out" in person.say("no", "deny")
    person.ask("how much sleep do I need?", "sleep")
    assert "reach out" not in person.say("thanks", "thanks")


# --- the week --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def planned(talk):
    person = talk({"goal": "balanced", "available_days": 5, "longest_run_km": 12, "lift_experience": "intermediate", "run_experience": "regular"})
    person.say("make me a plan", "weekly_plan")
    person.press("screen", "none")
    return person


@pytest.mark.parametrize("said", ["my doctor hasn't cleared me", "when my doctor clears me I'll start", "is my doctor fine with that?"])
def test_only_a_clearance_clears(talk, said):
    person = talk()
    person.say("my chest hurts", "urgent_symptoms", "safety", trigger="R01")
    person.say(said, "out_of_scope", "out_of_scope")
    person.say("make me a plan", "weekly_plan")
    assert person.plan is None
    person.press("screen", "none")
    assert person.plan is None
    person.say("i've been cleared by my doctor", "delete_my_data")
    assert person.plan


def test_a_change_shows_what_is_new_and_a_button_all_of_it(planned):
    planned.say("swap squats", "change_plan")
    changed = planned.text
    assert "Out:" in changed and "Monday:" in changed
    planned.press("plan", "show")
    assert len(planned.text) > 1.3 * len(changed)


def test_a_day_and_a_session_are_shown(planned):
    assert "The whole week" in (planned.say("what about friday?", "out_of_scope", "out_of_scope") and planned.titles)
    assert planned.text.startswith("Friday")
    planned.say("when is my long run", "progress_gradually", "clarify")
    assert "Long run" in planned.text.splitlines()[0]


def test_two_sessions_a_day_and_skipping_are_no_number_of_days(planned):
    before = planned.plan
    planned.say("can i do two sessions on one day", "change_plan")
    planned.say("no more running", "change_plan")
    assert planned.plan == before


def test_only_the_long_run_gets_shorter(planned):
    before = {s["day"]: s["minutes"] for s in planned.plan["sessions"] if s["kind"] != "long_run"}
    long_before = next(s["minutes"] for s in planned.plan["sessions"] if s["kind"] == "long_run")
    planned.say("make the long run shorter", "change_plan")
    assert {s["day"]: s["minutes"] for s in planned.plan["sessions"] if s["kind"] != "long_run"} == before
    assert next(s["minutes"] for s in planned.plan["sessions"] if s["kind"] == "long_run") < long_before


def test_a_week_away(planned):
    assert "Enjoy" in planned.say("i'm on holiday next week", "weekly_plan")
    planned.press("plan", "days=2")
    assert len({s["day"] for s in planned.plan["after"]["sessions"] if s["kind"] != "rest"}) == 2


def test_days_told_after_a_plan_make_it_anew(planned):
    planned.say("5 days")
    planned.say("I can train 3 days a week")
    assert len({s["day"] for s in planned.plan["sessions"] if s["kind"] != "rest"}) == 3


def test_a_child_gets_no_plan(talk):
    person = talk()
    person.say("i'm 12")
    assert "under 13" in person.say("plan", "weekly_plan") and person.plan is None

"""Numbers, the week, its changes, the log and the progress in the conversation."""

from __future__ import annotations

import datetime as dt

import pytest

from actions.plan import Plan, make_plan
from actions.plan_calendar import plan_ics
from knowledge.plan_texts import said

TODAY = dt.date(2026, 11, 23)
RUNNER = {
    "age": 34, "goal": "endurance", "run_experience": "experienced", "lift_experience": "intermediate", "weekly_run_km": 40,
    "longest_run_km": 16, "available_days": 5, "session_minutes": 75, "body_weight": 70, "equipment": "gym", "time_zone": "Europe/Berlin",
}  # fmt: skip


def kinds(person):
    return [s.kind for s in Plan.from_dict(person.plan).sessions]


def planned(talk, profile=RUNNER, answer="none"):
    person = talk(profile)
    person.say("make me a plan", "weekly_plan")
    if answer:
        person.press("screen", answer)
    return person


# --- numbers -------------------------------------------------------------------------------------------------------------


def test_my_numbers_ask_for_one_missing_thing_and_come_again_with_it(talk):
    person = talk({"body_weight": 80, "age": 34, "weekly_run_km": 30, "goal": "muscle"})
    text = person.say("my numbers", "my_targets")
    assert "Protein a day" in text and "How tall are you?" in text
    text = person.say("180 cm")
    assert person.profile["height"] == 180 and "Energy you burn" in text
    assert "How tall" not in text


def test_more_facts_after_the_numbers_bring_them_again(talk):
    person = talk({"body_weight": 80})
    person.say("my numbers", "my_targets")
    person.say("I'm a man and 183 cm")
    assert "Protein a day" in person.text and person.reply.ids == ("update_profile",)


def test_where_the_numbers_come_from(talk):
    person = talk({"body_weight": 80})
    person.say("my numbers", "my_targets")
    assert all(len(b.do) <= 12 for b in person.reply.buttons)
    assert "doi.org" in person.say("says who?", "ask_source")
    person.say("my numbers", "my_targets")
    assert "doi.org" in person.press("targets", "sources")


def test_numbers_in_pounds(talk):
    person = talk({"body_weight": 80, "goal": "muscle", "weekly_run_km": 30, "height": 180, "age": 34, "longest_run_km": 10})
    person.say("my numbers", "my_targets")
    assert "miles" in person.say("and in miles?", "my_targets", "clarify", offers=[])


def test_the_protected_get_no_numbers(talk):
    text = talk({"body_weight": 80, "age": 15}).say("my numbers", "my_targets")
    assert "under 18" in text and " g a day" not in text


# --- the week ------------------------------------------------------------------------------------------------------------


def test_a_plan_comes_at_once_with_picture_and_calendar_and_the_health_question(talk):
    person = talk(RUNNER)
    text = person.say("make me a plan", "weekly_plan")
    assert "Monday" in text and said("screening.question") in text
    assert not {"tempo", "intervals", "hills"} & set(kinds(person))
    assert [(f.kind, f.name) for f in person.last.files] == [("image", "week.png"), ("file", "week.ics")]
    assert person.last.files[0].make().startswith(b"\x89PNG")
    assert b"BEGIN:VEVENT" in person.last.files[1].make() and b"Europe/Berlin" in person.last.files[1].make()


def test_no_to_the_health_question_brings_the_hard_sessions(talk):
    person = planned(talk, answer=None)
    text = person.say("no", "deny")
    assert said("screening.passed") in text
    assert {"tempo", "intervals", "hills"} & set(kinds(person))
    assert said("screening.question") not in person.say("make me a plan", "weekly_plan")


@pytest.mark.parametrize(
    "text", ["None of these", "nope, all good", "no chest pain, no meds", "none of them apply to me", "No, I'm healthy", "nothing", "nah I'm fine", "no no no", "not really"]
)
def test_a_whole_no_clears(talk, text):
    person = planned(talk, answer=None)
    assert said("screening.passed") in person.say(text, "out_of_scope", "out_of_scope")


@pytest.mark.parametrize(
    ("text", "ident"),
    [
        ("no time thursday, shuffle please", "change_plan"), ("no running on monday", "change_plan"), ("nah leave it as it is", "deny"),
        ("no, show me another week", "weekly_plan"), ("none on friday please", "change_plan"), ("no idea what tempo means", "help"),
    ],
)  # fmt: skip
def test_a_sentence_that_begins_with_no_clears_nobody(talk, text, ident):
    person = planned(talk, answer=None)
    assert said("screening.passed") not in person.say(text, ident)
    assert not {"tempo", "intervals", "hills"} & set(kinds(person))


def test_yes_brings_the_kind_reason_and_an_easy_week_until_a_doctor_clears(talk):
    person = planned(talk, answer=None)
    assert "doctor" in person.say("yes", "affirm")
    text = person.say("make me a new plan", "weekly_plan")
    assert said("screening.question") not in text and said("notes.screening_open") not in text
    assert not {"tempo", "intervals", "hills"} & set(kinds(person))
    person.say("my doctor has cleared me", "change_plan")
    assert {"tempo", "intervals", "hills"} & set(kinds(person))


def test_another_question_leaves_the_health_question_unanswered(talk):
    person = planned(talk, answer=None)
    person.ask("how much sleep do I need?", "sleep")
    person.say("no", "deny")
    assert not {"tempo", "intervals", "hills"} & set(kinds(person))


def test_facts_in_the_request_come_first(talk):
    person = talk()
    person.say("plan for 4 days, 45 minutes, hate mornings", "weekly_plan")
    assert person.profile["available_days"] == 4 and person.profile["session_minutes"] == 45
    assert max(s.minutes for s in Plan.from_dict(person.plan).sessions) <= 45


def test_the_same_request_taken_for_a_profile_change_still_gives_the_plan(talk):
    person = talk()
    person.say("plan for 4 days, 45 minutes, hate mornings", "update_profile")
    assert person.plan is not None and person.reply.ids == ("weekly_plan",)


def test_without_data_there_are_sensible_defaults_and_one_question(talk):
    person = talk()
    person.say("make me a plan", "weekly_plan")
    assert person.plan is not None
    text = person.press("screen", "none")
    assert "On how many days a week can you train?" in text
    text = person.say("3")
    assert person.profile["available_days"] == 3 and len({s.day for s in Plan.from_dict(person.plan).training}) <= 3
    assert "On how many days" not in text


def test_my_plan_shows_the_stored_one(talk):
    person = planned(talk)
    person.press("plan", "another")
    plan = person.plan
    person.say("my plan", "weekly_plan")
    assert person.plan == plan and person.last.plan is None


def test_today_shows_one_day(talk):
    person = planned(talk)
    text = person.say("what's my workout today", "weekly_plan")
    assert text.startswith("Monday") and "Thursday" not in text


def test_another_one_is_a_different_week_and_undo_brings_the_first_back(talk):
    person = planned(talk)
    first = person.plan
    person.say("another one", "running_kills_gains", "clarify", offers=["running_kills_gains"])
    assert person.plan["sessions"] != first["sessions"]
    person.press("undo")
    assert person.plan == first


def test_changes_by_words(talk):
    person = planned(talk)
    before = {s.kind: s.day for s in Plan.from_dict(person.plan).training}
    target = "Saturday" if before["long_run"] == "sun" else "Sunday"
    text = person.say(f"move the long run to {target}", "change_plan")
    assert text.startswith("Done") and {s.kind: s.day for s in Plan.from_dict(person.plan).training}["long_run"] == target[:3].lower()
    assert "No problem" in person.say("I missed Tuesday", "change_plan") or "rest day" in person.text


def test_only_this_week_leaves_the_profile_alone(talk):
    person = planned(talk)
    for ident in ("change_plan", "update_profile"):
        person.say("only 3 days next week", ident)
        assert person.profile["available_days"] == 5
        both = Plan.from_dict(person.plan)
        assert (len({s.day for s in both.training}), len({s.day for s in both.after.training})) == (5, 3)


def test_a_change_that_is_not_understood_says_how(talk):
    person = planned(talk)
    plan = person.plan
    assert "move the long run" in person.say("flip the thing around", "change_plan")
    assert person.plan == plan


def test_a_profile_change_offers_to_update_the_plan(talk):
    person = planned(talk)
    person.say("I sleep 7 hours")
    assert "plan:new" in person.presses
    before = person.plan
    assert person.say("I only have dumbbells").count("Monday") and person.plan != before  # what shapes the days does so at once
    person.press("plan", "new")
    assert Plan.from_dict(person.plan).kit == "dumbbells"


def test_a_change_that_the_model_took_for_a_request_is_a_change(talk):
    person = planned(talk)
    before = sum(s.minutes for s in Plan.from_dict(person.plan).sessions)
    person.say("make it easier", "weekly_plan")
    assert sum(s.minutes for s in Plan.from_dict(person.plan).sessions) < before


@pytest.mark.parametrize("word", ["ok", "ok cool", "ok will do", "sounds good", "yes looks good", "sure"])
def test_an_ok_to_the_week_is_no_answer_to_the_health_question(talk, word):
    person = planned(talk, answer="")
    text = person.say(word, "affirm")
    assert "still open" in text and "screen:none" in person.presses and "screened" not in person.state
    assert "screened" not in talk_on(person, "ok", "affirm") and "stays easy" in person.text
    person = planned(talk, answer="")
    person.say(word, "affirm")
    assert talk_on(person, "none of these", "deny")["screened"] == "none"


@pytest.mark.parametrize("word", ["yes", "yeah", "yes I do", "yes, a knee gets worse, thanks", "something fits"])
def test_a_yes_to_the_health_question_keeps_the_week_easy(talk, word):
    assert talk_on(planned(talk, answer=""), word, "affirm")["screened"] == "some"


def talk_on(person, text, ident):
    person.say(text, ident)
    return person.state


def test_a_doctors_clearance_taken_for_a_condition(talk):
    person = planned(talk, answer="some")
    person.say("my doctor cleared me", "medical_condition", "safety")
    assert said("screening.passed") in person.text


def test_another_one_is_not_the_answer_to_the_question_under_a_plan(talk):
    person = talk({k: v for k, v in RUNNER.items() if k != "session_minutes"})
    person.say("make me a plan", "weekly_plan")
    text = person.press("screen", "none")
    assert "How many minutes" in text
    first = person.plan
    person.say("another one", "change_plan")
    assert person.plan["sessions"] != first["sessions"] and "session_minutes" not in person.profile


def test_an_old_week_is_replaced(talk):
    person = talk(RUNNER)
    person.plan = make_plan(RUNNER, today=TODAY - dt.timedelta(days=20)).as_dict()
    person.say("my plan", "weekly_plan")
    assert Plan.from_dict(person.plan).week_start == TODAY.isoformat()


def test_general_question_about_planning_offers_a_plan(talk):
    person = talk()
    person.ask("how should a week look?", "weekly_plan")
    assert person.reply.decision == "answer" and "intent:weekly_plan" in person.presses and person.plan is None


def test_with_memory_off_the_week_is_shown_and_not_kept(talk):
    person = talk(RUNNER)
    person.press("memory", "off")
    text = person.say("make me a plan", "weekly_plan")
    assert "don't keep this week" in text and person.last.plan is None
    person.press("screen", "some")
    assert "screened" not in person.state


def test_the_calendar_uses_the_regions_time_without_a_zone_of_ones_own(talk):
    person = talk({k: v for k, v in RUNNER.items() if k != "time_zone"})
    person.press("region", "uk")
    person.say("make me a plan", "weekly_plan")
    plan = Plan.from_dict(person.plan)
    made = person.last.files[1].make()
    assert b"Europe/London" in made
    assert b"Europe/London" in plan_ics(plan, time_zone="Europe/London", name="x", now=dt.datetime.now(dt.timezone.utc))


# --- what was done -------------------------------------------------------------------------------------------------------


def test_training_is_logged_with_one_line_back(talk):
    person = talk()
    assert person.say("ran 10k today", "log_training").startswith("Logged")
    assert person.log[-1]["kind"] == "run" and person.log[-1]["km"] == 10
    person.say("lifted legs", "log_training")
    person.say("slept 6", "log_training")
    assert [row["kind"] for row in person.log] == ["run", "lift", "sleep"]


def test_weight_is_logged_and_kept_in_the_profile_and_undone_together(talk):
    person = talk({"body_weight": 80})
    text = person.say("weight 81.2 this morning", "log_training")
    assert text.count("\n") == 0 and "81.2" in text
    assert person.profile["body_weight"] == 81.2 and person.log[-1]["kind"] == "weight"
    person.press("undo")
    assert person.profile["body_weight"] == 80 and person.log == []


def test_miles_are_answered_in_miles(talk):
    assert "5 miles" in talk().say("ran 5 miles", "log_training")


def test_a_log_that_the_model_took_for_a_profile_change_is_a_log(talk):
    person = talk()
    person.say("weight 81.2 this morning", "update_profile")
    assert person.log[-1]["kind"] == "weight" and person.reply.ids == ("log_training",)


def test_what_cannot_be_read_says_how(talk):
    assert "ran 10k today" in talk().say("log training", "log_training")


def test_progress_in_words_and_as_a_picture(talk):
    person = talk()
    assert "nothing in your log" in person.say("how am I doing?", "show_progress") and not person.last.files
    person.say("ran 10k today", "log_training")
    text = person.say("how am I doing?", "show_progress")
    assert "This week" in text
    assert person.last.files[0].kind == "image" and person.last.files[0].make().startswith(b"\x89PNG")


def test_with_memory_off_nothing_is_logged(talk):
    person = talk()
    person.press("memory", "off")
    assert "don't keep" in person.say("ran 10k today", "log_training")
    assert person.log == []


# --- a question under the week, and something else said --------------------------------------------------------------------


@pytest.mark.parametrize("text", ["swap the run with the lift on wed", "one more run please"])
def test_a_request_is_done_and_the_question_stays_open(talk, text):
    person = planned(talk, {})
    assert person.state["open"]["field"] == "available_days"
    before = person.plan
    person.say(text, "weekly_plan")
    assert person.profile == {} and person.plan != before
    person.say("4", "out_of_scope", "out_of_scope")
    assert person.profile == {"available_days": 4}


def test_weekdays_for_an_answer_are_the_days_of_the_week(talk):
    person = planned(talk, {})
    person.say("tue thu sat", "weekly_plan")
    assert person.profile == {"available_days": 3, "blocked_days": ["mon", "wed", "fri", "sun"]}
    assert {s["day"] for s in person.plan["sessions"] if s["kind"] != "rest"} == {"tue", "thu", "sat"}
    person.say("actually mon wed fri")
    assert person.profile["blocked_days"] == ["tue", "thu", "sat", "sun"]
    assert {s["day"] for s in person.plan["sessions"] if s["kind"] != "rest"} == {"mon", "wed", "fri"}


def test_none_of_these_is_no_answer_to_a_choice(talk):
    person = talk({"lift_days": 3})
    person.ask("how long until I see muscle?", "realistic_results")
    assert person.state["open"]["field"] == "lift_experience"
    person.say("none of these", "feedback_bad")
    assert person.profile == {"lift_days": 3}


def test_one_sport_told_is_no_answer_for_all_training_days(talk):
    person = planned(talk, {})
    person.say("i run twice a week")
    assert person.profile == {"run_days": 2}
    person.say("actually 3", "deny")
    assert person.profile == {"run_days": 3} and sum(s["kind"] in ("easy_run", "long_run", "tempo", "hills", "intervals") for s in person.plan["sessions"]) == 3
    assert "already" in person.say("actually 3", "deny")


# --- two weeks, and what a week keeps ------------------------------------------------------------------------------------

SPLIT = RUNNER | {"run_days": 2, "lift_days": 3}


def by_day(week):
    return {s.day: s.kind for s in week.training}


def test_a_change_for_next_week_keeps_this_one(talk):
    person = planned(talk, SPLIT)
    before = Plan.from_dict(person.plan)
    text = person.say("only 3 days next week", "change_plan")
    both = Plan.from_dict(person.plan)
    assert by_day(both) == by_day(before) and both.after.week_start == "2026-11-30" and len(both.after.training) == 3
    assert "This week stays as it is" in text and "Until then" not in text
    assert by_day(before)["mon"] in [s.kind for s in before.on("mon")] and "Monday:" in person.say("what do I do today", "weekly_plan")
    assert "23 November" in person.say("show my plan", "weekly_plan") and "plan:next" in person.presses
    assert "30 November" in person.press("plan", "next") and "plan:this" in person.presses


def test_a_change_is_for_the_week_shown_last(talk):
    person = planned(talk, SPLIT)
    person.say("only 3 days next week", "change_plan")
    before = Plan.from_dict(person.plan)
    free = next(d for d in ("sat", "fri", "wed") if not before.after.on(d))
    full = {"sat": "saturday", "fri": "friday", "wed": "wednesday"}[free]
    person.say(f"move the lift to {full}", "change_plan")
    both = Plan.from_dict(person.plan)
    assert by_day(both) == by_day(before) and by_day(both.after) != by_day(before.after)
    assert "This week" not in person.text
    person.say("I missed today", "change_plan")
    assert by_day(Plan.from_dict(person.plan)) != by_day(before)


def test_next_week_is_there_when_it_comes(talk):
    person = planned(talk, SPLIT)
    person.say("only 3 days next week", "change_plan")
    later = Plan.from_dict(person.plan).after
    person.plan = {**person.plan, "week_start": "2026-11-16", "after": {**person.plan["after"], "week_start": "2026-11-23"}}
    assert "23 November" in person.say("show my plan", "weekly_plan")
    assert all(said(f"kinds.{s.kind}.name") in person.text for s in later.training)


def test_undo_brings_both_weeks_back(talk):
    person = planned(talk, SPLIT)
    before = person.plan
    person.say("only 3 days next week", "change_plan")
    person.press("undo")
    assert person.plan == before


def test_a_blocked_day_keeps_what_was_moved(talk):
    person = planned(talk, SPLIT)
    person.say("move the long run to saturday", "change_plan")
    moved = Plan.from_dict(person.plan)
    free = next(d for d in ("mon", "tue", "wed", "thu", "fri", "sun") if not moved.on(d))
    name = said(f"days.{free}")
    text = person.say(f"no time on {name}", "update_profile")
    assert by_day(Plan.from_dict(person.plan)) == by_day(moved) and "nothing changes" in text and person.profile["blocked_days"] == [free]
    used = next(d for d in ("tue", "wed", "thu", "fri") if moved.on(d))
    person.say(f"no time on {said(f'days.{used}')}", "update_profile")
    week = Plan.from_dict(person.plan)
    assert by_day(week)["sat"] == "long_run" and not week.on(used)


def test_a_limit_of_minutes_is_applied_whatever_the_model_took_it_for(talk):
    person = planned(talk, {k: v for k, v in RUNNER.items() if k != "session_minutes"})
    person.say("i got 45 min max", "log_training")
    assert person.profile["session_minutes"] == 45
    assert max(sum(s.minutes for s in Plan.from_dict(person.plan).on(d)) for d in by_day(Plan.from_dict(person.plan))) <= 45


def test_the_health_question_keeps_what_was_moved(talk):
    person = planned(talk, SPLIT, answer="")
    person.say("move the long run to saturday", "change_plan")
    person.press("screen", "none")
    assert by_day(Plan.from_dict(person.plan))["sat"] == "long_run"


def test_sick_and_the_week_cancelled(talk):
    person = planned(talk)
    assert "fever" in person.say("im sick cancel the week", "change_plan")
    assert Plan.from_dict(person.plan).is_empty and "plan:gentle" in person.presses
    person.press("plan", "gentle")
    both = Plan.from_dict(person.plan)
    assert both.is_empty and both.after.training and "easier" in person.text


def test_the_week_in_short(talk):
    person = planned(talk)
    before = person.plan
    text = person.say("can you say that shorter", "change_plan")
    assert text.startswith("In short: ") and person.plan == before
    person.say("give me a shorter long run", "change_plan")
    assert person.plan != before


@pytest.mark.parametrize("text", ["what if i miss a run", "what if i miss one session this week", "is it ok to skip a workout?"])
@pytest.mark.parametrize("ident", [("weekly_plan", "conversation"), ("running_mindset", "answer"), ("out_of_scope", "out_of_scope")])
def test_what_if_one_is_missed(talk, text, ident):
    for person in (talk({}), planned(talk)):
        before = person.plan
        assert "One missed session costs you nothing" in person.say(text, *ident)
        assert person.plan == before


@pytest.mark.parametrize(("text", "words"), [("what if its still sore", "If it is mild"), ("what if i get sick", "with a fever"), ("should I skip the long run?", "You may")])
def test_a_question_under_the_week_changes_nothing(talk, text, words):
    person = planned(talk)
    before = person.plan
    assert words in person.say(text, "change_plan") and person.plan == before


@pytest.mark.parametrize("text", ["why?", "why only that", "but why so"])
def test_why_after_a_change_is_about_the_week(talk, text):
    person = planned(talk)
    person.say("move the long run to saturday", "change_plan")
    assert "Heavy legs and demanding runs" in person.say(text, "ask_more") and "article" not in person.text
    assert "why:weekly_plan" in person.presses


def test_why_so_short_and_more_time(talk):
    person = planned(talk, {k: v for k, v in RUNNER.items() if k != "session_minutes"})
    assert "I counted on 60 minutes" in person.ask("why only 9 km long run", "progress_gradually")
    person.say("i can do 90 min on weekends", "update_profile")
    assert max(s.minutes for s in Plan.from_dict(person.plan).training) == 90
    assert "session_minutes" not in person.profile


def test_so_many_runs_as_were_meant(talk):
    person = planned(talk, {k: v for k, v in RUNNER.items() if k != "available_days"} | {"run_days": 3})
    person.say("add a run", "change_plan")
    person.say("actually I meant 3 runs", "update_profile")
    week = Plan.from_dict(person.plan)
    assert sum("run" in s.kind or s.kind in ("tempo", "intervals", "hills") for s in week.training) == 3


def test_a_new_limit_fits_both_weeks(talk):
    person = planned(talk, SPLIT)
    person.say("only 3 days next week", "change_plan")
    person.press("plan", "this")
    person.say("i got 40 min max", "log_training")
    both = Plan.from_dict(person.plan)
    assert len(both.after.training) == 3 and max(s.minutes for s in both.after.training) <= 40


def test_a_question_under_the_plan_waits_behind_a_why(talk):
    person = planned(talk, answer="")
    person.say("why?", "ask_more")
    person.say("none of these", "deny")
    assert person.state["screened"] == "none"

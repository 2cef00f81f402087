"""Changing a week by words: it adapts, it says what changed, and no words break a hard rule."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.plan import DAYS, HARD_RUNS, HEAVY, LIFTS, RUNS, Plan, broken_rules, make_plan
from actions.plan_edit import after_screening, edit_plan, fitted
from knowledge.exercises import exercises
from knowledge.load import ROOM
from tests.actions.test_plan import PROFILES, violations

MONDAY = dt.date(2026, 6, 8)
PROFILE: dict[str, Any] = {
    "goal": "balanced", "available_days": 5, "session_minutes": 60, "lift_experience": "intermediate", "run_experience": "regular",
    "longest_run_km": 12, "equipment": "gym",
}  # fmt: skip


def week(**more: Any) -> Plan:
    return make_plan({**PROFILE, **more}, today=MONDAY, screened=True)


def edited(text: str, today: dt.date = MONDAY, plan: Plan | None = None, **more: Any) -> tuple[Plan, str]:
    profile = {**PROFILE, **more}
    result = edit_plan(plan or week(**more), profile, text, today)
    assert result is not None, text
    assert not violations(result[0], profile), (text, violations(result[0], profile))
    return result


def day_of(plan: Plan, kind: str) -> list[str]:
    return [s.day for s in plan.training if s.kind == kind]


@pytest.mark.parametrize("day", ["tue", "wed", "thu", "sat"])
@pytest.mark.parametrize(
    "text", ["move the long run to {day}", "can you put my long run on {day}?", "long run on {day} instead", "I'd rather have the long run {day}, please move it"]
)
def test_the_long_run_moves(day: str, text: str) -> None:
    full = {"tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "sat": "saturday"}[day]
    plan, words = edited(text.format(day=full))
    assert day_of(plan, "long_run") == [day]
    assert full.capitalize() in words
    assert sorted(s.minutes for s in plan.training) == sorted(s.minutes for s in week().training)


def test_moving_to_a_blocked_day_is_refused_with_the_reason() -> None:
    plan, words = edited("move the long run to Saturday", blocked_days=["sat"])
    assert plan == week(blocked_days=["sat"])
    assert "can't train on Saturday" in words


def test_moving_where_it_is_already() -> None:
    plan, words = edited("move the long run to sunday")
    assert plan == week()
    assert "already" in words


def test_a_days_session_moves_to_another_day() -> None:
    plan, _ = edited("move tuesday's run to thursday")
    assert not plan.on("tue")
    assert plan.on("thu")[0].kind == "easy_run"


def test_a_missed_day_is_let_go_or_moved_but_never_stacked() -> None:
    plan, words = edited("I missed Tuesday", today=MONDAY + dt.timedelta(2))
    assert len(plan.training) == len(week().training) - 1
    assert "catch up" in words
    plan, words = edited("I missed my tempo run", today=MONDAY + dt.timedelta(2))
    assert day_of(plan, "tempo") == ["thu"]
    assert max(len(plan.on(d)) for d in DAYS) == 1


def test_missing_a_rest_day() -> None:
    plan, words = edited("I missed Thursday", today=MONDAY + dt.timedelta(4))
    assert plan == week()
    assert "rest day" in words


@pytest.mark.parametrize("text", ["only 3 days next week", "I have just three days", "3 days please", "can we do 3 days"])
def test_fewer_days(text: str) -> None:
    plan, words = edited(text)
    assert len({s.day for s in plan.training}) == 3
    assert "3 days" in words


def test_next_week_of_a_week_that_has_begun() -> None:
    plan, words = edited("only 3 days next week", today=MONDAY + dt.timedelta(3))
    assert plan.week_start == "2026-06-15"
    assert "next week" in words


def test_days_left_in_a_week_that_has_begun_leave_the_past_alone() -> None:
    plan, _ = edited("only 3 days this week", today=MONDAY + dt.timedelta(2))
    assert len({s.day for s in plan.training}) == 3
    assert plan.on("mon") == week().on("mon")
    assert plan.on("tue") == week().on("tue")


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("swap squats, my gym has none", "squat"), ("replace the romanian deadlift", "Romanian deadlift"),
        ("no bench press please", "Bench press"), ("take the cable row out", "Seated cable row"),
    ],
)  # fmt: skip
def test_a_move_is_swapped_and_stays_out(text: str, gone: str) -> None:
    plan, words = edited(text)
    names = [lift.name for s in plan.training for lift in s.lifts]
    assert not [n for n in names if n == gone or (gone == "squat" and "squat" in n.lower() and "Split" not in n)]
    assert gone.lower() in words.lower(), words
    assert plan.without
    again = make_plan(PROFILE, today=MONDAY, screened=True, without=plan.without, variant=3)
    assert not {lift.exercise for s in again.training for lift in s.lifts} & set(plan.without)


def test_a_move_is_swapped_for_the_one_asked_for() -> None:
    plan, words = edited("swap squats for leg press")
    assert "Leg press" in [lift.name for s in plan.training for lift in s.lifts]
    assert "Leg press" in words


def test_a_move_that_is_not_planned() -> None:
    plan, words = edited("take the trap bar deadlift out")
    assert plan == week()
    assert "isn't in this week" in words


def test_no_running_on_a_day_may_leave_lifting_there() -> None:
    plan, words = edited("no running on sunday")
    assert not [s for s in plan.on("sun") if s.kind in RUNS]
    assert "Sunday" in words


@pytest.mark.parametrize(
    "text", ["I can't train on friday", "make friday free", "friday off please", "add a rest day on friday", "I'm away friday", "switch my rest day to friday"]
)
def test_a_day_is_freed(text: str) -> None:
    plan, words = edited(text)
    assert not plan.on("fri")
    assert "Friday" in words
    assert len(plan.training) == len(week().training)


def test_several_days_away() -> None:
    plan, words = edited("I'm away from friday to sunday, move things around")
    assert not any(plan.on(d) for d in ("fri", "sat", "sun"))
    assert "Friday, Saturday and Sunday" in words


def test_an_easier_day_and_an_easier_week() -> None:
    plan, words = edited("make wednesday easier")
    assert day_of(plan, "tempo") == []
    assert plan.on("wed")[0].kind == "easy_run"
    assert "Wednesday is easier" in words
    plan, _ = edited("this week is too hard")
    assert sum(s.minutes for s in plan.training) < sum(s.minutes for s in week().training)
    assert not any(s.kind in HARD_RUNS for s in plan.training)


def test_harder_is_not_given_on_demand() -> None:
    plan, words = edited("make it harder")
    assert plan == week()
    assert words


def test_less_time_on_a_day() -> None:
    plan, words = edited("I only have 20 minutes on monday")
    assert sum(s.minutes for s in plan.on("mon")) <= 20
    assert plan.on("mon")[0].kind in LIFTS
    assert "Monday" in words
    assert sum(lift.sets for lift in plan.on("mon")[0].lifts) * 2.5 <= 15


def test_days_change_places_unless_that_brings_hard_work_together() -> None:
    plan, words = edited("swap tuesday and thursday")
    assert not plan.on("tue")
    assert plan.on("thu") and "changed places" in words
    plan, words = edited("swap tuesday and wednesday")
    assert plan == week()
    assert "too close" in words


def test_a_session_is_replaced_removed_and_added() -> None:
    plan, _ = edited("replace the tempo run with an easy run")
    assert day_of(plan, "tempo") == []
    assert plan.on("wed")[0].kind == "easy_run"
    plan, _ = edited("drop the tempo run")
    assert not plan.on("wed")
    plan, _ = edited("add a run on friday")
    assert [s.kind for s in plan.on("fri")] == ["lift_full", "easy_run"]
    plan, _ = edited("another lifting day please, add one", plan=week(), available_days=6)
    assert sum(s.kind in LIFTS for s in plan.training) == sum(s.kind in LIFTS for s in week().training) + 1


def test_hard_runs_are_not_added_before_the_health_question() -> None:
    plan = make_plan(PROFILE, today=MONDAY)
    new, words = edited("replace the easy run with intervals", plan=plan)
    assert new == plan
    assert "health question" in words


def test_no_gym() -> None:
    plan, words = edited("no gym next week")
    assert plan.kit == "bodyweight"
    assert not [lift.name for s in plan.training for lift in s.lifts if "cable" in lift.name.lower() or "bench press" in lift.name.lower()]
    assert words


def test_another_week() -> None:
    plan, _ = edited("give me a different week")
    assert [s.day for s in plan.training] != [s.day for s in week().training] or plan.sessions != week().sessions


def test_a_plan_that_no_longer_fits_the_person_is_made_anew() -> None:
    result = edit_plan(week(), {**PROFILE, "health_flags": ["heart"]}, "move the lift to saturday", MONDAY)
    assert result is not None
    assert not violations(result[0], {**PROFILE, "health_flags": ["heart"]})


@pytest.mark.parametrize("text", ["", "hello", "how much protein do I need", "thanks", "what is a tempo run", "🙂", "change my plan"])
def test_other_texts_are_not_taken(text: str) -> None:
    assert edit_plan(week(), PROFILE, text, MONDAY) is None


def sentences() -> list[str]:
    raw = yaml.safe_load((ROOM.parent / "nlu" / "data" / "conversation.yml").read_text(encoding="utf-8"))
    found = next(item["examples"] for item in raw["nlu"] if item["intent"] == "change_plan")
    return [line[2:] for line in found.splitlines() if line.startswith("- ")]


@settings(max_examples=300, deadline=None)
@given(PROFILES, st.sampled_from(sentences()), st.integers(0, 6), st.booleans())
def test_no_words_break_a_hard_rule(profile: dict[str, Any], text: str, day: int, screened: bool) -> None:
    plan = make_plan(profile, today=MONDAY, screened=screened)
    today = MONDAY + dt.timedelta(days=day)
    result = edit_plan(plan, profile, text, today)
    if result is not None:
        new, words = result
        assert not broken_rules(new, profile)
        free_more = {**profile, "available_days": 7}  # who asks for more days by words may get them
        assert not violations(new, free_more)
        assert words[0].isupper()
        assert words[-1] in ".!"
        assert "{" not in words
        if new.week_start == plan.week_start and not any(w in text for w in ("plan", "version", "week", "days")):
            past = [d for d in DAYS if plan.date(d) < today]
            assert not any(s.kind in HEAVY + HARD_RUNS and s not in plan.on(d) for d in past for s in new.on(d))


def test_a_day_without_time_is_no_wish_for_another_week() -> None:
    found = edit_plan(week(), PROFILE, "no time thursday, shuffle please", MONDAY)
    assert found is not None and not found[0].on("thu")
    assert found[0].variant == week().variant


@pytest.mark.parametrize("text", ["scale it back a bit", "ease off the tempo stuff", "bit less next week please"])
def test_milder_words_for_an_easier_week(text: str) -> None:
    assert edit_plan(week(), PROFILE, text, MONDAY) is not None


def test_most_of_what_people_ask_for_is_understood() -> None:
    understood = [t for t in sentences() if edit_plan(week(), PROFILE, t, MONDAY)]
    assert len(understood) >= 0.7 * len(sentences())


@pytest.mark.parametrize(("text", "step"), [("push the long run back a day", 1), ("bring the long run forward a day", -1), ("long run a day earlier please", -1)])
def test_a_session_moves_by_a_day(text: str, step: int) -> None:
    before = day_of(week(), "long_run")[0]
    at = DAYS.index(before) + step
    if at < len(DAYS):
        plan, words = edited(text)
        assert day_of(plan, "long_run") == [DAYS[at]] or "close" in words
    else:
        assert edited(text)[0] == week(), "the next day is another week's"


@pytest.mark.parametrize("text", ["soften next week a touch", "friday's out, find another day", "ditch the hills", "chuck the long run", "juggle wednesday and saturday round"])
def test_other_words_for_the_same_wishes(text: str) -> None:
    assert edited(text)[1]


def test_an_easier_week_says_one_effort_only() -> None:
    plan, _ = edited("make the week easier")
    eased = [s for s in plan.training if s.lifts]
    assert eased
    for session in eased:
        untimed = {lift.effort for lift in session.lifts if not exercises()[lift.exercise].timed}
        assert untimed <= {session.effort}


# --- what the week keeps -------------------------------------------------------------------------------------------------

COUNTED = {**PROFILE, "available_days": None, "run_days": 2, "lift_days": 3}


def counted(**more: Any) -> tuple[dict[str, Any], Plan]:
    profile = {k: v for k, v in {**COUNTED, **more}.items() if v is not None}
    return profile, make_plan(profile, today=MONDAY, screened=True)


def days(plan: Plan) -> dict[str, list[str]]:
    return {d: [s.kind for s in plan.on(d)] for d in DAYS}


def moved_week() -> tuple[dict[str, Any], Plan]:
    profile, plan = counted()
    result = edit_plan(plan, profile, "move the long run to saturday", MONDAY)
    assert result is not None and day_of(result[0], "long_run") == ["sat"]
    return profile, result[0]


def test_a_day_that_is_free_already_changes_nothing() -> None:
    profile, plan = moved_week()
    free = next(d for d in DAYS if not plan.on(d))
    result = fitted(plan, profile, {**profile, "blocked_days": [free]}, MONDAY)
    assert result is not None and days(result[0]) == days(plan) and "nothing changes" in result[1]


def test_a_blocked_day_moves_only_what_sits_there() -> None:
    profile, plan = moved_week()
    result = fitted(plan, profile, {**profile, "blocked_days": ["wed"]}, MONDAY)
    assert result is not None and not result[0].on("wed") and day_of(result[0], "long_run") == ["sat"]
    assert sum(days(plan)[d] != days(result[0])[d] for d in DAYS) == 2


def test_less_time_shortens_the_changed_week_and_keeps_its_days() -> None:
    profile, plan = moved_week()
    result = fitted(plan, profile, {**profile, "session_minutes": 30}, MONDAY)
    assert result is not None and days(result[0]) == days(plan)
    assert max(sum(s.minutes for s in result[0].on(d)) for d in DAYS) <= 30


def test_other_equipment_keeps_the_days_and_the_runs() -> None:
    profile, plan = moved_week()
    result = fitted(plan, profile, {**profile, "equipment": "bodyweight"}, MONDAY)
    assert result is not None and days(result[0]) == days(plan) and result[0].kit == "bodyweight"
    assert all("bodyweight" in exercises()[lift.exercise].kit for s in result[0].training for lift in s.lifts)


def test_a_week_that_nobody_changed_is_made_anew_for_other_minutes() -> None:
    profile, plan = counted()
    assert fitted(plan, profile, {**profile, "session_minutes": 30}, MONDAY) is None


def test_the_health_question_keeps_what_the_person_changed() -> None:
    profile, _ = counted()
    easy = make_plan(profile, today=MONDAY)
    moved = edit_plan(easy, profile, "move the long run to saturday", MONDAY)
    assert moved is not None
    harder = after_screening(moved[0], profile, MONDAY)
    assert harder.screened and day_of(harder, "long_run") == ["sat"] and not broken_rules(harder, profile)
    assert after_screening(easy, profile, MONDAY).sessions == make_plan(profile, today=MONDAY, screened=True).sessions


def test_fewer_days_next_week_keep_the_proportion_of_runs_and_lifts() -> None:
    profile, plan = counted()
    result = edit_plan(plan, profile, "only 3 days next week", MONDAY)
    assert result is not None and result[0].week_start == "2026-06-15"
    assert sum(s.kind in LIFTS for s in result[0].training) == 2 and "1 run and 2 lifts" in result[1]


def test_the_week_after_is_changed_where_it_is_there_already() -> None:
    profile, plan = counted()
    first = edit_plan(plan, profile, "only 3 days next week", MONDAY)
    assert first is not None
    both = Plan.from_dict(dataclasses.replace(plan, after=first[0]).as_dict())
    second = edit_plan(both, profile, "make next week easier", MONDAY)
    assert second is not None and len(second[0].training) == 3
    here = edit_plan(both, profile, "move the long run to saturday", MONDAY)
    assert here is not None and here[0].after == first[0]


@pytest.mark.parametrize("text", ["im sick cancel the week", "cancel everything this week im sick", "I have the flu, clear my week", "sick, drop all training this week"])
def test_sick_and_the_week_is_cleared(text: str) -> None:
    plan, words = edited(text)
    assert plan.is_empty and "fever" in words and "easier next week" in words


@pytest.mark.parametrize("text", ["cancel the rest of the week", "can I take the week off", "scrap all sessions this week", "no training this week please"])
def test_the_week_is_cleared_from_today_on(text: str) -> None:
    plan, words = edited(text, MONDAY + dt.timedelta(days=2))
    assert {s.day for s in plan.training} <= {"mon", "tue"} and "fever" not in words


@pytest.mark.parametrize("text", ["should I take a week off", "cancel the long run this week", "clear thursday", "cancel my week's long run"])
def test_what_does_not_clear_the_week(text: str) -> None:
    result = edit_plan(week(), PROFILE, text, MONDAY)
    assert result is None or len(result[0].training) >= len(week().training) - 1


@pytest.mark.parametrize("text", ["what if its still sore", "what if I get sick", "if I'm too tired", "should I skip the long run", "is the week too hard"])
def test_a_question_changes_nothing(text: str) -> None:
    assert edit_plan(week(), PROFILE, text, MONDAY) is None


@pytest.mark.parametrize(
    ("text", "runs", "lifts"), [("too many lifts, just one", 3, 1), ("I want only 2 runs", 2, 2), ("just one run please", 1, 2), ("make it 3 lifts", 3, 3)]
)
def test_so_many_runs_or_lifts(text: str, runs: int, lifts: int) -> None:
    plan, words = edited(text, plan=week(), available_days=6)
    assert (sum(s.kind in RUNS for s in plan.training), sum(s.kind in LIFTS for s in plan.training)) == (runs, lifts), words


def test_a_day_off_moves_nothing_to_today() -> None:
    missed = edited("I missed today")[0]
    plan, _ = edited("can't make it tomorrow", plan=missed)
    assert not plan.on("mon")


def long_run(plan: Plan) -> tuple[str, int, float | None]:
    return next((s.day, s.minutes, s.km) for s in plan.training if s.kind == "long_run")


def test_a_distance_for_the_long_run() -> None:
    plan, words = edited("I want to run 15k on Saturday with friends", longest_run_km=14)
    assert long_run(plan) == ("sat", 100, 15.0) and "15 km" in words
    assert not broken_rules(plan, {**PROFILE, "longest_run_km": 14})


def test_a_distance_over_the_ceiling_stops_there_and_says_so() -> None:
    plan, words = edited("make the long run 20 km", longest_run_km=14)
    assert long_run(plan)[1] <= 1.1 * 14 * 6.5 and "15.4 km" in words


def test_a_distance_without_a_known_longest_run_stays_at_an_hour() -> None:
    plan, words = edited("I want to run 15 km on Sunday", plan=week(longest_run_km=None), longest_run_km=None)
    assert long_run(plan)[1] == 60 and "longest run" in words


def test_a_short_distance_is_an_easy_run() -> None:
    plan, _ = edited("I want to run 5k on Thursday", available_days=6)
    assert [(s.kind, s.minutes) for s in plan.on("thu")] == [("easy_run", 35)]


def test_no_distances_for_the_careful() -> None:
    profile = {**PROFILE, "health_flags": ["heart"]}
    plan = make_plan(profile, today=MONDAY, screened=True)
    result = edit_plan(plan, profile, "I want to run 15k on Sunday", MONDAY)
    assert result is not None and result[0] == plan and "by time" in result[1]


@pytest.mark.parametrize("text", ["i can do 90 min on weekends", "I have 90 minutes on sundays", "up to 1.5 hours is fine for the long run"])
def test_more_time_for_the_long_run(text: str) -> None:
    plan, words = edited(text, longest_run_km=16)
    assert long_run(plan)[1] == 90 and plan.long_minutes == 90 and "90" in words
    assert make_plan({**PROFILE, "longest_run_km": 16}, today=MONDAY, long_minutes=90).long_minutes == 90


@pytest.mark.parametrize("text", ["only 30 min on sunday", "I can do 90 min max on weekends"])
def test_a_limit_is_no_offer(text: str) -> None:
    plan, _ = edited(text, longest_run_km=16)
    assert plan.long_minutes is None


def test_a_day_off_eases_a_session_before_one_goes() -> None:
    plan = make_plan({**PROFILE, "available_days": 4}, today=MONDAY, screened=True)
    assert day_of(plan, "lift_full")[-1] == "fri" and day_of(plan, "long_run") == ["sun"]
    result = edit_plan(plan, {**PROFILE, "available_days": 4}, "can't make it tomorrow", MONDAY + dt.timedelta(days=3))
    assert result is not None and not result[0].on("fri")
    assert [s.kind for s in result[0].training][-2:] == ["lift_upper", "long_run"] and "upper-body lift" in result[1]


def test_a_day_blocked_after_it_was_trained_leaves_the_week_alone() -> None:
    plan = make_plan({**PROFILE, "available_days": 4}, today=MONDAY, screened=True)
    profile, thursday = {**PROFILE, "available_days": 4, "blocked_days": ["mon"]}, MONDAY + dt.timedelta(days=3)
    assert plan.on("mon")
    kept = fitted(plan, PROFILE, profile, thursday)
    assert kept is not None and days(kept[0]) == days(plan)
    moved = edit_plan(plan, profile, "make friday easier", thursday)
    assert moved is not None and moved[0].on("mon") == plan.on("mon")


def test_a_day_off_tells_all_that_moved() -> None:
    plan, words = edited("no friday this week", plan=counted()[1], available_days=6)
    before = counted()[1]
    moved = [s.kind for s in plan.training if s.day not in [b.day for b in before.training if b.kind == s.kind]]
    assert not plan.on("fri") and (len(moved) <= 1 or "moved too" in words)


def test_a_longer_run_told_keeps_the_days_and_sets_the_length() -> None:
    profile, plan = moved_week()
    more = {**profile, "session_minutes": 120}
    result = fitted(plan, more, {**more, "longest_run_km": 16}, MONDAY)
    assert result is not None and days(result[0]) == days(plan) and long_run(result[0])[1] == 105
    assert fitted(plan, profile, {**profile, "longest_run_km": 2}, MONDAY) is None


def test_a_coming_week_that_was_cleared_starts_gently() -> None:
    friday = MONDAY - dt.timedelta(days=3)
    empty, _ = edited("im sick cancel the week", friday)
    gentle, _ = edited("easier next week", friday, plan=empty)
    assert empty.is_empty and gentle.week_start == empty.week_start and sum(s.minutes for s in gentle.training) < sum(s.minutes for s in week().training)


def test_no_time_on_a_day_of_this_week_frees_that_day_only() -> None:
    plan, _ = edited("no time wednesday this week")
    assert not plan.on("wed") and len(plan.training) >= len(week().training) - 1

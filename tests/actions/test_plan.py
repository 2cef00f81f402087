"""The weekly plan: hard rules hold for everyone, wishes are relaxed with a sentence, weeks repeat and vary."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.plain import plain
from actions.plan import (
    DAYS,
    HARD_RUNS,
    HEAVY,
    KINDS,
    LIFTS,
    RUNS,
    Plan,
    Session,
    broken_rules,
    in_one_line,
    make_plan,
    next_monday,
    plan_reply,
    plan_text,
    screening_reply_parts,
)
from actions.reply import Reply
from knowledge.entry import TARGET

TODAY = dt.date(2026, 6, 10)  # a Wednesday
GOALS = ("muscle", "balanced", "endurance", "fat_loss", "physique", "health")


def violations(plan: Plan, profile: dict[str, Any]) -> list[str]:
    """The hard rules, written down once more and apart from the code that plans."""
    out: list[str] = []
    by_day = {d: [s for s in plan.sessions if s.day == d and s.kind != "rest"] for d in DAYS}
    if [s.day for s in plan.sessions] != sorted((s.day for s in plan.sessions), key=DAYS.index) or {s.day for s in plan.sessions} != set(DAYS):
        out.append("order")
    if all(by_day.values()):
        out.append("no rest day")
    if sum(map(bool, by_day.values())) > profile.get("available_days", 7) + any(s.kind == "race" for s in plan.sessions):
        out.append("too many days")
    limit = profile.get("session_minutes", 60)
    young = profile.get("age", 99) < 18
    flags = set(profile.get("health_flags", ()))
    new = profile.get("run_experience") == "new"
    longest = profile.get("longest_run_km") or 0
    for n, day in enumerate(DAYS):
        kinds = [s.kind for s in by_day[day]]
        yesterday = [s.kind for s in by_day[DAYS[n - 1]]]
        if day in profile.get("blocked_days", ()) and any(k != "race" for k in kinds):
            out.append(f"{day} is blocked")
        if sum(s.minutes for s in by_day[day]) > (max(limit, plan.long_minutes or 0) if "long_run" in kinds else limit):
            out.append(f"{day} is too long")
        hard = [k for k in kinds if k in HARD_RUNS or k == "long_run"]
        if hard and (any(k in HEAVY for k in kinds + yesterday) or any(k in HARD_RUNS or k == "long_run" for k in yesterday)):
            out.append(f"{hard} on {day} too close")
        if any(k in HEAVY for k in kinds) and any(k in HEAVY for k in yesterday):
            out.append(f"heavy legs twice at {day}")
    for s in plan.sessions:
        if s.kind in HARD_RUNS and (not plan.screened or young or flags or new):
            out.append("hard without leave")
        if (young or flags) and (s.km is not None or s.kind == "long_run"):
            out.append("distance for the protected")
        if s.kind in RUNS and longest >= 1:
            fastest = 5.5 if s.kind in HARD_RUNS else 7.5 if new else 6.5
            if s.kind != "run_walk" and s.minutes / fastest > 1.1 * longest + 1e-6:
                out.append(f"{s.kind} over the ceiling")
            if s.km is not None and s.km > 1.1 * longest:
                out.append("distance over the ceiling")
        for lift in s.lifts:
            if (young or profile.get("lift_experience", "novice") == "novice") and lift.reps.startswith(("1 ", "2 ", "3 ", "4 ", "5 ", "6 ")):
                out.append("heavy for a novice")
            if not lift.sets >= 1:
                out.append("no sets")
        if s.kind not in KINDS or (s.kind not in ("rest", "race") and s.minutes < min(10, limit)):
            out.append(f"odd session {s.kind} {s.minutes}")
    return out


def test_every_number_of_days_goal_experience_minutes_and_blocked_days() -> None:
    blocked_sets = [c for n in (0, 1, 2, 3, 4, 5, 6, 7) for c in itertools.combinations(DAYS, n)]
    runners, lifters, minutes = ("new", "regular", "experienced"), ("novice", "intermediate", "advanced"), (10, 20, 30, 45, 75, 240)
    for n, blocked in enumerate(blocked_sets):
        for m, (days, goal) in enumerate(itertools.product(range(8), GOALS)):
            # Experience and minutes turn over with the others, so that each pair of values meets.
            profile = {
                "available_days": days, "goal": goal, "blocked_days": list(blocked),
                "run_experience": runners[(n + m) % 3], "lift_experience": lifters[(n + m // 3) % 3], "session_minutes": minutes[(n + m) % 6],
            }  # fmt: skip
            plan = make_plan(profile, today=TODAY, screened=bool((n + m // 2) % 2))
            assert not violations(plan, profile), (profile, violations(plan, profile))
            assert plan.is_empty == (days == 0 or len(blocked) == 7)


PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "available_days": st.integers(0, 7), "session_minutes": st.integers(10, 240), "goal": st.sampled_from(GOALS),
        "blocked_days": st.sets(st.sampled_from(DAYS)).map(sorted), "run_experience": st.sampled_from(("new", "regular", "experienced")),
        "lift_experience": st.sampled_from(("novice", "intermediate", "advanced")), "run_days": st.integers(0, 7), "lift_days": st.integers(0, 7),
        "weekly_run_km": st.floats(0, 250), "longest_run_km": st.floats(0, 100), "age": st.integers(13, 100), "sleep_hours": st.floats(0, 14),
        "health_flags": st.sets(st.sampled_from(("pregnancy", "kidney", "heart", "diabetes", "eating", "injury", "other")), max_size=2).map(sorted),
        "race_distance": st.sampled_from(("5k", "10k", "half", "marathon", "ultra", "none")),
        "race_date": st.dates(TODAY - dt.timedelta(30), TODAY + dt.timedelta(200)).map(str),
        "equipment": st.sampled_from(("gym", "dumbbells", "bodyweight")), "units": st.sampled_from(("metric", "imperial")),
        "day_part": st.sampled_from(("morning", "midday", "evening", "any")),
    },
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(PROFILES, st.booleans(), st.integers(0, 9))
def test_no_hard_rule_is_broken_for_anyone(profile: dict[str, Any], screened: bool, variant: int) -> None:
    plan = make_plan(profile, today=TODAY, screened=screened, variant=variant)
    assert not violations(plan, profile)
    assert not broken_rules(plan, profile)
    assert plan == make_plan(dict(reversed(profile.items())), today=TODAY, screened=screened, variant=variant)
    assert Plan.from_dict(json.loads(json.dumps(plan.as_dict()))) == plan
    text = plain(plan_reply(plan, profile))
    assert "{" not in text and "[[" not in text
    if profile.get("age", 99) < 18 or {"pregnancy", "kidney", "eating"} & set(profile.get("health_flags", ())):
        assert not TARGET.search(text)


@settings(max_examples=150, deadline=None)
@given(PROFILES, st.booleans())
def test_another_week_differs(profile: dict[str, Any], screened: bool) -> None:
    first, second = (make_plan(profile, today=TODAY, screened=screened, variant=v) for v in (0, 1))
    if any(s.lifts for s in first.sessions) or any(s.kind in HARD_RUNS for s in first.sessions):
        assert first.sessions != second.sessions


def test_another_week_differs_in_its_days_when_days_are_free() -> None:
    profile = {"available_days": 3, "lift_days": 0, "run_days": 3, "run_experience": "new"}
    assert make_plan(profile, today=TODAY, variant=1).sessions != make_plan(profile, today=TODAY).sessions


def test_hard_runs_come_with_the_answered_question() -> None:
    profile = {"available_days": 5, "run_experience": "regular", "longest_run_km": 10}
    before, after = make_plan(profile, today=TODAY), make_plan(profile, today=TODAY, screened=True)
    assert not [s for s in before.sessions if s.kind in HARD_RUNS]
    assert [s for s in after.sessions if s.kind in HARD_RUNS]
    assert screening_reply_parts(before, profile)[1] and not screening_reply_parts(after, profile)[1]
    assert [b.arg for b in plan_reply(before, profile).buttons] == ["none", "some"]


def test_endurance_gets_two_hard_runs_and_muscle_one() -> None:
    profile = {"available_days": 6, "run_days": 4, "lift_days": 2, "run_experience": "experienced", "longest_run_km": 20, "session_minutes": 90}
    for goal, hard in (("endurance", 2), ("muscle", 1)):
        plan = make_plan({**profile, "goal": goal}, today=TODAY, screened=True)
        assert sum(s.kind in HARD_RUNS for s in plan.sessions) == hard


@pytest.mark.parametrize("flag", ["pregnancy", "kidney", "heart", "diabetes", "eating", "injury", "other"])
def test_a_health_flag_keeps_the_week_easy_and_says_why(flag: str) -> None:
    plan = make_plan({"available_days": 5, "run_experience": "experienced", "health_flags": [flag], "longest_run_km": 20}, today=TODAY, screened=True)
    assert {s.kind for s in plan.training} <= {"easy_run", "run_walk", "lift_full", "lift_upper", "lift_lower", "mobility"}
    assert plan.notes[0]
    assert all(s.km is None for s in plan.sessions)


def test_nothing_lying_down_in_pregnancy() -> None:
    for variant, kit in itertools.product(range(6), ("gym", "dumbbells", "bodyweight")):
        plan = make_plan({"available_days": 4, "health_flags": ["pregnancy"], "equipment": kit}, today=TODAY, variant=variant)
        names = {lift.exercise for s in plan.sessions for lift in s.lifts}
        assert names and not names & {"plank", "dead_bug", "bench_press", "dumbbell_bench", "floor_press", "hip_thrust", "glute_bridge", "pullover", "leg_curl"}


def test_wishes_that_do_not_fit_are_named() -> None:
    plan = make_plan({"available_days": 3, "run_days": 4, "lift_days": 3, "session_minutes": 30}, today=TODAY)
    assert any("4 runs and 3 lifts" in text for text in plan.relaxed)
    assert any("kept one free" in text for text in make_plan({"available_days": 7}, today=TODAY).relaxed)
    assert make_plan({"available_days": 5, "blocked_days": ["mon", "tue", "wed", "thu"]}, today=TODAY).relaxed


def test_a_week_without_days_is_kind_and_says_why() -> None:
    for profile in ({"available_days": 0}, {"blocked_days": list(DAYS)}):
        plan = make_plan(profile, today=TODAY)
        assert plan.is_empty and len(plan.notes) == 1
        assert len(plan_text(plan, profile)) == 1


def test_the_week_starts_on_a_monday() -> None:
    for n in range(7):
        day = TODAY + dt.timedelta(n)
        assert next_monday(day).weekday() == 0 and 0 <= (next_monday(day) - day).days < 7
    assert next_monday(dt.date(2026, 6, 8)) == dt.date(2026, 6, 8)


def test_race_shapes_the_weeks() -> None:
    profile = {"available_days": 5, "goal": "endurance", "race_distance": "half", "race_date": "2026-10-11", "run_experience": "regular"}
    profile |= {"longest_run_km": 12, "session_minutes": 150}
    phases, long_runs = [], []
    for weeks in range(14, -2, -1):
        today = dt.date(2026, 10, 5) - dt.timedelta(weeks=weeks)
        plan = make_plan(profile, today=today, screened=True)
        phases.append(plan.phase)
        long_runs.append(max((s.minutes for s in plan.sessions if s.kind == "long_run"), default=0))
        assert not violations(plan, profile)
        if weeks == 0:
            assert [s.day for s in plan.sessions if s.kind == "race"] == ["sun"]
            assert not any(s.kind in HARD_RUNS + HEAVY for d in ("thu", "fri", "sat") for s in plan.on(d))
    four = ["cutback", "build", "build", "build"]
    assert phases == ["build", *four, *four, *four, "taper", "race", "recovery"]
    assert long_runs[0] > long_runs[1] and long_runs[13] < long_runs[0] and long_runs[14] == 0


def test_the_ceiling_follows_the_longest_run() -> None:
    for longest in (4, 8, 15, 30):
        profile = {"available_days": 4, "goal": "endurance", "longest_run_km": longest, "session_minutes": 240, "run_experience": "regular"}
        plan = make_plan({**profile, "race_distance": "marathon", "race_date": "2026-12-06"}, today=TODAY)
        long = [s for s in plan.sessions if s.kind == "long_run"]
        assert long and long[0].km is not None and long[0].km <= 1.1 * longest
        assert long[0].minutes >= math.floor(0.8 * min(180, 1.1 * longest * 6.5))


def test_equipment_decides_the_moves() -> None:
    for kit, banned in (("bodyweight", ("dumbbell", "bench press", "cable", "barbell")), ("dumbbells", ("cable", "machine", "back squat"))):
        plan = make_plan({"available_days": 5, "equipment": kit, "lift_experience": "advanced"}, today=TODAY, screened=True)
        names = [lift.name.lower() for s in plan.sessions for lift in s.lifts]
        assert names and not [n for n in names if any(word in n for word in banned)]


def test_sets_fit_the_minutes() -> None:
    for minutes, level in itertools.product((10, 20, 30, 45, 60, 90), ("novice", "intermediate", "advanced")):
        plan = make_plan({"available_days": 4, "session_minutes": minutes, "lift_experience": level, "lift_days": 2, "run_days": 2}, today=TODAY, screened=True)
        for s in plan.sessions:
            assert sum(lift.sets for lift in s.lifts) * 2.5 <= max(5, s.minutes - 5) + 1e-9


def test_distances_in_the_persons_units() -> None:
    profile = {"available_days": 4, "longest_run_km": 16.1, "goal": "endurance", "session_minutes": 120, "units": "imperial", "run_experience": "regular"}
    text = plain(Reply(plan_text(make_plan(profile, today=TODAY), profile)))
    assert "miles" in text and " km" not in text


def test_steps_add_up_to_the_minutes() -> None:
    from actions.plan import run_session

    for kind in (*HARD_RUNS, "run_walk"):
        for minutes in range(20, 61):
            session = run_session("mon", kind, minutes, {})
            text = " ".join(session.steps)
            numbers = [int(w) for w in text.replace(":", " ").split() if w.isdigit()]
            if kind == "tempo":
                assert sum(numbers) == minutes
            elif kind == "intervals":
                assert numbers[0] + numbers[1] * 4 + numbers[4] == minutes
            elif kind == "run_walk":
                warm, reps, one, walk, cool = numbers
                assert warm + reps * (one + walk) + cool == minutes and warm >= 1


def test_session_round_trip() -> None:
    session = Session("mon", "rest")
    assert Session.from_dict(json.loads(json.dumps(session.__dict__))) == session


# --- the distance that someone runs --------------------------------------------------------------------------------------


def test_the_weeks_runs_follow_the_distance_that_someone_runs() -> None:
    runs = [sum(s.kind in RUNS for s in make_plan({"weekly_run_km": km, "lift_days": 2}, today=TODAY, screened=True).training) for km in (5, 30)]
    assert runs == [2, 3]


@pytest.mark.parametrize(
    ("profile", "runs"), [({"weekly_run_km": 20, "lift_days": 3, "available_days": 3}, 3), ({"weekly_run_km": 8, "lift_days": 3, "available_days": 3}, 2)]
)
def test_short_runs_after_lifts_come_near_the_distance(profile: dict[str, Any], runs: int) -> None:
    plan = make_plan(profile, today=TODAY, screened=True)
    assert sum(s.kind in RUNS for s in plan.training) == runs and not violations(plan, profile)


def test_a_week_with_clearly_less_running_says_so() -> None:
    plan = make_plan({"weekly_run_km": 20, "lift_days": 3, "available_days": 3}, today=TODAY, screened=True)
    assert any("about 20 km a week" in text and "about 12 km" in text for text in plan.relaxed)
    in_miles = make_plan({"weekly_run_km": 64.4, "available_days": 4, "units": "imperial"}, today=TODAY, screened=True)
    assert any("40 miles" in text for text in in_miles.relaxed)
    for profile in ({"weekly_run_km": 15, "available_days": 4}, {"weekly_run_km": 60, "health_flags": ["heart"]}, {"weekly_run_km": 60, "age": 16}):
        assert not any("You run about" in text for text in make_plan(profile, today=TODAY, screened=True).relaxed)


def test_runs_told_alone_keep_two_lifts() -> None:
    plan = make_plan({"run_days": 3}, today=TODAY, screened=True)
    assert (sum(s.kind in RUNS for s in plan.training), sum(s.kind in LIFTS for s in plan.training)) == (3, 2)


def test_two_weeks_are_read_as_they_were_written() -> None:
    plan = replace(make_plan({}, today=TODAY), after=make_plan({}, today=TODAY + dt.timedelta(days=7)))
    assert Plan.from_dict(json.loads(json.dumps(plan.as_dict()))) == plan


def test_the_week_in_a_sentence() -> None:
    text = in_one_line(make_plan({}, today=TODAY, screened=True))
    assert "Sunday long run" in text and "\n" not in text

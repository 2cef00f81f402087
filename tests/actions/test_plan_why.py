"""Why the week is as it is: the reason that holds, and none that doesn't."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from actions.plan import make_plan
from actions.plan_edit import edit_plan
from actions.plan_why import why

MONDAY = dt.date(2026, 6, 8)
REGULAR: dict[str, Any] = {"run_experience": "regular", "lift_experience": "intermediate", "equipment": "gym"}


def asked(text: str, screened: bool = True, **more: Any) -> str:
    profile = {**REGULAR, **more}
    return why(make_plan(profile, today=MONDAY, screened=screened), profile, text, MONDAY)


@pytest.mark.parametrize("text", ["why only 9 km long run", "why is my long run so short", "why just 9k", "why is sunday so short"])
def test_the_long_run_is_held_by_the_minutes_that_were_counted_on(text: str) -> None:
    assert "I counted on 60 minutes" in asked(text, longest_run_km=16)
    assert "You told me that you have 60 minutes" in asked(text, longest_run_km=16, session_minutes=60)


def test_the_long_run_is_held_by_the_longest_of_the_last_month() -> None:
    assert "8.8 km is the most" in asked("why is the long run so short", longest_run_km=8, session_minutes=90)


def test_the_long_run_was_changed() -> None:
    profile = {**REGULAR, "longest_run_km": 16}
    edited = edit_plan(make_plan(profile, today=MONDAY, screened=True), profile, "make the long run shorter", MONDAY)
    assert edited is not None
    assert "a change in this week" in why(edited[0], profile, "why only 45 min for the long run", MONDAY)


def test_how_many_runs() -> None:
    assert "you told me 2 runs" in asked("why only 2 runs", run_days=2, lift_days=2)
    text = asked("why only 3 runs", weekly_run_km=20, lift_days=3, available_days=3)
    assert "3 runs and 3 lifts" in text and "about 20 km a week" in text


def test_why_all_is_easy() -> None:
    assert "health question" in asked("why only easy runs", screened=False)
    assert "go by time" in asked("why is there no hard run", health_flags=["heart"])


def test_why_the_week_is_so() -> None:
    text = asked("why?")
    assert "Heavy legs and demanding runs" in text and "60 minutes" in text and "popular article" not in text


@pytest.mark.parametrize("text", ["why did you put legs on friday", "why no gym on sunday"])
def test_why_a_day_is_so(text: str) -> None:
    assert "Heavy legs and demanding runs" in asked(text)


def test_no_figure_for_the_protected() -> None:
    assert "km" not in asked("why no long run", health_flags=["pregnancy"], longest_run_km=12)

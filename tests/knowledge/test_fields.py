"""The field catalogue is the table of docs and contract: names, ranges and choices, nothing more."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.fields import FieldError, catalogue, clean_profile, is_minor, is_protected

NUMBERS: dict[str, tuple[float, float, str]] = {
    "age": (13, 100, "years"), "body_weight": (30, 250, "kg"), "height": (120, 220, "cm"), "weekly_run_km": (0, 250, "km"),
    "longest_run_km": (0, 100, "km"), "run_days": (0, 7, "days"), "lift_days": (0, 7, "days"), "available_days": (0, 7, "days"),
    "session_minutes": (10, 240, "minutes"), "sleep_hours": (0, 14, "hours"),
}  # fmt: skip
CHOICES = {
    "sex": "female male undisclosed", "units": "metric imperial", "goal": "muscle balanced endurance fat_loss physique health",
    "run_experience": "new regular experienced", "lift_experience": "novice intermediate advanced",
    "blocked_days": "mon tue wed thu fri sat sun", "day_part": "morning midday evening any",
    "diet": "omnivore pescatarian vegetarian vegan", "protein_habit": "low some high",
    "energy_balance": "deficit maintenance surplus unsure", "race_distance": "5k 10k half marathon ultra none",
    "equipment": "gym dumbbells bodyweight", "health_flags": "pregnancy kidney heart diabetes eating injury other",
}  # fmt: skip
OTHERS = {"name": "text", "race_date": "date", "avoid_foods": "words", "time_zone": "zone"}


def test_the_fields_are_exactly_the_documented_ones() -> None:
    assert set(catalogue()) == {*NUMBERS, *CHOICES, *OTHERS}


@pytest.mark.parametrize("name", NUMBERS)
def test_number_fields_have_their_unit_and_bounds(name: str) -> None:
    low, high, unit = NUMBERS[name]
    spec = catalogue()[name]
    assert (spec.kind, spec.accept, spec.unit) == ("number", (low, high), unit)
    assert spec.canonical(low) == low
    assert spec.canonical(high) == high
    for outside in (low - 1, high + 1, math.nan, math.inf):
        with pytest.raises(FieldError, match=name):
            spec.canonical(outside)


@pytest.mark.parametrize("name", CHOICES)
def test_choice_fields_take_their_choices_and_nothing_else(name: str) -> None:
    spec = catalogue()[name]
    assert list(spec.choices) == CHOICES[name].split()
    for value in spec.choices:
        assert spec.canonical(value) == ([value] if spec.kind == "set" else value)
    with pytest.raises(FieldError, match="not one of"):
        spec.canonical("banana")


@pytest.mark.parametrize("name", OTHERS)
def test_other_fields_have_their_kind(name: str) -> None:
    assert catalogue()[name].kind == OTHERS[name]


def test_every_field_can_be_asked_for_and_says_why() -> None:
    for spec in catalogue().values():
        assert spec.ask.endswith("?"), spec.name
        assert spec.why, spec.name


@pytest.mark.parametrize(
    ("name", "value", "canonical"),
    [
        ("body_weight", "82.456", 82.46),
        ("body_weight", 82.0, 82),
        ("age", 41.9, 41),
        ("run_days", "3", 3),
        ("goal", " Muscle ", "muscle"),
        ("race_distance", False, "none"),  # YAML reads `no` as false
        ("blocked_days", ["sun", "mon", "sun"], ["mon", "sun"]),
        ("blocked_days", "fri", ["fri"]),
        ("health_flags", [], []),
        ("avoid_foods", ["Peanuts ", "milk", "milk", ""], ["milk", "peanuts"]),
        ("race_date", dt.date(2027, 4, 12), "2027-04-12"),
        ("race_date", "2027-04-12", "2027-04-12"),
        ("time_zone", "Europe/Berlin", "Europe/Berlin"),
        ("name", "  Ann   Lee ", "Ann Lee"),
    ],
)
def test_values_become_canonical(name: str, value: Any, canonical: Any) -> None:
    assert catalogue()[name].canonical(value) == canonical


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("body_weight", True), ("body_weight", "heavy"), ("body_weight", None), ("race_distance", None), ("name", None), ("avoid_foods", None), ("race_date", "soon"), ("race_date", "2027-13-01"),
        ("time_zone", "Mars/Base"), ("time_zone", "../etc/passwd"), ("name", ""), ("name", "x" * 61), ("goal", True),
    ],
)  # fmt: skip
def test_impossible_values_are_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(FieldError, match=name):
        catalogue()[name].canonical(value)


@given(st.sampled_from(sorted(NUMBERS)), st.one_of(st.floats(), st.integers(), st.text(max_size=8)))
def test_a_number_field_stores_a_number_in_range_or_refuses(name: str, value: Any) -> None:
    spec, (low, high, _) = catalogue()[name], NUMBERS[name]
    try:
        kept = spec.canonical(value)
    except FieldError:
        return
    assert low <= kept <= high
    assert spec.canonical(kept) == kept


def test_unusual_but_possible_numbers_are_asked_about() -> None:
    weight = catalogue()["body_weight"]
    assert weight.needs_confirmation(35)
    assert weight.needs_confirmation(200)
    assert not weight.needs_confirmation(82)
    assert not catalogue()["run_days"].needs_confirmation(7)


def test_a_profile_with_an_unknown_field_names_it_and_the_known_ones() -> None:
    with pytest.raises(FieldError, match=r"shoe_size.*body_weight"):
        clean_profile({"shoe_size": 44})
    assert clean_profile({"body_weight": "82", "goal": None}) == {"body_weight": 82}


@pytest.mark.parametrize(
    ("profile", "protected"),
    [
        ({}, False), ({"age": 17}, True), ({"age": 18}, False), ({"health_flags": ["pregnancy"]}, True), ({"health_flags": ["kidney"]}, True),
        ({"health_flags": ["heart", "eating"]}, True), ({"health_flags": ["heart", "diabetes", "injury", "other"]}, False), ({"health_flags": []}, False),
    ],
)  # fmt: skip
def test_who_is_protected(profile: dict[str, Any], protected: bool) -> None:
    assert is_protected(profile) is protected


def test_a_minor_is_under_18() -> None:
    assert is_minor({"age": 17})
    assert not is_minor({"age": 18})
    assert not is_minor({})

"""Conditions, placeholders, and what counts as a figure that the protected must not see."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.entry import TARGET, Entry, FollowUp, Tailored, field_text, matches, sentences, text, value_text, without_targets
from knowledge.formulas import FORMULAS
from knowledge.units import Amount


@pytest.mark.parametrize(
    ("value", "test", "holds"),
    [
        ("muscle", "muscle", True), ("muscle", ["physique", "muscle"], True), ("muscle", "endurance", False),
        (None, "unknown", True), ("muscle", "unknown", False), (None, "known", False), ("muscle", "known", True), (0, "known", True),
        (None, "muscle", False), (None, {"below": 3}, False),
        (3, {"at_least": 3}, True), (2.9, {"at_least": 3}, False), (3, {"below": 3}, False), (2.9, {"below": 3}, True),
        (4, {"at_least": 3, "below": 5}, True), (5, {"at_least": 3, "below": 5}, False),
        (["kidney", "heart"], {"has": "kidney"}, True), (["heart"], {"has": ["kidney", "heart"]}, True), ([], {"has": "kidney"}, False),
        (2, 2, True), (2, [1, 2], True),
    ],
)  # fmt: skip
def test_conditions(value: Any, test: Any, holds: bool) -> None:
    assert matches(value, test) is holds


@given(st.floats(0, 250), st.floats(0, 250))
def test_at_least_and_below_split_the_range_without_gap_or_overlap(value: float, border: float) -> None:
    assert matches(value, {"at_least": border}) != matches(value, {"below": border})


def test_a_sentence_holds_only_when_its_number_can_be_said() -> None:
    item = Tailored({"lift_days": {"at_least": 2}}, "With {lift_days} lifting days you need {protein_day}.")
    assert not item.holds({"lift_days": 3})
    assert item.holds({"lift_days": 3, "body_weight": 80})
    assert not item.holds({"lift_days": 3, "body_weight": 80, "age": 16})
    assert item.fields == ["lift_days", "body_weight"]


def test_texts_are_filled_in_the_persons_units() -> None:
    said = "At {body_weight} that is {protein_day}; run [[20-40 km]]."
    assert text(said, {"body_weight": 80}) == "At 80 kg that is 130–175 g a day; run 20–40 km."
    assert text(said, {"body_weight": 80, "units": "imperial"}) == "At 176 lb that is 130–175 g a day; run 12–25 miles."
    assert text(said, {}) == ""


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("goal", "muscle", "Build muscle"), ("blocked_days", ["mon", "sun"], "Monday, Sunday"), ("blocked_days", [], "none"),
        ("avoid_foods", ["milk", "nuts"], "milk, nuts"), ("weekly_run_km", 25.0, "25 km"), ("lift_days", 3, "3"), ("sleep_hours", 7.5, "7.5"),
        ("race_date", "2027-04-12", "2027-04-12"), ("height", 180, "180 cm"), ("name", "Ann", "Ann"),
    ],
)  # fmt: skip
def test_values_as_people_read_them(name: str, value: Any, shown: str) -> None:
    assert field_text(name, value) == shown


def test_a_placeholder_without_value_is_none() -> None:
    assert value_text("body_weight", {}) is None
    assert value_text("protein_day", {}) is None
    assert value_text("sleep_band", {}) == "7–9 hours"


@pytest.mark.parametrize(
    "figure",
    [
        "1.6 g per kg", "130–175 g a day", "20-40 km", "20 to 40 miles", "300 kcal", "500 calories", "2%", "5 per cent", "82 kg", "180 lb",
        "12 stone", "10k", "16 oz", "1,200 kJ", "90 grams",
    ],
)
def test_figures_that_could_be_targets_are_seen(figure: str) -> None:
    assert TARGET.search(f"Aim for {figure} then.")
    assert without_targets(f"Eat well. Aim for {figure} now. Rest.") == "Eat well. Rest."


@pytest.mark.parametrize("harmless", ["8-10 hours of sleep", "2 rest days", "30 minutes", "3 sets of 8", "two or three sessions", "24 hours apart", "zone 2", "at 3 pm"])
def test_hours_days_and_sets_are_no_targets(harmless: str) -> None:
    assert not TARGET.search(f"Plan {harmless} a week.")


TARGET_UNITS = ("km", "kg", "g/day", "g", "kcal/day", "kcal", "g/kg", "kg/week", "km/week")


@given(st.floats(1, 5000), st.floats(0, 500), st.sampled_from(TARGET_UNITS), st.sampled_from(["metric", "imperial"]))
def test_whatever_a_target_formula_writes_is_seen_as_a_target(low: float, more: float, unit: str, units: str) -> None:
    assert TARGET.search(Amount(low, low + more, unit).text(units))


def test_target_units_are_those_of_the_formulas() -> None:
    full = {
        "body_weight": 80, "height": 180, "age": 40, "sex": "male", "goal": "muscle", "weekly_run_km": 30, "longest_run_km": 12,
        "lift_days": 3, "lift_experience": "novice", "run_experience": "regular",
    }  # fmt: skip
    for formula in FORMULAS.values():
        amount = formula(full)
        assert amount is not None, formula.name
        assert bool(TARGET.search(amount.text())) is formula.target, formula.name


def test_sentences_are_split_at_stops_not_inside_numbers() -> None:
    assert sentences("Eat 1.6 g per kg. Then rest! Why? Because.") == ["Eat 1.6 g per kg.", "Then rest!", "Why?", "Because."]


def test_headline_and_kind() -> None:
    entry = Entry("t", "coaching", "running", "T", "T?", "2026-11-22", "A.", ("p",), "t.yml", verdict="mostly_myth", grade="limited")
    assert entry.headline == "Mostly a myth · limited evidence"
    assert not entry.is_safety
    assert Entry("t", "referral", "safety", "T", "T?", "2026-11-22", "A.", ("p",), "t.yml").headline == ""


def test_follow_ups_fit_by_condition() -> None:
    assert FollowUp("sleep").fits({})
    assert not FollowUp("sleep", {"sleep_hours": {"below": 6}}).fits({})
    assert FollowUp("sleep", {"sleep_hours": {"below": 6}}).fits({"sleep_hours": 5})

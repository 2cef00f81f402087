"""Every number that people read: hand-computed values, the bounds of each formula, and nothing for the protected."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.fields import is_protected
from knowledge.formulas import FORMULAS, bmi, energy_availability, reference_weight, sweat_rate
from knowledge.load import evidence_records

PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "body_weight": st.floats(30, 250),
        "height": st.floats(120, 220),
        "age": st.integers(13, 100),
        "sex": st.sampled_from(["female", "male", "undisclosed"]),
        "goal": st.sampled_from(["muscle", "balanced", "endurance", "fat_loss", "physique", "health"]),
        "energy_balance": st.sampled_from(["deficit", "maintenance", "surplus", "unsure"]),
        "run_experience": st.sampled_from(["new", "regular", "experienced"]),
        "lift_experience": st.sampled_from(["novice", "intermediate", "advanced"]),
        "weekly_run_km": st.floats(0, 250),
        "longest_run_km": st.floats(0, 100),
        "lift_days": st.integers(0, 7),
        "health_flags": st.lists(st.sampled_from(["pregnancy", "kidney", "heart", "diabetes", "eating", "injury", "other"]), max_size=3),
    },
)


@pytest.mark.parametrize(
    ("name", "profile", "low", "high"),
    [
        ("protein_day", {"body_weight": 80}, 128, 176),
        ("protein_day", {"body_weight": 80, "energy_balance": "deficit"}, 144, 176),
        ("protein_day", {"body_weight": 80, "goal": "fat_loss"}, 144, 176),
        ("protein_day", {"body_weight": 80, "lift_days": 0}, 112, 128),
        ("protein_day", {"body_weight": 80, "age": 70}, 96, 128),
        ("protein_day", {"body_weight": 80, "age": 70, "energy_balance": "deficit"}, 96, 128),
        # BMI 37: 25 * 1.8^2 = 81 kg, plus a quarter of the 39 kg above it = 90.75 kg
        ("protein_day", {"body_weight": 120, "height": 180}, 145.2, 199.65),
        ("protein_meal", {"body_weight": 80}, 32, 44),
        ("protein_meal", {"body_weight": 45}, 20, 24.75),
        ("carbs_day", {"body_weight": 70, "weekly_run_km": 20}, 210, 350),
        ("carbs_day", {"body_weight": 70, "weekly_run_km": 35}, 350, 490),
        ("carbs_day", {"body_weight": 70, "weekly_run_km": 80}, 420, 700),
        ("refuel_carbs", {"body_weight": 70}, 70, 84),
        ("fat_day", {"body_weight": 70}, 35, 105),
        # 10 * 70 + 6.25 * 175 - 5 * 30 + 5 = 1648.75; * 1.3 = 2143.375; + 30 * 70 / 7 = 300; 15 % either way
        ("maintenance", {"body_weight": 70, "height": 175, "age": 30, "sex": "male", "weekly_run_km": 30}, 2076.87, 2809.88),
        ("run_energy", {"body_weight": 70}, 700, 770),
        ("surplus", {}, 200, 300),
        ("deficit", {}, 250, 500),
        ("gain_week", {"body_weight": 80}, 0.2, 0.4),
        ("gain_week", {"body_weight": 80, "lift_experience": "advanced"}, 0.08, 0.2),
        ("loss_week", {"body_weight": 80}, 0.4, 0.8),
        ("loss_week", {"body_weight": 140}, 0.7, 1.0),
        ("next_long_run", {"longest_run_km": 10}, 11, 11),
        ("km_band", {"goal": "muscle"}, 20, 40),
        ("km_band", {"goal": "balanced"}, 30, 50),
        ("km_band", {"goal": "endurance"}, 40, 70),
        ("sleep_band", {}, 7, 9),
        ("sleep_band", {"age": 15}, 8, 10),
        ("sleep_band", {"age": 65}, 7, 8),
        ("lift_keep", {}, 1, 1),
        ("lift_keep", {"age": 50}, 2, 2),
        ("lift_grow", {}, 2, 3),
        ("fluid_limit", {"body_weight": 70}, 1.4, 1.4),
        ("lean_gain", {"lift_experience": "novice"}, 1, 2),
    ],
)
def test_hand_computed_values(name: str, profile: dict[str, Any], low: float, high: float) -> None:
    amount = FORMULAS[name](profile)
    assert amount is not None
    assert (amount.low, amount.high) == (pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01))


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("surplus", {"body_weight": 50, "height": 180}),  # BMI 15.4: a doctor's matter, not a surplus from us
        ("deficit", {"body_weight": 50, "height": 180}),
        ("loss_week", {"body_weight": 50, "height": 180}),
        ("km_band", {"goal": "endurance", "run_experience": "new"}),  # beginners build by time
        ("lean_gain", {"lift_experience": "advanced"}),
        ("lean_gain", {"lift_experience": "novice", "goal": "fat_loss"}),
    ],
)
def test_no_number_where_the_bounds_forbid_one(name: str, profile: dict[str, Any]) -> None:
    assert FORMULAS[name](profile) is None


@given(PROFILES)
def test_numbers_stay_within_their_caps(profile: dict[str, Any]) -> None:
    amounts = {name: amount for name, formula in FORMULAS.items() if (amount := formula(profile)) is not None}
    for amount in amounts.values():
        assert 0 <= amount.low <= amount.high
    weight = profile.get("body_weight", 0)
    if "protein_day" in amounts:
        assert amounts["protein_day"].high <= 2.2 * weight + 1e-6
        assert amounts["protein_day"].low >= 1.2 * reference_weight(profile) - 1e-6
    if "deficit" in amounts:
        assert amounts["deficit"].high <= 500
    if "surplus" in amounts:
        assert amounts["surplus"].high <= 300
    if "loss_week" in amounts:
        assert amounts["loss_week"].high <= min(1.0, 0.01 * weight) + 1e-9
    if "gain_week" in amounts:
        assert amounts["gain_week"].high <= 0.005 * weight + 1e-9
    if "next_long_run" in amounts:
        assert amounts["next_long_run"].high <= 1.1 * profile["longest_run_km"] + 1e-9
    if "carbs_day" in amounts:
        assert amounts["carbs_day"].high <= 10 * weight + 1e-6
    if "km_band" in amounts:
        assert amounts["km_band"].high <= 70


@given(PROFILES)
def test_a_formula_needs_its_fields_and_gives_no_target_to_the_protected(profile: dict[str, Any]) -> None:
    for formula in FORMULAS.values():
        amount = formula(profile)
        if any(profile.get(need) is None for need in formula.needs):
            assert amount is None, formula.name
        if formula.target and is_protected(profile):
            assert amount is None, formula.name


def test_only_sleep_and_lifting_days_are_shown_to_the_protected() -> None:
    assert {name for name, formula in FORMULAS.items() if not formula.target} == {"sleep_band", "lift_keep", "lift_grow"}


@given(st.floats(30, 250), st.floats(120, 220))
def test_reference_weight_lies_between_ideal_and_actual(weight: float, height: float) -> None:
    profile = {"body_weight": weight, "height": height}
    index = bmi(profile)
    assert index is not None
    reference = reference_weight(profile)
    if index < 30:
        assert reference == weight
    else:
        assert 25 * (height / 100) ** 2 <= reference < weight


def test_body_mass_index_needs_both_values() -> None:
    assert bmi({"body_weight": 81, "height": 180}) == pytest.approx(25)
    assert bmi({"body_weight": 81}) is None
    assert bmi({"height": 180}) is None


def test_every_formula_says_itself_and_names_records_that_readers_may_see() -> None:
    records = evidence_records()
    for formula in FORMULAS.values():
        assert formula.words
        assert formula.grade in ("strong", "moderate", "limited", "practice")
        assert formula.sources or formula.grade == "practice", formula.name
        for source in formula.sources:
            assert records[source].shown, f"{formula.name}: {source}"


def test_a_number_typed_into_the_words_of_a_formula_is_the_computed_one() -> None:
    amount = FORMULAS["deficit"]({})
    assert amount is not None
    assert re.findall(r"\d+", FORMULAS["deficit"].words) == [f"{amount.low:g}", f"{amount.high:g}"]


def test_energy_availability_and_sweat_rate() -> None:
    assert energy_availability(2500, 500, 50) == pytest.approx(40)
    assert sweat_rate(80, 79.2, 0.5, 1) == pytest.approx(1.3)
    with pytest.raises(ValueError, match="above 0"):
        energy_availability(2500, 500, 0)
    with pytest.raises(ValueError, match="above 0"):
        sweat_rate(80, 79, 0.5, 0)

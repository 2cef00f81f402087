"""Amounts read the way the person thinks; stored values are SI."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.units import KG_PER_POUND, KM_PER_MILE, Amount, bad_macros, distance_text, fill_units, height_text, weight_text


@pytest.mark.parametrize(
    ("amount", "metric", "imperial"),
    [
        (Amount(131.2, 180.4, "g/day"), "130–180 g a day", "130–180 g a day"),
        (Amount(20, 40, "km"), "20–40 km", "12–25 miles"),
        (Amount(1.6, 1.6, "g/kg"), "1.6 g per kg", "0.73 g per lb"),
        (Amount(7, 9, "hours"), "7–9 hours", "7–9 hours"),
        (Amount(1, 1, "sessions"), "1 session", "1 session"),
        (Amount(1.60934, 1.60934, "km"), "1.5 km", "1 mile"),
        (Amount(0.2, 0.4, "kg/week"), "0.2–0.4 kg a week", "0.4–0.9 lb a week"),
        (Amount(0.058, 0.14, "kg/week"), "0.05–0.15 kg a week", "0.1–0.3 lb a week"),
        (Amount(1.5, 10, "km"), "1.5–10 km", "1–6 miles"),
        (Amount(2, 4, "%"), "2–4%", "2–4%"),
        (Amount(1.64, 1.64, "kg"), "1.6 kg", "3.6 lb"),
        (Amount(2104, 2847, "kcal/day"), "2,100–2,850 kcal a day", "2,100–2,850 kcal a day"),
    ],
)
def test_amounts_are_written_with_sensible_rounding(amount: Amount, metric: str, imperial: str) -> None:
    assert amount.text("metric") == metric
    assert amount.text("imperial") == imperial


def test_macros_are_filled_in_the_readers_units() -> None:
    said = "Run [[20-40 km]] and eat [[1.6 g/kg]]."
    assert fill_units(said) == "Run 20–40 km and eat 1.6 g per kg."
    assert fill_units(said, "imperial") == "Run 12–25 miles and eat 0.73 g per lb."
    assert fill_units("[[5 km]] is [[ 5 - 6 km ]]") == "5 km is 5–6 km"


@pytest.mark.parametrize("piece", ["[[20 furlongs]]", "[[some km]]", "[[km]]", "[[20]]"])
def test_macros_that_cannot_be_converted_are_found(piece: str) -> None:
    assert bad_macros(f"Run {piece} a week") == [piece]


def test_good_macros_are_not_complained_about() -> None:
    assert bad_macros("[[20-40 km]] [[1.6 g/kg]] [[250 kcal/day]] [[0.5-1 %/week]] [[30 minutes]]") == []


@given(st.floats(min_value=12, max_value=250))
def test_a_long_distance_reads_within_one_per_cent_in_both_units(km: float) -> None:
    assert _figure(distance_text(km, "metric")) == pytest.approx(km, rel=0.01)
    assert _figure(distance_text(km, "imperial")) * KM_PER_MILE == pytest.approx(km, rel=0.01)


@given(st.floats(min_value=30, max_value=250))
def test_a_weight_reads_within_one_per_cent_in_both_units(kg: float) -> None:
    assert _figure(weight_text(kg, "metric")) == pytest.approx(kg, rel=0.01)
    assert _figure(weight_text(kg, "imperial")) * KG_PER_POUND == pytest.approx(kg, rel=0.01)


@given(st.integers(min_value=120, max_value=220))
def test_a_height_reads_within_an_inch(cm: int) -> None:
    feet, inches = map(int, re.findall(r"\d+", height_text(cm, "imperial")))
    assert 0 <= inches < 12
    assert abs((feet * 12 + inches) * 2.54 - cm) <= 1.28
    assert height_text(cm, "metric") == f"{cm} cm"


@given(st.floats(0.1, 5000), st.floats(0, 500), st.sampled_from(["km", "kg", "g/day", "kcal/day", "hours", "g/kg", "kg/week"]), st.sampled_from(["metric", "imperial"]))
def test_a_range_never_reads_backwards(low: float, more: float, unit: str, units: str) -> None:
    figures = [float(f.replace(",", "")) for f in re.findall(r"\d[\d,]*(?:\.\d+)?", Amount(low, low + more, unit).text(units))]
    assert figures == sorted(figures)


def _figure(text: str) -> float:
    return float(re.findall(r"\d+(?:\.\d+)?", text)[0])


@given(st.floats(min_value=1, max_value=120), st.sampled_from([("metric", 1.0), ("imperial", KM_PER_MILE)]))
def test_a_limit_is_never_rounded_above_itself(km: float, reader: tuple[str, float]) -> None:
    units, km_per_unit = reader
    assert _figure(Amount(km, km, "km", limit=True).text(units)) * km_per_unit <= km * 1.000001

"""The named formulas: every personal number that users read is computed here, in SI units, within stated bounds.

Each formula is a pure function of the profile. It returns None when a field that it needs is missing, or when its
bounds forbid a number. Formulas with `target=True` are never shown to the protected (`fields.is_protected`).
`record` names the rule of the evidence pack; `sources` its evidence records (`knowledge/evidence.yml`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from knowledge.fields import Profile, is_protected
from knowledge.units import Amount

MAX_DEFICIT_KCAL = 500  # N03: never more
MAX_PROTEIN_G_PER_KG = 2.2  # F01 hard cap
LONG_RUN_FACTOR = 1.10  # F12


@dataclass(frozen=True)
class Formula:
    """A named formula. `words` says it to a reader; `unit` is the unit of the result."""

    name: str
    record: str
    needs: tuple[str, ...]
    words: str
    sources: tuple[str, ...]
    grade: str
    target: bool
    compute: Callable[[Profile], Amount | None]

    def __call__(self, profile: Profile) -> Amount | None:
        """The amount for this person, or None (missing field, out of bounds, or a target for the protected)."""
        if any(profile.get(field) is None for field in self.needs):
            return None
        if self.target and is_protected(profile):
            return None
        return self.compute(profile)


def bmi(profile: Profile) -> float | None:
    """Body mass index in kg/m2, or None without weight and height."""
    weight, height = profile.get("body_weight"), profile.get("height")
    if weight is None or height is None:
        return None
    return float(weight) / (float(height) / 100) ** 2


def reference_weight(profile: Profile) -> float:
    """Weight in kg to reckon protein with: actual below BMI 30, adjusted above it (F02, an estimate for adults).

    Raises KeyError without `body_weight`.
    """
    weight = float(profile["body_weight"])
    index = bmi(profile)
    if index is None or index < 30:
        return weight
    ideal = 25 * (float(profile["height"]) / 100) ** 2
    return ideal + 0.25 * (weight - ideal)


def _protein_per_kg(profile: Profile) -> tuple[float, float]:
    """Grams per kg and day: F01; F05 from 65 years; upper half in a deficit (F03 fallback); 1.4 as floor without lifting."""
    if profile.get("age", 0) >= 65:
        return 1.2, 1.6
    if profile.get("energy_balance") == "deficit" or profile.get("goal") in ("fat_loss", "physique"):
        return 1.8, MAX_PROTEIN_G_PER_KG
    if profile.get("lift_days") == 0:
        return 1.4, 1.6
    return 1.6, MAX_PROTEIN_G_PER_KG


def _protein_day(profile: Profile) -> Amount:
    low, high = _protein_per_kg(profile)
    weight = reference_weight(profile)
    return Amount(low * weight, high * weight, "g/day")


def _protein_meal(profile: Profile) -> Amount:
    weight = reference_weight(profile)
    low = max(20.0, 0.4 * weight)
    return Amount(low, max(low, 0.55 * weight), "g")


def carb_band(profile: Profile) -> tuple[float, float]:
    """Carbohydrate in g/kg a day by running load (F06): light 3-5, about an hour a day 5-7, more 6-10.

    Weekly distance is read at about 10 km an hour: under 35 km light, under 80 km an hour a day.
    """
    distance = float(profile["weekly_run_km"])
    if distance < 35:
        return 3.0, 5.0
    return (5.0, 7.0) if distance < 80 else (6.0, 10.0)


def _carbs_day(profile: Profile) -> Amount:
    low, high = carb_band(profile)
    return Amount(low * float(profile["body_weight"]), high * float(profile["body_weight"]), "g/day")


def _fat_day(profile: Profile) -> Amount:
    weight = reference_weight(profile)
    return Amount(0.5 * weight, 1.5 * weight, "g/day")


def _may_gain(profile: Profile) -> bool:
    index = bmi(profile)
    return index is None or index >= 18.5


def resting_energy(profile: Profile) -> Amount:
    """Resting energy in kcal a day by Mifflin-St Jeor (F10, doi 10.1093/ajcn/51.2.241); both sexes when unset.

    Raises KeyError without weight, height and age.
    """
    base = 10 * float(profile["body_weight"]) + 6.25 * float(profile["height"]) - 5 * float(profile["age"])
    offsets = {"male": (5, 5), "female": (-161, -161)}.get(profile.get("sex", ""), (-161, 5))
    return Amount(base + offsets[0], base + offsets[1], "kcal/day")


def _maintenance(profile: Profile) -> Amount:
    # Daily life 1.2-1.4 with the running added on top: never a full activity factor and the running.
    resting = resting_energy(profile)
    running = float(profile["weekly_run_km"]) * float(profile["body_weight"]) / 7
    middle_low, middle_high = resting.low * 1.3 + running, resting.high * 1.3 + running
    return Amount(0.85 * middle_low, 1.15 * middle_high, "kcal/day")


def _run_energy(profile: Profile) -> Amount:
    per_km = float(profile["body_weight"])
    return Amount(per_km * 10, 1.1 * per_km * 10, "kcal")


def _surplus(profile: Profile) -> Amount | None:
    return Amount(200, 300, "kcal/day") if _may_gain(profile) else None


def _deficit(profile: Profile) -> Amount | None:
    return Amount(250, MAX_DEFICIT_KCAL, "kcal/day") if _may_gain(profile) else None


def _gain_week(profile: Profile) -> Amount:
    low, high = (0.001, 0.0025) if profile.get("lift_experience") == "advanced" else (0.0025, 0.005)
    return Amount(low * float(profile["body_weight"]), high * float(profile["body_weight"]), "kg/week")


def _loss_week(profile: Profile) -> Amount | None:
    if not _may_gain(profile):
        return None
    weight = float(profile["body_weight"])
    return Amount(min(1.0, 0.005 * weight), min(1.0, 0.01 * weight), "kg/week")


def _next_long_run(profile: Profile) -> Amount:
    ceiling = LONG_RUN_FACTOR * float(profile["longest_run_km"])
    return Amount(ceiling, ceiling, "km", limit=True)


def _km_band(profile: Profile) -> Amount | None:
    if profile.get("run_experience") == "new":
        return None  # F13: beginners build by time, not by distance
    bands = {"muscle": (20, 40), "physique": (20, 40), "endurance": (40, 70)}
    low, high = bands.get(profile["goal"], (30, 50))
    return Amount(low, high, "km/week")


def _sleep(profile: Profile) -> Amount:
    age = profile.get("age", 30)
    if age < 18:
        return Amount(8, 10, "hours")
    return Amount(7, 8, "hours") if age >= 65 else Amount(7, 9, "hours")


def _lift_keep(profile: Profile) -> Amount:
    days = 2 if profile.get("age", 0) >= 50 else 1
    return Amount(days, days, "sessions")


def _lift_grow(profile: Profile) -> Amount:
    return Amount(2, 3, "sessions")


def _refuel_carbs(profile: Profile) -> Amount:
    weight = float(profile["body_weight"])
    return Amount(1.0 * weight, 1.2 * weight, "g")


def _fluid_limit(profile: Profile) -> Amount:
    loss = 0.02 * float(profile["body_weight"])
    return Amount(loss, loss, "kg", limit=True)


def _lean_gain(profile: Profile) -> Amount | None:
    if profile.get("lift_experience") == "advanced" or profile.get("goal") == "fat_loss":
        return None
    return Amount(1, 2, "kg")


def _all() -> list[Formula]:
    weight = ("body_weight",)
    return [
        Formula("protein_day", "F01", weight, "1.6 to 2.2 g for each kg you weigh (1.2 to 1.6 from 65 years; a reference weight above BMI 30)", ("E13", "E14", "E15"), "strong", True, _protein_day),
        Formula("protein_meal", "F04", weight, "0.4 to 0.55 g for each kg at a meal, at least 20 g", ("E20", "E15"), "moderate", True, _protein_meal),
        Formula("carbs_day", "F06", ("body_weight", "weekly_run_km"), "3 to 5 g for each kg with light running, 5 to 7 with about an hour a day, 6 to 10 above", ("E30",), "limited", True, _carbs_day),
        Formula("refuel_carbs", "F07", weight, "1.0 to 1.2 g for each kg an hour, only when the next hard session is under 8 hours away", ("E32",), "strong", True, _refuel_carbs),
        Formula("fat_day", "F19", weight, "0.5 to 1.5 g for each kg", ("E61",), "moderate", True, _fat_day),
        Formula("maintenance", "F10", ("body_weight", "height", "age", "weekly_run_km"), "resting energy (Mifflin-St Jeor) times 1.3 for daily life, plus 1 kcal for each kg and km run, give or take 15%", ("E78", "E79"), "moderate", True, _maintenance),
        Formula("run_energy", "F10", weight, "about 1 kcal for each kg you weigh and km you run, here for 10 km", ("E79",), "moderate", True, _run_energy),
        Formula("surplus", "F08", (), "200 to 300 kcal a day above what you burn", ("E59", "E60"), "limited", True, _surplus),
        Formula("deficit", "F09", (), "250 to 500 kcal a day below what you burn, never more", ("E10",), "strong", True, _deficit),
        Formula("gain_week", "F08", weight, "0.25 to 0.5% of body weight a week (0.1 to 0.25% for the advanced)", ("E61",), "moderate", True, _gain_week),
        Formula("loss_week", "F09", weight, "0.5 to 1% of body weight a week, never over 1 kg", ("E12",), "moderate", True, _loss_week),
        Formula("next_long_run", "F12", ("longest_run_km",), "at most 10% longer than your longest run of the last 30 days", ("E25",), "moderate", True, _next_long_run),
        Formula("km_band", "F13", ("goal",), "a coaching band by goal: muscle first 20 to 40 km, both 30 to 50, endurance first 40 to 70", (), "practice", True, _km_band),
        Formula("sleep_band", "F17", (), "7 to 9 hours for adults, 8 to 10 for teenagers, 7 to 8 from 65 years", ("E24",), "strong", False, _sleep),
        Formula("lift_keep", "F14", (), "one session a week keeps muscle, two from 50 years", ("E29",), "moderate", False, _lift_keep),
        Formula("lift_grow", "F14", (), "two to three sessions a week to grow", ("E27", "E28"), "strong", False, _lift_grow),
        Formula("fluid_limit", "F18", weight, "keep the weight lost in sweat within 2% of body weight, and never drink so much that you gain", ("E62",), "strong", True, _fluid_limit),
        Formula("lean_gain", "F23", ("lift_experience",), "1 to 2 kg in 3 to 4 months at best, for people new to lifting", ("E67",), "moderate", True, _lean_gain),
    ]


FORMULAS: Mapping[str, Formula] = {formula.name: formula for formula in _all()}


def energy_availability(intake_kcal: float, exercise_kcal: float, fat_free_mass_kg: float) -> float:
    """Energy left for the body in kcal per kg fat-free mass a day (F11). Raises ValueError on a mass <= 0."""
    if fat_free_mass_kg <= 0:
        raise ValueError("fat-free mass must be above 0 kg")
    return (intake_kcal - exercise_kcal) / fat_free_mass_kg


def sweat_rate(before_kg: float, after_kg: float, drunk_litres: float, hours: float) -> float:
    """Sweat in litres an hour (F18, ACSM 2007). Raises ValueError on hours <= 0."""
    if hours <= 0:
        raise ValueError("hours must be above 0")
    return (before_kg - after_kg + drunk_litres) / hours

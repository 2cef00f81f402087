"""Amounts with units, written the way the reader thinks (metric or imperial). Stored values are always SI."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

KM_PER_MILE = 1.609344
KG_PER_POUND = 0.45359237
CM_PER_INCH = 2.54
LITRES_PER_US_OUNCE = 0.0295735295625

# unit -> (imperial unit, factor from SI)
_IMPERIAL = {
    "km": ("miles", 1 / KM_PER_MILE),
    "kg": ("lb", 1 / KG_PER_POUND),
    "cm": ("in", 1 / CM_PER_INCH),
    "g/kg": ("g per lb", KG_PER_POUND),
    "g/kg/h": ("g per lb an hour", KG_PER_POUND),
    "L/h": ("oz an hour", 1 / LITRES_PER_US_OUNCE),
    "L": ("oz", 1 / LITRES_PER_US_OUNCE),
    "km/week": ("miles a week", 1 / KM_PER_MILE),
    "kg/week": ("lb a week", 1 / KG_PER_POUND),
}
_WORDS = {
    "g/kg": "g per kg",
    "g/kg/h": "g per kg an hour",
    "km/week": "km a week",
    "kg/week": "kg a week",
    "L/h": "litres an hour",
    "L": "litres",
    "kcal/day": "kcal a day",
    "g/day": "g a day",
    "%/week": "% of body weight a week",
}
# Rounded so that the figure looks as exact as it is, not more.
_STEP = {"g/day": 5, "g": 5, "kcal/day": 10, "kcal": 10}


@dataclass(frozen=True)
class Amount:
    """A range (or one value when low == high) in an SI unit. A limit is rounded down, so that its text stays within it."""

    low: float
    high: float
    unit: str
    limit: bool = False

    def text(self, units: str = "metric") -> str:
        """Write the amount for a reader: "110-140 g a day", "7-9 hours", "12-25 miles"."""
        unit, low, high = self.unit, self.low, self.high
        name = _WORDS.get(unit, unit)
        if units == "imperial" and unit in _IMPERIAL:
            name, factor = _IMPERIAL[unit]
            low, high = low * factor, high * factor
        low_text, high_text = _figure(low, unit, high), _limit(high) if self.limit else _figure(high, unit, high)
        if self.limit and self.low == self.high:
            low_text = high_text
        if low_text == high_text:
            if low_text == "1" and name.split()[0] in ("hours", "days", "miles", "sessions"):
                head, _, tail = name.partition(" ")
                name = head[:-1] + (" " + tail if tail else "")
            return f"{low_text}{'' if name.startswith('%') else ' '}{name}"
        return f"{low_text}\N{EN DASH}{high_text}{'' if name.startswith('%') else ' '}{name}"


def _figure(value: float, unit: str, scale: float) -> str:
    step = _STEP.get(unit)
    if step and scale >= 4 * step:
        return f"{round(value / step) * step:,.0f}"
    if unit == "kg/week" and scale < 10:
        grain = 0.05 if scale < 0.2 else 0.1 if scale < 1 else 0.5
        return f"{round(max(round(value / grain), 1) * grain, 2):g}"
    if unit in ("g/kg", "g/kg/h", "L/h", "L") and scale < 10:
        return f"{float(f'{value:.2g}'):g}" if value < 1 else f"{round(value, 1):g}"
    if scale < 10 or (value < 3 and unit in ("km", "km/week")):
        return f"{math.floor(value * 2 + 0.5) / 2:g}" if unit in ("km", "km/week", "hours") else f"{round(value, 1):g}"
    return f"{math.floor(value + 0.5):,.0f}"


def _limit(value: float) -> str:
    return f"{math.floor(value * 10 + 1e-6) / 10:g}"


_MACRO = re.compile(r"\[\[\s*(\d+(?:\.\d+)?)(?:\s*(?:-|\N{EN DASH})\s*(\d+(?:\.\d+)?))?\s*([a-zA-Z%/]+)\s*\]\]")
MACRO_UNITS = frozenset(_IMPERIAL) | frozenset(_WORDS) | {"g", "kcal", "hours", "minutes"}


def fill_units(text: str, units: str = "metric") -> str:
    """Replace `[[20-40 km]]` in a text by the amount in the reader's units."""

    def amount(match: re.Match[str]) -> str:
        low = float(match[1])
        return Amount(low, float(match[2] or low), match[3]).text(units)

    return _MACRO.sub(amount, text)


def bad_macros(text: str) -> list[str]:
    """The `[[...]]` pieces of a text that cannot be converted."""
    return [
        piece
        for piece in re.findall(r"\[\[.*?\]\]", text)
        if not (found := _MACRO.fullmatch(piece)) or found[3] not in MACRO_UNITS
    ]


def height_text(cm: float, units: str) -> str:
    """180 cm or 5 ft 11 in."""
    if units != "imperial":
        return f"{cm:.0f} cm"
    inches = round(cm / CM_PER_INCH)
    return f"{inches // 12} ft {inches % 12} in"


def weight_text(kg: float, units: str) -> str:
    """82 kg or 181 lb, to one decimal where there is one."""
    return f"{kg:.4g} kg" if units != "imperial" else f"{kg / KG_PER_POUND:.0f} lb"


def distance_text(km: float, units: str) -> str:
    """12.5 km or 7.8 miles."""
    if units != "imperial":
        return f"{round(km, 1):g} km"
    miles = round(km / KM_PER_MILE, 1)
    return f"{miles:g} mile{'' if miles == 1 else 's'}"

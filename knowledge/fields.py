"""The profile field catalogue: which facts the coach may keep, and which values are possible.

A profile is a plain mapping of field name to canonical value (SI units, enum strings, sorted lists).
"""

from __future__ import annotations

import datetime as dt
import math
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.files import read_yaml

Profile = Mapping[str, Any]

KINDS = ("text", "number", "choice", "set", "date", "words", "zone")


class FieldError(ValueError):
    """A value that the catalogue refuses; the message is one sentence with the remedy."""


@dataclass(frozen=True)
class Field:
    """One profile field. `accept` and `sure` are inclusive ranges in `unit`."""

    name: str
    kind: str
    label: str
    ask: str
    why: str
    unit: str | None = None
    accept: tuple[float, float] | None = None
    sure: tuple[float, float] | None = None
    whole: bool = False
    max_length: int = 60
    health: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)

    def canonical(self, value: Any) -> Any:
        """Return `value` in its canonical form.

        Raises FieldError when the value is impossible, naming the range or the choices.
        """
        if value is None:
            raise FieldError(f"{self.name}: nothing was given; leave the field out instead.")
        return _CANONICAL[self.kind](self, value)

    def needs_confirmation(self, value: Any) -> bool:
        """True when a possible number is unusual enough to ask "is that right?"."""
        return self.sure is not None and not self.sure[0] <= float(value) <= self.sure[1]


def _number(spec: Field, value: Any) -> float | int:
    if isinstance(value, bool):
        raise FieldError(f"{spec.name}: {value!r} is not a number; write it in {spec.unit}.")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise FieldError(f"{spec.name}: {value!r} is not a number; write it in {spec.unit}.") from None
    low, high = spec.accept or (-math.inf, math.inf)
    if not low <= number <= high:
        raise FieldError(f"{spec.name}: {value} is outside {low:g} to {high:g} {spec.unit}; check the number.")
    if spec.whole or spec.unit == "years":
        number = math.floor(number)
    return int(number) if number == int(number) else round(number, 2)


def _choice(spec: Field, value: Any) -> str:
    text = str(value).strip().lower() if not isinstance(value, bool) else ("none" if value is False else "")
    if text not in spec.choices:
        raise FieldError(f"{spec.name}: {value!r} is not one of {', '.join(spec.choices)}.")
    return text


def _set(spec: Field, value: Any) -> list[str]:
    values = [value] if isinstance(value, str) else list(value or ())
    picked = {_choice(spec, v) for v in values}
    return [c for c in spec.choices if c in picked]


def _words(spec: Field, value: Any) -> list[str]:
    values = [value] if isinstance(value, str) else list(value or ())
    return sorted({str(v).strip().lower()[: spec.max_length] for v in values if str(v).strip()})


def _text(spec: Field, value: Any) -> str:
    text = " ".join(str(value).split())
    if not text or len(text) > spec.max_length:
        raise FieldError(f"{spec.name}: needs 1 to {spec.max_length} characters.")
    return text


def _date(spec: Field, value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    try:
        return dt.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise FieldError(f"{spec.name}: {value!r} is not a date; write it like 2027-04-12.") from None


def _zone(spec: Field, value: Any) -> str:
    try:
        return zoneinfo.ZoneInfo(str(value)).key
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise FieldError(f"{spec.name}: {value!r} is no time zone; write it like Europe/Berlin.") from None


_CANONICAL = {"number": _number, "choice": _choice, "set": _set, "words": _words, "text": _text, "date": _date, "zone": _zone}


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Field]:
    """All fields by name, in the order in which they are asked and shown."""
    raw: dict[str, dict[str, Any]] = read_yaml(Path(__file__).parent / "fields.yml")
    return {name: _field(name, spec) for name, spec in raw.items()}


def _field(name: str, spec: Mapping[str, Any]) -> Field:
    parts: dict[str, Any] = {k: tuple(v) if k in ("accept", "sure") else v for k, v in spec.items()}
    parts["choices"] = {str(k): v for k, v in (spec.get("choices") or {}).items()}
    return Field(name=name, **parts)


def clean_profile(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Validate a whole profile mapping (as from a YAML file).

    Raises FieldError on an unknown field or an impossible value.
    """
    fields = catalogue()
    clean: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in fields:
            raise FieldError(f"{name}: no such profile field; the fields are {', '.join(fields)}.")
        if value is not None:
            clean[name] = fields[name].canonical(value)
    return clean


def is_minor(profile: Profile) -> bool:
    """True under 18 years."""
    return profile.get("age", 99) < 18


def is_protected(profile: Profile) -> bool:
    """True when no food, weight or distance target may be shown (under 18, pregnancy, kidneys, eating).

    Source: hard rules N02 and N06 of the evidence pack (AAP 2017, REDs 2023, KDIGO 2024).
    """
    return is_minor(profile) or bool({"pregnancy", "kidney", "eating"} & set(profile.get("health_flags") or ()))

"""The exercises of the weekly plan, from `knowledge/exercises.yml`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.files import read_yaml

KITS = ("gym", "dumbbells", "bodyweight")


@dataclass(frozen=True)
class Exercise:
    """One exercise. `movement` groups those that train the same and can stand in for each other."""

    id: str
    name: str
    movement: str
    kit: tuple[str, ...]
    cue: str
    also: tuple[str, ...] = ()
    novice: bool = True
    lying: bool = False
    timed: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Every lower-case name under which people may speak of it."""
        return (self.name.lower(), *self.also)


@lru_cache(maxsize=1)
def exercises() -> Mapping[str, Exercise]:
    """All exercises by id, in the order of preference within their movement."""
    raw = read_yaml(Path(__file__).parent / "exercises.yml")
    return {spec["id"]: _exercise(movement, spec) for movement, specs in raw.items() for spec in specs}


def _exercise(movement: str, spec: Mapping[str, Any]) -> Exercise:
    return Exercise(
        spec["id"], spec["name"], movement, tuple(spec["kit"]), spec["cue"], tuple(spec.get("also", ())),
        novice=spec.get("novice", True), lying=spec.get("lying", False), timed=spec.get("timed", False),
    )  # fmt: skip


def options(movement: str, kit: str, *, novice: bool, lying: bool = True, without: Collection[str] = ()) -> list[Exercise]:
    """The exercises of a movement that this person can do with this kit; `without` names ids to leave out."""
    return [
        e
        for e in exercises().values()
        if e.movement == movement and kit in e.kit and (e.novice or not novice) and (lying or not e.lying) and e.id not in without
    ]


def named(text: str) -> list[Exercise]:
    """The exercises that a text speaks of, longest name first ("squats" may mean several)."""
    lowered = re.sub(r"[\s-]+", " ", text.lower())
    found: list[tuple[int, Exercise]] = []
    for exercise in exercises().values():
        lengths = [
            len(name)
            for name in exercise.names
            if re.search(rf"\b{re.escape(name.replace('-', ' '))}(?:e?s)?\b", lowered)
        ]
        if lengths:
            found.append((max(lengths), exercise))
    longest = max((length for length, _ in found), default=0)
    return [exercise for length, exercise in found if length == longest]

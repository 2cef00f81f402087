"""Safety cues in the light of who writes: "a bit of blood" in pregnancy, "shaky" with diabetes, "lose fat" at a low weight. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from actions.reply import Person
from actions.session import Turn
from knowledge.fields import is_minor
from knowledge.formulas import bmi
from knowledge.units import KG_PER_POUND
from nlu.safety import SafetyCue, detect

LOW_BMI = 18.5  # kg/m2; below it no adult is helped to lose weight
BODY = ("body_weight", "height")
_FLAGS = frozenset(("pregnancy", "diabetes"))
_WISHED = re.compile(
    r"\b(?:get|getting|go|going|down|drop|back|weigh|reach|hit|be)\b(?: (?:back|down|about|around))*(?P<to> (?:to|at|under|below)(?: about| around)?)?"
    r" (?P<n>\d{2,3})(?: ?(?P<unit>kgs?|kilos?|lbs?|pounds?))?(?= ?(?:[,.?!]|$| (?:and|by|for|before|in|so|but|now|again)\b))",
    re.IGNORECASE,
)
_LIFT = re.compile(r"\b(?:squats?|bench|deadlifts?|press|curls?|lifts?|rows?|reps?|pull ?ups?|push ?ups?)\b", re.IGNORECASE)


def read_for(turn: Turn, person: Person) -> Turn:
    """The turn, as a safety matter where its words are one for this person although alone they say too little."""
    if turn.press is not None or (cue := _cue(turn, person)) is None:
        return turn
    decided = {
        "decision": "safety", "id": cue.topic, "ids": [cue.topic], "confidence": cue.confidence, "trigger": cue.trigger, "about_self": cue.about_self,
        "offers": [], "label": "", "reason": "",
    }  # fmt: skip
    return replace(turn, parse={**turn.parse, **decided})


def _cue(turn: Turn, person: Person) -> SafetyCue | None:
    """The first cue of the message, when it counts because of what is known of the person and is about them."""
    if not (known := known_of(person, turn.parse.get("facts", ()), turn.text)):
        return None
    cue = next((c for c in detect(turn.text, known) if not c.hint), None)
    return cue if cue is not None and cue.known and cue.about_self else None


def known_of(person: Person, facts: Collection[Mapping[str, Any]], text: str = "") -> frozenset[str]:
    """What the safety rules may know of a person (`nlu.safety.KNOWN`), with the facts of the message and the weight wished for in it."""
    told = {f["field"]: f["value"] for f in facts if f["scope"] == "stored" and not f.get("negated") and not f.get("problem")}
    profile = {**person.profile, **{name: told[name] for name in (*BODY, "age") if name in told}}
    found = _FLAGS & {*(profile.get("health_flags") or ()), *(told.get("health_flags") or ())}
    indices = (bmi(profile), bmi({**profile, "body_weight": _wished_weight(text, profile)}))
    if any(index is not None and index < LOW_BMI for index in indices) and not is_minor(profile):
        found |= {"underweight"}
    if person.state.get("grave") == "crisis":
        found |= {"after_crisis"}
    return frozenset(found)


def _wished_weight(text: str, profile: Mapping[str, Any]) -> float | None:
    """The weight in kg that someone wants to get to, or None."""
    if (found := _WISHED.search(text)) is None or not (found["to"] or found["unit"]) or _LIFT.search(text):
        return None
    unit = found["unit"] or ("lb" if profile.get("units") == "imperial" else "kg")
    return float(found["n"]) * (KG_PER_POUND if unit.lower().startswith(("lb", "pound")) else 1.0)

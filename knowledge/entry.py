"""One topic of the knowledge base: what people ask, the curated answer, and how it changes with the person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.fields import Profile, catalogue
from knowledge.formulas import FORMULAS
from knowledge.meals import meals_text
from knowledge.units import distance_text, fill_units, height_text, weight_text

VERDICTS = {
    "myth": "Myth",
    "mostly_myth": "Mostly a myth",
    "it_depends": "It depends",
    "mostly_true": "Mostly true",
    "true": "True",
    "how_to": "How to",
}
GRADES = {
    "strong": "strong evidence",
    "moderate": "moderate evidence",
    "limited": "limited evidence",
    "practice": "coaching practice",
}
ARTICLES = {
    "A": "Does Running Cause Muscle Loss (or Is It a Myth)?",
    "B": "Does Running Kill Muscle Gains?",
    "C": "Does Running Build Muscle On Its Own?",
}
ANSWER_LIMIT = 350
REPLY_LIMIT = 900
SHOWN_TAILORED = 2
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

# Texts made for a person, as `{name}` in tailored sentences, with the fields that they depend on.
TEXTS: Mapping[str, Callable[[Profile], str]] = {"meals": meals_text}
TEXT_FIELDS: Mapping[str, tuple[str, ...]] = {"meals": ("diet", "avoid_foods")}

# Figures that could work as a food, weight, body or distance target. The protected never see a sentence with one.
TARGET = re.compile(
    r"\d[\d.,]*\s*(?:(?:-|\N{EN DASH}|to)\s*\d[\d.,]*\s*)?"
    r"(?:%|per ?cent|kcal|k?cals?\b|calories|kj\b|k?gs?\b|grams?|kilos?\b|lbs?\b|pounds?\b|stone\b|km\b|kilomet\w+|k\b|mi\b|miles?\b|oz\b|ounces?)",
    re.IGNORECASE,
)

# A first sentence that is only right after the question as the entry puts it.
YES_NO = re.compile(r"(?:(?:mostly|probably|very likely) )?(?:yes|no|not)\b(?=[,.;]| if| for)|(?:perhaps|very unlikely|only a little)\.", re.IGNORECASE)


@dataclass(frozen=True)
class Tailored:
    """A sentence that holds only for some people. `when` maps field to condition (see `holds`)."""

    when: Mapping[str, Any]
    say: str

    def holds(self, profile: Profile) -> bool:
        """True when every condition is met and every number in the sentence can be computed."""
        return all(matches(profile.get(name), test) for name, test in self.when.items()) and all(
            value_text(name, profile) is not None for name in PLACEHOLDER.findall(self.say)
        )

    @property
    def fields(self) -> list[str]:
        """The profile fields that this sentence depends on."""
        used = list(self.when)
        for name in PLACEHOLDER.findall(self.say):
            used += FORMULAS[name].needs if name in FORMULAS else TEXT_FIELDS.get(name, (name,))
        return list(dict.fromkeys(used))


@dataclass(frozen=True)
class Otherwise(Tailored):
    """The whole answer for people to whom the general one would say the opposite of what fits."""

    do: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """A section of one of the three articles, with the claims of it that the entry carries."""

    article: str
    section: str


@dataclass(frozen=True)
class Variant:
    """What a referral says for one trigger."""

    trigger: str
    answer: str
    do: tuple[str, ...] = ()
    emergency: bool = False


@dataclass(frozen=True)
class FollowUp:
    """A next question, offered when the condition holds (always when empty)."""

    topic: str
    when: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, profile: Profile) -> bool:
        """True when this next question suits the person."""
        return all(matches(profile.get(name), test) for name, test in self.when.items())


@dataclass(frozen=True)
class Entry:
    """A topic as people wrote it. Texts may hold `{formula}` and `[[20-40 km]]`; `text()` fills them."""

    topic: str
    kind: str  # coaching | referral
    group: str
    title: str
    question: str
    reviewed: str
    answer: str
    phrasings: tuple[str, ...]
    path: str
    verdict: str | None = None
    grade: str | None = None
    why: str = ""
    do: tuple[str, ...] = ()
    caveat: str = ""
    in_short: str = ""
    protected_answer: str = ""
    protected_do: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    tailored: tuple[Tailored, ...] = ()
    otherwise: tuple[Otherwise, ...] = ()
    sources: tuple[Source, ...] = ()
    evidence: tuple[str, ...] = ()
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    follow_ups: tuple[FollowUp, ...] = ()
    variants: tuple[Variant, ...] = ()
    builtin: bool = True

    @property
    def is_safety(self) -> bool:
        """True for referral topics: no coaching, no numbers."""
        return self.kind == "referral"

    @property
    def headline(self) -> str:
        """The one line with verdict and grade."""
        if self.verdict is None or self.grade is None:
            return ""
        return f"{VERDICTS.get(self.verdict, self.verdict)} \N{MIDDLE DOT} {GRADES.get(self.grade, self.grade)}"


def matches(value: Any, test: Any) -> bool:
    """Whether a profile value meets a condition.

    A condition is a value (equal), a list (any of), "known", "unknown", or a mapping with
    `at_least` (>=), `below` (<), `has` (a set contains it).
    """
    if test == "unknown":
        return value is None
    if value is None:
        return False
    if test == "known":
        return True
    if isinstance(test, Mapping):
        return (
            ("at_least" not in test or value >= test["at_least"])
            and ("below" not in test or value < test["below"])
            and ("has" not in test or bool(set(_listed(test["has"])) & set(_listed(value))))
        )
    return any(value == option for option in _listed(test))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set) else [value]


def value_text(name: str, profile: Profile) -> str | None:
    """The text for a `{name}` placeholder: a formula's amount or a profile value, in the person's units.

    None when it cannot be said for this person.
    """
    units = profile.get("units", "metric")
    if name in FORMULAS:
        amount = FORMULAS[name](profile)
        return None if amount is None else amount.text(units)
    if name in TEXTS:
        return TEXTS[name](profile) or None
    value = profile.get(name)
    if value is None:
        return None
    return field_text(name, value, units)


def field_text(name: str, value: Any, units: str = "metric") -> str:
    """A profile value as a person would read it."""
    spec = catalogue()[name]
    if name == "body_weight":
        return weight_text(value, units)
    if name == "height":
        return height_text(value, units)
    if spec.unit == "km":
        return distance_text(value, units)
    if spec.kind == "choice":
        return spec.choices.get(value, str(value))
    if spec.kind == "set":
        return ", ".join(spec.choices.get(v, str(v)) for v in value) or "none"
    if spec.kind == "words":
        return ", ".join(value) or "none"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def text(template: str, profile: Profile) -> str:
    """Fill placeholders and units. A placeholder that has no value leaves the text unsaid (empty string)."""
    missing = False

    def put(match: re.Match[str]) -> str:
        nonlocal missing
        found = value_text(match[1], profile)
        missing = missing or found is None
        return found or ""

    filled = fill_units(PLACEHOLDER.sub(put, template), profile.get("units", "metric"))
    return "" if missing else filled


def sentences(paragraph: str) -> list[str]:
    """Split a paragraph into sentences (a full stop inside a number does not end one)."""
    return [s for s in re.split(r"(?<=[.!?])\s+(?=[A-Z\"'\N{LEFT DOUBLE QUOTATION MARK}])", paragraph.strip()) if s]


def without_targets(paragraph: str) -> str:
    """The paragraph less every sentence that holds a figure usable as a target."""
    return " ".join(s for s in sentences(paragraph) if not TARGET.search(s))

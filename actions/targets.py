"""The person's numbers: each from a named formula, with the formula in words, its grade and its sources. Pure.

Nothing is guessed: what a missing field forbids is named. The protected, and people with a health flag, get the parts
that hold without figures.
"""

from __future__ import annotations

from dataclasses import dataclass

from actions.plan import by_run_walk, ceiling_text, flags
from actions.reply import Block, Button, Reply, SourceLine
from knowledge.entry import GRADES
from knowledge.fields import Profile, catalogue, is_minor, is_protected
from knowledge.formulas import FORMULAS, bmi, carb_band, reference_weight
from knowledge.load import Knowledge
from knowledge.plan_texts import said
from knowledge.units import Amount

FOOD = ("protein_day", "protein_meal", "carbs_day", "maintenance", "fluid_limit")
DISTANCE = ("km_band", "next_long_run")


@dataclass(frozen=True)
class Target:
    """One number (or a rule in words when `amount` is empty) as the person reads it."""

    name: str
    label: str
    amount: str
    words: str
    grade: str
    sources: tuple[str, ...]
    fields: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The target in one line, with its grade."""
        key = "targets.item" if self.amount else "targets.item_plain"
        return said(key, label=self.label, amount=self.amount, words=self.words, grade=GRADES[self.grade])


@dataclass(frozen=True)
class Targets:
    """The numbers that can be said, the labels of the fields that would add more, and the reason for what is left out."""

    items: tuple[Target, ...]
    missing: tuple[str, ...] = ()
    missing_fields: tuple[str, ...] = ()
    reason: str = ""


def withheld(profile: Profile) -> tuple[tuple[str, ...], str]:
    """The formulas that this person may not see, with the kind reason ("" when none)."""
    told = flags(profile)
    if is_protected(profile):
        why = next((f for f in ("eating", "pregnancy", "kidney") if f in told), "minor" if is_minor(profile) else "")
        return (*FOOD, *DISTANCE), said(f"targets.{why}")
    if told & {"heart", "diabetes", "other"}:
        return (*FOOD, *DISTANCE), said("targets.health")
    if "injury" in told:
        return DISTANCE, said("targets.injury")
    return (), ""


def targets(profile: Profile) -> Targets:
    """The person's numbers, in the order in which they are shown."""
    off, reason = withheld(profile)
    items: list[Target] = []
    missing: list[str] = []
    for name in (*FOOD, "sleep_band", *DISTANCE):
        formula = FORMULAS[name]
        lacking = [f for f in formula.needs if profile.get(f) is None]
        if name in off:
            if name == "fluid_limit":
                items.append(_plain(name, said("targets.fluid_limit.plain")))
        elif lacking:
            missing += [f for f in lacking if f not in missing]
        elif (item := _target(name, profile)) is not None:
            items.append(item)
    items.append(_lifting(profile))
    if off:
        items.append(Target("rest_days", said("targets.rest_days.label"), "", said("targets.rest_days.words"), "practice", ()))
    labels = tuple(catalogue()[f].label for f in missing)
    return Targets(tuple(items), labels, tuple(missing), reason)


def _plain(name: str, words: str, fields: tuple[str, ...] = ()) -> Target:
    formula = FORMULAS[name]
    return Target(name, said(f"targets.{name}.label"), "", words, formula.grade, formula.sources, fields)


def _target(name: str, profile: Profile) -> Target | None:
    formula, units = FORMULAS[name], profile.get("units", "metric")
    if name == "km_band" and (by_run_walk(profile) or profile.get("run_experience") == "new"):
        return _plain(name, said("targets.km_band.new"), ("run_experience",))
    if name == "next_long_run" and by_run_walk(profile):
        return None
    amount = formula(profile)
    if amount is None:
        return None
    shown, words = amount.text(units), said(f"targets.{name}.words", rate="", amount=amount.text(units))
    if name == "protein_day":
        weight = reference_weight(profile)
        key = "adjusted" if (bmi(profile) or 0) >= 30 else "words"
        words = said(f"targets.protein_day.{key}", rate=_rate(amount.low / weight, amount.high / weight, units))
    elif name == "protein_meal":
        words = said("targets.protein_meal.words", rate=_rate(0.4, 0.55, units))
    elif name == "carbs_day":
        words = said("targets.carbs_day.words", rate=_rate(*carb_band(profile), units))
    elif name == "maintenance" and profile.get("sex") not in ("female", "male"):
        words = f"{words} {said('targets.maintenance.both')}"
    elif name == "fluid_limit":
        shown = ""
    elif name == "sleep_band" and profile.get("age") is None:
        words = said("targets.sleep_band.unknown_age")
    elif name == "next_long_run":
        shown = said("targets.next_long_run.up_to", amount=ceiling_text(profile))
    used = tuple(f for f in (*formula.needs, *_ALSO.get(name, ())) if profile.get(f) is not None)
    return Target(name, said(f"targets.{name}.label"), shown, words, formula.grade, formula.sources, used)


_ALSO = {
    "protein_day": ("age", "height", "energy_balance", "goal", "lift_days"),
    "protein_meal": ("height",),
    "maintenance": ("sex",),
    "sleep_band": ("age",),
    "km_band": ("run_experience",),
}


def _rate(low: float, high: float, units: str) -> str:
    """Grams per kg (or per lb) of body weight, to two figures."""
    per_kg = Amount(low, high, "g/kg")
    return per_kg.text(units)


def _lifting(profile: Profile) -> Target:
    grow, keep = FORMULAS["lift_grow"], FORMULAS["lift_keep"]
    if is_protected(profile) or flags(profile):
        words = said("targets.lifting.protected")
        return Target("lifting", said("targets.lifting.label"), "", words, "practice", ())
    amount = keep(profile)
    days = int(amount.low) if amount else 1
    words = said("targets.lifting.grow", keep="one is enough" if days == 1 else "two are enough")
    return Target("lifting", said("targets.lifting.label"), "", words, keep.grade, (*grow.sources, *keep.sources), ("age",) if profile.get("age") else ())


def targets_reply(profile: Profile, knowledge: Knowledge) -> Reply:
    """The numbers as a reply with their sources; a person without any known field gets the general ones and what to tell."""
    found = targets(profile)
    blocks = [Block("headline", said("targets.title"))]
    if found.reason:
        blocks.append(Block("text", found.reason))
    blocks.append(Block("list", "", tuple(item.text for item in found.items)))
    if any(item.amount for item in found.items) and not is_protected(profile):
        blocks.append(Block("note", said("targets.estimate")))
    if found.missing:
        blocks.append(Block("note", said("targets.missing", fields=_listed(found.missing))))
    used = dict.fromkeys(f for item in found.items for f in item.fields)
    if found.reason:
        used |= dict.fromkeys(f for f in ("age", "health_flags") if (f == "age" and is_minor(profile)) or (f == "health_flags" and flags(profile)))
    if profile.get("units") == "imperial" and any(item.amount for item in found.items):
        used |= {"units": None}
    buttons = (Button(said("targets.why_button"), "target_sources"),)
    return Reply(tuple(blocks), buttons, ids=("my_targets",), sources=source_lines(found, knowledge), profile_used=tuple(used))


def _listed(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def source_lines(found: Targets, knowledge: Knowledge) -> tuple[SourceLine, ...]:
    """The evidence records behind the numbers that are shown (status V and V2 only), each once."""
    keys = dict.fromkeys(key for item in found.items for key in item.sources)
    records = [r for key in keys if (r := knowledge.evidence.get(key)) and r.shown]
    return tuple(SourceLine(r.citation, r.grade, doi=r.dois[0] if r.dois else "", section="" if r.dois else r.design) for r in records)


def targets_sources(profile: Profile, knowledge: Knowledge) -> Reply:
    """What the numbers rest on: each with the findings behind it. For the button "target_sources" and "says who?"."""
    found = targets(profile)
    blocks = [Block("headline", said("targets.sources_title"))]
    for item in found.items:
        records = [r for key in item.sources if (r := knowledge.evidence.get(key)) and r.shown]
        cited = tuple(
            f"{r.citation}{f' (https://doi.org/{r.dois[0]})' if r.dois else ''}{' ' + said('targets.second_hand') if r.status == 'V2' else ''}"
            for r in records
        )
        blocks.append(Block("list", f"{item.label} ({GRADES[item.grade]})", cited or (said("targets.practice"),)))
    return Reply(tuple(blocks), ids=("ask_source",), sources=source_lines(found, knowledge))

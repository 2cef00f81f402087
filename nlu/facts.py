"""Reads profile facts ("I'm 82 kg and vegan", "lift mon wed fri") from a message, with their scope.

Rules over the spaCy document's tokens propose readings; this module decides for each whether the person says
it of themselves (to be stored), or of someone else, as a hypothesis or in a question (for this answer only),
and checks it against the accepted ranges. Everything comes out in canonical units: kg, cm, km, hours, days,
minutes.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from nlu import facts_answers, facts_body, facts_health, facts_schedule, facts_training
from nlu.facts_grammar import DAYS, Hit
from nlu.facts_text import Clause, Prepared, asks_of_self, prepare, speaker

ACCEPT: dict[str, tuple[float, float]] = {
    "age": (13, 100), "body_weight": (30, 250), "height": (120, 220), "weekly_run_km": (0, 250),
    "longest_run_km": (0, 100), "run_days": (0, 7), "lift_days": (0, 7), "available_days": (0, 7),
    "session_minutes": (10, 240), "sleep_hours": (0, 14),
}  # fmt: skip
CONFIRM: dict[str, tuple[float, float]] = {"body_weight": (40, 180), "height": (145, 210)}
OLD = 60  # from this age on "I'm 72" without a word of years is asked about: it is as often a weight
_LISTS = ("avoid_foods", "health_flags", "blocked_days")


@dataclass(frozen=True)
class Fact:
    """One profile fact and the place where it was said."""

    field: str
    value: object
    unit: str | None
    text: str
    start: int
    end: int
    scope: str
    negated: bool = False
    problem: str | None = None
    confirm: bool = False
    other: bool = False  # said of someone else


_FIGURE = re.compile(
    r"\b(?:feel(?:s|ing)?|felt|look(?:s|ing)?|act(?:s|ing)?|explain(?:ed)?|sound(?:s)?"
    r"|talk(?:ing)?|treat(?:s|ing)?|moves?|walk(?:s|ing)?|sleep|eat|run|lift"
    r"|train)\b[^.!?]{0,20}\b(?:like|as if|as though)\b(?!\s+(?:a\s+)?(?:to|about|around|\d))"
    r"|\b(?:as if|as though|like) (?:i'?m|i'm|im|i am|i was|i were|a)\s(?:an? )?(?=\d|\w+ \d"
    r"|.{0,12}year)|\bexplain (?:it|this|that)?\s*(?:to me )?like\b|\bcould eat a\b"
    r"|\b(?:years? )?young at heart\b|\beli ?5\b|\bfeel(?:s|ing)?\s+(?:like\s+)?(?:a\s+)?\d+\b"
    r"|\b(?:million|thousand|tons?|bazillion)\b|\bi swear i'?m\b|\bgoing on \d"
)
_PAST = re.compile(
    r"\b(?:used to|when i was|back when|back in|was(?!\s+(?:wrong|off|a typo|incorrect))|were"
    r"|years? ago|months? ago|weeks? ago|last (?:year|month|week|season|summer|winter|spring"
    r"|fall)|previously|formerly|in (?:my )?(?:college|high ?school|school|university|uni"
    r"|youth|my twenties|my teens|my \d0s)"
    r"|as a (?:kid|child|teen(?:ager)?)|yesterday|before (?:the|my|i|kids|covid)"
    r"|until recently|at (?:my|the) (?:heaviest|lightest|peak|biggest|fittest)|had been"
    r"|once (?:was|weighed)|in (?:19|20)\d\d|as of last|at uni|pre-?covid|started at"
    r"|when i (?:started|began|first))\b"
)
_LOGGED = re.compile(
    r"\b(?:ran|lifted|slept|did|went(?! from)|logged|finished|walked|missed|trained|benched"
    r"|squatted)\b"
)
_HABITS = frozenset(
    (
        "weekly_run_km",
        "run_days",
        "lift_days",
        "available_days",
        "sleep_hours",
        "session_minutes",
        "day_part",
        "equipment",
    )
)
_WEIGHED_NOW = re.compile(
    r"\b(?:was|weighed)\b[^.!?]*\b(?:today|this morning|now|just now)\b|\b(?:today"
    r"|this morning)\b[^.!?]*\b(?:was|weighed)\b"
)


def _scope(t: Prepared, hit: Hit) -> str | None:
    """`stored`, `this_answer`, or None to leave the reading out."""
    clause = t.clause(hit.a)
    if hit.scope:
        return hit.scope
    before = t.s[clause.start : hit.a]
    if hit.field != "goal" and _FIGURE.search(t.s[clause.start : min(clause.end, hit.b)]):
        return None
    if _of_other(t, hit):
        return "this_answer"
    if not hit.anywhen and _past(clause, before, t.s[hit.a : clause.end], hit):
        return None
    if hit.field in _HABITS and _LOGGED.search(before) and not hit.anywhen:
        return None
    if hit.plain and not re.search(r"\bif\b", before):
        return "stored"
    if clause.hypothetical or clause.question:
        return "this_answer"
    if (
        hit.field in ("body_weight", "age", "height")
        and re.search(r"\b(?:should|would|could|might|will)\b(?!\s+(?:be noted|say|like|guess))", before)
        and not re.search(r"\bshould be\b", before)
    ):
        return "this_answer"
    return "stored"


def _of_other(t: Prepared, hit: Hit) -> bool:
    return hit.field not in ("units", "time_zone") and speaker(t, hit.a, hit.b) == "other"


def _past(clause: Clause, before: str, after: str, hit: Hit) -> bool:
    if _WEIGHED_NOW.search(clause.text):
        return False
    if clause.hypothetical and not re.search(r"\b(?:used to|when i was)\b", before):
        return False
    if (
        hit.field == "body_weight"
        and re.search(r"\bweighed\s+(?!in\b|myself\b)[^.]*$", before)
        and not re.search(r"\bnow\b", before)
    ):
        return True
    found = _PAST.search(before)
    if not found and hit.field not in ("race_distance", "goal", "age", "diet", "name"):
        found = re.search(
            (
                r"\b(?:years? ago|months? ago|last (?:year|month|week|season|summer|winter)|when i was"
                r"|back then|in (?:college|high ?school)|as a (?:kid|teen\w*)|before (?:the "
                r"|my )?(?:injury|baby|kids|pregnancy|covid|surgery|lockdown|pandemic))\b"
            ),
            after,
        )
    return bool(found) and not re.search(
        r"\b(?:now|currently|these days)\b", before[found.end() :] if found and found.re is _PAST else ""
    )


def _hits(t: Prepared, today: datetime.date, expecting: str | None) -> list[Hit]:
    month_first = facts_body.imperial_cue(t)
    body, health, training, schedule = facts_body, facts_health, facts_training, facts_schedule
    hits: list[Hit] = []
    hits += body.name(t)
    hits += body.age(t, today)
    hits += body.sex(t)
    hits += body.body_weight(t)
    hits += body.height(t)
    hits += body.units(t)
    hits += health.sleep(t)
    hits += health.diet(t)
    hits += health.avoid_foods(t)
    hits += health.health_flags(t)
    hits += training.goal(t)
    hits += training.energy_balance(t)
    hits += training.experience(t, today)
    hits += training.weekly_run_km(t)
    hits += training.longest_run_km(t, expecting == "longest_run_km")
    hits += schedule.blocked_days(t)
    if expecting in (None, "available_days"):
        hits += schedule.training_days(t)
    hits += schedule.days_a_week(t)
    hits += schedule.day_part(t)
    hits += schedule.session_minutes(t)
    hits += schedule.race_distance(t)
    hits += schedule.race_date(t, today, expecting == "race_date", month_first)
    hits += schedule.race_beside_date(t, hits)
    hits += schedule.time_zone(t)
    hits += schedule.equipment(t)
    weights = [h.value for h in hits if h.field == "body_weight" and isinstance(h.value, (int, float))]
    hits += health.protein_habit(t, float(weights[-1]) if weights else None)
    return hits


def read_facts(doc: Doc, *, today: datetime.date, expecting: str | None = None) -> list[Fact]:
    """The facts in a message, in the order in which they are said.

    `doc` comes from `nlu.spacy_pipeline.build_nlp()`. `today` turns "in 10 weeks" and "born in 1990"
    into values.
    `expecting` is the field that the person has been asked for, so that a bare answer ("80") is understood.
    Of two values for one field the last one counts; lists are joined. Figures of speech and the past
    give nothing.
    Never raises; text beyond a few thousand characters is not read.
    """
    t = prepare(doc)
    hits = _hits(t, today, expecting)
    hits += facts_answers.corrections(t, hits)
    scoped = [(h, s) for h in hits if (s := _scope(t, h))]
    if expecting and not any(h.field == expecting and s == "stored" for h, s in scoped):
        answer = facts_answers.answer(t, expecting, today)
        if answer:
            # What else the same words could mean gives way to what was asked for.
            scoped = [
                (h, s) for h, s in scoped if h.b <= answer[0].a or answer[-1].b <= h.a or h.field == "units"
            ]
            scoped += [(h, "stored") for h in answer]
    if asks_of_self(t, any(s == "stored" for _, s in scoped)):
        # Someone who is only mentioned ("with my buddy who is 28") changes nothing of the answer.
        scoped = [(h, s) for h, s in scoped if s == "stored" or not _of_other(t, h)]
    facts = [f for h, s in _resolve(scoped) if not (f := _fact(t, h, s)).problem or s == "stored"]
    facts = [replace(f, confirm=True) if _may_be_else(t, f, facts, expecting) else f for f in facts]
    return sorted(facts, key=lambda f: (f.start, f.end, f.field))


_BARE_AGE = re.compile(r"\b(?:years?|yrs?|y/?o|old|aged?|turn\w*|birthday|retired|pension\w*|senior|grand\w+)\b")


def _may_be_else(t: Prepared, fact: Fact, facts: list[Fact], expecting: str | None) -> bool:
    """Whether a value that nothing names may be another: "I'm 72" kilos, "2-3" runs where the distance was asked for."""
    value = fact.value
    if fact.field == "equipment" != expecting:
        return value == "gym" and fact.scope == "stored" and not re.search(r"gym|rack", fact.text.lower())  # a barbell makes no full gym
    if fact.scope != "stored" or fact.problem or not isinstance(value, (int, float)):
        return False
    if fact.field == "weekly_run_km":
        return expecting == fact.field and not (value == 0 or 4 <= value <= 130) and not re.search(r"[a-z]", fact.text.lower())
    alone = not any(f.field in ("body_weight", "height", "sex") for f in facts)
    return fact.field == "age" != expecting and value >= OLD and alone and not _BARE_AGE.search(t.s)


def _resolve(scoped: list[tuple[Hit, str]]) -> Iterator[tuple[Hit, str]]:
    """One reading per field, scope and sign: the last one said, or all of a list joined."""
    groups: dict[tuple[str, str, bool], list[Hit]] = {}
    for hit, scope in scoped:
        groups.setdefault((hit.field, scope, hit.negated), []).append(hit)
    for (name, scope, negated), hits in groups.items():
        hits.sort(key=lambda h: h.a)
        if name not in _LISTS:
            if negated and any(h.value == hits[-1].value for h in groups.get((name, scope, False), [])):
                continue
            yield hits[-1], scope
            continue
        values = {v for h in hits if isinstance(h.value, list) for v in h.value}
        if negated:
            values -= {
                v for h in groups.get((name, scope, False), []) if isinstance(h.value, list) for v in h.value
            }
            if not values:
                continue
        order = sorted(values, key=DAYS.index) if name == "blocked_days" else sorted(values)
        yield replace(hits[0], value=order, b=max(h.b for h in hits)), scope


def _fact(t: Prepared, hit: Hit, scope: str) -> Fact:
    start, end = t.span(hit.a, max(hit.b, hit.a + 1))
    problem, confirm = None, False
    value = hit.value
    if isinstance(value, (int, float)) and hit.field in ACCEPT:
        low, high = ACCEPT[hit.field]
        if not low <= value <= high:
            problem = "impossible"
        elif hit.field in CONFIRM:
            low, high = CONFIRM[hit.field]
            confirm = not low <= value <= high
    return Fact(
        hit.field, value, hit.unit, t.original[start:end], start, end, scope, hit.negated, problem, confirm,
        other=scope != "stored" and _of_other(t, hit),
    )  # fmt: skip

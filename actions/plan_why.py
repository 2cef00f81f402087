"""Why the week is as it is: the length of the long run, how many runs or lifts, what is easy, where things lie. Pure."""

from __future__ import annotations

import datetime as dt
import re

from actions.plan import (
    HARD_RUNS,
    HEAVY,
    LIFTS,
    LONG_UNKNOWN,
    RUNS,
    Plan,
    by_run_walk,
    ceiling_text,
    count_words,
    easy_only,
    flags,
    history_km,
    make_plan,
    run_ceiling,
    session_limit,
)
from actions.plan_words import day_words, session_words, tidy
from knowledge.fields import Profile, is_protected
from knowledge.plan_texts import said

_NEAR = 5  # minutes below a limit that still count as the limit: lengths are planned in fives


def why(plan: Plan, profile: Profile, text: str, today: dt.date) -> str:
    """The reason for what a question names, or else for the week as a whole."""
    kinds = {w.kind for w in session_words(tidy(text))}
    named = {w.day for w in day_words(tidy(text), today, plan.date("mon"))}
    if named and re.search(r"\b(?:so|too|only) (?:long|short|far)\b", text.lower()):
        kinds |= {s.kind for s in plan.training if s.day in named}
    elif named:  # "why no gym on Sunday": where things lie
        return _week(plan, profile)
    if "long_run" in kinds or re.search(r"\d ?(?:k|km|kms|mi|miles?)\b", text.lower()):
        return _long_run(plan, profile, today)
    if kinds & {"hard", "tempo", "intervals", "hills"} or re.search(r"\beas(?:y|ier)\b", text.lower()):
        return _hard(plan, profile)
    if kinds & {"run", "easy"}:
        return _number(plan, profile, "run_days")
    if kinds & {"lift", "legs", "upper"}:
        return _number(plan, profile, "lift_days")
    return _week(plan, profile)


def _long_run(plan: Plan, profile: Profile, today: dt.date) -> str:
    long = next((s for s in plan.training if s.kind == "long_run"), None)
    if long is None:
        return _no_long(plan, profile)
    limit, ceiling = max(session_limit(profile), plan.long_minutes or 0), run_ceiling(profile, "long_run")
    fresh = make_plan(profile, today=today, screened=plan.screened, variant=plan.variant, start=plan.date("mon"), long_minutes=plan.long_minutes)
    planned = next((s.minutes for s in fresh.training if s.kind == "long_run"), long.minutes)
    if planned > long.minutes:
        return said("why.long_changed", minutes=long.minutes, planned=planned)
    if ceiling is not None and long.minutes >= ceiling - _NEAR:
        return said("why.long_ceiling", ceiling=ceiling_text(profile))
    if long.minutes >= limit - _NEAR:
        return said("why.long_minutes_told" if profile.get("session_minutes") or plan.long_minutes else "why.long_minutes", minutes=limit)
    if plan.phase in ("cutback", "taper"):
        return said(f"notes.phase_{plan.phase}")
    if history_km(profile) is None and long.minutes >= LONG_UNKNOWN - _NEAR:
        return said("notes.longest_unknown")
    return said("why.long_week")


def _no_long(plan: Plan, profile: Profile) -> str:
    if flags(profile) or is_protected(profile):
        return said("why.careful")
    if by_run_walk(profile):
        return said("notes.new_runner" if profile.get("run_experience") == "new" else "notes.returning")
    told = [t for t in plan.relaxed if t == said("relaxed.long_none")]
    return told[0] if told else _number(plan, profile, "run_days")


def _hard(plan: Plan, profile: Profile) -> str:
    if any(s.kind in HARD_RUNS for s in plan.training):
        return said("why.one_hard")
    if flags(profile) or is_protected(profile):
        return said("why.careful")
    if easy_only(profile, plan.screened):
        return said("why.unscreened")
    told = [t for t in plan.relaxed if t == said("relaxed.hard_none")]
    return told[0] if told else said("why.easy_first")


def _number(plan: Plan, profile: Profile, field: str) -> str:
    runs, lifts = (sum(s.kind in kinds for s in plan.training) for kinds in (RUNS, LIFTS))
    here = runs if field == "run_days" else lifts
    if (told := profile.get(field)) is not None and told == here:
        return said("why.told", sessions=count_words(*((runs, 0) if field == "run_days" else (0, lifts))))
    days = len({s.day for s in plan.training})
    shared = said("why.shared", days="1 day" if days == 1 else f"{days} days", sessions=count_words(runs, lifts))
    return " ".join((shared, *plan.relaxed, said("why.say_more")))


def _week(plan: Plan, profile: Profile) -> str:
    kinds = {s.kind for s in plan.training}
    apart = bool(kinds & set(HEAVY)) and bool(kinds & {*HARD_RUNS, "long_run"})
    limit = session_limit(profile)
    parts = [
        *((said("why.apart"),) if apart else (said("why.rest"),)),
        said("why.minutes_told" if profile.get("session_minutes") else "why.minutes", minutes=limit),
        *plan.relaxed,
    ]
    return " ".join(parts)

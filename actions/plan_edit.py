"""Changing a week by words: the plan adapts within its hard rules and says what changed, or kindly why not. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from actions.plan import (
    DAYS,
    HARD_RUNS,
    HEAVY,
    LIFTS,
    LONG_UNKNOWN,
    MIN_RUN,
    RUNS,
    Lift,
    Plan,
    Session,
    broken_rules,
    by_run_walk,
    ceiling_text,
    count_words,
    day_limit,
    distance_text,
    flags,
    free_days,
    goal_of,
    lift_effort,
    lift_level,
    lift_minutes,
    lift_session,
    make_plan,
    pace,
    rest,
    run_ceiling,
    run_session,
    session_limit,
    tokens_of,
)
from actions.plan_layout import is_valid, score
from actions.plan_words import NUMBER, DayWord, SessionWord, day_words, number, session_words, tidy
from knowledge.exercises import Exercise, exercises, named, options
from knowledge.fields import Profile, is_protected
from knowledge.plan_texts import said
from knowledge.units import KM_PER_MILE

Bundle = tuple[Session, ...]  # what a day holds
_MISSED = r"\b(?:missed|skipped|overslept|couldn't|could not|didn't|did not|forgot|slept through)\b"
Result = tuple[Plan, str]

KINDS = {
    "long_run": ("long_run",), "intervals": ("intervals",), "tempo": ("tempo",), "hills": ("hills",), "hard": HARD_RUNS, "easy": ("easy_run", "run_walk"),
    "legs": HEAVY, "upper": ("lift_upper",), "lift": LIFTS, "run": RUNS, "any": (*RUNS, *LIFTS, "mobility"), "rest": (),
}  # fmt: skip


@dataclass(frozen=True)
class _Ask:
    """A request while it is worked on."""

    plan: Plan
    profile: Profile
    text: str
    today: dt.date
    days: tuple[DayWord, ...]
    sessions: tuple[SessionWord, ...]

    def past(self, day: str) -> bool:
        """True for days of the plan's week that are over."""
        return self.plan.date(day) < self.today

    def here(self, word: DayWord) -> bool:
        """True when the day lies in the plan's week."""
        return word.date == self.plan.date(word.day)

    def open_days(self) -> list[str]:
        """The days on which something may still be put."""
        racing = {s.day for s in self.plan.training if s.kind == "race"}
        return [d for d in free_days(self.profile) if not self.past(d) and d not in racing]


def edit_plan(plan: Plan, profile: Profile, text: str, today: dt.date) -> Result | None:
    """The changed plan with a sentence on what changed; the same plan with the reason when it can't; None when not understood.

    A plan that no longer fits the profile (new flags, new blocked days) is made anew before the change is tried.
    """
    said_text = tidy(text)
    week, monday = replace(plan, after=None), plan.date("mon")
    if monday <= today and re.search(r"\bnext week\b", said_text) and not re.search(_MISSED, said_text):
        monday += dt.timedelta(days=7)
        week = plan.after or _made_like(plan, profile, today, start=monday)
    profile = _from_now_on(profile, week, today)
    if broken_rules(week, profile):
        week = _made_like(week, profile, today, start=monday)
    ask = _Ask(week, profile, said_text, today, tuple(day_words(said_text, today, monday)), tuple(session_words(said_text)))
    for reader in _READERS:
        result = reader(ask)
        if result is not None:
            new, words = result
            if new != week and broken_rules(new, profile):
                new, words = week, said("edit.too_close_any")
            return (replace(new, after=plan.after) if new.week_start == plan.week_start else new), _sentence_case(words)
    return None


def _from_now_on(profile: Profile, plan: Plan, today: dt.date) -> Profile:
    """The profile without blocks on days that are over and had a session: what was done there stays."""
    blocked = profile.get("blocked_days") or ()
    return {**profile, "blocked_days": [d for d in blocked if plan.date(d) >= today or not plan.on(d)]} if blocked else profile


def _made_like(plan: Plan, profile: Profile, today: dt.date, **more: Any) -> Plan:
    """A week made anew with what the person chose for this one: the variant, the exercises taken out, the long run's time."""
    keep: dict[str, Any] = {"variant": plan.variant, "screened": plan.screened, "without": plan.without, "long_minutes": plan.long_minutes}
    return make_plan(profile, today=today, **{**keep, "start": plan.date("mon"), **more})


_SHAPE = (("session_minutes", RUNS), ("longest_run_km", RUNS), ("weekly_run_km", RUNS), ("equipment", LIFTS))  # facts, and whose sessions they set


def fitted(plan: Plan, before: Profile, profile: Profile, today: dt.date) -> Result | None:
    """The same week under new blocked days, minutes or equipment, with all that the person changed in it; None when it must be made anew."""
    blocked, was = (tuple(p.get("blocked_days") or ()) for p in (profile, before))
    new_days = [d for d in blocked if d not in was]
    if set(was) - set(blocked) or by_run_walk(before) != by_run_walk(profile):
        return None
    profile = _from_now_on(profile, plan, today)
    week = replace(plan, after=None, kit=str(profile.get("equipment", "gym")), day_part=str(profile.get("day_part", "any")))
    kinds = [kind for name, them in _SHAPE if before.get(name) != profile.get(name) for kind in them]
    begun = plan.date("mon") < today
    counts = any(before.get(name) != profile.get(name) for name in ("run_days", "lift_days"))
    if (kinds or counts) and not begun and _made_like(plan, before, today).sessions == plan.sessions:
        return None  # nothing was changed in it, so a new one loses nothing
    fresh = _made_like(plan, profile, today)
    ask = _Ask(replace(week, notes=fresh.notes), profile, "", today, (), ())
    words: list[str] = []
    for name, them in (("run_days", RUNS), ("lift_days", LIFTS)):
        if (wished := profile.get(name)) is not None and before.get(name) != wished:
            counted, said_of = _with_count(ask, them, wished)
            if sum(s.kind in them for s in counted.training) != wished:
                return None
            ask = replace(ask, plan=counted)
            words = [said_of]
    if kinds:
        ask = replace(ask, plan=_with_new_sessions(ask, fresh, kinds))
        words.append(said("edit.fits_now" if ask.plan.sessions != plan.sessions else "edit.fits_already"))
    found = ask.plan
    if new_days:
        found, freed = _free(ask, new_days)
        words.append(freed)
    return None if broken_rules(found, profile) else (replace(found, after=plan.after), _sentence_case(" ".join(words)))


def after_screening(plan: Plan, profile: Profile, today: dt.date) -> Plan:
    """The week once the health question was answered with no: made anew, or the one that the person has changed, with harder work where it fits."""
    fresh = _made_like(plan, profile, today, screened=True)
    if _made_like(plan, profile, today).sessions == plan.sessions:
        return fresh
    ask = _Ask(replace(plan, screened=True, notes=fresh.notes), profile, "", today, (), ())
    firmer = lift_effort(profile, True) == "firm"
    out = replace(ask.plan, sessions=tuple(_firmer(s) if firmer and s.kind in LIFTS and not ask.past(s.day) else s for s in plan.sessions))
    for hard in (s for s in fresh.training if s.kind in HARD_RUNS):
        for easy in [s for s in out.training if s.kind == "easy_run" and not ask.past(s.day) and len(out.on(s.day)) == 1]:
            tried = replace(out, sessions=tuple(replace(hard, day=s.day) if s is easy else s for s in out.sessions))
            if not broken_rules(tried, profile):
                out = tried
                break
    return fresh if broken_rules(out, profile) else out


def _firmer(s: Session) -> Session:
    learn, firm = (said("leave.learn"), said("reps.learn")), (said("leave.firm"), said("reps.firm"))
    lifts = tuple(
        replace(lift, effort=firm[0], reps=lift.reps.replace(learn[1], firm[1])) if lift.effort == learn[0] else lift for lift in s.lifts
    )
    return replace(s, effort=firm[0] if s.effort == learn[0] else s.effort, lifts=lifts)


def _with_new_sessions(ask: _Ask, fresh: Plan, kinds: Collection[str]) -> Plan:
    """The plan with sessions of a fresh week in place of those of some kinds, and none longer than there is time for."""
    left = {kind: [s for s in fresh.training if s.kind == kind] for kind in {s.kind for s in fresh.training}}
    placed = []
    for bundle in _bundles(ask.plan):
        held = []
        for s in bundle:
            like = left.get(s.kind, []) if s.kind in kinds else []
            same = like.pop(0) if len(like) > 1 else like[0] if like else s
            held.append(s if ask.past(s.day) else same)
        placed.append((bundle[0].day, tuple(held)))
    plan = _with_bundles(ask.plan, placed)
    for day in DAYS:
        if not ask.past(day):
            plan = _capped(ask, plan, day, day_limit(ask.profile, plan, day))
    return plan


# --- saying ----------------------------------------------------------------------------------------------------------


def _sentence_case(text: str) -> str:
    return re.sub(r"(?:^|(?<=[.!?] ))[a-z]", lambda m: m.group().upper(), text)


def _the(*sessions: Session) -> str:
    return " and ".join(f"the {s.name[0].lower()}{s.name[1:]}" for s in sessions)


def _day(day: str) -> str:
    return said(f"days.{day}")


def _list(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


# --- arranging -------------------------------------------------------------------------------------------------------


def _bundles(plan: Plan) -> list[Bundle]:
    return [plan.on(d) for d in DAYS if plan.on(d)]


def _with_bundles(plan: Plan, placed: Sequence[tuple[str, Bundle]]) -> Plan:
    by_day = dict(placed)
    sessions = [s for d in DAYS for s in ([replace(s, day=d) for s in by_day[d]] if d in by_day else [rest(d)])]
    return replace(plan, sessions=tuple(sessions))


def _arranged(ask: _Ask, bundles: Sequence[Bundle], pins: dict[int, str], banned: Callable[[Bundle, str], bool] | None = None) -> Plan | None:
    """The valid week of these bundles that differs least from the plan's. `pins` fixes bundles (by place) to days."""
    if not bundles:
        return _with_bundles(ask.plan, ())
    if len(bundles) > 6:
        return None
    open_days = ask.open_days()
    choices: list[list[str]] = []
    for n, bundle in enumerate(bundles):
        home = bundle[0].day
        if n in pins:
            choices.append([pins[n]])
        elif ask.past(home) or bundle[0].kind == "race":
            choices.append([home])
        else:
            choices.append([d for d in open_days if banned is None or not banned(bundle, d)])
    best: tuple[float, Plan] | None = None
    for days in itertools.product(*choices):
        if len(set(days)) < len(days):
            continue
        moved = sum(d != b[0].day for d, b in zip(days, bundles, strict=True))
        if best is not None and moved * 20 >= best[0] + 60:
            continue
        plan = _with_bundles(ask.plan, list(zip(days, bundles, strict=True)))
        tokens = tokens_of(plan.sessions)
        if not is_valid(tokens):
            continue
        cost = moved * 20 + score(tokens)
        if best is None or cost < best[0]:
            best = (cost, plan)
    return best[1] if best and not broken_rules(best[1], ask.profile) else None


def _softer(ask: _Ask, bundle: Bundle) -> Bundle | None:
    """The bundle with its demanding part eased (hard or long run easy, heavy legs without), or None."""
    out = []
    for s in bundle:
        if s.kind in HARD_RUNS or s.kind == "long_run":
            out.append(_run(ask, s.day, "easy_run", s.minutes))
        elif s.kind in HEAVY:
            out.append(_lift(ask, s.day, "lift_upper", s.minutes))
        else:
            out.append(s)
    return tuple(out) if tuple(out) != bundle else None


def _run(ask: _Ask, day: str, kind: str, minutes: int) -> Session:
    if kind == "easy_run" and by_run_walk(ask.profile):
        kind = "run_walk"
    ceiling = None if kind == "run_walk" else run_ceiling(ask.profile, kind)
    limit = max(session_limit(ask.profile), ask.plan.long_minutes or 0) if kind == "long_run" else session_limit(ask.profile)
    minutes = min(minutes, limit, ceiling if ceiling is not None else minutes)
    return run_session(day, kind, max(1, minutes), ask.profile)


def _lift(ask: _Ask, day: str, kind: str, minutes: int) -> Session:
    return lift_session(
        day, kind, minutes, ask.profile, screened=ask.plan.screened, rotate=ask.plan.variant, without=ask.plan.without, kit=ask.plan.kit
    )


def _moved(ask: _Ask, session: Session, day: str) -> Result:
    """Put a session on a day; the rest moves or eases as little as it must."""
    plan = ask.plan
    what = _the(session)
    if session.day == day:
        return plan, said("edit.already", what=what, day=_day(day))
    if ask.past(day):
        return plan, said("edit.past", day=_day(day))
    if any(s.kind == "race" for s in plan.on(day)):
        return plan, said("edit.race_day", day=_day(day))
    if day not in free_days(ask.profile):
        return plan, said("edit.blocked", day=_day(day))
    bundles: list[Bundle] = []
    for bundle in _bundles(plan):
        if session in bundle and len(bundle) > 1:
            bundles += [(session,), tuple(s for s in bundle if s is not session)]
        else:
            bundles.append(bundle)
    me = next(n for n, b in enumerate(bundles) if session in b)
    found = _arranged(ask, bundles, {me: day})
    if found is not None:
        others = _changed_days(plan, found, session)
        if others:
            return found, said("edit.moved_more", what=what, day=_day(day), others=_list(others))
        return found, said("edit.moved", what=what, day=_day(day))
    for count in (1, 2):
        for eased in itertools.combinations([n for n, b in enumerate(bundles) if n != me and not ask.past(b[0].day)], count):
            softer = [_softer(ask, b) if n in eased else b for n, b in enumerate(bundles)]
            if any(b is None for b in softer):
                continue
            found = _arranged(ask, [b for b in softer if b is not None], {me: day})
            if found is not None:
                became = [
                    said("edit.became", old=_the(*bundles[n]), day=_day(bundles[n][0].day), new=_an(*(s for s in (softer[n] or ()) if s not in bundles[n])))
                    for n in eased
                ]
                return found, said("edit.moved_easier", what=what, day=_day(day), others=" and ".join(became))
    return plan, said("edit.too_close", day=_day(day))


def _an(*sessions: Session) -> str:
    return " and ".join(f"{'an' if s.name[0] in 'AEIOU' else 'a'} {s.name[0].lower()}{s.name[1:]}" for s in sessions)


def _changed_days(old: Plan, new: Plan, but: Session) -> list[str]:
    """The sessions other than `but` that changed their day, in words."""

    def key(s: Session) -> tuple[object, ...]:
        return (s.kind, s.minutes, s.lifts)

    before = {d: [key(s) for s in old.on(d)] for d in DAYS}
    return [_the(s) for s in new.training if key(s) not in before[s.day] and key(s) != key(but)]


# --- reading: which session, which day -------------------------------------------------------------------------------


def _matching(ask: _Ask, kind: str, day: str | None = None) -> list[Session]:
    return [s for s in ask.plan.training if s.kind in KINDS[kind] and (day is None or s.day == day)]


def _source(ask: _Ask, day: str | None, not_on: str | None = None) -> Session | None:
    """The session that a text speaks of: by its kind and day, the next one to come where several fit."""
    kinds = [w.kind for w in ask.sessions if w.kind != "rest"] or ["any"]
    for kind in sorted(kinds, key=lambda k: k in ("any", "run", "lift")):
        everywhere = _matching(ask, kind, day)
        found = [s for s in everywhere if s.day != not_on]
        if len(found) < len(everywhere) and all(ask.past(s.day) for s in found):
            return None  # what is asked for is on that day already, the others are over
        if found:
            return next((s for s in found if not ask.past(s.day)), found[-1])
    return None


def _last_due(ask: _Ask) -> Session | None:
    """The session of a named kind that was due most lately, else the next one."""
    kinds = [w.kind for w in ask.sessions if w.kind != "rest"] or ["any"]
    found = _matching(ask, kinds[0])
    due = [s for s in found if ask.plan.date(s.day) <= ask.today]
    return due[-1] if due else (found[0] if found else None)


def _week_word(ask: _Ask) -> tuple[dt.date, str]:
    """Which week is meant: the plan's, or the next when the plan's has begun and the text says next week."""
    monday = dt.date.fromisoformat(ask.plan.week_start)
    if re.search(r"\bnext week\b", ask.text):
        return (monday if monday > ask.today else monday + dt.timedelta(days=7)), said("edit.next_week")
    return monday, said("edit.the_week")


def _remade(ask: _Ask, profile: Profile, **more: Any) -> Plan:
    return _made_like(ask.plan, profile, ask.today, **more)


# --- the readers, in order -------------------------------------------------------------------------------------------


_SICK = re.compile(r"\b(?:sick|ill|flu|fever|a cold|covid|unwell)\b")
_THE_WEEK = (
    r"(?:everything|it all|all(?: of it)?|(?:all )?(?:(?:the|this|my|next) )?(?:(?:whole|entire|rest of (?:the|this|my|next)) )?"
    r"(?:week|training|sessions|workouts))"
)
_CLEAR = re.compile(
    rf"\b(?:cancel|clear|scrap|skip|drop|delete|wipe|empty|remove|bin|ditch|call off|take off)\b (?:out )?{_THE_WEEK}\b(?!'s)"
    r"|\b(?:take|have|need|want|taking|having)\b (?:(?:the|this|a|next) )?(?:(?:whole|entire|rest of the) )?week off\b"
    r"|\bno (?:training|sessions|workouts) (?:at all )?(?:this|next) week\b"
)
_FOR_ADVICE = re.compile(r"\W*(?:(?:and|but|so|ok|okay|then)\W+)*(?:(?:should|do|does|must) (?:i|we)|(?:is|are|isn't) (?:my|the|this|that)|am i|when|why|how)\b")
_SUPPOSED = re.compile(r"\W*(?:(?:and|but|so|ok|okay|then)\W+)*(?:what if|what happens|if|when)\b|\W*what (?:should|do|can) i do (?:if|when)\b")


def _cleared(ask: _Ask) -> Result | None:
    if not _CLEAR.search(ask.text) or _FOR_ADVICE.match(ask.text) or ask.days or any(w.kind != "any" for w in ask.sessions):
        return None
    kept = [(b[0].day, b) for b in _bundles(ask.plan) if ask.past(b[0].day) or b[0].kind == "race"]
    when = _week_word(ask)[1]
    new = _with_bundles(ask.plan, kept)
    if not kept:
        new = replace(new, notes=(said("edit.rest_week", when=when),))
    return new, said("edit.sick_cleared" if _SICK.search(ask.text) else "edit.cleared", when=when)


def _sick(ask: _Ask) -> Result | None:
    if not _SICK.search(ask.text) or _SUPPOSED.match(ask.text):
        return None
    return _easier_week(ask)[0], said("edit.sick")


def _day_count(ask: _Ask) -> Result | None:
    m = re.search(rf"\b{NUMBER} (?:training |gym |free )?days?\b(?! ago)", ask.text) or (None if ask.days else re.search(r"\b(no) (?:time|days)\b.*\bweek\b", ask.text))
    framed = m and re.search(rf"\b(?:in|on|per|by|every|for the next|after) {m[1]} days?\b", ask.text)
    if not m or framed or re.search(r"\b(?:lift|lifting|run|running|rest) days?\b", ask.text):
        return None
    wished = 0 if m[1] == "no" else number(m[1])
    return _for_days(ask, wished) if wished <= 7 else None


_COUNT = re.compile(
    rf"\b(?:just|only|at most|max(?:imum)?|make (?:it|that)|rather|want|meant|said|prefer|down to|up to|need|enough)\b[\w ,]{{0,12}}?\b{NUMBER}\b"
    r"(?: (?P<kind>lift|lifting|gym|strength|run|running)s?(?: (?:days?|sessions?))?)?(?! ?(?:min|k|km|kg|mi|mile|hour|day|week|time|rep|set)\w*\b)"
)
_TOO_MANY = re.compile(r"\b(?:too many|fewer|less) (?P<kind>lift|lifting|gym|strength|run|running)s?\b(?: (?:days|sessions))?")


def _counted(ask: _Ask) -> Result | None:
    """ "Too many lifts, just one", "I meant 3 runs": so many of that kind."""
    count, many = _COUNT.search(ask.text), _TOO_MANY.search(ask.text)
    kind = (count and count["kind"]) or (many and many["kind"])
    if count is None or not kind or ask.days or re.search(r"\b(?:more|extra|another|add)\b", ask.text):
        return None
    return _with_count(ask, RUNS if kind.startswith("run") else LIFTS, number(count[1]))


def _with_count(ask: _Ask, kinds: Sequence[str], wished: int) -> Result:
    """The week with so many runs or lifts: the least important ones go, or easy ones come where they fit."""
    plan = ask.plan
    while (held := [s for s in plan.training if s.kind in kinds]) and len(held) > wished:
        open_ones = [s for s in held if not ask.past(s.day)]
        if not open_ones:
            return ask.plan, said("edit.begun")
        going = min(open_ones, key=lambda s: (_importance(ask, (s,)), -DAYS.index(s.day)))
        plan = _with_bundles(plan, [(d, b) for d in DAYS if (b := tuple(s for s in plan.on(d) if s is not going))])
    word = SessionWord("run" if kinds == RUNS else "lift", 0, 0)
    while len([s for s in plan.training if s.kind in kinds]) < wished:
        more = _added(replace(ask, plan=plan, text="add", sessions=(word,), days=()))
        if more is None or more[0] == plan:
            return more or (ask.plan, said("edit.no_room"))
        plan = more[0]
    runs, lifts = sum(s.kind in RUNS for s in plan.training), sum(s.kind in LIFTS for s in plan.training)
    return plan, said("edit.counted" if plan != ask.plan else "edit.counted_already", sessions=count_words(runs, lifts))


def _days_more_or_less(ask: _Ask) -> Result | None:
    m = re.search(r"\b(?:(less|fewer|one less|a day less)|(more|an? extra|one more)) days?\b", ask.text)
    if not m or re.search(r"\b(?:lift|lifting|run|running|rest) days?\b", ask.text):
        return None
    now = len({s.day for s in ask.plan.training})
    return _for_days(ask, max(1, now - 1) if m[1] else min(7, now + 1))


def _for_days(ask: _Ask, wished: int) -> Result:
    monday, when = _week_word(ask)
    profile = {**ask.profile, "available_days": wished}
    if wished == 0:
        return replace(_remade(ask, profile, start=monday), notes=(said("edit.no_days", when=when),)), said("edit.no_days", when=when)
    runs, lifts = (sum(s.kind in kinds for s in ask.plan.training) for kinds in (RUNS, LIFTS))
    if wished < runs + lifts and {"run_days", "lift_days"} & set(profile):  # a smaller week in the same proportion, and without doubles
        kept = min(max(round(wished * lifts / (runs + lifts)), min(lifts, 1)), wished - min(runs, 1) if wished > 1 else wished)
        profile |= {"lift_days": kept, "run_days": wished - kept}
    elif profile.get("run_days", 0) + profile.get("lift_days", 0) != wished:
        profile.pop("run_days", None)
        profile.pop("lift_days", None)
    begun = monday == dt.date.fromisoformat(ask.plan.week_start) and any(ask.past(d) for d in DAYS)
    plan = _dropped_to(ask, wished) if begun else _remade(ask, profile, start=monday)
    used = len({s.day for s in plan.training})
    if plan == ask.plan:
        return plan, said("edit.same_days", when=when)
    runs, lifts = sum(s.kind in RUNS for s in plan.training), sum(s.kind in LIFTS for s in plan.training)
    key = "edit.more_days" if used > len({s.day for s in ask.plan.training}) else "edit.fewer_days"
    words = said(key, when=when, days="1 day" if used == 1 else f"{used} days", sessions=count_words(runs, lifts))
    return plan, " ".join((words, *plan.relaxed)) if not begun else words


def _importance(ask: _Ask, bundle: Bundle) -> float:
    value = {"long_run": 4.0, "race": 99.0, "lift_full": 4.5, "lift_lower": 4.0, "lift_upper": 2.5, "easy_run": 1.0, "run_walk": 2.0, "mobility": 0.0}
    total = sum(value.get(s.kind, 3.0) for s in bundle)
    runs_first = goal_of(ask.profile) == "endurance"
    return total + sum(2.0 for s in bundle if (s.kind in RUNS) == runs_first and s.kind not in ("easy_run", "mobility"))


def _dropped_to(ask: _Ask, days: int) -> Plan:
    bundles = _bundles(ask.plan)
    for bundle in sorted((b for b in bundles if not ask.past(b[0].day)), key=lambda b: _importance(ask, b)):
        if len(bundles) <= days:
            break
        bundles.remove(bundle)
    return _with_bundles(ask.plan, [(b[0].day, b) for b in bundles])


_KIT_WORDS = (
    ("bodyweight", r"\bno (?:gym|equipment|weights)\b|without (?:a gym|equipment|weights)|gym (?:is )?clos|hotel|no access to (?:a|the) gym"),
    ("dumbbells", r"\b(?:only|just) (?:have |had |got )*(?:a pair of |some )?dumbbells\b|with (?:only )?dumbbells\b|\bat home with dumbbells\b"),
    ("gym", r"\b(?:joined|back (?:at|in)|got) (?:a|the|my) gym\b"),
)  # fmt: skip


def _kit(ask: _Ask) -> Result | None:
    kit = next((k for k, pattern in _KIT_WORDS if re.search(pattern, ask.text)), None)
    if kit is None or kit == ask.plan.kit:
        return None
    changed = replace(ask, plan=replace(ask.plan, kit=kit))
    sessions = [_lift(changed, s.day, s.kind, s.minutes) if s.kind in LIFTS and not ask.past(s.day) else s for s in ask.plan.sessions]
    return replace(changed.plan, sessions=tuple(sessions)), said("edit.kit", kit=said(f"edit.kits.{kit}"))


def _exercise(ask: _Ask) -> Result | None:
    if not re.search(
        r"\b(?:swap|replac|exchang|substitut|chang|instead|take|drop|remove|has no|has none|have no|haven't|don't|no|without|hate|can't (?:do|stand)|hurts?|bin|ditch"
        r"|chuck|dump|sub|in place of|other than|(?:has|have) to go)\w*",
        ask.text,
    ):
        return None
    parts = re.split(r"\b(?:for|with|by|to|instead of|in place of)\b", ask.text, maxsplit=1)
    turned = "instead of" in ask.text or "in place of" in ask.text
    out_text, in_text = (parts[-1], parts[0]) if turned else (parts[0], parts[1] if len(parts) > 1 else "")
    out = named(out_text) or named(ask.text)
    if not out:
        return None
    planned = {lift.exercise for s in ask.plan.training for lift in s.lifts}
    if not in_text and re.search(r"\bsquats\b", out_text) and all("squat" in e.name.lower() for e in out):
        out += [e for e in exercises().values() if e.id in planned and "squat" in e.name.lower() and e not in out]  # all of them, on one leg too
    going = [e for e in out if e.id in planned]
    if not going:
        return ask.plan, said("edit.not_in_plan")
    wanted = [e for e in named(in_text) if e not in out]
    without = {*ask.plan.without, *(e.id for e in out)}
    profile = ask.profile
    novice = lift_level(profile) == "novice" or lift_effort(profile, ask.plan.screened) == "calm"
    fill: dict[str, Exercise | None] = {}
    for old in going:
        fitting = options(
            old.movement, ask.plan.kit, novice=novice, lying="pregnancy" not in (profile.get("health_flags") or ()), without=without - {e.id for e in wanted}
        )
        fresh = [e for e in fitting if e in wanted] or [e for e in fitting if e.id not in planned] or fitting
        fill[old.id] = fresh[0] if fresh else None
    sessions = tuple(replace(s, lifts=_swapped(s.lifts, fill)) if s.lifts and not ask.past(s.day) else s for s in ask.plan.sessions)
    new = replace(ask.plan, sessions=sessions, without=tuple(sorted(without - {e.id for e in wanted})))
    words = []
    for into in dict.fromkeys(fill.values()):
        names = _list([exercises()[old].name for old, e in fill.items() if e == into])
        words.append(said("edit.swapped_move", old=names, new=into.name) if into else said("edit.swapped_none", old=names))
    return new, " ".join(words)


def _swapped(lifts: tuple[Lift, ...], fill: dict[str, Exercise | None]) -> tuple[Lift, ...]:
    out: list[Lift] = []
    for lift in lifts:
        if lift.exercise not in fill:
            out.append(lift)
        elif (new := fill[lift.exercise]) is not None and new.id not in {done.exercise for done in (*lifts, *out)}:
            was_timed = exercises()[lift.exercise].timed
            same = new.timed == was_timed
            reps = lift.reps if same else said("reps.timed" if new.timed else "reps.learn")
            effort = lift.effort if same else said("leave.timed" if new.timed else "leave.learn")
            out.append(Lift(new.id, new.name, lift.sets, reps, effort, new.cue))
    return tuple(out)


def _missed(ask: _Ask) -> Result | None:
    if not re.search(_MISSED, ask.text) or _SUPPOSED.match(ask.text):
        return None
    word = next((w for w in ask.days), None)
    if word is not None and not ask.here(word):
        return ask.plan, said("edit.missed_other")
    day = word.day if word else None
    session = _source(ask, day) if day else _last_due(ask)
    if session is None and day is not None:
        found = ask.plan.on(day)
        if not found:
            return ask.plan, said("edit.missed_rest", day=_day(day))
        session = found[0]
    if session is None:
        return (ask.plan, said("edit.no_such")) if ask.sessions else None
    bundle = ask.plan.on(session.day) if not ask.sessions or ask.sessions[0].kind == "any" else (session,)
    left = [tuple(s for s in b if s not in bundle) for b in _bundles(ask.plan)]
    left = [b for b in left if b]
    later = [d for d in ask.open_days() if DAYS.index(d) > DAYS.index(session.day) and not ask.plan.on(d)]
    key = any(s.kind in (*HARD_RUNS, *HEAVY, "long_run", "lift_upper") for s in bundle)
    if key:
        for new_day in later:
            pinned = {n: b[0].day for n, b in enumerate(left)} | {len(left): new_day}
            found_plan = _arranged(ask, [*left, bundle], pinned)
            if found_plan is not None:
                return found_plan, said("edit.missed_moved", what=_the(*bundle), day=_day(session.day), new=_day(new_day))
    return _with_bundles(ask.plan, [(b[0].day, b) for b in left]), said("edit.missed_left", what=_the(*bundle), day=_day(session.day))


def _swap_days(ask: _Ask) -> Result | None:
    if not re.search(r"\b(?:swap|switch|exchange|trade|change|flip|juggle)\b.*\b(?:and|with|for)\b", ask.text):
        return None
    days = [w.day for w in ask.days if ask.here(w)]
    if len(days) < 2:
        chosen = [found[0] for w in ask.sessions if w.kind != "rest" and (found := _matching(ask, w.kind))]
        if len(chosen) < 2 or chosen[0].day == chosen[1].day:
            return None
        one, two = chosen[0].day, chosen[1].day
    else:
        one, two = days[0], days[1]
    if one == two:
        return None
    if ask.past(one) or ask.past(two):
        return ask.plan, said("edit.past", day=_day(one if ask.past(one) else two))
    bundles = _bundles(ask.plan)
    swapped = [(two if b[0].day == one else one if b[0].day == two else b[0].day, b) for b in bundles]
    blocked = [d for d, b in swapped if d not in free_days(ask.profile) and b[0].kind != "race"]
    if blocked:
        return ask.plan, said("edit.blocked", day=_day(blocked[0]))
    new = _with_bundles(ask.plan, swapped)
    if broken_rules(new, ask.profile) or any(s.kind == "race" for d in (one, two) for s in ask.plan.on(d)):
        return ask.plan, said("edit.too_close_swap")
    return new, said("edit.swapped_days", one=_day(one), two=_day(two))


def _shifted(ask: _Ask) -> Result | None:
    m = re.search(r"\b(?:shift|move|push)\b.*\b(?:everything|all|whole|the week|things)\b.*\b(?:a|one|1) day\b( earlier| back)?", ask.text)
    if not m:
        return None
    step = -1 if m[1] == " earlier" else 1
    placed = [(DAYS[(DAYS.index(b[0].day) + step) % 7], b) for b in _bundles(ask.plan)]
    new = _with_bundles(ask.plan, placed)
    if any(ask.past(b[0].day) or ask.past(d) for d, b in placed) or any(s.kind == "race" for s in ask.plan.training):
        return ask.plan, said("edit.begun")
    if broken_rules(new, ask.profile):
        return ask.plan, said("edit.too_close_swap")
    return new, said("edit.shifted")


def _by_a_day(ask: _Ask) -> Result | None:
    m = re.search(
        r"\b(?:(forward|earlier)|(?:back|later))(?: by)? (?:a|one|1) day\b|\b(?:a|one|1) day (?:(earlier|sooner|forward)|(?:later|back))\b", ask.text
    )
    if not m or ask.days or not ask.sessions or (session := _source(ask, None)) is None:
        return None
    at = DAYS.index(session.day) + (-1 if m[1] or m[2] else 1)
    return _moved(ask, session, DAYS[at]) if 0 <= at < len(DAYS) else (ask.plan, said("edit.other_week"))


def _replaced(ask: _Ask) -> Result | None:
    m = re.search(r"\b(?:replace|swap|change|turn|exchange|switch)\b(.*?)\b(?:with|for|into|to|by)\b(.*)", ask.text)
    if not m:
        return None
    olds, news = session_words(m[1]), session_words(m[2])
    day = next((w.day for w in ask.days if ask.here(w)), None)
    if not news or not (olds or day) or news[0].kind in ("any", "rest"):
        return None
    old = _source(replace(ask, sessions=tuple(olds)), day)
    if old is None:
        return ask.plan, said("edit.no_such")
    return _replace_one(ask, old, news[0].kind)


def _replace_one(ask: _Ask, old: Session, kind: str) -> Result:
    kinds = {"easy": "easy_run", "run": "easy_run", "hard": "tempo", "legs": "lift_full", "lift": "lift_full", "upper": "lift_upper"}
    new_kind = kinds.get(kind, kind)
    if new_kind in LIFTS:
        minutes = min(lift_minutes(ask.profile), session_limit(ask.profile) - sum(s.minutes for s in ask.plan.on(old.day) if s is not old))
        new = _lift(ask, old.day, new_kind, minutes)
    else:
        new = _run(ask, old.day, new_kind, old.minutes if new_kind != "easy_run" else max(old.minutes, MIN_RUN))
    plan = replace(ask.plan, sessions=tuple(new if s is old else s for s in ask.plan.sessions))
    if broken_rules(plan, ask.profile):
        return ask.plan, said("edit.not_hard" if "easy_only" in broken_rules(plan, ask.profile) else "edit.too_close", day=_day(old.day))
    return plan, said("edit.replaced", old=_the(old), day=_day(old.day), new=_an(new))


_DISTANCE = re.compile(r"\b(\d{1,3}(?:[.,]\d+)?) ?(k|kms?|kilomet\w+|mi|miles?)\b(?! ?(?:/|a |per |every |each )? ?(?:w(?:ee)?k|h|month))")


def _distance(ask: _Ask) -> Result | None:
    """ "I want to run 15k on Sunday with friends", "make the long run 12 km": that far, within the ceiling."""
    m = _DISTANCE.search(ask.text)
    named_kinds = {w.kind for w in ask.sessions}
    if not m or named_kinds - {"run", "long_run", "any"} or re.search(r"\b(?:ran|did|was|were|why|pace|weekly)\b", ask.text):
        return None
    here = next((w.day for w in ask.days if ask.here(w)), None)
    if here is None and (ask.days or "long_run" not in named_kinds):
        return None
    if flags(ask.profile) or is_protected(ask.profile) or by_run_walk(ask.profile):
        return ask.plan, said("edit.by_time")
    if here is not None and ask.past(here):
        return ask.plan, said("edit.past", day=_day(here))
    km = float(m[1].replace(",", ".")) * (KM_PER_MILE if m[2].startswith("mi") else 1)
    wished = math.ceil(km * pace(ask.profile) / 5) * 5
    ahead = [s for s in ask.plan.training if not ask.past(s.day)]
    long = next((s for s in ahead if s.kind == "long_run"), None)
    if "long_run" not in named_kinds and long is not None and wished < 0.8 * long.minutes:
        easy = next(iter(sorted((s for s in ahead if s.kind == "easy_run"), key=lambda s: s.day != here)), None)
        return None if easy is None else _resized_on(ask, easy, "easy_run", wished, here)
    old = long or next((s for s in ahead if s.kind == "easy_run"), None)
    if old is None:
        return ask.plan, said("edit.no_such")
    ceiling = run_ceiling(ask.profile, "long_run")
    new, words = _resized_on(ask, old, "long_run", min(wished, ceiling if ceiling is not None else LONG_UNKNOWN), here)
    got = next((s for s in new.training if s.kind == "long_run"), old)
    if here not in (None, got.day) or got.minutes >= km * pace(ask.profile) - 1:
        return new, words
    capped = said("edit.long_capped", ceiling=ceiling_text(ask.profile)) if ceiling is not None else said("notes.longest_unknown")
    return new, capped if new == ask.plan else f"{words} {capped}"


def _resized_on(ask: _Ask, old: Session, kind: str, minutes: int, day: str | None) -> Result:
    """A run with other minutes on a day: what is asked for by name may go over the time of a session, the long run at least."""
    over = kind == "long_run" and minutes > session_limit(ask.profile)
    plan = replace(ask.plan, long_minutes=max(minutes, ask.plan.long_minutes or 0) if over else ask.plan.long_minutes)
    new = _run(replace(ask, plan=plan), old.day, kind, minutes)
    plan = replace(plan, sessions=tuple(new if s is old else s for s in plan.sessions))
    at = f"{said('plan.distance', distance=distance_text(new.km, ask.profile))}, {new.minutes}" if new.km is not None else str(new.minutes)
    if day is None or day == old.day:
        return plan, said("edit.resized", what=_the(new), day=_day(old.day), length=at)
    moved, words = _moved(replace(ask, plan=plan), new, day)
    return (ask.plan, words) if moved == plan else (moved, f"{words} {said('edit.length', length=at)}")


_TIME = re.compile(r"\b(\d{2,3}) ?(?:min|mins|minutes|m)\b|\b(\d(?:\.5)?|an|one|two|three) ?(?:h|hr|hrs|hours?)\b")


def _more_time(ask: _Ask) -> Result | None:
    """ "I can do 90 min on weekends", "up to 2 hours for the long run": more time for the long run than for a session."""
    m = _TIME.search(ask.text)
    free = re.search(r"\b(?:can|could|have|got|i've|up to|may|is fine|is ok|works?)\b", ask.text)
    limiting = re.search(r"\b(?:only|just|max\w*|at most|no more|can't|cannot|not)\b", ask.text)
    here = [w.day for w in ask.days if ask.here(w)]
    for_long = any(w.kind == "long_run" for w in ask.sessions)
    if not m or not free or limiting or not (here or for_long):
        return None
    minutes = int(m[1]) if m[1] else int(60 * (float(m[2]) if m[2][0].isdigit() else max(1, number(m[2]))))
    long = next((s for s in ask.plan.training if s.kind == "long_run" and not ask.past(s.day)), None)
    if long is None or not session_limit(ask.profile) < minutes <= 240:
        return None
    ask = replace(ask, plan=replace(ask.plan, long_minutes=minutes))
    fresh = next((s for s in _remade(ask, ask.profile).training if s.kind == "long_run"), long)
    day = long.day if not here or long.day in here else here[-1]
    if fresh.minutes <= long.minutes:
        return ask.plan, said("edit.long_time_same", minutes=minutes, now=long.minutes)
    new, words = _resized_on(ask, long, "long_run", fresh.minutes, day)
    return new, f"{said('edit.long_time', minutes=minutes)} {words}"


def _minutes(ask: _Ask) -> Result | None:
    m = re.search(r"\b(\d{1,3}) ?(?:min|mins|minutes|m|')\b|\b(half an hour)\b|\b(?:an|one|1) hour\b", ask.text)
    if not m:
        if not re.search(r"\bshorter\b|\bcut (?:it|them|this|the week|\w+) (?:down|short)|\bcut it down", ask.text):
            return None
        limit = None
    else:
        limit = int(m[1]) if m[1] else 30 if m[2] else 60
    if limit is not None and not 5 <= limit <= 240:
        return None
    kinds = [w.kind for w in ask.sessions if w.kind not in ("any", "lift", "run", "rest")]
    if kinds and not ask.days and limit is None:  # "make the long run shorter"
        meant = [s for s in _matching(ask, kinds[0]) if not ask.past(s.day)]
        if not meant:
            return ask.plan, said("edit.no_such")
        days = [s.day for s in meant]
    else:
        days = [w.day for w in ask.days if ask.here(w)] or [s.day for s in ask.plan.training]
    if limit is not None and re.search(r"\b(?:longer|add|more|extend)\b", ask.text):
        return None
    new = ask.plan
    for day in dict.fromkeys(days):
        if not ask.past(day):
            held = sum(s.minutes for s in ask.plan.on(day))
            new = _capped(ask, new, day, limit if limit is not None else max(10, int(held * 0.75) // 5 * 5))
    if new == ask.plan:
        return new, said("edit.fits_already")
    one = (ask.days or kinds) and len(set(days)) == 1
    top = max(sum(s.minutes for s in new.on(d)) for d in days)
    if one:
        return new, said("edit.shorter_day", day=_day(days[0]), minutes=sum(s.minutes for s in new.on(days[0])))
    return new, said("edit.shorter_week", minutes=top)


def _capped(ask: _Ask, plan: Plan, day: str, limit: int) -> Plan:
    """The plan with a day cut to a number of minutes: first the run after a lift goes, then each gets shorter."""
    held = list(plan.on(day))
    if sum(s.minutes for s in held) <= limit:
        return plan
    if len(held) > 1 and limit < 40:
        held = held[:1]
    share = limit / max(1, sum(s.minutes for s in held))
    cut = [_resized(ask, s, min(s.minutes, max(1, int(s.minutes * share)))) if share < 1 else s for s in held]
    return _with_bundles(plan, [(d, tuple(cut) if d == day else plan.on(d)) for d in DAYS if plan.on(d)])


def _resized(ask: _Ask, s: Session, minutes: int) -> Session:
    if s.kind == "race":
        return s
    if s.kind == "mobility":
        return _mobility(s.day, minutes)
    if s.kind in RUNS:
        kind = s.kind if s.kind not in HARD_RUNS or minutes >= 20 else "easy_run"
        return _run(ask, s.day, kind, minutes)
    sets_left = max(2, int((minutes - 5) / 2.5))
    lifts: list[Lift] = []
    each = max(1, min(s.lifts[0].sets if s.lifts else 1, sets_left // max(1, min(len(s.lifts), 3))))
    for lift in s.lifts:
        if sets_left >= 1:
            lifts.append(replace(lift, sets=min(lift.sets, each, sets_left)))
            sets_left -= lifts[-1].sets
    return replace(s, minutes=minutes, lifts=tuple(lifts))


def _mobility(day: str, minutes: int) -> Session:
    return Session(day, "mobility", minutes, said("kinds.mobility.effort"), (said("kinds.mobility.steps", minutes=minutes),))


def _harder(ask: _Ask) -> Result | None:
    if not re.search(r"\b(?:harder|tougher|more intense|too easy|more (?:hard|speed)|more intervals)\b", ask.text):
        return None
    return ask.plan, said("edit.harder" if ask.plan.screened else "edit.harder_waits")


def _easier(ask: _Ask) -> Result | None:
    if not re.search(
        r"\b(?:easier|lighter|gentler|too (?:hard|much|heavy|long)|less hard|tone (?:it )?down|scale (?:it |things )?back|ease off"
        r"|dial (?:it |things )?(?:down|back)|soften|softer|calmer|kinder|deload|(?:bit|little) less (?:this|next) week|take it easy|tired|exhausted|sore|knackered)\b",
        ask.text,
    ) or _SUPPOSED.match(ask.text) or _FOR_ADVICE.match(ask.text):
        return None
    days = [w.day for w in ask.days if ask.here(w)]
    if not days:
        if ask.sessions and (session := _source(ask, None)) and ask.sessions[0].kind != "any":
            days = [session.day]
        elif ask.plan.is_empty and "next week" in ask.text:  # it was cleared before it began
            return _easier_week(replace(ask, plan=_remade(ask, ask.profile)))
        else:
            return _easier_week(ask)
    day = days[0]
    if ask.past(day):
        return ask.plan, said("edit.past", day=_day(day))
    if not ask.plan.on(day):
        return ask.plan, said("edit.nothing_on", day=_day(day))
    eased = tuple(_eased(ask, s) for s in ask.plan.on(day))
    if eased == ask.plan.on(day):
        return ask.plan, said("edit.easiest", day=_day(day))
    new = _with_bundles(ask.plan, [(d, eased if d == day else ask.plan.on(d)) for d in DAYS if ask.plan.on(d)])
    what = " and ".join(f"{s.name[0].lower()}{s.name[1:]}, {s.minutes} minutes" for s in eased)
    return new, said("edit.easier_day", day=_day(day), what=what)


def _easier_week(ask: _Ask) -> Result:
    placed = [(d, tuple(_eased(ask, s) for s in ask.plan.on(d)) if not ask.past(d) else ask.plan.on(d)) for d in DAYS if ask.plan.on(d)]
    return _with_bundles(ask.plan, placed), said("edit.easier_week")


def _eased(ask: _Ask, s: Session) -> Session:
    """One step easier: hard becomes easy, the rest a third shorter with a set less, very short runs become mobility."""
    if s.kind == "race":
        return s
    if s.kind in HARD_RUNS:
        return _run(ask, s.day, "easy_run", max(10, int(s.minutes * 0.75) // 5 * 5))
    minutes = int(s.minutes * 0.7) // 5 * 5 if s.minutes >= 20 else s.minutes
    if s.kind in LIFTS:
        calm = tuple(
            replace(
                lift,
                sets=max(1, lift.sets - 1),
                reps=lift.reps.replace(said("reps.heavy"), said("reps.learn")),
                effort=lift.effort if exercises()[lift.exercise].timed else said("leave.calm"),
            )
            for lift in s.lifts
        )
        return replace(_resized(ask, replace(s, lifts=calm), max(10, minutes)), effort=said("leave.calm")) if s.minutes >= 20 else s
    if s.minutes <= MIN_RUN and s.kind in RUNS:
        return _mobility(s.day, min(10, s.minutes))
    return _resized(ask, s, max(10, minutes)) if s.minutes > 10 else s


def _freed(ask: _Ask) -> Result | None:
    text = ask.text
    rest_word = any(w.kind == "rest" for w in ask.sessions)
    asked = re.search(
        r"\b(?:no (?:more )?(?:run|running|runs|lifting|gym|training|workouts?|sessions?)|can't|cannot|can not|unable|not available|unavailable"
        r"|no time|clashes|no good|busy|away|travel\w*|holiday|out of town|off|free|block\w*|not possible|keep .* free|nothing|overbooked|on (?:a )?shift|i'm working)\b"
        r"|(?:'s| is| are) out\b(?! of)|\bno (?=(?:mon|tue|wed|thu|fri|sat|sun|weekend))",
        text,
    )
    days = [w.day for w in ask.days if ask.here(w)]
    if not days or not (asked or rest_word) or re.search(r"\bnot? .*(?:blocked|busy)\b", text):
        return None
    open_days = [d for d in dict.fromkeys(days) if not ask.past(d)]
    if not open_days:
        return ask.plan, said("edit.past", day=_day(days[0]))
    only = {w.kind for w in ask.sessions} & {"run", "lift", "hard", "easy", "long_run", "legs", "upper"} if re.search(r"\bno\b|\bcan't\b", text) else set()
    return _free(ask, open_days, {k for word in only for k in KINDS[word]})


def _free(ask: _Ask, days: Sequence[str], kinds: Collection[str] = ()) -> Result:
    """Take all sessions, or those of some kinds, off days. What is there moves, and never to today: today may be over, or missed."""
    open_days = [d for d in days if not ask.past(d)]

    def sits(bundle: Bundle, day: str) -> bool:
        return day in open_days and (not kinds or any(s.kind in kinds for s in bundle))

    def banned(bundle: Bundle, day: str) -> bool:
        return sits(bundle, day) or day != bundle[0].day and ask.plan.date(day) == ask.today

    bundles = _bundles(ask.plan)
    hit = [b for b in bundles if sits(b, b[0].day) and b[0].kind != "race"]
    if not hit:
        return ask.plan, said("edit.nothing_on", day=_list([_day(d) for d in open_days or days]))
    dropped: list[Bundle] = []
    found = _arranged(ask, bundles, {}, banned)
    if found is None and (eased := _freed_by_easing(ask, bundles, banned)) is not None:
        return eased[0], said("edit.freed_easier", days=_list([_day(d) for d in open_days]), are="are" if len(open_days) > 1 else "is", others=eased[1])
    while found is None and bundles:
        movable = [b for b in bundles if not ask.past(b[0].day) and b[0].kind != "race"]
        if not movable:
            break
        worst = min(movable, key=lambda b: (_importance(ask, b), b not in hit))
        bundles.remove(worst)
        dropped.append(worst)
        found = _arranged(ask, bundles, {}, banned)
    if found is None:
        return ask.plan, said("edit.too_close_swap")
    if len(open_days) > 1:
        words = said("edit.freed_many", days=_list([_day(d) for d in open_days]), are="are")
        return found, f"{words} {said('edit.out', what=_list([_the(*b) for b in dropped]))}" if dropped else words
    day = _day(open_days[0])
    if dropped:
        return found, said("edit.freed_dropped", day=day, what=_list([_the(*b) for b in dropped]))
    used = {b[0].day for b in _bundles(ask.plan) if b[0].kind == hit[0][0].kind}
    target = next((s.day for s in found.training if s.kind == hit[0][0].kind and s.day not in used), None)
    if target is None:
        return found, said("edit.freed_many", days=day, are="is")
    words = said("edit.freed_moved", day=day, what=_the(*hit[0]), new=_day(target))
    others = [s for s in _changed_days(ask.plan, found, hit[0][0]) if s not in map(_the, hit[0])]
    return found, f"{words} {said('edit.others_moved', others=_list(others))}" if others else words


def _freed_by_easing(ask: _Ask, bundles: Sequence[Bundle], banned: Callable[[Bundle, str], bool]) -> Result | None:
    """The week with one session eased, where that makes room for all of them."""
    for n, bundle in enumerate(bundles):
        softer = None if ask.past(bundle[0].day) else _softer(ask, bundle)
        if softer is None:
            continue
        found = _arranged(ask, [softer if n == at else b for at, b in enumerate(bundles)], {}, banned)
        if found is not None:
            fresh = _an(*(s for s in softer if s not in bundle))
            return found, said("edit.became", old=_the(*bundle), day=_day(bundle[0].day), new=fresh)
    return None


def _removed(ask: _Ask) -> Result | None:
    if not re.search(
        r"\b(?:take\b.*\b(?:out|off)|drop|remove|cancel|delete|skip|without|less|fewer|leave out|scrap|cut|chuck|ditch|bin|dump|axe|get rid of)\b", ask.text
    ) or _FOR_ADVICE.match(ask.text):
        return None
    day = next((w.day for w in ask.days if ask.here(w)), None)
    named_kinds = [w for w in ask.sessions if w.kind != "rest"]
    if not named_kinds and day is None:
        return None
    session = _source(ask, day)
    several = [s for w in named_kinds[:1] for s in _matching(ask, w.kind, day) if not ask.past(s.day)]
    if len(several) > 1 and day is None:  # "drop one lifting day", "less running": the least important one
        session = min(several, key=lambda s: (_importance(ask, (s,)), -DAYS.index(s.day)))
    if session is None:
        return ask.plan, said("edit.nothing_on", day=_day(day)) if day else said("edit.no_such")
    if ask.past(session.day) or session.kind == "race":
        return ask.plan, said("edit.past", day=_day(session.day)) if session.kind != "race" else said("edit.race_day", day=_day(session.day))
    placed = [(d, tuple(s for s in ask.plan.on(d) if s is not session)) for d in DAYS]
    return _with_bundles(ask.plan, [(d, b) for d, b in placed if b]), said("edit.removed", what=_the(session), day=_day(session.day))


def _added(ask: _Ask) -> Result | None:
    if not re.search(r"\b(?:add|more|extra|another|additional|one more)\b", ask.text) or re.search(r"\b(?:no|any|not?) more\b", ask.text):
        return None
    word = next((w for w in ask.sessions if w.kind not in ("rest", "any")), None)
    if word is None:
        return None
    kinds = {"easy": "easy_run", "run": "easy_run", "hard": "tempo", "legs": "lift_full", "lift": "lift_full", "upper": "lift_upper"}
    kind = kinds.get(word.kind, word.kind)
    minutes = min([s.minutes for s in ask.plan.training if s.kind in ("easy_run", "run_walk")] or [min(30, session_limit(ask.profile))])
    run_length = minutes if kind == "easy_run" else min(60, session_limit(ask.profile))
    new = _lift(ask, "mon", kind, lift_minutes(ask.profile)) if kind in LIFTS else _run(ask, "mon", kind, run_length)
    tries = [new] if kind != "lift_full" else [new, _lift(ask, "mon", "lift_upper", lift_minutes(ask.profile))]
    wanted = next((w.day for w in ask.days if ask.here(w)), None)
    if wanted and wanted not in ask.open_days():
        return ask.plan, said("edit.past" if ask.past(wanted) else "edit.blocked", day=_day(wanted))
    days = [wanted] if wanted else [d for d in ask.open_days() if not ask.plan.on(d)]
    best: tuple[float, Plan, Session, str] | None = None
    held = ask.plan.on(wanted) if wanted else ()
    if wanted and held and kind == "easy_run" and all(s.kind in LIFTS for s in held):  # an easy run may follow a lift
        room = session_limit(ask.profile) - sum(s.minutes for s in held)
        after = _run(ask, wanted, kind, min(minutes, room))
        plan = _with_bundles(ask.plan, [(d, (*ask.plan.on(d), after) if d == wanted else ask.plan.on(d)) for d in DAYS if ask.plan.on(d)])
        if room >= MIN_RUN and not broken_rules(plan, ask.profile):
            return plan, said("edit.added", what=_an(after), day=_day(wanted))
    for session in tries:
        for day in days:
            if ask.plan.on(day):
                continue
            plan = _with_bundles(ask.plan, [*((d, ask.plan.on(d)) for d in DAYS if ask.plan.on(d)), (day, (session,))])
            if not broken_rules(plan, ask.profile):
                cost = score(tokens_of(plan.sessions))
                if best is None or cost < best[0]:
                    best = (cost, plan, session, day)
        if best is not None:
            break
    if best is None:
        return ask.plan, said("edit.no_room_day", day=_day(wanted)) if wanted else said("edit.no_room")
    return best[1], said("edit.added", what=_an(best[2]), day=_day(best[3]))


def _move(ask: _Ask) -> Result | None:
    moving = re.search(r"\b(?:move|shift|push|postpone|reschedule|put|bring|delay|do|make|have|switch|change|want|place)\b|\binstead\b", ask.text)
    if not moving or not (ask.days or ask.sessions):
        return None
    if any(w.kind == "rest" for w in ask.sessions):  # "switch my rest day to monday"
        return _freed(ask) if ask.days else None
    here = [w for w in ask.days if ask.here(w)]
    if ask.days and not here:
        return ask.plan, said("edit.other_week")
    owning = next((w for w in here if w.owns), None)
    if len(here) >= 2:
        source, target = (owning or here[0]), next(w for w in reversed(here) if w is not (owning or here[0]))
    elif here and (owning or re.search(r"\b(?:move|postpone|reschedule|delay|push)\s+(?:the\s+)?$", ask.text[: here[0].start])):
        source, target = here[0], None
    else:
        source, target = None, (here[0] if here else None)
    session = _source(ask, source.day if source else None, target.day if target and not source else None)
    if session is None:
        again = _source(ask, None)
        if source is None and again is not None and target is not None and again.day == target.day:
            return ask.plan, said("edit.already", what=_the(again), day=_day(target.day))
        if source is not None:
            return ask.plan, said("edit.nothing_on", day=_day(source.day))
        return (ask.plan, said("edit.no_such")) if ask.sessions and re.search(r"\b(?:move|shift|postpone|reschedule|put)\b", ask.text) else None
    if target is not None:
        return _moved(ask, session, target.day)
    if not re.search(r"\b(?:move|shift|push|postpone|reschedule|delay)\b", ask.text):
        return None
    tried = [(_moved(ask, session, d), d) for d in ask.open_days() if d != session.day and not ask.plan.on(d)]
    later = {d: DAYS.index(d) - DAYS.index(session.day) for _, d in tried}
    tried = sorted(tried, key=lambda t: (len(_changed_days(ask.plan, t[0][0], session)), later[t[1]] < 0, abs(later[t[1]])))
    if moved := [result for result, _ in tried if result[0] != ask.plan]:
        return moved[0]
    return ask.plan, said("edit.no_room_move", what=_the(session))


def _another(ask: _Ask) -> Result | None:
    if not re.search(
        r"\b(?:another|different|other|new)\b.*\b(?:plan|week|version|one|program|programme|schedule|suggestion)\b|\bplan b\b|\bdon't like\b"
        r"|\b(?:redo|rebuild|remake|shuffle)\b|\bsomething else\b",
        ask.text,
    ):
        return None
    if "shuffle" in ask.text and ask.days:  # "no time thursday, shuffle please": what is on that day moves
        return None
    for step in range(1, 13):
        new = _remade(ask, {**ask.profile}, variant=ask.plan.variant + step)
        if tuple(tokens_of(new.sessions)) != tuple(tokens_of(ask.plan.sessions)):
            return new, said("edit.another")
    new = _remade(ask, {**ask.profile}, variant=ask.plan.variant + 1)
    return (new, said("edit.another")) if new.sessions != ask.plan.sessions else (ask.plan, said("edit.only_one"))


_READERS: tuple[Callable[[_Ask], Result | None], ...] = (
    _cleared, _sick, _shifted, _by_a_day, _days_more_or_less, _counted, _day_count, _kit, _exercise, _missed, _replaced, _swap_days, _distance,
    _more_time, _minutes, _harder, _easier, _added, _another, _freed, _removed, _move,
)  # fmt: skip

"""The weekly plan: from a profile to a week of runs, lifts and rest. Pure and deterministic; the caller passes today.

Hard rules are never broken (see `broken_rules`): days and minutes of the person, a rest day, spacing, the long run's
ceiling, the gates of age and health. Wishes are relaxed in this order, each with a sentence: number of sessions, the hard
runs, heavy legs, the long run, the lifting dose.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

from actions.plan_layout import ALL_DAYS, Pattern, is_valid, patterns
from actions.reply import Block, Button, Reply
from knowledge.exercises import exercises, options
from knowledge.fields import Profile, is_minor, is_protected
from knowledge.formulas import FORMULAS
from knowledge.plan_texts import lines, said
from knowledge.units import KM_PER_MILE

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HARD_RUNS = ("tempo", "intervals", "hills")
RUNS = ("easy_run", "long_run", *HARD_RUNS, "run_walk")
LIFTS = ("lift_full", "lift_upper", "lift_lower")
HEAVY = ("lift_full", "lift_lower")
KINDS = (*RUNS, *LIFTS, "mobility", "race", "rest")

PACE, NEW_PACE, HARD_PACE = 6.5, 7.5, 5.5  # minutes a km: easy, easy for new runners, the fastest we reckon with
DOUBLE_MINUTES = 40  # a lift and a run share a day from here
HARD_MINUTES = 20
MIN_RUN = 15
DEFAULT_MINUTES = 60
LONG_UNKNOWN = 60  # the long run of someone whose longest run is not known
VARIANTS = 12
_SHORT = 0.85  # a week that holds this part of the distance someone runs holds it well enough

# Sessions by goal and training days when the person has no wish: (runs, lifts). Days 1 and 2 hold both when time allows.
_WEEK: Mapping[str, Mapping[int, tuple[int, int]]] = {
    "muscle": {1: (0, 1), 2: (0, 2), 3: (1, 2), 4: (2, 2), 5: (2, 3), 6: (3, 3)},
    "balanced": {1: (0, 1), 2: (1, 1), 3: (2, 1), 4: (2, 2), 5: (3, 2), 6: (3, 3)},
    "endurance": {1: (1, 0), 2: (1, 1), 3: (2, 1), 4: (3, 1), 5: (3, 2), 6: (4, 2)},
    "health": {1: (0, 1), 2: (1, 1), 3: (1, 2), 4: (2, 2), 5: (3, 2), 6: (3, 2)},
}
_LIKE = {"physique": "muscle", "fat_loss": "health"}
_LONG_PEAK = {"5k": 60, "10k": 80, "half": 120, "marathon": 180, "ultra": 210}
_PHASE_FACTOR = {"cutback": 0.7, "taper": 0.6, "race": 0.4, "recovery": 0.5}
_MOVES = {
    "lift_full": ("squat", "push", "hinge", "pull", "single_leg", "core", "press", "calf"),
    "lift_lower": ("squat", "hinge", "single_leg", "calf", "core"),
    "lift_upper": ("push", "pull", "press", "pulldown", "core"),
}


@dataclass(frozen=True)
class Lift:
    """One exercise of a session: how many sets of what, and how hard."""

    exercise: str
    name: str
    sets: int
    reps: str
    effort: str
    cue: str


@dataclass(frozen=True)
class Session:
    """One session, or a rest day. `minutes` includes warming up; `km` only where distances may be shown."""

    day: str
    kind: str
    minutes: int = 0
    effort: str = ""
    steps: tuple[str, ...] = ()
    lifts: tuple[Lift, ...] = ()
    km: float | None = None

    @property
    def name(self) -> str:
        """The session's name for a reader."""
        return said(f"kinds.{self.kind}.name")

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Session:
        """Read what `dataclasses.asdict` wrote."""
        return cls(**{**raw, "steps": tuple(raw["steps"]), "lifts": tuple(Lift(**lift) for lift in raw["lifts"])})


@dataclass(frozen=True)
class Plan:
    """A week. `week_start` is the ISO date of its Monday; `sessions` are in the week's order, each day has at least one."""

    week_start: str
    sessions: tuple[Session, ...]
    relaxed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    variant: int = 0
    screened: bool = False
    phase: str = "steady"
    day_part: str = "any"
    without: tuple[str, ...] = ()  # exercise ids that the person took out
    kit: str = "gym"
    long_minutes: int | None = None  # what the person gives the long run, where that is more than a session
    after: Plan | None = None  # the week after this one, once something was asked for it

    @property
    def is_empty(self) -> bool:
        """True without any session."""
        return not self.training

    @property
    def training(self) -> tuple[Session, ...]:
        """The sessions that are not rest."""
        return tuple(s for s in self.sessions if s.kind != "rest")

    def on(self, day: str) -> tuple[Session, ...]:
        """The sessions of a day ("mon" ... "sun"), none on a rest day."""
        return tuple(s for s in self.training if s.day == day)

    def date(self, day: str) -> dt.date:
        """The date of a day of this week."""
        return dt.date.fromisoformat(self.week_start) + dt.timedelta(days=DAYS.index(day))

    def is_over(self, today: dt.date) -> bool:
        """True when the whole week lies before today."""
        return self.date("sun") < today

    def as_dict(self) -> dict[str, Any]:
        """Plain data for storing."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Plan:
        """Read what `as_dict` wrote (or its JSON)."""
        listed = {key: tuple(raw[key]) for key in ("relaxed", "notes", "without")}
        after = cls.from_dict(raw["after"]) if raw.get("after") else None
        return cls(**{**raw, **listed, "sessions": tuple(Session.from_dict(s) for s in raw["sessions"]), "after": after})


# --- what the person allows ----------------------------------------------------------------------------------------------


def flags(profile: Profile) -> set[str]:
    """The health flags of a profile."""
    return set(profile.get("health_flags") or ())


def easy_only(profile: Profile, screened: bool) -> bool:
    """True while nothing hard may be planned: no answer to the health question, a health flag, a gentle start, or under 18."""
    return not screened or bool(flags(profile)) or is_protected(profile) or "easing" in profile


def free_days(profile: Profile) -> tuple[str, ...]:
    """The days that are not blocked."""
    blocked = set(profile.get("blocked_days") or ())
    return tuple(d for d in DAYS if d not in blocked)


def session_limit(profile: Profile) -> int:
    """Minutes that all sessions of a day may take together."""
    limit = int(profile.get("session_minutes") or DEFAULT_MINUTES)
    if "eating" in flags(profile) or "pregnancy" in flags(profile):
        return min(limit, 45)
    return min(limit, 60) if is_minor(profile) else limit


def day_limit(profile: Profile, plan: Plan, day: str) -> int:
    """Minutes that a day of a plan may take: those of a session, or what the person gives the long run."""
    long = plan.long_minutes if any(s.kind == "long_run" for s in plan.on(day)) else None
    return max(session_limit(profile), long or 0)


def history_km(profile: Profile) -> float | None:
    """The longest run of the last 30 days in km, or None without a usable one (under 1 km counts as none)."""
    longest = profile.get("longest_run_km")
    return float(longest) if longest is not None and longest >= 1 else None


def goal_of(profile: Profile) -> str:
    """The goal that shapes the week: the person's own, else endurance with a race ahead, else balanced."""
    return str(profile.get("goal") or ("endurance" if profile.get("race_distance") not in (None, "none") else "balanced"))


def pace(profile: Profile) -> float:
    """Easy pace in minutes a km that plans reckon with."""
    return NEW_PACE if profile.get("run_experience") == "new" else PACE


def run_ceiling(profile: Profile, kind: str) -> int | None:
    """The most minutes that a run may take by the longest run of the last 30 days (F12), or None without history."""
    if kind not in RUNS or (longest := history_km(profile)) is None:
        return None
    per_km = HARD_PACE if kind in HARD_RUNS else pace(profile)
    return max(1, math.floor(1.10 * longest * per_km + 1e-9))


def by_run_walk(profile: Profile) -> bool:
    """True when runs are mixed with walking: new runners, those whose recent runs are very short, and who starts again after a break for health."""
    if profile.get("easing") in ("back", "unknown"):
        return True
    longest = history_km(profile)
    if longest is not None:
        return longest < 3 or (profile.get("run_experience") == "new" and longest < 5)
    return profile.get("run_experience") == "new" or profile.get("longest_run_km") is not None


def next_monday(today: dt.date) -> dt.date:
    """Today when it is a Monday, else the coming one."""
    return today + dt.timedelta(days=-today.weekday() % 7)


def race_day(profile: Profile, monday: dt.date) -> str | None:
    """The day of this week on which the race is, or None. Not for those who may not race now."""
    days = _days_to_race(profile, monday)
    return DAYS[days] if days is not None and 0 <= days < 7 and not flags(profile) else None


def _days_to_race(profile: Profile, monday: dt.date) -> int | None:
    if profile.get("race_distance") == "none" or profile.get("race_date") is None:
        return None
    return (dt.date.fromisoformat(str(profile["race_date"])) - monday).days


def phase_of(profile: Profile, monday: dt.date) -> str:
    """Where the week stands before the race: build, cutback (every 4th), taper, race, recovery; steady without one."""
    days = _days_to_race(profile, monday)
    if days is None or days < -7:
        return "steady"
    if days < 0:
        return "recovery"
    weeks = days // 7
    if weeks < 2:
        return "race" if weeks == 0 else "taper"
    return "cutback" if weeks % 4 == 1 else "build"


# --- how many of what ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Counts:
    days: int
    runs: int
    lifts: int
    doubles: int
    relaxed: tuple[str, ...]


def count_words(runs: int, lifts: int) -> str:
    """2 runs and 1 lift."""
    parts = [_number("runs", runs)] * (runs > 0) + [_number("lifts", lifts)] * (lifts > 0)
    return " and ".join(parts) or said("progress.nothing")


def _number(kind: str, n: int) -> str:
    return said(f"progress.{kind}.one") if n == 1 else said(f"progress.{kind}.many", n=n)


def _days_text(n: int) -> str:
    return "1 day" if n == 1 else f"{n} days"


def _lift_floor(profile: Profile) -> int:
    amount = FORMULAS["lift_keep"](profile)
    return int(amount.low) if amount else 1


def _counts(profile: Profile, free: int) -> _Counts:
    relaxed: list[str] = []
    minutes = session_limit(profile)
    wished_days, run_days, lift_days = profile.get("available_days"), profile.get("run_days"), profile.get("lift_days")
    if run_days == 0 and lift_days == 0:
        run_days = lift_days = None
    goal = goal_of(profile)
    usual = _WEEK[_LIKE.get(goal, goal)]
    if wished_days is None:
        wished_days = _days_for(profile, usual)
        days = min(wished_days, free, 6)
    else:
        days = min(wished_days, free, 6)
        if wished_days == 7 and free == 7:
            relaxed.append(said("relaxed.rest_day"))
        elif wished_days > free and free < 7:
            relaxed.append(said("relaxed.blocked", wished=wished_days, free=free, got=days))
    if "eating" in flags(profile) and days > 4:
        days = 4
        relaxed.append(said("relaxed.care_days"))
    if days == 0:
        return _Counts(0, 0, 0, 0, tuple(relaxed))
    runs, lifts = usual[days]
    can_double = minutes >= DOUBLE_MINUTES
    if run_days is None and lift_days is None:
        if days <= 2 and can_double:
            runs = lifts = days
        elif profile.get("age", 0) >= 50 and days >= 3 and lifts < 2:
            runs, lifts = days - 2, 2
    elif run_days is not None and lift_days is None:
        runs = int(run_days)
        lifts = min(3, max(0, days - runs)) or (min(days, _lift_floor(profile)) if can_double else 0)
    elif lift_days is not None and run_days is None:
        lifts = int(lift_days)
        runs = min(4, max(0, days - lifts)) or (min(days, _runs_after_lifts(profile), lifts) if can_double else 0)
    elif run_days is not None and lift_days is not None:
        runs, lifts = int(run_days), int(lift_days)
    if by_run_walk(profile) and runs > 3:
        relaxed.append(said("relaxed.new_runs", wished=runs, got=3))
        runs = 3
    wished = (runs, lifts)
    runs, lifts = min(runs, days), min(lifts, days)
    room = days + (min(days, runs, lifts) if can_double else 0)
    while runs + lifts > room:
        runs, lifts = _drop_one(profile, runs, lifts)
        room = days + (min(days, runs, lifts) if can_double else 0)
    if (runs, lifts) != wished:
        relaxed.append(
            said("relaxed.sessions", wished=count_words(*wished), got=count_words(runs, lifts), days=_days_text(days), minutes=minutes)
        )
    return _Counts(days, runs, lifts, max(0, runs + lifts - days), tuple(relaxed))


def _days_for(profile: Profile, usual: Mapping[int, tuple[int, int]]) -> int:
    """Training days of someone who named none: four, or more for the runs and lifts that were told and the distance that they run."""
    run_days, lift_days = profile.get("run_days"), profile.get("lift_days")
    runs, lifts = usual[4]
    if run_days is not None and lift_days is not None:
        return int(run_days + lift_days)
    if run_days is not None:
        return max(4, min(5, run_days + lifts)) if run_days else 4
    by_distance = math.ceil(_SHORT * _weekly_minutes(profile) / session_limit(profile))
    if lift_days is not None:
        return max(4, min(5, lift_days + max(by_distance, 1))) if lift_days else 4
    return 5 if by_distance > runs else 4


def _runs_after_lifts(profile: Profile) -> int:
    """How many short runs after lifts come near the distance that someone runs in a week; one where that isn't known."""
    room = session_limit(profile) - _lift_share(profile)
    return max(1, math.ceil(_SHORT * _weekly_minutes(profile) / max(1, room)))


def _weekly_minutes(profile: Profile) -> float:
    return float(profile.get("weekly_run_km") or 0) * pace(profile)


def _lift_share(profile: Profile) -> int:
    """Minutes of a lift that shares its day with a run."""
    return _five(max(20, int(session_limit(profile) * 0.6)))


def _drop_one(profile: Profile, runs: int, lifts: int) -> tuple[int, int]:
    """Take one session out: first what the goal needs least, always keeping one of each while it can."""
    goal = goal_of(profile)
    if goal == "endurance":
        lifts_first = lifts > _lift_floor(profile) or runs <= 1
    elif goal in ("muscle", "physique", "fat_loss"):
        lifts_first = runs <= 1 and lifts > 1
    else:
        lifts_first = lifts > runs
    return (runs, lifts - 1) if lifts_first and lifts > 0 or runs == 0 else (runs - 1, lifts)


def _hard_wish(profile: Profile, runs: int, phase: str, screened: bool) -> int:
    if easy_only(profile, screened) or by_run_walk(profile) or profile.get("run_experience") == "new" or runs < 2:
        return 0
    if session_limit(profile) < HARD_MINUTES or phase in ("race", "recovery"):
        return 0
    if (ceiling := run_ceiling(profile, "tempo")) is not None and ceiling < HARD_MINUTES:
        return 0
    two = runs >= 4 and goal_of(profile) in ("endurance", "balanced") and phase in ("steady", "build")
    return 1 if not two or profile.get("sleep_hours", 8) < 6 else 2


def _long_wish(profile: Profile, runs: int, phase: str) -> int:
    if by_run_walk(profile) or flags(profile) or is_protected(profile) or "easing" in profile or phase in ("race", "recovery"):
        return 0
    return int(runs >= 2 or (runs == 1 and goal_of(profile) == "endurance"))


# --- minutes -------------------------------------------------------------------------------------------------------------


def _rounded(minutes: float, limit: int) -> int:
    """Minutes in fives, at least ten where the limit allows it, and never over the limit."""
    whole = math.floor(minutes / 5 + 0.5) * 5 if minutes >= 20 else math.floor(minutes)
    return max(1, min(whole, limit)) if whole >= 10 or limit < 10 else min(10, limit)


def _limit(profile: Profile, kind: str, long_minutes: int | None) -> int:
    # A run-walk's running part is bounded by its repetitions, not by its length.
    ceiling = None if kind == "run_walk" else run_ceiling(profile, kind)
    limit = max(session_limit(profile), long_minutes or 0) if kind == "long_run" else session_limit(profile)
    return limit if ceiling is None else min(limit, ceiling)


def _five(minutes: int) -> int:
    return minutes // 5 * 5 if minutes >= 20 else minutes


def run_minutes(profile: Profile, runs: int, hard: int, long: bool, phase: str, long_minutes: int | None = None) -> dict[str, int]:
    """Minutes by kind of run for a week, within every limit."""
    factor = _PHASE_FACTOR.get(phase, 1.0)
    goal, race = goal_of(profile), profile.get("race_distance")
    weekly = float(profile.get("weekly_run_km") or 0)
    budget = weekly * pace(profile) * 1.05 if weekly > 0 else None
    base_easy = 40.0 if goal == "endurance" else 30.0
    longest = history_km(profile)
    if phase == "build" or (phase in ("cutback", "taper") and race):
        base_long = float(_LONG_PEAK.get(str(race), 80))
    else:
        base_long = 90.0 if goal == "endurance" else 60.0
        base_long = max(base_long, longest * pace(profile)) if longest and goal in ("endurance", "balanced") else base_long
    if longest is None:
        base_long = min(base_long, 75.0 if profile.get("run_experience") == "experienced" else float(LONG_UNKNOWN))
    if budget:
        base_long = min(base_long, max(30.0, budget * (0.4 if runs >= 3 else 0.55)))
    limits = {kind: _five(_limit(profile, kind, long_minutes)) for kind in RUNS}
    minutes = {"long_run": _rounded(min(base_long, _limit(profile, "long_run", long_minutes)) * factor, limits["long_run"])}
    minutes |= {kind: _rounded(45 * (factor if factor == 1 else 0.8), limits[kind]) for kind in HARD_RUNS}
    if budget:
        easy_runs = runs - hard - int(long)
        rest = budget - hard * minutes["tempo"] - long * minutes["long_run"]
        base_easy = min(75.0, max(20.0, rest / easy_runs)) if easy_runs > 0 else base_easy
    easy = _rounded(base_easy * factor, limits["easy_run"])
    if long:
        easy = min(easy, max(10, _five(int(0.8 * minutes["long_run"]))))
    minutes["easy_run"] = easy
    minutes["run_walk"] = _rounded(min(30.0, limits["run_walk"]) * max(factor, 0.7), limits["run_walk"])
    return minutes


def lift_minutes(profile: Profile) -> int:
    """Minutes of a lifting session within the person's limit."""
    usual = 40 if lift_level(profile) != "advanced" else 55
    return _five(min(session_limit(profile), usual))


def lift_level(profile: Profile) -> str:
    """novice, intermediate or advanced; novice where nothing is known."""
    return str(profile.get("lift_experience", "novice"))


# --- one session ---------------------------------------------------------------------------------------------------------


def run_session(day: str, kind: str, minutes: int, profile: Profile) -> Session:
    """A run with its steps. `minutes` must lie within the person's limits."""
    fill: dict[str, int | str] = {"minutes": minutes}
    if kind in HARD_RUNS:
        warm, cool = (10, 5) if minutes >= 30 else (7, 3)
        main = minutes - warm - cool
        if kind == "tempo":
            main = min(main, 25)
        else:
            each = 4 if kind == "intervals" else 3
            fill["reps"] = reps = max(2, min(main // each, 8))
            main = reps * each
        fill |= {"warm": minutes - cool - main, "cool": cool, "main": main}
    elif kind == "run_walk":
        edge = 5 if minutes >= 20 else 2
        ceiling = run_ceiling(profile, kind)
        reps = max(1, min((minutes - 2 * edge) // 3, ceiling if ceiling is not None else 7))
        walk = max(1, (minutes - 2 * edge - reps) // reps)
        fill |= {"reps": reps, "walk": "1 minute" if walk == 1 else f"{walk} minutes", "cool": edge, "warm": minutes - edge - reps * (walk + 1)}
    km = None
    if kind == "long_run" and not is_protected(profile) and not flags(profile):
        km = math.floor(2 * minutes / pace(profile)) / 2
    return Session(day, kind, minutes, said(f"kinds.{kind}.effort"), lines(f"kinds.{kind}.steps", **fill), km=km)


def lift_effort(profile: Profile, screened: bool) -> str:
    """How hard the sets are: calm (health, pregnancy, under 18), learn (new or not screened), firm."""
    if flags(profile) or is_protected(profile):
        return "calm"
    return "learn" if lift_level(profile) == "novice" or not screened else "firm"


def lift_session(
    day: str, kind: str, minutes: int, profile: Profile, *,
    screened: bool, rotate: int = 0, without: Collection[str] = (), fewer: int = 0, heavy: bool = False, kit: str | None = None,
) -> Session:  # fmt: skip
    """A lifting session that fits into `minutes`. `rotate` picks other exercises; `fewer` takes sets away.

    `heavy` makes the first move heavy with few reps; it is ignored for everyone but screened, experienced lifters.
    """
    level = lift_effort(profile, screened)
    kit = kit or str(profile.get("equipment", "gym"))
    novice = lift_level(profile) == "novice" or level == "calm"
    sets_in_time = max(2, int((minutes - 5) / 2.5))
    sets = 2 if novice or minutes < 35 else 3
    if minutes >= 55 and lift_level(profile) == "advanced" and level == "firm":
        sets = 4
    moves = _MOVES[kind][: max(2, min(len(_MOVES[kind]), sets_in_time // sets, 6))]
    if len(moves) * sets > sets_in_time:
        sets = max(1, sets_in_time // len(moves))
    sets = max(1, sets - fewer)
    lifts: list[Lift] = []
    for n, movement in enumerate(moves):
        fitting = options(movement, kit, novice=novice, lying="pregnancy" not in flags(profile), without=without)
        if not fitting:
            continue
        exercise = fitting[rotate % len(fitting)]
        how = "heavy" if heavy and n == 0 and level == "firm" and lift_level(profile) == "advanced" and kit == "gym" else level
        reps = said("reps.timed") if exercise.timed else said(f"reps.{how}")
        effort = said("leave.timed") if exercise.timed else said(f"leave.{how}")
        if movement == "single_leg" or exercise.id in ("side_plank", "single_leg_hinge", "step_up", "calf_raise"):
            reps = said("reps.each", reps=reps)
        lifts.append(Lift(exercise.id, exercise.name, sets, reps, effort, exercise.cue))
    return Session(day, kind, minutes, said(f"leave.{level}"), lines(f"kinds.{kind}.steps"), tuple(lifts))


def rest(day: str) -> Session:
    """A day without training."""
    return Session(day, "rest", 0, "", lines("kinds.rest.steps"))


# --- the week ------------------------------------------------------------------------------------------------------------


def make_plan(
    profile: Profile, *, today: dt.date, variant: int = 0, screened: bool = False, without: Collection[str] = (), start: dt.date | None = None,
    long_minutes: int | None = None,
) -> Plan:  # fmt: skip
    """A week for this person, from the next Monday on (or from `start`, a Monday). The same input gives the same week.

    `variant` gives other valid weeks, `screened` says that the health question was answered with no, `without` names
    exercises (ids) to leave out, `long_minutes` is what the long run may take beyond a session. With no possible day the plan has no session and a note that says why.
    """
    monday = start or next_monday(today)
    free = free_days(profile)
    counts = _counts(profile, len(free))
    phase = phase_of(profile, monday)
    base = Plan(
        monday.isoformat(), tuple(rest(d) for d in DAYS), variant=variant, screened=screened, phase=phase,
        day_part=str(profile.get("day_part", "any")), without=tuple(sorted(without)), kit=str(profile.get("equipment", "gym")),
        long_minutes=long_minutes,
    )  # fmt: skip
    if counts.days == 0:
        return replace(base, notes=(said("plan.empty_blocked" if not free else "plan.empty_zero"),))
    racing = race_day(profile, monday)
    masks = _masks(profile, monday, racing)
    chosen = _choose(profile, counts, phase, base, masks, racing)
    pattern = chosen.options[variant % min(len(chosen.options), VARIANTS)]
    sessions = _fill_week(profile, pattern, chosen, counts, phase, base, racing)
    notes = _notes(profile, monday, today, phase, screened, counts, chosen, sessions)
    return replace(base, sessions=sessions, relaxed=(*counts.relaxed, *chosen.relaxed, *_short_of(profile, sessions, phase)), notes=notes)


def _short_of(profile: Profile, sessions: Sequence[Session], phase: str) -> list[str]:
    """A sentence where the week holds clearly less running than the person does. None in weeks that are lighter on purpose."""
    wished = float(profile.get("weekly_run_km") or 0)
    if wished < 1 or phase not in ("steady", "build") or flags(profile) or is_protected(profile) or by_run_walk(profile):
        return []
    got = sum(s.minutes for s in sessions if s.kind in RUNS) / pace(profile)
    if got >= _SHORT * wished:
        return []
    lifting = any(s.kind in LIFTS for s in sessions) and profile.get("lift_days") != 1
    shown = {"wished": distance_text(wished, profile), "got": distance_text(float(round(got)), profile)}
    return [said("relaxed.volume" if lifting else "relaxed.volume_runs", **shown)]


def _masks(profile: Profile, monday: dt.date, racing: str | None) -> dict[str, int]:
    """The days on which each token may lie, as bits."""
    free = sum(1 << DAYS.index(d) for d in free_days(profile))
    masks = dict.fromkeys(("H", "L", "E", "X", "U", "XE", "UE"), free)
    days = _days_to_race(profile, monday)
    if racing is not None and days is not None:
        before = (1 << days) - 1  # nothing after the race but easy days, and fresh legs before it
        for token, gap in (("H", 3), ("L", 7), ("X", 3), ("XE", 3), ("U", 2), ("UE", 2), ("E", 0)):
            early = (1 << max(0, days - gap)) - 1
            masks[token] = free & (early if token != "E" else ALL_DAYS & ~(1 << days) & (before | ALL_DAYS << days + 2))
    return masks


@dataclass(frozen=True)
class _Chosen:
    tokens: tuple[str, ...]
    options: tuple[Pattern, ...]
    relaxed: tuple[str, ...]
    hard: int
    long: int
    heavy: int
    runs: int
    lifts: int


def _choose(profile: Profile, counts: _Counts, phase: str, base: Plan, masks: Mapping[str, int], racing: str | None) -> _Chosen:
    """The fullest mix of sessions that has a valid week, with what had to be relaxed for it."""
    screened = base.screened
    runs, lifts, days = counts.runs, counts.lifts, counts.days
    goal = goal_of(profile)
    muscle = goal in ("muscle", "physique", "fat_loss")
    long_wish = _long_wish(profile, runs, phase)
    relaxed: list[str] = []
    hard_wish = min(_hard_wish(profile, runs, phase, screened), runs - long_wish)
    if long_wish and run_minutes(profile, runs, hard_wish, True, phase, base.long_minutes)["long_run"] < 25:
        long_wish = 0
        if session_limit(profile) < 25:
            relaxed.append(said("relaxed.long_short", minutes=session_limit(profile)))
    if runs >= 2 and session_limit(profile) < HARD_MINUTES and not easy_only(profile, screened) and not by_run_walk(profile):
        relaxed.append(said("relaxed.hard_short", minutes=session_limit(profile)))
    heavy_wish = min(lifts, 2 if runs >= 2 or lifts >= 4 else 3)
    weights = {"hard": 1.0 if muscle else 2.0, "heavy": 2.5 if muscle else 1.5, "long": 1.8 if muscle else 3.0}
    last_leg = 3.0  # legs without any heavy work cost more
    mixes = sorted(
        product(range(hard_wish + 1), range(long_wish + 1), range(heavy_wish + 1), range(days)),
        key=lambda m: (
            20 * m[3] + (hard_wish - m[0]) * weights["hard"] + (long_wish - m[1]) * weights["long"]
            + (heavy_wish - m[2]) * weights["heavy"] + (last_leg if heavy_wish and not m[2] else 0),
            -m[0], -m[1], -m[2],
        ),
    )  # fmt: skip
    for hard, long, heavy, dropped in mixes:
        mix = _tokens(runs, lifts, counts.doubles, hard, long, heavy, dropped, goal == "endurance")
        if mix is None:
            continue
        tokens = mix
        found = patterns(tuple(sorted(tokens)), tuple(sorted(masks.items())), muscle)
        if racing is not None:  # the race takes a day of its own, and the week keeps a free one
            found = tuple(p for p in found if sum(1 for t in p if t) < 6)
        if found:
            if hard < hard_wish:
                relaxed.append(said("relaxed.hard_none" if hard == 0 else "relaxed.hard_fewer"))
            if long < long_wish:
                relaxed.append(said("relaxed.long_none"))
            if heavy < heavy_wish:
                relaxed.append(said("relaxed.legs_fewer"))
            n_lifts = sum(1 for t in tokens if "X" in t or "U" in t)
            if phase not in ("race", "taper", "recovery"):
                relaxed += _dose(profile, n_lifts)
            n_runs = sum(1 for t in tokens if t in "HLE" or t.endswith("E"))
            return _Chosen(tokens, found, tuple(relaxed), hard, long, heavy, n_runs, n_lifts)
    return _Chosen((), (("",) * 7,), tuple(relaxed), 0, 0, 0, 0, 0)


def _tokens(runs: int, lifts: int, doubles: int, hard: int, long: int, heavy: int, dropped: int, runs_first: bool) -> tuple[str, ...] | None:
    """The week's tokens for a mix, less `dropped` of the least important, or None when it does not add up."""
    easy = runs - hard - long
    if easy < doubles:
        return None
    lift_tokens = ["X"] * heavy + ["U"] * (lifts - heavy)
    for n in range(doubles):
        lift_tokens[-1 - n] += "E"
    tokens = ["H"] * hard + ["L"] * long + ["E"] * (easy - doubles) + lift_tokens
    if dropped >= len(tokens):
        return () if dropped == len(tokens) else None
    order = {"E": 0, "H": 1, "U": 2, "L": 3, "X": 4} if not runs_first else {"U": 0, "E": 1, "X": 2, "H": 3, "L": 4}
    for token in sorted(tokens, key=lambda t: order.get(t, 5))[:dropped]:
        tokens.remove(token)
    return tuple(tokens)


def _dose(profile: Profile, lifts: int) -> list[str]:
    if profile.get("lift_days") == 0 or flags(profile) or is_protected(profile):
        return []
    keep = _lift_floor(profile)
    if lifts < keep:
        return [said("relaxed.dose_keep", keep=_number("lifts", keep))]
    if lifts < 2 and profile.get("goal") in ("muscle", "physique"):
        return [said("relaxed.dose_grow")]
    return []


def _fill_week(profile: Profile, pattern: Pattern, chosen: _Chosen, counts: _Counts, phase: str, base: Plan, racing: str | None) -> tuple[Session, ...]:
    minutes = run_minutes(profile, chosen.runs, chosen.hard, bool(chosen.long), phase, base.long_minutes)
    easy_kind = "run_walk" if by_run_walk(profile) else "easy_run"
    hard_kinds = _hard_kinds(profile, base.variant)
    lifting = lift_minutes(profile)
    fewer = int(phase in ("cutback", "taper", "race", "recovery"))
    split = chosen.lifts >= 4
    heavy_kind = "lift_lower" if split else "lift_full"
    # The lifter who is new repeats the same session; others alternate two.
    alternate = lift_level(profile) != "novice"
    out: list[Session] = []
    n_hard = n_lift = 0
    for day, token in zip(DAYS, pattern, strict=True):
        if day == racing:
            out.append(Session(day, "race", 0, said("kinds.race.effort"), lines("kinds.race.steps")))
            continue
        if not token:
            out.append(rest(day))
            continue
        double = len(token) == 2
        if token[0] in "XU":
            limit = session_limit(profile)
            length = min(lifting, _lift_share(profile)) if double else lifting
            wants_heavy = n_lift == 0 and goal_of(profile) in ("balanced", "endurance") and token[0] == "X"
            out.append(
                lift_session(
                    day, heavy_kind if token[0] == "X" else "lift_upper", length, profile, screened=base.screened,
                    rotate=base.variant + (n_lift % 2 if alternate else 0), without=base.without, fewer=fewer, heavy=wants_heavy and not fewer,
                )
            )  # fmt: skip
            n_lift += 1
            if double:
                out.append(run_session(day, easy_kind, max(1, min(minutes[easy_kind], limit - length)), profile))
        elif token == "H":
            kind = hard_kinds[n_hard % len(hard_kinds)]
            n_hard += 1
            out.append(run_session(day, kind, minutes[kind], profile))
        else:
            kind = "long_run" if token == "L" else easy_kind
            out.append(run_session(day, kind, minutes[kind], profile))
    return tuple(out)


def _hard_kinds(profile: Profile, variant: int) -> tuple[str, ...]:
    race, goal = profile.get("race_distance"), goal_of(profile)
    if race in ("half", "marathon", "ultra"):
        kinds = ("tempo", "intervals", "hills")
    elif race in ("5k", "10k"):
        kinds = ("intervals", "tempo", "hills")
    else:
        kinds = ("hills", "tempo", "intervals") if goal in ("muscle", "physique") else ("tempo", "hills", "intervals")
    turn = variant % 3
    return (*kinds[turn:], *kinds[:turn])


def _notes(
    profile: Profile, monday: dt.date, today: dt.date, phase: str, screened: bool, counts: _Counts, chosen: _Chosen, sessions: Sequence[Session],
) -> tuple[str, ...]:  # fmt: skip
    """What the person should know, the most important first."""
    notes: list[str] = []
    if is_minor(profile):
        notes.append(said("notes.minor"))
    notes += [said(f"notes.{flag}") for flag in ("pregnancy", "heart", "kidney", "eating", "diabetes", "injury", "other") if flag in flags(profile)]
    careful = bool(notes)
    if not screened and not careful:
        notes.append(said("notes.screening_open"))
    days = _days_to_race(profile, monday)
    if phase == "build" and days is not None:
        notes.append(said("notes.phase_build", weeks=days // 7))
    elif phase != "steady":
        notes.append(said(f"notes.phase_{phase}"))
    elif profile.get("race_distance") not in (None, "none") and profile.get("race_date") is None and not careful:
        notes.append(said("notes.race_no_date"))
    runs = any(s.kind in RUNS for s in sessions)
    if runs and (easing := profile.get("easing")):
        notes.append(said(f"notes.easing_{easing}"))
    elif runs and by_run_walk(profile) and not careful:
        notes.append(said("notes.new_runner" if profile.get("run_experience") == "new" else "notes.returning"))
    if profile.get("sleep_hours", 8) < 6 and chosen.hard:
        notes.append(said("notes.short_sleep"))
    if runs and not careful:
        amount = FORMULAS["next_long_run"](profile)
        if amount is not None and not by_run_walk(profile):
            notes.append(said("notes.ceiling", ceiling=ceiling_text(profile)))
        elif chosen.long and profile.get("longest_run_km") is None:
            notes.append(said("notes.longest_unknown"))
    if any(s.kind in LIFTS for s in sessions) and any(len([t for t in sessions if t.day == d and t.kind != "rest"]) > 1 for d in DAYS):
        notes.append(said("notes.double"))
    if profile.get("session_minutes") is None:
        notes.append(said("notes.minutes_unknown"))
    if profile.get("equipment") is None and any(s.kind in LIFTS for s in sessions):
        notes.append(said("notes.equipment_unknown"))
    if monday > today:
        notes.append(said("notes.starts", day=said("days.mon"), date=short_date(monday)))
    if phase == "steady" and not careful and len(notes) < 4:
        notes.append(said("notes.every_fourth"))
    return tuple(notes)


def ceiling_text(profile: Profile) -> str:
    """The long run's ceiling in the person's units, rounded down so that the text never exceeds it."""
    ceiling = 1.10 * float(profile["longest_run_km"])
    if profile.get("units") == "imperial":
        miles = math.floor(ceiling / KM_PER_MILE * 10 + 1e-9) / 10
        return f"{miles:g} mile{'' if miles == 1 else 's'}"
    return f"{math.floor(ceiling * 10 + 1e-9) / 10:g} km"


def short_date(day: dt.date) -> str:
    """8 June."""
    return f"{day.day} {day:%B}"


# --- checking ------------------------------------------------------------------------------------------------------------


def tokens_of(sessions: Sequence[Session]) -> Pattern:
    """The week's layout as tokens (see `plan_layout`), for checking spacing."""
    out = []
    for day in DAYS:
        kinds = [s.kind for s in sessions if s.day == day]
        token = "X" if any(k in HEAVY for k in kinds) else "U" if "lift_upper" in kinds else ""
        if any(k in HARD_RUNS for k in kinds):
            token += "H"
        elif "long_run" in kinds:
            token += "L"
        elif any(k in ("easy_run", "run_walk") for k in kinds):
            token += "E"
        elif not token and any(k in ("mobility", "race") for k in kinds):
            token = "E"
        out.append(token)
    return tuple(out)


def broken_rules(plan: Plan, profile: Profile) -> list[str]:
    """The hard rules that a plan breaks for this person: names, none in a valid plan."""
    broken = []
    blocked = set(profile.get("blocked_days") or ())
    if any(s.day in blocked and s.kind != "race" for s in plan.training):
        broken.append("blocked_day")
    if any(sum(s.minutes for s in plan.on(d)) > day_limit(profile, plan, d) for d in DAYS):
        broken.append("session_minutes")
    tokens = tokens_of(plan.sessions)
    if not is_valid(tokens) or any(t in ("XH", "XL", "UH", "UL") for t in tokens):
        broken.append("rest_day" if "" not in tokens else "spacing")
    careful = easy_only(profile, plan.screened) or profile.get("run_experience") == "new"
    if careful and any(s.kind in HARD_RUNS for s in plan.training):
        broken.append("easy_only")
    if (flags(profile) or is_protected(profile)) and any(s.kind == "long_run" or s.km is not None for s in plan.training):
        broken.append("protected")
    for s in plan.training:
        ceiling = run_ceiling(profile, s.kind)
        if ceiling is not None and s.kind != "run_walk" and s.minutes > ceiling:
            broken.append("ceiling")
    if (is_minor(profile) or lift_level(profile) == "novice") and any(lift.reps == said("reps.heavy") for s in plan.training for lift in s.lifts):
        broken.append("maximal_loads")
    return list(dict.fromkeys(broken))


# --- for the reader ------------------------------------------------------------------------------------------------------


def session_text(session: Session, profile: Profile) -> str:
    """One session in half a line: "Long run, 70 min, about 10.5 km"."""
    if session.minutes == 0:
        return session.name
    shown = said("plan.session", name=session.name, minutes=session.minutes)
    if session.km is not None and not is_protected(profile) and not flags(profile):
        shown = f"{shown}, {said('plan.distance', distance=distance_text(session.km, profile))}"
    return shown


def distance_text(km: float, profile: Profile) -> str:
    """A planned distance in the person's units, in halves."""
    if profile.get("units") != "imperial":
        return f"{km:g} km"
    miles = math.floor(km / KM_PER_MILE * 2) / 2
    return f"{miles:g} mile{'' if miles == 1 else 's'}"


def day_text(plan: Plan, day: str, profile: Profile) -> str:
    """A day's sessions in one line, or the word for rest."""
    return f" {said('plan.and')} ".join(session_text(s, profile) for s in plan.on(day)) or said("kinds.rest.name")


def in_one_line(plan: Plan) -> str:
    """The week in a sentence: which session on which day."""
    if plan.is_empty:
        return " ".join(plan.notes)
    days = [f"{said(f'days.{d}')} {said('plan.in_short_and').join(f'{s.name[0].lower()}{s.name[1:]}' for s in plan.on(d))}" for d in DAYS if plan.on(d)]
    return said("plan.in_short", days=", ".join(days))


def plan_text(plan: Plan, profile: Profile) -> tuple[Block, ...]:
    """The plan as blocks: the week at a glance, what to do in the runs and the lifts, what was relaxed, what to know."""
    if plan.is_empty:
        return (Block("text", " ".join(plan.notes)),)
    title = said("plan.title", day=said("days.mon"), date=short_date(plan.date("mon")))
    blocks = [Block("headline", title)]
    blocks.append(Block("list", "", tuple(said("plan.line", day=said(f"days.{d}"), what=day_text(plan, d, profile)) for d in DAYS)))
    how: dict[str, str] = {}
    for s in plan.training:
        if s.kind not in LIFTS:
            how.setdefault(s.kind, said("plan.run_detail", name=s.name, how=" ".join(s.steps) if s.kind != "easy_run" else f"{s.effort}. Walk whenever you like."))
    if how:
        blocks.append(Block("list", said("plan.runs_title"), tuple(how.values())))
    alike: dict[tuple[str, tuple[Lift, ...]], list[Session]] = {}
    for s in plan.training:
        if s.kind in LIFTS:
            alike.setdefault((s.kind, s.lifts), []).append(s)
    for (_, lifts), same in alike.items():
        days = " and ".join(said(f"days.{s.day}") for s in same)
        items = [said("plan.sets", name=lift.name, sets=lift.sets, reps=lift.reps) for lift in lifts]
        if lifts and lifts[0].effort != same[0].effort and not exercises()[lifts[0].exercise].timed:
            items[0] += f" ({lifts[0].effort[0].lower()}{lifts[0].effort[1:]})"
        items.append(said("plan.effort", effort=f"{same[0].effort[0].lower()}{same[0].effort[1:]}"))
        blocks.append(Block("list", said("plan.lift_title", days=days, name=same[0].name), tuple(items)))
    blocks += [Block("note", text) for text in (" ".join(plan.relaxed), " ".join(plan.notes), said("plan.change")) if text]
    return tuple(blocks)


def screening_reply_parts(plan: Plan, profile: Profile) -> tuple[tuple[Block, ...], tuple[Button, ...]]:
    """The one health question with its buttons (command "screen", "none" or "some"); empty when it need not be asked."""
    if plan.screened or plan.is_empty or flags(profile) or is_protected(profile):
        return (), ()
    return (
        (Block("text", said("screening.question")),),
        (Button(said("screening.none"), "screen", "none", row=0), Button(said("screening.some"), "screen", "some", row=0)),
    )


def plan_reply(plan: Plan, profile: Profile) -> Reply:
    """The plan as a reply, with the health question where it is open. Pictures and files are added by the caller."""
    question, buttons = screening_reply_parts(plan, profile)
    used = tuple(f for f in PLAN_FIELDS if profile.get(f) not in (None, [], ()))
    return Reply((*plan_text(plan, profile), *question), buttons, ids=("weekly_plan",), profile_used=used)


PLAN_FIELDS = (
    "age", "units", "goal", "run_experience", "lift_experience", "weekly_run_km", "longest_run_km", "run_days", "lift_days", "available_days",
    "blocked_days", "day_part", "session_minutes", "sleep_hours", "race_distance", "race_date", "equipment", "health_flags",
)  # fmt: skip

"""What the person did, read from a sentence, and how the last weeks went, in words. Pure.

Weight never earns praise; for the protected and people with eating or food worries it is left out altogether.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from actions.plan import DAYS, HARD_RUNS, LIFTS, RUNS, Plan, history_km, short_date
from actions.plan_words import NUMBERS, session_words, tidy
from actions.reply import Block, Button, Reply
from knowledge.fields import Profile, catalogue, is_protected
from knowledge.plan_texts import said
from knowledge.units import KG_PER_POUND, KM_PER_MILE, distance_text

KG_PER_STONE = 6.35029318
SHOWN_WEEKS = 4
MAX_RUN_KM, MAX_MINUTES = 250.0, 1440
FASTEST = 2.0  # minutes a kilometre that nobody runs
FAST_LOSS = 0.01  # of body weight a week (N03)


@dataclass(frozen=True)
class LogEntry:
    """One thing done. `kind` is run, lift, mobility, other, session (as planned), rest, weight or sleep; `date` is ISO.

    `km`, `minutes`, `kg` and `hours` are set where they were told; `name` is the kind of session ("long_run", "legs"), and
    `detail` the lifts with their weights and sets ("bench 80 kg 5 × 5").
    """

    date: str
    kind: str
    km: float | None = None
    minutes: int | None = None
    kg: float | None = None
    hours: float | None = None
    name: str = ""
    detail: str = ""

    @property
    def day(self) -> dt.date:
        """The date as a date."""
        return dt.date.fromisoformat(self.date)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for storing."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> LogEntry:
        """Read what `as_dict` wrote."""
        return cls(**raw)


# --- reading -------------------------------------------------------------------------------------------------------------

_NUM = r"(\d{1,4}(?:[.,]\d{1,2})?)"
_NOT_DONE = re.compile(
    r"\b(?:didn't|did not|don't|couldn't|haven't|missed|skipped|want|will|i'll|going to|gonna|planning|plan to|should|shall|could|would|might|tomorrow"
    r"|next (?:week|time)|(?:a|per|every|each) (?:week|day|night|month)|usually|normally|used to|instead|what|how (?:much|many|long|far|do|to|did)"
    r"|why|can i|is it|hoping|try to)\b"
)
_WEIGHT = re.compile(r"\b(?:weigh(?:t|ed|s|-in)?|bw|body ?weight|scales?)\b")
_SLEEP = re.compile(r"\b(?:slept|sleep|kip)\b")
_IN_WORDS = re.compile(
    rf"\b({'|'.join(w for w, n in NUMBERS.items() if n >= 2)})(?=\s*(?:k\b|kms?\b|kilomet|mile(?:s|rs?)?\b|min|h(?:ou)?rs?\b|sets\b|by \d|x ?\d|times\b))"
)
_KG = re.compile(rf"{_NUM}\s*(kgs?|kilos?|lbs?|pounds?|st(?:one)?)?(?:\s*(\d{{1,2}})\s*(?:lbs?|pounds?)?)?(?![\w:/])")
_DISTANCE = re.compile(rf"(?<![\w.,:]){_NUM}\s*(?:-\s*)?(kms?|k|kilomet(?:er|re)s?|miles?|milers?|mi)\b")
_REPEATS = re.compile(r"\b(\d{1,2})\s*(?:x|\N{MULTIPLICATION SIGN}|times|by)\s*(\d{3,4}(?=\s*m(?:eters|etres)?\b)|(?:[2-9]|1\d)00\b(?!\s*(?:kg|lb|kilo|pound)))")
_METRES = re.compile(r"\b(\d{3,5})\s*m(?:eters|etres)?\b")
_RUN = re.compile(
    r"\b(?:ran|runs?|running|jog\w*|parkrun|marathon|tempo|intervals?|threshold|fartlek|strides"
    r"|treadmill|zone 2|hills?|sprints|plod|laps|long one|shuffle|time trial)\b"
)
_LIFT = re.compile(
    r"\b(?:lift\w*|gym|legs|leg (?:day|session|workout)|upper(?: body)?|lower(?: body)?|full[ -]?body|push|pull|weights|strength|bench\w*|squat\w*"
    r"|deadlift\w*|press(?:ed)?|rows?|curls?|arms|chest|back day|core|workout [ab]|hip thrusts?|kettlebells?|swings|presses|under the bar|sets of|pulled \d+"
    r"|cleans|snatch(?:es)?|crossfit|back exercises|glutes?|hammies|hamstrings|sandbag|circuits?|body ?weight (?:circuit|session)|trap bar|dumbbells?|lunges|carries"
    r"|(?:pull|push|press|chin)[- ]?ups?)\b"
)
_SESSION = re.compile(
    r"\b(?:workout|session|training|trained|it|today|tick|mark|done)\b.*\b(?:done|finished|completed|did)\b"
    r"|\b(?:did|finished|completed|done|trained)\b.*\b(?:session|workout|training|today|it)\b"
)
_REST = re.compile(r"\brest(?:ed)?(?: day)?\b|\bday off\b|\btook it easy\b")
_MOBILITY = re.compile(r"\b(?:mobility|stretch\w*|yoga|pilates)\b")
_DATE = re.compile(
    r"\b(?:(?P<ago>\d+|one|two|three|four|five|six|a) days? ago|(?P<yesterday>yesterday|last night)|(?P<iso>\d{4}-\d\d-\d\d)"
    r"|(?:on |last |this )?(?P<day>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?(?:'s)?)\b"
)
_OTHER = re.compile(
    r"\b(?:bik\w*|rode|riding|cycl\w*|swam|swim\w*|rowing|rowed|row machine|walk(?:ed|s|ing)?|hik\w+|ski\w*|elliptical|football|tennis|dance\w*"
    r"|zwift|barre|spin class|zumba|aerobics|boxing|climb\w*|jump rope|skipping rope|rugby|hockey|basketball|netball|padel|squash|golf|kayak\w*|paddl\w*"
    r"|pickleball|judo|karate|rollerblad\w*|skat\w+)\b"
)
_FEELING = re.compile(r"\b(?:sore|tired|heavy|stiff|dead|aching) legs?\b|\blegs?(?: \w+){0,2} (?:sore|tired|heavy|stiff|dead|ach\w+|hurt\w*)\b")
_PLACE = re.compile(r"\b(?:week|wk) ?\w+,? (run|day|session) ?\w+\b|\bw\d{1,2} ?[rd]\d{1,2}\b")  # in a programme: its numbers are no amounts
_STEPS = re.compile(r"\b\d[\d.,]*\s*k?\s*steps?\b")
_EASY_MINUTES = re.compile(r"\bmin(?:ute)?s? easy(?=\s*(?:,|$|\+|&|and\b|plus\b|then\b|with\b))")
_NONE_DONE = re.compile(r"\bno (?:\w+ )?(?:runs?|running|lift(?:s|ing)?|gym|training|sessions?|workouts?|weights|legs|exercise)\b")
_DID_OTHER = re.compile(r"\d|ed\b|\b(?:rode|swam|class)\b")
_LONGEST = re.compile(r"\blongest (?:recent |single )?(?:run|distance)\b")  # of a while: told about the person
_JUST_NOW = re.compile(r"\b(?:did|done|finished|completed|ran|just|ever|yet|today|tonight|this (?:morning|afternoon|evening))\b")
_BETWEEN = re.compile(r"\s*(?:[;&+]|,(?!\d)|\b(?:and|then|plus)\b)\s*")
_THAT_DAY = re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening|lunchtime))\b")
_MOVE = re.compile(
    r"\b(?:(?:back |front |goblet |split )?squats?|squatted|bench(?:ed|es|ing)?(?: press(?:ed)?)?|(?:romanian )?dead ?lift(?:s|ed)?|rdls?|ohp|hip thrusts?"
    r"|(?:overhead |leg |shoulder |chest )?press(?:ed|es)?|rows?|rowed|(?:pull|chin|push)[- ]?ups?|curls?|lunges?|cleans?|snatch(?:es)?)\b"
)
_SETS = re.compile(r"\b(\d{1,2})\s*(?:x|\N{MULTIPLICATION SIGN}|by|sets of)\s*(\d{1,2})(?!\d|[.,]\d|\s*(?:kgs?|kilos?|lbs?|pounds?)\b)")
_SETS_BEFORE = re.compile(rf"{_SETS.pattern}\s*(?:of |reps of |on )?(?:the )?$")  # "5x5 bench"
_TIMES = re.compile(
    r"(?<![\d.,:])(\d{2,3}(?:[.,]\d{1,2})?)\s*(kgs?|kilos?|lbs?|pounds?)?\s*[x\N{MULTIPLICATION SIGN}]\s*(\d{1,2})(?:\s*[x\N{MULTIPLICATION SIGN}]\s*(\d{1,2}))?(?!\d)"
)
_ON_THE_BAR = re.compile(r"(?<![\w.,:])(\d{1,3}(?:[.,]\d{1,2})?)\s*(kgs?|kilos?|lbs?|pounds?)?(?![\w:/%]|[.,]\d|\s*(?:min|reps?|sets?|times|km|k\b|mi|h\b|sec))")
_HALF = re.compile(r"\bhalf[- ]?marathon\b")


def read_log(text: str, today: dt.date, units: str = "metric") -> list[LogEntry]:
    """What a sentence tells of things done: "ran 10k today", "lifted legs", "weight 81.2 this morning", "slept 6".

    Empty when it tells nothing that could be kept: questions, plans, things not done, days to come, impossible values (see
    `log_problem`). A number without a unit is read in `units`.
    """
    return [e for e, problem in _read(text, today, units) if problem is None]


def log_problem(text: str, today: dt.date, units: str = "metric") -> str | None:
    """Why a told value can't be kept, as a sentence with the question again; None when there is nothing wrong."""
    return next((problem for _, problem in _read(text, today, units) if problem is not None), None)


def _read(text: str, today: dt.date, units: str) -> list[tuple[LogEntry, str | None]]:
    said_text = re.sub(r"(\d),(\d{3})\b", r"\1\2", tidy(text)).replace("half an hour", "30 min")
    said_text = re.sub(r"\binstead of (?:(?:a|an|the|my|doing|going for) )*\S+", " ", said_text)
    said_text = _PLACE.sub(lambda m: "session" if m[1] in ("day", "session") else "run", said_text)
    said_text = _IN_WORDS.sub(lambda m: str(NUMBERS[m[1]]), said_text)
    said_text = _NONE_DONE.sub(" ", _STEPS.sub("walk", said_text))
    if _NOT_DONE.search(said_text) or re.search(r"\?\s*$", said_text):
        return []
    if _LONGEST.search(said_text) and not _JUST_NOW.search(said_text) and not _DATE.search(said_text):
        return []
    parts = _by_day(said_text)
    apart = len(parts) > 1 and bool(_THAT_DAY.search(said_text))
    return [found for part in parts for found in _read_day(part, today, units, apart=apart)]


def _by_day(text: str) -> list[str]:
    """The parts of a text that tell of different days, each with its day: "3 miles mon, legs tue, 6 miles today"."""
    pieces = [p for p in _BETWEEN.split(text) if p.strip()]
    if sum(bool(_DATE.search(p) or _THAT_DAY.search(p)) for p in pieces) < 2:
        return [text]
    parts: list[str] = []
    waiting: list[str] = []
    sport = last = ""  # "biked 20 km mon, 30 km today": the second was no run; "legs mon and fri": legs both times
    for piece in pieces:
        if found := _RUN.search(piece) or _OTHER.search(piece):
            sport = last = found.group()
        elif found := _LIFT.search(piece):
            last = found.group()
        elif sport and _DISTANCE.search(piece):
            piece = f"{sport} {piece}"
        elif _DATE.fullmatch(piece.strip()) or _THAT_DAY.fullmatch(piece.strip()):
            piece = f"{last} {piece}"
        waiting.append(piece)
        if _DATE.search(piece) or _THAT_DAY.search(piece):
            parts.append(", ".join(waiting))
            waiting = []
    return [*parts[:-1], ", ".join([parts[-1], *waiting])]


def _read_day(said_text: str, today: dt.date, units: str, *, apart: bool) -> list[tuple[LogEntry, str | None]]:
    day = _date(said_text, today, apart=apart)
    if day is None or day > today:
        return []
    date, found = day.isoformat(), []
    rest = re.sub(r"^(?=\d{2,3}[.,]\d(?: ?(?:kg|kilos?|lbs?|pounds?))?(?: today| this morning|$))", "weight ", said_text)  # "75.9 today" is no distance
    if m := _WEIGHT.search(rest):
        entry, span = _weight(rest, m, date, units)
        if entry is not None:
            found.append(entry)
            rest = rest[: span[0]] + " " * (span[1] - span[0]) + rest[span[1] :]
        rest = _WEIGHT.sub(" ", rest) if entry is not None else rest
    if m := _SLEEP.search(rest):
        hours, span = _hours(rest, m.end())
        if hours is not None:
            problem = None if 0 < hours <= 14 else said("log.bad_sleep", value=f"{hours:g} hours")
            found.append((LogEntry(date, "sleep", hours=hours), problem))
        rest = rest[: m.start()] + " " + rest[span[1] :]
    if found and not (_RUN.search(rest) or _LIFT.search(rest) or _DISTANCE.search(rest)):
        return found
    return [*found, *(entry for part in _by_sport(rest) for entry in _trained(part, date, units))]


def _by_sport(text: str) -> list[str]:
    """The parts of a text that tell of running, of lifting and of other sport, so that each keeps its own amounts."""
    groups: dict[str, list[str]] = {}
    kind, waiting = "", []
    for piece in (p for p in _BETWEEN.split(_FEELING.sub(" ", text)) if p.strip()):
        other = _OTHER.search(piece) and _DID_OTHER.search(piece)
        named = "run" if _RUN.search(piece) else "other" if other else "lift" if _LIFT.search(piece) else "run" if _DISTANCE.search(piece) else ""
        kind = named or kind
        if not kind:
            waiting.append(piece)
            continue
        groups.setdefault(kind, []).extend([*waiting, piece])
        waiting = []
    return [", ".join(pieces) for pieces in groups.values()] if len(groups) > 1 else [text]


def _trained(text: str, date: str, units: str) -> list[tuple[LogEntry, str | None]]:
    text = _FEELING.sub(" ", text)
    km = _km(text, units)
    minutes = _minutes(text, km)
    words = [w.kind for w in session_words(text)]
    runs = bool(_RUN.search(text)) or bool(_DISTANCE.search(text)) or bool(_REPEATS.search(text))
    lifts = bool(_LIFT.search(text))
    other = bool(_OTHER.search(text)) and not _RUN.search(text)
    runs, lifts = runs and not other, lifts and not (other and "row" in text)
    if km is None and not _RUN.search(text):
        runs = runs and not lifts or lifts and bool(_EASY_MINUTES.search(text))
    if minutes is not None and not 1 <= minutes <= MAX_MINUTES:
        return [(LogEntry(date, "session"), said("log.bad_minutes", value=f"{minutes} minutes"))]
    out: list[tuple[LogEntry, str | None]] = []
    if runs:
        name = next((w for w in words if w in ("long_run", *HARD_RUNS)), "easy_run" if "easy" in text else "")
        bad = km is not None and not 0 < km <= MAX_RUN_KM
        shown = distance_text(km or 0, units)
        out.append((LogEntry(date, "run", km=km, minutes=minutes, name=name), said("log.bad_run", value=shown) if bad else None))
    if lifts:
        legs, upper = re.search(r"\blegs?\b|\blower\b|squat|deadlift", text), re.search(r"\bupper\b|\bpush\b|\bpull\b|bench|chest", text)
        name = "legs" if legs else "upper" if upper else ""
        out.append((LogEntry(date, "lift", minutes=None if runs else minutes, name=name, detail=_loads(text, units)), None))
    if out:
        return out
    if other:
        return [(LogEntry(date, "other", minutes=minutes), None)]
    if _MOBILITY.search(text):
        return [(LogEntry(date, "mobility", minutes=minutes), None)]
    if _REST.search(text):
        return [(LogEntry(date, "rest"), None)]
    if _SESSION.search(text) or (minutes is not None and re.search(r"\b(?:did|done|finished|logged?|trained|easy)\b", text)):
        return [(LogEntry(date, "run" if "easy" in text else "session", minutes=minutes), None)]
    return []


def _loads(text: str, units: str) -> str:
    """The lifts named with a weight or with sets, each as "bench 80 kg 5 × 5"."""
    moves = list(_MOVE.finditer(text))
    out = []
    for n, move in enumerate(moves):
        before = _SETS_BEFORE.search(text[moves[n - 1].end() if n else 0 : move.start()])
        after = text[move.end() : moves[n + 1].start() if n + 1 < len(moves) else len(text)]
        if n + 1 < len(moves) and (next_sets := _SETS_BEFORE.search(after)):
            after = after[: next_sets.start()]
        if run := _RUN.search(after):
            after = after[: run.start()]
        if (bar := _TIMES.search(after)) and (bar[2] or _float(bar[1]) > 20):  # "80x5": the weight comes first
            reps = f"{bar[3]} × {bar[4]}" if bar[4] else f"× {bar[3]}"
            out.append(f"{move.group()} {_float(bar[1]):g} {_bar_unit(bar[2], units)} {reps}")
            continue
        sets = _SETS.search(after)
        shown = sets or before
        rest = after[: sets.start()] + " " * len(sets.group()) + after[sets.end() :] if sets else after
        loads = [m for m in _ON_THE_BAR.finditer(rest) if m[2] or _float(m[1]) >= 20]  # "squats, 5" names no weight
        load = next(iter(sorted(loads, key=lambda m: not m[2])), None)
        words = [move.group(), *([f"{_float(load[1]):g} {_bar_unit(load[2], units)}"] if load else []), *([f"{shown[1]} × {shown[2]}"] if shown else [])]
        if len(words) > 1:
            out.append(" ".join(words))
    return ", ".join(out)


def _bar_unit(said_unit: str | None, units: str) -> str:
    return "lb" if (said_unit or ("lb" if units == "imperial" else "kg")).startswith(("lb", "pound")) else "kg"


def corrected_load(detail: str, text: str) -> str | None:
    """The detail of a lift with the weight that a correction names; None where it names none, or more than one could be meant."""
    weights = re.findall(r"[\d.]+ (?:kg|lb)\b", detail)
    load = _ON_THE_BAR.search(tidy(text))
    if len(weights) != 1 or load is None or _SETS.search(tidy(text)):
        return None
    unit = {"k": "kg", "l": "lb", "p": "lb"}.get((load[2] or weights[0][-2:])[0], "kg")
    return detail.replace(weights[0], f"{_float(load[1]):g} {unit}")


def _date(text: str, today: dt.date, *, apart: bool) -> dt.date | None:
    """The day that a text names, up to today; `apart` says that it names today beside it, so a Monday's "mon" is last week's."""
    m = _DATE.search(text)
    if m is None:
        return today
    if m["ago"]:
        return today - dt.timedelta(days=int(m["ago"]) if m["ago"].isdigit() else NUMBERS[m["ago"]])
    if m["yesterday"]:
        # Sleep of "last night" belongs to this morning.
        return today if "last night" in m.group() and _SLEEP.search(text) else today - dt.timedelta(days=1)
    if m["iso"]:
        try:
            return dt.date.fromisoformat(m["iso"])
        except ValueError:
            return None
    back = (today.weekday() - DAYS.index(m["day"][:3])) % 7 or (7 if apart else 0)
    return today - dt.timedelta(days=back)


def _float(word: str) -> float:
    return float(word.replace(",", "."))


def _weight(text: str, word: re.Match[str], date: str, units: str) -> tuple[tuple[LogEntry, str | None] | None, tuple[int, int]]:
    """The number nearest after the word weight, else before it."""
    numbers = [m for m in _KG.finditer(text) if not re.match(r"\s*(?:km|k\b|mi|min|h\b|x)", text[m.end(1) :])]
    before = (m for m in reversed(numbers) if m[2] or re.fullmatch(r"\s*on (?:the |my )?", text[m.end() : word.start()]))
    m = next((m for m in numbers if m.start() >= word.end()), None) or next(before, None)
    if m is None:
        return None, (0, 0)
    value, unit = _float(m[1]), m[2] or ""
    if unit.startswith("st"):
        kg = value * KG_PER_STONE + float(m[3] or 0) * KG_PER_POUND
    elif unit.startswith(("lb", "pound")) or (not unit and units == "imperial"):
        kg = value * KG_PER_POUND
    else:
        kg = value
    low, high = catalogue()["body_weight"].accept or (30, 250)
    problem = None if low <= kg <= high else said("log.bad_weight", value=m.group().strip())
    return (LogEntry(date, "weight", kg=round(kg, 1)), problem), m.span()


def _hours(text: str, start: int) -> tuple[float | None, tuple[int, int]]:
    after = text[start:]
    if m := re.search(rf"{_NUM}\s*(?:h(?:ours?|rs?)?)?(?:\s*(?:and\s*)?(\d{{1,2}})\s*(?:m(?:in(?:utes?)?s?)?)?)?(?![\w:])", after):
        hours = _float(m[1]) + (int(m[2]) / 60 if m[2] else 0)
        if re.match(r"\s*and a half", after[m.end() :]):
            hours += 0.5
        return round(hours, 2), (start + m.start(), start + m.end())
    if m := re.search(r"\b(one|two|three|four|five|six|seven|eight|nine|ten)\b(\s*and a half)?", after):
        return NUMBERS[m[1]] + (0.5 if m[2] else 0), (start + m.start(), start + m.end())
    before = re.search(rf"{_NUM}\s*h(?:ours?|rs?)?\s*(?:of\s*)?$", text[: start - 5]) if start > 5 else None
    return (_float(before[1]), before.span()) if before else (None, (start, start))


def _km(text: str, units: str) -> float | None:
    if m := _REPEATS.search(text):
        return int(m[1]) * int(m[2]) / 1000
    if m := _DISTANCE.search(text):
        return round(_float(m[1]) * (KM_PER_MILE if m[2].startswith("mi") else 1), 2)
    if _HALF.search(text):
        return 21.1
    if re.search(r"\bmarathon\b", text):
        return 42.2
    if "parkrun" in text:
        return 5.0
    if (m := _METRES.search(text)) and _RUN.search(text):
        return int(m[1]) / 1000
    bare = re.search(
        rf"\b(?:ran|run|jogged|easy|long run|jog)(?: was| done)?(?: of| about| for)?\W*{_NUM}"
        r"(?!\s*(?:min|m\b|h|x|:|'|days?|times|sets|reps|\d|/|of\b|%))(?![\d:.,])",
        text,
    )
    if bare and 1 <= _float(bare[1]) <= 100:
        return round(_float(bare[1]) * (KM_PER_MILE if units == "imperial" else 1), 2)
    return None


def _minutes(text: str, km: float | None = None) -> int | None:
    if m := re.search(r"\b(\d{1,2}):([0-5]\d):([0-5]\d)\b", text):
        return int(m[1]) * 60 + int(m[2]) + round(int(m[3]) / 60)
    if m := re.search(r"\b(\d{1,2})\s*h(?:ours?|rs?)?\s*(?:and\s*)?([0-5]?\d)\s*(?:m(?:in(?:utes?)?s?)?)?\b", text):
        return int(m[1]) * 60 + int(m[2])
    if m := re.search(r"\b(\d{1,4})\s*(?:-\s*)?(?:min(?:utes?)?s?|')(?![\w'])", text):
        return int(m[1])
    if m := re.search(r"\b(\d{1,2}):([0-5]\d)\b(?!\s*(?:am|pm|/|per|a k|a mile|pace))", text):
        if km and int(m[1]) < FASTEST * km:  # "18 km in 1:52" took hours, not minutes
            return int(m[1]) * 60 + int(m[2])
        return max(1, round(int(m[1]) + int(m[2]) / 60))
    if m := re.search(rf"(?<![\w.,]){_NUM}\s*(?:h|hours?|hrs?)\b", text):
        return round(_float(m[1]) * 60)
    if re.search(r"\bhalf an hour\b", text):
        return 30
    if re.search(r"\ban hour and a half\b", text):
        return 90
    return 60 if re.search(r"\b(?:an|one) hour\b", text) else None


def read_amounts(text: str, kind: str, units: str = "metric") -> dict[str, Any]:
    """What a few words say of an entry of this kind: kilometres and minutes, kilos, or hours. Empty when nothing fits."""
    words = tidy(text)
    if _NOT_DONE.search(words):
        return {}
    if kind == "weight":
        words = f"weight {words}"
        word = _WEIGHT.search(words)
        found, _ = _weight(words, word, "", units) if word else (None, None)
        return {"kg": found[0].kg} if found and found[1] is None else {}
    if kind == "sleep":
        hours, _ = _hours(words, 0)
        return {"hours": hours} if hours and 0 < hours <= 14 else {}
    if kind not in ("run", "lift", "other", "session"):
        return {}
    km = _km(f"ran {words}", units) if kind == "run" else None
    minutes = _minutes(words, km)
    amounts: dict[str, Any] = {"km": km} if km and km <= MAX_RUN_KM else {}
    return amounts | ({"minutes": minutes} if minutes and 1 <= minutes <= MAX_MINUTES else {})


# --- one line back ---------------------------------------------------------------------------------------------------------


def shows_distance(profile: Profile) -> bool:
    """Whether distances may be shown to this person."""
    return not is_protected(profile)


def shows_weight(profile: Profile) -> bool:
    """Whether body weight may be shown to this person."""
    return not is_protected(profile)


def _when(day: dt.date, today: dt.date | None) -> str:
    if today is None or today - day > dt.timedelta(days=6) or day > today:
        return said("log.when.date", day=said(f"days.{DAYS[day.weekday()]}"), date=short_date(day))
    if day == today:
        return said("log.when.today")
    if today - day == dt.timedelta(days=1):
        return said("log.when.yesterday")
    return said("log.when.day", day=said(f"days.{DAYS[day.weekday()]}"))


def log_line(entry: LogEntry, profile: Profile, today: dt.date | None = None) -> str:
    """One or two short sentences back: what was kept, and what follows from it."""
    units = profile.get("units", "metric")
    when = _when(entry.day, today)
    if entry.kind == "weight":
        if not shows_weight(profile):
            return said("log.weight_quiet")
        return f"{said('log.weight', what=_weight_text(entry.kg or 0, units), when=when)} {said('log.weight_next')}"
    if entry.kind == "sleep":
        hours = entry.hours or 0
        what = f"{hours:g} hour{'' if hours == 1 else 's'}"
        return f"{said('log.sleep', what=what)} {said('log.sleep_short' if hours < 6 else 'log.sleep_fine')}"
    if entry.kind in ("rest", "mobility"):
        return said(f"log.{entry.kind}", when=when)
    if entry.kind == "lift":
        name = {"legs": said("log.leg_lift"), "upper": said("log.upper_lift")}.get(entry.name, said("log.a_lift"))
        told = ", ".join(filter(None, (entry.detail if shows_weight(profile) else "", f"{entry.minutes} min" if entry.minutes else "")))
        what = said("log.run_named", name=name, detail=told) if told else name
        tail = f" {said('log.lift_next')}" if entry.name == "legs" else ""
        return said("log.lift", what=what, when=when) + tail
    name = said({"run": "log.a_run", "other": "log.other_training"}.get(entry.kind, "log.a_session"))
    if entry.name in RUNS:
        name = said("log.named", name=said(f"kinds.{entry.name}.name").lower())
    details = []
    if entry.km and shows_distance(profile):
        details.append(distance_text(entry.km, units))
    if entry.minutes:
        details.append(f"{entry.minutes} min")
    what = said("log.run_named", name=name, detail=" in ".join(details)) if details else name
    longest = history_km(profile)
    tail = ""
    if entry.km and longest and entry.km > 1.10 * longest + 1e-9:
        tail = f" {said('log.run_far')}"
    elif entry.name in ("long_run", *HARD_RUNS):
        tail = f" {said('log.run_next')}"
    return said("log.run", what=what, when=when) + tail


def _weight_text(kg: float, units: str) -> str:
    return f"{kg:.1f} kg".replace(".0 kg", " kg") if units != "imperial" else f"{kg / KG_PER_POUND:.0f} lb"


def profile_changes(entry: LogEntry, profile: Profile) -> dict[str, Any]:
    """What an entry tells about the profile: the body weight, and a new longest run of the last 30 days."""
    if entry.kind == "weight" and entry.kg is not None:
        return {"body_weight": entry.kg}
    if entry.kind == "run" and entry.km and entry.km <= 100 and entry.km > float(profile.get("longest_run_km") or 0):
        return {"longest_run_km": entry.km}
    return {}


# --- the last weeks --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Week:
    """What was done in one week. `km` and `minutes` are of running."""

    monday: dt.date
    runs: int
    lifts: int
    others: int
    km: float
    minutes: int

    @property
    def sessions(self) -> int:
        """All training of the week."""
        return self.runs + self.lifts + self.others


def _kinds(entry: LogEntry, plan: Plan | None) -> list[str]:
    """Run, lift or other; "did today's session" counts as what was planned that day."""
    if entry.kind == "session" and plan is not None:
        day = DAYS[entry.day.weekday()]
        if plan.date(day) == entry.day and plan.on(day):
            return ["lift" if s.kind in LIFTS else "run" if s.kind in RUNS else "other" for s in plan.on(day)]
    return [{"run": "run", "lift": "lift", "session": "other", "mobility": "other", "other": "other"}.get(entry.kind, "")]


def weeks(entries: Iterable[LogEntry], today: dt.date, count: int, plan: Plan | None = None) -> list[Week]:
    """The last `count` weeks up to today, oldest first."""
    this = today - dt.timedelta(days=today.weekday())
    out = []
    known = list(entries)
    for n in reversed(range(count)):
        monday = this - dt.timedelta(weeks=n)
        mine = [e for e in known if monday <= e.day < monday + dt.timedelta(days=7) and e.day <= today]
        kinds = [k for e in mine for k in _kinds(e, plan)]
        runs = [e for e in mine if e.kind == "run"]
        out.append(
            Week(
                monday, kinds.count("run"), kinds.count("lift"), kinds.count("other"),
                round(sum(e.km or 0 for e in runs), 1), sum(e.minutes or round((e.km or 0) * 6.5) for e in runs),
            )
        )  # fmt: skip
    return out


def _week_text(week: Week, profile: Profile) -> str:
    if not week.sessions:
        return said("progress.nothing")
    parts = []
    if week.runs:
        runs = _count("runs", week.runs)
        if week.km and shows_distance(profile):
            runs += f" ({distance_text(week.km, profile.get('units', 'metric'))})"
        parts.append(runs)
    if week.lifts:
        parts.append(_count("lifts", week.lifts))
    if week.others:
        parts.append(_count("others", week.others))
    return ", ".join(parts)


def _count(kind: str, n: int) -> str:
    return said(f"progress.{kind}.one") if n == 1 else said(f"progress.{kind}.many", n=n)


def progress_reply(entries: Sequence[LogEntry], plan: Plan | None, profile: Profile, today: dt.date) -> Reply:
    """The last four weeks in words, this week against the plan. The chart is added by the caller (`actions.progress_chart`)."""
    since = today - dt.timedelta(days=today.weekday() + 7 * (SHOWN_WEEKS - 1))
    recent = [e for e in entries if since <= e.day <= today]
    if not recent:
        return Reply((Block("text", said("progress.none")),), ids=("show_progress",))
    last = weeks(recent, today, SHOWN_WEEKS, plan)
    lines = []
    for n, week in enumerate(reversed(last)):
        key = ("this_week", "last_week")[n] if n < 2 else "week_of"
        if n == 0 or any(w.sessions for w in last[: len(last) - n]):
            lines.append(said(f"progress.{key}", what=_week_text(week, profile), date=short_date(week.monday)))
    blocks = [Block("headline", said("progress.title")), Block("list", "", tuple(lines))]
    blocks.append(Block("text", _against(last[-1], plan, today)))
    trained = sum(bool(w.sessions) for w in last)
    if trained >= 2:
        blocks.append(Block("text", said("progress.steady", n=trained)))
    if nights := [e.hours for e in recent if e.kind == "sleep" and e.hours is not None]:
        mean = sum(nights) / len(nights)
        low = 8 if profile.get("age", 30) < 18 else 7
        blocks.append(Block("text", said("progress.sleep" if mean >= low else "progress.sleep_short", hours=f"{mean:.1f}".removesuffix(".0"))))
    blocks += [Block("text", text) for text in _weight_words(recent, profile)]
    buttons = () if plan else (Button(said("progress.make_plan"), "intent", "weekly_plan"),)
    return Reply(tuple(blocks), buttons, ids=("show_progress",))


def _against(week: Week, plan: Plan | None, today: dt.date) -> str:
    if plan is None or plan.is_empty:
        return said("progress.no_plan")
    if plan.date("mon") > today:
        return said("progress.plan_starts", date=short_date(plan.date("mon")))
    if plan.is_over(today):
        return said("progress.plan_over")
    planned_runs, planned_lifts = (sum(s.kind in kinds for s in plan.training) for kinds in (RUNS, LIFTS))
    counts = said(
        "progress.against", runs=min(week.runs, planned_runs), planned_runs=_count("planned_runs", planned_runs),
        lifts=min(week.lifts, planned_lifts), planned_lifts=_count("planned_lifts", planned_lifts),
    )  # fmt: skip
    if week.runs >= planned_runs and week.lifts >= planned_lifts:
        return f"{counts} {said('progress.met')}"
    due = sum(1 for s in plan.training if plan.date(s.day) < today)
    return f"{counts} {said('progress.open' if week.sessions >= due else 'progress.behind')}"


def _weight_words(entries: Sequence[LogEntry], profile: Profile) -> list[str]:
    if not shows_weight(profile):
        return []
    weighed = sorted((e.day, e.kg) for e in entries if e.kind == "weight" and e.kg is not None)
    if len(weighed) < 2:
        return []
    (first_day, first), (last_day, last) = weighed[0], weighed[-1]
    units = profile.get("units", "metric")
    out = [said("progress.weight", first=_weight_text(first, units), last=_weight_text(last, units))]
    span = (last_day - first_day).days
    if span >= 7 and (first - last) / first > FAST_LOSS * span / 7:
        out.append(said("progress.weight_fast"))
    return out

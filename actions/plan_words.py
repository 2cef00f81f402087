"""What a text says about a week: which days, which sessions, how many. Pure; shared by editing and logging."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NUMBERS = {w: n for n, w in enumerate("no one two three four five six seven eight nine ten".split())} | {"zero": 0, "a": 1, "an": 1, "none": 0}
NUMBER = r"(\d+|zero|one|two|three|four|five|six|seven|eight|nine|ten)"

_DAY = re.compile(
    r"\b(?:(?P<day>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday|nsday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
    r"|(?P<rel>today|tonight|this morning|tomorrow|tmrw|tmr|yesterday|last night)|(?P<many>weekends?|weekdays?))(?P<own>'?s)?\b"
)
_RANGE = re.compile(r"\s*(?:to|till|until|through|thru|-|\N{EN DASH})\s*$")

SESSIONS = (
    ("long_run", r"long(?:est)?[ -]?(?:run|one)|longrun|\blsd\b"),
    ("intervals", r"intervals?(?: run| session)?|speed ?work|speed session|track(?: session)?|repeats|fartlek"),
    ("tempo", r"tempo(?: run)?|threshold(?: run)?"),
    ("hills", r"hills?(?: run| session| repeats| sprints)?"),
    ("hard", r"(?:hard|quality|tough|fast) (?:run|runs|session|one|workout)s?"),
    ("easy", r"(?:easy|recovery|short) (?:run|runs|jog|one)s?|jogs?|run[ -]?walks?"),
    ("legs", r"(?:leg|legs|lower)[ -]?(?:day|session|lift|workout|body)?s?\b|lower body"),
    ("upper", r"upper[ -]?(?:body)?(?: day| session| lift| workout)?|(?:push|pull|arm) day|\bpush\b(?= for| done|$)"),
    ("lift", r"lift(?:ing|s|ed)?(?: day| session| sessions| days)?|\bgym\b(?: day| session)?|weights|strength(?: session| training| day)?|full[ -]?body(?: lift)?"),
    ("run", r"\bruns?\b|running|\bran\b"),
    ("rest", r"rest day|day off"),
    ("any", r"sessions?|workouts?|training|everything|things"),
)  # fmt: skip
_SESSION = re.compile("|".join(rf"(?P<{name}>\b(?:{pattern}))" for name, pattern in SESSIONS))


@dataclass(frozen=True)
class DayWord:
    """A day named in a text: "tuesday's" owns what follows; `many` marks days that came as a range or a group."""

    day: str
    date: dt.date
    start: int
    end: int
    owns: bool = False
    many: bool = False


@dataclass(frozen=True)
class SessionWord:
    """A kind of session named in a text, by the names of `SESSIONS`."""

    kind: str
    start: int
    end: int


def tidy(text: str) -> str:
    """Lower case, straight quotes, single spaces."""
    return " ".join(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("cant ", "can't ").replace("didnt ", "didn't ").split())


def day_words(text: str, today: dt.date, monday: dt.date) -> list[DayWord]:
    """The days named in a tidy text. Weekday names mean the week of `monday`; today and its like are real dates."""
    out: list[DayWord] = []
    last: tuple[int, int] | None = None  # weekday and where it ended, for ranges
    for m in _DAY.finditer(text):
        if m["rel"]:
            shift = 1 if m["rel"] in ("tomorrow", "tmrw", "tmr") else -1 if m["rel"] in ("yesterday", "last night") else 0
            date = today + dt.timedelta(days=shift)
            out.append(DayWord(DAYS[date.weekday()], date, m.start(), m.end(), bool(m["own"])))
            last = None
        elif m["many"]:
            for n in (5, 6) if m["many"].startswith("weekend") else range(5):
                out.append(DayWord(DAYS[n], monday + dt.timedelta(days=n), m.start(), m.end(), many=True))
            last = None
        else:
            n = DAYS.index(m["day"][:3])
            if last is not None and _RANGE.match(text[last[1] : m.start()]) and re.search(r"\b(?:from|away|off|between|no|can't)\b", text[: m.start()]):
                between = last[0]
                while (between := (between + 1) % 7) != n:
                    out.append(DayWord(DAYS[between], monday + dt.timedelta(days=between), m.start(), m.end(), many=True))
            out.append(DayWord(DAYS[n], monday + dt.timedelta(days=n), m.start(), m.end(), bool(m["own"]) and "'" in (m["own"] or "")))
            last = (n, m.end())
    return out


def session_words(text: str) -> list[SessionWord]:
    """The kinds of session named in a tidy text, in order."""
    return [SessionWord(str(m.lastgroup), m.start(), m.end()) for m in _SESSION.finditer(text)]


def number(word: str) -> int:
    """7 for "7" and "seven"."""
    return int(word) if word.isdigit() else NUMBERS[word]

"""Pieces of pattern and conversions shared by the rules that read profile facts."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from nlu.facts_text import MONTHS, joined

KG = r"(?:kgs?|kilos?|kilogram(?:me)?s?|kg's|kilogramms?)"
LB = r"(?:lbs?|lb's|pounds?|\#)"
ST = r"(?:stones?|st)"
KM = r"(?:kms?|k's|ks?|kilomet(?:er|re)s?|klicks?)"
MI = r"(?:miles?|mi|milers?)"
HOUR = r"(?:hours?|hrs?|h)"
MIN = r"(?:minutes?|mins?|min's|m|')"
WEEK = r"(?:\s*(?:(?:a|per|each|every|/|in\sa|p|this)\s*)(?:week|wk|w)\b|\s+wk\b|\s*weekly\b|\s*pw\b|\s*/w\b)"
ABOUT = (
    r"(?:(?:about|around|abt|roughly|approx(?:imately)?\.?|only|just|like|maybe|usually"
    r"|normally|typically|currently|now|at|up to|down to"
    r"|almost|nearly|already|under|over|at least|at most|probably|some|~|still|mostly|actually"
    r"|generally|of|ca\.?|circa|an average of|on average|average)\s*)*"
)
NUM = r"(?<![\w.,:'+$€£-])(?<!\d/)(\d{1,4}(?:[.,]\d{1,2})?(?:\s+and a half|\s*½|\s1/2)?)"
NUM_IN = r"(\d{1,4}(?:[.,]\d{1,2})?(?:\s+and a half|\s*½|\s1/2)?)"  # when something else guards its left side
RANGE = r"(?:\s*(?:-|to|or|/)\s*(\d{1,4}(?:[.,]\d{1,2})?)(?!\d))?"
END = r"(?![\w%])"

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|tuesd|wed(?:s|nesday)?|wedn?esday"
    r"|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)(?:s|'s)?"
)
DAY = rf"(?:\b{_DAY}\b|\bweekends?\b|\bweekdays?\b|\bworkdays?\b)"
DAY_LIST = (
    rf"{DAY}(?:(?:\s*(?:,|/|&|\+|-|–)\s*(?:and\s+|or\s+|on\s+)?|\s+(?:and|or|to|through|thru"
    rf"|nor|till|until)\s+(?:on\s+)?|\s+){DAY}){{0,9}}"
)
_ONE_DAY = re.compile(rf"{DAY}")

WORD_DATE = r"(?P<mon>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")"


@dataclass(frozen=True)
class Hit:
    """A reading of one field, not yet judged; `a` and `b` are positions in `Prepared.s`."""

    field: str
    value: object
    unit: str | None
    a: int
    b: int
    negated: bool = False
    anywhen: bool = False  # past and log words don't matter (experience, "my longest run last month was ...")
    plain: bool = False  # a question or a wish doesn't make it hypothetical ("my diabetes", "as a vegan")
    scope: str | None = None


def number(text: str) -> float:
    """The value of a `NUM` match: "64,5", "6 and a half", "6½"."""
    m = re.match(r"\d+(?:[.,]\d+)?", text)
    value = float(m.group().replace(",", ".")) if m else 0.0
    return value + (0.5 if re.search(r"half|½|1/2", text) else 0.0)


def tidy(value: float) -> float | int:
    """One decimal, and a whole number as an int."""
    value = round(value, 1)
    return int(value) if value == int(value) else value


def between(low: str, high: str | None) -> float:
    """The number, or the middle of a range."""
    if not high:
        return number(low)
    a, b = number(low), number(high)
    return (a + b) / 2 if a < b else a


def pounds_to_kg(pounds: float) -> float:
    """International pound, 0.45359237 kg."""
    return pounds * 0.45359237


def miles_to_km(miles: float) -> float:
    """International mile, 1.609344 km."""
    return miles * 1.609344


def day_set(text: str) -> list[str]:
    """The days named, in the week's order: "mon/wed", "tue-thu", "weekends"."""
    found: set[int] = set()
    matches = list(_ONE_DAY.finditer(text))
    last: int | None = None
    for i, m in enumerate(matches):
        word = m.group()
        if word.startswith("weekend"):
            found |= {5, 6}
            last = None
            continue
        if word.startswith(("weekday", "workday")):
            found |= {0, 1, 2, 3, 4}
            last = None
            continue
        day = DAYS.index(word[:3])
        gap = text[matches[i - 1].end() : m.start()].strip() if i else ""
        only_two = len(matches) == 2
        if last is not None and (
            gap in ("to", "through", "thru", "till", "until") or (gap in ("-", "–") and only_two)
        ):
            k = last
            while k != day:
                found.add(k)
                k = (k + 1) % 7
        found.add(day)
        last = day
    return [DAYS[k] for k in sorted(found)]


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day some months later, or the last of a shorter month."""
    total = day.month - 1 + months
    year, month = day.year + total // 12, total % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return datetime.date(year, month, min(day.day, last))
        except ValueError:
            continue
    return day


_DATES = joined(
    rf"""(?P<iso>\b(?P<y1>\d{{4}})-(?P<m1>\d{{1,2}})-(?P<d1>\d{{1,2}})\b)
       | (?P<slash>\b(?P<d2>\d{{1,2}})[./](?P<m2>\d{{1,2}})(?:[./](?P<y2>\d{{4}}
           |\d\d))?(?![\d.,/]|\s*(?:km|k|kg|h|mi|%)))
       | (?P<day_first>\b(?P<d3>\d{{1,2}})(?:st|nd|rd
           |th)?\s*(?:of\s+)?{WORD_DATE}\b\.?(?:,?\s*(?P<y3>\d{{4}}))?)
       | (?P<month_first>\b{WORD_DATE.replace("mon>", "mon2>")}\.?\s*(?:the\s+)?(?P<d4>\d{{1,2}})(?:st
           |nd|rd|th)?(?!\d|\s*(?:km|k|miles|weeks|kg|:))(?:,?\s*(?P<y4>\d{{4}}))?)
       | (?P<rel>\b(?:in|within)\s+(?:about\s+|around\s+|roughly\s+
           |exactly\s+)?(?P<n1>\d{{1,3}}|a)\s+(?P<u1>day|week|wk|month|year)s?\b(?:'\s*time)?
           |\b(?P<n2>\d{{1,3}})\s*(?P<u2>day|week|wk|month)s?\s+(?:out|away|from now|to go
               |left|until|till|before|from today)\b
           |\b(?P<tomorrow>tomorrow)\b
           |\b(?P<next>next|this|this coming|coming|on)\s+(?P<wd>{_DAY})\b)"""
)


def dates(text: str, today: datetime.date, month_first: bool) -> list[tuple[int, int, datetime.date]]:
    """Dates in a lower-case text, each with its span: the next one to come where the year is left out.

    `month_first` decides "4/12" where both readings exist.
    """
    out = []
    for m in _DATES.finditer(text):
        day = _date(m, today, month_first)
        if day is not None:
            out.append((m.start(), m.end(), day))
    return out


def _date(m: re.Match[str], today: datetime.date, month_first: bool) -> datetime.date | None:
    g = m.groupdict()
    if g["rel"]:
        if g["tomorrow"]:
            return today + datetime.timedelta(days=1)
        if g["wd"]:
            ahead = (DAYS.index(g["wd"][:3]) - today.weekday()) % 7 or 7
            return today + datetime.timedelta(days=ahead)
        count = g["n1"] or g["n2"]
        n = 1 if count == "a" else int(count)
        unit = g["u1"] or g["u2"]
        if unit in ("month", "year"):
            return add_months(today, n * (12 if unit == "year" else 1))
        return today + datetime.timedelta(days=n * (1 if unit == "day" else 7))
    if g["iso"]:
        day, month, year = g["d1"], int(g["m1"]), g["y1"]
    elif g["slash"]:
        day, month, year = g["d2"], int(g["m2"]), g["y2"]
        if (month_first and int(day) <= 12) or month > 12:
            day, month = str(month), int(day)
    elif g["day_first"]:
        day, month, year = g["d3"], MONTHS[g["mon"]], g["y3"]
    else:
        day, month, year = g["d4"], MONTHS[g["mon2"]], g["y4"]
    try:
        if year:
            return datetime.date(int(year) + (2000 if len(year) == 2 else 0), month, int(day))
        for y in range(today.year, today.year + 9):
            try:
                found = datetime.date(y, month, int(day))
            except ValueError:
                if (month, int(day)) == (2, 29):
                    continue
                return None
            if found >= today:
                return found
    except ValueError:
        pass
    return None

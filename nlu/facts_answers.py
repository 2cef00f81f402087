"""Bare answers to a question just asked, and corrections that name no field ("it's 70", "make that 4")."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

from nlu import facts_body, facts_grammar, facts_schedule, facts_training
from nlu.facts_grammar import (
    DAY,
    DAY_LIST,
    DAYS,
    HOUR,
    KM,
    MI,
    MIN,
    Hit,
    between,
    dates,
    day_set,
    miles_to_km,
    tidy,
)
from nlu.facts_lexicon import DIETS
from nlu.facts_text import Prepared, speaker

_BARE = re.compile(
    r"(?<![\w.,:'/+-])(?P<n>\d{1,4}(?:[.,]\d{1,2})?(?:\s+and a half|\s*½)?)(?:\s*(?:-|to|or"
    r"|/)\s*(?P<r>\d{1,4}(?:[.,]\d{1,2})?))?(?P<rest>\s*-?\s*[a-z']*)"
)
_NO = re.compile(
    r"^\W*(?:no|nope|none|nah|nothing|n/a|na|nil|no thanks|not really|not that i know(?: of)?"
    r"|all good|i'?m fine|fine|healthy|0|never|no none|none at all|no issues|nothing at all"
    r"|nothing really|no not really|i eat everything|any day|all days(?: work)?"
    r"|every day works|no i'?m good|-)\b\W*(?:\s*(?:none|nothing|at all|really|sorry|thanks|no"
    r"|issues|days|foods?|allergies|problems|everything'?s? (?:fine|ok|works)|i'?m (?:fine"
    r"|healthy|good)|are blocked|of (?:them|those))\W*)*$"
)
_NO_OF_SOMETHING = re.compile(r"^\W*no (?:(?P<bound>more|less|fewer) than|time|way|problem|rush|worries|chance|idea|clue)\b")
_ASKED = re.compile(r"^\W*(?:(?:and|but|so|ok|okay|for|then|or)\W+)*(?:why|how|what|when|where|who|which|should|is|are|does|will|would)\b")
# A change wished for in the week, or a habit of one weekday, answers no question.
_SESSION = rf"(?:runs?|lifts?|sessions?|workouts?|gym|legs|long one|tempo|intervals|{DAY})"
_REQUEST = re.compile(
    rf"\b(?:swap|switch|move|shift|trade|replace|add|drop|remove|delete|cancel|skip)\b.*\b{_SESSION}"
    rf"|\b(?:another|an? extra|more|fewer|less|extra) (?:easy |long |hard |short )?{_SESSION}\b"
)
_OTHER_COUNT = re.compile(r"\b(?:change|set|make|put|switch)\s+(?:my\s+|the\s+)?(?P<what>run|lift|gym|weights)")
_NOT_THAT_DAY = re.compile(rf"\b(?:don'?t|dont|do not|can'?t|cant|cannot|won'?t|never|no|not)\b.*{DAY}")
_BUT_DAYS = re.compile(r"\d|\b(?:not|but|except|apart|any|every|busy|off|rest|can'?t|cant|don'?t|dont)\b")
_OFF_TOPIC = re.compile(
    r"^\W*(?:why|how|what|skip|back|stop|later|continue|cancel|who|when|should|can|is|do|does"
    r"|not sure|don'?t know|dunno|idk|no idea|pass|next|rather not|prefer not)\b"
)
# A question without its mark ("when can i run again"). "Can we do 3" and "what I want is muscle" answer.
_ASKING = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|then|hey|also|well)\W+)*(?:(?:when|how|what|why|where|which|who)(?:\s+(?:long|much|many|soon|often|far|fast|about|else))?\s+)?"
    r"(?:can|could|should|shall|may|will|would|do|does|did|am|is|are)\s+(?:i|my|it|this|that|there|the)\b"
)
_OF_A_DAY = re.compile(r"\b(?:hurt\w*|pain\w*|sore|ach\w+|yesterday|today|tomorrow|tonight|this morning)\b")

_TOPIC = [
    ("body_weight", r"\b(?:body ?)?weight\b|\bweigh\w*|\bkgs?\b|\bkilos\b|\blbs\b|\bpounds\b|\bbw\b"),
    ("height", r"\bheight\b|\btall\b"),
    ("age", r"\bage\b|\byears old\b"),
    ("lift_days", r"\b(?:lift(?:ing)?|gym) days\b|\blifting\b"),
    ("run_days", r"\b(?:run|running) days\b"),
    ("available_days", r"\b(?:training )?days\b|\bdays a week\b"),
    ("sleep_hours", r"\bsleep\b"),
    ("weekly_run_km", r"\bweekly\b|\bmileage\b|\ba week\b"),
    ("longest_run_km", r"\blongest run\b|\blong run\b"),
    ("session_minutes", r"\bminutes\b|\bsession\b"),
]
_CORRECTION = re.compile(
    r"(?P<cue>\b(?:it'?s|it is|its|should(?:'ve)? be(?:en)?|should have been|actually"
    r"|make (?:it|that)|more like|i mean|i meant|meant|sorry|rather|now(?: i'?m)?(?: at"
    r"| down to| up to)?|correct(?:ion)?:?|is now|not \d+(?:[.,]\d+)?\s*(?:kg|kgs|lbs|cm"
    r"|km)?\s*,?(?:\s*but)?)\s*,?\s*(?:actually |really |now |about |around |only |closer to "
    r"|at |to |more like |just )*)"
    r"(?<![\d.,])(?P<n>\d{1,3}(?:[.,]\d{1,2})?)(?![\w%:]|[.,]\d|\s*(?:kg|kilo|lbs?|pounds?"
    r"|st\b|stone|cm|%|x\b|times|yo\b|years|reps|sets|weeks|months|am\b|pm\b|/|to\b|-"
    r"|o'clock))(?P<unit>\s*(?:days?|hours?|h|minutes?|mins?|km|k|miles?)\b)?"
)


def corrections(t: Prepared, hits: list[Hit]) -> list[Hit]:
    """Values given by "it's 70", "make that 4", "not 80, 70" for the field that the message names before."""
    out: list[Hit] = []
    for m in _CORRECTION.finditer(t.s):
        a, b = m.start("n"), m.end("n")
        if any(h.a < b and a < h.b for h in hits):
            continue
        named = [(x.end(), name) for name, pattern in _TOPIC for x in re.finditer(pattern, t.s[:a])]
        named += [(h.b, h.field) for h in hits if h.b <= a and h.unit]
        unit = (m.group("unit") or "").strip()
        if not named:
            if m.group("cue").startswith("make") and unit.startswith("day"):
                named = [(0, "available_days")]
            elif m.group("cue").startswith("make") and unit.startswith("min"):
                named = [(0, "session_minutes")]
            else:
                continue
        field = max(named)[1]
        found = numeric(t, field, m.group("n"), None, unit, a, m.end())
        if found:
            out.append(found)
    return out


def numeric(t: Prepared, field: str, low: str, high: str | None, unit: str, a: int, b: int) -> Hit | None:
    """A number for a field, with its unit as typed or guessed; None if the unit belongs to something else."""
    value = between(low, high)
    unit = unit.strip(" -")
    if field == "body_weight":
        if unit.startswith(("kg", "kilo")):
            kg = value
        elif unit.startswith(("lb", "pound")):
            kg = facts_grammar.pounds_to_kg(value)
        elif unit.startswith("st"):
            kg = facts_grammar.pounds_to_kg(14 * value)
        else:
            kg = facts_body.guess_kg(value, facts_body.imperial_cue(t))
        return Hit(field, tidy(kg), "kg", a, b)
    if field == "height":
        if unit.startswith(("kg", "lb")):
            return None
        return Hit(field, tidy(value if unit.startswith("c") else facts_body.bare_height(low)), "cm", a, b)
    if field in ("weekly_run_km", "longest_run_km"):
        mile = unit.startswith("mi") and not unit.startswith("min")
        if unit.startswith(("min", "h")):
            return None
        return Hit(field, tidy(miles_to_km(value) if mile else value), "km", a, b)
    if field in ("run_days", "lift_days", "available_days"):
        return None if unit.startswith(("min", "h", "k")) else Hit(field, int(value), "days", a, b)
    if field == "session_minutes":
        hours = unit.startswith("h")
        return Hit(field, int(value * 60 if hours else value), "minutes", a, b)
    if field == "sleep_hours":
        return Hit(field, tidy(value), "hours", a, b)
    if field == "age":
        return None if unit.startswith(("kg", "lb", "cm", "min")) else Hit(field, int(value), "years", a, b)
    return None


_CHOICES: dict[str, list[tuple[str, str]]] = {
    "sex": [
        (
            "undisclosed",
            (
                r"prefer not|rather not|not say|no answer|undisclosed|private|non-?binary|enby|neither"
                r"|other|skip"
            ),
        ),
        ("female", r"female|woman|girl|lady|\bf\b|fem|\bmum\b|\bmom\b"),
        ("male", r"\bmale\b|\bman\b|guy|boy|dude|\bm\b|bloke|\bdad\b"),
    ],
    "units": [
        ("imperial", r"imperial|pounds|lbs?|miles|stone|feet|american"),
        ("metric", r"metric|kgs?|kilos?|km|kilomet|cm"),
    ],
    "run_experience": [
        (
            "new",
            (
                r"\bnew\b|beginner|newbie|novice|never|just start|none|\bno\b|not much|zero|starting"
                r"|first time|little"
            ),
        ),
        (
            "experienced",
            (
                r"experienced|advanced|veteran|years and years|decades?|very|long time|expert|a lot|loads"
                r"|all my life|forever|seasoned"
            ),
        ),
        (
            "regular",
            r"regular|intermediate|some|sometimes|occasional|in between|middle|casual|a bit|on and off",
        ),
    ],
    "lift_experience": [
        (
            "novice",
            (
                r"\bnew\b|beginner|newbie|novice|never|just start|none|\bno\b|not much|zero|starting"
                r"|first time|little"
            ),
        ),
        (
            "advanced",
            (
                r"experienced|advanced|veteran|decades?|very|long time|expert|a lot|loads|all my life"
                r"|forever|seasoned"
            ),
        ),
        (
            "intermediate",
            r"regular|intermediate|some|sometimes|occasional|in between|middle|a bit|on and off",
        ),
    ],
    "day_part": [
        (
            "any",
            (
                r"any ?time|whenever|any\b|flexible|doesn'?t matter|don'?t (?:care|mind)|no preference"
                r"|both|all day|either|varies|depends"
            ),
        ),
        (
            "evening",
            (
                r"evening|after work|night|\bpm\b|late|after dinner|[5-9] ?pm|hate mornings"
                r"|not (?:the )?morning|no mornings"
            ),
        ),
        ("midday", r"midday|mid-day|lunch|noon|afternoon"),
        ("morning", r"morning|before work|early|\bam\b|dawn|first thing|[4-9] ?am"),
    ],
    "protein_habit": [
        (
            "high",
            (
                r"(?:every|each|all|most) (?:single )?meals?|always|lots|a lot|\bhigh\b|loads|plenty|tons"
                r"|^\W*(?:yes|yep|yeah|yup|every)\b|all of them|daily shake"
            ),
        ),
        (
            "low",
            (
                r"barely|hardly|rarely|not (?:much|really|often|a lot|enough)|\blow\b|little|never"
                r"|almost none|\bno\b|nope|none"
            ),
        ),
        (
            "some",
            (
                r"some|a bit|sometimes|usually|1|2|once|twice|half|depends|so-?so|moderate|dinner|lunch"
                r"|most|medium|ok"
            ),
        ),
    ],
    "energy_balance": [
        (
            "unsure",
            (
                r"not (?:really )?sure|unsure|no idea|don'?t know|dunno|idk|no clue|dont know|can'?t tell"
                r"|never tracked|don'?t (?:track|count)|hard to say|maybe"
            ),
        ),
        ("deficit", r"deficit|less|cut(?:ting)?|diet(?:ing)?|los(?:e|ing)|under|below"),
        ("surplus", r"surplus|more|bulk(?:ing)?|gain(?:ing)?|over|above|extra"),
        (
            "maintenance",
            (
                r"maint\w*|same|enough|about right|even|break even|balanced?|stable|hold|steady|neither"
                r"|in between"
            ),
        ),
    ],
    "equipment": [
        ("dumbbells", r"dumb?bells?|dbs?|kettle ?bells?|\bweights? at home|bands"),
        (
            "bodyweight",
            r"body ?weight|no gym|none|nothing|no equipment|\bno\b|floor|calisthenics|just me|at home",
        ),
        ("gym", r"gym|barbell|rack|full|^\W*(?:yes|yep|yeah)\b|machines"),
    ],
    "race_distance": [
        (
            "none",
            (
                r"^\W*(?:no|none|nope|nah|nothing|not (?:yet|really|now|right now|at the moment))\b"
                r"|no race|not training for|for fun|just for"
            ),
        )
    ],
    "diet": [
        (
            "omnivore",
            (
                r"everything|anything|omni\w*|normal|no restrictions?|\bmeat\b(?! ?free)|^\W*(?:no|none"
                r"|nope|nothing special|regular|standard|all of it)\b|mixed|flexitarian|i eat it all"
                r"|all foods"
            ),
        ),
    ],
    "goal": [
        ("balanced", r"\bboth\b|equal|balance|same|half half|50|all of|everything|mix"),
        ("endurance", r"\brun(?:ning)?\b|race|faster|cardio|marathon|endurance|speed|distance"),
        ("muscle", r"muscle|lift|strong|strength|mass|size|gains|bigger|bulk|hypertrophy"),
        ("fat_loss", r"fat|weight|lean|cut|slim|shred"),
        ("physique", r"contest|stage|show|bikini|physique|look"),
        ("health", r"health|fit\b|long|well"),
    ],
}
_NUMERIC = frozenset(
    (
        "age body_weight height weekly_run_km longest_run_km run_days lift_days available_days "
        "session_minutes sleep_hours"
    ).split()
)
_UNIT_OF: dict[str, str] = {
    "body_weight": r"kgs?|kilos?|kilograms?|lbs?|pounds?|stones?|st",
    "height": r"cms?|m|tall|centimet\w+",
    "age": r"yo|y|years?|yrs?",
    "weekly_run_km": rf"{KM}|{MI}",
    "longest_run_km": rf"{KM}|{MI}",
    "run_days": r"x|days?|times?|runs?|d|sessions?",
    "lift_days": r"x|days?|times?|lifts?|d|sessions?",
    "available_days": r"x|days?|times?|d|sessions?",
    "session_minutes": rf"{MIN}|{HOUR}",
    "sleep_hours": rf"{HOUR}",
}
_FILL = re.compile(
    r"\b(?:a|an|the|my|is|it'?s|i'?m|i|am|im|of|per|each|every|in|at|on|for|about|around"
    r"|roughly|approx\w*|like|maybe|probably|think|guess|say|would|just|only|or|so|so far|well"
    r"|um+|uh|hmm|ok|okay|yes|yeah|yep|sure|ish|usually|normally|mostly|currently|now|right"
    r"|week|wk|weekly|day|night|old|tall|to|and|please|pls|thanks|thx|lol|haha|not|no|more"
    r"|less|than|up|max|tops|at most|at least|be|honest|tbh|actually|sorry|exactly|almost"
    r"|nearly|over|under|hours?|minutes?|mins?|total|long|weigh|can|do|train|run|lift|running"
    r"|lifting|have|get|sleep|put|down|go with|let'?s|last|longest|weight|height|age|years?"
    r"|days?|times?|sessions?|was|good|btw|here|between|average|on average|easily|easy|hi|hey"
    r"|of sleep|wants?|depends|that'?s|could|manage|currently|km|miles?|month|half|ago|did"
    r"|with|kilos?|free)\b|[^\w]|\d+"
)


def answer(t: Prepared, expecting: str, today: datetime.date) -> list[Hit]:
    """The message read as an answer to a question for `expecting`; an empty list if it isn't one."""
    s = t.s
    if not s.strip() or "?" in s and expecting != "name" or any(_ASKING.match(c.text) for c in t.clauses):
        return []
    if (no := _NO_OF_SOMETHING.match(s)) and expecting != "energy_balance":  # "no time for two a day, I've got 3 days" is not 0 days
        if not no["bound"]:
            return []
        s = " " * no.end() + s[no.end() :]
        t = replace(t, s=s)
    if expecting in ("avoid_foods", "health_flags", "blocked_days") and _NO.match(s):
        return [Hit(expecting, [], None, 0, len(s))]
    if _ASKED.match(s) or expecting in (*_CHOICES, *_NUMERIC) and _REQUEST.search(s):
        return []
    if expecting in _CHOICES and not _NOT_THAT_DAY.search(s):
        found = _choice(t, expecting, today)
        if found:
            return found
    if expecting not in ("sex", "energy_balance") and _OFF_TOPIC.match(s):
        return []
    if expecting in _NUMERIC:
        return _numbers(t, expecting)
    if expecting == "name":
        return _name(t)
    if expecting == "race_date" and not facts_schedule.lifting_contest(s):
        found_dates = dates(s, today, False)
        return (
            [Hit("race_date", found_dates[-1][2].isoformat(), None, found_dates[-1][0], found_dates[-1][1])]
            if found_dates
            else []
        )
    if expecting == "blocked_days":
        m = re.search(DAY_LIST, s)
        if m and not re.search(r"\b(?:free|only|available)\b", s[: m.start()]):
            days = {d for x in re.finditer(DAY_LIST, s) for d in day_set(x.group())}
            return [Hit(expecting, [d for d in DAYS if d in days], None, m.start(), m.end())]
    if expecting == "time_zone":
        for m in re.finditer(r"[^\W\d_][\w./+-]*", s):
            found_place = facts_schedule.resolve_place(s[m.start() :])
            if found_place and len(s.split()) <= 8:
                return [Hit(expecting, found_place[0], None, m.start(), m.start() + found_place[1])]
    if expecting == "avoid_foods":
        foods = [e for e in t.entities if e[0] == "FOOD"]
        if foods:
            return [Hit(expecting, sorted({e[1] for e in foods}), None, foods[0][2], foods[-1][3])]
        words = [w for w in re.split(r"\s*(?:,|/|&|\band\b|\bor\b)\s*", s.strip(" .!")) if w]
        if words and all(len(w.split()) <= 2 and re.fullmatch(r"[^\W\d_][\w' -]*", w) for w in words):
            return [Hit(expecting, sorted(set(words)), None, 0, len(s))]
    if expecting == "health_flags":
        flags = [e for e in t.entities if e[0] == "CONDITION"]
        if flags:
            return [Hit(expecting, sorted({e[1] for e in flags}), None, flags[0][2], flags[-1][3])]
        parts = {
            "knee": "injury",
            "back": "injury",
            "shoulder": "injury",
            "hip": "injury",
            "ankle": "injury",
            "achilles": "injury",
            "heart": "heart",
            "kidneys": "kidney",
        }
        for word, flag in parts.items():
            if m := re.search(rf"\b{word}s?\b", s):
                return [Hit(expecting, [flag], None, m.start(), m.end())]
    return []


def _choice(t: Prepared, expecting: str, today: datetime.date) -> list[Hit]:
    s = t.s
    if len(s.split()) > 14:
        return []
    if expecting in ("run_experience", "lift_experience"):
        m = re.search(
            (
                r"(?P<n>\d{1,3}(?:[.,]\d)?(?:\s+and a half|\s*½)?|\b(?:half a|a few|several|many"
                r"|an?))\s*\+?\s*(?P<u>years?|yrs?|y\b|months?|mo\b|weeks?|wks?"
                r"|decades?)(?P<half>\s+and a half)?"
            ),
            s,
        )
        kind = expecting.removesuffix("_experience")
        if re.search(r"\bused to\b", s) or m and re.match(r"\s*(?:off|out|away|break|without)\b", s[m.end() :]):
            return []  # how long it has been since says nothing of how long it was
        if m and m.group("n") in ("a", "an") and re.search(r"(?:\d\s*(?:x|k|km|mi)?|times|days|hours?|miles|runs?)\s*$", s[: m.start()]):
            m = None  # "30k a week"
        if m:
            months = facts_training.months_in(m.group("n"), m.group("u"), bool(m.group("half")))
            return [Hit(expecting, facts_training.level(kind, months), None, m.start(), m.end())]
        since = re.search(r"\bsince\s+((?:19|20)\d\d)\b", s)
        if since:
            return [
                Hit(
                    expecting,
                    facts_training.level(kind, 12 * max(0, today.year - int(since.group(1)))),
                    None,
                    since.start(),
                    since.end(),
                )
            ]
    if expecting == "diet":
        for value, words in DIETS.items():
            m = re.search(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b", s)
            if m:
                return [Hit("diet", value, None, m.start(), m.end())]
    if expecting == "race_distance":
        m = facts_schedule.RACE_ANSWER.search(s)
        name = facts_schedule.race_name(m) if m else None
        if m and name:
            return [Hit(expecting, name, None, m.start(), m.end())]
    if expecting == "protein_habit":
        m = re.search(r"\b(\d{2,3})\s*(?:g\b|grams?|gr\b)", s)
        if m:
            return [Hit(expecting, "some", None, m.start(), m.end())]
    if expecting == "goal":
        if _OF_A_DAY.search(s):
            return []
        found = list(facts_training.goal_answer(t))
        if found:
            return found
    for value, pattern in _CHOICES[expecting]:
        m = re.search(rf"(?<![\w'])(?:{pattern})s?(?!\w)" if not pattern.startswith("^") else pattern, s)
        if m:
            if value == "evening" and "hate evening" in s:
                continue
            return [Hit(expecting, value, None, m.start(), m.end())]
    return []


_EVERY_DAY = re.compile(
    rf"\b(?:every ?day|daily|every single day|any day)(?P<but>\s*,?\s*(?:except|but|apart from|other than|not)(?: for| on)?\s+(?P<free>{DAY_LIST}))?"
)
_OF_THE_BODY = {name: pattern for name, pattern in _TOPIC if name in ("age", "body_weight", "height", "sleep_hours")}


def _numbers(t: Prepared, expecting: str) -> list[Hit]:
    s = t.s
    if expecting.endswith("_km") or expecting in _OF_THE_BODY:  # "my age is 250" is no distance
        if any(re.search(pattern, s) for name, pattern in _OF_THE_BODY.items() if name != expecting) and not re.search(_OF_THE_BODY.get(expecting, r"\bkm\b"), s):
            return []
    if expecting == "session_minutes":
        m = facts_schedule.DURATION_ANSWER.search(s)
        if m and len(_FILL.sub("", s[: m.start()] + s[m.end() :])) < 6:
            value = facts_schedule.duration(m, s)
            return [Hit(expecting, int(value), "minutes", m.start(), m.end())]
    if expecting == "height":
        if feet := re.search(r"(?<![\w.])(\d)\s*(?:'|ft|foot|feet)?\s*[\s,]\s*(\d{1,2})(?!\d)", s):
            if 4 <= int(feet.group(1)) <= 8 and int(feet.group(2)) < 12:
                return [
                    Hit(
                        "height",
                        tidy(facts_body.bare_height(f"{feet.group(1)} {feet.group(2)}")),
                        "cm",
                        feet.start(),
                        feet.end(),
                    )
                ]
    if expecting.endswith("_days"):
        if (other := _OTHER_COUNT.search(s)) and expecting != ("run_days" if other["what"] == "run" else "lift_days"):
            return []
        if m := _EVERY_DAY.search(s):
            if m["but"] and expecting == "available_days":
                free = day_set(m["free"])
                return facts_schedule.train_on([d for d in DAYS if d not in free], m.start(), m.end())
            if m["but"] or "any" in m.group() or re.search(r"\b(?:can'?t|cant|not|never|don'?t)\b", s):
                return []
            return [Hit(expecting, 7, "days", m.start(), m.end())]
        if re.match(r"^\W*(?:none|no|never|zero|nope|not at all|(?:i )?(?:don'?t|dont|do not))\b", s) and not re.search(DAY, s):
            return [Hit(expecting, 0, "days", 0, len(s))]
        if (m := re.search(DAY_LIST, s)) and not _BUT_DAYS.search(s) and not re.search(r"\blong runs?\b", s) and len(_FILL.sub("", s[: m.start()] + s[m.end() :])) <= 8:
            days = day_set(m.group())
            if len(days) == 1 and not re.search(r"\b(?:only|just|one|once)\b|days$", s):  # "friday" may be about anything
                return []
            return facts_schedule.train_on(days, m.start(), m.end()) if expecting == "available_days" else [Hit(expecting, len(days), "days", m.start(), m.end())]
    if expecting in ("weekly_run_km", "longest_run_km"):
        if re.match(r"^\W*(?:none|zero|nothing|never|(?:i )?(?:really )?(?:don'?t|dont|do not) (?:really )?(?:run|jog)|no running|nope|no)\b", s):
            return [Hit(expecting, 0, "km", 0, len(s))]
        if (
            expecting == "longest_run_km"
            and (m := facts_schedule.RACE_ANSWER.search(s))
            and (name := facts_schedule.race_name(m)) in ("half", "marathon")
        ):
            return [Hit(expecting, 21.1 if name == "half" else 42.2, "km", m.start(), m.end())]
    found: list[Hit] = []
    spans: list[tuple[int, int]] = []
    for m in _BARE.finditer(s):
        if re.search(r"\bnot\s+(?:\w+\s+)?$", s[: m.start()]):
            spans.append((m.start(), m.end("n")))
            continue
        unit = m.group("rest").strip(" -")
        good = re.fullmatch(_UNIT_OF[expecting], unit)
        hit = numeric(
            t,
            expecting,
            m.group("n"),
            m.group("r"),
            unit if good else "",
            m.start(),
            m.end() if good else m.end("r") if m.group("r") else m.end("n"),
        )
        foreign = not good and re.fullmatch(
            r"kgs?|lbs?|cms?|km|k|miles?|min\w*|hours?|h|reps|sets|%|weeks?|months?", unit
        )
        if hit and speaker(t, hit.a, hit.b) == "other":
            return []
        if hit and not foreign:
            found.append(hit)
            spans.append((hit.a, hit.b))
    if not found:
        return []
    rest = s
    for a, b in reversed(spans):
        rest = rest[:a] + " " * (b - a) + rest[b:]
    if len(_FILL.sub("", rest)) > 8:
        return []
    return found[-1:]


def _name(t: Prepared) -> list[Hit]:
    m = re.match(
        (
            r"^\W*(?:(?:it'?s|i'?m|hi|hey|well|ok|sure|yes|call me|just|me is|name is"
            r"|the name'?s)[\s,]+)*(?P<n>[^\W\d_][\w'.-]*(?:\s+[^\W\d_][\w'.-]*){0,3})\W*$"
        ),
        t.s,
    )
    if (
        not m
        or not m.group("n")
        or m.group("n").split()[0] in facts_body.NO_NAME
        or re.search(r"\b(?:skip|why|no|don't|not|what|who|stop|later|back|how|yes)\b", m.group("n"))
    ):
        return []
    start, end = t.span(m.start("n"), m.end("n"))
    said = t.original[start:end]
    return [Hit("name", facts_body.proper(said), None, m.start("n"), m.end("n"))] if len(said) <= 60 else []

"""Rules for training: goal, experience, distances, days, time of day, minutes, races, place and equipment."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from nlu.facts_grammar import (
    ABOUT, DAY_LIST, DAYS, HOUR, KM, MI, MIN, NUM, RANGE, WEEK, Hit, between, dates, day_set, miles_to_km, number, tidy,
)  # fmt: skip
from nlu.facts_lexicon import ONLY_WITH_TIME, time_zones
from nlu.facts_text import Prepared, joined

IM = r"\b(?:i'?m|i am|i'm|im|we'?re)"
NOW_ONLY = re.compile(r"\b(?:this|next|last|coming)\s+(?:week|mon|tue|wed|thu|fri|sat|sun|month|weekend)|\b(?:today|tomorrow|tonight|yesterday|this (?:morning|evening|afternoon))\b")

# --- goal and energy ---------------------------------------------------------------------------------------------

_GOALS: list[tuple[str, str]] = [
    ("physique", r"bikini|(?:body ?building|physique|fitness|figure|bikini) (?:contest|show|competition|comp)|(?:a |my |first )(?:contest|show)\b|step on stage|on stage|stage[- ]ready|physique|contest prep|compete in (?:body ?building|bikini|physique)|aesthetics?|look good naked"),
    ("balanced", r"\bboth\b|balanced?\b|50/50|fifty fifty|equally|run and lift|lift and run|running and lifting|lifting and running|hybrid|(?:strong|muscle|lift\w*|strength) and (?:fast|fit|run\w*|endurance|cardio)|(?:fast|run\w*|endurance) and (?:strong|muscle|lift\w*|strength)|bit of everything|a mix"),
    ("fat_loss", r"(?:lose|losing|loose|drop|dropping|burn|burning|shed|shedding|get rid of|cut)\s+(?:some |the |my |more |a few |a bit of |this |body |belly |excess |up to |about |around |another |that |\d+ ?)*(?:fat|weight|belly|kgs?|kilos?|pounds?|lbs?|stones?|gut|love handles|tummy|body ?fat|inches)|fat[ -]?loss|weight[ -]?loss|slim(?:ming)?(?: down)?|lean(?:ing)? out|(?:get|getting|be|become) lean(?:er)?|shred(?:ded|ding)?|get ripped|cutting|\bcut\b(?! out)|trim down|drop a size"),
    ("muscle", r"(?:build|building|gain|gaining|put on|putting on|add|adding|pack on|packing on|grow|growing|get|more)\s+(?:some |more |a bit of |lean |lots of |a lot of |as much |serious |some more |upper body |leg |solid )*(?:muscles?|mass|size|gains)|(?:get|getting|be|become|look|grow)\s+(?:a bit |much |way |really |super )*(?:bigger|jacked|swole|huge|big|buff|muscular|strong(?:er)?|massive)|hypertrophy|bulk(?:ing)?(?: up)?|muscle (?:gain|first|growth|building|mass)|muscle\b|strength|gain weight|lifting (?:comes )?first|(?:bigger|stronger) (?:arms|legs|chest|glutes)|lift heavier|gains|squat more|get strong"),
    ("endurance", r"(?:run|running|get|be|become|getting)\s+(?:a bit |much |way |even |a )*(?:faster|further|farther|longer|quicker)|(?:faster|better|stronger) (?:runner|marathon\w*|5k|10k|half|times?)|run(?:ning)? (?:better|fast)|(?:improve|boost|increase|better) (?:my |the )?(?:running|run|endurance|stamina|cardio|5k|10k|half|marathon|pace|vo2)|endurance|(?:marathon|running|race|racing) (?:comes )?first|(?:pr|pb|finish|complete|run|do|crush) (?:a |an |my |the |first |next |another )*(?:half[- ]marathon|marathon|half|ultra\w*|10k|5k)|(?:sub|break|under)[- ]?\d|running performance|run a marathon|stamina|running\b"),
    ("health", r"health(?:y|ier)?|longevity|liv(?:e|ing) longer|stay(?:ing)? (?:fit|active|in shape)|general fitness|overall fitness|(?:keep|get|be|getting|keeping) fit|feel(?:ing)? (?:better|good)|wellness|be around for|get in(?:to)? shape|age well|ageing well"),
]  # fmt: skip
_GOAL = re.compile("|".join(f"(?P<{name}>\\b(?:{pattern})\\b)" for name, pattern in _GOALS))
_GOAL_CUE = re.compile(
    r"(?P<cue>\b(?:(?:my |main |primary |new |real |the |set my |change my |only |big(?:gest)? )*(?:goal|goals|aim|target|focus|priority|objective)(?:'s| is| are|:| to| =| for|)(?: to| now| on)?|(?:i )?(?:really |mostly |mainly |just |only |also |still |actually )*(?:want|wanna|wanting|would like|'d like|would love|'d love|hope|hoping|plan|planning|trying|looking|working|aiming|wish|prefer)(?: mostly| mainly| really)?(?: to|na)?|i'?d (?:like|love|rather)(?: to)?|focus(?:ing|ed)? (?:more )?on|here (?:to|for)|i'?m after|after|(?:i )?care (?:most |more )?about|in it for|i'?m (?:here |all |mainly |mostly )*(?:about|for)|i (?:train|lift|run|exercise|do this) (?:for|to)|put|prioriti[sz]e)\b)"
)
_NOT_GOAL = re.compile(r"\b(?:not|don'?t|dont|without|never|no|avoid|stop|than|over|instead of|rather than|worried|lose|losing|keep|keeping|maintain\w*|while|preserve|know|sacrific\w+|less|hurt\w*|killing|isn'?t)\b[^,]*$")
_PRESENT = re.compile(rf"(?:{IM}|\bcurrently|\bright now|\b(?:been|started|now|still|on)|\bi|^\W*)\s+(?:currently |now |also |still |on |in |doing |slowly |trying |lean |dirty |started |a |my |at |been |kind of |mini |slow |the middle of a |eating |eat |\d+ (?:days|weeks|months) into a? ?)*$")


def goal(t: Prepared) -> Iterator[Hit]:
    for m in re.finditer(r"\b(?P<bulk>bulking|on a (?:lean |clean |dirty )?bulk|in a bulk)\b|\b(?P<cut>cutting|on a (?:mini[- ]?)?cut|in a cut(?:ting phase)?|in a cutting phase)\b(?!\s+(?:back|out|down|my|the|carbs|it|short|off|weights|corners|calories too))", t.s):
        if _PRESENT.search(t.s[: m.start()].rsplit(".", 1)[-1] or " ") or t.clause(m.start()).fragment:
            if re.search(r"\b(?:not|should|if|stop(?:ped)?|done|finished|when|while|before|after)\s+(?:\w+\s+)?$", t.before(m.start())) and not re.search(rf"{IM}\s*$", t.before(m.start())):
                continue
            yield Hit("goal", "muscle" if m.group("bulk") else "fat_loss", None, m.start(), m.end())
            yield Hit("energy_balance", "surplus" if m.group("bulk") else "deficit", None, m.start(), m.end())
    for m in re.finditer(r"\b(?:prep(?:ping|aring)?|training|signed up|competing) (?:for|in) (?:an? |my )?(?:first |next )?(?P<w>bikini|physique|figure|bodybuilding|fitness show|(?:bodybuilding )?contest|stage)\b", t.s):
        yield Hit("goal", "physique", None, m.start(), m.end())
    for clause in t.clauses:
        if clause.question or clause.hypothetical and not re.search(r"\b(?:hope|hoping|want)\b", clause.text):
            continue
        cue = _GOAL_CUE.search(clause.text)
        if not cue:
            m2 = re.search(r"\b(?P<w>muscle|strength|lifting|endurance|running|marathon|race|racing|fat loss|health)\s+(?:is\s+|comes\s+)?(?:my\s+)?(?:first|#1|number 1|(?:main |top )?(?:priority|goal|focus))\b", clause.text)
            if m2:
                word = m2.group("w")
                value = {"fat loss": "fat_loss", "health": "health"}.get(word, "muscle" if word in ("muscle", "strength", "lifting") else "endurance")
                yield Hit("goal", value, None, clause.start + m2.start(), clause.start + m2.end())
            continue
        yield from _goal_in(t, clause.start + cue.end(), clause.end, clause.start + cue.start(), cue.group())


def _goal_in(t: Prepared, begin: int, end: int, start: int, cue: str) -> Iterator[Hit]:
    if re.search(r"\b(?:don'?t|not|never)\s+(?:really\s+)?$", t.s[max(0, start - 12) : start]):
        return
    found: list[tuple[str, int]] = []
    tail = end
    for m in _GOAL.finditer(t.s, begin, min(end, begin + 90)):
        if _NOT_GOAL.search(t.s[begin : m.start()]):
            continue
        value = m.lastgroup or ""
        if re.match(r"\s*(?:days|sessions|times|clothes|watch|shoes)\b", t.s[m.end() :]) or (value in ("endurance", "muscle") and re.fullmatch(r"running|strength|muscle", m.group()) and cue.strip() in ("want", "trying", "put", "after", "i want")) and re.match(r"\s*(?:shoes|watch|\d|on|in|days)\b", t.s[m.end() :]):
            continue
        found.append((value, m.end()))
    if not found:
        return
    values = [v for v, _ in found]
    tail = found[0][1]
    value = values[0]
    if "balanced" in values and not ({"fat_loss", "physique", "health"} & set(values)):
        value, tail = "balanced", found[values.index("balanced")][1]
    elif {"muscle", "endurance"} <= set(values) and values[0] in ("muscle", "endurance"):
        value, tail = "balanced", found[-1][1]
    elif "physique" in values:
        value, tail = "physique", found[values.index("physique")][1]
    yield Hit("goal", value, None, start, tail, plain=True)


def goal_answer(t: Prepared) -> Iterator[Hit]:
    """A goal without any cue, as the answer to a question for it."""
    yield from _goal_in(t, 0, len(t.s), 0, "")


_ENERGY = re.compile(
    r"\b(?P<deficit>(?:calorie |caloric |small |slight |big |energy )*deficit|eat(?:ing)? (?:a bit |a little |slightly )*(?:less|under|below) (?:than i (?:need|burn)|maintenance|my tdee)|(?:under|below) maintenance|dieting|on a diet(?! of)|eating less|in the red|losing weight|\d+ ?(?:kcal|calories|cals) (?:deficit|under|below))\b"
    r"|\b(?P<surplus>(?:calorie |caloric |small |slight |big |energy |lean )*surplus|eat(?:ing)? (?:a bit |a little |slightly )*(?:more|over|above) (?:than i (?:need|burn)|maintenance|my tdee)|(?:over|above) maintenance|eating (?:extra|more)|overeating on purpose|gaining weight)\b"
    r"|\b(?P<maintenance>(?:at|around|eating|eat(?:ing)? at|on) maintenance|maintenance(?: calories)?|maintaining(?: my weight)?|holding (?:my )?weight|(?:keep|keeping) my weight (?:stable|steady|the same)|weight (?:is )?(?:stable|steady))\b"
)


def energy_balance(t: Prepared) -> Iterator[Hit]:
    for m in _ENERGY.finditer(t.s):
        value = m.lastgroup or ""
        before, clause = t.before(m.start()), t.clause(m.start())
        if re.search(r"\b(?:want|need|should|how|not|don'?t|never|without|avoid|trying|plan\w*|going|can|no)\b[^,]*$", before):
            continue
        if re.search(rf"{IM}|\bi(?:'ve)? (?:eat|been|keep|am|usually|run|stay)|\bmy\b|\bcurrently|\bset\b", before + m.group()) or clause.fragment or not before.strip(" ina-") or re.match(r"^\W*(?:in|at|on)?\s*(?:a|an|slight|small)?\s*$", before):
            if not clause.question:
                yield Hit("energy_balance", value, None, m.start(), m.end())


# --- experience --------------------------------------------------------------------------------------------------

_RUN_NOUN = r"(?:run(?:ning|s|ner)?|jog(?:ging)?|runner)"
_LIFT_NOUN = r"(?:lift(?:ing|s|er)?|weights?|weight ?lifting|strength(?: training)?|weight training|(?:the )?gym|resistance training|power ?lifting|barbell(?: training)?|body ?building|strength work|strength)"
_SPAN = r"(?P<n>\d{1,3}(?:[.,]\d)?(?:\s+and a half|\s*½)?|an?|half a|a few|several|many|some|over a|about a|almost a|a good)\s*\+?\s*(?P<u>years?|yrs?|months?|mos?|mths?|weeks?|wks?|decades?|days?)(?P<half>\s+and a half)?"
_SINCE_YEAR = r"(?:since|in)\s+(?:about\s+|around\s+|\w+\s+)?(?P<y>(?:19|20)\d\d)"
_EXPERIENCE = joined(
    rf"""\b(?:been|started|start|begun|began|have|got|i'?ve|i\s+have|doing|with)\s+(?:doing\s+|consistently\s+|regularly\s+|seriously\s+|only\s+|just\s+|training\s+|going\s+to\s+|to\s+|{ABOUT})*(?P<what>{_RUN_NOUN}(?:\s*(?:and|&)\s*{_LIFT_NOUN})?|{_LIFT_NOUN}(?:\s*(?:and|&)\s*{_RUN_NOUN})?)\s*(?:\w+\s+){{0,3}}?(?:{ABOUT}|for\s+{ABOUT}|on and off for\s+|now for\s+|going on\s+)(?:{_SPAN}|{_SINCE_YEAR}|(?P<last>(?:last|this|a)\s+(?:week|month|year|summer|spring|autumn|winter|fall|january)))
      | \b(?P<what2>{_RUN_NOUN}|{_LIFT_NOUN})\s+(?:experience\s*)?(?:for|:|since|is)?\s*{ABOUT}(?:{_SPAN.replace("<n>", "<n2>").replace("<u>", "<u2>").replace("<half>", "<half2>")}|(?P<y2>(?<=since\s)(?:19|20)\d\d))
      | {_SPAN.replace("<n>", "<n3>").replace("<u>", "<u3>").replace("<half>", "<half3>")}\s+(?:of|into|in|doing|worth of)\s*(?:my\s+|consistent\s+|serious\s+|regular\s+|the\s+)*(?P<what3>{_RUN_NOUN}|{_LIFT_NOUN})
      | {_SPAN.replace("<n>", "<n4>").replace("<u>", "<u4>").replace("<half>", "<half4>")}\s+(?P<what4>{_RUN_NOUN}|{_LIFT_NOUN})\s+experience
      | {_SPAN.replace("<n>", "<n5>").replace("<u>", "<u5>").replace("<half>", "<half5>")}\s+ago\s+i\s+(?:started|began)\s+(?P<what5>{_RUN_NOUN}|{_LIFT_NOUN})"""
)
_ADJ_NEW = r"(?:brand[- ]?new|(?:total |complete |absolute )*(?:beginner|newbie|noob|novice|newb|new)|rookie|green|untrained)"
_ADJ_MID = r"(?:intermediate|regular|recreational|casual|average|decent)"
_ADJ_TOP = r"(?:advanced|experienced|seasoned|veteran|competitive|long-?time|expert|elite|lifelong|pro)"
_LEVEL = joined(
    rf"""\b(?P<adj>(?P<new>{_ADJ_NEW})|(?P<mid>{_ADJ_MID})|(?P<top>{_ADJ_TOP}))\s*(?:to|at|with|in|when it comes to|level)?\s*(?:the\s+|all\s+this\s+)?(?P<what>{_RUN_NOUN}|{_LIFT_NOUN})\b
      | \b(?P<never>never|haven'?t ever|havent ever|not)\s+(?:really\s+|ever\s+|yet\s+)*(?P<vwhat>run|ran|jogged|lifted|done\s+(?:any\s+)?(?:lifting|weights|strength)|been\s+(?:to|in)\s+a\s+gym|touched\s+a\s+(?:weight|barbell)|been\s+a\s+runner)(?:\s+(?:before|weights?|in\s+my\s+life|a\s+day|seriously|regularly|properly|at\s+all))*\s*(?=$|[.,;!?]|but|and)
      | \b(?P<start>just\s+(?:started|starting|began|got\s+into|getting\s+into|taken\s+up|took\s+up|picked\s+up)|starting\s+(?:out\s+)?(?:with|to)?|started|getting\s+into|couch\s+to|c25k)\s*(?:with\s+|to\s+|going\s+to\s+|out\s+)*(?P<swhat>{_RUN_NOUN}|{_LIFT_NOUN}|5k)?\b(?!\s*(?:\d|for|in\s+\d|since|ago))
      | \b(?P<often>run\s+regularly|run\s+a\s+lot|lift\s+regularly|regularly\s+(?:run|lift))\b
      | \b(?P<dwhat>{_RUN_NOUN}|{_LIFT_NOUN})\s+(?P<dword>newbie|beginner|novice|noob|veteran|vet)\b
      | \b(?P<pwhat>running|lifting|run|lift)\s*(?:experience|level)?\s*(?:is|:|=|level\s+is|experience\s+is)\s*(?P<plevel>new|beginner|novice|regular|intermediate|experienced|advanced)\b"""
)
_LEVELS = {"run": ("new", "regular", "experienced"), "lift": ("novice", "intermediate", "advanced")}


def kinds(text: str) -> list[str]:
    """Which of "run" and "lift" the words name."""
    out = ["run"] if re.search(r"run|ran|jog|5k|c25k", text) else []
    return [*out, "lift"] if re.search(r"lift|weight|strength|gym|resist|barbell|body", text) else out


def level(kind: str, months: float) -> str:
    """The level that so many months make: running 6 and 36 months, lifting 6 and 24."""
    new, mid, top = _LEVELS[kind]
    return new if months < 6 else mid if months < (36 if kind == "run" else 24) else top


def months_in(count: str, unit: str, extra_half: bool) -> float:
    """Months for "2 and a half", "a", "a few" of a unit."""
    count = count.strip()
    if count[:1].isdigit():
        n = number(count)
    else:
        n = {"half a": 0.5, "a few": 3, "several": 4, "many": 10, "some": 3}.get(count, 1)
    n += 0.5 if extra_half else 0
    per = {"y": 12.0, "m": 1.0, "w": 7 / 30.4, "d": 120.0 if unit.startswith("dec") else 1 / 30.4}[unit[0]]
    return n * per


def experience(t: Prepared, today: datetime.date) -> Iterator[Hit]:
    seen: set[str] = set()
    for m in _EXPERIENCE.finditer(t.s):
        g = m.groupdict()
        before = t.before(m.start())
        if re.search(r"\b(?:not|haven'?t|stopped|off|quit|no|without|since i|didn'?t|break from)\b[^,]*$", before) or re.search(r"\b(?:haven'?t|stopped|quit|off)\b", m.group()):
            continue
        k = next(i for i in ("", "2", "3", "4", "5") if g["what" + i])
        if g["n" + k]:
            if k == "2" and not g["n2"][0].isdigit() and " for " not in m.group():
                continue
            months = months_in(g["n" + k], g["u" + k], bool(g["half" + k]))
            if g["u" + k].startswith("day") and "started" not in m.group() and "been" not in m.group():
                continue
            if re.match(r"\s*(?:a|per|each|/|every|out|away|to go|long)\s*(?:week|month|year|race)?\b", t.after(m.end())) and k in ("2",):
                continue
        elif k in ("", "2") and g.get("y" + k):
            months = max(0, (today.year - int(g["y" + k])) * 12)
        else:
            last = g["last"] or ""
            months = 12 if "year" in last and "this" not in last else 1 if re.search("week|month", last) else 6
        for kind in kinds(g["what" + k]):
            seen.add(kind)
            yield Hit(f"{kind}_experience", level(kind, months), None, m.start(), m.end(), anywhen=True)
    for m in _LEVEL.finditer(t.s):
        g = m.groupdict()
        before = t.before(m.start())
        what = g["what"] or g["vwhat"] or g["swhat"] or g["often"] or g["dwhat"] or g["pwhat"] or ""
        if g["adj"]:
            place = 0 if g["new"] else 1 if g["mid"] else 2
            if re.search(r"\b(?:not|no longer|isn'?t|for|most|every|many|some|any|good|best)\s+(?:an?\s+|really\s+)*$", before) or re.search(r"\b(?:goal|want|wanna|become|like to be|becoming|turn into)\b", before) or (g["adj"] in ("new", "regular", "average", "decent", "casual", "intermediate") and not re.search(rf"{IM[2:]}|\bmy\b|\bas\b|^\W*$|\bme\b|\band\b|,|(?:he|she|they)'?s?\b", before)):
                continue
            if g["adj"] == "new" and not re.search(r"\bto\b|\bat\b|runner|lifter", m.group()):
                continue
            if g["adj"] == "regular" and not re.search(r"runner|lifter", m.group()):
                continue
        elif g["never"]:
            place = 0
            if g["never"] == "not" or g["vwhat"] == "run" and not re.search(r"before|life", m.group()):
                continue
        elif g["start"]:
            if not what and g["start"] not in ("couch to", "c25k") or not re.search(rf"{IM[2:]}|\bi\b|\bi'?ve\b|^\W*$|\band\b|doing|\bon\b", before):
                continue
            what, place = what or "run", 0
        elif g["often"]:
            place = 1
        elif g["dwhat"]:
            place = 2 if g["dword"].startswith("v") else 0
        else:
            place = next(i for i, w in enumerate(("new beginner novice", "regular intermediate", "experienced advanced")) if g["plevel"] in w.split())
        found = kinds(what)
        both = re.match(rf"\s*(?:and|&|/)\s*(?P<w>{_RUN_NOUN}|{_LIFT_NOUN})\b", t.s[m.end() :])
        if both:
            found += kinds(both.group("w"))
        for kind in found:
            if kind not in seen:
                yield Hit(f"{kind}_experience", _LEVELS[kind][place], None, m.start(), m.end(), anywhen=True)


# --- distances ---------------------------------------------------------------------------------------------------

_UNIT = rf"(?:(?P<km>{KM})|(?P<mi>{MI}))"
_WEEKLY = joined(
    rf"""{NUM}{RANGE}\s*-?\s*(?:{_UNIT}\b(?:\s+(?:of\s+)?(?:easy\s+|road\s+|trail\s+|total\s+|slow\s+)*(?:running|runs?|jogging|on foot|total|easy))?(?:\s+(?:in\s+)?total)?\s*(?:{WEEK}|\s*weeks\b|\s*in\s+(?:a|an average|the)\s+week|-?\s*weekly)|(?P<mpw>mpw)\b|(?P<kpw>kpw|kmpw|km/w|km/wk)\b)
      | \b(?:(?:weekly|week'?s|total)\s+(?:mileage|distance|volume|running|kms?|miles|total|running distance|run)|mileage|running volume|weekly)\s*(?:is|:|=|to|of|at|are|was wrong,?\s*(?:it'?s)?|now)?\s*{ABOUT}(?P<n>\d{{1,3}}(?:[.,]\d)?)(?:\s*(?:-|to)\s*(?P<r>\d{{1,3}}))?\s*(?:(?P<km2>{KM})|(?P<mi2>{MI}))?\b(?!\s*(?:%|days|times|runs|sessions|x\b))
      | \b(?:run|running|jog|log|cover|do)\s+{ABOUT}(?P<n3>\d{{1,3}}(?:[.,]\d)?)(?:\s*(?:-|to)\s*(?P<r3>\d{{1,3}}))?\s*(?:(?P<km3>{KM})|(?P<mi3>{MI}))\s+weekly\b
      | \b(?:a|per|each|every|in a)\s+week\s+i\s+(?:run|do|jog|cover)\s+{ABOUT}(?P<n4>\d{{1,3}}(?:[.,]\d)?)\s*(?:(?P<km4>{KM})|(?P<mi4>{MI}))\b"""
)
_OTHER_SPORT = re.compile(r"\b(?:cycl\w+|bike|biking|swim\w*|rid(?:e|ing)|row(?:ing)?|walk(?:ing)?|drive|driving|commut\w+|hik(?:e|ing)|want|goal|target|aim\w*|build(?:ing)? (?:up )?to|get (?:up )?to|should|increase (?:it )?(?:to|by)|add(?:ing)?|work(?:ing)? up to|by)\b")


def weekly_run_km(t: Prepared) -> Iterator[Hit]:
    imperial = _miles(t)
    for m in _WEEKLY.finditer(t.s):
        g = m.groupdict()
        if _OTHER_SPORT.search(t.before(m.start())):
            continue
        if m.group(1):
            value, mile = between(m.group(1), m.group(2)), bool(g["mi"] or g["mpw"])
            a = m.start(1)
        else:
            k = next(i for i in ("", "3", "4") if g["n" + i])
            value = between(g["n" + k] or "", g.get("r" + k))
            s = k or "2"
            mile = bool(g["mi" + s]) or (not g["km" + s] and (imperial or "miles" in m.group() or "mileage" in m.group() and imperial))
            a = m.start("n" + k)
            if NOW_ONLY.search(t.clause(a).text):
                continue
        if re.search(r"\bran\b|\bthis week\b|\blast week\b", t.clause(a).text):
            continue
        if re.search(r"\b(?:this week|p\s?week)\b", m.group()) and "this week" in m.group():
            continue
        yield Hit("weekly_run_km", tidy(miles_to_km(value) if mile else value), "km", a, m.end())


def _miles(t: Prepared) -> bool:
    return bool(re.search(r"\bmiles?\b|\bmpw\b|\d\s*mi\b", t.s))


_RACE_KM = {"5k": 5.0, "10k": 10.0, "half": 21.1, "marathon": 42.2}
_LONG_WORDS = r"(?P<race>half[- ]?marathon|a\s+half|hm|a\s+marathon|full\s+marathon)"
_LONGEST = joined(
    rf"""\b(?:(?:my\s+|the\s+)?(?:longest|furthest|farthest|biggest|max(?:imum)?)\s+(?:single\s+|recent\s+|weekend\s+|continuous\s+)?(?:runs?|distance|jog|one|i'?ve\s+(?:run|ran|done|gone)|i\s+(?:run|ran|did|have\s+run|can\s+run|go|went|do)|(?:\w+\s+)?so\s+far|is|was)|(?:my|the|sunday|weekend|weekly|saturday)\s+(?:weekly\s+|sunday\s+|weekend\s+|current\s+)?long\s+(?:run|one)s?|long\s+runs?(?=\s*(?:is|are|:|=|of|was|at|up|around|about|\d))|longest(?=\s*(?:is|was|:|\d)))
        (?P<mid>[^.!?;]{{0,55}}?)(?:(?<![\w.])(?P<n>\d{{1,3}}(?:[.,]\d{{1,2}})?){RANGE}\s*-?\s*(?:(?P<km>{KM})|(?P<mi>{MI}))\b|\b{_LONG_WORDS}\b)
      | \b(?P<n2>\d{{1,3}}(?:[.,]\d)?)\s*-?\s*(?:(?P<km2>{KM})|(?P<mi2>{MI}))\s+(?:is|was)\s+(?:my|the)\s+(?:longest|furthest)
      | \b(?P<n3>\d{{1,3}}(?:[.,]\d)?)\s*-?\s*(?:(?P<km3>{KM})|(?P<mi3>{MI}))\s+long\s+runs?\b"""
)


def longest_run_km(t: Prepared, expected: bool) -> Iterator[Hit]:
    for m in _LONGEST.finditer(t.s):
        g = m.groupdict()
        whole = m.group() + t.after(m.end())
        if not expected and re.search(r"\bever\b|\bin my life\b|\byears? ago\b|\blast year\b|\ball[- ]time\b", whole):
            continue
        if re.search(r"\b(?:want|should|move|goal|next|will be|would|plan|shoes?|today|tomorrow|increase|extend)\b", t.before(m.start()) + (g["mid"] or "")) or re.search(r"\bhow\b", t.before(m.start())):
            continue
        if g["mid"] and re.search(r"\b(?:week|minutes|hours?|times|days)\b", g["mid"]) and not re.search(r"(?:this|last|past|of the|in a|in the last \d+) (?:week|month|\d+ (?:days|weeks))|last \d+|weeks? was|every week", g["mid"]):
            continue
        if g["race"]:
            value = 42.2 if "half" not in g["race"] and g["race"] != "hm" else 21.1
            a = m.start("race")
        else:
            k = next(i for i in ("", "2", "3") if g["n" + i])
            value = number(g["n" + k] or "")
            if k == "" and m.group(4):
                value = between(g["n"] or "", m.group(4))
            value = miles_to_km(value) if g["mi" + k] else value
            a = m.start("n" + k)
        yield Hit("longest_run_km", tidy(value), "km", a, m.end(), anywhen=True)


# --- days a week -------------------------------------------------------------------------------------------------

_RUN_V = r"(?:run|running|jog|jogging|go\s+(?:for\s+a\s+)?run(?:ning|s)?|do\s+runs)"
_LIFT_V = r"(?:lift|lifting|do\s+(?:weights|strength(?:\s+(?:training|work))?)|weights|gym|(?:go\s+to|hit|in|at)\s+(?:the\s+)?gym|strength(?:[\s-]+train(?:ing)?)?|weight[\s-]?(?:train(?:ing)?|lifting)|lift\s+weights|lifting\s+weights|resistance\s+train(?:ing)?)"
_TRAIN_V = r"(?:train|training|work\s*out|working\s+out|exercise|exercising|available|free|have|i'?ve\s+got|got|can\s+do|could\s+do|do|can\s+manage|manage|spare|commit\s+to|plan\s+(?:for|of|with|on)|can\s+make|plan|give\s+me|workouts?|train\s+on|can)"
_PER = rf"(?:{WEEK}|\s*in\s+(?:a|the)\s+week|\s*out\s+of\s+(?:the\s+)?(?:7|week))"
_COUNT = r"(?P<n>\d)(?:\s*(?:-|to|or|/)\s*(?P<r>\d)(?!\d))?"
_TIMES = r"\s*(?:x|times|days?|nights|mornings|evenings|sessions|d\b)"
_DAYS_N = joined(
    rf"""\b(?P<verb>(?P<runv>{_RUN_V})|(?P<liftv>{_LIFT_V})|(?P<trainv>{_TRAIN_V}))\s+(?:(?:on|outside|outdoors|up|to|weights|it|myself|this|slowly|easy|regularly|out|consistently)\s+)*{ABOUT}(?<![\d.])(?:{_COUNT}(?:{_TIMES}(?!\w)(?P<per>{_PER})?|(?P<per2>{_PER}))|(?P<every>every\s*day|daily|every\s+single\s+day|7/7)|(?P<other>every\s+(?:other|second|2nd)\s+day)|(?:on\s+|only\s+|every\s+)*(?P<list>{DAY_LIST}))(?!\s*(?:ago|straight|in a row|off|out\b|of\s+rest|rest|before|after|later|from|until|into|apart|between|to\s+(?:recover|go)))(?!\d)
      | (?<![\w.,/+-]){_COUNT.replace("<n>", "<m>").replace("<r>", "<q>")}\s*-?\s*(?:x\s*)?(?:(?:easy|hard|short|full|long|weekly|total|solid|good)\s+)*(?P<noun>(?P<runn>running\s+days?|run\s+days?|runs|run|days?\s+(?:of\s+)?running|days?\s+for\s+running|running\s+sessions|jogs|x\s+running|x\s+run|running)|(?P<liftn>lifting\s+days?|lift\s+days?|lifts|lift|days?\s+(?:of\s+)?lifting|days?\s+for\s+lifting|lifting\s+sessions?|gym\s+(?:days?|sessions?)|strength\s+(?:days?|sessions?|workouts?)|days?\s+(?:of\s+)?(?:gym|strength|weights)|weights?\s+sessions?|lifting|weights|gym)|(?P<trainn>(?:training|workout)\s+days?|days?\s+(?:(?:a|per|each)\s+week\s+)?(?:for\s+(?:both|training|everything|all|exercise|it)|to\s+(?:train|work\s+out|exercise)|available|free|total|(?:a|per)\s+week\s+plan|of\s+training)|(?:training\s+)?sessions|workouts|day\s+(?:plan|program|programme|split|week)))(?P<per3>{_PER})?(?!\w|\s*(?:ago|straight|in\s+a\s+row|km|miles|pace|plan\s+for\s+someone))
      | (?<![\w.,/+-]){_COUNT.replace("<n>", "<k>").replace("<r>", "<j>")}{_TIMES}(?P<per4>{_PER})\s*(?:of\s+|i\s+|is\s+)?(?P<post>(?P<runp>running|run|jogging|runs)|(?P<liftp>lifting|lift|gym|weights|strength)|(?P<trainp>training|train|workouts?|for\s+both|for\s+everything|(?:is|are)\s+(?:possible|ok|fine|doable)|i\s+can\s+train))\b
      | \b(?P<day_noun>running|run|lifting|lift|gym|training|strength|available)\s+(?:days|sessions|freq(?:uency)?)(?:\s+(?:a|per)\s+week)?\s*(?:is|are|:|=|to)\s*{ABOUT}(?P<dn>\d)\b(?!\s*(?:%|km))"""
)


def days_a_week(t: Prepared) -> Iterator[Hit]:
    for m in _DAYS_N.finditer(t.s):
        g = m.groupdict()
        a, b = m.start(), m.end()
        clause = t.clause(a)
        before, after = t.before(a), t.after(b)
        text = clause.text
        once = bool(NOW_ONLY.search(text))
        if re.search(r"\b(?:ran|lifted|missed|trained|did)\b", text) or (once and not re.search(r"\b(?:next|this) week\b", text)):
            continue
        if re.search(r"\b(?:don'?t|dont|can'?t|cant|cannot|not|never|won'?t|no|without|blocked|hate|than|unable|couldn'?t)\s+(?:\w+\s+){0,2}$", before):
            continue
        if re.search(r"\b(?:hurts?|sore|rest(?:ing)?|off|missed|move|swap|skip|moved|since|legs)\b", before):
            continue
        if g["verb"]:
            kind = "run" if g["runv"] else "lift" if g["liftv"] else "available"
            if g["n"]:
                value = int(between(g["n"], g["r"]))
                unit_words = re.search(r"\d\s*(x|times|days?|nights|mornings|evenings|sessions|d)\b", m.group())
                if not (g["per"] or g["per2"]) and not unit_words:
                    continue
                if kind == "available":
                    # "have 3 days" is training time; "have 3 kids" and "have 3 times ..." aren't.
                    if not unit_words and not g["per2"]:
                        continue
                    if re.match(r"\s*(?:running|lifting|of\s+(?:running|lifting)|lift\b|run\b|gym|weights|for (?:running|lifting)|runs)", after):
                        kind = "run" if "run" in after[:16] else "lift"
                    elif re.search(r"\b(?:protein|eat|meals?|shakes?|drink|coffee|meat|cheat|alcohol|squats?|bench)\b", text):
                        continue
                    elif not (g["per"] or g["per2"]) and re.search(r"\b(?:have|got|do|can|give me|plan)\s*$", g["trainv"]) and not re.match(r"\s*(?:$|[,.;!?]|to train|available|free|max|for (?:both|training|everything)|only|a week|and|plan|at most|\d)", after):
                        continue
                elif not (g["per"] or g["per2"]) and "days" not in m.group() and not re.search(r"\d\s*(?:x|times)", m.group()):
                    continue
                if re.match(r"\s*(?:each|both)\b", after) and re.search(r"\b(?:run|lift)\w* and (?:run|lift)", m.group() + before + m.group()):
                    kind = "both"
                if re.search(r"\b(?:run|jog)\w*\s+(?:and|&|\+)\s*$", before) and kind == "lift" or re.search(r"\b(?:lift\w*|gym|weights)\s+(?:and|&|\+)\s*$", before) and kind == "run":
                    kind = "both" if re.match(r"\s*each", after) else "available"
                if kind == "run" and re.search(r"\bboth\b", after):
                    kind = "available"
            elif g["every"]:
                value = 7
                if g["trainv"] and not re.search(r"train|work|exercis", g["trainv"]):
                    continue
            elif g["other"]:
                value = 3
                if g["trainv"] and not re.search(r"train|work|exercis", g["trainv"]):
                    continue
            else:
                days = day_set(g["list"] or "")
                value = len(days)
                if g["trainv"] and not re.search(r"train|work|exercis|free|available", g["trainv"]) or once:
                    continue
                if value == 1 and not re.search(r"s\b", g["list"] or "") and not re.search(r"\b(?:only|every)\b", m.group()):
                    continue
        elif g["noun"]:
            kind = "run" if g["runn"] else "lift" if g["liftn"] else "available"
            value = int(between(g["m"], g["q"]))
            if g["noun"] in ("run", "lift", "running", "lifting", "weights", "gym") and not g["per3"] and not re.search(r"\d\s*x\s*", m.group()) and not re.search(rf"\b(?:run|lift|{_RUN_V}|{_LIFT_V})\b", re.sub(re.escape(m.group()), "", text)):
                continue
            if re.search(r"\b(?:last|past|first|every|in|after|for)\s+$", before) and not re.search(r"\bplan for\s+$", before):
                continue
        elif g["post"]:
            kind = "run" if g["runp"] else "lift" if g["liftp"] else "available"
            value = int(between(g["k"], g["j"]))
        else:
            noun = g["day_noun"]
            kind = "run" if noun.startswith("run") else "available" if noun in ("training", "available") else "lift"
            value = int(g["dn"])
        scope = "this_answer" if once else None
        if kind == "both":
            yield Hit("run_days", value, "days", a, b, scope=scope)
            yield Hit("lift_days", value, "days", a, b, scope=scope)
        else:
            yield Hit(f"{kind}_days", value, "days", a, b, scope=scope)
            joined = re.match(rf"\s*(?:and|&|,|/|\+|but)\s*(?:i\s+)?(?P<v>{_LIFT_V}|{_RUN_V})\s+{ABOUT}(?P<n>\d)(?!\s*(?:\d|kg|lbs|km|k\b|x|times|days|miles|hours|min|plates|\.))", after)
            if joined and kind in ("run", "lift"):
                other = kinds(joined.group("v"))
                if other:
                    yield Hit(f"{other[0]}_days", int(joined.group("n")), "days", b + joined.start("v"), b + joined.end(), scope=scope)
    for m in re.finditer(r"\b(?:i )?(?:don'?t|dont|do not|never) (?P<v>run|lift|lift weights)(?:\s+(?:at all|yet|currently|atm|right now|these days|any ?more|anymore|weights|either))*\s*(?=$|[.,;!?]|\bbut\b|\band\b)", t.s):
        yield Hit("run_days" if m.group("v") == "run" else "lift_days", 0, "days", m.start(), m.end())


_BLOCK = joined(
    rf"""(?P<can>\bcan(?:'?t|not|\s+not)|\bcant|\bunable\s+to|\bwon'?t\s+be\s+able\s+to|\b(?:don'?t|dont|do\s+not|never)(?=\s+(?:train|work\s*out|exercise|have\s+time|do\s+anything|on|available)|\s+{DAY_LIST})|\bnot\s+(?:free|available|able\s+to\s+train|possible|around|working out|training)|\bbusy|\bno\s+time|\bunavailable|\bblock(?:ed)?(?:\s+days?)?(?:\s+(?:is|are|:))?|\boff\s+limits|\bnothing|\bno\s+(?:training|workouts?|exercise|gym|sessions?|running|lifting))
         (?P<mid>(?:\s+(?:do|train|training|make|work|workout|out|exercise|run|lift|go|gym|to|the|have|time|anything|on|either|it|ever|really|usually|for|be|is|are|off|in|at|all|sessions?|every|any|there|manage|sports?|come|schedule|days?))*)\s*:?\s*(?:on\s+|either\s+)?(?P<d1>{DAY_LIST})
      | \b(?:no|not|never|except(?:\s+for)?|apart\s+from|other\s+than|but\s+not|anything\s+but|bar|besides|excluding|without)\s+(?:on\s+|for\s+|a\s+)?(?P<d2>{DAY_LIST})
      | (?P<d3>{DAY_LIST})\s*(?:is|are|'s|'re)?\s*(?:always\s+|usually\s+|totally\s+|completely\s+)?(?:out\b|off\s+limits|off\b|no\s+good|impossible|blocked|not\s+possible|busy|don'?t\s+work|doesn'?t\s+work|won'?t\s+work|no\s+go|a\s+no|not\s+an\s+option|bad|taken|full|are\s+(?:out|family)|is\s+(?:out|family))"""
)
_ONLY = joined(
    rf"""\b(?P<only>only|just|exclusively|solely)\s+(?:(?:free|available|train|run|lift|able|got|have|have\s+time|do|can\s+train|can|can\s+do|work\s*out|workout|exercise|to|on|around|possible|time|really|the|at)\s+)*(?P<d>{DAY_LIST})
       | \b(?P<free>free|available)\s+(?:days\s+(?:are\s+)?|only\s+|to\s+train\s+)?(?:on\s+|:\s*)?(?P<d2>{DAY_LIST})
       | (?P<d3>{DAY_LIST})\s+(?:only|are\s+(?:my\s+only|the\s+only)|is\s+all|are\s+all\s+i)\b"""
)
_BARE_AMBIGUOUS = re.compile(r"(?:sat|sun|mon|wed|fri|thu)")


def blocked_days(t: Prepared) -> Iterator[Hit]:
    taken: list[tuple[int, int]] = []
    for m in _ONLY.finditer(t.s):
        g = m.groupdict()
        text = g["d"] or g["d2"] or g["d3"]
        lead = t.before(m.start())
        if re.search(r"\b(?:not|isn'?t|aren'?t|never|are you)\s+(?:\w+\s+)?$", lead) or NOW_ONLY.search(t.clause(m.start()).text):
            continue
        days = day_set(text)
        taken.append((m.start(), m.end()))
        if not g["free"] and re.search(r"\b(?:run|lift)\b", m.group()) and not g["d3"]:
            kind = "run" if "run" in m.group() else "lift"
            yield Hit(f"{kind}_days", len(days), "days", m.start(), m.end())
            continue
        yield Hit("available_days", len(days), "days", m.start(), m.end())
        yield Hit("blocked_days", [d for d in DAYS if d not in days], None, m.start(), m.end())
    for m in _BLOCK.finditer(t.s):
        g = m.groupdict()
        if any(a <= m.start() < b or m.start() <= a < m.end() for a, b in taken):
            continue
        text = g["d1"] or g["d2"] or g["d3"]
        clause, before = t.clause(m.start()), t.before(m.start())
        if NOW_ONLY.search(clause.text) or re.search(r"\b(?:since|sore|hurts?|run on|missed|long run|instead)\b", before) or re.search(r"\b(?:since)\b", m.group()):
            continue
        if g["d2"] and re.match(r"(?:sat|sun)$", text) and m.group().startswith(("no ", "not ")) and re.match(r"\s+\w", t.after(m.end())) :
            continue
        if g["d3"] and re.search(r"\b(?:not|isn'?t)\s*$", before):
            continue
        negated = bool(re.search(r"\b(?:any ?more|anymore)\b", t.after(m.end())) and re.match(r"no|not|busy|block", m.group()))
        if g["can"] and g["can"].startswith("no ") and re.search(r"running|lifting", g["can"]):
            continue
        yield Hit("blocked_days", day_set(text), None, m.start(), m.end(), negated=negated)
    for m in re.finditer(rf"\b(?P<d>{DAY_LIST})\s+(?:is|are|works?)\s+(?:ok|okay|fine|free|good|possible|available)?\s*(?:now|again|after all)\b|\bcan\s+(?:now\s+)?(?:do|train|make)\s+(?:on\s+)?(?P<d2>{DAY_LIST})\s+(?:now|again|after all)\b", t.s):
        yield Hit("blocked_days", day_set(m.group("d") or m.group("d2")), None, m.start(), m.end(), negated=True)


# --- time of day and minutes -------------------------------------------------------------------------------------

_PART = (
    r"(?:(?P<morning>mornings?|before work|a\.?m\.?|early(?: in the (?:morning|day))?|at dawn|first thing|(?:at )?[5-9] ?am|before breakfast)"
    r"|(?P<midday>lunch(?: ?(?:time|break|hour))?s?|mid-?day|noon|afternoons?|at noon)"
    r"|(?P<evening>evenings?|after work|nights?|at night|p\.?m\.?|late|(?:at )?[5-9] ?pm|after (?:the kids|dinner|office))"
    r"|(?P<any>any ?time|whenever|any time of (?:the )?day|don'?t care when|time of day doesn'?t matter|flexible))"
)
_DAY_PART = joined(
    rf"""\b(?P<no>hate|hates|can'?t\s+(?:do|stand|train\s+in|run\s+in)|cant\s+do|not\s+an?|don'?t\s+(?:like|do)|no|never(?:\s+in)?|not\s+in|dislike|terrible\s+(?:in|at)|avoid)\s+(?:early\s+|training\s+|working\s+out\s+|running\s+|do\s+|workouts\s+)?(?:in\s+|at\s+)?(?:the\s+|my\s+)?{_PART}(?:\s+(?:person|people|guy|girl|workouts|sessions|runs|training))?\b
      | \b(?P<yes>(?:prefer|like|love|only|best|train|training|run|running|lift|lifting|work\s*out|working\s+out|workout|exercise|free|available|gym|time|favou?r|can\s+do|sessions?|plan|days?|do\s+it|workouts?|usually|always|mostly|to|person|got|have|go|{IM[2:]}(?:\s+more\s+of)?\s+an?|switch\s+(?:me\s+)?to|change\s+(?:me\s+)?to|it's|is)(?:\s+(?:to|train|run|lift|it|always|usually|only|mostly|in|on|time|out|best|mainly|the|my|at|during|them|free|early|more|days|over|them|training|running|lifting|workouts|work|the\s+gym|or|and|weights))*)\s+{_PART.replace("<morning>", "<morning2>").replace("<midday>", "<midday2>").replace("<evening>", "<evening2>").replace("<any>", "<any2>")}\b(?:\s+(?P<person>person))?
      | \b{_PART.replace("<morning>", "<morning3>").replace("<midday>", "<midday3>").replace("<evening>", "<evening3>").replace("<any>", "<any3>")}\s+(?:only|person|(?:are|is|work|works|suits?|suit)\s+(?:me\s+)?(?:best|better|fine|good|ok|great|me)|(?:is|are)\s+(?:the\s+)?(?:best|easiest|only|when))\b"""
)


def day_part(t: Prepared) -> Iterator[Hit]:
    hits: list[Hit] = []
    for m in _DAY_PART.finditer(t.s):
        g = m.groupdict()
        a, b = m.start(), m.end()
        clause = t.clause(a)
        if re.search(r"\b(?:this|tomorrow|yesterday|every other|last|one|monday|sunday|the next|good|in the next)\s+(?:morning|evening|night|afternoon)", clause.text):
            continue
        if re.search(r"\b(?:ran|lifted|eat|eating|feel|hungry|tired|sore|weigh\w*|protein|sleep|wake|hurts?|slept|went|did|coffee|stiff|scale|food|drink|shift|work nights)\b", clause.text):
            continue
        value = next((k.rstrip("23") for k in g if g[k] and k.rstrip("23") in ("morning", "midday", "evening", "any")), "")
        if not value:
            continue
        late = g["no"] and g["no"] not in ("late",)
        if late:
            value = "evening" if value == "morning" else "morning" if value == "evening" else value
            if value in ("midday", "any"):
                continue
        elif g["yes"] and re.search(r"\b(?:not|don'?t|can'?t|never|hate|no)\s+(?:\w+\s+){0,2}$", t.before(a)):
            value = "evening" if value == "morning" else "morning" if value == "evening" else value
        if g["yes"] and re.fullmatch(r"(?:to|is|it's|have|got|go|time|always|usually|days?|do it)", g["yes"]) and not (clause.fragment or re.search(r"\bprefer|best\b", clause.text)):
            continue
        hits.append(Hit("day_part", value, None, a, b))
        both = re.match(rf"\s*(?:and|or|&|/)\s*(?:in the |the )?(?:run |lift |runs |lifts )?{_PART}", t.after(b))
        if both and both.lastgroup != value:
            hits[-1] = Hit("day_part", "any", None, a, b + both.end())
    yield from hits


DURATION_ANSWER = joined(
    rf"""(?P<hh>\bhalf\s+(?:an\s+|a\s+)?hours?\b)|(?P<quarter>\b(?:three quarters|3 quarters)\s+of\s+an\s+hour\b)|(?P<ah>\b(?:an|1|one)\s+hours?(?P<ahh>\s+and\s+a\s+half|\s+and\s+(?P<ahm>\d\d)(?:\s*min\w*)?)?\b)
      |(?<![\w.,:'])(?P<h>\d{{1,2}})\s*(?:h|hrs?|hours?)\s*(?:and\s+)?(?P<hm>[1-5]\d)\s*(?:{MIN})?(?!\w)
      |(?<![\w.,:'/-])(?P<n>\d{{1,3}}(?:[.,]\d)?(?:\s+and\s+a\s+half|\s*½)?){RANGE}\s*-?\s*(?:(?P<min>minutes?|mins?|min's|minuets)|(?P<hr>{HOUR}))(?![\w/])"""
)
_SESSION_BEFORE = re.compile(
    r"\b(?:sessions?|workouts?|train\w*|have|got|only|spare|exercise|work\s*out|free|plan|max(?:imum)?|time|available|give\s+it|lunch\s+break|each\s+day|per\s+day|make\s+(?:it|that|them)|no\s+more\s+than|up\s+to|days?|fit\s+in|limit\w*|gym|lift|keep\s+(?:it|them)\s+(?:to|under))\b"
)
_SESSION_AFTER = re.compile(
    r"\s*-?\s*(?:long\s+)?(?:(?:max|tops|or less|at most|ish)\s*)?(?:per|a|each|every|/|for\s+(?:a|each|every)?)?\s*(?:sessions?|workouts?|to\s+(?:train|work\s*out|exercise|spare)|training|day\b|for\s+training|slots?|windows?|max\b|tops\b|at\s+a\s+time|each\b|(?:in|at)\s+the\s+gym|gym|lunch|available|free|is\s+all)"
)
_NOT_SESSION = re.compile(
    r"\b(?:in|within|after|before|rest|resting|wait|ago|ran|sleep|slept|nap|pace|every|walk|walked|cardio|drive|commute|between|run|5k|10k|half marathon|marathon|sub|under|did|took|zone|eat|runs? (?:is|are|of|for)|jog|long run|warm[- ]?up|next|stretch\w*|cook\w*|meal|sauna|bike|cycle|last|per week)\b"
)


def duration(m: re.Match[str], s: str) -> float:
    """The minutes that a match of `DURATION_ANSWER` in `s` names."""
    g = m.groupdict()
    if g["hh"]:
        return 30.0
    if g["quarter"]:
        return 45.0
    if g["ah"]:
        return 60.0 + (float(g["ahm"]) if g["ahm"] else 30 if g["ahh"] else 0)
    if g["h"]:
        return 60 * float(g["h"]) + float(g["hm"])
    value = between(g["n"], m.group(m.re.groupindex["n"] + 1))
    if g["min"]:
        return value
    return 60 * value + (30 if re.match(r"\s*and a half", s[m.end() :]) else 0)


def session_minutes(t: Prepared) -> Iterator[Hit]:
    for m in DURATION_ANSWER.finditer(t.s):
        a, b = m.start(), m.end()
        clause, before, after = t.clause(a), t.before(a), t.after(b)
        value = duration(m, t.s)
        if re.match(r"\s*(?:of\s+)?(?:sleep|a\s+week|per\s+week|/\s*w|each\s+week|weekly|ago|later|after|before|between|pace|5k|10k|half|marathon|run\b|rest|apart|a\s+night|per\s+night|per\s+(?:km|mile)|long\s+run|walk|nap|of\s+(?:rest|cardio)|in\s+total\s+a\s+week|easy|drive|commute|from)", after):
            continue
        if NOW_ONLY.search(clause.text):
            if "this week" in clause.text or "next week" in clause.text or "today" in clause.text:
                yield Hit("session_minutes", int(value), "minutes", a, b, scope="this_answer")
            continue
        direct = _SESSION_AFTER.match(after)
        cue = [x.end() for x in _SESSION_BEFORE.finditer(before)]
        bad = [x.end() for x in _NOT_SESSION.finditer(before)]
        plan = clause.fragment and re.search(r"\b(?:plan|train|session|workout|days|gym|program)\b", t.s)
        if not (direct or plan or cue and not (bad and bad[-1] > cue[-1])):
            continue
        if re.search(r"\b(?:5k|10k|half|marathon|pb|pr)\b", before) and not direct:
            continue
        if bad and not direct and re.search(r"\b(?:ran|did|rest|sleep|slept|walk)\b", before):
            continue
        if value > 600 or clause.question and not direct:
            continue
        yield Hit("session_minutes", int(value), "minutes", a, b)


# --- races -------------------------------------------------------------------------------------------------------

_RACE_WORD = (
    r"(?:(?P<half>half[\s-]?marathons?|halfs?(?!\s+(?:an?\b|hour|of|way|the|my|as))|\bhm\b|21\.?1?\s*k(?:m)?|13\.1(?:\s*miler?s?)?)"
    r"|(?P<ultra>ultra(?:[\s-]?marathons?)?s?|(?:50|60|80|100|160)\s?(?:k|km|milers?|miles?)(?:\s+(?:race|ultra))?|backyard ultra|comrades|utmb)"
    r"|(?P<marathon>(?:full\s+)?marathons?|42\.?2?\s*k(?:m)?|26\.2(?:\s*miler?s?)?)"
    r"|(?P<k10>10\s?-?k(?:m|s)?\b|ten\s?k)|(?P<k5>5\s?-?k(?:m|s)?\b|park\s?run))"
)
_ART = r"(?:(?:a|an|my|the|another|first|next|1st|2nd|3rd|second|third|big|local|upcoming|charity|spring|autumn|fall|summer|winter|goal|'s|berlin|london|boston|chicago|new york|nyc|paris|tokyo|valencia|trail|road|city|own|city's|hilly|target|full)\s+)*"
_RACE_WORD_B = re.sub(r"<(\w+)>", r"<\1_b>", _RACE_WORD)
_RACE = joined(
    rf"""\b(?P<cue>(?:train(?:ing)?|prep(?:ping|aring)?|prepare|build(?:ing)?\s+up|getting\s+ready|get\s+ready)\s+(?:for|to\s+(?:run|race|do)|towards?)|signed\s+(?:me\s+)?up\s+(?:for|to)|sign(?:ing)?\s+up\s+for|registered\s+for|entered|booked|{IM[2:]}\s+(?:also\s+|planning\s+to\s+)?(?:running|doing|racing|run|do)|(?:i\s+)?(?:have|got|have\s+got|'ve\s+got)|i'?ve\s+got|(?:want|wanna|plan(?:ning)?|going|hoping|aiming|would\s+like|'d\s+like|decided|hope)\s+(?:to\s+)?(?:run|do|race|finish|complete|try)|my\s+(?:next\s+|goal\s+|target\s+|a\s+|main\s+)?(?:race|event|goal)(?:\s+(?:is|will\s+be|distance\s+is|to))?(?:\s+to\s+(?:run|do))?|race\s*(?:is|:|distance(?:\s+is|:)?|to)|change\s+(?:my\s+|the\s+)?race(?:\s+distance)?\s+to|next\s+race(?:\s+is|:)?|i'?ll\s+(?:run|do|be\s+running|race)|gonna\s+(?:run|do)|(?:aiming|going)\s+for|upcoming|targeting|switched\s+to|goal\s+race(?:\s+is|:)?|on\s+to|my)\s+(?:for\s+)?{_ART}{_RACE_WORD}
      | (?:^|(?<=[\s,(])){_ART}{_RACE_WORD_B}(?:\s+race)?\s+(?=(?:is\s+)?(?:coming\s+up|in\s+\d|on\s+\d|in\s+(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|spring|autumn|fall|summer|winter|the\s+(?:spring|autumn|fall|summer))\b|on\s+(?:the\s+)?(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|\d)|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|next\s+(?:month|year|week|spring|summer|fall|autumn)|this\s+(?:fall|autumn|spring|summer|year|month|sunday|saturday)|\d+\s+weeks\s+(?:out|away)))
      | \b(?P<none>no\s+(?:upcoming\s+)?(?:race|races|event)(?:\s+(?:planned|booked|coming\s+up|right\s+now|yet))?\b(?!\s+(?:day|pace))|not\s+(?:training|preparing)\s+for\s+(?:a|any|anything|a\s+specific)\s*(?:race|event|specific)?|cancel(?:l?ed)?\s+my\s+(?:race|marathon|half|10k|5k)|(?:don'?t|dont)\s+(?:have\s+(?:a|any)\s+)?races?\b(?:\s+planned)?)"""
)
_RACE_NAMES = {"half": "half", "ultra": "ultra", "marathon": "marathon", "k10": "10k", "k5": "5k"}
RACE_ANSWER = re.compile(rf"\b{_RACE_WORD}")


def race_name(m: re.Match[str]) -> str | None:
    """The contract's name of the race in a match."""
    for key, value in m.groupdict().items():
        if value and key.removesuffix("_b") in _RACE_NAMES:
            return _RACE_NAMES[key.removesuffix("_b")]
    return None


def race_distance(t: Prepared) -> Iterator[Hit]:
    for m in _RACE.finditer(t.s):
        clause = t.clause(m.start())
        before, after = t.before(m.start()), t.after(m.end())
        if m.group("none"):
            yield Hit("race_distance", "none", None, m.start(), m.end())
            continue
        value = race_name(m)
        if value is None or re.search(r"\b(?:not|don'?t|never|stopped|quit|used to|last)\b[^,]*$", before):
            continue
        if re.match(r"\s*(?:pb|pr|time|pace|p\.b\.|personal|best|easy|at\s+(?:an?\s+)?(?:easy|zone)|a\s+(?:week|day)|per\s+week|every|each|weekly|/|steps|runner|shoes|was|today|this morning|yesterday|tempo|warm|long run|twice|\d+ times|on (?:mon|tue|wed|thu|fri|sat|sun)|last|now\b)", after):
            continue
        cue = m.group("cue") or ""
        if cue in ("have", "got", "i have", "i got", "have got") and re.match(r"\s*(?:of|more|left|to go|down|done)", after):
            continue
        if re.match(r"\s*in\s+(?:\d+:|\d+\s*min|under|sub|\d+\s*(?:hours|h)\b)", after) and not re.search(r"train|sign|prep|goal|want", cue):
            continue
        if m.group("cue") is None and re.search(r"\b(?:ran|did|finished|run|how|by)\s+$", before):
            continue
        b = m.end()
        while t.s[b - 1].isspace():
            b -= 1
        plain = cue == "my" or cue.startswith("my ") or bool(re.match(r"train|prep|sign|regist", cue) and re.search(r"\b(?:when|while|as|since)\b|\bi'?m\b", before) and not clause.hypothetical)
        yield Hit("race_distance", value, None, m.start(), b, plain=plain or "my " in m.group())


_RACE_CONTEXT = re.compile(r"\b(?:race|racing|marathon|half|10k|5k|ultra|event|competition|comp|race day|parkrun|meet|hyrox)\b")


def race_date(t: Prepared, today: datetime.date, expected: bool, month_first: bool) -> Iterator[Hit]:
    for a, b, day in dates(t.s, today, month_first):
        i = t.clause_index(a)
        clause = t.clauses[i]
        context = clause.text if clause.hard or i == 0 else t.clauses[i - 1].text + " " + clause.text
        if clause.hard and i and is_short(clause.text):
            context = t.clauses[i - 1].text + " " + clause.text
        if not expected:
            if not _RACE_CONTEXT.search(context) or re.search(r"\b(?:born|ran|finished|did|signed up on|until|sore|after|last)\b", context):
                continue
            if re.search(r"\b(?:can i|how (?:do|fast|much|to)|should i|is it|possible|ready|build muscle|lose|gain)\b", clause.text) and not re.search(r"\b(?:my|the)\s+(?:\w+\s+){0,3}$|\bmy\b", t.s[clause.start : a]):
                continue
            if re.match(r"(?:in|within)\s", t.s[a:b]) and re.search(r"\b(?:lose|gain|run a|build|improve|break|sub)\b", t.s[clause.start : a]) and not re.search(r"\b(?:my|have|got|i'?m (?:running|doing)|training for|signed)\b", t.s[clause.start : a]):
                continue
            if re.match(r"(?:this|next|on)\s", t.s[a:b]) and not re.search(r"\b(?:race|marathon|half|10k|5k|ultra|event)\s+(?:\w+\s+){0,2}$|\b(?:have|got|running|doing|racing)\b", t.s[clause.start : a]):
                continue
        plain = bool(re.search(r"\b(?:my|i have|i'?ve got|i'?m (?:running|doing))\b", t.s[clause.start : a]))
        yield Hit("race_date", day.isoformat(), None, a, b, plain=plain, anywhen=True)


def is_short(text: str) -> bool:
    """Whether the clause is at most six words."""
    return len(text.split()) <= 6


# --- place and equipment -----------------------------------------------------------------------------------------

_PLACE = re.compile(
    r"\b(?P<cue>time ?zone(?:'s| is|:| =| to| should be)?|tz(?: is|:)?|(?:i'?m |i am |i'm |im |we'?re |currently |now )+(?:in|based in|living in|located in|over in|near)|i live (?:in|near)|(?:live|living|based|located|moved|moving|relocated) (?:in|to|near|out of)|i'?m from|i'm from|im from|on|use|set (?:it |me )?to|i'?m on|it'?s)\s+(?P<what>[^\W\d_][\w./+-]*(?:\s[^\W\d_][\w.]*){0,3})"
    r"|\b(?P<iana>(?:africa|america|asia|atlantic|australia|europe|indian|pacific)/[\w/+-]+)"
    r"|\b(?P<zone>[a-z]{2,4}|[a-z]+(?: [a-z]+)?)(?=\s+(?:standard |daylight )?time\b)"
)


def resolve_place(words: str) -> tuple[str, int] | None:
    """The zone for the longest place name at the start of `words`, with how many characters it takes."""
    table = time_zones()
    parts = re.findall(r"\S+", words)
    for n in range(min(4, len(parts)), 0, -1):
        name = " ".join(parts[:n]).strip(" .,!?")
        if name in table:
            return table[name], len(name)
    return None


def time_zone(t: Prepared) -> Iterator[Hit]:
    for m in _PLACE.finditer(t.s):
        if m.group("iana"):
            zone = time_zones().get(m.group("iana").rstrip("."))
            if zone:
                yield Hit("time_zone", zone, None, m.start(), m.end())
            continue
        if m.group("zone"):
            found = resolve_place(m.group("zone")) or resolve_place(m.group("zone").rsplit(" ", 1)[-1])
            if found and not re.search(r"\b(?:in|what)\s+$", t.before(m.start()) if m.group("zone").startswith("half") else ""):
                yield Hit("time_zone", found[0], None, m.start(), m.end())
            continue
        words, cue = m.group("what"), m.group("cue")
        offset = 4 if words.startswith("the ") else 0
        found = resolve_place(words[offset:])
        if not found:
            continue
        clear = cue.startswith(("time", "tz"))
        name = words[offset : offset + found[1]]
        if not clear and name in ONLY_WITH_TIME and not re.match(r"\s+time", t.s[m.start("what") + offset + found[1] :]):
            continue
        if cue in ("on", "use", "it's", "its") and name not in ONLY_WITH_TIME or re.search(r"\b(?:race|marathon|not)\s*$", t.before(m.start())):
            continue
        yield Hit("time_zone", found[0], None, m.start(), m.start("what") + offset + found[1])


_EQUIPMENT = re.compile(
    r"(?P<none>\bno\s+(?:gym|equipment|weights|kit|gear|home gym)\b(?!\s+(?:on|today|this))|\bbody ?weight\s+(?:only|exercises|training|workouts?|stuff|moves)|\b(?:only|just|do)\s+body ?weight\b|\bcalisthenics\b|\b(?:don'?t|dont|do not)\s+(?:have|own|go to|belong to|use)\s+(?:access to\s+)?(?:a |an |any |the )?(?:gym|equipment|weights)\b|\bwithout\s+(?:a gym|equipment|weights)\b|\b(?:cancel+ed|quit|left|lost|dropped)\s+(?:my|the)\s+gym\b|\bno access to (?:a )?gym\b|\bcan'?t (?:get to|afford|go to) (?:a |the )?gym\b)"
    r"|(?P<db>\b(?:only|just|have|got|own|with|bought|using|use|pair of|set of|adjustable|home|few|some|couple of|2|two|light|heavy|my|and)\s+(?:(?:a|an|some|my|own|adjustable|home|light|heavy|few|pair|set|of|2|\d+\s?(?:kg|lbs?)|couple)\s+)*(?:dumb?bells?|dbs|kettle ?bells?|kbs)\b|\bdumb?bells?\s+(?:at home|only|at my place|in my)|\bhome dumb?bells?\b)"
    r"|(?P<gym>\b(?:go(?:ing)? to|train(?:ing)? (?:at|in)|work(?:ing)?\s?out (?:at|in)|lift(?:ing)? (?:at|in)|member of|joined|have (?:access to|got)|have|access to|got|belong to|use|at|my|in|full|commercial|local|home|garage|got access to|joined)\s+(?:(?:a|an|the|my|local|full|commercial|proper|good|home|garage|decent|big|normal|regular|own|office|company|work|crossfit|hotel)\s+)*gym\b(?! (?:buddy|shoes|bag|clothes|bro|has no))|\bgym (?:member(?:ship)?|access|goer)\b|\b(?:have|got|own)\s+(?:a |an )?(?:barbell|(?:squat|power) rack|full rack|squat rack)\b)"
)


def equipment(t: Prepared) -> Iterator[Hit]:
    found: list[Hit] = []
    for m in _EQUIPMENT.finditer(t.s):
        value = {"none": "bodyweight", "db": "dumbbells", "gym": "gym"}[m.lastgroup or "none"]
        before, clause = t.before(m.start()), t.clause(m.start())
        if value == "gym" and re.search(r"\b(?:don'?t|not|no|never|can'?t|without|won'?t|haven'?t|quit|stopped|cancel+ed|instead of)\b[^,]*$", before):
            value = "bodyweight"
            if re.search(r"\b(?:not|never|haven'?t|won'?t|instead)\b", before):
                continue
        if re.search(r"\b(?:today|yesterday|tomorrow|this morning|tonight|want|thinking|should|saw|guy)\b", clause.text):
            continue
        if value == "dumbbells" and re.search(r"\b(?:squat\w*|bench\w*|press\w*|curl\w*|row\w*|reps|sets|\d+x\d+|lunges?)\b", clause.text):
            continue
        if value == "dumbbells" and re.match(r"and\s", m.group()) and not re.search(r"\b(?:have|got|own|only|home|gym)\b", before):
            continue
        if value == "gym" and re.match(r"(?:in|at|my|use)\s", m.group()) and not re.search(r"\b(?:i|we|train|lift|work ?out|my|i'?m|have)\b", clause.text) and before.strip():
            continue
        found.append(Hit("equipment", value, None, m.start(), m.end()))
    weights = [h for h in found if h.value == "dumbbells"]
    # "no gym, but dumbbells at home": the weights count, in whatever order they are named.
    if weights and any(h.value == "bodyweight" for h in found):
        found = weights
    yield from found

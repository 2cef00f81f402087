"""Rules for training: goal, energy, experience and distances."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from nlu.facts_grammar import (
    ABOUT,
    KM,
    MI,
    NUM,
    RANGE,
    WEEK,
    Hit,
    between,
    miles_to_km,
    number,
    tidy,
)  # fmt: skip
from nlu.facts_text import Clause, Prepared, joined, numbered

IM = r"\b(?:i'?m|i am|i'm|im|we'?re)"
NOW_ONLY = re.compile(
    r"\b(?:this|next|last|coming)\s+(?:week|mon|tue|wed|thu|fri|sat|sun|month|weekend)"
    r"|\b(?:today|tomorrow|tonight|yesterday|this (?:morning|evening|afternoon))\b"
)

# --- goal and energy ------------------------------------------------------------------------------

_GOALS: list[tuple[str, str]] = [
    ("physique", (r"bikini|(?:body ?building|physique|fitness|figure|bikini) (?:contest|show|competition"
r"|comp)|(?:a |my |first )(?:contest|show)\b|step on stage|on stage|stage[- ]ready"
r"|physique|contest prep|compete in (?:body ?building|bikini|physique)|aesthetics?"
r"|look good naked")),
    ("balanced", (r"\bboth\b|balanced?\b|50/50|fifty fifty|equally|run and lift|lift and run"
r"|running and lifting|lifting and running|hybrid|(?:strong|muscle|lift\w*"
r"|strength) and (?:fast|fit|run\w*|endurance|cardio)|(?:fast|run\w*"
r"|endurance) and (?:strong|muscle|lift\w*|strength)|bit of everything|a mix")),
    ("fat_loss", (r"(?:lose|losing|loose|drop|dropping|burn|burning|shed|shedding|get rid of|cut)\s+(?:some "
r"|the |my |more |a few |a bit of |this |body |belly |excess |up to |about |around "
r"|another |that |\d+ ?)*(?:fat|weight|belly|kgs?|kilos?|pounds?|lbs?|stones?|gut"
r"|love handles|tummy|body ?fat|inches)|fat[ -]?loss|weight[ -]?loss"
r"|slim(?:ming)?(?: down)?|lean(?:ing)? out|(?:get|getting|be|become) lean(?:er)?"
r"|shred(?:ded|ding)?|get ripped|cutting|\bcut\b(?! out)|trim down|drop a size")),
    ("muscle", (r"(?:build|building|gain|gaining|put on|putting on|add|adding|pack on|packing on|grow"
r"|growing|get|more)\s+(?:some |more |a bit of |lean |lots of |a lot of |as much |serious "
r"|some more |upper body |leg |solid )*(?:muscles?|mass|size|gains)|(?:get|getting|be"
r"|become|look|grow)\s+(?:a bit |much |way |really |super )*(?:bigger|jacked|swole|huge"
r"|big|buff|muscular|strong(?:er)?|massive)|hypertrophy|bulk(?:ing)?(?: up)?"
r"|muscle (?:gain|first|growth|building|mass)|muscle\b|strength|gain weight"
r"|lifting (?:comes )?first|(?:bigger|stronger) (?:arms|legs|chest|glutes)|lift heavier"
r"|gains|squat more|get strong")),
    ("endurance", (r"(?:run|running|get|be|become|getting)\s+(?:a bit |much |way |even |a )*(?:faster|further"
r"|farther|longer|quicker)|(?:faster|better|stronger) (?:runner|marathon\w*|5k|10k|half"
r"|times?)|run(?:ning)? (?:better|fast)|(?:improve|boost|increase|better) (?:my "
r"|the )?(?:running|run|endurance|stamina|cardio|5k|10k|half|marathon|pace|vo2)|endurance"
r"|(?:marathon|running|race|racing) (?:comes )?first|(?:pr|pb|finish|complete|run|do"
r"|crush) (?:a |an |my |the |first |next |another )*(?:half[- ]marathon|marathon|half"
r"|ultra\w*|10k|5k)|(?:sub|break|under)[- ]?\d|running performance|run a marathon|stamina"
r"|running\b")),
    ("health", (r"health(?:y|ier)?|longevity|liv(?:e|ing) longer|stay(?:ing)? (?:fit|active|in shape)"
r"|general fitness|overall fitness|(?:keep|get|be|getting|keeping) fit"
r"|feel(?:ing)? (?:better|good)|wellness|be around for|get in(?:to)? shape|age well"
r"|ageing well")),
]  # fmt: skip
_GOAL = re.compile("|".join(f"(?P<{name}>\\b(?:{pattern})\\b)" for name, pattern in _GOALS))
_GOAL_CUE = re.compile(
    r"(?P<cue>\b(?:(?:my |main |primary |new |real |the |set my |change my |only "
    r"|big(?:gest)? )*(?:goal|goals|aim|target|focus|priority|objective)(?:'s| is| are|:| to"
    r"| =| for|)(?: to| now| on)?|(?:i )?(?:really |mostly |mainly |just |only |also |still "
    r"|actually )*(?:want|wanna|wanting|would like|'d like|would love|'d love|hope|hoping|plan"
    r"|planning|trying|looking|working|aiming|wish|prefer)(?: mostly| mainly| really)?(?: to"
    r"|na)?|i'?d (?:like|love|rather)(?: to)?|focus(?:ing|ed)? (?:more )?on|here (?:to|for)"
    r"|(?:i'?m|i am|im|we'?re) (?:really |mostly |mainly |just )*after|(?:i )?care (?:most |more )?about|in it for|i'?m (?:here |all |mainly "
    r"|mostly )*(?:about|for)|i (?:train|lift|run|exercise|do this) (?:for|to)|put"
    r"|prioriti[sz]e)\b)"
)
_NOT_GOAL = re.compile(
    r"\b(?:not|don'?t|dont|without|never|no|avoid|stop|than|over|instead of|rather than"
    r"|worried|lose|losing|keep|keeping|maintain\w*|while|preserve|know|sacrific\w+|less"
    r"|hurt\w*|killing|isn'?t)\b[^,]*$"
)
_PRESENT = re.compile(
    rf"(?:{IM}|\bcurrently|\bright now|\b(?:been|started|now|still|on)|\bi"
    rf"|^\W*)\s+(?:currently |now |also |still |on |in |doing |slowly |trying |lean |dirty "
    rf"|started |a |my |at |been |kind of |mini |slow |the middle of a |eating |eat "
    rf"|\d+ (?:days|weeks|months) into a? ?)*$"
)


def goal(t: Prepared) -> Iterator[Hit]:
    for m in re.finditer(
        (
            r"\b(?P<bulk>bulking|on a (?:lean |clean |dirty )?bulk|in a bulk)\b|\b(?P<cut>cutting"
            r"|on a (?:mini[- ]?)?cut|in a cut(?:ting phase)?|in a cutting phase)\b(?!\s+(?:back|out"
            r"|down|my|the|carbs|it|short|off|weights|corners|calories too))"
        ),
        t.s,
    ):
        if _PRESENT.search(t.s[: m.start()].rsplit(".", 1)[-1] or " ") or t.clause(m.start()).fragment:
            if re.search(
                r"\b(?:not|should|if|stop(?:ped)?|done|finished|when|while|before|after)\s+(?:\w+\s+)?$",
                t.before(m.start()),
            ) and not re.search(rf"{IM}\s*$", t.before(m.start())):
                continue
            yield Hit("goal", "muscle" if m.group("bulk") else "fat_loss", None, m.start(), m.end())
            yield Hit("energy_balance", "surplus" if m.group("bulk") else "deficit", None, m.start(), m.end())
    for m in re.finditer(
        (
            r"\b(?:prep(?:ping|aring)?|training|signed up|compet(?:e|ing)) (?:for|in) (?:an? "
            r"|my )?(?:first |next )?(?P<w>bikini|physique|figure|bodybuilding|fitness show"
            r"|(?:bodybuilding )?contest|stage)\b"
        ),
        t.s,
    ):
        yield Hit("goal", "physique", None, m.start(), m.end())
    for clause in t.clauses:
        if clause.question or clause.hypothetical and not re.search(r"\b(?:hope|hoping|want)\b", clause.text):
            continue
        cue = _GOAL_CUE.search(clause.text)
        found = (
            list(_goal_in(t, clause.start + cue.end(), clause.end, clause.start + cue.start(), cue.group()))
            if cue
            else []
        )
        if not found:
            said = re.search(
                r"\b(?:is|are)\s+(?:my|the)\s+(?:\w+\s+)?(?:goal|aim|plan|priority|focus|objective)\b",
                clause.text,
            )
            if said and (
                found := list(_goal_in(t, clause.start, clause.start + said.start(), clause.start, ""))
            ):
                yield from found
                continue
            m2 = re.search(
                (
                    r"\b(?P<w>muscle|strength|lifting|endurance|running|marathon|race|racing|fat loss"
                    r"|health)\s+(?:is\s+|comes\s+)?(?:my\s+)?(?:first|#1|number 1|(?:main |top )?(?:priority"
                    r"|goal|focus))\b"
                ),
                clause.text,
            )
            if m2 and not _weighs_up(t, clause, m2):
                word = m2.group("w")
                value = {"fat loss": "fat_loss", "health": "health"}.get(
                    word, "muscle" if word in ("muscle", "strength", "lifting") else "endurance"
                )
                yield Hit("goal", value, None, clause.start + m2.start(), clause.start + m2.end())
        yield from found


def _weighs_up(t: Prepared, clause: Clause, m: re.Match[str]) -> bool:
    """Whether the words are one of two sides ("lifting or running first") or the end of a question."""
    if re.search(r"\bor\s+$", clause.text[: m.start()]) or re.match(r"\s*or\b", clause.text[m.end() :]):
        return True
    i = t.clause_index(clause.start)
    return not clause.hard and i > 0 and t.clauses[i - 1].question and not re.search(r"\b(?:i|my|me|for me)\b", clause.text)


def _goal_in(t: Prepared, begin: int, end: int, start: int, cue: str) -> Iterator[Hit]:
    if re.search(r"\b(?:don'?t|not|never)\s+(?:really\s+)?$", t.s[max(0, start - 12) : start]):
        return
    found: list[tuple[str, int]] = []
    tail = end
    for m in _GOAL.finditer(t.s, begin, min(end, begin + 90)):
        if _NOT_GOAL.search(t.s[begin : m.start()]):
            continue
        value = m.lastgroup or ""
        if (
            re.match(r"\s*(?:days|sessions|times|clothes|watch|shoes)\b", t.s[m.end() :])
            or (
                value in ("endurance", "muscle")
                and re.fullmatch(r"running|strength|muscle", m.group())
                and cue.strip() in ("want", "trying", "put", "after", "i want")
            )
            and re.match(r"\s*(?:shoes|watch|\d|on|in|days)\b", t.s[m.end() :])
        ):
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
    r"\b(?P<deficit>(?:calorie |caloric |small |slight |big |energy )*deficit"
    r"|eat(?:ing)? (?:a bit |a little |slightly )*(?:less|under|below) (?:than i (?:need|burn)"
    r"|maintenance|my tdee)|(?:under|below) maintenance|dieting|on a diet(?! of)|eating less"
    r"|in the red|losing weight|\d+ ?(?:kcal|calories?|cals?) (?:deficit|under|below))\b"
    r"|\b(?P<surplus>(?:calorie |caloric |small |slight |big |energy |lean )*surplus"
    r"|eat(?:ing)? (?:a bit |a little |slightly )*(?:more|over|above) (?:than i (?:need|burn)"
    r"|maintenance|my tdee)|(?:over|above) maintenance|eating (?:extra|more)"
    r"|overeating on purpose|gaining weight)\b"
    r"|\b(?P<maintenance>(?:at|around|eating|eat(?:ing)? at|on) maintenance"
    r"|maintenance(?: calories)?|maintain(?:ing)? (?:my )?(?:current )?weight|maintaining"
    r"|holding (?:my )?weight|(?:keep|keeping) my weight (?:stable|steady|the same)"
    r"|weight (?:is )?(?:stable|steady))\b"
)


def energy_balance(t: Prepared) -> Iterator[Hit]:
    for m in re.finditer(
        (
            r"\b(?:no idea|not sure|don'?t know|unsure|dunno|no clue) (?:if"
            r"|whether) [^.!?]{0,24}\b(?:deficit|surplus|maintenance)\b"
        ),
        t.s,
    ):
        yield Hit("energy_balance", "unsure", None, m.start(), m.end(), plain=True, anywhen=True)
        return
    for m in _ENERGY.finditer(t.s):
        value = m.lastgroup or ""
        before, clause = t.before(m.start()), t.clause(m.start())
        if not m.group().startswith("maintain") and re.search(
            (
                r"\b(?:want|need|should|how|not|don'?t|never|without|avoid|trying|plan\w*|going|can"
                r"|no)\b[^,]*$"
            ),
            before,
        ):
            continue
        if (
            re.search(
                rf"{IM}|\b(?:i(?:'?ve)?) (?:eat|been|keep|am|usually|run|stay)|\bmy\b|\bcurrently|\bset\b",
                before + m.group(),
            )
            or clause.fragment
            or not before.strip(" ina-0123456789")
            or re.match(r"^\W*(?:in|at|on)?\s*(?:a|an|slight|small)?\s*$", before)
        ):
            if not clause.question:
                yield Hit("energy_balance", value, None, m.start(), m.end())


# --- experience -----------------------------------------------------------------------------------

_RUN_NOUN = r"(?:run(?:ning|s|ner)?|jog(?:ging)?|runner)"
_LIFT_NOUN = (
    r"(?:lift(?:ing|s|er|ed)?|weights?|weight ?lifting|strength(?: training)?|weight training"
    r"|(?:the )?gym|resistance training|power ?lifting|barbell(?: training)?|body ?building"
    r"|strength work|strength)"
)
_SPAN = (
    r"(?P<n>\d{1,3}(?:[.,]\d)?(?:\s+and a half|\s*½)?|an?|half a|a few|several|many|some"
    r"|over a|about a|almost a|a good)\s*\+?\s*(?P<u>years?|yrs?|months?|mos?|mths?|weeks?"
    r"|wks?|decades?|days?)(?P<half>\s+and a half)?"
)
_SINCE_YEAR = r"(?:since|in)\s+(?:about\s+|around\s+|\w+\s+)?(?P<y>(?:19|20)\d\d)"
_EXPERIENCE = joined(
    rf"""\b(?:been|started|start|begun|began|have|got|i'?ve|i\s+have|doing|with)\s+(?:doing\s+
          |consistently\s+|regularly\s+|seriously\s+|only\s+|just\s+|training\s+|going\s+to\s+|to\s+
          |{ABOUT})*(?P<what>{_RUN_NOUN}(?:\s*(?:and|&)\s*{_LIFT_NOUN})?|{_LIFT_NOUN}(?:\s*(?:and
          |&)\s*{_RUN_NOUN})?)\s*(?:\w+\s+){{0,3}}?(?:{ABOUT}|for\s+{ABOUT}|on and off for\s+
          |now for\s+|going on\s+)(?:{_SPAN}|{_SINCE_YEAR}|(?P<last>(?:last|this|a)\s+(?:week|month
          |year|summer|spring|autumn|winter|fall|january)))
      | \b(?P<what2>{_RUN_NOUN}|{_LIFT_NOUN})\s+(?:experience\s*)?(?:for|:|since
          |is)?\s*{ABOUT}(?:{numbered(_SPAN, 2)}
          |(?P<y2>(?<=since\s)(?:19|20)\d\d))
      | {numbered(_SPAN, 3)}\s+(?:of
          |into|in|doing|worth of)\s*(?:my\s+|consistent\s+|serious\s+|regular\s+
          |the\s+)*(?P<what3>{_RUN_NOUN}|{_LIFT_NOUN})
      | {numbered(_SPAN, 4)}\s+(?P<what4>{_RUN_NOUN}
          |{_LIFT_NOUN})\s+experience
      | {numbered(_SPAN, 5)}\s+ago\s+i\s+(?:started
          |began)\s+(?P<what5>{_RUN_NOUN}|{_LIFT_NOUN})"""
)
_ADJ_NEW = (
    r"(?:brand[- ]?new|(?:total |complete |absolute )*(?:beginner|newbie|noob|novice|newb|new)"
    r"|rookie|green|untrained)"
)
_ADJ_MID = r"(?:intermediate|regular|recreational|casual|average|decent)"
_ADJ_TOP = r"(?:advanced|experienced|seasoned|veteran|competitive|long-?time|expert|elite|lifelong|pro)"
_LEVEL = joined(
    rf"""\b(?P<adj>(?P<new>{_ADJ_NEW})|(?P<mid>{_ADJ_MID})|(?P<top>{_ADJ_TOP}))\s*(?:to|at|with
          |in|when it comes to|level)?\s*(?:the\s+|all\s+this\s+)?(?P<what>{_RUN_NOUN}|{_LIFT_NOUN})\b
      | \b(?P<never>never|haven'?t ever|havent ever|not)\s+(?:really\s+|ever\s+
          |yet\s+)*(?P<vwhat>run|ran|jogged|lifted|done\s+(?:any\s+)?(?:lifting|weights
          |strength)|been\s+(?:to|in)\s+a\s+gym|touched\s+a\s+(?:weight|barbell)
          |been\s+a\s+runner)(?:\s+(?:before|weights?|in\s+my\s+life|a\s+day|seriously|regularly
          |properly|at\s+all))*\s*(?=$|[.,;!?]|but|and)
      | \b(?P<start>just\s+(?:started|starting|began|got\s+into|getting\s+into|taken\s+up
          |took\s+up|picked\s+up)|starting\s+(?:out\s+)?(?:with|to)?|started|getting\s+into
          |couch\s+to|c25k(?!\s+grad))\s*(?:with\s+|to\s+|going\s+to\s+
          |out\s+)*(?P<swhat>{_RUN_NOUN}|{_LIFT_NOUN}|5k)?\b(?!\s*(?:\d|for|in\s+\d|since|ago))
      | \b(?P<often>run\s+regularly|run\s+a\s+lot|lift\s+regularly|regularly\s+(?:run|lift))\b
      | \b(?P<dwhat>{_RUN_NOUN}|{_LIFT_NOUN})\s+(?P<dword>newbie|beginner|novice|noob|veteran|vet)\b
      | \b(?P<pwhat>running|lifting|run|lift)\s*(?:experience|level)?\s*(?:is|:|=|level\s+is
          |experience\s+is)\s*(?P<plevel>new|beginner|novice|regular|intermediate|experienced
          |advanced)\b"""
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
        if re.search(
            r"\b(?:not|haven'?t|stopped|off|quit|no|without|since i|didn'?t|break from)\b[^,]*$", before
        ) or re.search(r"\b(?:haven'?t|stopped|quit|(?<!and )off)\b", m.group()):
            continue
        k = next(i for i in ("", "2", "3", "4", "5") if g["what" + i])
        if g["n" + k]:
            if k == "2" and not g["n2"][0].isdigit() and " for " not in m.group():
                continue
            months = months_in(g["n" + k], g["u" + k], bool(g["half" + k]))
            if g["u" + k].startswith("day") and "started" not in m.group() and "been" not in m.group():
                continue
            if re.match(
                r"\s*(?:a|per|each|/|every|out|away|to go|long)\s*(?:week|month|year|race)?\b",
                t.after(m.end()),
            ) and k in ("2",):
                continue
        elif k in ("", "2") and g.get("y" + k):
            months = max(0, (today.year - int(g["y" + k])) * 12)
        else:
            last = g["last"] or ""
            months = (
                12 if "year" in last and "this" not in last else 1 if re.search("week|month", last) else 6
            )
        for kind in kinds(g["what" + k]):
            seen.add(kind)
            yield Hit(f"{kind}_experience", level(kind, months), None, m.start(), m.end(), anywhen=True)
    for m in _LEVEL.finditer(t.s):
        g = m.groupdict()
        before = t.before(m.start())
        what = g["what"] or g["vwhat"] or g["swhat"] or g["often"] or g["dwhat"] or g["pwhat"] or ""
        if g["adj"]:
            place = 0 if g["new"] else 1 if g["mid"] else 2
            if (
                re.search(
                    (
                        r"\b(?:not|no longer|isn'?t|for|most|every|many|some|any|good|best)\s+(?:an?\s+"
                        r"|really\s+)*$"
                    ),
                    before,
                )
                or re.search(r"\b(?:goal|want|wanna|become|like to be|becoming|turn into)\b", before)
                or (
                    g["adj"] in ("new", "regular", "average", "decent", "casual", "intermediate")
                    and not re.search(
                        rf"{IM[2:]}|\bmy\b|\bas\b|^\W*$|\bme\b|\band\b|,|(?:he|she|they)'?s?\b", before
                    )
                )
            ):
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
            if (
                not what
                and g["start"] not in ("couch to", "c25k")
                or not re.search(rf"{IM[2:]}|\bi\b|\bi'?ve\b|^\W*$|\band\b|doing|\bon\b", before)
            ):
                continue
            what, place = what or "run", 0
        elif g["often"]:
            place = 1
        elif g["dwhat"]:
            place = 2 if g["dword"].startswith("v") else 0
        else:
            place = next(
                i
                for i, w in enumerate(("new beginner novice", "regular intermediate", "experienced advanced"))
                if g["plevel"] in w.split()
            )
        found = kinds(what)
        both = re.match(rf"\s*(?:and|&|/)\s*(?P<w>{_RUN_NOUN}|{_LIFT_NOUN})\b", t.s[m.end() :])
        if both:
            found += kinds(both.group("w"))
        for kind in found:
            if kind not in seen:
                yield Hit(f"{kind}_experience", _LEVELS[kind][place], None, m.start(), m.end(), anywhen=True)


# --- distances ------------------------------------------------------------------------------------

_UNIT = rf"(?:(?P<km>{KM})|(?P<mi>{MI}))"
_WEEKLY = joined(
    rf"""{NUM}{RANGE}\s*-?\s*(?:{_UNIT}\b(?:\s+(?:of\s+)?(?:easy\s+|road\s+|trail\s+|total\s+
          |slow\s+)*(?:running|runs?|jogging|on foot|total|easy))?(?:\s+(?:in\s+)?total)?\s*(?:{WEEK}
          |\s*weeks\b|\s*in\s+(?:a|an average|the)\s+week|-?\s*weekly)|(?P<mpw>mpw)\b|(?P<kpw>kpw|kmpw
          |km/w|km/wk)\b)
      | \b(?:(?:weekly|week'?s|total)\s+(?:mileage|distance|volume|running|kms?|miles|total
          |running distance|run)|mileage|running volume|weekly)\s*(?:is|:|=|to|of|at|are
          |was wrong,?\s*(?:it'?s)?|now)?\s*{ABOUT}(?P<n>\d{{1,3}}(?:[.,]\d)?)(?:\s*(?:-
          |to)\s*(?P<r>\d{{1,3}}))?\s*(?:(?P<km2>{KM})|(?P<mi2>{MI}))?\b(?!\s*(?:%|days|times
          |runs|sessions|x\b))
      | \b(?:run|running|jog|log|cover|do)\s+{ABOUT}(?P<n3>\d{{1,3}}(?:[.,]\d)?)(?:\s*(?:-
          |to)\s*(?P<r3>\d{{1,3}}))?\s*(?:(?P<km3>{KM})|(?P<mi3>{MI}))\s+weekly\b
      | \b(?:a|per|each|every|in a)\s+week\s+i\s+(?:run|do|jog
          |cover)\s+{ABOUT}(?P<n4>\d{{1,3}}(?:[.,]\d)?)\s*(?:(?P<km4>{KM})|(?P<mi4>{MI}))\b"""
)
_OTHER_SPORT = re.compile(
    r"\b(?:cycl\w+|bike|biking|swim\w*|rid(?:e|ing)|row(?:ing)?|walk(?:ing)?|drive|driving"
    r"|commut\w+|hik(?:e|ing)|want|goal|target|aim\w*|build(?:ing)? (?:up )?to|get (?:up )?to"
    r"|should|increase (?:it )?(?:to|by)|add(?:ing)?|work(?:ing)? up to|by)\b"
)


def weekly_run_km(t: Prepared) -> Iterator[Hit]:
    imperial = _miles(t)
    for m in _WEEKLY.finditer(t.s):
        g = m.groupdict()
        if _OTHER_SPORT.search(t.before(m.start())):
            continue
        if m.group(1):
            grown = m.group(2) and re.search(r"\bfrom\s+$", t.before(m.start()))
            value, mile = (
                number(m.group(2)) if grown else between(m.group(1), m.group(2)),
                bool(g["mi"] or g["mpw"]),
            )
            a = m.start(1)
        else:
            k = next(i for i in ("", "3", "4") if g["n" + i])
            value = between(g["n" + k] or "", g.get("r" + k))
            s = k or "2"
            mile = bool(g["mi" + s]) or (
                not g["km" + s] and (imperial or "miles" in m.group() or "mileage" in m.group() and imperial)
            )
            a = m.start("n" + k)
            if NOW_ONLY.search(t.clause(a).text):
                continue
        if re.search(r"\bran\b|\bthis week\b|\blast week\b", t.clause(a).text):
            continue
        if re.search(r"\b(?:this week|p\s?week)\b", m.group()) and "this week" in m.group():
            continue
        yield Hit("weekly_run_km", tidy(miles_to_km(value) if mile else value), "km", a, m.end())
    if re.search(rf"{WEEK}", t.s):
        for m in re.finditer(
            rf"{NUM}\s*{_UNIT}\s+(?:in\s+)?(?:total|altogether|overall|all in)\b(?!\s*(?:a|per|each)\b)", t.s
        ):
            yield Hit(
                "weekly_run_km",
                tidy(miles_to_km(number(m.group(1))) if m.group("mi") else number(m.group(1))),
                "km",
                m.start(),
                m.end(),
            )


def _miles(t: Prepared) -> bool:
    return bool(re.search(r"\bmiles?\b|\bmpw\b|\d\s*mi\b", t.s))


_LONG_WORDS = r"(?P<race>half[- ]?marathon|a\s+half|hm|a\s+marathon|full\s+marathon)"
_LONGEST = joined(
    rf"""\b(?:(?:my\s+|the\s+)?(?:longest|furthest|farthest|biggest|max(?:imum)?)\s+(?:single\s+
          |recent\s+|weekend\s+|continuous\s+)?(?:runs?|distance|jog|one|i'?ve\s+(?:run|ran|done|gone)
          |i\s+(?:run|ran|did|have\s+run|can\s+run|go|went|do)|(?:\w+\s+)?so\s+far|is|was)|(?:my|the
          |sunday|weekend|weekly|saturday)\s+(?:weekly\s+|sunday\s+|weekend\s+
          |current\s+)?long\s+(?:run|one)s?|long\s+runs?(?=\s*(?:is|are|:|=|of|was|at|up|around|about
          |\d))|longest(?=\s*(?:is|was|:|\d|in\s+the\s+(?:last|past))))
        (?P<mid>[^.!?;]{{0,55}}?)(?:(?<![\w.])(?P<n>\d{{1,3}}(?:[.,]\d{{1,2}})?){RANGE}\s*-?\s*(?:(?P<km>{KM})
            |(?P<mi>{MI}))\b|\b{_LONG_WORDS}\b)
      | \b(?P<n2>\d{{1,3}}(?:[.,]\d)?)\s*-?\s*(?:(?P<km2>{KM})|(?P<mi2>{MI}))\s+(?:is|was
          |as)\s+(?:my|the)\s+(?:longest|furthest)
      | \b(?P<n3>\d{{1,3}}(?:[.,]\d)?)\s*-?\s*(?:(?P<km3>{KM})|(?P<mi3>{MI}))\s+long\s+runs?\b"""
)


def longest_run_km(t: Prepared, expected: bool) -> Iterator[Hit]:
    for m in _LONGEST.finditer(t.s):
        g = m.groupdict()
        whole = m.group() + t.after(m.end())
        if not expected and re.search(
            r"\bever\b|\bin my life\b|\byears? ago\b|\blast year\b|\ball[- ]time\b", whole
        ):
            continue
        if re.search(
            (
                r"\b(?:want|should|move|goal|next|will be|would|plan|shoes?|today|tomorrow|increase"
                r"|extend)\b"
            ),
            t.before(m.start()) + (g["mid"] or ""),
        ) or re.search(r"\bhow\b", t.before(m.start())):
            continue
        if (
            g["mid"]
            and re.search(r"\b(?:week|minutes|hours?|times|days)\b", g["mid"])
            and not re.search(
                (
                    r"(?:this|last|past|of the|in a|in the last \d+) (?:week|month|\d+ (?:days|weeks))"
                    r"|last \d+|weeks? was|every week"
                ),
                g["mid"],
            )
        ):
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

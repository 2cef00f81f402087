"""Rules for the person: name, age, sex, weight, height, units, health, sleep and food."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from nlu.facts_grammar import (
    ABOUT, END, HOUR, KG, LB, NUM, NUM_IN, RANGE, ST, Hit, between, dates, number, pounds_to_kg, tidy,
)  # fmt: skip
from nlu.facts_lexicon import PERSON
from nlu.facts_text import Prepared, is_fragment, joined, speaker

IM = r"\b(?:i'?m|i am|i'm|im|we'?re)"

# --- name --------------------------------------------------------------------------------------------------------

_NAME = re.compile(
    r"\b(?:my (?:full |first |real )?name(?:'s|s| is|:| =| to)|(?:just |you can |please |pls |people |friends |everyone )*calls? me"
    r"|i'?m called|i am called|i go by|name(?:'s|:| is| =| to)|this is|(?P<im>i'?m|i am|im))\s+(?:actually |not \w+,? (?:it'?s )?)?"
    r"(?P<name>[^\W\d_][\w'.-]*(?:\s+[^\W\d_][\w'.-]*){0,3})"
)
NO_NAME = frozenset(
    (
        "maybe crazy when back later if a an the not so and or but stupid old lazy what whatever i my me it that this is sir by in at "
        "tired new vegan vegetarian pescatarian male female confused fine good ok okay ready here hungry sore stuck sick ill injured "
        "pregnant diabetic lost sorry back done bored busy happy sad sure unsure skinny fat lean strong weak slow fast young tall short "
        "heavy worried curious training running lifting trying looking doing cutting bulking going thinking wondering getting american "
        "british german french spanish italian english irish indian chinese metric imperial why how much protein called also very too "
        "just really still now from on over under about around almost only always never currently mostly kinda pretty super bit your "
        "all great well home single married retired alone human hurt anaemic anemic asthmatic natty intermediate advanced experienced "
        "novice beginner nobody someone one in-season available free interested serious scared afraid cold hot dead ugly better worse "
        "insane amazing awful wrong right true correct important hard easy bad nuts awesome ridiculous great dumb broken useless"
    ).split()
)
_AFTER_NAME = frozenset("and but i im i'm from the a an btw please pls thanks or so if when by not now who how what is instead though ok here".split())


def name(t: Prepared) -> Iterator[Hit]:
    for m in _NAME.finditer(t.s):
        words = list(re.finditer(r"\S+", m.group("name")))
        original = t.original
        keep: list[re.Match[str]] = []
        for w in words:
            if w.group().strip(".,!'") in _AFTER_NAME or (keep and w.group() in NO_NAME):
                break
            if keep and not original[t.starts[m.start("name") + w.start()]].isupper():
                break
            keep.append(w)
            if w.group().endswith("."):
                break
        if not keep or keep[0].group().strip(".'") in NO_NAME:
            continue
        a = m.start("name") + keep[0].start()
        b = m.start("name") + keep[-1].end()
        while b > a and t.s[b - 1] in ".'-,":
            b -= 1
        start, end = t.span(a, b)
        said = original[start:end]
        rest = t.after(b).strip()
        if m.group("im") or t.s[m.start() : m.start() + 7] == "this is":
            greeted = re.search(r"^\W*(?:hi|hey|hello|yo|hiya|good (?:morning|evening))\W+(?:there\W+)?$", t.s[: m.start()])
            first = said.split()[0]
            mixed = first[:1].isupper() and not original.isupper() and first[1:].islower()
            odd = re.search(r"(?:ing|ed|ly|ese|ish)$", first.lower())
            if rest or odd or not (mixed or greeted) or (m.group("im") is None and not mixed):
                continue
            if any(e[2] < b and a < e[3] for e in t.entities):
                continue
        if len(said) <= 60:
            yield Hit("name", proper(said), None, a, b)


def proper(said: str) -> str:
    """A name as typed, with capitals if it was typed without."""
    return said.title() if said.islower() else said


# --- age and sex -------------------------------------------------------------------------------------------------

_NOT_AGE = (
    r"(?!\s*(?:%|kgs?\b|kilo|lbs?\b|pounds?\b|st\b|stone|cm\b|km\b|k\b|miles?\b|mi\b|minutes?\b|mins?\b|hours?\b|h\b|hrs?\b|days?\b|weeks?\b|wks?\b"
    r"|months?\b|reps?\b|sets?\b|x\b|times?\b|into\b|in\b|out\b|runs?\b|lifts?\b|sessions?\b|grams?\b|g\b|kcal|cal|bpm|of\b|percent|steps?\b|ft\b|feet\b"
    r"|foot\b|inch|'|\"|/|:|-|to\b|or\b|something\b|ish|plus\b|th\b|minute|more\b|less\b|years? (?:in|into|of)\b|years?\s+(?!old)\w|kilograms?|days?|meters?|metres?"
    r"|[.,]\d|tall\b|mpw|am\b|pm\b|wpm|points?|heavy|bodyweight|s\b|\+))"
)
_AGE = joined(
    rf"""(?:^|(?<=[^\w.,+$-])|(?<=^m)|(?<=^f)|(?<=\s[mf]))(?P<n1>\d{{1,3}})\s*-?\s*(?:y/?o\b|y\.o\.?|yrs?\.?(?:\s*|-)old|y(?:ea)?rs?(?:\s+|-)(?:young|of age|old)|year(?:\s+|-)*olds?|yr\b(?=\s*(?:old|male|female|man|woman))|yold|years?\s+old|yrs?\s*$)
      | \b(?:just\s+)?(?:turned|hit)\s+(?P<n2>\d\d){END}{_NOT_AGE}
      | \b(?:i'?m|i am|im|he'?s|she'?s|they'?re|who'?s|who is|is|was|were|are|be|i'm)\s+(?:now |only |just |already |like |about |around |almost |nearly |over |still |currently |aged |age |actually |really )*(?P<n3>\d\d){END}{_NOT_AGE}
      | \b(?:aged?|age's)\s*(?:is|was|:|=|to|should be)?\s*(?:now |about |actually |really )*(?P<n4>\d{{1,3}}){END}(?!\s*(?:kg|lb|cm|%|-|to\b))
      | (?<![\w.,/'-])(?P<n5>\d\d)\s*[,/]?\s*(?P<s5>m|f|male|female)\b(?!\s*(?:/|tall))(?!')
      | (?<![\w'])(?P<s6>m|f|male|female)\s*[,/]?\s*(?P<n6>\d\d){END}{_NOT_AGE}
      | \bat\s+(?P<n7>\d\d)(?=\s*(?:$|,|\bi\b|\bi'm|\band\b|\?|it\b|is\b|\byears))(?!\s*(?:%|kg))
      | \b(?:someone|anyone|client|friend|guy|woman|man|people|person|those)\s+(?:over|under|who\s+(?:is|are)|aged?|at|of)\s+(?P<n8>\d\d){END}{_NOT_AGE}
      | \b(?:what|how)\s+about\s+(?:at\s+)?(?:age\s+)?(?P<n9>\d\d)(?=\s*\??$)"""
)
_BORN = re.compile(r"\b(?:born|b\.|dob|birthday|birth ?date|birth ?year|year of birth)\b(?:\s*(?:in|on|is|was|:|back in|the year))*\s*(?P<what>[^!?;\n]{0,24})")
_SPORT = re.compile(r"\b(?:squat|bench|deadlift|press|curl|lift(?:ing)?|reps?|sets?|pace|bpm|percent|rpe|km/h|mph|feels? like|like i'?m)\b")


def age(t: Prepared, today: datetime.date) -> Iterator[Hit]:
    for m in _AGE.finditer(t.s):
        key = next(k for k in ("n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9") if m.group(k))
        value, a, b = int(m.group(key)), m.start(key), m.end()
        before = t.before(m.start())
        who = speaker(t, a, b)
        if key == "n3" and (m.group().startswith(("is", "was", "were", "are", "be")) and who == "self"):
            if not re.search(r"\b(?:age|i was|i were|i be|my birthday)\b", before + m.group()):
                continue
        if key == "n3" and not 10 <= value:
            continue
        if key == "n7" and (_SPORT.search(before) or value < 20 or (who != "self" and "i" not in re.findall(r"[a-z']+", t.s[m.end() :]))):
            continue
        if key == "n2" and re.search(r"\b(?:when|will|until|once|before)\b.*$", before):
            continue
        if key == "n1" and re.match(r"\s*(?:garmin|shoes?|watch|car|house|bike|program|plan|treadmill|barbell|injury|habit|phone|account)\b", t.s[b:]):
            continue
        if key == "n1" and re.search(r"\bmy\s+$", before):
            yield Hit("age", value, "years", a, b, scope="this_answer")
            continue
        if key in ("n5", "n6"):
            fragment = is_fragment(before) or re.search(rf"{IM}\s+(?:an?\s+)?$", before)
            if not fragment or not 10 <= value <= 100:
                continue
            s = m.group("s5" if key == "n5" else "s6")
            at = m.start("s5" if key == "n5" else "s6")
            yield Hit("sex", "female" if s.startswith("f") else "male", None, at, at + len(s))
            yield Hit("age", value, "years", a, m.end(key))
            continue
        yield Hit("age", value, "years", a, b, plain=key == "n7" and bool(re.search(r"\b(?:how (?:much|many)|am i|do i)\b", before)))
    if re.search(r"\b(?:male|female|guy|man|woman|girl|m|f|stats)\b", t.s):
        for clause in t.clauses:
            if bare := re.fullmatch(r"\s*([1-9]\d)\s*", clause.text):
                at = clause.start + bare.start(1)
                yield Hit("age", int(bare.group(1)), "years", at, at + 2)
    for m in _BORN.finditer(t.s):
        what = m.group("what")
        found = dates(what, datetime.date(1900, 1, 1), False)
        full = [d for d in found if d[2].year > 1900]
        year = re.match(r"\s*(?:the\s+)?(?:'(\d\d)|(\d{4}))\b", what)
        if full:
            d = full[0][2]
            years = today.year - d.year - ((today.month, today.day) < (d.month, d.day))
            yield Hit("age", years, "years", m.start(), m.start("what") + full[0][1], anywhen=True)
        elif year:
            y = int(year.group(2)) if year.group(2) else 1900 + int(year.group(1))
            if year.group(1) and today.year - y >= 100:
                y += 100
            yield Hit("age", today.year - y, "years", m.start(), m.start("what") + year.end(), anywhen=True)


_SEX = joined(
    rf"""(?P<self>(?:{IM}|\bas|\bbeing|\bidentify\s+as|\bme)\s*,?\s+(?:still\s+|also\s+|just\s+|only\s+)*(?:a|an)?\s*(?:(?!(?:and|the|not|vs|or)\b)[\w.'"/-]+[\s,-]+){{0,5}}?(?P<w1>female|woman|girl|lady|gal|mother|mom|mum|mum|wife|male|man|guy|dude|bloke|dad|father|husband|non-?binary|enby)\b(?!'s|\s+(?:dad|mom|mum|coach|trainer|who|that|clients?)\b))
       | \b(?:sex|gender)\s*(?:is|:|=|to|was wrong,?(?:\s*(?:it'?s|i'?m))?)?\s*(?:a\s+)?(?P<w2>female|male|woman|man|f|m|undisclosed)\b
       | \b(?P<w3>female|male|woman|guy|dude|girl|man|lady|bloke)\s+here\b
       | \b\d\d\s*-?\s*(?:y/?o|yrs?|years?)(?:[\s-]+old)?,?\s+(?P<w4>female|male|woman|man|guy|girl|lady|dude|bloke|f|m)\b
       | (?P<w5>\b(?:female|male)\b)
       | \b(?:rather not|prefer not(?: to)?|don't want to|won't)\s+(?:say|tell|share|disclose)\s+(?:my\s+)?(?P<w6>sex|gender)\b"""
)
_FEMALE = frozenset("female woman girl lady gal mother mom mum wife f".split())


def sex(t: Prepared) -> Iterator[Hit]:
    for m in _SEX.finditer(t.s):
        key = next(k for k in ("w1", "w2", "w3", "w4", "w5", "w6") if m.group(k))
        word, a, b = m.group(key), m.start(key), m.end(key)
        if key == "w1" and re.search(r"\b(?:not|coach(?:ing)?|train(?:ing)?|with|to|of|for|my|like|than)\b", m.group()[: a - m.start()]):
            continue
        if key == "w5" and not t.clause(a).fragment:
            continue
        value = "undisclosed" if key == "w6" or word.startswith(("non", "enby", "und")) else "female" if word in _FEMALE else "male"
        yield Hit("sex", value, None, a, b, plain=m.group().startswith("as"))


# --- weight ------------------------------------------------------------------------------------------------------

_WEIGHT = joined(
    rf"""{NUM}\s*(?:{ST})(?:\s*(?:and\s+|,\s*)?(?P<half>a\s+half)|\s*(?:and\s+|,\s*)?(?P<stlb>\d{{1,2}}(?:\.\d)?)(?:\s*{LB}\b|(?=\s*(?:[,.;!?)]|$|\band\b|\bbut\b|\bvegan|\bmale|\bfemale|\bhow|\bnow))))?{END}
       | {NUM}{RANGE}\s*-?\s*(?:(?P<kg>{KG})|(?P<lb>{LB})){END}"""
)
_UNITLESS = re.compile(
    rf"\b(?P<cue>weigh(?:ing|s|ed)?(?: in)?(?: at)?|(?:body ?)?weight(?:'s| is| was wrong,?(?: it'?s| its| should be)?| was| to|:| =| should be| at)?|bw(?: is|:)?|scales? (?:says?|said|shows?|reads?))\s*{ABOUT}{NUM_IN}"
    rf"(?![\w%.,]*\w|\s*(?:{KG}|{LB}|{ST}|x|reps?|sets?|grams?|g|%|percent|times|days|minutes|mins|weeks|hours|sessions|cm|years?|yo)\b)"
)
_LOAD = re.compile(
    r"\b(?:squat\w*|bench\w*|dead ?lift\w*|press\w*|rows?|rowing|lift(?:ed|ing|s)?|curl\w*|snatch\w*|cleans?|jerk|barbell|bar|dumb?bells?|dbs?|kettle ?bells?|kbs?|plates?|1rm|rm|max|pr|pb"
    r"|reps?|sets?|vest|back ?pack|ruck\w*|load\w*|using|doing|pushing|moving|pulling|carry\w*|holding|repp\w*|work(?:ing)? sets?|ohp|hip thrusts?|lunges?|leg press|pulldowns?|swings?|thrusters?|total|\d+\s*x\s*\d+|weighted|sled|bag|assist\w*)\b"
)
_WEIGH_CUE = re.compile(
    rf"\b(?:weigh\w*|(?:body ?)?weight|bw|scales?|{IM[2:]}|he'?s|she'?s|they'?re|who'?s|who is|me|currently|sitting|hovering)\b"
)
_CHANGE = re.compile(
    r"\b(?:los[et]|losing|gain(?:ed|ing|s)?|drop(?:ped|ping)?|put on|putting on|add(?:ed|ing)?|plus|extra|another|every|per|by|shed|shedding|pack(?:ed)? on|cut|down|up|within|than|last|first|went up|increase\w*|minus|for every|each|shift|"
    r"heavier|lighter|burn\w*|take off|bulk(?:ed)? up)\s+(?:about |around |like |roughly |almost |nearly |over |only |just |another |the |my |these |those |at least |up to |maybe |some )*$"
)
_TARGET = re.compile(
    r"\b(?:want to|wanna|goal|target|aim\w*|get (?:down |up |back )?to|reach\w*|hit|ideal\w*|would weigh|like to (?:be|weigh|get|reach)|trying|hoping|by|back to|dream|until|till|should (?:i )?(?:be|weigh)|would love to be|bulk(?:ing)? (?:up )?to|cut(?:ting)? (?:down )?to|from|go(?:ing)? to|used to)\b"
)
_LOAD_AFTER = re.compile(
    r"\s*(?:x\s*\d|\(?\d+\s*x|for (?:\d|reps|sets)|dumb?bells?|kettle ?bells?|dbs?\b|kbs?\b|barbells?|plates?|squat|bench|dead ?lift|press|of (?!body)|vest|bag|back ?pack|pack\b|lighter|heavier|off\b|gain|loss|in \d+ (?:weeks|months)|in a (?:week|month)"
    r"|a (?:week|month)|per (?:week|month|side|hand|set)|more\b|less\b|extra|over ?weight|under ?weight|weights?\b|stuff|each|per|/\s*(?:week|month|kg|lb|side)|on the bar|bar\b|row|curl|lunge|sled|ruck|of (?:muscle|fat)|too (?:much|heavy)"
    r"|x\b|reps?|sets?|loss|to lose|to gain|goal|target|total)"
)


def weight_in_kg(m: re.Match[str]) -> float:
    """The middle of what a `_WEIGHT` match names, in kg."""
    if m.group("kg") or m.group("lb"):
        value = between(m.group(4), m.group(5))
        return value if m.group("kg") else pounds_to_kg(value)
    stone = number(m.group(1)) + (0.5 if m.group("half") else 0.0)
    return pounds_to_kg(14 * stone + float(m.group("stlb") or 0))


def imperial_cue(t: Prepared) -> bool:
    """Whether the message uses imperial units somewhere."""
    return bool(re.search(rf"\d\s*(?:{LB}|miles?|mi|feet|ft|foot|stone|st)\b|\d'\d|\bmpw\b", t.s))


def guess_kg(value: float, imperial: bool) -> float:
    """kg for a bare number: pounds above what is usual in kg, or above 100 when the message is in imperial units."""
    return pounds_to_kg(value) if value > 130 or (imperial and value > 100) else value


def body_weight(t: Prepared) -> Iterator[Hit]:
    for m in _WEIGHT.finditer(t.s):
        a, b = m.start(), m.end()
        clause = t.clause(a)
        before, after = t.before(a), t.after(b)
        stone_like = not (m.group("kg") or m.group("lb"))
        if stone_like and (re.search(r"\b(?:may|march|june|july|january|february|april|august|september|october|november|december|the|my)\s+$", before) or weight_in_kg(m) < 25):
            continue
        if re.search(r"\bnot\s+$|\bisn'?t\s+$", before) and not t.after(b).strip():
            continue
        body = re.match(r"\s*(?:of\s+)?(?:body|bw)", after)
        if (_LOAD_AFTER.match(after) and not body) or _CHANGE.search(before):
            continue
        if _TARGET.search(before) and not re.search(r"\b(?:currently|now|i'?m|weighing)\s*(?:at\s+)?$", before):
            continue
        load = [x.end() for x in _LOAD.finditer(before)]
        cue = [x.end() for x in _WEIGH_CUE.finditer(before)]
        person = re.match(rf"\s*-?(?:\w+\s+){{0,3}}?{PERSON}\b", after)
        framed = re.search(r"\b(?:at|about|for|with|only|if)\s+(?:\w+\s+)?$", before) and (clause.question or clause.hypothetical)
        if load and (not cue or cue[-1] < load[-1]) and not person:
            continue
        if not (cue or clause.fragment or person or framed or body or re.search(r"\b(?:is|was|weight)\b", before) or re.match(r"\s*(?:is|,)?\s*my (?:body ?)?weight", after)):
            continue
        plain = bool(re.search(r"\b(?:at|for)\s+(?:about |around )?$", before) and re.search(r"\bhow (?:much|many)\b.*\b(?:i|me|my)\b", before))
        yield Hit("body_weight", tidy(weight_in_kg(m)), "kg", a, b, plain=plain)
    imperial = imperial_cue(t)
    for m in _UNITLESS.finditer(t.s):
        before = t.before(m.start())
        if _TARGET.search(before + m.group("cue")) or re.search(r"\b(?:lose|gain|lift|same|the|heavy|training)\s+$", before):
            continue
        value = number(m.group(2))
        if value >= 20:
            yield Hit("body_weight", tidy(guess_kg(value, imperial)), "kg", m.start(2), m.end(2))


# --- height ------------------------------------------------------------------------------------------------------

_HEIGHT = joined(
    rf"""(?<![\w.,:/'-])(?P<ft>\d)\s*(?:'|ft\.?|foot|feet)\s*-?(?:and\s+)?(?P<in>\d{{1,2}}(?:\.\d)?(?:\s+and a half|\s*½|\s1/2)?)\s*(?:"|''|inch(?:es)?\b|in\b(?!\s+(?:\d|a|the|may|my))|ins\b)?(?![\w/]|\s*(?:kg|lbs?|min|km)\b)
       | (?<![\w.,:/'-])(?P<ft2>\d)\s*(?:ft|foot|feet|')(?![\w'])
       | {NUM}\s*(?:inch(?:es)?|in|")\s*(?P<tall>tall)
       | {NUM}\s*-?\s*(?P<cm>cms?|centimet(?:er|re)s?){END}
       | (?<![\w.,:/'-])(?P<m>[12][.,]\d{{1,2}})\s*(?:m|meters?|metres?)\b(?!/)
       | (?<![\w.,:/'-])(?P<m1>[12])\s*m\s*(?P<m2>\d\d)\b
       | \b(?:height(?:\s+is|:|\s*=|'s|\s+to|\s+was|\s+should\s+be)?)\s*{ABOUT}(?P<bare>\d{{2,3}}|[12][.,]\d\d|\d\s+\d{{1,2}}){END}
       | (?<![\w.,:/'-])(?P<bare2>\d{{3}}|[12][.,]\d\d)\s*(?:tall|in height)\b"""
)
_NOT_HEIGHT = re.compile(
    r"\b(?:box|jumps?|waist|chest|arms?|biceps?|thighs?|step|stride|grew|grow|hips?|calf|calves|neck|pace|sub|per|/km|bench|depth|snow|swim\w*|pool|away|apart|swelling|inseam|gap|wide|deep|cadence|tv|vertical)\b"
)


def _height_cm(m: re.Match[str]) -> float:
    g = m.groupdict()
    if g["ft"]:
        return (12 * float(g["ft"]) + number(g["in"])) * 2.54
    if g["ft2"]:
        return 12 * float(g["ft2"]) * 2.54
    if g["tall"]:
        return number(m.group(4)) * 2.54
    if g["cm"]:
        return number(m.group(6))
    if g["m"]:
        return float(g["m"].replace(",", ".")) * 100
    if g["m1"]:
        return float(g["m1"]) * 100 + float(g["m2"])
    return bare_height(g["bare"] or g["bare2"])


def bare_height(text: str) -> float:
    """cm for "178", "1.78", "5 10" or "70" (inches)."""
    if feet := re.fullmatch(r"(\d)\s+(\d{1,2})", text):
        return (12 * float(feet.group(1)) + float(feet.group(2))) * 2.54
    value = number(text)
    if 1 < value < 2.3:
        return value * 100
    if 3 < value < 8:  # "5.10" is how feet and inches get typed
        whole, _, part = text.replace(",", ".").partition(".")
        return (12 * float(whole) + float(part or 0)) * 2.54
    return value * 2.54 if 55 <= value <= 85 else value


def height(t: Prepared) -> Iterator[Hit]:
    for m in _HEIGHT.finditer(t.s):
        g = m.groupdict()
        a, b = m.start(), m.end()
        before, after = t.before(a), t.after(b)
        if m.group("bare"):
            a = m.start("bare")
        if _NOT_HEIGHT.search(before[-25:]) or re.match(r"\s*(?:/|per\b|pace|min|box|jump|apart|away|deep|wide|mile|km\b|drop|waist|of\b|long|run|sprint|swim|biceps?|arms?|high)", after):
            continue
        value = _height_cm(m)
        if g["ft"] and (not 3 <= float(g["ft"]) <= 9 or number(g["in"]) > 12):
            continue
        said = re.search(rf"\b(?:height|tall|{IM[2:]}|he'?s|she'?s|stand|stands|measure|who'?s|me)\b", before + after[:8])
        if not (said or t.clause(a).fragment or re.match(rf"\s*(?:\w+\s+){{0,3}}?{PERSON}\b", after)):
            sure = g["ft"] and "'" in m.group()
            if not (sure and not re.search(r"\b(?:in|at|pace|ran|run|for|km)\b", before)):
                continue
        if (g["ft2"] or g["cm"] or g["m"]) and not (said or t.clause(a).fragment):
            continue
        yield Hit("height", tidy(value), "cm", a, b)


# --- units -------------------------------------------------------------------------------------------------------

_UNIT_NAME = r"(?P<u>metric|imperial|miles|mi|pounds|lbs|stones?|feet and inches|freedom units|american units|us units|kilomet(?:er|re)s|kms?|kilos|kgs?|kilograms|si units)"
_UNITS = joined(
    rf"""\b(?:switch|change|set|convert|put|move)\s+(?:me\s+|us\s+|it\s+|everything\s+|my\s+|the\s+|to\s+|back\s+|units?\s+|over\s+|settings?\s+|all\s+)*(?:in|into|to)\s+{_UNIT_NAME}\b
       | \b(?:use|using|prefer|i\s+think\s+in|show\s+(?:me\s+)?(?:everything\s+|it\s+|weights?\s+|distances?\s+|numbers\s+|things\s+)?in|give\s+(?:me\s+)?(?:everything\s+|it\s+|numbers\s+)in|talk\s+(?:to\s+me\s+)?in|speak|i\s+work\s+in|units?\s*(?:are|is|:|=|in|to)|go(?:ing)?\s+with|i'?m\s+(?:used\s+to|more\s+of\s+an?))\s+{_UNIT_NAME.replace("<u>", "<u2>")}\b
       | \b(?:in\s+)?{_UNIT_NAME.replace("<u>", "<u3>")}(?:\s+units?|\s+system)?\s*(?:,\s*)?(?:please|pls|plz|instead|from\s+now\s+on|only)\b
       | ^\W*(?:in\s+)?(?P<u4>metric|imperial)(?:\s+(?:units?|system))?\W*$"""
)
_IMPERIAL = re.compile(r"imperial|mi|pound|lb|stone|feet|freedom|american|us units")


def units(t: Prepared) -> Iterator[Hit]:
    for m in _UNITS.finditer(t.s):
        key = next(k for k in ("u", "u2", "u3", "u4") if m.group(k))
        if re.search(r"\d\s*$", t.s[: m.start(key)]) or re.search(r"\b(?:not|don'?t|stop|how much)\s*$", t.before(m.start())):
            continue
        yield Hit("units", "imperial" if _IMPERIAL.match(m.group(key)) else "metric", None, m.start(), m.end(key), plain=True)


# --- sleep -------------------------------------------------------------------------------------------------------

_SLEEP = joined(
    rf"""\b(?:sleep(?:ing|s)?|asleep|in\s+bed)\s+(?:is\s+|was\s+|for\s+|:\s*|=\s*)?(?:from\s+|between\s+)?{ABOUT}(?P<from>\d{{1,2}})(?::(?P<fm>\d\d))?\s*(?:pm|am)?\s*(?:-|to|until|till|and)\s*(?P<to>\d{{1,2}})(?::(?P<tm>\d\d))?\s*(?:am|pm)?(?![\w:])(?P<h0>\s*(?:{HOUR}))?
       | \bbed(?:time)?\s+(?:is\s+)?(?:at\s+)?(?P<bed>\d{{1,2}})\s*(?:pm)?\W+(?:and\s+)?(?:i\s+)?(?:get\s+|am\s+|wake\s+)*up\s+at\s+(?P<up>\d{{1,2}})
       | \bsleep(?:ing|s)?\b\s*(?:is|was|at|for|to|:|=|hours?\s+(?:are|is))?\s*{ABOUT}(?P<n1>\d{{1,2}}(?:[.,]\d{{1,2}})?(?:\s+and\s+a\s+half|\s*½|h30|\s*h\s*30)?)(?:\s*(?:-|to|or)\s*(?P<r1>\d{{1,2}}(?:[.,]\d)?))?\s*(?:{HOUR})?(?![\w%:])(?!\s*(?:min|am\b|pm\b|times|days|nights|weeks|months))(?!\s*{HOUR}?\s*(?:before|after|later|between))
       | \b(?:get(?:ting|s)?|got|average|averaging|have|manage|do|on|at|about|around|only|of)\s+{ABOUT}(?P<n2>\d{{1,2}}(?:[.,]\d{{1,2}})?(?:\s+and\s+a\s+half|\s*½)?)(?:\s*(?:-|to|or)\s*(?P<r2>\d{{1,2}}(?:[.,]\d)?))?\s*{HOUR}(?:\s+(?:and\s+a\s+half|(?P<half2>and\s+a\s+half)))?\s*(?:of\s+)?(?:sleep|shut\s?eye|kip|(?:a|per|each|every|/)\s*night|nightly|at\s+night)
       | (?<![\w.,-])(?P<n3>\d{{1,2}}(?:[.,]\d{{1,2}})?(?:\s+and\s+a\s+half|\s*½)?)(?:\s*(?:-|to|or)\s*(?P<r3>\d{{1,2}}(?:[.,]\d)?))?\s*{HOUR}?\s*(?:of\s+)?(?:sleep\b|(?:a|per|each|every)\s+night)(?!\s+(?:pain|a\s+week))"""
)


def _clock(start: int, start_min: int, end: int, end_min: int) -> float:
    hours = (end + end_min / 60) - (start + start_min / 60)
    return hours + 12 if hours <= 0 and end + 12 - start <= 14 else hours % 24 or 24


def sleep(t: Prepared) -> Iterator[Hit]:
    for m in _SLEEP.finditer(t.s):
        g = m.groupdict()
        before, after = t.before(m.start()), t.after(m.end())
        if re.search(r"\b(?:last night|tonight|yesterday|this morning|night before)\b", t.clause(m.start()).text):
            continue
        if re.search(r"\b(?:need|needs|want|aim\w*|try\w*|should|goal|target|would|slept|supposed|recommended|wish|hoping)\b", before) or "slept" in m.group():
            continue
        if g["from"]:
            start, end = int(g["from"]), int(g["to"])
            if g["h0"] or (start < end and end - start <= 3 and "from" not in m.group()):
                value = (start + end) / 2
            else:
                value = _clock(start, int(g["fm"] or 0), end, int(g["tm"] or 0))
            a = m.start("from")
        elif g["bed"]:
            value, a = _clock(int(g["bed"]), 0, int(g["up"]), 0), m.start()
        else:
            k = "1" if g["n1"] else "2" if g["n2"] else "3"
            low = g["n" + k] or ""
            value = between(low.replace("h30", ".5").replace("h 30", ".5"), g["r" + k])
            if "half" in m.group() and "half" not in low:
                value += 0.5
            a = m.start("n" + k)
        if re.match(r"\s*(?:km|kg|days|times|minutes|mins)\b", after):
            continue
        yield Hit("sleep_hours", tidy(value), "hours", a, m.end())


# --- food --------------------------------------------------------------------------------------------------------

_NOT_ANY_MORE = r"(?:any ?more|anymore|any longer|no longer|these days)"
_DIET_NOUN = re.compile(
    r"\s*-?\s*(?:protein|proteins|food|foods|meals?|sources?|options?|recipes?|athletes?|runners?|lifters?|bodybuilders?|people|powder|breakfast|dinner|lunch|snacks?|plan|friend|wife|restaurant|burger|diets?|kcal|athlete|cheese|options)\b"
)
_DIET_SELF = re.compile(
    rf"(?:{IM}|\bi'?ve (?:been|gone|turned)|\bi (?:eat|went|go|turned|became|follow|identify as)|\bbeen|\bwent|\bbecame|\bturned|\bme:?|\bas|\bbeing|\bdiet(?:'s| is|:| =| to)|\bmy|\bset my diet to|\bgone|\beating|\bnow|\bwe|\bi are|\bboth|\bstrictly|\bnot|\bstopped being|\bquit being|\bon)\s+"
    r"(?:(?:a|an|been|mostly|strictly|fully|100%|pretty much|basically|also|still|now|currently|a strict|eating|just|almost|kind of|kinda|not|no longer|only|very|lifelong|strict|long-?time|committed|completely|totally|recently|vegetarian|like|and|really|actually|being|both|entirely|mainly|turned|gone|become|becoming|vegan|another|new|proud)\s+)*$"
)
_MEAT = re.compile(
    r"\b(?P<none>(?:don'?t|dont|do not|never|no longer|stopped|quit) eat(?:ing)? (?:any )?(?:meat|animals?)(?P<fish>(?: or|,| and|/) (?:any )?(?:fish|seafood|poultry and fish))?|no meat(?P<fish2>(?: or|,| and|/) (?:no )?(?:fish|seafood))?)\b(?P<but>[^.!?]*?\b(?:but|just|only|except)\b[^.!?]{0,16}\b(?:fish|seafood)\b)?"
    r"|\b(?P<vegan>(?:don'?t|dont|do not|never) (?:eat|use|consume) (?:any )?animal products|no animal products)\b"
    r"|\b(?P<omni>i (?:do |also |still |now )?eat (?:everything|anything|all (?:foods?|things)|meat(?! ?(?:less|free|substitute|once|twice))|all sorts)|no (?:dietary|diet|food) restrictions|not (?:a )?picky)\b"
)


def diet(t: Prepared) -> Iterator[Hit]:
    for label, value, a, b in t.entities:
        if label != "DIET":
            continue
        before, after = t.before(a), t.after(b)
        clause = t.clause(a)
        if re.match(r"\s*(?:or|vs\.?|versus)\s", after) or re.search(r"\b(?:or|vs\.?|versus)\s+$", before):
            continue
        noun = _DIET_NOUN.match(after)
        if noun and not re.search(r"\b(?:diet|plan|runner|lifter|athlete|bodybuilder)", noun.group()):
            continue
        own = _DIET_SELF.search(before)
        if noun and not re.search(r"\b(?:my|am|i'?m|im|as|a|eat|follow|on)\b", before):
            continue
        if not own and (re.search(r"\b(?:veg(?:an|etarian)|vegan)s\b", t.s[a:b]) and not clause.hypothetical):
            continue
        negated = bool(re.search(r"\b(?:not|no longer|stopped being|quit being|isn'?t|used to be)\s+(?:\w+\s+){0,2}$", before) or re.match(rf"\s*{_NOT_ANY_MORE}", after) and "not" in before)
        listed = re.search(r"(?:\d|\bkg|\blbs?|\bcm|male|female|and|,|&|km|\bi|week)\s*$", before) and not clause.question
        if own or clause.fragment or listed or re.match(r"\s*(?:here|btw|since|for (?:the|\d|about|over|almost)|now)\b", after) or clause.hypothetical or speaker(t, a, b) == "other" or re.search(r"\bfor (?:a |an )?(?:\w+ )?$", before):
            if re.search(r"\bnot (?:only|just)\s+$", before):
                negated = False
            yield Hit("diet", value, None, a, b, negated=negated, plain=bool(re.search(r"\b(?:as|being)\s+(?:an?\s+)?(?:\w+\s+)?$", before) and ("as " in before or re.search(r"\bi\b", clause.text))))
    for m in _MEAT.finditer(t.s):
        if m.group("omni"):
            value = "omnivore"
        elif m.group("vegan"):
            value = "vegan"
        else:
            value = "pescatarian" if m.group("but") and not (m.group("fish") or m.group("fish2")) else "vegetarian"
        yield Hit("diet", value, None, m.start(), m.end())


_FOOD_CUE = re.compile(
    r"(?P<open>\b(?:(?:i'?m |am |badly |very |severely |deathly |also )*allergic to|intolerant (?:to|of)|intolerance (?:to|of)|allerg(?:y|ies) (?:to|:|are|is)|sensitive to|allergies:?|food allergies)\s+)"
    r"|(?P<eat>\b(?:don'?t|dont|do not|can'?t|cant|cannot|can not|won'?t|wont|never|not allowed to|refuse to|stopped|quit|shouldn'?t|unable to)\s+(?:really\s+|usually\s+|ever\s+)?(?:eat(?:ing)?|have|do|drink(?:ing)?|tolerate|digest|touch|stomach|consume|handle|stand|like)\s+)"
    r"|(?P<hate>\b(?:hate|hates|dislike|dislikes|detest|loathe|avoid|avoids|avoiding|not a (?:big )?fan of|not into|cut out|cutting out|gave up|stay away from|steer clear of|without|free from|free of|no|not|exclude|skip|can'?t with|react to|don'?t give me|add|put)\s+)"
)
_OPEN_STOP = re.compile(r"[.!?;\n(]|\b(?:but|because|so|since|which|that|what|how|when|if|is|are|i|i'm|im|my|please|btw|do|does|should|can|any ?more|anymore|also|though|who|vegan|at|after|then|before)\b")
_FOOD_AFTER = re.compile(r"\s*-?\s*(?P<what>intoleran(?:t|ce)|allerg(?:y|ic|ies)|free\b|sensitiv(?:e|ity))")


def avoid_foods(t: Prepared) -> Iterator[Hit]:
    foods = [e for e in t.entities if e[0] == "FOOD"]
    for m in re.finditer(r"\b(?:halal|kosher|coeliac|celiac)\b", t.s):
        before = t.before(m.start())
        negated = bool(re.search(r"\b(?:not|don'?t eat|no longer)\s+(?:\w+\s+)?$", before))
        if re.match(r"\s+(?:protein|food|options|meat|restaurant)", t.after(m.end())) and not re.search(r"\b(?:i|only)\b", before):
            continue
        yield Hit("avoid_foods", [m.group() if m.group() in ("halal", "kosher") else "gluten"], None, m.start(), m.end(), negated=negated)
    for m in _FOOD_CUE.finditer(t.s):
        stop = _OPEN_STOP.search(t.s, m.end())
        end = min(stop.start() if stop else len(t.s), m.end() + 80)
        before = t.before(m.start())
        cleared = re.search(r"\b(?:not|no longer|never|isn'?t)\s+$", before) or re.search(r"\bnot\b", m.group()) and m.group("open")
        if re.match(rf"\s*{_NOT_ANY_MORE}", t.s[end:]) and (m.group("open") and cleared):
            cleared = re.match("", "")
        listed: list[str] = []
        last = m.end()
        inside = [e for e in foods if m.end() <= e[2] < end]
        if m.group("open"):
            for part in re.split(r"\s*(?:,|/|&|\band\b|\bor\b|\bplus\b|\+)\s*", t.s[m.end() : end]):
                words = [w for w in re.findall(r"[^\W\d_][\w'-]*", part) if w not in ("all", "any", "most", "some", "the", "raw", "really", "kinds", "of", "eating", "food", "foods")]
                if not words or len(words) > 3:
                    continue
                known = [e for e in inside if t.s[e[2] : e[3]] in part]
                listed.append(known[0][1] if known else " ".join(words))
                last = t.s.index(part, m.end()) + len(part)
        else:
            verb = m.group().strip()
            gap = m.end()
            for e in inside:
                if not re.fullmatch(r"[\s,/&+]*(?:(?:and|or|any|all|the|eating|no|raw|much|to|eat|cooked|most|kinds|types|of|dairy|other|a lot of)[\s,]+)*", t.s[gap : e[2]]):
                    break
                if re.match(r"\s*(?:before|after|every|in the|on (?:rest|long)|at night|too|-?free|enough|powder)\b", t.s[e[3] :]) or (verb in ("no", "not", "add", "put", "skip") and re.match(r"\s+(?:gains?|training)", t.s[e[3] :])):
                    break
                listed.append(e[1])
                last = gap = e[3]
            if not listed or verb == "not" and not re.search(r"\b(?:eat|foods?|but)\b", before):
                continue
            if verb in ("add", "put"):
                if not re.match(r"\s*(?:to|on|in)\s+(?:my\s+)?(?:avoid|dislikes?|allerg|list|foods? (?:i|to))", t.s[last:]):
                    continue
        if listed:
            yield Hit("avoid_foods", sorted(set(listed)), None, m.start(), last, negated=bool(cleared))
    for _, value, a, b in foods:
        m2 = _FOOD_AFTER.match(t.s, b)
        if m2:
            before = t.before(a)
            if m2.group("what") == "free" and re.match(r"\s*(?:protein|diet|food|meals?|options|snacks|recipes)?\s*\??$", t.after(m2.end())) and not re.search(r"\b(?:i|i'?m|im|my|eat|go|went|am|be)\b", before) and before.strip():
                continue
            if re.search(r"\b(?:sugar)\s*$", t.s[a:b]):
                continue
            negated = bool(re.search(r"\b(?:not|no|don'?t have|no longer|haven'?t)\s+(?:an?\s+|any\s+)?$", before))
            yield Hit("avoid_foods", [value], None, a, m2.end(), negated=negated)
    for m in re.finditer(r"\b(?:can|i|i'm able to|happy to|fine to) (?:now )?eat ", t.s):
        first = next((e for e in foods if e[2] == m.end()), None)
        if first and re.match(r"\s*(?:again|now|after all|fine)", t.s[first[3] :]):
            yield Hit("avoid_foods", [first[1]], None, m.start(), first[3], negated=True)


_PROTEIN = joined(
    rf"""(?P<high>\bprotein\s+(?:shake\s+)?(?:with|at|in|to|for|on)\s+(?:every|each|all(?:\s+my)?|all\s+of\s+my)\s+(?:single\s+)?meals?|\b(?:every|each)\s+meal\s+(?:has|have|contains|includes|with)\s+(?:\w+\s+)?protein|\b(?:lots|loads|tons|plenty|a\s+lot|heaps)\s+of\s+protein|\b(?:eat|on|follow|have|do)\s+(?:a\s+)?(?:very\s+)?high[\s-]protein|\bhit\s+my\s+protein\s+(?:every\s+day|daily)|\bprotein\s+(?:is|intake\s+is)\s+(?:already\s+)?(?:very\s+|pretty\s+|really\s+)?high)
       | (?P<low>\b(?:barely|hardly|scarcely|rarely)\s+(?:\w+\s+)?(?:any\s+)?protein|\b(?:not\s+(?:much|a\s+lot\s+of|a\s+lot|enough|very\s+much)|very\s+little|little|almost\s+no|low\s+on|next\s+to\s+no|low)\s+protein|\b(?:don'?t|do\s+not)\s+(?:really\s+)?(?:eat|get|have)\s+(?:much|enough|a\s+lot\s+of|any|that\s+much)\s+protein|\bprotein\s+(?:is|intake\s+is|is\s+pretty)\s+(?:pretty\s+|quite\s+|very\s+|really\s+|too\s+)?low|\blow\s+protein)
       | (?P<some>\b(?:some|a\s+bit\s+of|moderate|a\s+little|decent)\s+protein|\bprotein\s+(?:with|at|in)\s+(?:some|most|one|1|2|a\s+couple\s+of|a\s+few|two|dinner|lunch|breakfast)\b|\bprotein\s+(?:shake\s+)?(?:now\s+and\s+then|sometimes|once\s+a\s+day|a\s+few\s+times))
       | (?P<g>(?<![\w.])\d{{2,3}}){RANGE}\s*-?\s*(?:g|gr|grams?|gm)s?\s+(?:of\s+)?(?:protein|prot)\b
       | \bprotein\s*(?:is|intake\s+is|:|=|at|about|around)\s*{ABOUT}(?P<g2>\d{{2,3}})\s*(?:g|grams?)\b(?!\s*(?:/|per)\s*(?:kg|lb))
       | (?P<gkg>\d(?:[.,]\d{{1,2}})?)\s*(?:g|grams?)\s*(?:of\s+protein\s+)?(?:/|per)\s*(?P<per>kg|kilo|lb|pound)"""
)


def protein_habit(t: Prepared, weight: float | None) -> Iterator[Hit]:
    for m in _PROTEIN.finditer(t.s):
        before, clause = t.before(m.start()), t.clause(m.start())
        eats = re.search(r"\b(?:eat|eats|eating|get|getting|have|having|take|taking|consume|hit|do|on|average|averaging|intake|already|my|i'?m at|sit at|drink|aiming)\b", before + m.group())
        if re.search(r"\b(?:want|should|need|need to|try\w*|aim\w*|how|enough|is|too much|trying|supposed|goal|target|would|recommend\w*|does|do i|contains?|has|per (?:meal|serving|scoop))\b", before) or clause.question:
            continue
        grams = m.group("g") or m.group("g2")
        if (grams or m.group("gkg")) and not (eats or clause.fragment):
            continue
        if re.match(r"\s*(?:per|a|in one|in a|each|every|at)\s*(?:meal|serving|scoop|sitting|shake)", t.after(m.end())):
            continue
        if grams:
            value = grams_habit(between(grams, m.group(5)) if m.group("g") else number(grams), weight)
        elif m.group("gkg"):
            value = grams_habit(number(m.group("gkg")) * (1 if m.group("per").startswith("k") else 2.2046), 1.0)
        else:
            value = "high" if m.group("high") else "low" if m.group("low") else "some"
            if m.group("high") and re.search(r"\b(?:don'?t|not|never)\b", before):
                value = "low"
            if not (eats or clause.fragment or speaker(t, m.start(), m.end()) == "self" or re.match(r"^\W*(?:barely|hardly|protein|lots|not)", t.s[clause.start : clause.end])):
                continue
        yield Hit("protein_habit", value, None, m.start(), m.end())


def grams_habit(grams: float, weight: float | None) -> str:
    """The habit that so many grams a day make; without a weight in kg, "some"."""
    if weight is None:
        return "some"
    per_kg = grams / weight
    return "low" if per_kg < 1.2 else "some" if per_kg < 1.6 else "high"


# --- health ------------------------------------------------------------------------------------------------------

_HAS = re.compile(
    rf"(?:{IM}|\bi'?ve|\bi (?:have|had|got|suffer|live|do have|was|also|only|was born|just|recently|tore|broke|am|still)|\bhave|\bhas|\bgot|\bmy|\bdiagnosed|\bsuffer(?:ing)?|\bliving|\brecovering|\bhistory of|\bhad|\bwith (?:my|a|an|bad|type)|\b(?:he|she)(?:'s| is)|\bas a|\btore|\bnursing|\brehabbing|\breturning from|\bcoming back from|\bdealing with|\bborn with|\bstill|\bwife is|\bbeing|\bis|\bcurrently|\bnot|\bno longer|\bno|\bgetting over)\b"
)
_WORRY = re.compile(
    r"\b(?:avoid\w*|prevent\w*|risk\w*|worr\w+|scared|afraid|fear|without (?:getting|an?)|get(?:ting)? (?:injured|an injury|hurt|shin splints)|cause\w*|lead to|gives? (?:you|me)|signs? of|bad for|good for|reduce|chance|prone|free|proof|might|could be|what is|family history|runs in|if|is it|develop|against|worse|so i don'?t|don'?t want|do i have|research|cure|fight|raise|lower|help with|related|common|increase)\b"
)
_OVER = re.compile(
    r"\b(?:any ?more|anymore|no longer|not any|healed|recovered|cleared|all good|all fine|fine now|over it|is gone|gone now|ok now|okay now|better now|cured|in remission|pain[- ]free now|fully fit)\b"
)
_LASTING = frozenset(("kidney", "heart", "diabetes", "eating", "other"))


def health_flags(t: Prepared) -> Iterator[Hit]:
    for label, value, a, b in t.entities:
        if label != "CONDITION":
            continue
        before, after = t.before(a), t.after(b)
        clause = t.clause(a)
        text = t.s[a:b]
        if text in ("type 1", "type one", "type 2", "type two") and re.match(r"\s*(?:fib|muscle|error|training)", after):
            continue
        if text in ("kidney", "kidneys", "renal") and re.match(r"\s*(?:beans?|function|health)?\b", after) and not re.search(rf"\b(?:{IM[2:]}|have|my|bad|weak|1|one|got|lost|donated|removed|damaged)\b", before + after):
            continue
        if re.match(r"\s*(?:beans?|prevention|risk|rates?|free|prone|proof|-free|-proof|screen\w*|rehab exercises)\b", after):
            continue
        own_verb = re.match(r"(?:tore|broke|pulled|twisted|rolled|hurt|sprained|just had|gave birth|ruptured)", text)
        possessive = re.search(r"\bmy\s+(?:\w+\s+){0,2}$", before) or own_verb and "my" in text
        has = _HAS.search(before) or own_verb or re.match(r"\s*(?:here|mom|mum|patient|survivor)\b", after) or clause.fragment or not before.strip() and re.match(r"\s*(?:in (?:my|the)|,|$|and|[,.]|since|\d|for)", after)
        lead = re.sub(r"\bas if\b", "", before)
        if _WORRY.search(lead) and not possessive and not clause.hypothetical:
            continue
        weeks = re.search(r"\d+\s*(?:weeks?|wks?|months?|mo)\s+$", before)
        if not (has or weeks or clause.hypothetical or speaker(t, a, b) == "other"):
            if not re.search(r"\b(?:with|while|during|when)\s+(?:an?\s+)?(?:\w+\s+)?$", before):
                continue
        if clause.question and not possessive and not (has or weeks or re.search(r"\b(?:with|while|as)\b", before)):
            continue
        negated = bool(
            re.search(r"\b(?:not|no|never had|don'?t have|dont have|do not have|haven'?t (?:got|had)|isn'?t|without|don'?t|never been|nor|or|ain'?t|didn'?t have|wasn'?t)\s+(?:an?\s+|any\s+|a\s+)?(?:\w+\s+){0,2}$", before)
            and re.search(r"\b(?:not|no|never|don'?t|dont|haven'?t|isn'?t|ain'?t|without|wasn'?t|didn'?t)\b", before)
            or re.search(r"\bno longer\b", before)
        )
        gone = _OVER.search(t.s[b : b + 60])
        past = re.search(r"\b(?:used to|ago|last (?:year|month|summer|winter|season)|years back|as a (?:kid|child|teen)|in (?:19|20)\d\d|was|when i was|in college|in high school|previously|back then)\b", clause.text)
        if gone and value in ("injury", "pregnancy", "other"):
            negated = True
        elif gone and re.match(r"[^.!?]{0,20}\bany ?more", t.s[b:]):
            negated = True
        elif past and value in ("injury", "pregnancy") and not re.search(r"\b(?:still|recovering|have|since)\b", clause.text):
            continue
        yield Hit("health_flags", [value], None, a, b, negated=negated, anywhen=value in _LASTING or value in ("injury", "pregnancy"), plain=bool(possessive))
    for m in re.finditer(r"\bno\s+(?:known\s+|major\s+|real\s+|current\s+)*(?:health|medical)?\s*(?:issues|problems|conditions|concerns|stuff)\b(?!\s+(?:with|running|lifting|doing))|\bperfectly healthy\b|\bnothing (?:medical|wrong)\b", t.s):
        if "health" in m.group() or "medic" in m.group() or "condition" in m.group():
            yield Hit("health_flags", [], None, m.start(), m.end())


"""Rules for the person: name, age, sex, weight, height and units."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from nlu.facts_grammar import (
    ABOUT,
    END,
    KG,
    LB,
    NUM,
    NUM_IN,
    RANGE,
    ST,
    Hit,
    between,
    dates,
    number,
    pounds_to_kg,
    tidy,
)  # fmt: skip
from nlu.facts_lexicon import PERSON
from nlu.facts_text import Prepared, is_fragment, joined, speaker

IM = r"\b(?:i'?m|i am|i'm|im|we'?re)"

# --- name -----------------------------------------------------------------------------------------

_NAME = re.compile(
    r"\b(?:my (?:full |first |real )?name(?:'s|s| is|:| =| to)|(?:just |you can |please |pls "
    r"|people |friends |everyone )*calls? me"
    r"|i'?m called|i am called|i go by|name(?:'s|s|:| is| =| to)|this is|(?P<im>i'?m|i am"
    r"|im))\s+(?:actually |not \w+,? (?:it'?s )?)?"
    r"(?P<name>[^\W\d_][\w'.-]*(?:\s+[^\W\d_][\w'.-]*){0,3})"
)
NO_NAME = frozenset(
    (
        "maybe crazy when back later if a an the not so and or but stupid old lazy what whatever "
        "i my me it that this is sir by in at "
        "of tired new vegan vegetarian pescatarian male female confused fine good ok okay ready "
        "here hungry sore stuck sick ill injured "
        "pregnant diabetic lost sorry back done bored busy happy sad sure unsure skinny fat lean "
        "strong weak slow fast young tall short "
        "heavy worried curious training running lifting trying looking doing cutting bulking "
        "going thinking wondering getting american "
        "british german french spanish italian english irish indian chinese metric imperial why "
        "how much protein called also very too "
        "just really still now from on over under about around almost only always never "
        "currently mostly kinda pretty super bit your "
        "all great well home single married retired alone human hurt anaemic anemic asthmatic "
        "natty intermediate advanced experienced "
        "novice beginner nobody someone one in-season available free interested serious scared "
        "afraid cold hot dead ugly better worse "
        "insane amazing awful wrong right true correct important hard easy bad nuts awesome "
        "ridiculous great dumb broken useless"
    ).split()
)
_AFTER_NAME = frozenset(
    (
        "and but i im i'm from the a an btw please pls thanks or so if when by not now who how "
        "what is instead though ok here"
    ).split()
)


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
            greeted = re.search(
                r"^\W*(?:hi|hey|hello|yo|hiya|good (?:morning|evening))\W+(?:there\W+)?$", t.s[: m.start()]
            )
            first = said.split()[0]
            mixed = first[:1].isupper() and not original.isupper() and first[1:].islower()
            odd = re.search(r"(?:ing|ed|ly|ese|ish)$", first.lower())
            if (
                rest
                and not re.fullmatch(r"(?:btw|by the way|nice to meet you|here)\W*", rest)
                or odd
                or not (mixed or greeted)
                or (m.group("im") is None and not mixed)
            ):
                continue
            if any(e[2] < b and a < e[3] for e in t.entities):
                continue
        if len(said) <= 60:
            yield Hit("name", proper(said), None, a, b)


def proper(said: str) -> str:
    """A name as typed, with capitals if it was typed without."""
    return said.title() if said.islower() else said


# --- age and sex ----------------------------------------------------------------------------------

_NOT_AGE = (
    r"(?!\s*(?:%|kgs?\b|kilo|lbs?\b|pounds?\b|st\b|stone|cm\b|km\b|k\b|miles?\b|mi\b"
    r"|minutes?\b|mins?\b|hours?\b|h\b|hrs?\b|days?\b|weeks?\b|wks?\b"
    r"|months?\b|reps?\b|sets?\b|x\b|times?\b|into\b|in\b|out\b|runs?\b|lifts?\b|sessions?\b"
    r"|grams?\b|g\b|kcal|cal|bpm|of\b|percent|steps?\b|ft\b|feet\b"
    r"|foot\b|inch|'|\"|/|:|-|to\b|or\b|something\b|ish|plus\b|th\b|minute|more\b|less\b"
    r"|years? (?:in|into|of)\b|years?\s+(?!old)\w|kilograms?|days?|meters?|metres?"
    r"|[.,]\d|tall\b|mpw|am\b|pm\b|wpm|points?|heavy|bodyweight|s\b|\+))"
)
_AGE = joined(
    rf"""(?:^|(?<=[^\w.,+$-])|(?<=^m)|(?<=^f)|(?<=\s[mf]))(?P<n1>\d{{1,3}})\s*-?\s*(?:y/?o\b
          |y\.o\.?|yrs?\.?(?:\s*|-)old|y(?:ea)?rs?(?:\s+|-)(?:young|of age|old)|year(?:\s+|-)*olds?
          |yr\b(?=\s*(?:old|male|female|man|woman))|yold|years?\s+old|yrs?\s*$)
      | \b(?:just\s+)?(?:turned|hit)\s+(?P<n2>\d\d){END}{_NOT_AGE}
      | \b(?:i'?m|i am|im|he'?s|she'?s|they'?re|who'?s|who is|is|was|were|are|be|i'm|still
          |being)\s+(?:now |only |just |already |like |about |around |almost |nearly |over\s
          |still |currently |aged |age |actually |really )*(?P<n3>\d\d){END}{_NOT_AGE}
      | \b(?:aged?|age's)\s*(?:is|was|:|=|to|should be)?\s*(?:now |about |actually\s
          |really )*(?P<n4>\d{{1,3}}){END}(?!\s*(?:kg|lb|cm|%|-|to\b))
      | (?<![\w.,/'-])(?P<n5>\d\d)\s*[,/]?\s*(?P<s5>m|f|male|female)\b(?!\s*(?:/|tall))(?!')
      | (?<![\w'])(?P<s6>m|f|male|female|guy|man|woman|girl|lady|dude|bloke)\s*[,/]?\s*(?P<n6>\d\d){END}{_NOT_AGE}
      | \bat\s+(?P<n7>\d\d)(?=\s*(?:$|,|\bi\b|\bi'm|\band\b|\?|it\b|is\b|\byears))(?!\s*(?:%|kg))
      | \b(?:someone|anyone|client|friend|guy|woman|man|people|person|those)\s+(?:over|under
          |who\s+(?:is|are)|aged?|at|of)\s+(?P<n8>\d\d){END}{_NOT_AGE}
      | \bi\s+have\s+(?P<n10>[1-9]\d)\s+years(?=\s*(?:$|,|and\b))
      | \b(?:i'?m|i\s+am|im)\b[^.!?\d]{{0,30}}\band\s+(?P<n11>[2-9]\d)(?=\s*(?:$|[.!]))
      | \b(?:what|how)\s+about\s+(?:at\s+)?(?:age\s+)?(?P<n9>\d\d)(?=\s*\??$)"""
)
_BORN = re.compile(
    r"\b(?:born|b\.|dob|birthday|birth ?date|birth ?year|year of birth)\b(?:\s*(?:in|on|is|was"
    r"|:|back in|the year))*\s*(?P<what>[^!?;\n]{0,24})"
)
_SPORT = re.compile(
    r"\b(?:squat|bench|deadlift|press|curl|lift(?:ing)?|reps?|sets?|pace|bpm|percent|rpe|km/h"
    r"|mph|feels? like|like i'?m)\b"
)


def age(t: Prepared, today: datetime.date) -> Iterator[Hit]:
    for m in _AGE.finditer(t.s):
        key = next(
            k for k in ("n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10", "n11") if m.group(k)
        )
        value, a, b = int(m.group(key)), m.start(key), m.end()
        before = t.before(m.start())
        who = speaker(t, a, b)
        if key == "n3" and (m.group().startswith(("is", "was", "were", "are", "be")) and who != "other"):
            if not re.search(r"\b(?:age|i was|i were|i be|my birthday)\b", before + m.group()):
                continue
        if (
            key == "n1"
            and m.group().rstrip().endswith(("yr", "yrs"))
            and not (value > 17 and is_fragment(before))
        ):
            continue
        if key == "n3" and re.match(
            rf"\W*(?:no|sorry|wait|actually|i mean|make that)\W+{NUM_IN}\s*(?:{KG}|{LB}|cm)", t.s[b:]
        ):
            continue  # "I'm 82, no 83 kg": that was a weight
        if key == "n3" and not value >= 10:
            continue
        if key == "n7" and (
            _SPORT.search(before)
            or value < 20
            or (who != "self" and "i" not in re.findall(r"[a-z']+", t.s[m.end() :]))
        ):
            continue
        if key == "n2" and re.search(r"\b(?:when|will|until|once|before)\b.*$", before):
            continue
        if key == "n1" and re.match(
            (
                r"\s*(?:garmin|shoes?|watch|car|house|bike|program|plan|treadmill|barbell|injury|habit"
                r"|phone|account)\b"
            ),
            t.s[b:],
        ):
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
            yield Hit("sex", "female" if s in _FEMALE or s == "female" else "male", None, at, at + len(s))
            yield Hit("age", value, "years", a, m.end(key))
            continue
        yield Hit(
            "age",
            value,
            "years",
            a,
            b,
            plain=key == "n7" and bool(re.search(r"\b(?:how (?:much|many)|am i|do i)\b", before)),
        )
    if re.search(
        (
            rf"\b(?:male|female|guy|man|woman|girl|m|f|stats|dad|mum|mom|father|mother)\b|\d\s*(?:{KG}"
            rf"|{LB}|{ST}|cm|ft)\b|\d'\d"
        ),
        t.s,
    ):
        for clause in t.clauses:
            if bare := re.fullmatch(r"\s*([1-9]\d)\s*", clause.text):
                at = clause.start + bare.start(1)
                yield Hit("age", int(bare.group(1)), "years", at, at + 2)
    for m in re.finditer(r"(?<![\w'])(?:'|19)(\d\d) baby\b", t.s):
        yield Hit("age", today.year - 1900 - int(m.group(1)), "years", m.start(), m.end())
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
    rf"""(?P<self>(?:{IM}|\bas|\bbeing|\bidentify\s+as|\bme)\s*,?\s+(?:still\s+|also\s+|just\s+
          |only\s+)*(?:a|an)?\s*(?:(?!(?:and|the|not|vs|or)\b)[\w.'"/-]+[\s,-]+){{0,5}}?(?P<w1>female
          |woman|girl|lady|gal|mother|mom|mum|mum|wife|male|man|guy|dude|bloke|dad|father|husband
          |non-?binary|enby)\b(?!'s|\s+(?:dad|mom|mum|coach|trainer|who|that|clients?)\b))
       | \b(?:sex|gender)\s*(?:is|:|=|to|was wrong,?(?:\s*(?:it'?s
           |i'?m))?)?\s*(?:a\s+)?(?P<w2>female|male|woman|man|f|m|undisclosed)\b
       | \b(?P<w3>female|male|woman|guy|dude|girl|man|lady|bloke)\s+here\b
       | \b\d\d\s*-?\s*(?:y/?o|yrs?|years?)(?:[\s-]+old)?,?\s+(?P<w4>female|male|woman|man
           |guy|girl|lady|dude|bloke|f|m)\b
       | (?P<w5>\b(?:female|male)\b)
       | \b(?:rather not|prefer not(?: to)?|don't want to|won't)\s+(?:say|tell|share
           |disclose)\s+(?:my\s+)?(?P<w6>sex|gender)\b"""
)
_FEMALE = frozenset("female woman girl lady gal mother mom mum wife f".split())


def sex(t: Prepared) -> Iterator[Hit]:
    for m in _SEX.finditer(t.s):
        key = next(k for k in ("w1", "w2", "w3", "w4", "w5", "w6") if m.group(k))
        word, a, b = m.group(key), m.start(key), m.end(key)
        if key == "w1" and re.search(
            r"\b(?:not|coach(?:ing)?|train(?:ing)?|with|to|of|for|my|like|than)\b", m.group()[: a - m.start()]
        ):
            continue
        if key == "w5" and not t.clause(a).fragment:
            continue
        value = (
            "undisclosed"
            if key == "w6" or word.startswith(("non", "enby", "und"))
            else "female"
            if word in _FEMALE
            else "male"
        )
        yield Hit("sex", value, None, a, b, plain=m.group().startswith("as"))


# --- weight ---------------------------------------------------------------------------------------

_WEIGHT = joined(
    rf"""{NUM}\s*(?:{ST})(?:\s*(?:and\s+|,\s*)?(?P<half>a\s+half)|\s*(?:and\s+
          |,\s*)?(?P<stlb>\d{{1,2}}(?:\.\d)?)(?:\s*{LB}\b|(?=\s*(?:[,.;!?)]|$|\band\b|\bbut\b|\bvegan
          |\bmale|\bfemale|\bhow|\bnow))))?{END}
       | {NUM}{RANGE}\s*-?\s*(?:(?P<kg>{KG})|(?P<lb>{LB})){END}"""
)
_UNITLESS = re.compile(
    rf"\b(?P<cue>weigh(?:ing|s|ed)?(?: in)?(?: at)?|(?:body ?)?weight(?:'s| is"
    rf"| was wrong,?(?: it'?s| its| should be)?| was| to|:| =| should be| at)?|bw(?: is|:)?"
    rf"|scales?:|scales? (?:says?|said|shows?|reads?))\s*{ABOUT}{NUM_IN}"
    rf"(?![\w%.,]*\w|\s*(?:{KG}|{LB}|{ST}|x|reps?|sets?|grams?|g|%|percent|times|days|minutes"
    rf"|mins|weeks|hours|sessions|cm|years?|yo)\b)"
)
_LOAD = re.compile(
    r"\b(?:squat\w*|bench\w*|dead ?lift\w*|press\w*|rows?|rowing|lift(?:ed|ing|s)?|curl\w*"
    r"|snatch\w*|cleans?|jerk|barbell|bar|dumb?bells?|dbs?|kettle ?bells?|kbs?|plates?|1rm|rm"
    r"|max|pr|pb"
    r"|reps?|sets?|vest|back ?pack|ruck\w*|load\w*|using|doing|pushing|moving|pulling|carry\w*"
    r"|holding|repp\w*|work(?:ing)? sets?|ohp|hip thrusts?|lunges?|leg press|pulldowns?"
    r"|swings?|thrusters?|total|\d+\s*x\s*\d+|weighted|sled|bag|assist\w*)\b"
)
_WEIGH_CUE = re.compile(
    rf"\b(?:weigh\w*|(?:body ?)?weight|bw|scales?|{IM[2:]}|he'?s|she'?s|they'?re|who'?s|who is"
    rf"|me|currently|sitting|hovering)\b"
)
_CHANGE = re.compile(
    r"\b(?:los[et]|losing|gain(?:ed|ing|s)?|drop(?:ped|ping)?|put on|putting on|add(?:ed|ing)?"
    r"|plus|extra|another|every|per|by|shed|shedding|pack(?:ed)? on|cut|down|up|within|than"
    r"|last|first|went up|increase\w*|minus|for every|each|shift|"
    r"heavier|lighter|burn\w*|take off|bulk(?:ed)? up)\s+(?:about |around |like |roughly "
    r"|almost |nearly |over |only |just |another |the |my |these |those |at least |up to "
    r"|maybe |some )*$"
)
_TARGET = re.compile(
    r"\b(?:want to|wanna|goal|target|aim\w*|get (?:down |up |back )?to|reach\w*|hit|ideal\w*"
    r"|would weigh|like to (?:be|weigh|get|reach)|trying|hoping|by|back to|dream|until|till"
    r"|should (?:i )?(?:be|weigh)|would love to be|bulk(?:ing)? (?:up )?to"
    r"|cut(?:ting)? (?:down )?to|from|go(?:ing)? to|used to)\b"
)
_LOAD_AFTER = re.compile(
    r"\s*(?:x\s*\d|\(?\d+\s*x|for (?:\d|reps|sets)|dumb?bells?|kettle ?bells?|dbs?\b|kbs?\b"
    r"|barbells?|plates?|squat|bench|dead ?lift|press|of (?!body)|vest|bag|back ?pack|pack\b"
    r"|lighter|heavier|off\b|gain|loss|in \d+ (?:weeks|months)|in a (?:week|month)"
    r"|a (?:week|month)|per (?:week|month|side|hand|set)|more\b|less\b|extra|over ?weight"
    r"|under ?weight|weights?\b|stuff|each|per|/\s*(?:week|month|kg|lb|side)|on the bar|bar\b"
    r"|row|curl|lunge|sled|ruck|of (?:muscle|fat)|too (?:much|heavy)"
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
    """kg for a bare number: pounds if above 130, or above 100 in a message with imperial units."""
    return pounds_to_kg(value) if value > 130 or (imperial and value > 100) else value


_AFTER_FEET = re.compile(
    r"\b\d'\d{1,2}\"?[\s,]+(\d{2,3})(?=\s*(?:$|[,.;!?]|male|female|m\b|f\b))"
)  # "5'10 180"


def body_weight(t: Prepared) -> Iterator[Hit]:
    for m in _WEIGHT.finditer(t.s):
        a, b = m.start(), m.end()
        clause = t.clause(a)
        before, after = t.before(a), t.after(b)
        stone_like = not (m.group("kg") or m.group("lb"))
        if stone_like and (
            re.search(
                (
                    r"\b(?:may|march|june|july|january|february|april|august|september|october|november"
                    r"|december|the|my)\s+$"
                ),
                before,
            )
            or weight_in_kg(m) < 25
        ):
            continue
        if re.search(r"\bnot\s+$|\bisn'?t\s+$", before) and not t.after(b).strip():
            continue
        body = re.match(r"\s*(?:of\s+)?(?:body|bw)", after)
        if (_LOAD_AFTER.match(after) and not body) or _CHANGE.search(before):
            continue
        if _TARGET.search(before) and not re.search(
            r"\b(?:currently|now|i'?m|weighing)\s*(?:at\s+)?$", before
        ):
            continue
        load = [x.end() for x in _LOAD.finditer(before)]
        cue = [x.end() for x in _WEIGH_CUE.finditer(before)]
        person = re.match(rf"\s*-?(?:\w+\s+){{0,3}}?{PERSON}\b", after)
        moved = not load and re.search(
            (
                r"\b(?:dropped|gone (?:up|down)|down|crept up|went (?:up|down)|came down"
                r"|lost weight) to\s+(?:about\s+|around\s+)?$"
            ),
            before,
        )
        framed = re.search(r"\b(?:at|about|for|with|only|if)\s+(?:\w+\s+)?$", before) and (
            clause.question or clause.hypothetical
        )
        if load and (not cue or cue[-1] < load[-1]) and not person:
            continue
        if not (
            cue
            or moved
            or clause.fragment
            or person
            or framed
            or body
            or re.search(r"\b(?:is|was|weight)\b", before)
            or re.match(r"\s*(?:is|,)?\s*my (?:body ?)?weight", after)
        ):
            continue
        plain = bool(
            re.search(r"\b(?:at|for)\s+(?:about |around )?$", before)
            and re.search(r"\bhow (?:much|many)\b.*\b(?:i|me|my)\b|\b(?:do|should|am) i\b", before)
        )
        yield Hit("body_weight", tidy(weight_in_kg(m)), "kg", a, b, plain=plain)
    imperial = imperial_cue(t)
    for m in _AFTER_FEET.finditer(t.s):
        yield Hit("body_weight", tidy(guess_kg(float(m.group(1)), True)), "kg", m.start(1), m.end(1))
    for m in _UNITLESS.finditer(t.s):
        before = t.before(m.start())
        if _TARGET.search(before + m.group("cue")) or re.search(
            r"\b(?:lose|gain|lift|same|the|heavy|training)\s+$", before
        ):
            continue
        value = number(m.group(2))
        if value >= 20:
            yield Hit("body_weight", tidy(guess_kg(value, imperial)), "kg", m.start(2), m.end(2))


# --- height ---------------------------------------------------------------------------------------

_HEIGHT = joined(
    rf"""(?<![\w.,:/'-])(?P<ft>\d)\s*(?:'|ft\.?|foot
          |feet)\s*-?(?:and\s+)?(?P<in>\d{{1,2}}(?:\.\d)?(?:\s+and a half|\s*½|\s1/2)?)\s*(?:"|''
          |inch(?:es)?\b|in\b(?!\s+(?:\d|a|the|may|my))|ins\b)?(?![\w/]|\s*(?:kg|lbs?|min|km)\b)
       | (?<![\w.,:/'-])(?P<ft2>\d)\s*(?:ft|foot|feet|')(?![\w'])
       | {NUM}\s*(?:inch(?:es)?|in|")\s*(?P<tall>tall)
       | {NUM}\s*-?\s*(?P<cm>cms?|centimet(?:er|re)s?){END}
       | (?<![\w.,:/'-])(?P<m>[12][.,]\d{{1,2}})\s*(?:m|meters?|metres?)\b(?!/)
       | (?<![\w.,:/'-])(?P<m1>[12])\s*m\s*(?P<m2>\d\d)\b
       | \b(?:height(?:\s+is|:|\s*=|'s|\s+to|\s+was
           |\s+should\s+be)?)\s*{ABOUT}(?P<bare>\d{{2,3}}|[12][.,]\d\d|\d\s+\d{{1,2}}){END}
       | (?<![\w.,:/'-])(?P<bare2>\d{{3}}|[12][.,]\d\d)\s*(?:tall|in height)\b"""
)
_NOT_HEIGHT = re.compile(
    r"\b(?:box|jumps?|waist|chest|arms?|biceps?|thighs?|step|stride|grew|grow|hips?|calf"
    r"|calves|neck|pace|sub|per|/km|bench|depth|snow|swim\w*|pool|away|apart|swelling|inseam"
    r"|gap|wide|deep|cadence|tv|vertical)\b"
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
        if _NOT_HEIGHT.search(before[-25:]) or re.match(
            (
                r"\s*(?:/\s*(?:km|k\b|mi)|per\b|pace|min|box|jump|apart|away|deep|wide|mile|km\b|drop|waist|of\b|long|run"
                r"|sprint|swim|biceps?|arms?|high)"
            ),
            after,
        ):
            continue
        value = _height_cm(m)
        if g["ft"] and (not 3 <= float(g["ft"]) <= 9 or number(g["in"]) > 12):
            continue
        said = re.search(
            rf"\b(?:height|tall|{IM[2:]}|he'?s|she'?s|stand|stands|measure|who'?s|me)\b", before + after[:8]
        )
        if not (said or t.clause(a).fragment or re.match(rf"\s*(?:\w+\s+){{0,3}}?{PERSON}\b", after)):
            sure = g["ft"] and "'" in m.group()
            if not (sure and not re.search(r"\b(?:in|at|pace|ran|run|for|km)\b", before)):
                continue
        if (g["ft2"] or g["cm"] or g["m"]) and not (said or t.clause(a).fragment):
            continue
        yield Hit("height", tidy(value), "cm", a, b)


# --- units ----------------------------------------------------------------------------------------

_UNIT_NAME = (
    r"(?P<u>metric|imperial|miles|mi|pounds|lbs|stones?|feet and inches|freedom units"
    r"|american units|us units|kilomet(?:er|re)s|kms?|kilos|kgs?|kilograms|si units)"
)
_UNITS = joined(
    rf"""\b(?:switch|change|set|convert|put|move)\s+(?:me\s+|us\s+|it\s+|everything\s+|my\s+
          |the\s+|to\s+|back\s+|units?\s+|over\s+|settings?\s+|all\s+)*(?:in|into|to)\s+{_UNIT_NAME}\b
       | \b(?:use|using|prefer|i\s+think\s+in|show\s+me|show\s+(?:me\s+)?(?:everything\s+
           |it\s+|weights?\s+|distances?\s+|numbers\s+|things\s+)?in
           |give\s+(?:me\s+)?(?:everything\s+|it\s+|numbers\s+)in|talk\s+(?:to\s+me\s+)?in|speak
           |i\s+work\s+in|units?\s*(?:are|is|:|=|in|to)|go(?:ing)?\s+with|i'?m\s+(?:used\s+to
           |more\s+of\s+an?))\s+{_UNIT_NAME.replace("<u>", "<u2>")}\b
       | \b(?:in\s+)?{_UNIT_NAME.replace("<u>", "<u3>")}(?:\s+units?
           |\s+system)?\s*(?:,\s*)?(?:please|pls|plz|instead|from\s+now\s+on|only)\b
       | ^\W*(?:in\s+)?(?P<u4>metric|imperial)(?:\s+(?:units?|system))?\W*$"""
)
_IMPERIAL = re.compile(r"imperial|mi|pound|lb|stone|feet|freedom|american|us units")


def units(t: Prepared) -> Iterator[Hit]:
    for m in _UNITS.finditer(t.s):
        key = next(k for k in ("u", "u2", "u3", "u4") if m.group(k))
        if re.search(r"\d\s*$", t.s[: m.start(key)]) or re.search(
            r"\b(?:not|don'?t|stop|how much)\s*$", t.before(m.start())
        ):
            continue
        yield Hit(
            "units",
            "imperial" if _IMPERIAL.match(m.group(key)) else "metric",
            None,
            m.start(),
            m.end(key),
            plain=True,
        )

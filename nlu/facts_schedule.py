"""Rules for the week and the races: days, time of day, minutes, races, place and equipment."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from nlu.facts_body import IM
from nlu.facts_grammar import ABOUT, DAY, DAY_LIST, DAYS, HOUR, MIN, RANGE, WEEK, Hit, between, dates, day_set
from nlu.facts_lexicon import ONLY_WITH_TIME, time_zones
from nlu.facts_text import Prepared, joined, numbered
from nlu.facts_training import NOW_ONLY, kinds

# --- days a week ----------------------------------------------------------------------------------

_RUN_V = r"(?:run|running|jog|jogging|go\s+(?:for\s+a\s+)?run(?:ning|s)?|do\s+runs)"
_LIFT_V = (
    r"(?:lift|lifting|do\s+(?:weights|strength(?:\s+(?:training|work))?)|weights|gym"
    r"|(?:go\s+to|hit|in|at)\s+(?:the\s+)?gym|strength(?:[\s-]+train(?:ing)?)?"
    r"|weight[\s-]?(?:train(?:ing)?|lifting)|lift\s+weights|lifting\s+weights"
    r"|resistance\s+train(?:ing)?)"
)
_TRAIN_V = (
    r"(?:train|training|work\s*out|working\s+out|exercise|exercising|available|free|have"
    r"|i'?ve\s+got|got|can\s+do|could\s+do|do|can\s+manage|manage|spare|commit\s+to"
    r"|plan\s+(?:for|of|with|on)|can\s+make|plan|prefer|want|like|rather|give\s+me|workouts?"
    r"|train\s+on|can)"
)
_PER = rf"(?:{WEEK}|\s*in\s+(?:a|the)\s+week|\s*out\s+of\s+(?:the\s+)?(?:7|week))"
_COUNT = r"(?P<n>\d)(?:\s*(?:-|to|or|/)\s*(?P<r>\d)(?!\d))?"
_TIMES = r"\s*(?:x|times|days?|nights|mornings|evenings|sessions|d\b)"
_DAYS_N = joined(
    rf"""\b(?P<verb>(?P<runv>{_RUN_V})|(?P<liftv>{_LIFT_V})|(?P<trainv>{_TRAIN_V}))\s+(?:(?:on
          |outside|outdoors|up|to|weights|it|myself|this|slowly|easy|regularly|out|consistently
          |\d+\s*(?:km|k|miles?|mi)
          |(?:for\s+)?(?:about\s+|over\s+)?\d+\+?\s*(?:years?|yrs?|months?)(?:\s+now)?,?
          |a\s+\d+k)\s+)*{ABOUT}(?<![\d.])(?:{_COUNT}(?:{_TIMES}(?!\w)(?P<per>{_PER})?
          |(?P<per2>{_PER}))|(?P<every>every\s*day|daily|every\s+single\s+day|7/7)
          |(?P<other>every\s+(?:other|second|2nd)\s+day)|(?:on\s+|only\s+
          |every\s+)*(?P<list>{DAY_LIST}))(?!\s*(?:ago|straight|in a row|off|out\b|of\s+rest|rest
          |before|after|later|from|until|into|apart|between|to\s+(?:recover|go)|(?:a|per|each|every)\s+day\b|/\s*d|daily))(?!\d)
      | (?<![\w.,/+-]){_COUNT.replace("<n>", "<m>").replace("<r>", "<q>")}\s*-?\s*(?:x\s*)?(?:(?:easy
          |hard|short|full|long|weekly|total|solid|good)\s+)*(?P<noun>(?P<runn>running\s+days?
          |run\s+days?|runs|run|days?\s+(?:of\s+)?running|days?\s+for\s+running
          |running\s+sessions|jogs|x\s+running|x\s+run|running)|(?P<liftn>lifting\s+days?
          |lift\s+days?|lifts|lift|days?\s+(?:of\s+)?lifting|days?\s+for\s+lifting
          |lifting\s+sessions?|gym\s+(?:days?|sessions?)|strength\s+(?:days?|sessions?
          |workouts?)|days?\s+(?:of\s+)?(?:gym|strength|weights)|weights?\s+sessions?|lifting
          |weights|gym)|(?P<trainn>(?:training|workout)\s+days?|days?\s+(?:(?:a|per
          |each)\s+week\s+)?(?:for\s+(?:both|training|everything|all|exercise|it)|to\s+(?:train
          |work\s+out|exercise)|available|free|total|(?:a|per)\s+week\s+plan|of\s+training)
          |(?:training\s+)?sessions|workouts|day\s+(?:plan|program|programme|split
          |week)))(?P<per3>{_PER})?(?!\w|\s*(?:ago|straight|in\s+a\s+row|km|miles|pace
          |plan\s+for\s+someone|(?:a|per|each|every)\s+day\b|/\s*d|daily))
      | (?<![\w.,/+-]){_COUNT.replace("<n>", "<k>").replace("<r>", "<j>")}{_TIMES}(?P<per4>{_PER})\s*(?:of\s+
          |i\s+|is\s+)?(?P<post>(?P<runp>running|run|jogging|runs)|(?P<liftp>lifting|lift|gym
          |weights|strength)|(?P<trainp>training|train|workouts?|for\s+both|for\s+everything
          |(?:is|are)\s+(?:possible|ok|fine|doable|all\s+i|my\s+max|the\s+max|max)
          |i\s+can\s+train))\b
      | \b(?P<day_noun>running|run|lifting|lift|gym|training|strength|available)\s+(?:days
          |sessions|freq(?:uency)?)(?:\s+(?:a|per)\s+week)?\s*(?:is|are|:|=
          |to)\s*{ABOUT}(?P<dn>\d)\b(?!\s*(?:%|km))"""
)


# "run 3, lift 2": a count for each, so that neither is a distance, and "4 lift" of "run 4 lift 2" no four lifts.
_WHAT = r"(?:run(?:ning|s)?|jog(?:ging)?|lift(?:ing|s)?|gym|weights|strength)"
_EACH = r"[0-7](?![\d.,:]\d|\d)\s*(?:x|times|days?|d)?(?!\w)"
_PAIR = re.compile(rf"\b(?P<a>{_WHAT})\s*:?\s*(?P<n>{_EACH})(?:{_PER})?\s*(?:[,;/&+]|and|then)?\s*(?:and\s+|i\s+)*(?P<b>{_WHAT})\s*:?\s*(?P<m>{_EACH})")
_NO_COUNT = re.compile(r"\s*(?:x\s*\d|km|k\b|mi\b|miles?|min|m\b|h\b|hours?|hrs?|kgs?|lbs?|reps|sets|plates|years?|months?)")
_WISH = re.compile(r"\b(?:want|wanna|like|love|try|trying|hope|hoping|plan|supposed|meant|aim|used)\b")
_BUT_NOT = re.compile(
    r"\s*,?\s*(?:but|though|although)\s+(?:i\s+|it\s+|that\s+)?(?:really\s+|just\s+|sadly\s+)*(?:(?P<not>(?:can'?t|cannot|don'?t|do not|couldn'?t|am unable)"
    r"(?:\s+(?:manage|do|make|get|fit|find|keep|seem|stick)\b[^.!?]*)?\s*(?=$|[.,;!]))|(?:only|usually|mostly|never|struggle|end up|fail|life|work|time|no time)\b)"
)


_SET_TO = re.compile(rf"\b(?:change|set|make|put|switch)\s+(?:my\s+|the\s+)?(?P<what>{_WHAT})(?:\s+days?)?\s+(?:to\s+|at\s+)?(?P<n>{_EACH})")


def _pairs(t: Prepared) -> list[tuple[int, int, int, int, int, int]]:
    """The counts of "run 3, lift 2" with their spans: runs, its span, lifts, its span."""
    out = []
    for m in _PAIR.finditer(t.s):
        one, other = kinds(m["a"]), kinds(m["b"])
        text = t.clause(m.start()).text
        if one == other or _NO_COUNT.match(t.s[m.end() :]) or re.search(r"\b(?:ran|lifted|missed|did)\b", text) or NOW_ONLY.search(text):
            continue
        runs, lifts = ("n", "m") if one == ["run"] else ("m", "n")
        out.append((int(m[runs][0]), m.start(runs), m.end(runs), int(m[lifts][0]), m.start(lifts), m.end(lifts)))
    return out


_BARE_DAYS = re.compile(
    rf"^\W*(?:and |or |do |so |then |ok |yes |maybe |about |only |just |up to "
    rf"|max )*(?P<n>[1-7])(?:\s*(?:-|to|or)\s*(?P<r>[1-7]))?\s*(?:days?(?:{WEEK})?|(?:x|times"
    rf"|sessions)(?:{WEEK}))(?:\s+(?:please|pls|max|instead|only|tops|total|at most|is fine"
    rf"|is good))*(?P<once>\s+(?:this|next)\s+week)?\W*$"
)


def days_a_week(t: Prepared) -> Iterator[Hit]:
    pairs = _pairs(t)
    for runs, a, b, lifts, c, d in pairs:
        yield Hit("run_days", runs, "days", a, b)
        yield Hit("lift_days", lifts, "days", c, d)
    for m in _SET_TO.finditer(t.s):
        if not _NO_COUNT.match(t.s[m.end() :]) and not NOW_ONLY.search(t.clause(m.start()).text):
            yield Hit(f"{kinds(m['what'])[0]}_days", int(m["n"][0]), "days", m.start(), m.end())
    for m in _DAYS_N.finditer(t.s):
        g = m.groupdict()
        a, b = m.start(), m.end()
        if any(a < max(p[2], p[5]) and min(p[1], p[4]) < b for p in pairs):
            continue
        if (but := _BUT_NOT.match(t.s, b)) and (but["not"] or _WISH.search(t.before(a))):
            continue  # "I want to run 3 times a week but can't"
        clause = t.clause(a)
        before, after = t.before(a), t.after(b)
        text = clause.text
        once = bool(NOW_ONLY.search(text))
        if re.search(r"\b(?:ran|lifted|missed|trained|did)\b", text) or (
            once and not re.search(r"\b(?:next|this) week\b", text)
        ):
            continue
        if re.search(
            (
                r"\b(?:don'?t|dont|can'?t|cant|cannot|not|never|won'?t|no|without|blocked|hate|than|unable"
                r"|couldn'?t)\s+(?:\w+\s+){0,2}$"
            ),
            before,
        ):
            continue
        if re.search(r"\b(?:hurts?|sore|rest(?:ing)?|off|missed|move|swap|skip|moved|since|legs)\b", before):
            continue
        if g["verb"]:
            kind = "run" if g["runv"] else "lift" if g["liftv"] else "available"
            if g["n"]:
                value = int(between(g["n"], g["r"]))
                unit_words = re.search(
                    r"\d\s*(x|times|days?|nights|mornings|evenings|sessions|d)\b", m.group()
                )
                if not (g["per"] or g["per2"]) and not unit_words:
                    continue
                if kind == "available":
                    # "have 3 days" is training time; "have 3 kids" and "have 3 times ..." aren't.
                    if not unit_words and not g["per2"]:
                        continue
                    if re.match(
                        (
                            r"\s*(?:running|lifting|of\s+(?:running|lifting)|lift\b|run\b|gym|weights"
                            r"|for (?:running"
                            r"|lifting)|runs)"
                        ),
                        after,
                    ):
                        kind = "run" if "run" in after[:16] else "lift"
                    elif re.search(
                        r"\b(?:protein|eat|meals?|shakes?|drink|coffee|meat|cheat|alcohol|squats?|bench)\b",
                        text,
                    ):
                        continue
                    elif (
                        not (g["per"] or g["per2"])
                        and re.search(
                            r"\b(?:have|got|do|can|give me|plan|prefer|want|like|rather)\s*$", g["trainv"]
                        )
                        and not re.match(
                            (
                                r"\s*(?:$|[,.;!?]|to train|available|free|max|for (?:both|training"
                                r"|everything)|only|a week"
                                r"|and|plan|at most|instead|please|\d)"
                            ),
                            after,
                        )
                    ):
                        continue
                elif (
                    not (g["per"] or g["per2"])
                    and "days" not in m.group()
                    and not re.search(r"\d\s*(?:x|times)", m.group())
                ):
                    continue
                if re.match(r"\s*(?:each|both)\b", after) and re.search(
                    r"\b(?:run|lift)\w* and (?:run|lift)", m.group() + before + m.group()
                ):
                    kind = "both"
                if (
                    re.search(r"(?<!\d )(?<!x )\b(?:run|jog)\w*\s+(?:and|&|\+)\s*$", before)
                    and not re.search(r"\d\s*(?:x\s*)?(?:\w+\s+)?runs\s+(?:and|&|\+)\s*$", before)
                    and kind == "lift"
                    or re.search(r"\b(?:lift\w*|gym|weights)\s+(?:and|&|\+)\s*$", before)
                    and kind == "run"
                ):
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
                if kind == "run" and re.search(r"\b(?:long|easy|tempo|hard|the|my|a|first|last|next)\s+$", before):
                    continue  # "the long run on Sundays" is one run of several
                if (
                    value == 1
                    and not re.search(r"s\b", g["list"] or "")
                    and not re.search(r"\b(?:only|every)\b", m.group())
                ):
                    continue
        elif g["noun"]:
            kind = "run" if g["runn"] else "lift" if g["liftn"] else "available"
            value = int(between(g["m"], g["q"]))
            if (
                g["noun"] in ("run", "lift", "running", "lifting", "weights", "gym")
                and not g["per3"]
                and not re.search(r"\d\s*x\s*", m.group())
                and not re.search(
                    rf"\b(?:run|lift|{_RUN_V}|{_LIFT_V})\b", re.sub(re.escape(m.group()), "", text)
                )
            ):
                continue
            if re.search(r"\b(?:last|past|first|every|in|after|for)\s+$", before) and not re.search(
                r"\bplan for\s+$", before
            ):
                continue
        elif g["post"]:
            kind = "run" if g["runp"] else "lift" if g["liftp"] else "available"
            value = int(between(g["k"], g["j"]))
        else:
            noun = g["day_noun"]
            kind = (
                "run"
                if noun.startswith("run")
                else "available"
                if noun in ("training", "available")
                else "lift"
            )
            value = int(g["dn"])
        scope = "this_answer" if once else None
        if kind == "both":
            yield Hit("run_days", value, "days", a, b, scope=scope)
            yield Hit("lift_days", value, "days", a, b, scope=scope)
        else:
            yield Hit(f"{kind}_days", value, "days", a, b, scope=scope)
            joined = re.match(
                (
                    rf"\s*(?:and|&|,|/|\+|but)\s*(?:i\s+)?(?P<v>{_LIFT_V}"
                    rf"|{_RUN_V})\s+{ABOUT}(?P<n>\d)(?!\s*(?:\d|kg|lbs|km|k\b|x|times|days|miles|hours|min"
                    rf"|plates|\.))"
                ),
                after,
            )
            if joined and kind in ("run", "lift"):
                other = kinds(joined.group("v"))
                if other:
                    yield Hit(
                        f"{other[0]}_days",
                        int(joined.group("n")),
                        "days",
                        b + joined.start("v"),
                        b + joined.end(),
                        scope=scope,
                    )
    for clause in t.clauses:
        if bare := _BARE_DAYS.match(clause.text):
            a = clause.start + bare.start("n")
            context = "day" in bare.group() or re.search(
                r"\b(?:train\w*|minutes?|mins?|sessions?|workouts?|plan)\b", t.s
            )
            if (
                context
                and (bare.group("once") or not NOW_ONLY.search(clause.text))
                and not re.search(
                    r"\b(?:run|runs|lift|lifts|gym|running|lifting|protein|eat)\b", t.s[:a].rsplit(".", 1)[-1]
                )
            ):
                yield Hit(
                    "available_days",
                    int(between(bare.group("n"), bare.group("r"))),
                    "days",
                    a,
                    clause.start + bare.end(),
                    scope="this_answer" if bare.group("once") else None,
                )
    for m in re.finditer(
        (
            r"\b(?:i )?(?:don'?t|dont|do not|never) (?P<v>run|lift|lift weights)(?:\s+(?:at all|yet"
            r"|currently|atm|right now|these days|any ?more|anymore|weights|either))*\s*(?=$|[.,;!?]"
            r"|\bbut\b|\band\b)"
        ),
        t.s,
    ):
        yield Hit("run_days" if m.group("v") == "run" else "lift_days", 0, "days", m.start(), m.end())


_BLOCK = joined(
    rf"""(?P<can>\bcan(?:'?t|not|\s+not)|\bcant|\bunable\s+to|\bwon'?t\s+be\s+able\s+to
          |\b(?:don'?t|dont|do\s+not|never)(?=\s+(?:train|work\s*out|exercise|have\s+time
          |do\s+anything|on|available)|\s+{DAY_LIST})|\bnot\s+(?:free|available|able\s+to\s+train
          |possible|around|working out|training)|\bbusy|\bno\s+time|\bunavailable
          |\bblock(?:ed)?(?:\s+days?)?(?:\s+(?:is|are|:))?|\boff\s+limits|\bnothing|\bno\s+(?:training
          |workouts?|exercise|gym|sessions?|running|lifting))
         (?P<mid>(?:\s+(?:do|train|training|make|work|workout|out|exercise|run|lift|go|gym
             |to|the|have|time|anything|on|either|it|ever|really|usually|for|be|is|are|off|in|at
             |all|sessions?|every|any|there|manage|sports?|come|schedule
             |days?))*)\s*:?\s*(?:on\s+|either\s+)?(?P<d1>{DAY_LIST})
      | \b(?:no|not|never|except(?:\s+for)?|apart\s+from|other\s+than|but\s+not
          |anything\s+but|bar|besides|excluding|without)\s+(?:on\s+|for\s+
          |a\s+)?(?P<d2>{DAY_LIST})
      | (?P<d4>{DAY_LIST})\s*,?\s*(?:i'?m\s+|i\s+am\s+|i\s+)?(?:always\s+|usually\s+
          |really\s+)?(?:never|can'?t|cannot|not|unable|busy|don'?t\s+have\s+time
          |have\s+no\s+time|won'?t\s+be\s+able)(?:\s+(?:able|free|available|around|possible|to
          |train|do|make|work\s*out|exercise|it|anything|time))*(?=\s*(?:$|[.,;!?]|because|so
          |but|and|since|for))
      | (?P<d6>{DAY_LIST})\s+(?:i\s+|i'?m\s+)[^.!?,]{{0,25}}?,?\s*\bso\s+(?:i\s+)?(?:can'?t|cannot|no\b)
      | \b(?:work(?:ing|s)?|have|got|busy|shift
          |kids?)\b[^.!?,]{{0,30}}?(?P<d5>{DAY_LIST})[^.!?]{{0,12}}?\bso\s+(?:no|can'?t|not
          |i\s+can'?t|those|that)\b
      | (?P<d3>{DAY_LIST})\s*(?:is|are|'s|'re)?\s*(?:always\s+|usually\s+|totally\s+
          |completely\s+)?(?:out\b|off\s+limits|off\b|no\s+good|impossible|blocked
          |not\s+possible|busy|don'?t\s+work|doesn'?t\s+work|won'?t\s+work|no\s+go|a\s+no
          |not\s+an\s+option|bad|taken|full|are\s+(?:out|family)|is\s+(?:out|family))"""
)
_ONLY = joined(
    rf"""\b(?P<only>only|just|exclusively|solely)\s+(?:(?:free|available|train|run|lift|able|got
          |have|have\s+time|do|can\s+train|can|can\s+do|work\s*out|workout|exercise|to|on|around
          |possible|time|really|the|at)\s+)*(?P<d>{DAY_LIST})
       | \b(?P<free>free|available)\s+(?:days\s+(?:are\s+)?|only\s+|to\s+train\s+)?(?:on\s+
           |:\s*)?(?P<d2>{DAY_LIST})
       | (?P<d3>{DAY_LIST})\s+(?:only|are\s+(?:my\s+only|the\s+only)|is\s+all|are\s+all\s+i)\b"""
)


def train_on(days: list[str], a: int, b: int) -> list[Hit]:
    """What a list of training days says: how many, and which days stay free."""
    return [
        Hit("available_days", len(days), "days", a, b),
        Hit("blocked_days", [d for d in DAYS if d not in days], None, a, b),
        Hit("blocked_days", days, None, a, b, negated=True),
    ]


_THESE_DAYS = re.compile(
    rf"\W*(?:(?:ok|okay|yes|no|so|then|on|actually|sorry|oops|wait|rather|i mean|i meant|make it|make that|let'?s do|i'?d say|say|maybe)[ ,]+)*(?P<d>{DAY_LIST})"
    r"(?:[ ,]+(?:please|pls|then|instead|work|works|is fine|are fine|for me|best))*\W*"
)


def training_days(t: Prepared) -> Iterator[Hit]:
    """A message that is a list of weekdays and nothing else: the days to train on."""
    m = _THESE_DAYS.fullmatch(t.s)
    if m and "?" not in t.s and len(re.findall(DAY, m["d"])) > 1:
        yield from train_on(day_set(m["d"]), m.start("d"), m.end("d"))


def blocked_days(t: Prepared) -> Iterator[Hit]:
    taken: list[tuple[int, int]] = []
    for m in _ONLY.finditer(t.s):
        g = m.groupdict()
        text = g["d"] or g["d2"] or g["d3"]
        lead = t.before(m.start())
        if re.search(r"\b(?:not|isn'?t|aren'?t|never|are you)\s+(?:\w+\s+)?$", lead) or NOW_ONLY.search(
            t.clause(m.start()).text
        ):
            continue
        days = day_set(text)
        taken.append((m.start(), m.end()))
        if not g["free"] and re.search(r"\b(?:run|lift)\b", m.group()) and not g["d3"]:
            kind = "run" if "run" in m.group() else "lift"
            yield Hit(f"{kind}_days", len(days), "days", m.start(), m.end())
            continue
        yield from train_on(days, m.start(), m.end())
    for m in _BLOCK.finditer(t.s):
        g = m.groupdict()
        if any(a <= m.start() < b or m.start() <= a < m.end() for a, b in taken):
            continue
        text = g["d1"] or g["d2"] or g["d3"] or g["d4"] or g["d5"] or g["d6"]
        clause, before = t.clause(m.start()), t.before(m.start())
        if (
            NOW_ONLY.search(clause.text)
            or re.search(r"\b(?:since|sore|hurts?|run on|missed|long run|instead)\b", before)
            or re.search(r"\b(?:since)\b", m.group())
        ):
            continue
        if (
            g["d2"]
            and re.match(r"(?:sat|sun)$", text)
            and m.group().startswith(("no ", "not "))
            and re.match(r"\s+\w", t.after(m.end()))
        ):
            continue
        if g["d3"] and re.search(r"\b(?:not|isn'?t)\s*$", before):
            continue
        negated = bool(
            re.search(r"\b(?:any ?more|anymore)\b", t.after(m.end()))
            and re.match(r"no|not|busy|block", m.group())
        )
        if g["can"] and g["can"].startswith("no ") and re.search(r"running|lifting", g["can"]):
            continue
        why = bool(g["d5"] or g["d6"]) and not (
            clause.question or clause.hypothetical
        )  # the reason may name others
        yield Hit(
            "blocked_days",
            day_set(text),
            None,
            m.start(),
            m.end(),
            negated=negated,
            scope="stored" if why else None,
        )
    for m in re.finditer(
        (
            rf"\b(?P<d>{DAY_LIST})\s+(?:is|are|works?)\s+(?:ok|okay|fine|free|good|possible"
            rf"|available)?\s*(?:now|again|after all)\b|\bcan\s+(?:now\s+)?(?:do|train"
            rf"|make)\s+(?:on\s+)?(?P<d2>{DAY_LIST})\s+(?:now|again|after all)\b"
        ),
        t.s,
    ):
        yield Hit(
            "blocked_days", day_set(m.group("d") or m.group("d2")), None, m.start(), m.end(), negated=True
        )


# --- time of day and minutes ----------------------------------------------------------------------

_PART = (
    r"(?:(?P<morning>mornings?|before work|a\.?m\.?|early(?: in the (?:morning|day))?|at dawn"
    r"|first thing|(?:at |before |around |by )?(?:[4-9]|10) ?am|before breakfast)"
    r"|(?P<midday>lunch(?: ?(?:time|break|hour))?s?|mid-?day|noon|afternoons?|at noon|(?:at "
    r"|around )?(?:12|1|2|3) ?pm)"
    r"|(?P<evening>evenings?|after work|nights?|at night|p\.?m\.?|late|(?:at |after |around "
    r"|from )?(?:[5-9]|1[01]) ?pm|after (?:[5-9]|1[01])(?: ?pm|\b(?! ?(?:am|min|km|k|miles"
    r"|weeks|days|hours|reps|sets)))|after (?:the kids|dinner|office))"
    r"|(?P<any>any ?time|whenever|any time of (?:the )?day|don'?t care when"
    r"|time of day doesn'?t matter|flexible))"
)
_DAY_PART = joined(
    rf"""\b{numbered(_PART, 4)}\s+(?P<no2>(?:are
          |is)\s+(?:\w+\s+)?(?:impossible|out|bad|no\s+good|not\s+possible|terrible|awful|too\s+\w+)
          |(?:don'?t|doesn'?t|never|won'?t)\s+work)\b
      | \b(?P<no>hate|hates|can'?t\s+(?:do|stand|train\s+in|run\s+in)|cant\s+do|not\s+an?
          |don'?t\s+(?:like|do)|no|never(?:\s+in)?|not\s+in|dislike|terrible\s+(?:in|at)
          |avoid)\s+(?:early\s+|training\s+|working\s+out\s+|running\s+|do\s+
          |workouts\s+)?(?:in\s+|at\s+)?(?:the\s+|my\s+)?{_PART}(?:\s+(?:person|people|guy|girl
          |workouts|sessions|runs|training))?\b
      | \b(?P<yes>(?:prefer|like|love|only|best|train|training|run|running|lift|lifting
          |work\s*out|working\s+out|workout|exercise|free|available|gym|time|favou?r|can\s+do
          |sessions?|plan|days?|do\s+it|workouts?|usually|always|mostly|to|person|got|have|go
          |{IM[2:]}(?:\s+more\s+of)?\s+an?|switch\s+(?:me\s+)?to|change\s+(?:me\s+)?to|it's
          |is)(?:\s+(?:to|train|run|lift|it|always|usually|only|mostly|in|on|time|out|best
          |mainly|the|my|at|during|them|free|early|more|days|over|them|training|running|lifting
          |workouts|work|the\s+gym|or|and
          |weights))*)\s+{numbered(_PART, 2)}\b(?:\s+(?P<person>person))?
      | \b{numbered(_PART, 3)}\s+(?:only
          |person|works?(?:\s+(?:for\s+me|best|fine|well|great))|(?:is|are)\s+(?:my
          |the)\s+(?:\w+\s+)?(?:time|slot|window|sessions?)|(?:are|is|work|works|suits?
          |suit)\s+(?:me\s+)?(?:best|better|fine|good|ok|great|me)|(?:is
          |are)\s+(?:the\s+)?(?:best|easiest|only|when))\b"""
)


def day_part(t: Prepared) -> Iterator[Hit]:
    hits: list[Hit] = []
    for m in _DAY_PART.finditer(t.s):
        g = m.groupdict()
        a, b = m.start(), m.end()
        clause = t.clause(a)
        if re.search(
            (
                r"\b(?:this|tomorrow|yesterday|every other|last|one|monday|sunday|the next|good"
                r"|in the next)\s+(?:morning|evening|night|afternoon)"
            ),
            clause.text,
        ):
            continue
        if re.search(
            (
                r"\b(?:ran|lifted|eat|eating|feel|hungry|tired|sore|weigh\w*|protein|sleep|wake|hurts?"
                r"|slept|went|did|coffee|stiff|scale|food|drink|shift|work nights)\b"
            ),
            clause.text,
        ):
            continue
        value = next(
            (
                k.rstrip("234")
                for k in g
                if g[k] and k.rstrip("234") in ("morning", "midday", "evening", "any")
            ),
            "",
        )
        if not value:
            continue
        late = g["no2"] or g["no"] and g["no"] not in ("late",)
        if late:
            value = "evening" if value == "morning" else "morning" if value == "evening" else value
            if value in ("midday", "any"):
                continue
        elif g["yes"] and re.search(r"\b(?:not|don'?t|can'?t|never|hate|no)\s+(?:\w+\s+){0,2}$", t.before(a)):
            value = "evening" if value == "morning" else "morning" if value == "evening" else value
        if (
            g["yes"]
            and re.fullmatch(r"(?:to|is|it's|have|got|go|time|always|usually|days?|do it)", g["yes"])
            and not (clause.fragment or re.search(r"\bprefer|best\b", clause.text))
        ):
            continue
        hits.append(Hit("day_part", value, None, a, b))
        both = re.match(
            rf"\s*(?:and|or|&|/)\s*(?:in the |the )?(?:run |lift |runs |lifts )?{_PART}", t.after(b)
        )
        if both and both.lastgroup != value:
            hits[-1] = Hit("day_part", "any", None, a, b + both.end())
    yield from hits


DURATION_ANSWER = joined(
    rf"""(?P<hh>\bhalf\s+(?:an\s+|a\s+)?hours?\b)|(?P<quarter>\b(?:three quarters
          |3 quarters)\s+of\s+an\s+hour\b)|(?P<ah>\b(?:an|1|one)\s+hours?(?P<ahh>\s+and\s+a\s+(?:half
          |(?P<ahq>quarter))|\s+and\s+(?P<ahm>\d\d)(?:\s*min\w*)?)?\b)
      |(?<![\w.,:'])(?P<h>\d{{1,2}})\s*(?:h|hrs?|hours?)\s*(?:and\s+)?(?P<hm>[1-5]\d)\s*(?:{MIN})?(?!\w)
      |(?<![\w.,:'/-])(?P<n>\d{{1,3}}(?:[.,]\d)?(?:\s+and\s+a\s+half
          |\s*½)?){RANGE}\s*-?\s*(?:(?P<min>minutes?|mins?|min's|minuets)
          |(?P<hr>{HOUR}))(?![\w/])"""
)
_SESSION_BEFORE = re.compile(
    r"\b(?:sessions?|workouts?|train\w*|have|i'?ve|got|only|spare|exercise|work\s*out|free"
    r"|plan|max(?:imum)?|time|available|give\s+it|lunch\s+break|each\s+day|per\s+day"
    r"|make\s+(?:it|that|them)|no\s+more\s+than|up\s+to|days?|fit\s+in|limit\w*|gym|lift"
    r"|keep\s+(?:it|them)\s+(?:to|under))\b"
)
_SESSION_AFTER = re.compile(
    r"\s*-?\s*(?:long\s+)?(?:(?:max|tops|or less|at most|ish)\s*)?(?:per|a|each|every|/"
    r"|for\s+(?:a|each|every)?)?\s*(?:sessions?|workouts?|to\s+(?:train|work\s*out|exercise"
    r"|spare)|training|day\b|for\s+training|slots?|windows?|max\b|tops\b|at\s+a\s+time|each\b"
    r"|(?:in|at)\s+the\s+gym|gym|lunch|available|free|is\s+all)"
)
_NOT_SESSION = re.compile(
    r"\b(?:in|within|after|before|rest|resting|wait|ago|ran|sleep\w*|slept|nap|pace|every|walk"
    r"|walked|cardio|drive|commute|between|run|5k|10k|half marathon|marathon|sub|did|took|zone"
    r"|eat|runs? (?:is|are|of|for)|jog|long run|warm[- ]?up|next|stretch\w*|cook\w*|meal|sauna"
    r"|bike|cycle|last|per week)\b"
)


def duration(m: re.Match[str], s: str) -> float:
    """The minutes that a match of `DURATION_ANSWER` in `s` names."""
    g = m.groupdict()
    if g["hh"]:
        return 30.0
    if g["quarter"]:
        return 45.0
    if g["ah"]:
        return 60.0 + (float(g["ahm"]) if g["ahm"] else 15 if g["ahq"] else 30 if g["ahh"] else 0)
    if g["h"]:
        return 60 * float(g["h"]) + float(g["hm"])
    value = between(g["n"], m.group(m.re.groupindex["n"] + 1))
    if g["min"]:
        return value
    return 60 * value + (30 if re.match(r"\s*and a half", s[m.end() :]) else 0)


# "glutes and hammies session, 35 mins" tells of one that was done.
_ONE_SESSION = re.compile(
    r"\b(?:legs?|glutes?|hammies|hamstrings?|quads?|back|chest|arms?|shoulders?|upper(?: body)?|lower(?: body)?|push|pull|core|tempo|intervals?|track|hills?"
    r"|spin|yoga|pilates|swim|bike|kettlebell|crossfit|mobility|stretching) session(?! (?:is|should|can|will|has|to|of|max))\b"
)


def session_minutes(t: Prepared) -> Iterator[Hit]:
    for m in DURATION_ANSWER.finditer(t.s):
        a, b = m.start(), m.end()
        clause, before, after = t.clause(a), t.before(a), t.after(b)
        value = duration(m, t.s)
        one_day = re.match(rf"\s*(?:max\s+|only\s+)?on\s+(?:a\s+)?(?P<d>{DAY_LIST})", after)  # "30 minutes on Tuesdays" limits no other day
        if _ONE_SESSION.search(t.s[:a]) or one_day and len(day_set(one_day["d"])) <= 2:
            continue
        if re.match(
            (
                r"\s*(?:of\s+)?(?:sleep|a\s+week|per\s+week|/\s*w|each\s+week|weekly|ago|later|after"
                r"|before|between|pace|5k|10k|half|marathon|run\b|rest|apart|a\s+night|per\s+night"
                r"|per\s+(?:km|mile)|long\s+run|walk|nap|of\s+(?:rest|cardio)|in\s+total\s+a\s+week|easy"
                r"|drive|commute|from)"
            ),
            after,
        ):
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


# --- races ----------------------------------------------------------------------------------------

_RACE_WORD = (
    r"(?:(?P<half>half[\s-]?marathons?|halfs?(?!\s+(?:an?\b|hour|of|way|the|my|as))|\bhm\b"
    r"|21\.?1?\s*k(?:m)?|13\.1(?:\s*miler?s?)?)"
    r"|(?P<ultra>ultra(?:[\s-]?marathons?)?s?|(?:50|60|80|100|160)\s?(?:k|km|milers?"
    r"|miles?)(?:\s+(?:race|ultra))?|backyard ultra|comrades|utmb)"
    r"|(?P<marathon>(?:full\s+)?marathons?|42\.?2?\s*k(?:m)?|26\.2(?:\s*miler?s?)?)"
    r"|(?P<k10>10\s?-?k(?:m|s)?\b|ten\s?k)|(?P<k5>5\s?-?k(?:m|s)?\b|park\s?runs?))(?!\w)"
)
_ART = (
    r"(?:(?:a|an|my|the|another|first|next|1st|2nd|3rd|second|third|big|local|upcoming|charity"
    r"|spring|autumn|fall|summer|winter|goal|'s|berlin|london|boston|chicago|new york|nyc"
    r"|paris|tokyo|valencia|trail|road|city|own|city's|hilly|target|full)\s+)*"
)
_RACE_WORD_B = re.sub(r"<(\w+)>", r"<\1_b>", _RACE_WORD)
_RACE = joined(
    rf"""\b(?P<cue>(?:train(?:ing)?|prep(?:ping|aring)?|prepare|build(?:ing)?\s+up
          |getting\s+ready|get\s+ready)\s+(?:for|to\s+(?:run|race|do)|towards?)
          |signed\s+(?:me\s+)?up\s+(?:for|to)|sign(?:ing)?\s+up\s+for|registered\s+for|entered|booked
          |{IM[2:]}\s+(?:also\s+|planning\s+to\s+)?(?:running|doing|racing|run|do)|(?:i\s+)?(?:have
          |got|have\s+got|'ve\s+got)|i'?ve\s+got|(?:want|wanna|plan(?:ning)?|going|hoping|aiming
          |would\s+like|'d\s+like|decided|hope)\s+(?:to\s+)?(?:run|do|race|finish|complete|try)
          |my\s+(?:next\s+|goal\s+|target\s+|a\s+|main\s+)?(?:race|event|goal)(?:\s+(?:is|will\s+be
          |distance\s+is|to))?(?:\s+to\s+(?:run|do))?|race\s*(?:is|:|distance(?:\s+is|:)?|to)
          |change\s+(?:my\s+|the\s+)?race(?:\s+distance)?\s+to|next\s+race(?:\s+is|:)?|i'?ll\s+(?:run
          |do|be\s+running|race)|gonna\s+(?:run|do)|(?:aiming|going)\s+for|upcoming|targeting
          |switched\s+to|goal\s+race(?:\s+is|:)?|on\s+to|my)\s+(?:for\s+)?{_ART}{_RACE_WORD}
      | (?:^|(?<=[\s,(]))(?:(?:also\s+|currently\s+)?(?:running|doing|racing|got
          |have)\s+)?{_ART}{_RACE_WORD_B}(?:\s+race)?\s+(?=(?:is\s+)?(?:coming\s+up|in\s+\d
          |on\s+\d|in\s+(?:january|february|march|april|may|june|july|august|september|october
          |november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|spring|autumn|fall
          |summer|winter|the\s+(?:spring|autumn|fall|summer))\b|on\s+(?:the\s+)?(?:january
          |february|march|april|may|june|july|august|september|october|november|december|jan|feb
          |mar|apr|jun|jul|aug|sept?|oct|nov|dec|\d)|\d{{1,2}}(?:st|nd|rd
          |th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|next\s+(?:month
          |year|week|spring|summer|fall|autumn)|this\s+(?:fall|autumn|spring|summer|year|month
          |sunday|saturday)|\d+\s+weeks\s+(?:out|away)))
      | \b(?P<none>no\s+(?:upcoming\s+)?(?:race|races|event)(?:\s+(?:planned|booked
          |coming\s+up|right\s+now|yet))?\b(?!\s+(?:day|pace))|not\s+(?:training
          |preparing)\s+for\s+(?:a|any|anything|a\s+specific)\s*(?:race|event|specific)?|(?:race
          |marathon)\s+(?:got|was|is|has\s+been)\s+cancel(?:l?ed)|cancel(?:l?ed)?\s+my\s+(?:race
          |marathon|half|10k|5k)|(?:don'?t|dont)\s+(?:have\s+(?:a
          |any)\s+)?races?\b(?:\s+planned)?)"""
)
_RACE_NAMES = {"half": "half", "ultra": "ultra", "marathon": "marathon", "k10": "10k", "k5": "5k"}
RACE_ANSWER = re.compile(rf"\b{_RACE_WORD}")


def race_name(m: re.Match[str]) -> str | None:
    """The contract's name of the race in a match."""
    for key, value in m.groupdict().items():
        if value and key.removesuffix("_b") in _RACE_NAMES:
            return _RACE_NAMES[key.removesuffix("_b")]
    return None


# "My 5k is killing me" and "my 10k is 52 minutes" are of a distance one runs; "my 10k is in May" is of a race.
_HOW_IT_GOES = re.compile(
    r"\s*(?:is|are|'s|feels?|felt|gets?|keeps?|kills?|sucks?|went|goes|has|seems?|looks?|needs?|takes?|dropped|improved|stays?|won'?t|isn'?t)\b"
    r"(?!\s+(?:only |just |about |around |already |now |getting )*"
    r"(?:in|on|at|coming|next|this|soon|closer?|near|up|tomorrow|approaching|(?:a|\d+) (?:day|week|wk|month)"
    rf"|the \d|\d+(?:st|nd|rd|th)|{DAY_LIST}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))"
)


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
        if re.match(
            (
                r"\s*(?:pb|pr|time|pace|p\.b\.|personal|best|easy|at\s+(?:an?\s+)?(?:easy|zone)"
                r"|a\s+(?:week|day)|per\s+week|every|each|weekly|/|steps|runner|shoes|was|today"
                r"|this morning|yesterday|tempo|warm|long run|twice|\d+ times|on (?:mon|tue|wed|thu|fri"
                r"|sat|sun)|last|now\b)"
            ),
            after,
        ):
            continue
        cue = m.group("cue") or ""
        if cue in ("have", "got", "i have", "i got", "have got") and re.match(
            r"\s*(?:of|more|left|to go|down|done)", after
        ):
            continue
        if re.match(r"\s*in\s+(?:\d+:|\d+\s*min|under|sub|\d+\s*(?:hours|h)\b)", after) and not re.search(
            r"train|sign|prep|goal|want", cue
        ):
            continue
        mine = re.search(r"(?:^|\s)i\s+run\s+$", before) and re.match(r"(?:in|on|next|this)\s+(?:the\s+)?[a-z]", after)  # "I run a half in April"
        if m.group("cue") is None and re.search(r"\b(?:ran|did|finished|run|how|by)\s+$", before) and not mine:
            continue
        if cue == "my" and _HOW_IT_GOES.match(after):
            continue
        b = m.end()
        while t.s[b - 1].isspace():
            b -= 1
        plain = (
            cue == "my"
            or cue.startswith("my ")
            or bool(
                re.match(r"train|prep|sign|regist", cue)
                and re.search(r"\b(?:when|while|as|since)\b|\bi'?m\b", before)
                and not clause.hypothetical
            )
        )
        yield Hit("race_distance", value, None, m.start(), b, plain=plain or "my " in m.group())


_RACE_CONTEXT = re.compile(
    r"\b(?:race|racing|marathon|half|10k|5k|ultra|event|competition|comp|race day|parkrun|meet"
    r"|hyrox)\b"
)
# A contest of lifters is no race: no long run leads to it. Runners meet too, on the track.
_LIFTING_CONTEST = re.compile(
    r"\b(?:power ?lift\w*|weight ?lift\w*|olympic lift\w*|strong(?:man|woman)|body ?build\w*|physique|bikini)\b"
    r"|(?<!track )(?<!country )(?<!xc )(?<!running )(?<!athletics )\bmeet\b"
)
_RUNNING_RACE = re.compile(r"\b(?:race|marathon|half|10k|5k|ultra|parkrun|hyrox|run|running|runner)\b")


def lifting_contest(text: str) -> bool:
    """Whether the text speaks of a contest of lifters, and of no race."""
    return bool(_LIFTING_CONTEST.search(text)) and not _RUNNING_RACE.search(text)


def race_date(t: Prepared, today: datetime.date, expected: bool, month_first: bool) -> Iterator[Hit]:
    for a, b, day in dates(t.s, today, month_first):
        i = t.clause_index(a)
        clause = t.clauses[i]
        context = clause.text if clause.hard or i == 0 else t.clauses[i - 1].text + " " + clause.text
        if clause.hard and i and is_short(clause.text):
            context = t.clauses[i - 1].text + " " + clause.text
        if lifting_contest(context):
            continue
        if not expected:
            if not _RACE_CONTEXT.search(context) or re.search(
                r"\b(?:born|ran|finished|did|signed up on|until|sore|after|last)\b", context
            ):
                continue
            if re.search(
                (
                    r"\b(?:can i|how (?:do|fast|much|to)|should i|is it|possible|ready|build muscle|lose"
                    r"|gain)\b"
                ),
                clause.text,
            ) and not re.search(r"\b(?:my|the)\s+(?:\w+\s+){0,3}$|\bmy\b", t.s[clause.start : a]):
                continue
            if (
                re.match(r"(?:in|within)\s", t.s[a:b])
                and re.search(r"\b(?:lose|gain|run a|build|improve|break|sub)\b", t.s[clause.start : a])
                and not re.search(
                    r"\b(?:my|have|got|i'?m (?:running|doing)|training for|signed)\b", t.s[clause.start : a]
                )
            ):
                continue
            if re.match(r"(?:this|next|on)\s", t.s[a:b]) and not re.search(
                (
                    r"\b(?:race|marathon|half|10k|5k|ultra|event)\s+(?:\w+\s+){0,2}$|\b(?:have|got|running"
                    r"|doing|racing)\b"
                ),
                t.s[clause.start : a],
            ):
                continue
        plain = bool(re.search(r"\b(?:my|i have|i'?ve got|i'?m (?:running|doing))\b", t.s[clause.start : a]))
        yield Hit("race_date", day.isoformat(), None, a, b, plain=plain, anywhen=True)


def race_beside_date(t: Prepared, hits: list[Hit]) -> Iterator[Hit]:
    """The race named in the clause of a race date ("12th April marathon"), where no rule has read one."""
    if any(h.field == "race_distance" for h in hits):
        return
    for hit in hits:
        if hit.field == "race_date":
            clause = t.clause(hit.a)
            m = RACE_ANSWER.search(t.s, clause.start, clause.end)
            name = race_name(m) if m else None
            if m and name:
                yield Hit("race_distance", name, None, m.start(), m.end(), plain=hit.plain, anywhen=True)


def is_short(text: str) -> bool:
    """Whether the clause is at most six words."""
    return len(text.split()) <= 6


# --- place and equipment --------------------------------------------------------------------------

_PLACE = re.compile(
    r"\b(?P<cue>time ?zone(?:'s| is|:| =| to| should be)?|tz(?: is|:)?|(?:i'?m |i am |i'm |im "
    r"|we'?re |currently |now )+(?:in|based in|living in|located in|over in|near)|i live (?:in"
    r"|near)|(?:live|living|based|located|moved|moving|relocated) (?:in|to|near|out of)"
    r"|i'?m from|i'm from|im from|on|use|set (?:it |me )?to|i'?m on"
    r"|it'?s)\s+(?P<what>[^\W\d_][\w./+-]*(?:\s[^\W\d_][\w.]*){0,3})"
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
            if found and not re.search(
                r"\b(?:in|what)\s+$", t.before(m.start()) if m.group("zone").startswith("half") else ""
            ):
                yield Hit("time_zone", found[0], None, m.start(), m.end())
            continue
        words, cue = m.group("what"), m.group("cue")
        offset = 4 if words.startswith("the ") else 0
        found = resolve_place(words[offset:])
        if not found:
            continue
        clear = cue.startswith(("time", "tz"))
        name = words[offset : offset + found[1]]
        if (
            not clear
            and name in ONLY_WITH_TIME
            and not re.match(r"\s+time", t.s[m.start("what") + offset + found[1] :])
        ):
            continue
        if (
            cue in ("on", "use", "it's", "its")
            and name not in ONLY_WITH_TIME
            or re.search(r"\b(?:race|marathon|not)\s*$", t.before(m.start()))
        ):
            continue
        yield Hit("time_zone", found[0], None, m.start(), m.start("what") + offset + found[1])


_EQUIPMENT = re.compile(
    r"(?P<none>\bno\s+(?:gym|equipment|weights|kit|gear|home gym)\b(?!\s+(?:on|today|this))"
    r"|\bbody ?weight\s+(?:only|exercises|training|workouts?|stuff|moves)|\b(?:only|just"
    r"|do)\s+body ?weight\b|\bcalisthenics\b|\b(?:don'?t|dont|do not)\s+(?:have|own|go to"
    r"|belong to|use)\s+(?:access to\s+)?(?:a |an |any |the )?(?:gym|equipment|weights)\b"
    r"|\bwithout\s+(?:a gym|equipment|weights)\b|\b(?:cancel+ed|quit|left|lost"
    r"|dropped)\s+(?:my|the)\s+gym\b|\bno access to (?:a )?gym\b|\bcan'?t (?:get to|afford"
    r"|go to) (?:a |the )?gym\b)"
    r"|(?P<db>\b(?:only|just|have|got|own|with|using|use|pair of|set of|adjustable|home|few"
    r"|some|couple of|2|two|light|heavy|my|and)\s+(?:(?:a|an|some|my|own|adjustable|home|light"
    r"|heavy|few|pair|set|of|2|\d+\s?(?:kg|lbs?)|couple)\s+)*(?:dumb?bells?|dbs|kettle ?bells?"
    r"|kbs)\b|\bdumb?bells?\s+(?:at home|only|at my place|in my)|\bhome dumb?bells?\b)"
    r"|(?P<gym>\b(?:go(?:ing)? to|train(?:ing)? (?:at|in)|work(?:ing)?\s?out (?:at|in)"
    r"|lift(?:ing)? (?:at|in)|member of|joined|have (?:access to|got)|have|access to|got"
    r"|belong to|use|at|my|in|full|commercial|local|home|garage|got access to"
    r"|joined)\s+(?:(?:a|an|the|my|local|full|commercial|proper|good|home|garage|decent|big"
    r"|normal|regular|own|office|company|work|crossfit|hotel)\s+)*gym\b(?! (?:buddy|shoes|bag"
    r"|clothes|bro|has no))|\bgym (?:member(?:ship)?|access|goer)\b|\b(?:have|got|own)\s+(?:a "
    r"|an )?(?:barbell|(?:squat|power) rack|full rack|squat rack)\b|\b(?:barbell|(?:squat |power )?rack)(?: and (?:a )?(?:squat |power )?(?:rack|bench|plates))?"
    r" (?:at home|in (?:my|the) (?:garage|basement|house|flat|shed))\b|\bhome barbell\b)"
)


def equipment(t: Prepared) -> Iterator[Hit]:
    found: list[Hit] = []
    for m in _EQUIPMENT.finditer(t.s):
        value = {"none": "bodyweight", "db": "dumbbells", "gym": "gym"}[m.lastgroup or "none"]
        before, clause = t.before(m.start()), t.clause(m.start())
        if value == "gym" and re.search(
            (
                r"\b(?:don'?t|not|no|never|can'?t|without|won'?t|haven'?t|quit|stopped|cancel+ed"
                r"|instead of)\b[^,]*$"
            ),
            before,
        ):
            value = "bodyweight"
            if re.search(r"\b(?:not|never|haven'?t|won'?t|instead)\b", before):
                continue
        if re.search(
            r"\b(?:today|yesterday|tomorrow|this morning|tonight|want|thinking|should|saw|guy)\b", clause.text
        ):
            continue
        if value == "dumbbells" and re.search(
            r"\b(?:squat\w*|bench\w*|press\w*|curl\w*|row\w*|reps|sets|\d+x\d+|lunges?)\b", clause.text
        ):
            continue
        if (
            value == "dumbbells"
            and re.match(r"and\s", m.group())
            and not re.search(r"\b(?:have|got|own|only|home|gym)\b", before)
        ):
            continue
        if (
            value == "gym"
            and re.match(r"(?:in|at|my|use)\s", m.group())
            and not re.search(r"\b(?:i|we|train|lift|work ?out|my|i'?m|have)\b", clause.text)
            and before.strip()
        ):
            continue
        found.append(Hit("equipment", value, None, m.start(), m.end()))
    weights = [h for h in found if h.value == "dumbbells"]
    # "no gym, but dumbbells at home": the weights count, in whatever order they are named.
    if weights and any(h.value == "bodyweight" for h in found):
        found = weights
    yield from found

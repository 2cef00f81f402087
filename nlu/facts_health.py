"""Rules for health and food: sleep, diet, foods to avoid, protein and health conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.facts_body import IM
from nlu.facts_grammar import ABOUT, HOUR, RANGE, Hit, between, number, tidy
from nlu.facts_text import Prepared, joined, speaker

# --- sleep ----------------------------------------------------------------------------------------

_SLEEP = joined(
    rf"""\b(?:sleep(?:ing|s)?|asleep|in\s+bed)\s+(?:is\s+|was\s+|for\s+|:\s*|=\s*)?(?:from\s+
          |between\s+)?{ABOUT}(?P<from>\d{{1,2}})(?::(?P<fm>\d\d))?\s*(?:pm|am)?\s*(?:-|to|until|till
          |and)\s*(?P<to>\d{{1,2}})(?::(?P<tm>\d\d))?\s*(?:am|pm)?(?![\w:])(?P<h0>\s*(?:{HOUR}))?
       | \bbed(?:time)?\s+(?:is\s+)?(?:at\s+)?(?P<bed>\d{{1,2}})\s*(?:pm)?\W+(?:and\s+)?(?:i\s+)?(?:get\s+
           |am\s+|wake\s+)*up\s+at\s+(?P<up>\d{{1,2}})
       | \bsleep(?:ing|s)?\b\s*(?:is|was|at|for|to|:|=|hours?\s+(?:are
           |is))?\s*{ABOUT}(?P<n1>\d{{1,2}}(?:[.,]\d{{1,2}})?(?:\s+and\s+a\s+half|\s*½|h30
           |\s*h\s*30)?)(?:\s*(?:-|to
           |or)\s*(?P<r1>\d{{1,2}}(?:[.,]\d)?))?\s*(?:{HOUR})?(?![\w%:])(?!\s*(?:min|am\b|pm\b
           |times|days|nights|weeks|months))(?!\s*{HOUR}?\s*(?:before|after|later|between))
       | \b(?:get(?:ting|s)?|got|average|averaging|have|manage|do|on|at|about|around|only
           |of)\s+{ABOUT}(?P<n2>\d{{1,2}}(?:[.,]\d{{1,2}})?(?:\s+and\s+a\s+half
           |\s*½)?)(?:\s*(?:-|to
           |or)\s*(?P<r2>\d{{1,2}}(?:[.,]\d)?))?\s*{HOUR}(?:\s+(?:and\s+a\s+half
           |(?P<half2>and\s+a\s+half)))?\s*(?:of\s+)?(?:sleep|shut\s?eye|kip|(?:a|per|each|every
           |/)\s*night|nightly|at\s+night)
       | (?<![\w.,-])(?P<n3>\d{{1,2}}(?:[.,]\d{{1,2}})?(?:\s+and\s+a\s+half
           |\s*½)?)(?:\s*(?:-|to
           |or)\s*(?P<r3>\d{{1,2}}(?:[.,]\d)?))?\s*{HOUR}?\s*(?:of\s+)?(?:sleep\b|(?:a|per|each
           |every)\s+night)(?!\s+(?:pain|a\s+week))"""
)


def _clock(start: int, start_min: int, end: int, end_min: int) -> float:
    hours = (end + end_min / 60) - (start + start_min / 60)
    return hours + 12 if hours <= 0 and end + 12 - start <= 14 else hours % 24 or 24


def sleep(t: Prepared) -> Iterator[Hit]:
    for m in _SLEEP.finditer(t.s):
        g = m.groupdict()
        before, after = t.before(m.start()), t.after(m.end())
        if re.search(
            r"\b(?:last night|tonight|yesterday|this morning|night before)\b", t.clause(m.start()).text
        ):
            continue
        if (
            re.search(
                (
                    r"\b(?:need|needs|want|aim\w*|try\w*|should|goal|target|would|slept|supposed|recommended"
                    r"|wish|hoping)\b"
                ),
                before,
            )
            or "slept" in m.group()
        ):
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


# --- food -----------------------------------------------------------------------------------------

_NOT_ANY_MORE = r"(?:any ?more|anymore|any longer|no longer|these days)"
_DIET_NOUN = re.compile(
    r"\s*-?\s*(?:protein|proteins|food|foods|meals?|sources?|options?|recipes?|athletes?"
    r"|runners?|lifters?|bodybuilders?|people|powder|breakfast|dinner|lunch|snacks?|plan"
    r"|friend|wife|restaurant|burger|diets?|kcal|athlete|cheese|options)\b"
)
_DIET_SELF = re.compile(
    rf"(?:{IM}|\bi'?ve (?:been|gone|turned)|\bi (?:eat|went|go|turned|became|follow"
    rf"|identify as)|\bbeen|\bwent|\bbecame|\bturned|\bme:?|\bas|\bbeing|\bdiet(?:'s| is|:| ="
    rf"| to)|\bmy|\bset my diet to|\bgone|\beating|\bnow|\bwe|\bi are|\bboth|\bus are"
    rf"|\bstrictly|\bnot|\bstopped being|\bquit being|\bon|^\W*(?:mostly|strictly|fully"
    rf"|basically|mainly|pretty much|almost))\s+"
    r"(?:(?:a|an|been|mostly|strictly|fully|100%|pretty much|basically|also|still|now"
    r"|currently|a strict|eating|just|almost|kind of|kinda|not|no longer|only|very|lifelong"
    r"|strict|long-?time|committed|completely|totally|recently|vegetarian|like|and|really"
    r"|actually|being|both|entirely|mainly|turned|gone|become|becoming|vegan|another|new"
    r"|proud)\s+)*$"
)
_MEAT = re.compile(
    r"\b(?P<none>(?:don'?t|dont|do not|never|no longer|stopped"
    r"|quit) eat(?:ing)? (?:any )?(?:meat|animals?(?! products))(?P<fish>(?: or|,| and"
    r"|/) (?:any )?(?:fish|seafood|poultry and fish))?|no meat(?P<fish2>(?: or|,| and"
    r"|/) (?:no )?(?:fish|seafood))?)\b(?P<but>[^.!?]*?\b(?:but|just|only"
    r"|except)\b[^.!?]{0,16}\b(?:fish|seafood)\b)?"
    r"|\b(?P<vegan>(?:don'?t|dont|do not|never) (?:eat|use|consume"
    r"|touch) (?:any )?animal products|no animal products)\b"
    r"|\b(?P<omni>i (?:do |also |still |now )?eat (?:everything|anything|all (?:foods?|things)"
    r"|meat(?! ?(?:less|free|substitute|once|twice))|all sorts)|no (?:dietary|diet"
    r"|food) restrictions|not (?:a )?picky)\b"
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
        if (
            noun
            and not re.match(r"\s*here\b", after[noun.end() :])
            and not re.search(r"\b(?:my|am|i'?m|im|as|a|eat|follow|on)\b", before)
        ):
            continue
        if not own and (re.search(r"\b(?:veg(?:an|etarian)|vegan)s\b", t.s[a:b]) and not clause.hypothetical):
            continue
        negated = bool(
            re.search(
                r"\b(?:not|no longer|stopped being|quit being|isn'?t|used to be)\s+(?:\w+\s+){0,2}$", before
            )
            or re.match(rf"\s*{_NOT_ANY_MORE}", after)
            and "not" in before
        )
        listed = (
            re.search(r"(?:\d|\bkg|\blbs?|\bcm|male|female|and|,|&|km|\bi|week)\s*$", before)
            and not clause.question
        )
        if (
            own
            or clause.fragment
            or listed
            or re.match(
                (
                    r"\s*(?:(?:runner|lifter|athlete) here|here|btw|since|for (?:the|\d+|about|over|almost)"
                    r"|now)\b"
                ),
                after,
            )
            or clause.hypothetical
            or speaker(t, a, b) == "other"
            or re.search(r"\bfor (?:a |an )?(?:\w+ )?$", before)
        ):
            if re.search(r"\bnot (?:only|just)\s+$", before):
                negated = False
            yield Hit(
                "diet",
                value,
                None,
                a,
                b,
                negated=negated,
                plain=bool(
                    re.search(r"\b(?:as|being)\s+(?:an?\s+)?(?:\w+\s+)?$", before)
                    and ("as " in before or re.search(r"\bi\b", clause.text))
                ),
            )
    for m in _MEAT.finditer(t.s):
        if m.group("omni"):
            value = "omnivore"
        elif m.group("vegan"):
            value = "vegan"
        else:
            fish = m.group("but") or re.search(
                r"\b(?:eat|only|just)\s+(?:\w+\s+)?(?:fish|seafood)\b",
                t.s[max(0, m.start() - 40) : m.start()],
            )
            value = "pescatarian" if fish and not (m.group("fish") or m.group("fish2")) else "vegetarian"
        yield Hit("diet", value, None, m.start(), m.end())


_FOOD_CUE = re.compile(
    r"(?P<open>\b(?:(?:i'?m |am |badly |very |severely |deathly |also )*allergic to"
    r"|intolerant (?:to|of)|intolerance (?:to|of)|allerg(?:y|ies) (?:to|:|are|is)|sensitive to"
    r"|allergies:?|food allergies)\s+)"
    r"|(?P<eat>\b(?:don'?t|dont|do not|can'?t|cant|cannot|can not|won'?t|wont|never"
    r"|not allowed to|refuse to|stopped|quit|shouldn'?t|unable to)\s+(?:really\s+|usually\s+"
    r"|ever\s+)?(?:eat(?:ing)?|have|do|drink(?:ing)?|tolerate|digest|touch|stomach|consume"
    r"|handle|stand|like)\s+)"
    r"|(?P<hate>\b(?:hate|hates|dislike|dislikes|detest|loathe|avoid|avoids|avoiding"
    r"|not a (?:big )?fan of|not into|cut out|cutting out|gave up|stay away from"
    r"|steer clear of|without|free from|free of|no|not|exclude|skip|can'?t with|react to"
    r"|don'?t give me|add|put)\s+)"
)
_OPEN_STOP = re.compile(
    r"[.!?;\n(]|\b(?:but|because|so|since|which|that|what|how|when|if|is|are|i|i'm|im|my"
    r"|please|btw|do|does|should|can|any ?more|anymore|also|though|who|vegan|at|after|then"
    r"|before)\b"
)
_FOOD_AFTER = re.compile(r"\s*-?\s*(?P<what>intoleran(?:t|ce)|allerg(?:y|ic|ies)|free\b|sensitiv(?:e|ity))")


def avoid_foods(t: Prepared) -> Iterator[Hit]:
    foods = [e for e in t.entities if e[0] == "FOOD"]
    for m in re.finditer(r"\b(?:halal|kosher|coeliac|celiac)\b", t.s):
        before = t.before(m.start())
        negated = bool(re.search(r"\b(?:not|don'?t eat|no longer)\s+(?:\w+\s+)?$", before))
        if re.match(r"\s+(?:protein|food|options|meat|restaurant)", t.after(m.end())) and not re.search(
            r"\b(?:i|only)\b", before
        ):
            continue
        yield Hit(
            "avoid_foods",
            [m.group() if m.group() in ("halal", "kosher") else "gluten"],
            None,
            m.start(),
            m.end(),
            negated=negated,
        )
    for m in _FOOD_CUE.finditer(t.s):
        stop = _OPEN_STOP.search(t.s, m.end())
        end = min(stop.start() if stop else len(t.s), m.end() + 80)
        before = t.before(m.start())
        cleared = re.search(r"\b(?:not|no longer|never|isn'?t)\s+$", before) or (
            m.group("open") and re.search(r"\bnot\b", m.group())
        )
        listed: list[str] = []
        last = m.end()
        inside = [e for e in foods if m.end() <= e[2] < end]
        if m.group("open"):
            for part in re.split(r"\s*(?:,|/|&|\band\b|\bor\b|\bplus\b|\+)\s*", t.s[m.end() : end]):
                words = [
                    w
                    for w in re.findall(r"[^\W\d_][\w'-]*", part)
                    if w
                    not in (
                        "all",
                        "any",
                        "most",
                        "some",
                        "the",
                        "raw",
                        "really",
                        "kinds",
                        "of",
                        "eating",
                        "food",
                        "foods",
                    )
                ]
                if not words or len(words) > 3:
                    continue
                known = [e for e in inside if t.s[e[2] : e[3]] in part]
                listed.append(known[0][1] if known else " ".join(words))
                last = t.s.index(part, m.end()) + len(part)
        else:
            verb = m.group().strip()
            gap = m.end()
            for e in inside:
                if not re.fullmatch(
                    (
                        r"[\s,/&+]*(?:(?:and|or|any|all|the|eating|no|raw|much|to|eat|cooked|most"
                        r"|kinds|types|of"
                        r"|dairy|other|a lot of)[\s,]+)*"
                    ),
                    t.s[gap : e[2]],
                ):
                    break
                if re.match(
                    r"\s*(?:before|after|every|in the|on (?:rest|long)|at night|too|-?free|enough|powder)\b",
                    t.s[e[3] :],
                ) or (
                    verb in ("no", "not", "add", "put", "skip")
                    and re.match(r"\s+(?:gains?|training)", t.s[e[3] :])
                ):
                    break
                listed.append(e[1])
                last = gap = e[3]
            if not listed or verb == "not" and not re.search(r"\b(?:eat|foods?|but)\b", before):
                continue
            if verb in ("add", "put"):
                if not re.match(
                    r"\s*(?:to|on|in)\s+(?:my\s+)?(?:avoid|dislikes?|allerg|list|foods? (?:i|to))", t.s[last:]
                ):
                    continue
        if listed:
            yield Hit("avoid_foods", sorted(set(listed)), None, m.start(), last, negated=bool(cleared))
    for _, value, a, b in foods:
        m2 = _FOOD_AFTER.match(t.s, b)
        if m2:
            before = t.before(a)
            if (
                m2.group("what") == "free"
                and re.match(
                    r"\s*(?:protein|diet|food|meals?|options|snacks|recipes)?\s*\??$", t.after(m2.end())
                )
                and not re.search(r"\b(?:i|i'?m|im|my|eat|go|went|am|be)\b", before)
                and before.strip()
            ):
                continue
            if re.search(r"\b(?:sugar)\s*$", t.s[a:b]):
                continue
            negated = bool(
                re.search(r"\b(?:not|no|don'?t have|no longer|haven'?t)\s+(?:an?\s+|any\s+)?$", before)
            )
            yield Hit("avoid_foods", [value], None, a, m2.end(), negated=negated)
    for _, value, a, b in foods:
        if m3 := re.match(
            (
                r"\s+(?:makes? me (?:sick|ill|bloated|feel)|(?:doesn'?t|don'?t|does not) (?:agree"
                r"|sit well)|upsets? my|gives? me (?:gas|cramps|stomach|hives)|bothers? me|is off limits)"
            ),
            t.s[b:],
        ):
            yield Hit("avoid_foods", [value], None, a, b + m3.end())
    for m in re.finditer(
        r"\b(?:remove|delete|take|drop)\s+(?P<f>\w+(?: \w+)?)\s+(?:from|off)\s+(?:my|the)\b", t.s
    ):
        known_foods = [e[1] for e in foods if m.start("f") <= e[2] < m.end("f")]
        if known_foods:
            yield Hit("avoid_foods", sorted(known_foods), None, m.start(), m.end(), negated=True)
    for m in re.finditer(r"\b(?:can|i|i'm able to|happy to|fine to) (?:now )?eat ", t.s):
        first = next((e for e in foods if e[2] == m.end()), None)
        if first and re.match(r"\s*(?:again|now|after all|fine)", t.s[first[3] :]):
            yield Hit("avoid_foods", [first[1]], None, m.start(), first[3], negated=True)


_PROTEIN = joined(
    rf"""(?P<high>\bprotein\s+(?:shake\s+)?(?:with|at|in|to|for|on)\s+(?:every|each
          |all(?:\s+my)?|all\s+of\s+my)\s+(?:single\s+)?meals?|\b(?:every|each)\s+meal\s+(?:has|have
          |contains|includes|with)\s+(?:\w+\s+)?protein|\b(?:lots|loads|tons|plenty|a\s+lot
          |heaps)\s+of\s+protein|\b(?:eat|on|follow|have|do)\s+(?:a\s+)?(?:very\s+)?high[\s-]protein
          |\bhit\s+my\s+protein\s+(?:every\s+day|daily)|\bprotein\s+(?:is
          |intake\s+is)\s+(?:already\s+)?(?:very\s+|pretty\s+|really\s+)?high)
       | (?P<low>\b(?:barely|hardly|scarcely|rarely)\s+(?:\w+\s+)?(?:any\s+)?protein
           |\b(?:not\s+(?:much|a\s+lot\s+of|a\s+lot|enough|very\s+much)|very\s+little|little
           |almost\s+no|low\s+on|next\s+to\s+no|low)\s+protein|\b(?:don'?t
           |do\s+not)\s+(?:really\s+)?(?:eat|get|have)\s+(?:much|enough|a\s+lot\s+of|any
           |that\s+much)\s+protein|\bprotein\s+(?:is|intake\s+is|is\s+pretty)\s+(?:pretty\s+
           |quite\s+|very\s+|really\s+|too\s+)?low|\blow\s+protein)
       | (?P<some>\b(?:some|a\s+bit\s+of|moderate|a\s+little|decent)\s+protein
           |\bprotein\s+(?:with|at|in)\s+(?:some|most|one|1|2|a\s+couple\s+of|a\s+few|two|dinner
           |lunch|breakfast)\b|\bprotein\s+(?:shake\s+)?(?:now\s+and\s+then|sometimes
           |once\s+a\s+day|a\s+few\s+times))
       | (?P<g>(?<![\w.])\d{{2,3}}){RANGE}\s*-?\s*(?:g|gr|grams?|gm)s?\s+(?:of\s+)?(?:protein|prot)\b
       | \bprotein\s*(?:is|intake\s+is|:|=|at|about
           |around)\s*{ABOUT}(?P<g2>\d{{2,3}})\s*(?:g|grams?)\b(?!\s*(?:/|per)\s*(?:kg|lb))
       | (?P<gkg>\d(?:[.,]\d{{1,2}})?)\s*(?:g|grams?)\s*(?:of\s+protein\s+)?(?:/
           |per)\s*(?P<per>kg|kilo|lb|pound)"""
)


def protein_habit(t: Prepared, weight: float | None) -> Iterator[Hit]:
    for m in _PROTEIN.finditer(t.s):
        before, clause = t.before(m.start()), t.clause(m.start())
        eats = re.search(
            (
                r"\b(?:eat|eats|eating|get|getting|have|having|take|taking|consume|hit|do|on|average"
                r"|averaging|intake|already|my|i'?m at|sit at|drink|aiming)\b"
            ),
            before + m.group(),
        )
        if (
            re.search(
                (
                    r"\b(?:want|should|need|need to|try\w*|aim\w*|how|enough|is|too much|trying|supposed|goal"
                    r"|target|would|recommend\w*|does|do i|contains?|has|per (?:meal|serving|scoop))\b"
                ),
                before,
            )
            or clause.question
        ):
            continue
        grams = m.group("g") or m.group("g2")
        daily = re.match(r"\s*(?:daily|(?:each|every|a|per|/)\s*day)\b", t.after(m.end()))
        if (grams or m.group("gkg")) and not (eats or clause.fragment or daily):
            continue
        if re.match(
            r"\s*(?:per|a|in one|in a|each|every|at)\s*(?:meal|serving|scoop|sitting|shake)", t.after(m.end())
        ):
            continue
        if grams:
            value = grams_habit(between(grams, m.group(5)) if m.group("g") else number(grams), weight)
        elif m.group("gkg"):
            value = grams_habit(
                number(m.group("gkg")) * (1 if m.group("per").startswith("k") else 2.2046), 1.0
            )
        else:
            value = "high" if m.group("high") else "low" if m.group("low") else "some"
            if m.group("high") and re.search(r"\b(?:don'?t|not|never)\b", before):
                value = "low"
            if not (
                eats
                or clause.fragment
                or speaker(t, m.start(), m.end()) == "self"
                or re.match(r"^\W*(?:barely|hardly|protein|lots|not)", t.s[clause.start : clause.end])
            ):
                continue
        yield Hit("protein_habit", value, None, m.start(), m.end())


def grams_habit(grams: float, weight: float | None) -> str:
    """The habit that so many grams a day make; without a weight in kg, "some"."""
    if weight is None:
        return "some"
    per_kg = grams / weight
    return "low" if per_kg < 1.2 else "some" if per_kg < 1.6 else "high"


# --- health ---------------------------------------------------------------------------------------

_HAS = re.compile(
    rf"(?:{IM}|\bi'?ve|\bi (?:have|had|got|suffer|live|do have|was|also|only|was born|just"
    rf"|recently|tore|broke|am|still)|\bhave|\bhas|\bgot|\bmy|\bdiagnosed|\bsuffer(?:ing)?"
    rf"|\bliving|\brecovering|\brecovery from|\bhistory of|\bhad|\bwith (?:my|a|an|bad|type)"
    rf"|\b(?:he|she)(?:'s| is)|\bas a|\btore|\bnursing|\brehabbing|\breturning from"
    rf"|\bcoming back from|\bdealing with|\bborn with|\bstill|\bwife is|\bbeing|\bis"
    rf"|\bcurrently|\bnot|\bno longer|\bno|\bgetting over)\b"
)
_WORRY = re.compile(
    r"\b(?:avoid\w*|prevent\w*|risk\w*|worr\w+|scared|afraid|fear|without (?:getting|an?)"
    r"|get(?:ting)? (?:injured|an injury|hurt|shin splints)|cause\w*|lead to|gives? (?:you|me)"
    r"|signs? of|bad for|good for|reduce|chance|prone|free|proof|might|could be|what is"
    r"|family history|runs in|if|is it|develop|against|worse|so i don'?t|don'?t want|do i have"
    r"|research|cure|fight|raise|lower|help with|related|common|increase)\b"
)
_OVER = re.compile(
    r"\b(?:any ?more|anymore|no longer|not any|healed|recovered|cleared|all good|all fine"
    r"|fine now|over it|is gone|gone now|ok now|okay now|better now|cured|in remission"
    r"|pain[- ]free now|fully fit)\b"
)
# Few words may stand between: "not managing my diabetes" doesn't clear a flag.
_DENIED = re.compile(
    r"\b(?:not|no|never|don'?t|dont|do not|haven'?t|isn'?t|ain'?t|without|wasn'?t|didn'?t|no longer)\s+"
    r"(?:(?:really|actually|currently|also|known|major|serious|chronic|have|had|got|even|yet|been|diagnosed|with|from"
    r"|suffer(?:ing)?|an?|any|the|longer|current|other|think i|believe i"
    r"|eating|heart|kidney|knee|back|type|diabetes"
    r"|diabetic|pregnant|injury|injuries|injured|asthma|issues|problems?|disease|disorders?|conditions?|and|or|nor)"
    r"[\s,]+)*$"
)
_PAST_BIRTH = re.compile(
    r"\byears? (?:ago|back)\b|\blast year\b|\bin (?:19|20)\d\d\b|\b(?:was|used to|when i was)\b"
)
_PAST_INJURY = re.compile(
    r"\b(?:used to|ago|last (?:year|month|summer|winter|season)|years back|as a (?:kid|child|teen)"
    r"|in (?:19|20)\d\d|was|in college|in high school|previously|back then)\b"
)
# A pregnancy or a birth told by its weeks alone.
_WEEKS = re.compile(
    r"\b(?:i'?m|i am) (?:about |around |only |nearly |now |already )?(?:[4-9]|[1-3]\d|4[0-2])(?:\s?\+\s?[0-6])? ?(?:weeks?|wks?)"
    r"(?: along| gone| today| now)?(?= ?(?:[,.?!]|$)| (?:can|should|is it|am i|still)\b)"
    r"|\b\d{1,2} ?(?:weeks?|wks?|months?|mo) pp\b"
    r"|\b(?:i'?m|i am) expecting(?= ?(?:[,.?!]|$)| (?:and|in|this|next|can|again)\b)"
)
_LASTING = frozenset(("kidney", "heart", "diabetes", "eating", "other"))


def health_flags(t: Prepared) -> Iterator[Hit]:
    for label, value, a, b in t.entities:
        if label != "CONDITION":
            continue
        before, after = t.before(a), t.after(b)
        clause = t.clause(a)
        text = t.s[a:b]
        if text in ("type 1", "type one", "type 2", "type two") and re.match(
            r"\s*(?:fib|muscle|error|training)", after
        ):
            continue
        if (
            text in ("kidney", "kidneys", "renal")
            and re.match(r"\s*(?:beans?|function|health)?\b", after)
            and not re.search(
                rf"\b(?:{IM[2:]}|have|my|bad|weak|1|one|got|lost|donated|removed|damaged)\b", before + after
            )
        ):
            continue
        if re.match(
            (
                r"\s*(?:beans?|prevention|risk|rates?|free|prone|proof|-free|-proof|screen\w*"
                r"|rehab exercises)\b"
            ),
            after,
        ):
            continue
        own_verb = re.match(
            (
                r"(?:tore|broke|pulled|twisted|rolled|hurt|sprained|just had|had (?:a|the|my|our) baby"
                r"|had twins|gave birth"
                r"|ruptured)"
            ),
            text,
        )
        possessive = re.search(r"\bmy\s+(?:\w+\s+){0,2}$", before) or own_verb and "my" in text
        has = (
            _HAS.search(before)
            or own_verb
            or re.match(r"\s*(?:here|mom|mum|patient|survivor)\b", after)
            or clause.fragment
            or not before.strip()
            and re.match(
                r"\s*(?:in (?:my|the)|on (?:a|my|the) pump|,|$|and|[,.]|since|\d|for|at the moment|right now|currently|now)", after
            )
        )
        lead = re.sub(r"\bas if\b", "", before)
        if _WORRY.search(lead) and not possessive and not clause.hypothetical:
            continue
        weeks = re.search(r"\d+\s*(?:weeks?|wks?|months?|mo)\s+$", before)
        if not (has or weeks or clause.hypothetical or speaker(t, a, b) == "other"):
            if not re.search(r"\b(?:with|while|during|when)\s+(?:an?\s+)?(?:\w+\s+)?$", before):
                continue
        if (
            clause.question
            and not possessive
            and not (has or weeks or re.search(r"\b(?:with|while|as)\b", before))
        ):
            continue
        negated = bool(_DENIED.search(before))
        gone = _OVER.search(t.s[b : b + 60])
        past = (_PAST_BIRTH if value == "pregnancy" else _PAST_INJURY).search(clause.text)
        if gone and (
            value in ("injury", "pregnancy", "other") or re.match(r"[^.!?]{0,20}\bany ?more", t.s[b:])
        ):
            negated = True
        elif past and value in ("injury", "pregnancy"):
            if not re.search(r"\b(?:still|recovering|have|since)\b", clause.text):
                continue
        yield Hit(
            "health_flags",
            [value],
            None,
            a,
            b,
            negated=negated,
            anywhen=value in _LASTING or value in ("injury", "pregnancy"),
            plain=bool(possessive),
        )
    for m in _WEEKS.finditer(t.s):
        yield Hit("health_flags", ["pregnancy"], None, m.start(), m.end(), anywhen=True)
    for m in re.finditer(
        (
            r"\bno\s+(?:known\s+|major\s+|real\s+|current\s+)*(?:health|medical)?\s*(?:issues|problems"
            r"|conditions|concerns|stuff)\b(?!\s+(?:with|running|lifting|doing))|\bperfectly healthy\b"
            r"|\bnothing (?:medical|wrong)\b"
        ),
        t.s,
    ):
        if "health" in m.group() or "medic" in m.group() or "condition" in m.group():
            yield Hit("health_flags", [], None, m.start(), m.end())

"""A message prepared for reading facts: numbers as digits, unit typos repaired, clauses with their frame.

`Prepared.s` is a lower-case copy of the message in which number words are digits; every character knows the
span of the original it stands for, so that a match can be given back as a span of what the person typed.
"""

from __future__ import annotations

import bisect
import functools
import re
from dataclasses import dataclass, field

from spacy.tokens import Doc
from text_to_num import text2num

from nlu.facts_lexicon import PERSON, RELATIVES

MAX_CHARS = 3000  # Nobody tells facts after this many characters; it bounds the time a message can take.

_CHARS = {
    "’": "'",
    "‘": "'",
    "`": "'",
    "´": "'",
    "′": "'",
    "“": '"',
    "”": '"',
    "″": '"',
    "–": "-",
    "—": "-",
    "−": "-",
}

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = {w: 10 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_TENS |= {"fourty": 40, "ninty": 90, "fivety": 50}
_NUMBERS = {w: i for i, w in enumerate(_SMALL)} | _TENS | {"hundred": 100}
_ORDINALS = {
    w: i
    for i, w in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
} | {"thirtieth": 30}
MONTHS = {
    m: i
    for i, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        1,
    )
    for m in names.split()
}  # fmt: skip

_UNIT_WORDS = (
    "kilos kilograms pounds stones inches minutes hours weeks months years miles kilometers kilometres"
).split()
_NOT_TYPOS = frozenset(
    "males stores store moles mules smiles inches stoned yours weekly monthly hourly mile "
    "minute hour week month year "
    "kilo kilogram pound stone inch kilometer kilometre hour's poundage".split()
)


def joined(pattern: str) -> re.Pattern[str]:
    """Compile a pattern written over several lines; unlike in a verbose one, spaces inside a line count."""
    return re.compile("".join(re.sub(r"^\|\s+", "|", line.strip()) for line in pattern.splitlines()))


def numbered(pattern: str, n: int) -> str:
    """The pattern with `n` added to its groups' names, so that it can occur several times in a larger one."""
    return re.sub(r"<([a-z]+)>", rf"<\g<1>{n}>", pattern)


def _one_edit(a: str, b: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours turns `a` into `b`."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return a == b
    i = 0
    while i < min(len(a), len(b)) and a[i] == b[i]:
        i += 1
    rest = (a[i + 1 :], b[i:]), (a[i:], b[i + 1 :]), (a[i + 1 :], b[i + 1 :])
    swapped = a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]
    return swapped or any(x == y for x, y in rest)


@functools.lru_cache(maxsize=4096)
def _unit(word: str) -> str:
    """`word` with a typo in a unit repaired ("poundz", "mintues")."""
    if len(word) < 4 or word in _NOT_TYPOS or word in _UNIT_WORDS:
        return word
    return next((u for u in _UNIT_WORDS if u[0] == word[0] and _one_edit(word, u)), word)


def _value(words: list[str]) -> int | None:
    """The number that the words spell, or None."""
    if len(words) == 1:
        return _NUMBERS[words[0]]
    if words[0] in ("one", "two") and words[1] in _NUMBERS and 10 <= _NUMBERS[words[1]] < 100:
        rest = _value(words[1:])  # "one seventy", "one sixty five"
        return None if rest is None or rest >= 100 else 100 * _NUMBERS[words[0]] + rest
    words = [w for w in words if w != "and"]
    try:
        return int(text2num(" ".join(words).replace("fourty", "forty").replace("ninty", "ninety"), "en"))
    except ValueError:
        return None


def _plain(text: str) -> str:
    text = "".join(_CHARS.get(c, c) for c in text)
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


@dataclass(frozen=True)
class Clause:
    """A stretch of the message with one frame of speech."""

    start: int
    end: int
    text: str
    question: bool
    hypothetical: bool
    fragment: bool
    hard: bool  # a sentence starts here
    joined: bool  # follows the clause before with "and" or "or"


@dataclass
class Prepared:
    """The message as the rules read it. Positions are those of `s`."""

    original: str
    s: str
    starts: list[int]
    ends: list[int]
    entities: list[tuple[str, str, int, int]]  # label, id, start, end
    clauses: list[Clause] = field(default_factory=list)

    def span(self, a: int, b: int) -> tuple[int, int]:
        """The span of the original for `s[a:b]`, without spaces at its ends."""
        start, end = self.starts[a], self.ends[b - 1]
        part = self.original[start:end]
        start += len(part) - len(part.lstrip())
        return start, max(start + 1, end - (len(part) - len(part.rstrip())))

    def clause_index(self, position: int) -> int:
        """The index of the clause in which `position` lies."""
        return max(0, bisect.bisect_right([c.start for c in self.clauses], position) - 1)

    def clause(self, position: int) -> Clause:
        """The clause in which `position` lies."""
        return self.clauses[self.clause_index(position)]

    def before(self, position: int) -> str:
        """The part of the clause before `position`."""
        return self.s[self.clause(position).start : position]

    def after(self, position: int) -> str:
        """The part of the clause after `position`."""
        return self.s[position : max(self.clause(position - 1).end, position)]


def _normalise(doc: Doc) -> Prepared:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    token_at: dict[int, int] = {}  # token index -> position in s
    length = 0

    def put(text: str, start: int, end: int, whole: bool) -> None:
        nonlocal length
        pieces.append(text)
        length += len(text)
        for k in range(len(text)):
            starts.append(start if whole else start + k)
            ends.append(end if whole else start + k + 1)

    tokens = list(doc)
    while tokens and tokens[-1].idx >= MAX_CHARS:
        tokens.pop()
    words = [_plain(t.text) for t in tokens]
    i, n = 0, len(tokens)
    while i < n:
        j, text = i + 1, words[i]
        if text in _NUMBERS or (text in ("a", "half") and i + 1 < n and words[i + 1] == "hundred"):
            j, text = _number(words, i)
        elif text == "couple" or (text == "a" and i + 1 < n and words[i + 1] == "couple"):
            j = i + 1 if text == "couple" else i + 2
            j, text = (j + 1 if j < n and words[j] == "of" else j), "2"
        elif text in ("twice", "thrice"):
            text = "2 times" if text == "twice" else "3 times"
        elif (
            text == "once"
            and i + 1 < n
            and words[i + 1] in ("a", "per", "every", "each", "weekly", "/", "or")
        ):
            text = "1 times"
        elif text in _ORDINALS and _near_month(words, i):
            text = f"{_ORDINALS[text]}th"
        elif i and (words[i - 1] in _NUMBERS or words[i - 1][:1].isdigit()):
            text = _unit(text)
        last = tokens[j - 1]
        for k in range(i, j):
            token_at[k] = length
        unchanged = j == i + 1 and text == words[i]
        put(text, tokens[i].idx, last.idx + len(last.text), not unchanged)
        end = last.idx + len(last.text)
        if last.whitespace_:
            put(" ", end, end + 1, False)
        i = j
    s = "".join(pieces)
    entities = []
    for ent in doc.ents:
        if ent.end <= n:
            stop = token_at.get(ent.end, length)
            a = token_at[ent.start]
            b = a + len(s[a:stop].rstrip())
            entities.append((ent.label_, ent.ent_id_, a, b))
    return Prepared(doc.text, s, starts, ends, entities)


def _near_month(words: list[str], i: int) -> bool:
    return any(w in MONTHS for w in words[max(0, i - 2) : i + 3])


def _number(words: list[str], i: int) -> tuple[int, str]:
    """Read a number in words at `i`: the index behind it, and its digits."""
    first = 1 if words[i] == "a" else 0
    j = i + first
    run: list[str] = []
    best: tuple[int, str] = (i + 1, words[i])
    while j < len(words) and len(run) < 6:
        if words[j] in _NUMBERS:
            run.append(words[j])
            value = _value(run)
            # "five six" is two numbers; "twenty-five" one.
            if value is None:
                break
            best = (j + 1, str(value))
            j += 1
        elif (
            run
            and words[j] == "-"
            and j + 1 < len(words)
            and run[-1] in _TENS
            and words[j + 1] in _SMALL[1:10]
        ):
            j += 1
        elif (
            run
            and words[j] == "and"
            and run[-1] == "hundred"
            and j + 1 < len(words)
            and words[j + 1] in _NUMBERS
        ):
            j += 1
        else:
            break
    j, text = best
    if j + 1 < len(words) and words[j] in ("point", "comma") and text.isdigit():
        tail = words[j + 1]
        if tail in _SMALL[:10] or tail.isdigit():
            return j + 2, f"{text}.{_NUMBERS.get(tail, tail)}"
    return j, text


# --- clauses --------------------------------------------------------------------------------------

_ASKS = (
    r"(?:how (?:much|many|often|long|do|should|far|fast|to|can|would|about|hard|soon|big)"
    r"|what (?:should|is|are|do|can|would|about"
    r"|kind|if)|what'?s|should i|can i|could i|do i|is (?:it|that|this|there)|will (?:i|it"
    r"|that|running|lifting)|am i|why (?:do|am|is)"
    r"|when should|which)"
)
_SPLIT = joined(
    rf"""(?P<hard>[.!?;\n]+(?=\s|$)|[!?;\n]+)
       | (?P<soft>,(?!\d)|,(?=\d{{3,}})|\s-+\s|[()|•]|\.{{2,}}|…
           |\b(?:but|because|cause|cuz|coz|though|although|while|whereas|however
               |since(?=\s+(?:i|im|i'm|he|she)\b)|so(?=\s+(?:i\b|i'm|im\b|my\b|what|how|should
               |can|is))
             |(?:now|given|considering)\s+that)\b)
       | (?P<and>\b(?:and|or|&|plus|then)(?=\s+(?:i|i'm|im|i've|ive|i'd|my|we|he|he's|she
           |she's|they|his|her|their|me|not|if|when|{_ASKS})(?:\s|$)))
       | (?P<ask>(?<=\s)(?={_ASKS}\b))"""
)
_BACK_TO_SELF = re.compile(
    r"(?<!\bif)(?<!\bwhen)(?<!\blike)(?<!\bthat)(?<!\bonce)(?<!\buntil)(?<!\bwhether)(?<!\bsay)(?<!\bwhere)(?<!\bwhat)(?<!\bhow)"
    r"(?<!\bthan)(?<!\bunless)(?<!\bthough)(?<!\band)(?<!\bor)(?<!\bbefore)(?<!\bafter)(?<!\bthink)(?<!\bknow)(?<!\bare)(?<!\bdo)"
    r"(?<!\bassuming)(?<!\bbelieve)(?<!\bas)(?<!\bthe)(?<!\bmuch)(?<!\bprotein)(?<!\bcalories)(?<!\btill)(?<!\bmeans)\s(?=(?:i'm"
    r"|im|i am|i weigh|my (?:weight|age|height))\b)"
)
_LEAD = (
    r"^\W*(?:(?:and|so|ok|okay|hey|hi|hello|hiya|well|but|coach|also|then|or|um|uh|hmm|now|btw"
    r"|yo|please|quick question|question"
    r"|just wondering|wondering|curious|tell me|i wonder|wonder if|any idea)\b\W*)*"
)
_QUESTION = re.compile(
    _LEAD + r"(?:is|are|am|(?:do|did)(?=\s+(?:i|you|u|we|they|he|she|it|my|your|the|these|those|people"
    r"|men|women|runners|lifters|vegans|athletes|most|any|all|both|older|younger|beginners)\b)"
    r"|does|should|shud|(?:can|could)(?!\s+(?:do|only|train|make|manage|run|lift|probably"
    r"|maybe|usually)\b)|would|will|may|might|shall|how|hows|how's|what|whats|what's|why"
    r"|when|which|where|who|whose|isn't|isnt|aren't|doesn't|won't|wouldn't|shouldn't|shouldnt"
    r"|was|were|has|have i|wut|wat"
    r"|any (?:tips|advice|chance|idea|reason|good|benefit|harm|way|point))\b(?!'t)"
)
_REQUEST = re.compile(
    _LEAD + r"(?:can|could|would|will) (?:you|u|we|ya) (?:please |pls |maybe |just )*(?:set|change"
    r"|update|make|switch|use|put|note"
    r"|remember|give|show|build|plan|write|create|do|save|add|call|correct|fix|stop|start)\b"
)
_HYPOTHETICAL = re.compile(
    r"\b(?:if (?!(?:it|that|this|you|u)\b)|what if|suppose|supposing|imagine|let'?s say"
    r"|(?<!not )(?<!to )say (?:i|i'm|im|my)\b|assuming|assume"
    r"|pretend|hypothetical|hypothetically|unless|in case|whether|i were|i wish|wish i"
    r"|what about|how about|what abt|when i'?m"
    r"|when i (?:turn|hit|get|reach)|once i|by the time|until i|till i|as soon as"
    r"|thinking (?:of|about)|considering|might (?:go|become|try|be)|maybe i(?:'ll| will"
    r"| should)"
    r"|planning (?:to go|on going)|tempted|would (?:it|that|being|going)|if you (?:weigh|run"
    r"|lift|are|eat|sleep|train)|is it true"
    r"|heard|read that|they say|people say|apparently|supposed to|should i|ought to|someday"
    r"|one day|hope to be|hoping to be)\b"
    r"|\b(?:if it'?s|if its)\s+(?:a|an|for)\b|\bif you'?re\b"
)
_NOT_HYPOTHETICAL = re.compile(
    r"\bif (?:it helps|that helps|that matters|it matters|you must know|you'?re wondering"
    r"|you need|possible|you want|that'?s ok)\b|\bconsidering (?:i|that)\b|\bheard of\b"
)
FRAGMENT_WORDS = frozenset(
    (
        "hi hey hello hiya ok okay k yes yeah yep yup sure so well um uh hmm about around abt "
        "roughly approx approximately currently "
        "now at just only like maybe probably i think guess would say it's its it is that's that "
        "be btw here and a an im i'm am my me we "
        "weight height age aged old year years yr yrs yo y o tall male female man woman guy m f "
        "actually sorry no not nope more or less ish "
        "exactly almost nearly right today lol haha please pls thanks thx ya vegan vegetarian "
        "pescatarian omnivore kg kgs kilo kilos "
        "kilogram kilograms lb lbs pounds pound stone stones st cm cms ft foot feet in inch "
        "inches meter meters metre metres heavy body "
        "bodyweight bw of to the wrong should last the correct edit should've meant mean make "
        "change set update dude girl lady gal "
        "typo athlete runner lifter sex gender name stats facts profile info beginner hybrid x "
        "kilogramme current currently "
        "half day days week session sessions min mins minutes hour hours h hr hrs km k mile miles"
    ).split()
)
_WORD = re.compile(r"[a-z][a-z']*")


def is_fragment(text: str) -> bool:
    """Whether the text holds only numbers, units and filler: "82 kg", "male, 178cm", "about 80 i guess"."""
    return all(w in FRAGMENT_WORDS for w in _WORD.findall(text))


def _cut(s: str) -> list[tuple[int, int, str]]:
    """Clause bounds with the kind of the cut that opens each."""
    cuts: list[tuple[int, int, str]] = [(0, 0, "hard")]
    for m in _SPLIT.finditer(s):
        kind = m.lastgroup or "soft"
        # "how about", "so what" at the very start need no cut; a conjunction stays out of the clause text.
        since = s[cuts[-1][1] : m.start()]
        if kind in ("ask", "and") and not since.strip() or kind == "ask" and _QUESTION.match(since):
            continue
        cuts.append((m.start(), m.end(), kind))
    out: list[tuple[int, int, str]] = []
    for k, (_, end, kind) in enumerate(cuts):
        stop = cuts[k + 1][0] if k + 1 < len(cuts) else len(s)
        if (
            kind == "ask"
            and out
            and re.search(
                r"\b(?:know|wonder|wondering|me|unsure|sure|tell|idea|figure out|and|just)\s*$",
                s[out[-1][0] : end],
            )
        ):
            out[-1] = (out[-1][0], stop, out[-1][2])  # "not sure how much": one clause
            continue
        part = s[end:stop]
        if (
            (_QUESTION.match(part) and not _REQUEST.match(part))
            and (back := _BACK_TO_SELF.search(part))
            and back.start() > 8
        ):
            out.append((end, end + back.start(), kind))
            out.append((end + back.end(), stop, "back"))
        else:
            out.append((end, stop, kind))
    return [c for c in out if s[c[0] : c[1]].strip()] or [(0, len(s), "hard")]


def _clauses(s: str) -> list[Clause]:
    bounds = _cut(s)
    out: list[Clause] = []
    for k, (start, end, kind) in enumerate(bounds):
        text = s[start:end]
        hard = (
            kind == "hard"
            or (k > 0 and "\n" in s[bounds[k - 1][1] : start])
            or bool(k > 0 and re.search(r"[.!?;]\s*$", s[bounds[k - 1][1] : start].rstrip("and ") or ""))
        )
        joined = kind == "and"
        mark = s[end : end + 3].lstrip()[:1] == "?"
        request = bool(_REQUEST.match(text))
        fragment = is_fragment(text)
        own = bool(_SELF_START.search(text))
        question = bool(_QUESTION.match(text)) and not request
        if mark and not question and not request:
            question = not own
        hypothetical = bool(_HYPOTHETICAL.search(_NOT_HYPOTHETICAL.sub(" ", text)))
        if out and not hard:
            last = out[-1]
            # A tail without a subject of its own, or joined with "and", speaks in the frame before it.
            if kind != "back" and kind != "ask" and (joined or not own):
                hypothetical = (
                    hypothetical or (last.hypothetical and not fragment) or (last.hypothetical and joined)
                )
                question = question or (last.question and joined and not own)
        out.append(Clause(start, end, text, question, hypothetical, fragment, hard, joined))
    return out


_SELF_START = re.compile(r"\b(?:i|i'm|im|i've|ive|i'd|my|mine|me)\b")

# --- who is spoken of -----------------------------------------------------------------------------

_SUBJECT = joined(
    rf"""(?P<both>\bas\s+(?:someone|somebody|a\s+person)\s+who(?:'s|\s+is)?\b
          |\bmy\s+(?:\w+\s+){{0,2}}?{RELATIVES}\s+and\s+(?:i|me)\b|\b(?:me|i
          |both)\s+and\s+my\s+(?:\w+\s+)?{RELATIVES}\b)
       | (?P<kin>\bmy\s+(?:[\w-]+\s+){{0,3}}?{RELATIVES}(?:'s)?\b)
       | (?P<other>\b(?:he|she|they|him|her|his|their|them|hers|someone|somebody|anyone
           |anybody|everyone|everybody|nobody|people|folks|others|others')(?:'s|'re|'d|'ll
           |'ve)?\b
           |\b(?:hes|shes|theyre|whos)\b|\bwho(?:'s|\s+is|\s+are|\s+weighs)?\b
           |\b{RELATIVES}\s+of\s+mine\b
               |(?<!\d\s)(?<!my\s)(?<!long\s)(?<!easy\s)(?<!hard\s)\bruns\s+(?:about\s+
               |around\s+|like\s+|only\s+|over\s+)*\d|(?<!\d\s)\b(?:weighs|lifts|sleeps|eats
               |wants\s+to)\b
           |\b(?:are|do|does|did)\s+you\b|\byou(?:'re|\s+are|\s+weigh|\s+run|\s+eat|\s+sleep|\s+have)\b
           |\b(?:athletes|runners|lifters|kids|bodybuilders|experts|doctors|adults|teens
               |teenagers|marathoners|beginners|pros|women|men|vegans|powerlifters)\s+(?:who
               |should|need|sleep|run|lift|eat|get|weigh|train|are|have|do|can|usually|often
               |typically)\b
           |\b(?:for|in|by|of|with)\s+(?:vegans|vegetarians|women|men|runners|lifters
               |beginners|diabetics|older\s+\w+|other\s+\w+)\b)
       | (?P<person>\b(?:a|an|any|some|most|another|this|that|the|for|older|younger|other
           |average|typical|many)\s+(?:[\w.,'/"-]+[\s-]+){{0,5}}?{PERSON}\b
           |\b(?:women|men|vegans|vegetarians|runners|lifters|diabetics|\d+\s*(?:-
               |\s)\s*year(?:-|\s)olds)\b)
       | (?P<self>\b(?:i|i'm|im|i've|ive|i'd|i'll|id|me|my|(?<!of\s)mine|myself|we|we're|our|us)\b)"""
)
_CALLS_ONESELF = re.compile(
    r"(?:\b(?:i'?m|i am|i'm|im|as|being|me|just|i was|me:|we'?re|hi|hey|hello|still|only"
    r"|really|basically|kinda|currently|also|of|identify as|type of|not)\s*,?\s*|^\s*)$"
)


def speaker(t: Prepared, a: int, b: int) -> str:
    """Of whom the span speaks: "self", "other", or "none" when nobody is named in its sentence before it."""
    i = t.clause_index(a)
    while True:
        clause = t.clauses[i]
        found = "none"
        for m in _SUBJECT.finditer(t.s, clause.start, clause.end):
            kind = m.lastgroup
            if m.start() >= b and (found != "none" or kind in ("self", "both", "person")):
                break
            if m.start() > a and kind == "self":
                continue
            if kind == "person":
                lead = t.s[clause.start : m.start()]
                if m.group().startswith(("the ", "this ", "that ")) and m.end() < a:
                    continue
                calls = _CALLS_ONESELF.search(lead) and not m.group().startswith(
                    ("for ", "some ", "most ", "any ")
                )
                if m.start() <= a or m.end() >= b:
                    found = "self" if calls and (lead.strip() or clause.fragment) else "other"
                continue
            found = "self" if kind in ("self", "both") else "other"
        if found != "none":
            return found
        if clause.hard or i == 0:
            return "none"
        i -= 1


def asks_of_self(t: Prepared, tells: bool) -> bool:
    """Whether the message's last question is about the person; `tells` says that the message holds facts of their own."""
    asked = next((c for c in reversed(t.clauses) if c.question), None)
    if asked is None:
        return False
    named = [m.lastgroup for m in _SUBJECT.finditer(t.s, asked.start, asked.end) if not re.search(r"\byou\b", m.group())]
    return all(kind in ("self", "both") for kind in named) if named else tells


def prepare(doc: Doc) -> Prepared:
    """The message of `doc`, ready for the rules."""
    t = _normalise(doc)
    t.clauses = _clauses(t.s)
    return t

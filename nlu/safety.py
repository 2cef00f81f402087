"""Finds safety cues in a message with written rules, whatever the topic model thinks.

The rules are data (`safety_rules.yml`). A message is normalised (spelling, contractions, emoji), idioms are
taken out, and each rule's patterns are searched sentence by sentence. A find is dropped when it is negated
("no chest pain"), when it overlaps an `unless` phrase of the rule, when a `near` phrase stands in the sentence or an
`anywhere` phrase in the message, or, for some rules, when it lies years back. Words that alarm only for some ("shaky" after a lift)
belong to rules that count when a `given` phrase stands in the message, or when one of `known` is known of the person who writes.

Pattern language, elements divided by blanks: `word`, `a|b`, `in_bed` (two words as one alternative), `pain*` (any ending), `?word` (may be missing),
`~3` (up to three other words of the sentence), `<slot>` (a named list of words or patterns), `<N>` a number,
`<T>` a number for a time span, `<WEIGHT>` and `<SPAN>` their units, `^` and `$` the edges of the sentence.
"""

from __future__ import annotations

import re
import threading
import time
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from knowledge.files import read_yaml

ROOM = Path(__file__).parent
RULES_FILE = ROOM / "safety_rules.yml"
# Who is answered first when a message holds several cues.
TOPICS = (
    "crisis",
    "urgent_symptoms",
    "disordered_eating",
    "pregnancy",
    "medical_condition",
    "performance_drugs",
    "pain_or_injury",
)
# What may be told of the person who writes: health points on file, a weight that is low for their height, and what the last reply was about.
KNOWN = frozenset(("pregnancy", "diabetes", "underweight", "after_crisis"))
LONGEST_READ = 6000  # characters; a cue beyond this stays unseen, so that a huge paste costs little
NEGATION_REACH = 4  # words before a find in which "no", "not", "never" or "without" undo it

_NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "hundred": 100,
}  # fmt: skip
_NUMBER = r"\d+(?:[.,]\d+)?|" + "|".join(_NUMBER_WORDS)
_WEIGHT_KG = {"kg": 1.0, "kgs": 1.0, "kilo": 1.0, "kilos": 1.0, "kilogram": 1.0, "kilograms": 1.0, "lb": 0.4536, "lbs": 0.4536,
              "pound": 0.4536, "pounds": 0.4536, "stone": 6.35, "st": 6.35}  # fmt: skip
_SPAN_DAYS = {"hour": 1 / 24, "hours": 1 / 24, "hr": 1 / 24, "hrs": 1 / 24, "h": 1 / 24, "day": 1.0, "days": 1.0, "week": 7.0, "weeks": 7.0,
              "wk": 7.0, "wks": 7.0, "weekend": 3.0, "month": 30.4, "months": 30.4, "year": 365.0, "years": 365.0}  # fmt: skip
_SPECIAL = {
    "<N>": rf"(?P<n>{_NUMBER}) ",
    "<T>": rf"(?P<t>{_NUMBER}) ",
    "<WEIGHT>": rf"(?P<weight>{'|'.join(_WEIGHT_KG)}) ",
    "<SPAN>": rf"(?P<span>{'|'.join(_SPAN_DAYS)}) ",
    "^": r"(?<=\A )",
    "$": r"(?=\Z)",
}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f"))
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[a-z][a-z0-9]*(?:'[a-z]+)?|[.!?;\n,()]")
_REPEAT = re.compile(r"([a-z])\1{2,}")
_LONGEST_KEY = 8  # characters of a beginning that is looked up, with its "*"


@dataclass(frozen=True)
class SafetyCue:
    """One find: the topic that answers it, the trigger that picks its words, and where it stood.

    `text` is the normalised piece that matched; `about_self` is False when it speaks of someone else.
    """

    topic: str
    trigger: str
    rule: str
    text: str
    confidence: float
    emergency: bool
    about_self: bool
    hint: bool = False  # found by words that can be harmless: counts where the intent model sees something too
    calm: bool = False  # a worry that words can settle: answered when nothing else alarms
    known: bool = False  # counts only because of what is known of the person: the message alone says too little


@dataclass(frozen=True)
class Pattern:
    """A pattern, compiled when a sentence first needs it: most of them never are, and all together take seconds.

    Each of `anchors` must share a key with the sentence (`_keys`); that is checked first, being cheap.
    """

    source: str
    anchors: tuple[frozenset[str], ...]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.source)

    def finds(self, sentence: str, keys: frozenset[str]) -> Iterator[re.Match[str]]:
        """Every place of the pattern in a sentence whose keys are given."""
        if any(anchor.isdisjoint(keys) for anchor in self.anchors):
            return iter(())
        return self.regex.finditer(sentence)

    def within(self, sentence: str, keys: frozenset[str]) -> bool:
        """Whether the pattern is in a sentence whose keys are given."""
        return next(self.finds(sentence, keys), None) is not None


class _Index:
    """Finds the few patterns of a long list that can be in a sentence: those whose rarest anchor shares a key with it."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._by_key: dict[str, list[int]] = {}
        self._always = [n for n, p in enumerate(patterns) if not p.anchors]
        for n, pattern in enumerate(patterns):
            for key in min(pattern.anchors, key=len, default=()):
                self._by_key.setdefault(key, []).append(n)

    def candidates(self, keys: frozenset[str]) -> list[int]:
        """Positions in the list, in its order."""
        return sorted({n for key in keys for n in self._by_key.get(key, ())}.union(self._always))


@dataclass(frozen=True)
class Rule:
    """A compiled rule with the examples that document and test it."""

    id: str
    topic: str
    trigger: str
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    near: tuple[Pattern, ...]
    anywhere: tuple[Pattern, ...]
    given: tuple[Pattern, ...]
    known: frozenset[str]
    catches: tuple[str, ...]
    spares: tuple[str, ...]
    emergency: bool = False
    hint: bool = False
    calm: bool = False
    confidence: float = 0.95
    negatable: bool = True
    past_is_fine: bool = False
    measure: str | None = None
    limit: float = 0.0


class SafetyRules:
    """All rules of a file, compiled. Use `SafetyRules.load()`; it reads the file once."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._slots: Mapping[str, list[str]] = raw["slots"]
        self._replace: Mapping[str, str] = raw["replace"]
        self._emoji: Mapping[str, str] = raw["emoji"]
        self._spell: frozenset[str] = frozenset(raw["spell"])
        self._spell_by_letter = {w[0]: sorted(o for o in self._spell if o[0] == w[0] and len(o) >= 5) for w in self._spell}
        self.triggers: Mapping[str, Mapping[str, str]] = raw["triggers"]
        self._idioms = [(self._compile([i.partition(" => ")[0]])[0], (i.partition(" => ")[2] or "_") + " ") for i in raw["idioms"]]
        self._past = self._compile(raw["past"])
        self._resolved = self._compile(raw["resolved"])
        self._reopened = self._compile(raw["reopened"])
        self._others = self._compile(raw["others"])
        self._first_person = self._compile(raw["first_person"])
        self._no_negation = self._compile(raw["no_negation"])
        self._frames = {name: self._compile(patterns) for name, patterns in raw["frames"].items()}
        self.rules = tuple(self._rule(r) for r in raw["rules"])
        self._flat = [(rule, pattern) for rule in self.rules for pattern in rule.patterns]
        self._index = _Index([pattern for _, pattern in self._flat])
        self._idiom_index = _Index([idiom for idiom, _ in self._idioms])
        self._known = _known_words() | frozenset(re.findall(r"[a-z]{3,}", str([raw["slots"], raw["idioms"], [r["patterns"] for r in raw["rules"]]]).lower()))
        self._spelled = lru_cache(maxsize=4096)(self._spelled_once)

    @classmethod
    def load(cls, path: Path | None = None) -> SafetyRules:
        """The rules of `path` (default: the built-in file), from a cache after the first time."""
        return _loaded(path or RULES_FILE)

    def _rule(self, raw: Mapping[str, Any]) -> Rule:
        if raw["topic"] not in TOPICS:
            raise ValueError(f"rule '{raw['id']}': there is no safety topic '{raw['topic']}'")
        if raw["trigger"] not in self.triggers:
            raise ValueError(f"rule '{raw['id']}': there is no trigger '{raw['trigger']}'")
        if unknown := set(raw.get("known", ())) - KNOWN:
            raise ValueError(f"rule '{raw['id']}': nobody tells the rules of {', '.join(sorted(unknown))}")
        return Rule(
            id=raw["id"],
            topic=raw["topic"],
            trigger=raw["trigger"],
            patterns=self._compile(raw["patterns"]),
            unless=self._compile(raw.get("unless", [])),
            near=self._compile(raw.get("near", [])),
            anywhere=self._compile(raw.get("anywhere", [])),
            given=self._compile(raw.get("given", [])),
            known=frozenset(raw.get("known", ())),
            catches=tuple(raw["catches"]),
            spares=tuple(raw["spares"]),
            emergency=bool(raw.get("emergency", False)),
            hint=bool(raw.get("hint", False)),
            calm=bool(raw.get("calm", False)),
            confidence=float(raw.get("confidence", 0.95)),
            negatable=bool(raw.get("negatable", True)),
            past_is_fine=bool(raw.get("past_is_fine", False)),
            measure=raw.get("measure"),
            limit=float(raw.get("limit", 0.0)),
        )

    def _compile(self, patterns: list[str]) -> tuple[Pattern, ...]:
        return tuple(Pattern(r"(?<= )" + self._regex(p), tuple(self._anchors(p))) for p in patterns)

    def _anchors(self, pattern: str) -> Iterator[frozenset[str]]:
        """For each element that must be there, the keys of which a sentence needs one."""
        for element in pattern.split():
            if (keys := self._element_keys(element)) is not None:
                yield keys

    def _element_keys(self, element: str, depth: int = 0) -> frozenset[str] | None:
        """The keys one of which a sentence with this element has; None when that is not known."""
        if element.startswith(("?", "~")) or depth > 5:
            return None
        keys: set[str] = set()
        for choice in [element] if element.startswith("<") and "|" not in element else element.split("|"):
            if choice[:1] == "<" and choice[1:-1] in self._slots:
                for option in self._slots[choice[1:-1]]:
                    found = self._element_keys(option.split()[0], depth + 1)
                    if found is None:
                        return None
                    keys |= found
            elif re.fullmatch(r"[a-z0-9_]*[a-z0-9]\*?(?:_[a-z0-9_*]*)?", first := choice.partition("_")[0] or choice):
                keys.add(first if not first.endswith("*") or len(first) <= _LONGEST_KEY else first[: _LONGEST_KEY - 1] + "*")
            else:
                return None
        return frozenset(keys)

    def _regex(self, pattern: str, depth: int = 0) -> str:
        if depth > 5:
            raise ValueError(f"slots refer to each other in a circle near '{pattern}'")
        return "".join(self._element(e, depth) for e in pattern.split())

    def _element(self, element: str, depth: int) -> str:
        if element in _SPECIAL:
            return (r"(?:, )?" if element.startswith("<") else "") + _SPECIAL[element]
        if element.startswith("~"):
            return rf"(?:[^\s.]+ ){{0,{int(element[1:])}}}?"
        if element.startswith("?"):
            return f"(?:{self._element(element[1:], depth)})?"
        if element.startswith("<") and element.endswith(">") and "|" not in element:
            if element[1:-1] not in self._slots:
                raise ValueError(f"there is no slot {element}")
            options = "|".join(self._regex(option, depth + 1) for option in self._slots[element[1:-1]])
            return f"(?:{options})"
        # "_" joins the words of one alternative; alone it is the mark of an idiom that was taken out.
        choices = element.split("|")
        words = "|".join(self._word(w) for w in choices if w != "$" and w[:1] != "<")
        found = [rf"(?:, )?(?:{words}) "] if words else []
        found += [self._element(w, depth) for w in choices if w == "$" or w[:1] == "<"]
        return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"

    @staticmethod
    def _word(word: str) -> str:
        return word if word == "_" else word.replace("*", "[a-z0-9]*").replace("_", " ")

    def normalise(self, text: str) -> str:
        """Lower case words divided by single blanks, sentence ends as ".", commas kept; begins and ends with a blank."""
        text = unicodedata.normalize("NFKC", text[:LONGEST_READ]).translate(_INVISIBLE).lower()
        for sign, meaning in self._emoji.items():
            text = text.replace(sign, f" {meaning} ")
        text = re.sub("[\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}`\N{ACUTE ACCENT}]", "'", text)
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        text = re.sub(r"(?<=[a-z])[*_](?=[a-z])", "", text)
        text = re.sub(r"\.{2,}", ",", text)  # dots of hesitation end no sentence
        # A thousands comma is no decimal one.
        text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
        words: list[str] = []
        for token in _TOKEN.findall(text):
            words += self._words(token)
        joined = " " + " ".join(words) + " "
        return re.sub(r"(?: \.)+ ", " . ", joined)

    def _words(self, token: str) -> list[str]:
        if token in ".!?;\n":
            return ["."]
        if token in ",()":
            return [","]
        token = self._replace.get(token, token)
        if " " in token:
            return token.split()
        if "'" in token:
            head, _, tail = token.partition("'")
            if token.endswith("n't"):
                return [self._spelled(token[:-3]), "not"]
            ending = {"m": ["am"], "re": ["are"], "ve": ["have"], "ll": ["will"], "d": ["would"]}.get(tail)
            if ending is None and head in {"it", "that", "what", "there", "she", "he", "who", "how", "everything", "something"}:
                ending = ["is"]
            return [self._spelled(head), *(ending or [])]
        fixed = self._spelled(token)
        return self._replace.get(fixed, fixed).split()

    def _spelled_once(self, word: str) -> str:
        if _REPEAT.search(word):
            options = [_REPEAT.sub(r"\1\1", word), _REPEAT.sub(r"\1", word)]
            good = [o for o in options if o in self._spell or o in self._known or o in self._replace]
            word = good[0] if good else options[-1]
        if len(word) < 5 or word in self._spell or not word.isalpha() or self._is_word(word):
            return word
        for other in self._spell_by_letter.get(word[0], ()):
            allowed = 2 if len(other) >= 9 else 1
            if abs(len(other) - len(word)) <= allowed and edits(word, other, allowed):
                return other
        return word

    def _is_word(self, word: str) -> bool:
        stems = (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ed"), word.removesuffix("ing"))
        return any(stem in self._known for stem in stems)

    def warm_up(self, pause: float = 0.002) -> None:
        """Compile every pattern now, with a pause in seconds after each one: all together take two seconds of one processor."""
        rules = [p for r in self.rules for p in (*r.patterns, *r.unless, *r.near, *r.anywhere, *r.given)]
        words = [*self._past, *self._resolved, *self._reopened, *self._others, *self._first_person, *self._no_negation]
        for pattern in (*rules, *words, *(idiom for idiom, _ in self._idioms), *(p for frame in self._frames.values() for p in frame)):
            _ = pattern.regex
            time.sleep(pause)

    def detect(self, text: str, known: Collection[str] = ()) -> list[SafetyCue]:
        """All cues of a message, the one to answer first in front; `known` of `KNOWN` holds for the person. Never raises, whatever the text."""
        whole = self.normalise(text)
        keys = _keys(whole)
        for n in self._idiom_index.candidates(keys):
            idiom, put = self._idioms[n]
            if idiom.within(whole, keys):
                whole = idiom.regex.sub(put, whole)
        keys = _keys(whole)
        cues: dict[str, SafetyCue] = {}
        for sentence in _sentences(whole):
            here = _keys(sentence)
            spared: set[str] = set()
            for n in self._index.candidates(here):
                rule, pattern = self._flat[n]
                if rule.id in cues or rule.id in spared:
                    continue
                said = not (rule.given or rule.known) or self._said(rule, whole, keys)
                if not said and rule.known.isdisjoint(known):
                    spared.add(rule.id)
                    continue
                found = next((f for f in pattern.finds(sentence, here) if self._counts(rule, f, sentence, here)), None)
                if found is None:
                    continue
                if self._excused(rule, sentence, here, whole, keys):
                    spared.add(rule.id)
                    continue
                cues[rule.id] = SafetyCue(
                    topic=rule.topic,
                    trigger=rule.trigger,
                    rule=rule.id,
                    text=found.group().strip(),
                    confidence=rule.confidence,
                    emergency=rule.emergency,
                    about_self=self._about_self(sentence, found),
                    hint=rule.hint,
                    calm=rule.calm,
                    known=not said,
                )
        return sorted(cues.values(), key=lambda c: (c.calm, c.hint, not c.emergency, TOPICS.index(c.topic), -c.confidence, c.rule))

    def _counts(self, rule: Rule, found: re.Match[str], sentence: str, keys: frozenset[str]) -> bool:
        """Whether a place of a rule's pattern is neither denied, nor within the rule's limit, nor part of an `unless` phrase."""
        if rule.negatable and self._negated(sentence[: found.start()]):
            return False
        if rule.measure and not _beyond(rule.measure, rule.limit, found):
            return False
        return not any(_overlap(found, u) for p in rule.unless for u in p.finds(sentence, keys))

    def _said(self, rule: Rule, whole: str, keys: frozenset[str]) -> bool:
        """Whether the message itself says, without denying it, what a rule needs to be given."""
        return any(not self._negated(_last_sentence(whole[: m.start()])) for p in rule.given for m in p.finds(whole, keys))

    def _excused(self, rule: Rule, sentence: str, keys: frozenset[str], whole: str, all_keys: frozenset[str]) -> bool:
        """Whether the sentence or the message around a find makes it harmless."""
        near = any(p.within(sentence, keys) for p in rule.near) or any(p.within(whole, all_keys) for p in rule.anywhere)
        return near or self._is_over(rule, sentence, keys)

    def _is_over(self, rule: Rule, sentence: str, keys: frozenset[str]) -> bool:
        """Whether a sentence puts the matter of a rule long back, or calls an injury healed, and nothing in it opens the matter again."""
        long_ago = rule.past_is_fine and any(p.within(sentence, keys) for p in self._past)
        healed = rule.topic == "pain_or_injury" and any(p.within(sentence, keys) for p in self._resolved)
        return (long_ago or healed) and not any(p.within(sentence, keys) for p in self._reopened)

    def _negated(self, before: str) -> bool:
        for phrase in self._no_negation:
            before = phrase.regex.sub("_ ", before)
        # A comma or "but" ends the reach of a negation: "no, chest pain", "not tired but dizzy".
        for word in reversed(before.split()[-NEGATION_REACH:]):
            if word in {",", "but", "because", "when", "if", "and", "so", "though", "although"}:
                return False
            if word in {"no", "not", "never", "without", "zero", "nor", "neither", "none"}:
                return True
        return False

    def benign_frame(self, text: str) -> bool:
        """Whether every alarming word of a message stands in a harmless frame.

        Frames are a denial, an idiom, what is long over, the wider family, and good news. False when a rule finds a cue,
        when no word alarms, when one alarming word stands outside the frames, and for crisis wording in first person.
        """
        if self.detect(text):
            return False
        whole = self.normalise(text)
        framed = False
        keys = _keys(whole)
        for idiom in self._frames["idioms"]:
            if idiom.within(whole, keys):
                framed, whole = True, idiom.regex.sub("_ ", whole)
        if self._has("crisis", whole) and any(p.regex.search(whole) for p in self._first_person):
            return False
        for n in self._idiom_index.candidates(keys):
            idiom, _ = self._idioms[n]
            if found := list(idiom.finds(whole, keys)):
                framed = framed or any(self._has("alarming", f" {m.group()}") for m in found)
                whole = idiom.regex.sub("_ ", whole)
        for clause in _clauses(whole):
            here = _keys(clause)
            alarms = sorted((m.start(), m.end()) for p in self._frames["alarming"] for m in p.finds(clause, here))
            if not alarms:
                continue
            if not self._denied(clause, alarms) and not self._settled(clause):
                return False
            framed = True
        return framed

    def _has(self, frame: str, text: str) -> bool:
        keys = _keys(text)
        return any(p.within(text, keys) for p in self._frames[frame])

    def _denied(self, clause: str, alarms: list[tuple[int, int]]) -> bool:
        """Whether a negation reaches every alarming word, directly or along a list ("no pain, swelling or numbness")."""
        if any(f" {able} not " in clause for able in ("can", "could", "hardly", "barely")):
            return False  # "can not breathe", "can not lift my arm without pain"
        reach = -1
        for start, end in alarms:
            between = clause[reach:start].split() if reach >= 0 else None
            listed = between is not None and len(between) <= 3 and not set(between) - {",", "or", "and", "nor", "any", "a", "no"}
            if not (start < reach or listed or self._negated(clause[:start])):
                return False
            reach = max(reach, end)
        return True

    def _settled(self, clause: str) -> bool:
        if self._has("open", clause):
            return False
        return self._has("others", clause) or self._has("good_news", clause) or (self._has("over", clause) and not self._has("lasting", clause))

    def _about_self(self, sentence: str, found: re.Match[str]) -> bool:
        if any(p.regex.search(" " + found.group()) for p in self._first_person):
            return True
        before = sentence[: found.end()]
        return not any(p.regex.search(before) for p in self._others)


def _keys(text: str) -> frozenset[str]:
    """The words of a text, and their beginnings as a pattern has them ("injur*")."""
    found = set(text.split())
    return frozenset(found.union(word[:n] + "*" for word in found for n in range(1, min(len(word), _LONGEST_KEY - 1) + 1)))


def _sentences(whole: str) -> Iterator[str]:
    for part in whole.split(" . "):
        if stripped := part.strip(" ."):
            yield f" {stripped} "


def _last_sentence(before: str) -> str:
    return before.rpartition(" . ")[2]


def _clauses(whole: str) -> Iterator[str]:
    for sentence in _sentences(whole):
        for part in re.split(r" (?:but|though|although|however|except|anyway|yet) ", sentence):
            if part.strip(" ,_"):
                yield f" {part.strip()} "


def _overlap(one: re.Match[str], other: re.Match[str]) -> bool:
    return one.start() < other.end() and other.start() < one.end()


def _number(word: str) -> float:
    return float(_NUMBER_WORDS[word]) if word in _NUMBER_WORDS else float(word.replace(",", "."))


def _beyond(measure: str, limit: float, found: re.Match[str]) -> bool:
    """Whether the amounts in a find lie beyond the rule's limit."""
    groups = found.groupdict()
    amount = _number(groups["n"])
    if measure == "below":
        return 0 < amount <= limit
    if measure == "above":
        return amount >= limit
    days = _number(groups.get("t") or "1") * _SPAN_DAYS[groups["span"]]
    if measure == "days":  # the span itself, counted by <N>
        return amount * _SPAN_DAYS[groups["span"]] >= limit
    if measure == "kg_per_week":
        return days > 0 and amount * _WEIGHT_KG[groups["weight"]] / days * 7 > limit
    raise ValueError(f"there is no measure '{measure}'")


def edits(one: str, other: str, limit: int) -> bool:
    """True when at most `limit` letters were dropped, added, replaced or swapped with their neighbour."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return False
        before_last, last = last, row
    return last[-1] <= limit


def _known_words() -> frozenset[str]:
    """English words that are never taken for a misspelling (the encoder's whole-word vocabulary)."""
    path = ROOM / "encoder" / "vocab.txt"
    if not path.exists():
        return frozenset()
    return frozenset(w for w in path.read_text(encoding="utf-8").split() if w.isalpha())


@lru_cache(maxsize=4)
def _loaded(path: Path) -> SafetyRules:
    return SafetyRules(read_yaml(path))


def detect(text: str, known: Collection[str] = ()) -> list[SafetyCue]:
    """The safety cues of a message by the built-in rules, the one to answer first in front; [] when benign.

    `known` is what holds for the person who writes, of `KNOWN`.
    """
    return SafetyRules.load().detect(text, known)


def warm_up(pause: float = 0.002) -> None:
    """Compile the built-in rules' patterns in a thread, with a pause in seconds after each.

    Otherwise the first minute's messages do it one by one, each while its person waits.
    """
    threading.Thread(target=SafetyRules.load().warm_up, args=(pause,), name="warm-up", daemon=True).start()


def benign_frame(text: str) -> bool:
    """Whether the alarming words of a message are all harmless: denied, long over, the family's, good news or idioms."""
    return SafetyRules.load().benign_frame(text)


def audit_table(rules: SafetyRules | None = None) -> str:
    """Every trigger and every rule as Markdown tables: what it means, what it catches, what it spares."""
    rules = rules or SafetyRules.load()
    lines = ["| trigger | meaning | what the reply must do | public source |", "| --- | --- | --- | --- |"]
    for name, row in rules.triggers.items():
        lines.append(f"| {name} | {row['meaning']} | {row['reply']} | {row['source']} |")
    lines += ["", "| rule | topic | trigger | emergency | catches, for example | spares, for example |", "| --- | --- | --- | --- | --- | --- |"]
    for rule in rules.rules:
        meaning = f"{rule.trigger} {rules.triggers[rule.trigger]['meaning']}"
        kind = "a hint" if rule.hint else "calm" if rule.calm else "yes" if rule.emergency else "no"
        lines.append(f"| {rule.id} | {rule.topic} | {meaning} | {kind} | {_cell(rule.catches[0])} | {_cell(rule.spares[0])} |")
    return "\n".join(lines) + "\n"


def _cell(example: str) -> str:
    return '"' + example.replace("|", "/") + '"'


__all__ = ["KNOWN", "RULES_FILE", "TOPICS", "Rule", "SafetyCue", "SafetyRules", "audit_table", "benign_frame", "detect", "edits", "warm_up"]


def _update_page() -> None:
    page = ROOM.parent / "docs" / "safety.md"
    head, mark, _ = page.read_text(encoding="utf-8").partition("## Every rule\n")
    page.write_text(f"{head}{mark}\n{audit_table()}", encoding="utf-8")


if __name__ == "__main__":
    _update_page()

"""The rules that every entry must meet, explained in plain words with file and line."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from knowledge.entry import (
    ANSWER_LIMIT,
    ARTICLES,
    GRADES,
    PLACEHOLDER,
    REPLY_LIMIT,
    SHOWN_TAILORED,
    TARGET,
    TEXTS,
    VERDICTS,
    YES_NO,
    Entry,
    matches,
    sentences,
    text,
)
from knowledge.fields import FieldError, catalogue
from knowledge.formulas import FORMULAS
from knowledge.load import ROOM, Knowledge, KnowledgeError, Lines, Problem, entry_files, evidence_records, load, read_entry, regions
from knowledge.units import bad_macros, fill_units

MIN_PHRASINGS = 25
TITLE_LIMIT = 34
STEP_LIMIT = 120
SAY_LIMIT = 190
GRADE_LEVEL = 8.0
GROUPS = ("myths_and_mechanisms", "running", "combining", "lifting", "nutrition", "recovery", "benefits", "safety")
BANNED = re.compile(
    r"\b(just|guaranteed?s?|miracle|lazy|cheat(?:ing)? (?:meal|day)|guilty|sinful|fatty|skinny-fat|no excuses?|clean eating|burn off)\b",
    re.IGNORECASE,
)
# Two ordinary values of each field between which advice must differ.
PROBES: Mapping[str, tuple[Any, Any]] = {
    "age": (30, 58), "body_weight": (58, 95), "height": (160, 190), "weekly_run_km": (10, 60), "longest_run_km": (5, 20),
    "run_days": (1, 5), "lift_days": (1, 4), "available_days": (3, 6), "session_minutes": (30, 75), "sleep_hours": (5, 8),
}  # fmt: skip
_PROBE_CHOICES: Mapping[str, tuple[str, str]] = {
    "goal": ("muscle", "endurance"), "energy_balance": ("deficit", "surplus"), "protein_habit": ("low", "high"),
    "diet": ("omnivore", "vegan"), "units": ("metric", "imperial"), "run_experience": ("new", "experienced"),
    "lift_experience": ("novice", "advanced"), "race_distance": ("5k", "marathon"), "equipment": ("gym", "bodyweight"),
}  # fmt: skip


def probe_values(field: str) -> tuple[Any, Any]:
    """Two ordinary values of a field that must lead to different advice where an entry names the field."""
    if field == "health_flags":
        return ([], ["diabetes"])
    return PROBES.get(field) or _PROBE_CHOICES[field]


def load_checked(extra: str | os.PathLike[str] | None = None) -> Knowledge:
    """The knowledge base to serve from. A coach's own entries must pass every rule; the built-in ones did when they were released.

    Raises KnowledgeError with all problems.
    """
    if extra and (problems := check(extra, own_only=True)):
        raise KnowledgeError(problems)
    return load(extra)


def check(extra: str | os.PathLike[str] | None = None, *, own_only: bool = False) -> list[Problem]:
    """All problems of the knowledge base, sorted by file and line; an empty list means it is fit to use.

    `own_only` leaves out the built-in entries' own texts, which takes most of the time.
    """
    problems: list[Problem] = []
    found: dict[str, tuple[Entry, Lines]] = {}
    for path, builtin in entry_files(extra):
        entry, lines, shape = read_entry(path, builtin)
        problems += shape
        if entry is not None and lines is not None:
            if entry.topic != path.stem:
                problems.append(Problem(entry.path, lines.at("topic"), f"topic '{entry.topic}' must be named like its file, '{path.stem}'"))
            found[entry.topic] = (entry, lines)
    for entry, lines in found.values():
        if own_only and entry.builtin:
            continue
        problems += [Problem(entry.path, line, message) for line, message in _entry_problems(entry, lines)]
    problems += _across(found)
    if own_only:
        own = {str(path) for path, builtin in entry_files(extra) if not builtin}
        problems = [p for p in problems if p.file in own]
    return sorted(set(problems))


def _entry_problems(entry: Entry, lines: Lines) -> Iterator[tuple[int, str]]:
    yield from _frame(entry, lines)
    yield from _words(entry, lines)
    yield from _phrasings(entry, lines)
    if entry.is_safety:
        yield from _referral(entry, lines)
    else:
        yield from _coaching(entry, lines)
        yield from _tailoring(entry, lines)


def _frame(entry: Entry, lines: Lines) -> Iterator[tuple[int, str]]:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", entry.topic):
        yield lines.at("topic"), "topic may hold small letters, digits and underscores, at most 40"
    if entry.kind not in ("coaching", "referral"):
        yield lines.at("kind"), "kind is 'coaching' or 'referral'"
    if entry.group not in GROUPS:
        yield lines.at("group"), f"group is one of {', '.join(GROUPS)}"
    if len(entry.title) > TITLE_LIMIT:
        yield lines.at("title"), f"title has {len(entry.title)} characters; a button shows at most {TITLE_LIMIT}"
    try:
        dt.date.fromisoformat(entry.reviewed)
    except ValueError:
        yield lines.at("reviewed"), "reviewed is the date of the last review, like 2026-11-22"


def _coaching(entry: Entry, lines: Lines) -> Iterator[tuple[int, str]]:
    if entry.verdict not in VERDICTS:
        yield lines.at("verdict"), f"verdict is one of {', '.join(VERDICTS)}"
    if entry.grade not in GRADES:
        yield lines.at("grade"), f"grade is one of {', '.join(GRADES)}"
    if (shown := len(text(entry.answer, {}))) > ANSWER_LIMIT:
        yield lines.at("answer"), f"the answer has {shown} characters; the limit is {ANSWER_LIMIT}"
    if not 2 <= len(sentences(entry.why)) <= 4:
        yield lines.at("why"), "why holds 2 to 4 sentences"
    if not 1 <= len(entry.do) <= 3:
        yield lines.at("do"), "do holds 1 to 3 steps"
    if not entry.caveat:
        yield lines.at(), "'caveat' is missing: say for whom or when this may not hold"
    if len(sentences(entry.in_short)) > 1 or YES_NO.match(entry.in_short) or TARGET.search(fill_units(entry.in_short)):
        yield lines.at("in_short"), "in_short is one sentence, without a yes or no in front and without a figure that could be a target"
    for n, other in enumerate(entry.otherwise):
        for problem in _conditions(other.when):
            yield lines.at("otherwise", n), problem
        if len(fill_units(PLACEHOLDER.sub("000 to 000 units", other.say))) > ANSWER_LIMIT:
            yield lines.at("otherwise", n), f"an answer has at most {ANSWER_LIMIT} characters"
        if not 1 <= len(other.do) <= 3:
            yield lines.at("otherwise", n), "do holds 1 to 3 steps"
        if unknown := [p for p in PLACEHOLDER.findall(other.say) if p not in catalogue() and p not in FORMULAS and p not in TEXTS]:
            yield lines.at("otherwise", n), f"{{{unknown[0]}}} is no profile field and no formula"
    for key, steps in (("do", entry.do), ("protected", entry.protected_do), *(("otherwise", o.do) for o in entry.otherwise)):
        for n, step in enumerate(steps):
            if len(fill_units(step)) > STEP_LIMIT:
                yield lines.at(key, n), f"a step has at most {STEP_LIMIT} characters"
    if not entry.sources and not entry.evidence:
        yield lines.at(), "'sources' or 'evidence' is missing: every answer shows where it comes from"
    for n, source in enumerate(entry.sources):
        if source.article not in ARTICLES:
            yield lines.at("sources", n), f"article '{source.article}' is not one of {', '.join(ARTICLES)}"
    records = evidence_records()
    for n, record in enumerate(entry.evidence):
        if record not in records:
            yield lines.at("evidence", n), f"there is no evidence record '{record}' in knowledge/evidence.yml"
        elif not records[record].shown:
            yield lines.at("evidence", n), f"'{record}' has status {records[record].status}: only V and V2 may be shown"
    if entry.grade == "strong" and not any(records[r].status == "V" for r in entry.evidence if r in records):
        yield lines.at("grade"), "grade 'strong' needs an evidence record of status V"
    for key, value in (("answer", entry.answer), ("why", entry.why), ("caveat", entry.caveat)):
        for name in PLACEHOLDER.findall(value):
            yield lines.at(key), f"{{{name}}} belongs in a tailored sentence: the general text must hold without a profile"
    shown_steps = " ".join(entry.do)
    if (TARGET.search(fill_units(entry.answer)) or TARGET.search(fill_units(shown_steps))) and not entry.protected_answer:
        yield lines.at("answer"), "the answer or its steps hold a number that could be a target: add 'protected' with an answer (and steps) without it"
    if entry.protected_answer and not entry.protected_do:
        yield lines.at("protected"), "protected needs its own 'do' steps"
    for part in (entry.protected_answer, *entry.protected_do):
        if TARGET.search(fill_units(part)):
            yield lines.at("protected"), "protected text may hold no food, weight, percentage or distance figure"
    if len(text(entry.protected_answer, {})) > ANSWER_LIMIT:
        yield lines.at("protected"), f"the protected answer is longer than {ANSWER_LIMIT} characters"
    for units in ("metric", "imperial"):
        longest = sorted((len(fill_units(PLACEHOLDER.sub("000 to 000 units", t.say), units)) for t in entry.tailored), reverse=True)
        parts = [len(entry.headline), len(fill_units(entry.answer, units)), *longest[:SHOWN_TAILORED], *(len(fill_units(s, units)) + 3 for s in entry.do)]
        if (whole := sum(parts) + 2 * len(parts)) > REPLY_LIMIT:
            yield lines.at("answer"), f"the whole reply can reach {whole} characters ({units}); the limit is {REPLY_LIMIT}: shorten answer, steps or tailored sentences"
            break


def _conditions(when: Mapping[str, Any]) -> Iterator[str]:
    fields = catalogue()
    for name, test in when.items():
        if name not in fields:
            yield f"there is no profile field '{name}'"
            continue
        values: list[Any] = []
        if isinstance(test, Mapping):
            if unknown := set(test) - {"at_least", "below", "has"}:
                yield f"'{name}' may be tested with at_least, below and has, not {', '.join(sorted(map(str, unknown)))}"
            values = [v for k, v in test.items() if k == "has"]
            if fields[name].kind != "number" and {"at_least", "below"} & set(test):
                yield f"'{name}' is no number: at_least and below do not fit"
        elif test not in ("known", "unknown"):
            values = list(test) if isinstance(test, list) else [test]
        for value in values:
            for single in value if isinstance(value, list) else [value]:
                try:
                    fields[name].canonical(single)
                except FieldError as error:
                    yield str(error)


def _tailoring(entry: Entry, lines: Lines) -> Iterator[tuple[int, str]]:
    fields = catalogue()
    for n, item in enumerate(entry.tailored):
        for problem in _conditions(item.when):
            yield lines.at("tailored", n, "when"), problem
        for name in PLACEHOLDER.findall(item.say):
            if name not in FORMULAS and name not in TEXTS and name not in fields:
                yield lines.at("tailored", n, "say"), f"there is no formula or field '{{{name}}}'; the formulas are {', '.join(FORMULAS)}"
        bare = PLACEHOLDER.sub("", item.say)
        if TARGET.search(fill_units(bare)):
            yield lines.at("tailored", n, "say"), "a number with a unit is typed in: use a formula such as {protein_day}"
        if len(PLACEHOLDER.sub("000-000 g", item.say)) > SAY_LIMIT:
            yield lines.at("tailored", n, "say"), f"a tailored sentence has at most {SAY_LIMIT} characters"
    for n, name in enumerate((*entry.profile, *entry.asks)):
        if name not in fields:
            yield lines.at("profile", n), f"there is no profile field '{name}'"
            return
    if any(name not in entry.profile for name in entry.asks):
        yield lines.at("asks"), "asks may name only fields of 'profile'"
    if any(p not in fields and p not in FORMULAS and p not in TEXTS for t in entry.tailored for p in PLACEHOLDER.findall(t.say)):
        return
    for name in entry.profile:
        chosen = [tuple(t.say for t in entry.tailored if name in t.fields and _holds_alone(t, name, value)) for value in probe_values(name)]
        if chosen[0] == chosen[1]:
            values = probe_values(name)
            yield lines.at("profile"), f"'{name}' must change the advice: {values[0]!r} and {values[1]!r} lead to the same sentences when nothing else is known"
    for n, follow in enumerate(entry.follow_ups):
        for problem in _conditions(follow.when):
            yield lines.at("follow_ups", n), problem


def _holds_alone(item: Any, name: str, value: Any) -> bool:
    return bool(item.holds({name: value}))


def _referral(entry: Entry, lines: Lines) -> Iterator[tuple[int, str]]:
    if entry.verdict or entry.grade or entry.tailored:
        yield lines.at("kind"), "a referral has no verdict, no grade and no tailored sentences"
    allowed = {"emergency"} | {f"helpline_{k}" for region in regions().values() for k in region.helplines} | {"helpline_crisis", "helpline_eating", "contact", "coach"}
    for part in (entry.answer, *entry.do, *(p for v in entry.variants for p in (v.answer, *v.do))):
        for name in PLACEHOLDER.findall(part):
            if name not in allowed:
                yield lines.at("answer"), f"{{{name}}} is not a region text; these are {', '.join(sorted(allowed))}"


def _user_texts(entry: Entry) -> Iterator[tuple[tuple[Any, ...], str]]:
    yield ("title",), entry.title
    yield ("question",), entry.question
    yield ("answer",), entry.answer
    yield ("why",), entry.why
    yield ("caveat",), entry.caveat
    yield ("in_short",), entry.in_short
    yield ("protected",), entry.protected_answer
    yield from ((("do", n), s) for n, s in enumerate(entry.do))
    yield from ((("protected", n), s) for n, s in enumerate(entry.protected_do))
    yield from ((("tailored", n, "say"), t.say) for n, t in enumerate(entry.tailored))
    yield from ((("otherwise", n), s) for n, o in enumerate(entry.otherwise) for s in (o.say, *o.do))
    yield from ((("variants", n), v.answer) for n, v in enumerate(entry.variants))


def _words(entry: Entry, lines: Lines) -> Iterator[tuple[int, str]]:
    for where, value in _user_texts(entry):
        if found := BANNED.search(value):
            yield lines.at(*where), f"avoid the word '{found[0]}': it shames, promises or belittles"
        for piece in bad_macros(value):
            yield lines.at(*where), f"{piece} cannot be converted; write a number or range and a unit, like [[20-40 km]]"
    for key, value in (("answer", entry.answer), ("protected", entry.protected_answer), *(("otherwise", o.say) for o in entry.otherwise)):
        if value and (level := reading_grade(value)) > GRADE_LEVEL:
            yield lines.at(key), f"reading grade {level:.1f}; the limit is {GRADE_LEVEL:g}: use shorter sentences and plainer words"


def reading_grade(value: str) -> float:
    """Flesch-Kincaid grade of a text with its units filled in."""
    import textstat  # late: it takes most of a second, and serving needs no reading grades

    return float(textstat.flesch_kincaid_grade(fill_units(PLACEHOLDER.sub("10", value))))


def normal(phrase: str) -> tuple[str, ...]:
    """The words of a phrasing, lower case, without punctuation."""
    return tuple(re.findall(r"[a-z0-9']+", phrase.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")))


def _phrasings(entry: Entry, lines: Lines) -> Iterator[tuple[int, str]]:
    words = [normal(p) for p in entry.phrasings]
    duplicates = set()
    for n, phrase in enumerate(words):
        for earlier in range(n):
            if near(words[earlier], phrase):
                duplicates.add(n)
                yield lines.at("phrasings", n), f"too close to '{entry.phrasings[earlier]}': one word swapped is no new phrasing"
                break
    distinct = len(words) - len(duplicates)
    if distinct < MIN_PHRASINGS:
        yield lines.at("phrasings"), f"{distinct} distinct phrasings; at least {MIN_PHRASINGS} as different people would ask are needed"


def near(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two phrasings are the same but for order, or differ by one word (when 4 words or longer)."""
    if sorted(one) == sorted(other):
        return True
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    shorter, longer = sorted((one, other), key=len)
    head = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(one) == len(other):
        return shorter[head + 1 :] == longer[head + 1 :]
    return shorter[head:] == longer[head + 1 :]


def _across(found: Mapping[str, tuple[Entry, Lines]]) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], str] = {}
    for topic, (entry, lines) in found.items():
        for n, phrase in enumerate(entry.phrasings):
            key = normal(phrase)
            if seen.setdefault(key, topic) != topic:
                yield Problem(entry.path, lines.at("phrasings", n), f"'{phrase}' stands in '{seen[key]}' too: a phrasing belongs to one topic")
        for n, follow in enumerate(entry.follow_ups):
            if follow.topic not in found or follow.topic == topic:
                yield Problem(entry.path, lines.at("follow_ups", n), f"follow-up '{follow.topic}' is not another topic")
        if not entry.is_safety and len([f for f in entry.follow_ups if f.topic in found and not f.when]) < 2:
            yield Problem(entry.path, lines.at("follow_ups"), "at least two follow-ups without a condition are needed")
    yield from _unreachable(found)
    yield from _claims(found)


def _unreachable(found: Mapping[str, tuple[Entry, Lines]]) -> Iterator[Problem]:
    coaching = {t for t, (e, _) in found.items() if not e.is_safety}
    reached = {f.topic for t in coaching for f in found[t][0].follow_ups}
    for topic in sorted(coaching - reached):
        if not found[topic][0].builtin:
            continue  # a coach's own topic is one file: nobody has to edit the built-in ones to lead to it
        yield Problem(found[topic][0].path, 1, "no other topic leads here: name it in a related entry's follow_ups")
    links: dict[str, set[str]] = defaultdict(set)
    for topic in coaching:
        for follow in found[topic][0].follow_ups:
            links[topic].add(follow.topic)
            links[follow.topic].add(topic)
    if coaching:
        todo, joined = [min(coaching)], {min(coaching)}
        while todo:
            todo += (new := links[todo.pop()] - joined)
            joined |= new
        for topic in sorted(coaching - joined):
            yield Problem(found[topic][0].path, 1, "is cut off from the other topics: link it by follow_ups")


def known_claims() -> Mapping[str, Any]:
    """The articles' claims by id (`knowledge/claims.yml`)."""
    path = ROOM / "claims.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def _claims(found: Mapping[str, tuple[Entry, Lines]]) -> Iterator[Problem]:
    claims = known_claims()
    for entry, lines in found.values():
        for role, ids in entry.claims.items():
            if role not in ("carries", "corrects"):
                yield Problem(entry.path, lines.at("claims"), "claims has the keys 'carries' and 'corrects'")
            for n, claim in enumerate(ids):
                if claims and claim not in claims:
                    yield Problem(entry.path, lines.at("claims", role, n), f"there is no claim '{claim}' in knowledge/claims.yml")


def report(problems: Iterable[Problem]) -> str:
    """One line per problem."""
    return "\n".join(map(str, problems))


__all__ = ["check", "known_claims", "load_checked", "matches", "near", "normal", "probe_values", "reading_grade", "report"]

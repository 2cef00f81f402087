"""The coaching: pure functions from (entry, profile) to a reply. No Rasa, no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from actions.reply import Block, Button, Reply, SourceLine
from knowledge.entry import (
    ARTICLES,
    GRADES,
    REPLY_LIMIT,
    SHOWN_TAILORED,
    TARGET,
    YES_NO,
    Entry,
    Otherwise,
    Tailored,
    sentences,
    text,
    without_targets,
)
from knowledge.fields import Profile, catalogue, is_protected
from knowledge.load import Evidence, Knowledge, Region
from knowledge.texts import sentence as written

NEXT_QUESTIONS = 2
# Answered when the protected ask, but never put in front of them.
NOT_OFFERED = frozenset(("calorie_surplus", "fat_or_muscle_loss", "running_while_cutting", "physique_competitor", "protein_target"))
# Who is told to ask before training hard, the most serious first (rules R10 and R12 of the evidence pack).
CARE = ("heart", "pregnancy", "eating", "diabetes", "other", "injury")
TRAINING = frozenset(("running", "lifting", "combining", "benefits", "myths_and_mechanisms"))
# With one of these, only sentences on the fields of CALM are shown: no goal or level asks for a harder session.
EASY_ONLY = frozenset(("heart", "pregnancy", "eating"))
CALM = frozenset(("health_flags", "age", "sex", "diet", "avoid_foods", "units", "sleep_hours", "session_minutes", "day_part", "blocked_days", "equipment"))


def tailored(entry: Entry, profile: Profile) -> list[Tailored]:
    """The sentences that hold for this person, most important first; at most two, never two on one field alone.

    For the protected, sentences with a figure that could be a target are left out. Who has a health flag hears about it with
    every answer on training, in the entry's words or else in general ones.
    """
    shown: list[Tailored] = []
    spoken: set[str] = set()
    care = _care(entry, profile)
    if care:
        shown.append(care)
        spoken.add("health_flags")
    for item in entry.tailored if _otherwise(entry, profile) is None else ():
        if len(shown) == SHOWN_TAILORED:
            break
        if not item.holds(profile) or set(item.when) <= spoken:
            continue
        if (is_protected(profile) or EASY_ONLY & set(profile.get("health_flags") or ())) and _risky(item, profile):
            continue
        shown.append(item)
        spoken |= set(item.when)
    return shown


def _care(entry: Entry, profile: Profile) -> Tailored | None:
    """What a health flag means for any answer on training; None where the entry itself says it, or nothing is noted."""
    noted = [flag for flag in CARE if flag in (profile.get("health_flags") or ())]
    if not noted or entry.group not in TRAINING or any("health_flags" in item.when and item.holds(profile) for item in entry.tailored):
        return None
    return Tailored({"health_flags": {"has": noted[0]}}, written(f"care_{noted[0]}"))


def _risky(item: Tailored, profile: Profile) -> bool:
    """Whether a sentence is not for the protected: a figure usable as a target, talk of eating less, or of training harder."""
    if EASY_ONLY & set(profile.get("health_flags") or ()) and not set(item.when) <= CALM:
        return True
    goals = item.when.get("goal", ())
    leaner = {"fat_loss", "physique"} & set(goals if isinstance(goals, list) else [goals])
    return bool(leaner) or "energy_balance" in item.when or bool(TARGET.search(text(item.say, profile)))


def answer(
    entry: Entry, profile: Profile, knowledge: Knowledge, *, ask: str | None = None, seen: Sequence[str] = (), instead: Sequence[str] = ()
) -> Reply:
    """The reply to a topic: verdict and grade, answer, what it means for this person, what to do.

    `ask` is a profile field to ask back (see `question_back`). `instead` are topics that may have been meant: they go before the next
    questions. The reply without the question back stays within REPLY_LIMIT characters.
    """
    protected = is_protected(profile)
    general, steps = _general(entry, profile)
    chosen = tailored(entry, profile)
    blocks = [Block("headline", entry.headline), Block("text", general)]
    blocks += [Block("text", text(item.say, profile)) for item in chosen]
    if steps:
        blocks.append(Block("list", "What to do", steps))
    blocks = _within_limit(blocks)
    other = _otherwise(entry, profile)
    used = [name for item in (*chosen, *((other,) if other else ())) for name in item.fields if profile.get(name) is not None]
    if profile.get("units") == "imperial" and text(entry.answer + " ".join(entry.do), {}) != text(entry.answer + " ".join(entry.do), profile):
        used.append("units")
    if protected and general != text(entry.answer, profile):
        used += ["age"] if profile.get("age", 99) < 18 else ["health_flags"]
    buttons = [Button("Why?", "why", entry.topic, row=0), Button("Evidence", "sources", entry.topic, row=0)]
    if ask:
        spec = catalogue()[ask]
        blocks.append(Block("note", f"{spec.ask} ({spec.why[0].upper()}{spec.why[1:]}.)"))
        if 2 <= len(spec.choices) <= 4 and spec.kind == "choice":
            buttons = [*(Button(label, "set", f"{ask}={value}") for value, label in spec.choices.items()), *buttons]
    buttons += [Button(e.question if len(e.question) <= 40 else e.title, "topic", e.topic) for e in next_topics(entry, profile, knowledge, seen, instead)]
    return Reply(
        blocks=tuple(blocks),
        buttons=tuple(buttons),
        decision="answer",
        ids=(entry.topic,),
        sources=source_lines(entry, knowledge),
        profile_used=tuple(dict.fromkeys(used)),
    )


def in_short(entry: Entry, profile: Profile, knowledge: Knowledge, *, as_asked: bool = False) -> Reply:
    """An answer's verdict and one sentence, for "so is it bad?".

    That sentence stands without a yes or no, which would be turned round by "is it bad?" after "is it ok?". `as_asked` leaves
    the answer's own first sentence, for "yes or no?".
    """
    general, _ = _general(entry, profile)
    first = sentences(general)[0]
    own_words = is_protected(profile) and entry.protected_answer and not YES_NO.match(first)
    return _part(entry, knowledge, entry.in_short if entry.in_short and not as_asked and not own_words else first)


def said_of(entry: Entry, profile: Profile, knowledge: Knowledge, asked: Sequence[str]) -> Reply | None:
    """The sentence of an answer, its reason, its caveat or its steps that says most of the words asked about; None when none says any."""
    general, todo = _general(entry, profile)
    found = [*sentences(general), *_background(entry, profile), *(said for step in todo for said in sentences(step))]
    hits = [sum(any(_alike(word, other) for other in re.findall(r"[a-z]+", said.lower())) for word in asked) for said in found]
    return _part(entry, knowledge, found[hits.index(max(hits))]) if any(hits) else None


def quoted(entry: Entry, profile: Profile, knowledge: Knowledge, pattern: str, *more: str, background: bool = True) -> Reply | None:
    """The first sentence with a pattern in it, then `more`: of an answer, its steps, what it means for the person, and as `background` its reason and caveat."""
    general, todo = _general(entry, profile)
    own = (text(item.say, profile) for item in tailored(entry, profile))
    found = [*sentences(general), *todo, *own, *(_background(entry, profile) if background else ())]
    hit = next((said for said in found if re.search(pattern, said, re.IGNORECASE)), None)
    return _part(entry, knowledge, hit, *more) if hit else None


def _background(entry: Entry, profile: Profile) -> list[str]:
    """The sentences of an answer's reason and its caveat."""
    more = [text(entry.why, profile), text(entry.caveat, profile)]
    if is_protected(profile):
        more = [without_targets(said) for said in more]
    return [said for piece in more for said in sentences(piece)]


def _part(entry: Entry, knowledge: Knowledge, *said: str) -> Reply:
    buttons = (Button("Why?", "why", entry.topic, row=0), Button("The whole answer", "topic", entry.topic, row=0))
    blocks = (Block("headline", entry.headline), *(Block("text", part) for part in said))
    return Reply(blocks, buttons, decision="answer", ids=(entry.topic,), sources=source_lines(entry, knowledge))


def _alike(one: str, other: str) -> bool:
    """Whether two words are forms of one: leg and legs, walk and walking."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and long.startswith(short) and len(long) - len(short) <= 3


def steps(entry: Entry, profile: Profile, knowledge: Knowledge) -> Reply:
    """What to do by an answer, for "so what should I do?"."""
    _, todo = _general(entry, profile)
    if not todo:
        return in_short(entry, profile, knowledge)
    blocks = (*(Block("text", text(item.say, profile)) for item in tailored(entry, profile)[:1]), Block("list", "What to do", todo))
    buttons = (Button("Why?", "why", entry.topic, row=0), Button("The whole answer", "topic", entry.topic, row=0))
    return Reply(blocks, buttons, decision="answer", ids=(entry.topic,), sources=source_lines(entry, knowledge))


def _general(entry: Entry, profile: Profile) -> tuple[str, tuple[str, ...]]:
    """The general answer and steps; for the protected, those without figures that could be targets."""
    if (other := _otherwise(entry, profile)) is not None:
        return text(other.say, profile), tuple(text(step, profile) for step in other.do)
    if not is_protected(profile):
        return text(entry.answer, profile), tuple(text(step, profile) for step in entry.do)
    general = entry.protected_answer or without_targets(text(entry.answer, profile))
    steps = entry.protected_do or tuple(s for step in entry.do if not TARGET.search(s := text(step, profile)))
    return general, tuple(text(step, profile) for step in steps)


def _otherwise(entry: Entry, profile: Profile) -> Otherwise | None:
    """The answer in place of the general one, for people to whom that says the opposite of what fits them."""
    return None if is_protected(profile) else next((o for o in entry.otherwise if o.holds(profile)), None)


def _within_limit(blocks: list[Block]) -> list[Block]:
    """Drop the last step until the whole reply fits."""
    while sum(len(b.text) + sum(len(i) + 3 for i in b.items) + 2 for b in blocks) > REPLY_LIMIT and len(blocks[-1].items) > 1:
        blocks[-1] = Block("list", blocks[-1].text, blocks[-1].items[:-1])
    return blocks


def question_back(entry: Entry, profile: Profile, asked: Sequence[str] = ()) -> str | None:
    """The one field worth asking: the entry's first that is unknown and was not asked before."""
    if is_protected(profile):
        return None
    return next((name for name in entry.asks if profile.get(name) is None and name not in asked), None)


def next_topics(
    entry: Entry, profile: Profile, knowledge: Knowledge, seen: Sequence[str] = (), instead: Sequence[str] = ()
) -> list[Entry]:
    """Two next questions: those that may have been meant, then those that fit the topic and the person, unseen ones first."""
    fitting = [f.topic for f in entry.follow_ups if f.fits(profile)]
    topics = dict.fromkeys((*instead, *sorted(fitting, key=lambda t: t in seen)))
    barred = NOT_OFFERED if is_protected(profile) else ()
    return [knowledge.entries[t] for t in topics if t in knowledge.entries and t != entry.topic and t not in barred][:NEXT_QUESTIONS]


def two_answers(first: Entry, second: Entry, profile: Profile, knowledge: Knowledge) -> Reply:
    """Both of two questions, briefly."""
    blocks: list[Block] = []
    used: list[str] = []
    for entry in (first, second):
        general, _ = _general(entry, profile)
        blocks += [Block("headline", f"{entry.title} \N{EM DASH} {entry.headline}"), Block("text", general)]
        for item in tailored(entry, profile)[:1]:
            blocks.append(Block("text", text(item.say, profile)))
            used += [name for name in item.fields if profile.get(name) is not None]
    buttons = [Button(f"More: {e.title}", "topic", e.topic) for e in (first, second)]
    sources = (*source_lines(first, knowledge), *source_lines(second, knowledge))
    return Reply(
        tuple(blocks), tuple(buttons), decision="answer", ids=(first.topic, second.topic),
        sources=tuple(dict.fromkeys(sources)), profile_used=tuple(dict.fromkeys(used)),
    )  # fmt: skip


def why(entry: Entry, profile: Profile, knowledge: Knowledge) -> Reply:
    """The reason behind an answer, with its caveat."""
    reason, caveat = text(entry.why, profile), text(entry.caveat, profile)
    if is_protected(profile):
        reason, caveat = without_targets(reason), without_targets(caveat)
    blocks = [Block("headline", f"Why: {entry.title}"), Block("text", reason or "The numbers behind this are not for everyone, so I leave them out here.")]
    if caveat:
        blocks.append(Block("note", f"Keep in mind: {caveat}"))
    buttons = [Button("Evidence", "sources", entry.topic, row=0)]
    buttons += [Button(e.question if len(e.question) <= 40 else e.title, "topic", e.topic) for e in next_topics(entry, profile, knowledge, ())]
    return Reply(tuple(blocks), tuple(buttons), decision="conversation", ids=("ask_more",), sources=source_lines(entry, knowledge))


def source_lines(entry: Entry, knowledge: Knowledge) -> tuple[SourceLine, ...]:
    """The sources of an entry: primary evidence by DOI first, then the article sections."""
    lines = [
        SourceLine(record.citation, record.grade, doi=record.dois[0] if record.dois else "", section="" if record.dois else record.design)
        for record in shown_evidence(entry, knowledge)
    ]
    lines += [SourceLine(ARTICLES[s.article], "practice", section=s.section) for s in entry.sources]
    return tuple(lines)


def shown_evidence(entry: Entry, knowledge: Knowledge) -> list[Evidence]:
    """The evidence records that readers may see."""
    return [r for key in entry.evidence if (r := knowledge.evidence.get(key)) and r.shown]


def evidence(entry: Entry, profile: Profile, knowledge: Knowledge) -> Reply:
    """What an answer rests on: findings in plain words with their grades, links, and the articles it started from."""
    blocks = [Block("headline", f"What this rests on: {GRADES[entry.grade]}" if entry.grade else "Where this comes from")]
    protected = is_protected(profile)
    for record in shown_evidence(entry, knowledge):
        finding = without_targets(record.finding) if protected else record.finding
        if record.status == "V2":
            finding = f"{finding} (as reported by a secondary source)"
        link = f"https://doi.org/{record.dois[0]}" if record.dois else ""
        blocks.append(Block("quote", finding.strip(), (f"{record.citation} \N{MIDDLE DOT} {GRADES[record.grade]}",), link))
    if entry.sources:
        letters = dict.fromkeys(s.article for s in entry.sources)
        sections = tuple(
            f"{ARTICLES[letter]}: " + "; ".join(s.section for s in entry.sources if s.article == letter) for letter in letters
        )
        blocks.append(Block("list", "Articles this answer started from", sections))
    return Reply(tuple(blocks), (), decision="conversation", ids=("ask_source",), sources=source_lines(entry, knowledge))


def referral(entry: Entry, trigger: str, region: Region, contact: str) -> Reply:
    """The safety reply for a trigger: the help it needs, nothing of the person's data."""
    variant = next((v for v in entry.variants if v.trigger == trigger), None)
    fill = {"emergency": region.emergency, "contact": contact, **{f"helpline_{k}": v for k, v in region.helplines.items()}}
    said = region_text(variant.answer if variant else entry.answer, fill)
    steps = tuple(s for step in (variant.do if variant else entry.do) if (s := region_text(step, fill)))
    blocks = [Block("text", said), *([Block("list", "", steps)] if steps else [])]
    return Reply(tuple(blocks), decision="safety", ids=(entry.topic,))


def region_text(template: str, fill: Mapping[str, str]) -> str:
    """Fill region texts; a sentence whose helpline or contact is not set is left out."""
    kept = []
    for sentence in sentences(template):
        for name, value in fill.items():
            if value:
                sentence = sentence.replace("{" + name + "}", value)
        if "{" not in sentence:
            kept.append(sentence)
    return " ".join(kept)


def preview(entry: Entry, profile: Profile, knowledge: Knowledge, region: Region, contact: str) -> str:
    """A topic as a user would read it, with its why and evidence: for the people who write the entries."""
    from actions.plain import plain

    if entry.is_safety:
        shown = [f"[general]\n{plain(referral(entry, '', region, contact))}"]
        shown += [f"[{v.trigger}]\n{plain(referral(entry, v.trigger, region, contact))}" for v in entry.variants]
        return "\n\n".join(shown)
    reply = answer(entry, profile, knowledge, ask=question_back(entry, profile))
    buttons = "   ".join(f"[ {b.title} ]" for b in reply.buttons)
    return "\n\n".join([plain(reply), buttons, "-" * 40, plain(why(entry, profile, knowledge)), "-" * 40, plain(evidence(entry, profile, knowledge))])

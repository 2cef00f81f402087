"""From what the pipeline found to one decision: answer, clarify, conversation, safety or out of scope. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nlu.corpus import PLAN_REQUEST, public_id
from nlu.facts import Fact
from nlu.intents import Ranked
from nlu.safety import SafetyCue, benign_frame
from nlu.text import emoji_intent, emoji_only, foreign, is_question, tells_session, words

OFFERED = 3  # buttons of a "did you mean"
INSTEAD = 2  # topics that an answer offers beside itself
QUITE_SURE = 0.97  # from this probability on an answer offers none
LOGGED = "log_training"
TOLD = 3  # a text that reads as a session done is one when that intent is among the first so many
NEVER_DOUBTED = frozenset(("crisis", "urgent_symptoms"))
SHORT = 40  # words of a text in which a rule's find can be doubted: in longer ones a cue weighs little in the model's scores
CLEAR = 0.45  # a clause without a question word is a question of its own from this score on
# Probabilities of the candidates for a text: a softmax of what each weighs, fitted on questions apart from training (docs/nlu.md). An intent weighs
# by its match and its kind; that it is none of them weighs more the more the text is like off-topic ones.
OF_MATCH = 14.4
OF_KIND = {"answer": 0.0, "out_of_scope": -1.1, "conversation": 0.3, "safety": 0.8}
OF_NONE, OF_ELSEWHERE = 9.7, 8.9
NONE = ""
# Probability that a message is a safety matter, from the intent model alone: the log odds that its intent is one (bounded), the summed safety
# score of the whole, the best score of a single safety topic in the whole or a clause (a long story brings a little of each into the sum), the
# summed off-topic score, and whether every alarming word stands in a harmless frame.
OF_ODDS, OF_WHOLE, OF_NEAREST, OF_OFF_TOPIC, OF_FRAME, NO_MATTER = 0.63, 3.6, 3.5, -2.6, -5.1, -2.5
LEAST = 0.001  # odds are taken of at least this probability


@dataclass(frozen=True)
class Thresholds:
    """Operating points, chosen on questions apart from training (docs/nlu.md)."""

    answer: float = 0.45  # a topic is answered from this probability on that it is the right one; below, it is offered
    scope: float = 0.60  # a message is answered at all from this probability on that it has a topic
    near: float = 0.42  # a question among several must be this similar to its nearest example
    accept: float = 0.20  # a few words besides facts are a question when a topic scores this
    question: float = 0.28  # and a question among several this, to be one of its own
    likely: float = 0.25  # a conversation intent must be this likely
    reject: float = 0.14  # and score this beside facts
    told: float = 0.15  # and that of a session done this, when the text reads as one
    safety: float = 0.45  # probability from which the intent model alone alarms
    matter: float = 0.20  # and a safety topic must score this in the message or in a clause
    hint: float = 0.10  # probability from which a rule's hint counts
    overruled: float = 0.02  # below, a short text is harmless although a rule found something (not of NEVER_DOUBTED, nor an emergency)


@dataclass(frozen=True)
class Part:
    """A message or one of its clauses with its ranked intents."""

    text: str
    ranked: tuple[Ranked, ...]
    safety: float = 0.0  # summed score of all safety topics
    off_topic: float = 0.0  # summed score of all off-topic classes

    @property
    def top(self) -> Ranked:
        """The best intent."""
        return self.ranked[0]

    def probabilities(self, kinds: Mapping[str, str]) -> dict[str, float]:
        """The probability of each intent that was looked at closely, best first, and of NONE of them. They add up to 1."""
        weighed = {r.label: OF_MATCH * r.match + OF_KIND[kinds[r.label]] for r in self.ranked if r.match is not None}
        weighed[NONE] = OF_NONE + OF_ELSEWHERE * self.off_topic
        most = max(weighed.values())
        shares = {label: math.exp(value - most) for label, value in sorted(weighed.items(), key=lambda found: -found[1])}
        whole = sum(shares.values())
        return {label: share / whole for label, share in shares.items()}


@dataclass(frozen=True)
class Decision:
    """What to do with a message. `ids` holds two topics when two were asked; `offers` are topics to choose from, or those that a less
    than sure answer may have missed; `reason` refines out_of_scope."""

    decision: str
    id: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    ids: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    label: str = ""
    trigger: str = ""
    reason: str = ""
    about_self: bool = True
    facts: tuple[Fact, ...] = field(default=())


def decide(
    text: str,
    whole: Part | None,
    clauses: Sequence[Part],
    facts: Sequence[Fact],
    cues: Sequence[SafetyCue],
    kinds: Mapping[str, str],
    thresholds: Thresholds,
) -> Decision:
    """Decide on one message. Safety wins over everything; `whole` is None for a text without words."""
    facts = tuple(facts)
    parts = () if whole is None else (whole, *clauses) if len(clauses) > 1 else (whole,)
    if cues := _believed(cues, parts, kinds, thresholds):
        cue = cues[0]
        return Decision(
            "safety", cue.topic, cue.confidence, _ranking(whole, kinds, cue.topic, cue.confidence), (cue.topic,),
            trigger=cue.trigger, about_self=cue.about_self, facts=facts,
        )  # fmt: skip
    if whole is None or emoji_only(text):
        intent = emoji_intent(text) if text.strip() else None
        if intent:
            return Decision("conversation", intent, 1.0, ((intent, 1.0),), label=intent)
        return Decision("out_of_scope", "out_of_scope", 1.0, (("out_of_scope", 1.0),), reason="blank")
    if foreign(text):
        return Decision("out_of_scope", "out_of_scope", 0.9, (("out_of_scope", 0.9),), reason="language")
    alarmed = max(parts, key=lambda p: p.safety)
    if _alarms(parts, kinds, thresholds) and (found := next((r for r in alarmed.ranked if kinds[r.label] == "safety"), None)):
        sure = round(safety_probability(parts, kinds), 4)
        return Decision("safety", found.label, sure, _ranking(alarmed, kinds, found.label, sure), (found.label,), label=found.label, facts=facts)
    stored = [f for f in facts if f.scope == "stored"]
    if stored and _is_statement(text, whole, clauses, stored, kinds, thresholds):
        return Decision("conversation", "update_profile", 0.9, _ranking(whole, kinds, "update_profile", 0.9), label="update_profile", facts=facts)
    if LOGGED in (log := {r.label: r.score for r in whole.ranked[:TOLD]}) and log[LOGGED] >= thresholds.told and tells_session(text):
        sure = round(whole.probabilities(kinds).get(LOGGED, 0.0), 4)
        return Decision("conversation", LOGGED, sure, _ranking(whole, kinds, LOGGED, sure), label=LOGGED, facts=facts)
    two = _two_questions(clauses, kinds, thresholds)
    if two:
        ids = tuple(public_id(part.top.label) for part in two)
        sure = round(min(part.probabilities(kinds)[part.top.label] for part in two), 4)
        ranking = tuple({**dict.fromkeys(ids, sure), **{i: min(c, sure) for i, c in _ranking(whole, kinds) if i not in ids}}.items())[:5]
        return Decision("answer", ids[0], sure, ranking, ids, label=two[0].top.label, facts=facts)
    return _single(_best_part(whole, clauses, kinds), kinds, thresholds, facts)


def safety_probability(parts: Sequence[Part], kinds: Mapping[str, str], *, framed: bool = False) -> float:
    """The probability that a message (its whole first, then its clauses) is a safety matter, by the intent model alone."""
    whole = parts[0]
    likely = sum(p for label, p in whole.probabilities(kinds).items() if kinds.get(label) == "safety")
    likely = min(max(likely, LEAST), 1 - LEAST)
    weighed = OF_ODDS * math.log(likely / (1 - likely)) + OF_WHOLE * whole.safety + OF_NEAREST * nearest_matter(parts, kinds)
    return _logistic(weighed + OF_OFF_TOPIC * whole.off_topic + (OF_FRAME if framed else 0.0) + NO_MATTER)


def nearest_matter(parts: Sequence[Part], kinds: Mapping[str, str]) -> float:
    """The best score of a single safety topic in a message or a clause of it."""
    return max((r.score for part in parts for r in part.ranked if kinds[r.label] == "safety"), default=0.0)


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _believed(cues: Sequence[SafetyCue], parts: Sequence[Part], kinds: Mapping[str, str], t: Thresholds) -> list[SafetyCue]:
    """The cues that count. A hint needs the intent model to see something too; another find is doubted only in a short text in which it sees nothing."""
    if not parts:
        return list(cues)
    seen, long = safety_probability(parts, kinds), len(words(parts[0].text)) > SHORT
    return [c for c in cues if (seen >= t.hint if c.hint else long or c.emergency or c.topic in NEVER_DOUBTED or seen >= t.overruled)]


def _alarms(parts: Sequence[Part], kinds: Mapping[str, str], t: Thresholds) -> bool:
    """Whether the intent model alone is sure enough of a safety matter. It cannot read "no", "ten years ago" or "would kill me if": frames do."""
    if nearest_matter(parts, kinds) < t.matter or safety_probability(parts, kinds) < t.safety:
        return False
    return safety_probability(parts, kinds, framed=True) >= t.safety or not benign_frame(parts[0].text)


def _single(part: Part, kinds: Mapping[str, str], t: Thresholds, facts: tuple[Fact, ...]) -> Decision:
    found = part.probabilities(kinds)
    top = max(part.ranked, key=lambda r: found.get(r.label, 0.0))
    if kinds[top.label] == "conversation" and found[top.label] >= t.likely:
        ident, sure = public_id(top.label), round(found[top.label], 4)
        return Decision("conversation", ident, sure, _ranking(part, kinds, ident, sure), label=top.label, facts=facts)
    topics = [r for r in part.ranked if kinds[r.label] == "answer"]
    elsewhere = found[NONE] + sum(p for label, p in found.items() if kinds.get(label) == "out_of_scope")
    topical = sum(found.get(r.label, 0.0) for r in topics)
    if topical < t.scope * (topical + elsewhere) or not topics:
        known, sure = kinds[top.label] == "out_of_scope", round(elsewhere / (topical + elsewhere), 4)
        reason = "" if known else "unsure"
        return Decision("out_of_scope", "out_of_scope", sure, _ranking(part, kinds, "out_of_scope", sure), label=top.label if known else "", reason=reason, facts=facts)
    sure = round(found[topics[0].label] / (1 - sum(p for label, p in found.items() if kinds.get(label) == "safety")), 4)  # it was found to be no such matter
    if sure < t.answer:
        return _clarify(part, kinds, topics, sure, facts)
    ident = public_id(topics[0].label)
    others = dict.fromkeys(public_id(r.label) for r in topics if public_id(r.label) != ident)
    offers = tuple(others)[:INSTEAD] if sure < QUITE_SURE else ()
    return Decision("answer", ident, sure, _ranking(part, kinds, ident, sure), (ident,), offers, label=topics[0].label, facts=facts)


def _clarify(part: Part, kinds: Mapping[str, str], topics: Sequence[Ranked], sure: float, facts: tuple[Fact, ...]) -> Decision:
    offered = list({public_id(r.label): r for r in reversed(topics)}.items())[::-1][:OFFERED]
    offers = tuple(ident for ident, _ in offered)
    found = part.probabilities(kinds)
    shown = {ident: round(min(sure, found.get(r.label, 0.0)), 4) if n else sure for n, (ident, r) in enumerate(offered)}
    ranking = {**shown, **{i: min(c, *shown.values()) for i, c in _ranking(part, kinds) if i not in shown}}
    return Decision("clarify", offers[0], sure, tuple(ranking.items())[:5], offers=offers, facts=facts)


def _best_part(whole: Part, clauses: Sequence[Part], kinds: Mapping[str, str]) -> Part:
    """The clause that asks, when a message tells a story around it; otherwise the whole message."""
    asking = [c for c in clauses if is_question(c.text) and len(words(c.text)) >= 3 and kinds[c.top.label] != "conversation"]
    if len(clauses) < 2 or not asking:
        return whole
    best = max(asking, key=lambda c: c.top.score)
    return best if best.top.score > whole.top.score + (0.03 if kinds[whole.top.label] != "answer" else 0.25) else whole


def _two_questions(clauses: Sequence[Part], kinds: Mapping[str, str], t: Thresholds) -> tuple[Part, Part] | None:
    """The two clearest questions of a message that asks about more than one topic, in its order."""
    asked: dict[str, Part] = {}
    for clause in clauses:
        label = public_id(clause.top.label)
        clear = clause.top.score >= (t.question if is_question(clause.text) else CLEAR)
        if kinds[clause.top.label] == "answer" and clear and clause.top.nearness >= t.near and (label not in asked or clause.top.score > asked[label].top.score):
            asked[label] = clause
    if len(asked) < 2:
        return None
    clearest = sorted(asked.values(), key=lambda c: -c.top.score)[:2]
    one, two = (c for c in clauses if any(c is found for found in clearest))
    return one, two


def _is_statement(
    text: str, whole: Part, clauses: Sequence[Part], stored: Sequence[Fact], kinds: Mapping[str, str], t: Thresholds
) -> bool:
    """Whether a message only tells facts about the person: no question, and little besides the facts."""
    if any(is_question(c.text) for c in clauses) or is_question(text):
        return False
    top = whole.top
    if top.label == "update_profile":
        return True
    if kinds[top.label] == "conversation" and top.score >= t.reject:
        return False  # a plan wished for, a session logged: the facts in it are taken all the same
    rest = "".join(" " if any(f.start <= i < f.end for f in stored) else c for i, c in enumerate(text))
    bare = [w for w in words(rest) if w not in _FILLER]
    if kinds[top.label] == "answer" and top.score >= t.reject:
        return not bare or (len(bare) == 1 and top.score < t.accept) or bool(_WANTS_PLAN.search(text))
    return len(bare) <= 4


_WANTS_PLAN = re.compile(
    r"\b(?:make|create|build|write|give|need|want|do)\b.{0,20}\b(?:plan|schedule|program(?:me)?)\b|\bplan (?:for me|me|my week|please|pls)\b", re.IGNORECASE
)
_FILLER = frozenset(
    "i i'm im am a an the my me is it's its and or but at of to so now on in for per day days week weeks weekly about around only hi hey ok okay "
    "currently usually normally by the way btw right been have eat eating lift run running lifting train training weigh weight old years year".split()
)


def _ranking(part: Part | None, kinds: Mapping[str, str], first: str | None = None, confidence: float = 1.0) -> tuple[tuple[str, float], ...]:
    """Ids with their probability, best first; `first` and its confidence go before the others, none of which is surer."""
    ranking = {first: round(confidence, 4)} if first else {}
    if part is not None:
        for label, sure in {**part.probabilities(kinds), **{r.label: 0.0 for r in part.ranked if r.match is None}}.items():
            if label != NONE:
                ranking.setdefault(public_id(label), round(min(confidence, sure), 4))
    return tuple(ranking.items())[:5]


def as_dict(decision: Decision) -> dict[str, Any]:
    """The decision as plain data, for Rasa's parse result."""
    return {
        "decision": decision.decision, "id": decision.id, "confidence": decision.confidence, "ids": list(decision.ids),
        "ranking": [{"id": i, "confidence": c} for i, c in decision.ranking], "offers": list(decision.offers), "label": decision.label,
        "trigger": decision.trigger, "reason": decision.reason, "about_self": decision.about_self, "facts": [vars(f) for f in decision.facts],
    }  # fmt: skip


__all__ = ["PLAN_REQUEST", "Decision", "Part", "Thresholds", "as_dict", "decide"]

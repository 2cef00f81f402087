"""`coach evaluate`: what the understanding gets right, on cross-validation and on texts that nobody trained on."""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from knowledge.load import Knowledge, load
from nlu import corpus
from nlu.components import MAX_CLAUSES, SUMMED, load_encoder
from nlu.decide import Decision, Part, Thresholds, decide
from nlu.encoder import Encoder, Reading, Vectors
from nlu.facts import read_facts
from nlu.intents import IntentModel
from nlu.safety import detect
from nlu.spacy_pipeline import build_nlp
from nlu.text import clauses, clean, words

TEST_DATA = Path(__file__).parent.parent / "tests" / "data"
TODAY = dt.date(2026, 11, 22)  # the day on which the test facts were written
FOLDS = 5

# What a release may not fall below (shares).
FLOORS: Mapping[str, float] = {
    "questions.top1": 0.90,
    "questions.right_or_button": 0.95,
    "fresh.questions.top1": 0.95,
    "fresh.questions.right_or_button": 0.98,
    "safety.caught": 0.985,
    "fresh.safety.caught": 0.97,
    "out_of_scope.rejected": 0.90,
    "fresh.out_of_scope.rejected": 0.90,
    "conversation.right": 0.94,
    "facts.exact": 0.95,
    "multi.both": 0.85,
}
CEILINGS: Mapping[str, float] = {"questions.lost": 0.03, "fresh.questions.lost": 0.03, "lookalikes.alarmed": 0.06, "fresh.lookalikes.alarmed": 0.08}


class OnceEncoder(Encoder):
    """An encoder that reads a text once, however often it is asked for: folds and test sets share most of theirs."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.tokenizer = encoder, encoder.tokenizer
        self._seen: dict[str, Reading] = {}
        self._weights: Vectors | None = None

    def piece_weights(self, texts: Sequence[str]) -> Vectors:
        """As Encoder.piece_weights for the first texts; later ones get the same, since vectors are kept."""
        if self._weights is None:
            self._weights = self._encoder.piece_weights(texts)
        return self._weights

    def encode(self, texts: list[str], together: int = 1, weights: Vectors | None = None) -> list[Reading]:
        """As Encoder.encode."""
        new = list(dict.fromkeys(t for t in texts if t not in self._seen))
        self._seen.update(zip(new, self._encoder.encode(new, together, weights), strict=True))
        return [self._seen[t] for t in texts]

    def encode_side_by_side(self, texts: Sequence[str], weights: Vectors | None = None) -> list[Reading]:
        """As Encoder.encode_side_by_side; only what stands alone is kept, since rounding depends on the neighbours."""
        return self.encode(list(texts), 1, weights) if len(texts) == 1 else self._encoder.encode_side_by_side(texts, weights)


class Understanding:
    """The pipeline without Rasa: the same pure parts in the same order."""

    def __init__(self, model: IntentModel, kinds: Mapping[str, str], thresholds: Thresholds | None = None) -> None:
        self.model, self.kinds, self.thresholds = model, kinds, thresholds or Thresholds()
        self._groups = [[label for label, kind in kinds.items() if kind == group] for group in SUMMED]
        self._nlp = build_nlp()

    @classmethod
    def fit(cls, examples: Iterable[corpus.Example], kinds: Mapping[str, str], encoder: Encoder | None = None) -> Understanding:
        """Train on examples."""
        found = list(examples)
        return cls(IntentModel.fit([e.text for e in found], [e.label for e in found], encoder or load_encoder(threads=2)), kinds)

    def __call__(self, texts: Sequence[str]) -> list[Decision]:
        """The decision on each text."""
        cleaned = [clean(t) for t in texts]
        pieces: list[list[str]] = []
        for text in cleaned:
            found = clauses(text)[:MAX_CLAUSES]
            pieces.append([] if not words(text) else [text, *found] if len(found) > 1 else [text])
        flat = [p for group in pieces for p in group]
        ranked = iter(self.model.rank_and_sum(flat, self._groups))
        out = []
        for text, group in zip(cleaned, pieces, strict=True):
            parts = [Part(p, tuple(r), *sums) for p, (r, sums) in ((p, next(ranked)) for p in group)]
            facts = read_facts(self._nlp(text), today=TODAY)
            out.append(decide(text, parts[0] if parts else None, parts[1:], facts, detect(text), self.kinds, self.thresholds))
        return out


@dataclass
class Scores:
    """Figures by name (shares of 1), tables by name, and the rows behind them."""

    figures: dict[str, float] = field(default_factory=dict)
    tables: dict[str, list[list[Any]]] = field(default_factory=dict)
    points: dict[str, list[tuple[float, bool]]] = field(default_factory=dict)

    def share(self, name: str, hits: Iterable[bool]) -> float:
        """Note the share of true values under a name."""
        values = list(hits)
        self.figures[name] = round(sum(values) / len(values), 4) if values else 0.0
        return self.figures[name]


def read_set(name: str, folder: Path = TEST_DATA) -> Any:
    """One file of the test data."""
    return yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8"))


def labelled(name: str, folder: Path = TEST_DATA) -> list[tuple[str, tuple[str, ...]]]:
    """(text, ids that count as right) of a test file that maps ids to texts."""
    out = []
    for key, items in read_set(name, folder).items():
        for item in items:
            out.append((str(item["text"]), (key, *item.get("also", ()))) if isinstance(item, dict) else (str(item), (key,)))
    return out


def score_questions(understand: Callable[[Sequence[str]], list[Decision]], rows: Sequence[tuple[str, tuple[str, ...]]], scores: Scores, name: str) -> None:
    """Topic questions: ranking, answers, buttons, losses, confusions."""
    decisions = understand([t for t, _ in rows])
    top1 = [bool(d.ranking) and d.ranking[0][0] in ids for d, (_, ids) in zip(decisions, rows, strict=True)]
    scores.share(f"{name}.top1", top1)
    scores.share(f"{name}.answered_right", [right(d, ids) for d, (_, ids) in zip(decisions, rows, strict=True)])
    offered = [right(d, ids) or bool(set(d.offers) & set(ids)) for d, (_, ids) in zip(decisions, rows, strict=True)]
    scores.share(f"{name}.right_or_button", offered)
    scores.share(f"{name}.lost", [d.decision == "out_of_scope" for d in decisions])
    scores.share(f"{name}.clarified", [d.decision == "clarify" for d in decisions])
    scores.share(f"{name}.answered_wrong", [d.decision == "answer" and not right(d, ids) for d, (_, ids) in zip(decisions, rows, strict=True)])
    scores.share(f"{name}.alarmed", [d.decision == "safety" for d in decisions])
    scores.points[name] = [(d.confidence, right(d, ids)) for d, (_, ids) in zip(decisions, rows, strict=True)]
    wrong = [[t, "/".join(ids), d.decision, d.id, round(d.confidence, 2)] for d, (t, ids) in zip(decisions, rows, strict=True) if not right(d, ids)]
    scores.tables[f"{name}.not_answered_right"] = wrong
    mixed = Counter((ids[0], d.id) for d, (_, ids) in zip(decisions, rows, strict=True) if d.id not in ids)
    scores.tables[f"{name}.confusions"] = [[n, *pair] for pair, n in mixed.most_common(25)]
    asked, found = Counter(ids[0] for _, ids in rows), Counter(d.id for d in decisions if d.decision in ("answer", "conversation"))
    hits = Counter(ids[0] for d, (_, ids) in zip(decisions, rows, strict=True) if right(d, ids))
    scores.tables[f"{name}.topics"] = [[t, asked[t], round(hits[t] / max(1, found[t]), 2), round(hits[t] / asked[t], 2)] for t in sorted(asked)]


def right(decision: Decision, ids: Sequence[str]) -> bool:
    """Whether a decision gives the answer that was asked for."""
    if decision.id == "weekly_plan" and "weekly_plan" in ids:
        return decision.decision in ("answer", "conversation")
    return decision.decision == "answer" and bool(set(decision.ids or (decision.id,)) & set(ids))


def score_all(understand: Callable[[Sequence[str]], list[Decision]], folder: Path = TEST_DATA) -> Scores:
    """All test sets of a folder."""
    scores = Scores()
    questions = labelled("questions", folder)
    score_questions(understand, questions, scores, "questions")
    score_questions(understand, [(with_typos(t, n), ids) for n, (t, ids) in enumerate(questions)], scores, "typos")
    safety = labelled("safety", folder)
    found = understand([t for t, _ in safety])
    scores.share("safety.caught", [d.decision == "safety" for d in found])
    scores.share("safety.right_topic", [d.decision == "safety" and d.id in ids for d, (_, ids) in zip(found, safety, strict=True)])
    scores.tables["safety.missed"] = [[t, ids[0], d.decision, d.id] for d, (t, ids) in zip(found, safety, strict=True) if d.decision != "safety"]
    looks = read_set("lookalikes", folder)
    found = understand([i["text"] for i in looks])
    scores.share("lookalikes.alarmed", [d.decision == "safety" for d in found])
    scores.tables["lookalikes.alarmed"] = [[i["text"], d.id, round(d.confidence, 2)] for d, i in zip(found, looks, strict=True) if d.decision == "safety"]
    score_out_of_scope(understand, scores, folder)
    talk = labelled("conversation", folder)
    found = understand([t for t, _ in talk])
    scores.share("conversation.right", [d.id in ids and d.decision in ("conversation", "answer") for d, (_, ids) in zip(found, talk, strict=True)])
    scores.tables["conversation.wrong"] = [[t, ids[0], d.decision, d.id] for d, (t, ids) in zip(found, talk, strict=True) if d.id not in ids]
    score_facts(scores, folder)
    multi = read_set("multi", folder)
    found = understand([i["text"] for i in multi])
    scores.share("multi.both", [set(d.ids) == set(i["ids"]) for d, i in zip(found, multi, strict=True) if len(i["ids"]) == 2])
    scores.share("multi.one_stays_one", [len(d.ids) < 2 for d, i in zip(found, multi, strict=True) if len(i["ids"]) == 1])
    scores.tables["multi.wrong"] = [
        [i["text"], "+".join(i["ids"]), d.decision, "+".join(d.ids) or d.id] for d, i in zip(found, multi, strict=True) if set(d.ids) != set(i["ids"])
    ]
    return scores


def score_out_of_scope(understand: Callable[[Sequence[str]], list[Decision]], scores: Scores, folder: Path = TEST_DATA) -> None:
    """Questions that the coach must not answer, by kind. A "did you mean" counts as rejected: nothing wrong is said."""
    rejected, answered = [], []
    for kind, texts in read_set("out_of_scope", folder).items():
        found = understand([str(t) for t in texts])
        hits = [d.decision in ("out_of_scope", "clarify") or (kind == "emoji_blank" and d.decision == "conversation") for d in found]
        scores.share(f"out_of_scope.{kind}", hits)
        rejected += [d.decision == "out_of_scope" or (kind == "emoji_blank" and d.decision == "conversation") for d in found]
        answered += [[str(t), kind, d.decision, d.id, round(d.confidence, 2)] for t, d in zip(texts, found, strict=True) if d.decision != "out_of_scope"]
    scores.share("out_of_scope.rejected", rejected)
    scores.tables["out_of_scope.not_rejected"] = answered


def score_facts(scores: Scores, folder: Path = TEST_DATA) -> None:
    """Profile values: exactly those that were said, none that were not."""
    nlp = build_nlp()
    exact, wrong = [], []
    for item in read_set("facts", folder):
        facts = read_facts(nlp(clean(item["text"])), today=TODAY)
        got = {f.field: f.value for f in facts if f.scope == "stored" and not f.problem and not f.negated}
        may = item.get("may") or {}
        want = item["facts"]
        good = all(k in got and same(got[k], v) for k, v in want.items()) and all(k in want or (k in may and same(v, may[k])) for k, v in got.items())
        exact.append(good)
        if not good:
            wrong.append([item["text"], json.dumps(want, default=str), json.dumps(got, default=str)])
    scores.share("facts.exact", exact)
    scores.tables["facts.wrong"] = wrong


def same(one: Any, other: Any) -> bool:
    """Equal, numbers within 0.5."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 0.5
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return str(one) == str(other)


def with_typos(text: str, seed: int) -> str:
    """The text with one or two typing errors, the same for the same seed."""
    rng = random.Random(seed)
    for _ in range(rng.choice((1, 2))):
        spots = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
        if not spots:
            break
        i = rng.choice(spots)
        swapped, dropped, doubled = text[:i] + text[i + 1] + text[i] + text[i + 2 :], text[:i] + text[i + 1 :], text[:i] + text[i] + text[i:]
        text = rng.choice((swapped, dropped, doubled, text[:i] + rng.choice("abcdefghijklmnopqrstuvwxyz") + text[i + 1 :]))
    return text


def cross_validate(knowledge: Knowledge, scores: Scores, folds: int = FOLDS, encoder: Encoder | None = None) -> None:
    """Stratified cross-validation over the entries' phrasings (other examples always in training but their own fold)."""
    examples = list(corpus.examples(knowledge))
    kinds = corpus.kinds(knowledge)
    seen: dict[str, int] = defaultdict(int)
    fold_of = []
    for example in random.Random(7).sample(examples, len(examples)):
        fold_of.append((seen[example.label] % folds, example))
        seen[example.label] += 1
    rows: list[tuple[Decision, corpus.Example]] = []
    for fold in range(folds):
        held = [e for f, e in fold_of if f == fold]
        understand = Understanding.fit([e for f, e in fold_of if f != fold], kinds, encoder)
        rows += list(zip(understand([e.text for e in held]), held, strict=True))
    topics = [(d, e) for d, e in rows if kinds[e.label] == "answer"]
    scores.share("cross_validation.top1", [bool(d.ranking) and d.ranking[0][0] == corpus.public_id(e.label) for d, e in topics])
    scores.share("cross_validation.in_top3", [corpus.public_id(e.label) in [i for i, _ in d.ranking[:3]] for d, e in topics])
    scores.share("cross_validation.safety", [d.decision == "safety" for d, e in rows if kinds[e.label] == "safety"])
    scores.share("cross_validation.out_of_scope", [d.decision == "out_of_scope" for d, e in rows if kinds[e.label] == "out_of_scope"])
    scores.share("cross_validation.conversation", [d.id == corpus.public_id(e.label) for d, e in rows if kinds[e.label] == "conversation"])
    scores.points["cross_validation"] = [(d.confidence, d.id == corpus.public_id(e.label)) for d, e in topics if d.decision == "answer"]


def below_floors(scores: Scores) -> list[str]:
    """The figures that miss their floor or ceiling, in words."""
    low = [f"{k} is {scores.figures[k]:.3f}, the floor is {v}" for k, v in FLOORS.items() if scores.figures.get(k, 1) < v]
    return low + [f"{k} is {scores.figures[k]:.3f}, the ceiling is {v}" for k, v in CEILINGS.items() if scores.figures.get(k, 0) > v]


def evaluate(settings: Any, out: Path, *, quick: bool = False) -> int:
    """Score everything, write `report.md` and `report.json` into `out`; returns 1 when a floor is missed."""
    from nlu.report import write_report

    knowledge = load(settings.knowledge_dir)
    print("Training on everything ...", file=sys.stderr)
    loaded = load_encoder(threads=2)
    encoder = OnceEncoder(loaded) if loaded else None
    understand = Understanding.fit(corpus.examples(knowledge), corpus.kinds(knowledge), encoder)
    scores = score_all(understand)
    fresh = score_all(understand, TEST_DATA / "fresh")  # never looked at while tuning
    scores.figures |= {f"fresh.{k}": v for k, v in fresh.figures.items()}
    scores.tables |= {f"fresh.{k}": v for k, v in fresh.tables.items() if k.endswith("topics")}
    scores.points["fresh.questions"] = fresh.points["questions"]
    if not quick:
        print("Cross-validating ...", file=sys.stderr)
        cross_validate(knowledge, scores, encoder=encoder)
    out.mkdir(parents=True, exist_ok=True)
    print(write_report(scores, out))
    missed = below_floors(scores)
    print("\n".join(missed) or "All floors are met.")
    return 1 if missed else 0

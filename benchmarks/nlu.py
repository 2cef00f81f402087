"""The intent model on public data sets, beside what the authors of HINT3 measured of other platforms. `python benchmarks/nlu.py FOLDER`

FOLDER holds `hint3/NAME_{train,test}.csv` (sentence, label), `banking77/{train,test}.csv` (text, category) and `clinc150/data_small.json`,
as their authors publish them; a set that is not there is left out. The model and its settings are the product's (`nlu.intents`): only the
data differ. Training parts train and set thresholds, test parts are measured once.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # before this directory, whose nlu.py is not the package nlu

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402
from sklearn.metrics import roc_auc_score  # noqa: E402

from benchmarks import common  # noqa: E402
from nlu.decide import Part  # noqa: E402
from nlu.encoder import Encoder  # noqa: E402
from nlu.evaluate import OnceEncoder  # noqa: E402
from nlu.intents import IntentModel  # noqa: E402

OFF_TOPIC = "NO_NODES_DETECTED"  # HINT3's label of test questions without a topic
OOS = "oos"  # CLINC150's
LOST = (0.03, 0.10)  # shares of in-scope training questions that a threshold may turn away
SHOTS, SHOT_SEEDS = 10, 5
FOLDS = 5
CHUNK = 250  # texts ranked at once
RESAMPLES = 1000
TINY = 1e-300  # keeps logarithms finite

# Accuracy in scope, off-topic AUROC; computed from the predictions that HINT3's authors published, as ours are.
PUBLISHED = {
    "Rasa (DIET)": {"curekart": (84.1, 0.801), "sofmattress": (69.3, 0.792), "powerplay11": (49.1, 0.709)},
    "Dialogflow": {"curekart": (75.0, 0.856), "sofmattress": (73.2, 0.869), "powerplay11": (59.6, 0.728)},
    "LUIS": {"curekart": (73.7, 0.827), "sofmattress": (63.6, 0.868), "powerplay11": (52.4, 0.762)},
    "Haptik": {"curekart": (80.8, 0.850), "sofmattress": (72.3, 0.839), "powerplay11": (67.3, 0.766)},
    "BERT": {"curekart": (83.6, 0.824), "sofmattress": (73.6, 0.868), "powerplay11": (58.5, 0.699)},
}

Pairs = list[tuple[str, str]]
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """What the model says to a list of texts: the best topic of each, and the log odds that it has a topic at all, as the product decides it."""

    best: list[str]
    gate: Numbers


def pairs(path: Path, text: str, label: str) -> Pairs:
    """(text, label) of a CSV file with these two columns."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(row[text], row[label]) for row in csv.DictReader(file)]


def fit(train: Pairs, encoder: Encoder) -> IntentModel:
    """The product's model on other data."""
    return IntentModel.fit([t for t, _ in train], [label for _, label in train], encoder)


def rank(model: IntentModel, texts: Sequence[str]) -> Ranking:
    """Rank texts; the off-topic class, when the model has one, is no topic."""
    best, gate = [], []
    for start in range(0, len(texts), CHUNK):
        for ranked, (off_topic,) in model.rank_and_sum(texts[start : start + CHUNK], ((OOS,),)):
            best.append(next(r for r in ranked if r.label != OOS).label)
            kinds = {r.label: "out_of_scope" if r.label == OOS else "answer" for r in ranked}
            found = Part("", tuple(ranked), 0.0, off_topic).probabilities(kinds)
            topical = sum(p for label, p in found.items() if kinds.get(label) == "answer")
            elsewhere = sum(p for label, p in found.items() if kinds.get(label) != "answer")
            gate.append(math.log(max(topical, TINY)) - math.log(max(elsewhere, TINY)))
    return Ranking(best, np.array(gate))


def held_out_gate(train: Pairs, encoder: Encoder) -> Numbers:
    """The gate's values for training questions, each from a model that did not see it: what thresholds are chosen on."""
    order = list(range(len(train)))
    random.Random(7).shuffle(order)
    values = np.zeros(len(train))
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        model = fit([train[n] for n in order if n not in set(held)], encoder)
        values[held] = rank(model, [train[n][0] for n in held]).gate
    return values


def interval(statistic: Callable[[npt.NDArray[np.int64]], float], size: int) -> tuple[float, float, float]:
    """A statistic of all rows, and the bounds of its 95 % bootstrap interval. `statistic` takes row numbers."""
    rng = np.random.default_rng(7)
    values = [statistic(rng.integers(0, size, size)) for _ in range(RESAMPLES)]
    low, high = np.percentile(values, (2.5, 97.5))
    return statistic(np.arange(size)), float(low), float(high)


def percent(hits: Iterable[float]) -> str:
    """A share in percent with its interval."""
    values = np.array(list(hits), dtype=np.float64)
    mid, low, high = interval(lambda rows: float(values[rows].mean()), len(values))
    return f"{100 * mid:.1f} ({100 * low:.1f}-{100 * high:.1f})"


def auroc(topical: Bools, gate: Numbers) -> str:
    """How well the gate parts questions with a topic from those without, with its interval."""

    def statistic(rows: npt.NDArray[np.int64]) -> float:
        picked = topical[rows]
        return float(roc_auc_score(picked, gate[rows])) if 0 < picked.sum() < len(picked) else 1.0

    mid, low, high = interval(statistic, len(gate))
    return f"{mid:.3f} ({low:.3f}-{high:.3f})"


def off_topic_rows(name: str, chosen_on: Numbers, topical: Bools, gate: Numbers) -> list[dict[str, object]]:
    """Off-topic questions rejected at thresholds that lose a stated share of the questions they were chosen on."""
    found = []
    for share in LOST:
        threshold = float(np.quantile(chosen_on, share))
        found.append(
            {
                "set": name, "threshold chosen to lose, %": f"{100 * share:.0f}", "in scope lost, %": percent(gate[topical] < threshold),
                "off-topic rejected, %": percent(gate[~topical] < threshold),
            }
        )  # fmt: skip
    return found


def hint3(folder: Path, encoder: Encoder) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Three chatbots' real traffic: accuracy in scope without a threshold, AUROC of the score; then thresholds from training data."""
    ours: dict[str, object] = {"": "**this project**"}
    tables: list[dict[str, object]] = []
    names = [n for n in next(iter(PUBLISHED.values())) if (folder / f"{n}_train.csv").exists()]
    for name in names:
        train, test = (pairs(folder / f"{name}_{part}.csv", "sentence", "label") for part in ("train", "test"))
        once = OnceEncoder(encoder)
        ranking = rank(fit(train, once), [t for t, _ in test])
        topical = np.array([label != OFF_TOPIC for _, label in test])
        right = np.array([best == label for best, (_, label) in zip(ranking.best, test, strict=True)])
        ours |= {f"{name} accuracy, %": percent(right[topical]), f"{name} off-topic AUROC": auroc(topical, ranking.gate)}
        tables += off_topic_rows(f"HINT3 {name}", held_out_gate(train, once), topical, ranking.gate)
    others: list[dict[str, object]] = []
    for platform, figures in PUBLISHED.items():
        cells: dict[str, object] = {"": platform}
        for name in names:
            cells |= {f"{name} accuracy, %": f"{figures[name][0]:.1f}", f"{name} off-topic AUROC": f"{figures[name][1]:.3f}"}
        others.append(cells)
    return ([ours, *others] if names else []), tables


def banking77(folder: Path, encoder: Encoder) -> list[dict[str, object]]:
    """77 intents of a bank's customers: all training questions, and ten of each intent, drawn several times."""
    train, test = (pairs(folder / f"{part}.csv", "text", "category") for part in ("train", "test"))
    texts, wanted = [t for t, _ in test], [label for _, label in test]

    def hits(some: Pairs) -> npt.NDArray[np.float64]:
        return np.array([b == w for b, w in zip(rank(fit(some, OnceEncoder(encoder)), texts).best, wanted, strict=True)], dtype=np.float64)

    by_label: dict[str, Pairs] = defaultdict(list)
    for pair in train:
        by_label[pair[1]].append(pair)
    draws = [[p for some in by_label.values() for p in rng.sample(some, min(SHOTS, len(some)))] for rng in map(random.Random, range(SHOT_SEEDS))]
    few = np.mean([hits(draw) for draw in draws], axis=0)
    return [
        {"set": "BANKING77", "training questions": len(train), "accuracy, %": percent(hits(train))},
        {"set": f"BANKING77, {SHOTS} of each intent, mean of {SHOT_SEEDS} draws", "training questions": len(draws[0]), "accuracy, %": percent(few)},
    ]


def clinc150(path: Path, encoder: Encoder) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """150 intents and questions of none: the out-of-scope training questions are a class, thresholds come from the validation part."""
    data = {part: [(t, label) for t, label in some] for part, some in json.loads(path.read_text(encoding="utf-8")).items()}
    model = fit([*data["train"], *data["oos_train"]], OnceEncoder(encoder))
    test = [*data["test"], *data["oos_test"]]
    ranking, chosen_on = rank(model, [t for t, _ in test]), rank(model, [t for t, _ in data["val"]]).gate
    topical = np.array([label != OOS for _, label in test])
    right = np.array([best == label for best, (_, label) in zip(ranking.best, test, strict=True)])
    cells: dict[str, object] = {"set": "CLINC150 small", "training questions": len(data["train"]) + len(data["oos_train"])}
    cells |= {"accuracy, %": percent(right[topical]), "off-topic AUROC": auroc(topical, ranking.gate)}
    return [cells], off_topic_rows("CLINC150 small", chosen_on, topical, ranking.gate)


def main(folder: Path) -> int:
    """Measure what the folder holds and print tables; returns 2 when it holds no set."""
    encoder = Encoder.load(threads=2)
    platforms, thresholds = hint3(folder / "hint3", encoder)
    crowd: list[dict[str, object]] = []
    if (folder / "banking77" / "train.csv").exists():
        crowd += banking77(folder / "banking77", encoder)
    if (folder / "clinc150" / "data_small.json").exists():
        found, more = clinc150(folder / "clinc150" / "data_small.json", encoder)
        crowd, thresholds = crowd + found, thresholds + more
    if not (platforms or crowd):
        print(f"{folder} holds none of hint3/, banking77/ and clinc150/", file=sys.stderr)
        return 2
    if crowd:
        crowd = [{name: cells.get(name, "") for name in dict.fromkeys(n for c in crowd for n in c)} for cells in crowd]
    for rows in (platforms, crowd, thresholds):
        if rows:
            common.table(rows)
            print()
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    sys.exit(main(parser.parse_args().folder))

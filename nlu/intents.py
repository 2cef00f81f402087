"""The intent model: kernel ridge regression over all training examples, by meaning and by spelling at once.

The kernel between two texts is `w * exp(2 * (cos(sentence vectors) - 1)) + (1 - w) * cos(TF-IDF)`. Far from every example
it goes to zero and so do the scores, which makes it its own gate for off-topic questions. Training is one Cholesky
solve. Compared with logistic regressions over the same features in docs/nlu.md.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.linalg
from scipy import sparse

from nlu.encoder import Encoder, Reading, vectors_of
from nlu.encoder.cosines import Cosines, restored, rounded
from nlu.pieces import Pieces
from nlu.text import Speller

Floats = npt.NDArray[np.float32]
COMMON = 0.02  # terms of more than this share of the texts say little and cost most of the time
KEPT = 400  # but terms of fewer texts than this cost little
BLOCK = 2000
SAME = 0.65  # two examples of an intent with a kernel above this say the same: the later one teaches nothing and costs as much as any
SPELLING_RIDGE = 0.3
CLOSER = 6  # intents that are looked at piece by piece
NEAREST = 16  # and examples of each
OF_COVERED, OF_COVERING = 0.57, 0.50  # what the best covered and covering example count beside the score (docs/nlu.md)
OF_SCORE_ALONE, ALONE = 1.25, 0.83  # a match where there are no pieces
_WORD = re.compile(r"[a-z0-9']+")
SPELLING_NEARNESS = 2.2  # cosines of spelling run at less than half of those of meaning


@dataclass(frozen=True)
class KernelSettings:
    """Settings of the model; the defaults are the measured ones."""

    dense_weight: float = 0.8
    gamma: float = 1.0
    ridge: float = 0.05


class Ranked(NamedTuple):
    """One candidate intent: its regression score (about 0..1), its similarity to the nearest example (0..1), and how well it matches: score
    and pieces weighed together, None for all but the first few."""

    label: str
    score: float
    nearness: float
    match: float | None


def word_terms(text: str) -> list[str]:
    """Words and pairs of neighbours."""
    found = _WORD.findall(text.lower())
    return [*found, *(f"{one} {two}" for one, two in pairwise(found))]


def letter_terms(text: str) -> list[str]:
    """Runs of 2 to 4 characters within each word, its edges counted as blanks."""
    return [run for word in text.lower().split() for run in letter_runs(word)]


def letter_runs(word: str) -> list[str]:
    """The runs of one word."""
    edged = f" {word} "
    return [edged[n : n + length] for length in (2, 3, 4) for n in range(len(edged) - length + 1)]


ANALYZERS = {"word": word_terms, "char": letter_terms}


class Vectorizer:
    """TF-IDF of words (1-2) and characters within words (2-4), each of unit length, side by side.

    scikit-learn learns it; a text's terms are found without, since its import takes a sixth of a start.
    """

    def __init__(self, parts: Mapping[str, tuple[dict[str, int], npt.NDArray[np.float64]]]) -> None:
        self._parts = dict(parts)  # by analyzer: columns of its terms and their inverse document frequencies
        self._of_word = lru_cache(maxsize=20_000)(self._letter_columns)

    @classmethod
    def fit(cls, texts: Sequence[str]) -> tuple[Vectorizer, sparse.csr_matrix]:
        """Learn vocabulary and document frequencies; also gives the texts' rows."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        most = max(KEPT, int(COMMON * len(texts)))
        parts, rows = {}, []
        for name, analyzer in ANALYZERS.items():
            learned = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, max_df=most, dtype=np.float32)
            rows.append(learned.fit_transform(texts))
            parts[name] = ({term: int(n) for term, n in learned.vocabulary_.items()}, np.asarray(learned.idf_, dtype=np.float64))
        return cls(parts), sparse.hstack(rows, format="csr") * np.float32(0.5**0.5)

    def terms(self, text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Columns and values of a text's unit row."""
        columns, values, first = [], [], 0
        for name, (vocabulary, idf) in self._parts.items():
            counts: Counter[int] = Counter()
            if name == "char":
                for word in text.lower().split():
                    counts.update(self._of_word(word))
            else:
                counts.update(n for term in word_terms(text) if (n := vocabulary.get(term)) is not None)
            found = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
            weights = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))) * idf[found]
            columns.append(found + first)
            values.append(weights * (0.5 / max(float(weights @ weights), 1e-12)) ** 0.5)
            first += len(vocabulary)
        return np.concatenate(columns), np.concatenate(values)

    def _letter_columns(self, word: str) -> tuple[int, ...]:
        vocabulary, _ = self._parts["char"]
        return tuple(n for run in letter_runs(word) if (n := vocabulary.get(run)) is not None)

    def save(self, folder: Path) -> None:
        """Write vocabularies and frequencies."""
        for name, (vocabulary, idf) in self._parts.items():
            (folder / f"{name}.json").write_text(json.dumps(vocabulary))
            np.save(folder / f"{name}_idf.npy", idf)

    @classmethod
    def load(cls, folder: Path) -> Vectorizer:
        """Read what `save` wrote. Raises OSError or ValueError on a damaged folder."""
        return cls({name: (json.loads((folder / f"{name}.json").read_text()), np.load(folder / f"{name}_idf.npy")) for name in ANALYZERS})


class IntentModel:
    """Ranks intents for texts. Without an encoder a ridge regression on spelling alone serves: 86 instead of 94 % right (docs/nlu.md)."""

    def __init__(
        self, labels: list[str], settings: KernelSettings, speller: Speller, vectorizer: Vectorizer, arrays: dict[str, Any], encoder: Encoder | None
    ) -> None:
        self.labels, self.settings, self.speller, self.encoder = labels, settings, speller, encoder
        self._vectorizer, self._arrays = vectorizer, arrays
        self._places = {label: n for n, label in enumerate(labels)}
        self._spelling_t = arrays["spelling"].T.tocsr()
        targets: npt.NDArray[np.int64] = arrays["targets"]
        self._starts = np.searchsorted(targets, range(len(labels)))  # examples lie in the order of their labels
        self._ends = np.append(self._starts[1:], len(targets))
        both = encoder is not None and "meaning" in arrays
        self._cosines = Cosines(arrays["meaning"], arrays["meaning_scales"]) if both else None
        self._pieces = Pieces(arrays) if both else None
        self._by_term = None if both else _spelling_weights(arrays["spelling"], targets, len(labels))

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str], encoder: Encoder | None, settings: KernelSettings | None = None) -> IntentModel:
        """Train on texts with their labels. Raises ValueError when there are none."""
        if not texts:
            raise ValueError("there is nothing to train on")
        settings = settings or KernelSettings()
        names = sorted(set(labels))
        index = {name: n for n, name in enumerate(names)}
        targets = np.array([index[label] for label in labels], dtype=np.int64)
        order = np.argsort(targets, kind="stable")
        texts, targets = [texts[n] for n in order], targets[order]
        speller = Speller.from_texts(texts, encoder.tokenizer.words if encoder else ())
        cleaned = [speller.repair(t) for t in texts]
        vectorizer, spelling = Vectorizer.fit(cleaned)
        arrays: dict[str, Any] = {"targets": targets, "spelling": spelling}
        if encoder is not None:
            arrays["piece_weights"] = encoder.piece_weights(cleaned)
            readings = encoder.encode(cleaned, together=8, weights=arrays["piece_weights"])
            packed, scales = rounded(vectors_of(readings))
            kept = _distinct(restored(packed, scales), spelling, targets, settings)
            arrays |= Pieces.fit([readings[n] for n in kept], arrays["piece_weights"])
            del readings
            arrays |= {"meaning": packed[kept], "meaning_scales": scales[kept], "targets": targets[kept], "spelling": spelling[kept]}
            kernel = _kernel_of_all(restored(packed[kept], scales[kept]), arrays["spelling"], settings)
            arrays["weights"] = np.ascontiguousarray(_solve(kernel, arrays["targets"], len(names), settings.ridge).T)
        return cls(names, settings, speller, vectorizer, arrays, encoder)

    def rank(self, texts: Sequence[str], top: int = 12) -> list[list[Ranked]]:
        """For each text the `top` intents with the best scores, best first."""
        return [ranked for ranked, _ in self.rank_and_sum(texts, (), top)]

    def rank_and_sum(self, texts: Sequence[str], groups: Sequence[Sequence[str]], top: int = 12) -> list[tuple[list[Ranked], tuple[float, ...]]]:
        """As `rank`, with the summed score of each group of labels: regression is linear, so that is the group's own regression."""
        if not texts:
            return []
        members = [[self._places[label] for label in group if label in self._places] for group in groups]
        cleaned = [self.speller.repair(t) for t in texts]
        arrays, settings = self._arrays, self.settings
        by_spelling = np.stack([self._by_spelling(text) for text in cleaned])
        if self._cosines is not None and self.encoder is not None:
            readings = self.encoder.encode_side_by_side(cleaned, arrays["piece_weights"])
            by_meaning = self._cosines(vectors_of(readings))
            kernel = _kernel(by_meaning, by_spelling, settings)
            scores = (arrays["weights"] @ kernel.T).T
            similarity = 0.7 * by_meaning + 0.3 * by_spelling
            first = np.argsort(-scores, axis=1)[:, :top].tolist()
            matches = [self._matches(*found) for found in zip(readings, kernel, scores, first, strict=True)]
        else:
            scores = np.stack([self._score_terms(text) for text in cleaned])
            similarity = np.minimum(1, SPELLING_NEARNESS * by_spelling)
            first = np.argsort(-scores, axis=1)[:, :top].tolist()
            matches = [(OF_SCORE_ALONE * said[best[:CLOSER]] + ALONE).tolist() for said, best in zip(scores, first, strict=True)]
        nearest = np.maximum.reduceat(similarity, self._starts, axis=1)
        found = []
        for best, match, said, near in zip(first, matches, scores.tolist(), nearest.tolist(), strict=True):
            closer = sorted(zip(match, best, strict=False), reverse=True)
            ranked = [Ranked(self.labels[n], said[n], near[n], fits) for fits, n in closer]
            ranked += [Ranked(self.labels[n], said[n], near[n], None) for n in best[CLOSER:]]
            found.append((ranked, tuple(sum(said[n] for n in some) for some in members)))
        return found

    def _matches(self, reading: Reading, kernel: Floats, scores: Floats, best: Sequence[int]) -> list[float]:
        """How well the first CLOSER of the best intents match a text, by the examples of each that its row of the kernel says are nearest."""
        assert self._pieces is not None
        closer, near = best[:CLOSER], []
        for intent in closer:
            start, end = self._starts[intent], self._ends[intent]
            near.append(start + (np.argpartition(kernel[start:end], -NEAREST)[-NEAREST:] if end - start > NEAREST else np.arange(end - start)))
        firsts = np.cumsum([0, *map(len, near[:-1])])
        covered, covering = (np.maximum.reduceat(found, firsts) for found in self._pieces(reading, np.concatenate(near)))
        matches: list[float] = (scores[closer] + OF_COVERED * covered + OF_COVERING * covering).tolist()
        return matches

    def _by_spelling(self, text: str) -> Floats:
        """TF-IDF cosines with all examples: only the examples that share a term with the text are touched."""
        terms, values = self._vectorizer.terms(text)
        ends, held = self._spelling_t.indptr, self._spelling_t
        counts = ends[terms + 1] - ends[terms]
        found = np.arange(counts.sum()) + np.repeat(ends[terms] - (np.cumsum(counts) - counts), counts)
        cosines = np.bincount(held.indices[found], weights=held.data[found] * np.repeat(values, counts), minlength=held.shape[1])
        return cosines.astype(np.float32)

    def _score_terms(self, text: str) -> Floats:
        """The scores of all intents by spelling alone."""
        assert self._by_term is not None
        terms, values = self._vectorizer.terms(text)
        return np.asarray(values.astype(np.float32) @ self._by_term[terms], dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write the model into an existing folder: arrays and JSON, never a pickle."""
        self._vectorizer.save(folder)
        np.savez(folder / "arrays.npz", **{k: v for k, v in self._arrays.items() if k != "spelling"})
        sparse.save_npz(folder / "spelling.npz", self._arrays["spelling"], compressed=False)
        meta = {"labels": self.labels, "settings": asdict(self.settings), "frequencies": self.speller.frequencies}
        (folder / "meta.json").write_text(json.dumps(meta))

    @classmethod
    def load(cls, folder: Path, encoder: Encoder | None) -> IntentModel:
        """Read what `save` wrote. Raises OSError, KeyError or ValueError on a damaged folder."""
        meta = json.loads((folder / "meta.json").read_text())
        with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
            arrays: dict[str, Any] = {k: stored[k] for k in stored.files}
        arrays["spelling"] = sparse.load_npz(folder / "spelling.npz")
        speller = Speller(meta["frequencies"], encoder.tokenizer.words if encoder else ())
        return cls(meta["labels"], KernelSettings(**meta["settings"]), speller, Vectorizer.load(folder), arrays, encoder)


def _gram(rows: sparse.csr_matrix) -> Floats:
    """`rows @ rows.T` as a dense array, right of its diagonal's blocks. What lies left of them is not filled in: the matrix is symmetric, and
    `_solve` reads the upper triangle only."""
    out: Floats = np.empty((rows.shape[0], rows.shape[0]), dtype=np.float32)

    def fill(start: int) -> None:
        here = slice(start, start + BLOCK)
        out[here, start:] = (rows[here] @ rows[start:].T).toarray()

    _in_blocks(fill, len(out))
    return out


def _in_blocks(work: Callable[[int], None], rows: int) -> None:
    """Work on all rows, BLOCK at a time, two blocks side by side."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(0, rows, BLOCK)))


def _spelling_weights(spelling: sparse.csr_matrix, targets: npt.NDArray[np.int64], classes: int) -> Floats:
    """Ridge weights of each term for each class, shape (terms, classes). Takes seconds; only a model without encoder needs it."""
    from sklearn.linear_model import Ridge

    wanted = np.zeros((len(targets), classes), dtype=np.float32)
    wanted[np.arange(len(targets)), targets] = 1
    found = Ridge(alpha=SPELLING_RIDGE, solver="sparse_cg", max_iter=10, tol=1e-2, fit_intercept=False).fit(spelling, wanted)
    return np.ascontiguousarray(np.atleast_2d(found.coef_).T, dtype=np.float32)


def _kernel(by_meaning: Floats, by_spelling: Floats, settings: KernelSettings) -> Floats:
    """The kernel of the module's docstring."""
    out: Floats = by_meaning - np.float32(1)
    out *= 2 * settings.gamma
    np.exp(out, out=out)
    out *= settings.dense_weight
    out += (1 - settings.dense_weight) * by_spelling
    return out


def _kernel_of_all(meaning: Floats, spelling: sparse.csr_matrix, settings: KernelSettings) -> Floats:
    """The kernel between all examples, its upper triangle. It fills the matrix of the spelling's products, so that one matrix of that size is in memory, not four."""
    out = _gram(spelling)

    def fill(start: int) -> None:
        here = slice(start, start + BLOCK)
        out[here, start:] = _kernel(meaning[here] @ meaning[start:].T, out[here, start:], settings)

    _in_blocks(fill, len(out))
    return out


def _distinct(meaning: Floats, spelling: sparse.csr_matrix, targets: npt.NDArray[np.int64], settings: KernelSettings) -> npt.NDArray[np.int64]:
    """Positions of the examples that no earlier one of the same intent says already; `targets` must be sorted."""
    kept: list[npt.NDArray[np.int64]] = []
    for rows in np.split(np.arange(len(targets)), np.flatnonzero(np.diff(targets)) + 1):
        near = _kernel(meaning[rows] @ meaning[rows].T, (spelling[rows] @ spelling[rows].T).toarray(), settings) > SAME
        distinct = np.ones(len(rows), dtype=bool)
        for n in range(len(rows)):
            if distinct[n]:
                distinct[n + 1 :] &= ~near[n, n + 1 :]
        kept.append(rows[distinct])
    return np.concatenate(kept)


def _solve(kernel: Floats, targets: npt.NDArray[np.int64], classes: int, ridge: float) -> Floats:
    """Ridge weights, shape (examples, classes). Only the upper triangle of `kernel` is read; it is overwritten."""
    kernel[np.diag_indices(len(kernel))] += np.float32(ridge)
    wanted = np.zeros((len(targets), classes), dtype=np.float32)
    wanted[np.arange(len(targets)), targets] = 1
    # Transposed, a symmetric matrix is the same and has LAPACK's order of numbers: no copy is made.
    factor = scipy.linalg.cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False)
    solved: Floats = scipy.linalg.cho_solve(factor, wanted, overwrite_b=True, check_finite=False)
    return solved

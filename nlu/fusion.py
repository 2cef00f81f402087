"""The intent model: a sentence embedding and TF-IDF, each under logistic regression, averaged, with a similarity gate.

Pure numpy and scikit-learn; the Rasa component around it is in `nlu.components`. Chosen by measurement: see docs/nlu.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from nlu.encoder import Encoder
from nlu.text import Speller

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class FusionSettings:
    """Settings of the model; the defaults are the measured ones."""

    dense_scale: float = 5.0
    dense_c: float = 1.0
    sparse_c: float = 10.0
    dense_weight: float = 0.5
    gate_dense: float = 0.7
    gate_neighbours: int = 3
    max_iter: int = 60


@dataclass(frozen=True)
class Ranked:
    """One candidate intent. `score` is the gated score, 0..1; `probability` the plain fused one."""

    label: str
    probability: float
    score: float


class Vectorizer:
    """TF-IDF of words (1-2) and characters within words (2-4), each of unit length, side by side."""

    def __init__(self, word: TfidfVectorizer, char: TfidfVectorizer) -> None:
        self._word, self._char = word, char

    @classmethod
    def fit(cls, texts: Sequence[str]) -> Vectorizer:
        """Learn vocabulary and document frequencies."""
        word, char = cls._blank(None), cls._blank_char(None)
        word.fit(texts)
        char.fit(texts)
        return cls(word, char)

    @staticmethod
    def _blank(vocabulary: dict[str, int] | None) -> TfidfVectorizer:
        return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"[a-z0-9']+", vocabulary=vocabulary, dtype=np.float32)

    @staticmethod
    def _blank_char(vocabulary: dict[str, int] | None) -> TfidfVectorizer:
        return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, vocabulary=vocabulary, dtype=np.float32)

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Unit rows, shape (len(texts), features)."""
        return sparse.hstack([self._word.transform(texts), self._char.transform(texts)], format="csr") * np.float32(0.5**0.5)

    def save(self, folder: Path) -> None:
        """Write vocabularies and frequencies."""
        for name, part in (("word", self._word), ("char", self._char)):
            (folder / f"{name}.json").write_text(json.dumps({k: int(v) for k, v in part.vocabulary_.items()}))
            np.save(folder / f"{name}_idf.npy", part.idf_)

    @classmethod
    def load(cls, folder: Path) -> Vectorizer:
        """Read what `save` wrote. Raises OSError or ValueError on a damaged folder."""
        parts = []
        for name, blank in (("word", cls._blank), ("char", cls._blank_char)):
            part = blank(json.loads((folder / f"{name}.json").read_text()))
            part.idf_ = np.load(folder / f"{name}_idf.npy")
            parts.append(part)
        return cls(*parts)


def _softmax(logits: Floats) -> Floats:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def _regression(features: Any, targets: npt.NDArray[np.int64], c: float, classes: int, max_iter: int) -> tuple[Floats, Floats]:
    model = LogisticRegression(C=c, max_iter=max_iter, tol=1e-3)
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # enough iterations for the ranking, by measurement
        model.fit(features, targets)
    return model.coef_.astype(np.float32), model.intercept_.astype(np.float32)


class FusionModel:
    """Ranks intents for texts. Without an encoder the sparse side serves alone."""

    def __init__(
        self,
        labels: list[str],
        settings: FusionSettings,
        speller: Speller,
        vectorizer: Vectorizer,
        arrays: dict[str, Any],
        encoder: Encoder | None,
    ) -> None:
        self.labels = labels
        self.settings = settings
        self.speller = speller
        self._vectorizer = vectorizer
        self._arrays = arrays
        self.encoder = encoder
        examples: npt.NDArray[np.int64] = arrays["example_labels"]
        self._rows = [np.flatnonzero(examples == n) for n in range(len(labels))]
        self._sparse_coef_t = np.ascontiguousarray(arrays["sparse_coef"].T)
        self._dense_coef_t = np.ascontiguousarray(arrays["dense_coef"].T) if "dense_coef" in arrays else None

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        encoder: Encoder | None,
        settings: FusionSettings | None = None,
        dense: Floats | None = None,
    ) -> FusionModel:
        """Train on texts with their labels. `dense` may hold the texts' vectors when they are known already."""
        settings = settings or FusionSettings()
        names = sorted(set(labels))
        index = {name: n for n, name in enumerate(names)}
        targets = np.array([index[label] for label in labels], dtype=np.int64)
        speller = Speller.from_texts(texts, encoder.tokenizer.words if encoder else ())
        cleaned = [speller.repair(t) for t in texts]
        vectorizer = Vectorizer.fit(cleaned)
        features = vectorizer.transform(cleaned)
        arrays: dict[str, Any] = {"example_labels": targets, "example_sparse": features}
        arrays["sparse_coef"], arrays["sparse_bias"] = _regression(features, targets, settings.sparse_c, len(names), settings.max_iter)
        if encoder is not None:
            vectors = encoder.encode(cleaned) if dense is None else dense
            arrays["example_dense"] = vectors
            arrays["dense_coef"], arrays["dense_bias"] = _regression(
                vectors * settings.dense_scale, targets, settings.dense_c, len(names), 3 * settings.max_iter
            )
        return cls(names, settings, speller, vectorizer, arrays, encoder)

    def rank(self, texts: Sequence[str], top: int = 8, dense: Floats | None = None) -> list[list[Ranked]]:
        """For each text the `top` most probable intents with gated scores, best score first."""
        if not texts:
            return []
        cleaned = [self.speller.repair(t) for t in texts]
        a, s = self._arrays, self.settings
        features = self._vectorizer.transform(cleaned)
        probabilities = _softmax(features @ self._sparse_coef_t + a["sparse_bias"])
        vectors = None
        if self.encoder is not None and self._dense_coef_t is not None:
            vectors = self.encoder.encode(cleaned) if dense is None else dense
            by_meaning = _softmax((vectors * np.float32(s.dense_scale)) @ self._dense_coef_t + a["dense_bias"])
            probabilities = s.dense_weight * by_meaning + (1 - s.dense_weight) * probabilities
        similarity_sparse = (features @ a["example_sparse"].T).toarray()
        similarity = similarity_sparse
        if vectors is not None:
            similarity = s.gate_dense * (vectors @ a["example_dense"].T) + (1 - s.gate_dense) * similarity_sparse
        out = []
        for row in range(len(texts)):
            best = np.argsort(-probabilities[row])[:top]
            ranked = [
                Ranked(self.labels[n], float(p := probabilities[row, n]), float(p**0.5 * max(0.0, self._nearness(similarity[row], n)))) for n in best
            ]
            out.append(sorted(ranked, key=lambda r: -r.score))
        return out

    def _nearness(self, similarity: Floats, label: int) -> float:
        nearest = np.sort(similarity[self._rows[label]])[-self.settings.gate_neighbours :]
        return float(nearest.mean())

    def save(self, folder: Path) -> None:
        """Write the model into an existing folder: arrays and JSON, never a pickle."""
        self._vectorizer.save(folder)
        dense = {k: v for k, v in self._arrays.items() if k != "example_sparse"}
        dense["sparse_coef"] = dense["sparse_coef"].astype(np.float16)
        np.savez_compressed(folder / "arrays.npz", **dense)
        sparse.save_npz(folder / "examples.npz", self._arrays["example_sparse"])
        meta = {"labels": self.labels, "settings": asdict(self.settings), "frequencies": self.speller.frequencies}
        (folder / "meta.json").write_text(json.dumps(meta))

    @classmethod
    def load(cls, folder: Path, encoder: Encoder | None) -> FusionModel:
        """Read what `save` wrote. Raises OSError, KeyError or ValueError on a damaged folder."""
        meta = json.loads((folder / "meta.json").read_text())
        with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
            arrays: dict[str, Any] = {k: stored[k] for k in stored.files}
        arrays["sparse_coef"] = arrays["sparse_coef"].astype(np.float32)
        arrays["example_sparse"] = sparse.load_npz(folder / "examples.npz")
        speller = Speller(meta["frequencies"], encoder.tokenizer.words if encoder else ())
        return cls(meta["labels"], FusionSettings(**meta["settings"]), speller, Vectorizer.load(folder), arrays, encoder)

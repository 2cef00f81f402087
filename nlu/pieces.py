"""How well two texts cover one another, piece by piece.

A sentence vector says what a text is about as a whole; a long message about one thing and another lies near examples of both. Here each
piece of the one text looks for its like in the other (late interaction, as in Khattab and Zaharia 2020, doi:10.1145/3397271.3401075), rare
pieces counting more. That is too dear for all examples, so the intent model asks for the nearest of its best intents only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.encoder import Reading

Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]
WIDTH = 128  # directions of the states that are kept
MOST = 7  # numbers are rounded to whole ones from -7 to 7, and kept 8 higher: two in a byte
SAMPLE = 3  # directions are learned from each third example


class Pieces:
    """The examples' pieces in 4 bits a number. Start and end marks are left out.

    Takes the arrays that `fit` gives and `piece_weights`: what each piece of the vocabulary counts, shape (vocabulary,).
    """

    def __init__(self, arrays: Mapping[str, Any]) -> None:
        self._arrays = arrays

    @classmethod
    def fit(cls, readings: Sequence[Reading], weights: Floats) -> dict[str, Any]:
        """The arrays of some readings."""
        basis = _directions(np.concatenate([r.states[_inner(r)] for r in readings[::SAMPLE]]))
        shares = [_shares(r, weights) for r in readings]
        starts = np.cumsum([0, *map(len, shares)])
        turned = _turned(np.concatenate([r.states[_inner(r)] for r in readings]), basis)
        scales = np.maximum(np.abs(turned).max(axis=1), 1e-12) / np.float32(MOST)
        whole = (np.rint(turned / scales[:, None]) + 8).astype(np.uint8)
        return {
            "piece_directions": basis, "piece_starts": starts, "piece_scales": scales, "piece_shares": np.concatenate(shares),
            "piece_states": whole[:, : WIDTH // 2] | (whole[:, WIDTH // 2 :] << 4),
        }  # fmt: skip

    def __call__(self, reading: Reading, examples: Whole) -> tuple[Floats, Floats]:
        """How well each example covers the text, and the text each example: means of the best cosine of each piece, both of shape (examples,)."""
        held = self._arrays
        starts = held["piece_starts"][examples]
        lengths = held["piece_starts"][examples + 1] - starts
        firsts = np.cumsum(lengths) - lengths
        rows = np.arange(lengths.sum()) + np.repeat(starts - firsts, lengths)
        states, packed = _turned(reading.states[_inner(reading)], held["piece_directions"]), held["piece_states"][rows]
        low, high = states[:, : WIDTH // 2], states[:, WIDTH // 2 :]
        cosines = low @ (packed & 15).astype(np.float32).T + high @ (packed >> 4).astype(np.float32).T - 8 * states.sum(axis=1, keepdims=True)
        cosines *= held["piece_scales"][rows]
        best = np.maximum.reduceat(np.ascontiguousarray(cosines.T), firsts, axis=0)  # along rows it takes twice as long
        covered = best @ _shares(reading, held["piece_weights"])
        covering = np.add.reduceat(cosines.max(axis=0) * held["piece_shares"][rows], firsts)
        return covered, covering


def _shares(reading: Reading, weights: Floats) -> Floats:
    """What each piece counts in its text; they add up to 1."""
    found = weights[reading.pieces[_inner(reading)]]
    return np.asarray(found / max(float(found.sum()), 1e-12), dtype=np.float32)


def _inner(reading: Reading) -> slice:
    """All pieces but the marks; a text without any is its first mark."""
    return slice(1, -1) if len(reading.pieces) > 2 else slice(0, 1)


def _directions(states: npt.NDArray[np.float16]) -> Floats:
    """The principal directions of states, shape (width of a state, WIDTH)."""
    unit = _unit(states.astype(np.float32))
    _, vectors = np.linalg.eigh(unit.T @ unit)
    return np.ascontiguousarray(vectors[:, ::-1][:, :WIDTH], dtype=np.float32)


def _turned(states: npt.NDArray[np.float16], basis: Floats) -> Floats:
    return _unit(states.astype(np.float32) @ basis)


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)

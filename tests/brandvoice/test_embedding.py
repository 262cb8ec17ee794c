"""The embedders that ship: what their vectors can be relied on for."""

import hashlib
import threading

import numpy as np
import pytest

from brandvoice.embedding import (
    current_embedder,
    embedder_for,
    multilingual_embedder,
    prepare,
    ranker_for,
    ranking_embedder,
    thorough_embedder,
)

REFUND = "I want my money back, the train was cancelled."


@pytest.fixture(params=[current_embedder, ranking_embedder, multilingual_embedder])
def embedder(request):
    return request.param()


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


@pytest.mark.parametrize(
    ("embedder", "files"),
    [
        (current_embedder(), ["model.onnx"]),
        (thorough_embedder(), ["model.onnx", "pieces.npz"]),
        (multilingual_embedder(), ["model.onnx", "pieces.npz"]),
    ],
    ids=["minilm", "mpnet", "multilingual"],
)
def test_the_id_names_the_models_bytes(embedder, files):
    whole = hashlib.sha256()
    for name in files:
        data = (embedder.folder / name).read_bytes()
        whole.update(data)
        assert hashlib.sha256(data).hexdigest() in (embedder.folder / "README.md").read_text()

    assert whole.hexdigest()[:32] in embedder.id


@pytest.mark.parametrize("fresh", [current_embedder.__wrapped__, multilingual_embedder.__wrapped__])
def test_the_model_is_read_once_however_many_threads_ask_first(fresh):
    fresh, seen = fresh(), []
    assert fresh._loaded is None
    threads = [threading.Thread(target=lambda: seen.append(fresh._parts()[0])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({id(session) for session in seen}) == 1


@pytest.mark.parametrize(
    "translated",
    [
        "Ich möchte mein Geld zurück, der Zug ist ausgefallen.",
        "Quiero que me devuelvan el dinero, cancelaron el tren.",
        "Je veux être remboursé, le train a été annulé.",
        "Paramı geri istiyorum, tren iptal edildi.",
        "電車が運休になったので返金してほしい。",
    ],
)
def test_a_translation_is_nearer_than_another_question_in_the_same_language(translated):
    asked, same, other = multilingual_embedder().encode([translated, REFUND, "Gibt es im Zug WLAN?"])

    assert asked @ same > asked @ other + 0.2


def test_english_has_an_embedder_of_its_own_and_so_has_what_nobody_can_tell():
    assert embedder_for("en") is embedder_for("") is current_embedder()
    assert ranker_for("en") is ranker_for("") is ranking_embedder()
    assert embedder_for("de") is embedder_for("da") is ranker_for("de") is multilingual_embedder()


def test_a_cosine_of_two_readers_is_the_mean_of_both():
    texts = [REFUND, "refund for a cancelled service please"]
    apart = [reader.encode(texts) for reader in ranking_embedder().readers]
    together = ranking_embedder().encode(texts)

    assert together[0] @ together[1] == pytest.approx(np.mean([one[0] @ one[1] for one in apart]), abs=1e-5)
    assert ranking_embedder().id != type(ranking_embedder())(*reversed(ranking_embedder().readers)).id


def test_a_sentence_that_two_readers_have_just_read_is_not_read_again():
    pair = ranking_embedder.__wrapped__()
    vectors = [pair.encode([REFUND]) for _ in range(2)]

    assert np.array_equal(*vectors)
    assert pair._read_one.cache_info().hits == 1

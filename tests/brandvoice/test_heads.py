"""What a worker learns from an organization's examples, and when a web process hears of it."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from brandvoice.actions.examples import embed_missing_examples, remove_examples
from brandvoice.actions.heads import ENOUGH_NEW, PATIENCE, learn_due_heads
from brandvoice.actions.positions import create_position
from brandvoice.embedding import current_embedder, multilingual_embedder, ranking_embedder
from brandvoice.matching.heads import pack, unpack
from brandvoice.matching.training import fit_head
from brandvoice.models import Example, LearnedHead
from brandvoice.queries.vectors import library_vectors

TOPICS = {
    "How do I get my money back for a cancelled train?": [
        "refund please",
        "compensation for a cancelled service",
        "money",
    ],
    "Can I take my bicycle on the train?": ["bike on board", "room for bicycles", "cycle spaces"],
}


@pytest.fixture
def taught(make_version, teach):
    """Two positions with enough examples to learn from."""
    versions = [make_version(question) for question in TOPICS]
    for version, texts in zip(versions, TOPICS.values(), strict=True):
        teach(version, *texts)
    return versions


@pytest.fixture
def known(northline):
    """Return a way to look at what this process knows of Northline's library."""
    return lambda: library_vectors(northline.pk, ranking_embedder())


def test_a_process_uses_what_was_learned_from_its_next_question_on(taught, known, ask):
    assert known().head is None
    before = ask("bicycles").items[0].probability

    assert learn_due_heads() == 2

    assert set(known().head.positions) == {version.position_id for version in taught}
    assert ask("bicycles").items[0].probability != before


def test_nothing_is_learned_again_from_what_has_not_changed(taught):
    assert (learn_due_heads(), learn_due_heads()) == (2, 0)


def test_a_few_examples_wait_and_many_do_not(taught, teach):
    learn_due_heads()
    teach(taught[0], "one more refund")
    assert learn_due_heads() == 0

    teach(taught[0], *(f"refund number {number}" for number in range(ENOUGH_NEW)))

    assert learn_due_heads() == 2


def test_a_few_examples_do_not_wait_for_ever(taught, teach):
    learn_due_heads()
    teach(taught[0], "one more refund")
    LearnedHead.objects.update(made_at=timezone.now() - PATIENCE - timedelta(seconds=1))

    assert learn_due_heads() == 2


def test_what_was_forgotten_leaves_what_was_learned_at_the_next_look(taught, known, lena):
    learn_due_heads()
    doomed = Example.objects.exclude(position=taught[0].position)

    remove_examples(doomed.values_list("pk", flat=True), by=lena)

    assert learn_due_heads() == 2
    assert known().head is None


def test_too_few_examples_teach_nothing(make_version, ask, known):
    for question in TOPICS:
        make_version(question)
    ask("bikes")

    assert learn_due_heads() == 2
    assert known().head is None


def test_a_position_that_is_new_since_then_is_still_found(taught, make_version, ask):
    learn_due_heads()
    dog = make_version("Does my dog need a ticket?")

    assert ask("does my dog need a ticket").items[0].version_id == dog.pk


def test_one_organization_learns_nothing_from_another(taught, oscar):
    create_position("How do I get my money back?", by=oscar)
    embed_missing_examples()

    assert learn_due_heads() == 4

    assert library_vectors(oscar.organization_id, current_embedder()).head is None


def test_each_embedder_learns_for_itself(taught, northline, teach):
    teach(taught[0], "Mein Zug ist ausgefallen", language="de")

    assert learn_due_heads() == 3

    embedders = current_embedder(), ranking_embedder(), multilingual_embedder()
    heads = [library_vectors(northline.pk, embedder).head for embedder in embedders]
    assert [head.meaning.shape[0] for head in heads] == [384, 1152, 512]


def test_a_head_survives_being_stored():
    rows = np.array([7, 7, 7, 9, 9, 9])
    vectors = np.eye(6, 384, dtype=np.float32)
    texts = ["lost card", "card is gone", "my card?", "top up", "add money", "load cash"]

    head = unpack(pack(fit_head(rows, np.ones(6, np.float32), vectors, texts)))

    assert list(head.positions) == [7, 9]
    assert head.by_meaning(vectors[0]).argmax() == 0
    assert head.by_meaning(vectors[5]).argmax() == 1

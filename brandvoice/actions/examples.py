"""Collects what customers write when they ask, and gives each message its vector."""

from collections.abc import Iterable
from itertools import groupby

from django.db import transaction
from django.db.models import F

from accounts.models import User
from brandvoice import outbox
from brandvoice.embedding import Embedder, Vectors, current_embedder, multilingual_embedder, ranking_embedder
from brandvoice.languages import base_language
from brandvoice.models import Embedding, Example, Library, Position
from brandvoice.models.examples import ExampleQuerySet

LONGEST_TEXT = 500
BATCH = 200


def teach(
    position: Position,
    texts: Iterable[str],
    *,
    language: str,
    by: User | None,
    source: str = Example.Source.MANUAL,
    weight: float = 1.0,
) -> None:
    """Teach a position what its customers write; what it knows already is left as it is.

    Part of an action; `add_examples` is an action of its own.
    """
    Example.objects.bulk_create(
        [
            Example(
                organization_id=position.organization_id,
                position=position,
                text=text,
                language=base_language(language),
                source=source,
                weight=weight,
                created_by=by,
            )
            for text in clean_texts(texts)
        ],
        ignore_conflicts=True,
    )
    outbox.wake(outbox.EMBED_EXAMPLES)


add_examples = transaction.atomic(durable=True)(teach)


def clean_texts(texts: Iterable[str]) -> list[str]:
    """Return the texts as they are stored: trimmed, each once, none empty."""
    return [text for text in dict.fromkeys(text.strip()[:LONGEST_TEXT] for text in texts) if text]


@transaction.atomic(durable=True)
def remove_examples(example_ids: Iterable[int], *, by: User) -> None:
    """Forget examples; every process drops their vectors."""
    by.require("position.edit")
    doomed = Example.objects.visible_to(by).filter(pk__in=list(example_ids))
    Library.objects.filter(organization=by.organization_id).update(epoch=F("epoch") + 1)
    doomed.delete()


def embed_missing_examples() -> int:
    """Give every example the vectors that it lacks; return how many were written."""
    examples = Example.objects.order_by("organization_id", "pk")
    ranker = ranking_embedder()
    return (
        _embed(examples.filter(language__in=ranker.languages), ranker)
        + _embed(examples, current_embedder())
        + _embed(examples.of_many_languages(), multilingual_embedder())
    )


def _embed(examples: ExampleQuerySet, embedder: Embedder) -> int:
    """Write the vectors of one embedder, a batch at a time."""
    missing = examples.without_vector(embedder.id)
    written = 0
    while batch := list(missing[:BATCH]):
        for organization_id, group in groupby(batch, key=lambda example: example.organization_id):
            some = list(group)
            # Milliseconds each: done before the transaction opens.
            vectors = embedder.encode([example.text for example in some])
            written += _write_vectors(organization_id, embedder, some, vectors)
    return written


@transaction.atomic(durable=True)
def _write_vectors(organization_id: int, embedder: Embedder, examples: list[Example], vectors: Vectors) -> int:
    """Store vectors under the library's lock, which keeps their ids in commit order."""
    Library.objects.get_or_create(organization_id=organization_id)
    Library.objects.filter(organization=organization_id).update(revision=F("revision") + 1)
    locked = Example.objects.filter(pk__in=[example.pk for example in examples]).select_for_update(no_key=True)
    alive = set(locked.values_list("pk", flat=True))
    rows = [
        Embedding(organization_id=organization_id, example=example, embedder=embedder.id, vector=vector)
        for example, vector in zip(examples, vectors, strict=True)
        if example.pk in alive
    ]
    Embedding.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)

"""Learns from each organization's own examples, in the background; nothing is learned across organizations."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from brandvoice.embedding import Embedder, current_embedder, multilingual_embedder, ranking_embedder
from brandvoice.matching.heads import Head, pack
from brandvoice.matching.training import learn
from brandvoice.models import Embedding, LearnedHead, Library
from brandvoice.queries.vectors import Vectored, library_vectors

# Nearest examples count at once; what is learned from them follows when there is enough that is new.
ENOUGH_NEW = 100
PATIENCE = timedelta(minutes=5)


def learn_due_heads() -> int:
    """Learn again where the examples have changed enough, or long enough ago; return how many heads."""
    embedders = ranking_embedder(), current_embedder(), multilingual_embedder()
    return sum(_learn_due(embedder, timezone.now()) for embedder in embedders)


def _learn_due(embedder: Embedder, now: datetime) -> int:
    heads = {head.organization_id: head for head in _heads(embedder).defer("data")}
    vectors = Embedding.objects.filter(organization=OuterRef("pk"), embedder=embedder.id)
    read = Library.objects.filter(Exists(vectors) | Q(pk__in=heads))
    changed = [library for library in read if _has_changed(library, heads.get(library.pk))]
    return sum(_learn_if_due(library.pk, embedder, heads.get(library.pk), now) for library in changed)


def _learn_if_due(organization_id: int, embedder: Embedder, head: LearnedHead | None, now: datetime) -> bool:
    vectored = library_vectors(organization_id, embedder)
    if head and not _is_due(head, vectored, now):
        return False
    # Seconds for ten thousand examples: done before the transaction opens.
    _keep_head(organization_id, embedder, vectored, learn(vectored.shelf, embedder), now)
    return True


@transaction.atomic(durable=True)
def _keep_head(organization_id: int, embedder: Embedder, made_of: Vectored, head: Head | None, now: datetime) -> None:
    """Store a head, and tell every process that there is a new one."""
    LearnedHead.objects.update_or_create(
        organization_id=organization_id,
        embedder=embedder.id,
        defaults={
            "revision": made_of.revision,
            "epoch": made_of.epoch,
            "examples": len(made_of.shelf.examples),
            "data": pack(head) if head else b"",
            "made_at": now,
        },
    )
    Library.objects.filter(organization=organization_id).update(head=F("head") + 1)


def _has_changed(library: Library, head: LearnedHead | None) -> bool:
    return head is None or (head.revision, head.epoch) != (library.revision, library.epoch)


def _is_due(head: LearnedHead, vectored: Vectored, now: datetime) -> bool:
    """What somebody had forgotten leaves the head at the next look; what is new waits until it is worth the while."""
    forgotten = head.epoch != vectored.epoch
    return forgotten or len(vectored.shelf.examples) - head.examples >= ENOUGH_NEW or now - head.made_at >= PATIENCE


def _heads(embedder: Embedder) -> QuerySet[LearnedHead]:
    return LearnedHead.objects.filter(embedder=embedder.id)

"""An organization's examples as one matrix in this process, refreshed when the library has changed."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
from django.db import connection

from brandvoice.embedding import Embedder, embedder_for, multilingual_embedder, ranker_for
from brandvoice.matching.heads import Head, unpack
from brandvoice.matching.ranking import Learned
from brandvoice.matching.shelf import Shelf
from brandvoice.models import LearnedHead, Library

MOST_LIBRARIES = 64  # a library of 5,000 examples is 8 MB, and 23 MB as the thorough embedder reads it

# vector_send gives a header of four bytes, then big-endian floats: twenty times faster to read than text.
_ROWS = """
    SELECT embedding.id, example.id, example.position_id, example.language, example.weight,
           example.text, vector_send(embedding.vector)
    FROM brandvoice_embedding AS embedding JOIN brandvoice_example AS example ON example.id = embedding.example_id
    WHERE embedding.organization_id = %s AND embedding.embedder = %s AND embedding.id > %s
    ORDER BY embedding.id
"""
_HEADER = 4

_kept: OrderedDict[tuple[int, str], "Vectored"] = OrderedDict()
_keeping = threading.Lock()


@dataclass(frozen=True, slots=True)
class Vectored:
    """What one process holds of a library, and which state of it that is."""

    revision: int
    epoch: int
    newest: int
    shelf: Shelf
    head_number: int = 0
    head: Head | None = None

    @property
    def known(self) -> Learned:
        """Return all that ranking needs."""
        return Learned(self.shelf, self.head)


def library_for(organization_id: int, language: str, *, thorough: bool = False) -> tuple[Embedder, Learned]:
    """Return who reads a message in this base language, and what is known of the library then.

    English is compared with English examples; where a library has none, and in every other language,
    with the examples of all languages. Whoever is thorough has read an example a moment later than others;
    a library that it has not read yet is known by theirs.
    """
    embedder = ranker_for(language) if thorough else embedder_for(language)
    known = library_vectors(organization_id, embedder).known
    if thorough and not len(known.shelf.examples):
        return library_for(organization_id, language)
    if embedder.crosses_languages or known.speaks(language) or not len(known.shelf.examples):
        return embedder, known
    crossing = multilingual_embedder()
    return crossing, library_vectors(organization_id, crossing).known


def library_vectors(organization_id: int, embedder: Embedder) -> Vectored:
    """Return the organization's examples as vectors, as they are now: one indexed query when nothing changed."""
    key = organization_id, embedder.id
    with _keeping:
        held = _kept.get(key)
    # Read before the rows: a change in between is then noticed by the next call.
    library = Library.objects.filter(organization=organization_id).first() or Library()
    marks = library.revision, library.epoch
    if held and (held.revision, held.epoch, held.head_number) == (*marks, library.head):
        return held
    if held and (held.revision, held.epoch) == marks:
        fresh = held
    else:
        fresh = _refresh(held if held and held.epoch == library.epoch else None, organization_id, embedder, marks)
    fresh = _with_head(fresh, held, organization_id, embedder, library.head)
    with _keeping:
        _kept[key] = fresh
        _kept.move_to_end(key)
        while len(_kept) > MOST_LIBRARIES:
            _kept.popitem(last=False)
    return fresh


def _with_head(
    fresh: Vectored, held: Vectored | None, organization_id: int, embedder: Embedder, number: int
) -> Vectored:
    """Read what was learned, if that is new to this process."""
    if held and held.head_number == number:
        return replace(fresh, head_number=number, head=held.head)
    rows = LearnedHead.objects.filter(organization=organization_id, embedder=embedder.id)
    data = rows.values_list("data", flat=True).first()
    return replace(fresh, head_number=number, head=unpack(bytes(data)) if data else None)


def _refresh(held: Vectored | None, organization_id: int, embedder: Embedder, marks: tuple[int, int]) -> Vectored:
    """Read the rows that are new to this process, and put them below those that it holds."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [organization_id, embedder.id, held.newest if held else 0])
        rows = cursor.fetchall()
    new = _from_rows(rows, embedder.dim, marks)
    if held is None:
        return new
    return Vectored(*marks, max(held.newest, new.newest), held.shelf.grown(new.shelf))


def _from_rows(rows: list[tuple[int, int, int, str, float, str, bytes]], dim: int, marks: tuple[int, int]) -> Vectored:
    packed = b"".join(bytes(row[-1])[_HEADER:] for row in rows)
    shelf = Shelf(
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.int64),
        np.array([row[3] for row in rows], "U10"),
        np.array([row[4] for row in rows], np.float32),
        np.frombuffer(packed, ">f4").astype(np.float32).reshape(len(rows), dim),
        tuple(row[5] for row in rows),
    )
    return Vectored(*marks, rows[-1][0] if rows else 0, shelf)

"""How long a suggestion takes at 500 positions of 20 examples, beside its floor: reading the message alone."""

import os
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import django
import numpy as np

if TYPE_CHECKING:
    from brandvoice.embedding import Embedder
    from brandvoice.models import Example, Position
    from brandvoice.queries.suggest import SuggestQuery

POSITIONS, EXAMPLES, CALLS = 500, 20, 400
GOAL_P99, GOAL_ACCEPT = 10.0, 1000.0

THINGS = ("parcel", "ticket", "refund", "train", "invoice", "account", "delivery", "voucher", "lamp", "card", "seat")
TROUBLES = (
    "my {0} never arrived and the {1} is wrong",
    "how do I change the {0} on my {1}?",
    "I paid twice for a {0}, please check the {1}",
    "is there a {0} left for Saturday, or do I need another {1}",
    "the app shows no {0}. I have been waiting for my {1} since Monday and nobody answers the phone",
)


def main() -> None:
    """Fill a scratch database, measure, print, and drop it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from config import embedded

    with embedded.hold(settings.DATA_DIR, postgres=settings.EMBEDDED_POSTGRES, valkey=settings.EMBEDDED_VALKEY):
        # A name of its own: tests may be running beside it.
        connection.settings_dict["TEST"]["NAME"] = "bench_suggestion"
        scratch = setup_databases(verbosity=0, interactive=False)
        try:
            measure()
        finally:
            teardown_databases(scratch, verbosity=0)


def measure() -> None:
    """Print the floor, a lexical reference and the whole call, each as p50 and p99."""
    from brandvoice.embedding import ranking_embedder
    from brandvoice.queries.suggest import SuggestQuery, suggest

    chance = random.Random(1)
    organization, brand = fill(chance)
    embedder = ranking_embedder()
    started = time.perf_counter()
    suggest(query := SuggestQuery(organization, brand, "sandbox", "en", (message(chance),)))
    print(f"first call of a process: {(time.perf_counter() - started) * 1000:.0f} ms (model and vectors are read)")
    # Other messages each time: what was read a moment ago is not read again.
    floor = show("reading the message alone", lambda text: embedder.encode([text]), fresh(chance))
    messages = fresh(chance)
    show("trigram nearest neighbour in PostgreSQL", lambda text: trigrams(organization, text), messages)
    whole = show(
        f"suggestion, {POSITIONS} positions of {EXAMPLES} examples",
        lambda text: suggest(SuggestQuery(organization, brand, query.network, "en", (text,))),
        messages,
    )
    accepted = accept(organization, query, chance)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    met = "met" if accepted < GOAL_ACCEPT else "MISSED"
    print(f"an accepted message is stored, read and counts in {accepted:.0f} ms (goal {GOAL_ACCEPT:.0f}: {met})")
    verdict = "met" if whole[1] < GOAL_P99 else "MISSED"
    print(f"goal p99 < {GOAL_P99:.0f} ms: {verdict}; {whole[0] / floor[0]:.1f} times the floor (p50)")


def fresh(chance: random.Random) -> list[str]:
    """Return messages that nobody has written before."""
    return [f"{message(chance)} {chance.randrange(10**6)}" for _ in range(CALLS)]


def accept(organization: int, query: "SuggestQuery", chance: random.Random) -> float:
    """Return the milliseconds from an accept, through the worker's part, to a suggestion that knows it."""
    from brandvoice.actions.examples import embed_missing_examples
    from brandvoice.actions.learning import Answered, learn_from
    from brandvoice.models import Position
    from brandvoice.queries.suggest import suggest

    position = Position.objects.filter(organization=organization).values_list("pk", flat=True)[0]
    answered = Answered(position, f"and now {message(chance)}", "en", 1.0, None, "bench")
    started = time.perf_counter()
    learn_from([answered], organization_id=organization)
    embed_missing_examples()
    suggest(query)
    return (time.perf_counter() - started) * 1000


def message(chance: random.Random) -> str:
    """Return something a customer might write."""
    return chance.choice(TROUBLES).format(*chance.sample(THINGS, 2))


def show(name: str, call: Callable[[str], object], messages: list[str]) -> tuple[float, float]:
    """Time `call` on every message; print and return p50 and p99 in milliseconds."""
    taken = []
    for text in messages:
        started = time.perf_counter()
        call(text)
        taken.append((time.perf_counter() - started) * 1000)
    p50, p99 = np.percentile(taken, [50, 99])
    print(f"{name:<48} p50 {p50:6.1f} ms   p99 {p99:6.1f} ms")
    return float(p50), float(p99)


def trigrams(organization: int, text: str) -> object:
    """The usual lexical way, without scope or validity."""
    from django.contrib.postgres.search import TrigramSimilarity

    from brandvoice.models import Example

    near = Example.objects.filter(organization=organization).annotate(near=TrigramSimilarity("text", text))
    return list(near.order_by("-near").values_list("position", "near")[:3])


def fill(chance: random.Random) -> tuple[int, int]:
    """Write a library of signed positions; return its organization and brand."""
    from django.db import connection
    from django.utils import timezone

    from accounts.models import Brand, Organization, User
    from accounts.permissions import Role
    from brandvoice.models import Position, PositionVersion, Signature, Status, Wording

    organization = Organization.objects.create(name="Bench", slug="bench")
    brand = Brand.objects.create(organization=organization, name="Bench", slug="bench")
    amira = User.objects.create(email="a@bench.example", name="Amira", organization=organization, role=Role.EXECUTIVE)
    now = timezone.now()
    shared = {"organization": organization}
    positions = Position.objects.bulk_create(
        Position(**shared, brand=brand, key=f"position-{number}", question=message(chance), owner=amira)
        for number in range(POSITIONS)
    )
    versions = PositionVersion.objects.bulk_create(
        PositionVersion(**shared, position=position, number=1, created_by=amira, created_at=now)
        for position in positions
    )
    Wording.objects.bulk_create(
        Wording(**shared, version=version, language=language, text=f"{version.position.question} {language}")
        for version in versions
        for language in ("en", "de", "es")
    )
    Signature.objects.bulk_create(
        Signature(**shared, version=version, person=amira, signed_at=now, fingerprint="") for version in versions
    )
    PositionVersion.objects.update(status=Status.SIGNED, signed_by=amira, signed_at=now, valid_from=now)
    _write_examples(positions, chance)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return organization.pk, brand.pk


def _write_examples(positions: list["Position"], chance: random.Random) -> None:
    """Write examples with random directions: looking a vector up costs the same whatever it means."""
    from brandvoice.embedding import current_embedder, multilingual_embedder, ranking_embedder
    from brandvoice.models import Example, Library

    examples = Example.objects.bulk_create(
        Example(
            organization_id=position.organization_id, position=position, language="en", text=f"{n} {message(chance)}"
        )
        for position in positions
        for n in range(EXAMPLES)
    )
    # Wordings in other languages have the examples read by all embedders.
    for reader in (ranking_embedder(), current_embedder(), multilingual_embedder()):
        _write_vectors(examples, reader)
    Library.objects.create(organization_id=positions[0].organization_id, revision=1, head=1)
    _write_head([position.pk for position in positions], positions[0].organization_id, ranking_embedder())


def _write_vectors(examples: list["Example"], reader: "Embedder") -> None:
    from brandvoice.models import Embedding

    vectors = np.random.default_rng(1).normal(size=(len(examples), reader.dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    Embedding.objects.bulk_create(
        (
            Embedding(organization_id=example.organization_id, example=example, embedder=reader.id, vector=vector)
            for example, vector in zip(examples, vectors, strict=True)
        ),
        batch_size=500,
    )


def _write_head(positions: list[int], organization: int, embedder: "Embedder") -> None:
    """Write a head that has learned nothing: asking it costs the same."""
    from django.utils import timezone

    from brandvoice.matching.heads import Head, pack
    from brandvoice.matching.words import BUCKETS
    from brandvoice.models import LearnedHead

    chance, count = np.random.default_rng(2), len(positions)
    plane, none = chance.normal(size=(embedder.dim, count)).astype(np.float32), np.zeros(count, np.float32)
    words = chance.normal(size=(2 * BUCKETS, count)).astype(np.float16)
    head = Head(np.sort(positions), plane, none, plane, none, words, none, np.ones(2 * BUCKETS, np.float32))
    LearnedHead.objects.create(
        organization_id=organization,
        embedder=embedder.id,
        revision=1,
        epoch=0,
        examples=count * EXAMPLES,
        data=pack(head),
        made_at=timezone.now(),
    )


if __name__ == "__main__":
    main()

"""Whether similar tickets are found as fast among many as among few, how many of the true nearest, and at what cost."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks.bench_list import _FILL
from benchmarks.stage import Cast, make_cast, percentile, scratch, show

if TYPE_CHECKING:
    import numpy as np

    from accounts.models import User

SIZES = (10_000, 100_000)
# Questions come in kinds: so many, and how far the words of one kind are strewn around it.
KINDS, STREWN = 400, 0.9
CALLS = 60
AS_IN_LIFE = 500
# Every fiftieth ticket belongs to a small team, every hundredth to another organization.
SMALL, ELSEWHERE = 50, 100


def main() -> None:
    """Look for neighbours of generated vectors at each size, as an agent of the large team and of a small one."""
    with scratch("similar"):
        cast = make_cast()
        people, everything = _people(cast), _vectors()
        medians: dict[str, list[float]] = {name: [] for name in people}
        for size in SIZES:
            vectors = everything[:size]
            _fill(cast, size, vectors)
            for name, person in people.items():
                took, found = _ask(cast, person, vectors)
                medians[name].append(percentile(took, 0.5))
                show(
                    f"similar: {name}, {size:,} tickets",
                    f"{percentile(took, 0.5):.1f} ms, p95 {percentile(took, 0.95):.1f} ms",
                    f"of the five nearest {found:.1%} are found",
                    "< 100 ms, > 90 %",
                )
    for name, (few, many) in medians.items():
        show(f"similar: {name}, ratio", f"×{many / few:.1f}", "ten times as many tickets", "")


def _people(cast: Cast) -> dict[str, "User"]:
    from accounts.models import Organization, Team, User
    from accounts.permissions import Role
    from inbox.models import Channel

    home = cast.channel.organization
    small = Team.objects.create(organization=home, name="Small")
    few = User.objects.create_user("s@bench.example", name="Sam", organization=home, role=Role.AGENT)
    few.teams.add(small)
    lead = User.objects.create_user("l@bench.example", name="Lea", organization=home, role=Role.OWNER)
    away = Organization.objects.create(name="Away", slug="away")
    other = User.objects.create_user("x@bench.example", name="Xan", organization=away, role=Role.OWNER)
    place = {"organization": away, "team": Team.objects.create(organization=away, name="Away")}
    place["brand"] = away.brands.create(name="Away", slug="away")
    Channel.objects.create(network="bluesky", name="Away", **place)
    return {
        "an agent": cast.agent, "of a team with 2 %": few, "who sees all": lead, "of an organization with 1 %": other
    }  # fmt: skip


def _vectors() -> "np.ndarray":
    """Return unit vectors as they come in life: in heaps."""
    import numpy as np

    random = np.random.default_rng(0)
    kinds = _unit(random.normal(size=(KINDS, 384)))
    strewn = random.normal(size=(SIZES[-1], 384)) * STREWN / 384**0.5
    return _unit(kinds[random.integers(KINDS, size=SIZES[-1])] + strewn)


def _unit(vectors: "np.ndarray") -> "np.ndarray":
    import numpy as np

    unit: np.ndarray = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _fill(cast: Cast, tickets: int, vectors: "np.ndarray") -> None:
    """Bring both organizations to so many answered tickets, each with its vector."""
    from django.db import connection

    from brandvoice.embedding import current_embedder
    from inbox.queries.openings import as_text

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM inbox_opening")
        have = cursor.fetchone()[0]
        cursor.execute(_FILL, {"upto": tickets, "channel": cast.channel.pk, "agent": cast.agent.pk})
        cursor.execute(_ANSWER, {"small": SMALL, "elsewhere": ELSEWHERE})
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS read (number int, vector text)")
        cursor.execute("TRUNCATE read")
        with cursor.copy("COPY read FROM STDIN") as rows:
            for number in range(have, tickets):
                rows.write_row((number + 1, as_text(vectors[number])))
        # Most are put in before the index is made, which is faster; the last as they come in life.
        cursor.execute("DROP INDEX opening_english")
        cursor.execute(_OPEN, [current_embedder().id, have, tickets - AS_IN_LIFE])
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("CREATE INDEX opening_english ON inbox_opening USING hnsw (english halfvec_ip_ops)")
        filled = time.perf_counter()
        cursor.execute(_OPEN, [current_embedder().id, tickets - AS_IN_LIFE, tickets])
        each = (time.perf_counter() - filled) * 1000 / AS_IN_LIFE
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    show(f"similar: {tickets:,} tickets stored", f"{each:.2f} ms a vector", f"{filled - began:.0f} s to fill", "")


def _ask(cast: Cast, person: "User", vectors: "np.ndarray") -> tuple[Sequence[float], float]:
    """Return how long each look took, and which share of the true nearest it found."""
    import numpy as np

    from brandvoice.embedding import current_embedder
    from inbox.models import Ticket
    from inbox.queries import similar

    similar.ALIKE = -1.0
    seen = np.array(
        Ticket.objects.visible_to(person).resolved().order_by("opening__message").values_list("number", "subject")
    )
    places = np.array([int(place) for _number, place in seen])
    random, took, hits = np.random.default_rng(1), [], 0
    for call in range(CALLS + 5):
        asked = vectors[random.integers(len(vectors))] + random.normal(size=384) * 0.3 / 384**0.5
        asked = (asked / np.linalg.norm(asked)).astype(np.float32)
        began = time.perf_counter()
        found = similar._nearest(similar._answered(person), person, current_embedder().id, "english", asked)
        if call >= 5:
            took.append((time.perf_counter() - began) * 1000)
            true = places[np.argsort(-(vectors[places - 1] @ asked))[:5]]
            hits += len(
                {int(one.subject) for one in Ticket.objects.filter(pk__in=[f.pk for f in found[:5]])}
                & set(true.tolist())
            )
    return took, hits / (CALLS * 5)


# Every ticket is answered and resolved; its subject keeps its number, since numbers are one organization's.
_ANSWER = """
WITH away AS (SELECT * FROM inbox_channel WHERE name = 'Away'),
small AS (SELECT id FROM accounts_team WHERE name = 'Small')
UPDATE inbox_ticket t SET status = 'resolved', first_replied_at = now(), subject = number, assignee_id = NULL,
    team_id = CASE WHEN number %% %(elsewhere)s = 0 THEN away.team_id
        WHEN number %% %(small)s = 1 THEN small.id ELSE t.team_id END,
    organization_id = CASE WHEN number %% %(elsewhere)s = 0 THEN away.organization_id ELSE t.organization_id END
FROM away, small WHERE t.status = 'open'
"""
_OPEN = """
INSERT INTO inbox_opening (ticket_id, organization_id, message_id, embedder, english)
SELECT t.id, t.organization_id, m.id, %s, read.vector::halfvec FROM read
JOIN inbox_ticket t ON t.subject = read.number::text JOIN inbox_message m ON m.ticket_id = t.id
WHERE read.number > %s AND read.number <= %s
"""


if __name__ == "__main__":
    main()

"""Whether giving a thousand waiting tickets to fifty people costs the same with many stored tickets as with few."""

import time

from benchmarks.stage import Cast, make_cast, scratch, show

FEW, MANY = 10_000, 100_000
WAITING, PEOPLE, CAPACITY = 1_000, 50, 20


def main() -> None:
    """Drain the queue with few tickets stored and with many."""
    took: dict[int, float] = {}
    with scratch("assignment"):
        cast = make_cast()
        people = _hire(cast)
        for stored in (FEW, MANY):
            _fill(cast, people, stored)
            took[stored] = _drain()
    show(
        f"{WAITING:,} waiting tickets given to {PEOPLE} people",
        f"{took[MANY]:.2f} s at {MANY:,} stored",
        f"{took[FEW]:.2f} s at {FEW:,}: ×{took[MANY] / took[FEW]:.2f}",
        "≤ 1.3",
    )


def _hire(cast: Cast) -> list[int]:
    """Bring people into the team, who are there and know one of five languages each."""
    from accounts.models import User
    from inbox.actions.attendance import note_present
    from inbox.models import AssignmentPolicy, Skill

    organization, team = cast.channel.organization, cast.channel.team
    people = [
        User.objects.create_user(f"p{n}@bench.example", name=f"Person {n}", organization=organization)
        for n in range(PEOPLE)
    ]
    team.members.set(people)
    AssignmentPolicy.objects.create(organization=organization, team=team, method="balanced", capacity=CAPACITY)
    for number, language in enumerate(("de", "fr", "es", "it", "nl")):
        skill = Skill.objects.create(organization=organization, name=language, languages=[language])
        skill.people.set(people[number::5])
    note_present([person.pk for person in people])
    return [person.pk for person in people]


def _fill(cast: Cast, people: list[int], upto: int) -> None:
    """Bring the organization to `upto` tickets that are done, and some that wait, in five languages and in English."""
    from django.db import connection

    from benchmarks.bench_list import _FILL
    from inbox.actions.attendance import note_present

    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"upto": upto, "channel": cast.channel.pk, "agent": cast.agent.pk})
        cursor.execute(_FINISH, {"people": people})
        cursor.execute(_WAIT, {"waiting": WAITING})
        cursor.execute("UPDATE inbox_message SET enriched_at = now() WHERE enriched_at IS NULL")
        cursor.execute("UPDATE inbox_attendance SET seen_at = NULL")
    note_present(people)
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _drain() -> float:
    """Give out all that waits, and return how many seconds that took."""
    from inbox.actions.assignment import assign_some
    from inbox.models import AssignmentPolicy, Ticket

    team = AssignmentPolicy.objects.get().team_id
    begun = time.perf_counter()
    given = 0
    while count := assign_some(team):
        given += count
    took = time.perf_counter() - begun
    assert given == WAITING
    assert not Ticket.objects.waiting().exists()
    return took


_FINISH = """
UPDATE inbox_ticket SET status = 'resolved', resolved_at = now(),
    assignee_id = (%(people)s::bigint[])[1 + id %% array_length(%(people)s::bigint[], 1)]
"""

_WAIT = """
UPDATE inbox_ticket SET status = 'open', resolved_at = NULL, assignee_id = NULL, awaiting_reply = true,
    waiting_since = now() - number * interval '1 second',
    language = (ARRAY['de', 'fr', 'es', 'it', 'nl', 'en'])[1 + number %% 6]
WHERE id IN (SELECT id FROM inbox_ticket ORDER BY id DESC LIMIT %(waiting)s)
"""


if __name__ == "__main__":
    main()

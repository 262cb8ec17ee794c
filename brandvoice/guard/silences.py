"""What an organization does not discuss: signed positions whose words are all that may be said about their topic."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from brandvoice.models import PositionVersion


@dataclass(frozen=True, slots=True)
class Silence:
    """A signed version about whose topic nothing else may be said, except by the people it names."""

    version_id: int
    number: int
    brand_id: int | None
    phrases: tuple[str, ...]
    named: frozenset[int]


# Every check of every text asks this; built by Django's query compiler it would cost ten times as much. The second half
# is PositionVersion.objects.live(now).silent(), and a test holds the two against each other.
_STATE = """
SELECT coalesce((SELECT number FROM brandvoice_rulerevision WHERE organization_id = %(organization)s), 0),
       ARRAY(SELECT id FROM brandvoice_positionversion
             WHERE organization_id = %(organization)s AND status = 'signed' AND sensitivity = 'silent'
               AND valid_from <= %(now)s AND (valid_until IS NULL OR valid_until > %(now)s)
               AND (gives_way_at IS NULL OR gives_way_at > %(now)s)
             ORDER BY id)
"""


def state_of_rules(organization_id: int, now: datetime) -> tuple[int, tuple[int, ...]]:
    """Return the newest version of any rule and which silences hold at this moment, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, {"organization": organization_id, "now": now})
        revision, silent = cursor.fetchone()
    return revision, tuple(silent)


def silences_of(version_ids: Collection[int]) -> list[Silence]:
    """Return these versions as silences; one that goes by nothing is none."""
    if not version_ids:
        return []
    versions = PositionVersion.objects.filter(pk__in=version_ids).select_related("position").order_by("pk")
    found = []
    for version in versions.prefetch_related("named_people"):
        phrases = tuple(version.topic_words) or (version.position.topic,)
        named = frozenset(named.person_id for named in version.named_people.all())
        found.append(Silence(version.pk, version.number, version.position.brand_id, phrases, named))
    return [silence for silence in found if any(phrase.strip() for phrase in silence.phrases)]

"""Learns from how agents answer: what they used a wording for becomes an example, and can be taken back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import re2
from django.db import transaction
from django.db.models import F

from accounts.models import User
from brandvoice import outbox
from brandvoice.actions.examples import LONGEST_TEXT
from brandvoice.embedding import prepare
from brandvoice.languages import base_language
from brandvoice.models import Example, Library, Position
from brandvoice.personal_data import find_personal_data

# A wording of which less than this is left was a start to write from, not the answer.
LEAST_KEPT = 0.5
UNCHANGED = 0.95
# What an edited wording answered counts a little less, by how much was edited.
LIGHTEST = 0.85
# One person's habits shall not become everybody's: of what a position learned, two fifths at most.
SHARE_OF_ONE, FEW = 0.4, 5
FEWEST_WORDS = 2

# Order, customer and phone numbers that no finder knows.
_NUMBER = re2.compile(r"[#\pL\-]*\pN[\pN\-/.]{3,}\pN")


@dataclass(frozen=True, slots=True)
class Answered:
    """A customer's words, and the position whose wording answered them.

    `kept` is the share of the wording that was sent as it was signed; `origin` names the reply to whoever asks.
    """

    position_id: int
    text: str
    language: str
    kept: float
    person_id: int | None
    origin: str


@transaction.atomic(durable=True)
def learn_from(answers: Sequence[Answered], *, organization_id: int) -> int:
    """Make examples of what was answered, without what identifies a person; return how many were made."""
    known = Position.objects.filter(organization=organization_id, pk__in={answer.position_id for answer in answers})
    shares = _Shares(set(known.values_list("pk", flat=True)))
    examples = [example for answer in answers if (example := _example_of(answer, organization_id, shares))]
    before = Example.objects.filter(organization=organization_id).count()
    Example.objects.bulk_create(examples, ignore_conflicts=True)
    outbox.wake(outbox.EMBED_EXAMPLES)
    return Example.objects.filter(organization=organization_id).count() - before


@transaction.atomic(durable=True)
def forget_learned(
    *,
    by: User,
    person: User | None = None,
    position: Position | None = None,
    since: datetime | None = None,
    origin: str = "",
) -> int:
    """Take back what was learned: from a person, for a position, since a moment or from one reply; return how much.

    What people wrote as examples themselves stays. Nearest examples forget at once, the heads at their next look.
    """
    by.require("position.edit")
    doomed = Example.objects.visible_to(by).learned()
    for name, value in (("created_by", person), ("position", position), ("created_at__gte", since), ("origin", origin)):
        if value:
            doomed = doomed.filter(**{name: value})
    Library.objects.filter(organization=by.organization_id).update(epoch=F("epoch") + 1)
    _, deleted = doomed.delete()
    return deleted.get(Example._meta.label, 0)


def without_personal_data(text: str, language: str) -> str:
    """Return what a message asks, without links, handles, numbers and what else identifies a person."""
    for item in reversed(find_personal_data(text, language)):
        text = text[: item.start] + " " + text[item.end :]
    return prepare(re2.sub(_NUMBER, " ", text))[:LONGEST_TEXT].strip()


class _Shares:
    """How much of what each position learned came from whom."""

    def __init__(self, positions: set[int]) -> None:
        self.positions = positions
        learned = Example.objects.filter(position__in=positions).learned()
        self.by_person: Counter[tuple[int, int | None]] = Counter()
        self.by_person.update(learned.values_list("position_id", "created_by_id"))
        self.of_position = Counter(pk for pk, _ in self.by_person.elements())

    def take(self, position_id: int, person_id: int | None) -> bool:
        """Return whether one more from this person is fair, and count it."""
        pair = position_id, person_id
        if self.by_person[pair] >= max(FEW, SHARE_OF_ONE * self.of_position[position_id]):
            return False
        self.by_person[pair] += 1
        self.of_position[position_id] += 1
        return True


def _example_of(answer: Answered, organization_id: int, shares: _Shares) -> Example | None:
    text = without_personal_data(answer.text, answer.language)
    if answer.position_id not in shares.positions or answer.kept < LEAST_KEPT or len(text.split()) < FEWEST_WORDS:
        return None
    if not shares.take(answer.position_id, answer.person_id):
        return None
    unchanged = answer.kept >= UNCHANGED
    return Example(
        organization_id=organization_id,
        position_id=answer.position_id,
        text=text,
        language=base_language(answer.language),
        source=Example.Source.ACCEPT if unchanged else Example.Source.EDIT,
        weight=1.0 if unchanged else LIGHTEST + (1 - LIGHTEST) * answer.kept,
        created_by_id=answer.person_id,
        origin=answer.origin,
    )

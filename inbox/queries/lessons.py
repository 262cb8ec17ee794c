"""What an organization has taught, as those need it who read the next message."""

from collections.abc import Mapping

import numpy as np

from accounts.models import Brand
from brandvoice.embedding import current_embedder
from brandvoice.languages import base_language
from brandvoice.models import Position, Wording
from brandvoice.queries.reader import About
from brandvoice.reading import lessons as reading
from inbox.models import Lesson

# The newest of each kind; a hundred times more would cost a millisecond a message and say little more.
MOST = 300


def lessons_of(organization_id: int) -> Mapping[About, list[reading.Lesson]]:
    """Return what the organization has taught last, by what it is about."""
    taught = Lesson.objects.filter(organization=organization_id, embedder=current_embedder().id).newest_first()
    return {about: [_lesson(lesson) for lesson in taught.filter(about=about)[:MOST]] for about in About}


def languages_of(organization_id: int) -> frozenset[str]:
    """Return the languages that an organization speaks: its brands' own, and those of its wordings."""
    spoken = Brand.objects.filter(organization=organization_id).values_list("language", flat=True)
    written = Wording.objects.filter(organization=organization_id).values_list("language", flat=True)
    return frozenset(base_language(language) for language in spoken.union(written))


def topics_of(organization_id: int) -> list[str]:
    """Return the topics of an organization's positions, in order."""
    named = Position.objects.filter(organization=organization_id).exclude(topic="")
    return sorted(set(named.values_list("topic", flat=True)))


def _lesson(lesson: Lesson) -> reading.Lesson:
    return reading.Lesson(lesson.said, lesson.right, np.asarray(lesson.vector, np.float32))

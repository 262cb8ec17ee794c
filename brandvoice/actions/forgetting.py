"""Forgets what the voice keeps of a customer's words: the examples made of them."""

from collections.abc import Collection

from django.db.models import F, Q

from brandvoice.actions.examples import LONGEST_TEXT
from brandvoice.actions.learning import without_personal_data
from brandvoice.models import Example, Library


def forget_words(organization_id: int, texts: Collection[tuple[str, str]], *, origins: Collection[str]) -> int:
    """Delete the examples made of these texts (each with its language) or learned from these replies; return how many.

    For the caller's transaction. What the heads have learned from them goes when they learn anew, at their next look.
    """
    forms = {form for text, language in texts for form in _forms(text, language)}
    doomed = Example.objects.filter(Q(text__in=forms) | Q(origin__in=origins), organization=organization_id)
    _, deleted = doomed.delete()
    count = deleted.get(Example._meta.label, 0)
    if count:
        Library.objects.filter(organization=organization_id).update(epoch=F("epoch") + 1)
    return count


def _forms(text: str, language: str) -> set[str]:
    """Return a text as examples hold it: whole, by its lines, and without what identifies a person."""
    lines = {text, *text.splitlines()}
    forms = {line.strip()[:LONGEST_TEXT] for line in lines} | {without_personal_data(line, language) for line in lines}
    return forms - {""}

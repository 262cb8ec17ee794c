"""Recognises an erased customer in what people wrote: by their names, and by what was filled in of them alone."""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property, partial

from django.db.models import QuerySet

from inbox.actions.erasure_rows import SHORTEST
from inbox.custom_fields import BadValue, FieldAbout, FieldKind, Value, one_line, shown
from inbox.models import Contact, CustomField, Identity, PrivacyJob, Ticket
from inbox.queries.search_tokens import FIELD
from inbox.queries.search_words import without_values

# Choices are the organization's words; these may be a customer's own.
TELLING = (FieldKind.TEXT, FieldKind.NUMBER, FieldKind.DATE)
# Where words are not set apart, one that follows upon a name runs on no name: Thai and Lao, kana, Han, Hangul.
_SPACELESS = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_LETTER = rf"[^\W{_SPACELESS}]"


class Marks:
    """By what the customer of an erasure is recognised; whatever is looked up is looked up once."""

    def __init__(self, job: PrivacyJob) -> None:
        self._organization_id = job.organization_id
        self._contacts = job.work["contacts"]
        self._names = job.work.get("names", [])
        self._values = job.work.get("values", {})
        self._instead = f"customer:{job.contact_id}"
        self._known_names: dict[str, bool] = {}
        self._known_values: dict[tuple[str, str], bool] = {}

    def are_in(self, text: str) -> bool:
        """Return whether a text says a name of theirs, or a value that only they have, as whole words."""
        said = text.lower()
        return any(_stands_in(name, said) for name in self._names) or any(
            _stands_in(value.lower(), said) and self.are_value(key, value)
            for key, values in self._values.items()
            for value in values
        )

    def without(self, query: str) -> str:
        """Return conditions without them: their number, which says nothing, where only they were meant."""
        query = without_values(query, "from", self._are_name, self._instead)
        for key in self._values:
            query = without_values(query, f"{FIELD}{key}", partial(self.are_value, key), self._instead)
        return query

    def are_value(self, key: str, said: str) -> bool:
        """Return whether this value of a field of the organization's own is theirs, and nobody else's."""
        known = (key, said)
        if known not in self._known_values:
            self._known_values[known] = self._are_value(key, said)
        return self._known_values[known]

    def _are_value(self, key: str, said: str) -> bool:
        field = self._fields.get(key)
        try:
            value = field.read(said) if field else None
        except BadValue:
            return False
        theirs = {one_line(one).casefold() for one in self._values.get(key, ())}
        if field is None or shown(value).casefold() not in theirs:
            return False
        others = _rows(field.about, self._organization_id).filter(fields__contains={key: value}).exclude(fields={})
        mine = "contact__in" if field.about == FieldAbout.TICKET else "pk__in"
        return not others.exclude(**{mine: self._contacts}).exists()

    def _are_name(self, value: str) -> bool:
        """Return whether a value of `from:` means them: a name, or a part of one that nobody shares."""
        value = value.lower().removeprefix("@")
        if value not in self._known_names:
            others = Identity.objects.filter(organization=self._organization_id).named(value)
            part = any(value in name for name in self._names)
            self._known_names[value] = value in self._names or (part and not others.exists())
        return self._known_names[value]

    @cached_property
    def _fields(self) -> Mapping[str, CustomField]:
        found = CustomField.objects.filter(organization=self._organization_id, key__in=self._values)
        return {field.key: field for field in found}


def values_of(organization_id: int, contacts: Collection[int], tickets: Collection[int]) -> dict[str, list[str]]:
    """Return by key what was filled in of these customers and tickets, as far as it may be their own."""
    found: dict[str, set[str]] = {}
    for about, ids in ((FieldAbout.CUSTOMER, contacts), (FieldAbout.TICKET, tickets)):
        fields = CustomField.objects.filter(organization=organization_id, about=about, kind__in=TELLING)
        keys = set(fields.values_list("key", flat=True))
        rows = _rows(about, organization_id).filter(pk__in=ids).exclude(fields={})
        for key, value in _items(rows.values_list("fields", flat=True)):
            if key in keys:
                found.setdefault(key, set()).add(shown(value))
    return {key: sorted(values) for key, values in sorted(found.items())}


def _items(filled: Iterable[Mapping[str, Value]]) -> Iterable[tuple[str, Value]]:
    return (item for fields in filled for item in fields.items())


def _rows(about: str, organization_id: int) -> QuerySet[Contact] | QuerySet[Ticket]:
    model = Ticket if about == FieldAbout.TICKET else Contact
    return model.objects.filter(organization=organization_id)


def _stands_in(name: str, said: str) -> bool:
    """Return whether a name stands in a text, both in lower case, with no letter or digit running on over its ends."""
    if len(name) < SHORTEST or name not in said:
        return False
    return re.search(rf"(?<!{_LETTER}){re.escape(name)}(?!{_LETTER})", said) is not None

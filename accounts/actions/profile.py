"""What people change about themselves."""

from django.db import transaction

from accounts.models import Brand, User
from accounts.permissions import PermissionDenied
from accounts.signals import BRAND, announce

FIELDS = ("name", "title", "language", "theme", "single_keys", "wants_digest", "wants_briefing")


@transaction.atomic(durable=True)
def change_profile(
    person: User,
    *,
    name: str,
    title: str,
    language: str,
    theme: str | None = None,
    single_keys: bool | None = None,
    wants_digest: bool | None = None,
    wants_briefing: bool | None = None,
    by: User,
) -> User:
    """Change how the person is shown and how Onevoice shows itself to them."""
    person = User.objects.visible_to(by).lock(person.pk)
    if person != by and not (by.may("people.manage") and by.governs(person)):
        raise PermissionDenied
    person.name, person.title, person.language = name, title, language
    person.theme = theme or person.theme
    person.single_keys = person.single_keys if single_keys is None else single_keys
    person.wants_digest = person.wants_digest if wants_digest is None else wants_digest
    if wants_briefing is not None and wants_briefing != person.gets_briefing:
        person.wants_briefing = wants_briefing
    person.save(update_fields=FIELDS)
    return person


@transaction.atomic(durable=True)
def show_brand(person: User, brand: Brand | None) -> User:
    """Have the person's lists show one brand's tickets only, or all (None); their open pages follow."""
    person = User.objects.lock(person.pk)
    person.shown_brand = brand
    person.save(update_fields=["shown_brand"])
    announce(person.pk, BRAND)
    return person

"""Makes one row of any model in an organization, so that an admin registered tomorrow is tested tomorrow."""

import uuid
from datetime import timedelta
from itertools import count

from django.apps import apps
from django.db import models
from django.utils import timezone

from accounts.models import Organization, User
from accounts.permissions import Role
from tests import cast

_numbers = count(1)
# Relations that say what happened to a row; a row that was just made has none. A delivery is of a reply, not of a post.
LATER = {"signed_by", "withdrawn_by", "submitted_by", "withdrawn", "key", "variant"}


def make_row(label, organization):
    """Return a row of the model, with everything that it needs and points at in the same organization."""
    model = apps.get_model(label)
    if model is Organization:
        return organization
    if model is User:
        person = cast.make_person(f"Person {organization.pk}-{next(_numbers)}", organization, Role.AGENT)
        person.teams.add(cast.make_team(organization, f"Team {organization.pk}-{next(_numbers)}"))
        return person
    row = model._default_manager.create(
        **{field.name: _value(field, organization) for field in model._meta.concrete_fields if _is_needed(field)}
    )
    for relation in model._meta.many_to_many:
        getattr(row, relation.name).add(make_row(relation.related_model._meta.label, organization))
    if label == "inbox.contact":
        make_identity = {"contact": row, "channel": make_row("inbox.Channel", organization)}
        apps.get_model("inbox.Identity").objects.create(
            organization=organization, external_id=f"id-{next(_numbers)}", **make_identity
        )
    return row


def _is_needed(field):
    later = field.is_relation and field.name in LATER
    if field.auto_created or later or getattr(field, "auto_now_add", False):
        return False
    if field.is_relation:
        return field.related_model is not field.model
    return not (field.has_default() or field.null or field.db_default is not models.NOT_PROVIDED)


def _value(field, organization):
    if field.is_relation:
        return make_row(field.related_model._meta.label, organization)
    if field.choices:
        return field.choices[0][0]
    number = next(_numbers)
    if isinstance(field, models.DateTimeField):
        return timezone.now() + timedelta(days=1)
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.BinaryField):
        return b"{}"
    if isinstance(field, models.IntegerField | models.FloatField):
        return number
    if isinstance(field, models.CharField | models.TextField):
        return f"{organization.pk}-{number}"
    return [] if hasattr(field, "base_field") else None

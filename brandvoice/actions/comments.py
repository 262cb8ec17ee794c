"""Lets people talk about a version before and after it is signed."""

from django.db import transaction

from accounts.models import User
from brandvoice.models import Comment, PositionVersion


@transaction.atomic(durable=True)
def add_comment(version: PositionVersion, text: str, *, by: User) -> Comment:
    """Say something about a version; whoever writes notes may."""
    by.require("note.write")
    version = PositionVersion.objects.visible_to(by).get(pk=version.pk)
    return Comment.objects.create(
        organization_id=version.organization_id, version=version, author=by, text=text.strip()
    )

"""Keeps the files that versions rest on."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Organization, User
from brandvoice.file_types import recognise
from brandvoice.models import StoredFile

MOST_AT_ONCE = 200


@transaction.atomic(durable=True)
def store_file(name: str, content: bytes, *, by: User) -> StoredFile:
    """Store a file, or return it if the same one is there already.

    Raises FileRefused if it is too large or not of an allowed kind.
    """
    by.require("position.edit")
    name = name.replace("\\", "/").rpartition("/")[2].strip()[-200:] or "file"
    kind = recognise(name, content)
    organization = Organization.objects.visible_to(by).get()
    described = {"mime": kind.mime, "size": len(content), "content": content, "created_by": by}
    digest = hashlib.sha256(content).hexdigest()
    stored, _is_new = StoredFile.objects.get_or_create(
        organization=organization, digest=digest, name=name, defaults=described
    )
    return stored


@transaction.atomic(durable=True)
def delete_loose_files(now: datetime | None = None) -> int:
    """Delete files that were left behind when their draft changed; return how many."""
    before = (now or timezone.now()) - timedelta(days=settings.LOOSE_FILE_DAYS)
    loose = StoredFile.objects.loose(before).order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]
    return StoredFile.objects.filter(pk__in=list(loose)).delete()[0]

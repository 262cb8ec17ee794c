"""Hands out and takes back the keys of connectors."""

import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import ApiKey, Organization, User
from accounts.queries.keys import forget_key, hash_secret


@transaction.atomic(durable=True)
def create_key(
    name: str,
    *,
    organization: Organization,
    scopes: Sequence[str],
    by: User,
    all_channels: bool = True,
    per_minute: int = 6000,
) -> tuple[ApiKey, str]:
    """Create a key and return it with its secret, which can't be read again."""
    by.require("key.manage")
    organization = Organization.objects.visible_to(by).get(pk=organization.pk)
    prefix = secrets.token_hex(5)
    secret = f"ov_{prefix}_{secrets.token_hex(24)}"
    key = ApiKey.objects.create(
        organization=organization,
        name=name,
        prefix=prefix,
        secret_hash=hash_secret(secret),
        scopes=list(scopes),
        all_channels=all_channels,
        per_minute=per_minute,
        created_by=by,
    )
    return key, secret


@transaction.atomic(durable=True)
def revoke_key(key: ApiKey, *, by: User) -> ApiKey:
    """Take the key back: at once here, within five seconds in every other process."""
    by.require("key.manage")
    key = ApiKey.objects.visible_to(by).select_for_update(no_key=True).get(pk=key.pk)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])

    def forget() -> None:
        forget_key(key)

    transaction.on_commit(forget, robust=True)
    return key

"""Keeps the secrets of the demo's own connector in DATA_DIR, readable by its owner only; a file for each database."""

import json
import os
from pathlib import Path

from django.conf import settings
from django.db import connection

from accounts.actions.keys import create_key, revoke_key
from accounts.models import ApiKey, Organization, Scope, User
from accounts.permissions import Role
from inbox.models import Channel, ChannelKey

NAME = "Demo network"


def kept_secrets() -> dict[str, str]:
    """Return the secret of each of the demo's organizations, by its slug."""
    file = _file()
    if not file.exists():
        return {}
    secrets: dict[str, str] = json.loads(file.read_text())
    return secrets


def keep_key(organization: Organization) -> None:
    """Make a key for the outboxes that the organization has now, and keep its secret; an earlier one is taken back."""
    owner = User.objects.get(organization=organization, role=Role.OWNER, is_active=True)
    for lost in ApiKey.objects.live().filter(organization=organization, name=NAME):
        revoke_key(lost, by=owner)
    key, secret = create_key(NAME, organization=organization, scopes=[Scope.OUTBOX], by=owner, all_channels=False)
    channels = Channel.objects.filter(organization=organization, external=True)
    ChannelKey.objects.bulk_create(ChannelKey(channel=channel, key=key) for channel in channels)
    _write(kept_secrets() | {organization.slug: secret})


def _write(secrets: dict[str, str]) -> None:
    """Replace the file as a whole: whoever reads it at this moment sees the old one or the new one."""
    file = _file()
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as text:
        json.dump(secrets, text)
    new.replace(file)


def _file() -> Path:
    # A test's database beside the real one has keys of its own.
    return Path(settings.DATA_DIR) / f"demo_keys.{connection.settings_dict['NAME']}.json"

"""What is encrypted at rest outlives a change of SECRET_KEY, as long as the old key is named."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from inbox.models import Channel

OLD, NEW = "o" * 40, "n" * 40


def stored(channel):
    with connection.cursor() as cursor:
        cursor.execute("SELECT webhook_secret FROM inbox_channel WHERE id = %s", [channel.pk])
        return cursor.fetchone()[0]


def test_a_stored_secret_is_read_with_an_earlier_key_and_saved_under_the_new_one(channel, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    channel.webhook_secret = "hush"
    channel.save(update_fields=["webhook_secret"])
    assert "hush" not in stored(channel)

    settings.SECRET_KEY = NEW
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FALLBACKS"):
        Channel.objects.get(pk=channel.pk)

    settings.SECRET_KEY_FALLBACKS = [OLD]
    changed = Channel.objects.get(pk=channel.pk)
    assert changed.webhook_secret == "hush"
    changed.save(update_fields=["webhook_secret"])
    settings.SECRET_KEY_FALLBACKS = []
    assert Channel.objects.get(pk=channel.pk).webhook_secret == "hush"

"""The list of tickets that is narrowed to a brand; made while tickets are being written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0086_signed_words_in_posts")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                models.F("brand"),
                models.F("status"),
                models.F("last_message_at").desc(),
                models.F("id").desc(),
                name="ticket_brand",
            ),
        ),
    ]

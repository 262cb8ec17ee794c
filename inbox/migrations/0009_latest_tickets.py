"""The list of tickets whatever their status; made while tickets are being written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0008_readings")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                models.F("organization"),
                models.F("last_message_at").desc(),
                models.F("id").desc(),
                name="ticket_latest",
            ),
        ),
    ]

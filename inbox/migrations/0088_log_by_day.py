"""The days of the log, for its export; made while the log is being written."""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0087_tickets_by_brand")]

    operations = [
        AddIndexConcurrently(model_name="event", index=BrinIndex(fields=["created_at"], name="event_day")),
    ]

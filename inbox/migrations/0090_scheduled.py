"""The replies that wait for their time, and their tickets; made while both are being written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0089_replies_for_later")]

    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "scheduled")), fields=["due_at"], name="delivery_scheduled"
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("sends_at__isnull", False)), fields=["organization"], name="ticket_scheduled"
            ),
        ),
    ]

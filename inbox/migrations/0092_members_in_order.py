"""Members that were there before get their places, and all of them their order, while the log is being read."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F

FILL = """
UPDATE inbox_viewmember m SET last_message_at = t.last_message_at FROM inbox_ticket t WHERE t.id = m.ticket_id
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0091_places_of_members")]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        AddIndexConcurrently(
            "viewmember",
            models.Index(F("view"), F("last_message_at").desc(), F("ticket").desc(), name="view_latest"),
        ),
    ]

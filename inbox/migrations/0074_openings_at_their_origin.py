"""Takes away openings that stand at another ticket than the message's own thread, or whose words were erased.

Merged messages that were erased or edited were not found by their old ticket; new ones are stored where they belong.
"""

from django.db import migrations

_DROP = """
DELETE FROM inbox_opening o USING inbox_message m
WHERE m.id = o.message_id AND (o.ticket_id <> coalesce(m.home_id, m.ticket_id) OR m.text IN ('', '[…]'))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0073_counted_once"),
    ]

    operations = [
        migrations.RunSQL(_DROP, migrations.RunSQL.noop),
    ]

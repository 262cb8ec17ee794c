"""Tells the spam that nobody marked from the other."""

from django.db import migrations

_FILL = """
UPDATE inbox_ticket t SET spam_by_block = true
WHERE t.is_spam
AND NOT EXISTS (SELECT FROM inbox_event e WHERE e.ticket_id = t.id AND e.kind = 'ticket.marked_spam')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0052_spam_by_block"),
    ]

    operations = [
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]

"""Puts spam that a failed delivery or a correction had opened back to where spam is."""

from django.db import migrations

_CLOSE = """
UPDATE inbox_ticket SET status = 'resolved', resolved_at = coalesce(resolved_at, now()), snoozed_until = NULL,
                        named_status_id = NULL
WHERE is_spam AND status <> 'resolved'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0057_events_about_organizations"),
    ]

    operations = [
        migrations.RunSQL(_CLOSE, migrations.RunSQL.noop),
    ]

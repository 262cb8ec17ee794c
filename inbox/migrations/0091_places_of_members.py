"""When the newest message of a view's member was: its place in the view's list."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("inbox", "0090_scheduled")]

    operations = [
        migrations.AddField("viewmember", "last_message_at", models.DateTimeField(db_default=Now())),
        migrations.AlterField(
            "viewmember",
            "ticket",
            models.ForeignKey("inbox.ticket", django.db.models.deletion.CASCADE, related_name="memberships"),
        ),
    ]

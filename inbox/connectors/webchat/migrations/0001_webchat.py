"""The website chat: visitors, and the lines of their conversations."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inbox", "0021_channel_uses"),
    ]

    operations = [
        migrations.CreateModel(
            name="Visitor",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(blank=True, max_length=80)),
                ("newest", models.PositiveIntegerField(default=0)),
                ("heard", models.PositiveIntegerField(default=0)),
                ("read", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.channel"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("key", models.UUIDField()),
                ("ours", models.BooleanField()),
                ("text", models.TextField()),
                ("said_at", models.DateTimeField()),
                (
                    "visitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="webchat.visitor"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("visitor", "number"), name="webchat_line_in_order"),
                    models.UniqueConstraint(fields=("visitor", "key"), name="webchat_line_once"),
                ],
            },
        ),
    ]

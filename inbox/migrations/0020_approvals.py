"""A reply that needs approval waits in its delivery until somebody has let it out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_digests"),
        ("brandvoice", "0016_silent_topics"),
        ("inbox", "0019_endpoints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="attempt",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("waiting", "Waits for approval"),
                    ("queued", "Queued"),
                    ("held", "Held"),
                    ("sending", "Sending"),
                    ("sent", "Sent"),
                    ("delivered", "Delivered"),
                    ("read", "Read"),
                    ("failed", "Failed"),
                    ("uncertain", "May have been sent"),
                    ("cancelled", "Taken back"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waits for approval"),
                    ("queued", "Queued"),
                    ("held", "Held"),
                    ("sending", "Sending"),
                    ("sent", "Sent"),
                    ("delivered", "Delivered"),
                    ("read", "Read"),
                    ("failed", "Failed"),
                    ("uncertain", "May have been sent"),
                    ("cancelled", "Taken back"),
                ],
                default="queued",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for approval"),
                            ("approved", "Approved"),
                            ("sent_back", "Sent back"),
                            ("stale", "Overtaken"),
                            ("taken_back", "Taken back"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("seen", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="brandvoice.guarddecision",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="approval", to="inbox.message"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "approval",
                "verbose_name_plural": "approvals",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["organization", "asked_at"],
                        name="approval_waiting",
                    )
                ],
            },
        ),
    ]

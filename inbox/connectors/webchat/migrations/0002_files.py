"""The website chat: files of lines."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import inbox.connectors.webchat.models


class Migration(migrations.Migration):
    dependencies = [
        ("webchat", "0001_webchat"),
    ]

    operations = [
        migrations.CreateModel(
            name="File",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("alt", models.CharField(blank=True, max_length=1500)),
                (
                    "file",
                    models.FileField(max_length=255, storage=inbox.connectors.webchat.models.kept_files, upload_to=""),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="webchat.line"
                    ),
                ),
            ],
        ),
    ]

"""What networks charge for is counted, by month and thing."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0020_approvals"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChannelUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("name", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("counted_on", models.DateField()),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="inbox.channel",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("channel", "month", "name"), name="channel_use_once")],
            },
        ),
    ]

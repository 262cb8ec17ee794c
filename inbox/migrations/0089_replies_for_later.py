"""Replies that go out at a time that was chosen for them."""

from django.db import migrations, models

STATES = [
    ("waiting", "Waits for approval"),
    ("scheduled", "Goes out later"),
    ("held_back", "Held back"),
    ("queued", "Queued"),
    ("held", "Held"),
    ("sending", "Sending"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("read", "Read"),
    ("failed", "Failed"),
    ("uncertain", "May have been sent"),
    ("cancelled", "Taken back"),
]
REASONS = [
    ("mentioned", "mentioned you"),
    ("assigned", "gave you this ticket"),
    ("draft", "passed you a draft"),
    ("noted", "wrote a note"),
    ("customer_wrote", "The customer wrote"),
    ("due_soon", "A deadline is near"),
    ("overdue", "A deadline has passed"),
    ("rule", "A rule asks you to look"),
    ("approval", "asks you to approve a reply"),
    ("spike", "Something is unusual"),
    ("post_approval", "asks you to approve a post"),
    ("approved", "approved what you wrote"),
    ("given_back", "gave back to you what you wrote"),
    ("changed", "changed what you wrote"),
    ("held_back", "A reply for later is held back"),
]


class Migration(migrations.Migration):
    dependencies = [("inbox", "0088_log_by_day")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="sends_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(choices=STATES, default="queued", max_length=12, verbose_name="state"),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="outcome",
            field=models.CharField(blank=True, choices=STATES, max_length=12, verbose_name="outcome"),
        ),
        migrations.AlterField(
            model_name="notification",
            name="reason",
            field=models.CharField(choices=REASONS, max_length=20),
        ),
        migrations.AlterField(
            model_name="notificationchoice",
            name="reason",
            field=models.CharField(choices=REASONS, max_length=20),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0058_spam_that_was_opened"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_spam", False), ("status", "resolved"), _connector="OR"),
                name="ticket_spam_is_resolved",
            ),
        ),
    ]

"""What did not go out is found without looking at what did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0028_notifications"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ["failed", "uncertain"])),
                fields=["organization", "id"],
                name="delivery_dead",
            ),
        ),
    ]

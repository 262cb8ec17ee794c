from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0051_incidents_are_declared"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="spam_by_block",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]

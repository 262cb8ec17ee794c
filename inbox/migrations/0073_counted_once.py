"""Whether a message was counted for spikes: all that are there were, new ones are not yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0072_rollup_months"),
    ]

    operations = [
        # Neither writes to a row: the first default is kept beside the table, the second is for new rows alone.
        migrations.AddField(
            model_name="message", name="counted", field=models.BooleanField(default=False, db_default=True)
        ),
        migrations.AlterField(
            model_name="message", name="counted", field=models.BooleanField(default=False, db_default=False)
        ),
    ]

"""What is not discussed goes by words of its own."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brandvoice", "0015_usage")]

    operations = [
        migrations.AddField(
            model_name="positionversion",
            name="topic_words",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=120),
                blank=True,
                default=list,
                size=None,
                verbose_name="its words",
            ),
        ),
        migrations.AddIndex(
            model_name="positionversion",
            index=models.Index(
                condition=models.Q(("sensitivity", "silent"), ("status", "signed")),
                fields=["organization"],
                name="version_silent",
            ),
        ),
    ]

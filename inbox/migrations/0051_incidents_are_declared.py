from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0050_incidents")]

    operations = [
        migrations.RemoveField(model_name="incident", name="proposed_at"),
        migrations.AlterField(model_name="incident", name="declared_at", field=models.DateTimeField()),
        migrations.AlterField(
            model_name="incident",
            name="state",
            field=models.CharField(choices=[("live", "Live"), ("over", "Stood down")], default="live", max_length=10),
        ),
    ]

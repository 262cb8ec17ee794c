from django.db import migrations, models


def fact(name: str) -> models.CharField[str, str]:
    return models.CharField(name, max_length=40, blank=True, default="", db_default="")


class Migration(migrations.Migration):
    dependencies = [("inbox", "0017_attachments")]

    operations = [
        migrations.AddField("contact", "region", fact("region")),
        migrations.AddField("contact", "audience", fact("audience")),
        migrations.AddField("ticket", "product", fact("product")),
    ]

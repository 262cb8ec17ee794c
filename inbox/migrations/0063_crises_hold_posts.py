"""The levels that let nothing but the holding statement out hold planned posts, too."""

from django.db import migrations


def hold_posts(apps, schema_editor):
    """Let crises hold planned posts."""
    apps.get_model("inbox", "IncidentLevel").objects.filter(replies__in=("holding", "frozen")).update(hold_posts=True)


class Migration(migrations.Migration):
    """Runs over a few rows."""

    dependencies = [("inbox", "0062_posts")]

    operations = [migrations.RunPython(hold_posts, migrations.RunPython.noop)]

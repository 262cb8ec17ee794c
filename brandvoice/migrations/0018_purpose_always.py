"""Every message has a purpose: no rule has to ask for one any more."""

from django.db import migrations


def forget_rules(apps, schema_editor):
    """Delete the rules that asked for one."""
    apps.get_model("brandvoice", "Rule").objects.filter(kind="purpose").delete()


class Migration(migrations.Migration):
    dependencies = [("brandvoice", "0017_names_of_fields")]

    operations = [migrations.RunPython(forget_rules, migrations.RunPython.noop)]

from django.db import migrations, models


def note_what_they_name(apps, schema_editor):
    for policy in apps.get_model("inbox", "ApprovalPolicy").objects.order_by("pk"):
        policy.names_brands, policy.names_channels = policy.brands.exists(), policy.channels.exists()
        policy.save(update_fields=["names_brands", "names_channels"])
    for step in apps.get_model("inbox", "ApprovalStep").objects.order_by("pk"):
        step.names_people = step.people.exists() or step.teams.exists()
        step.save(update_fields=["names_people"])


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0082_reply_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="approvalpolicy",
            name="names_brands",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="approvalpolicy",
            name="names_channels",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="approvalstep",
            name="names_people",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(note_what_they_name, migrations.RunPython.noop),
    ]

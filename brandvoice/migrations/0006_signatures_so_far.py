"""Versions from before signatures had rows of their own get theirs, and a history."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def write_down(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    version_model = apps.get_model("brandvoice", "PositionVersion")
    step_model = apps.get_model("brandvoice", "Step")
    signature_model = apps.get_model("brandvoice", "Signature")
    steps, signatures = [], []
    for version in version_model.objects.order_by("pk").iterator():
        shared = {"organization_id": version.organization_id, "version_id": version.pk}
        happened = [
            ("drafted", version.created_at, version.created_by_id, ""),
            ("submitted", version.submitted_at, version.submitted_by_id, ""),
            ("signed", version.signed_at, version.signed_by_id, ""),
            ("withdrawn", version.withdrawn_at, version.withdrawn_by_id, version.reason),
        ]
        steps += [
            step_model(**shared, position_id=version.position_id, kind=kind, at=at, by_id=by, note=note)
            for kind, at, by, note in happened
            if at
        ]
        if version.signed_at:
            signatures.append(
                signature_model(**shared, person_id=version.signed_by_id, signed_at=version.signed_at, fingerprint="")
            )
    step_model.objects.bulk_create(steps, batch_size=1000)
    signature_model.objects.bulk_create(signatures, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("brandvoice", "0005_what_is_signed_continued")]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]

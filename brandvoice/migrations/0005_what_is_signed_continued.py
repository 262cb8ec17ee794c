import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("brandvoice", "0005_what_is_signed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="signer",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="signer",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="signers", to="brandvoice.positionversion"
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="on_behalf_of",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="position",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="brandvoice.position"
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="brandvoice.positionversion",
            ),
        ),
        migrations.AddField(
            model_name="storedfile",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="storedfile",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="brandvoice.storedfile",
                verbose_name="file",
            ),
        ),
        migrations.AddField(
            model_name="wording",
            name="media",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="brandvoice.storedfile",
                verbose_name="picture or file",
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.UniqueConstraint(
                fields=("version", "language", "channel_kind", "variant"), name="wording_variant_once"
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["version", "id"], name="comment_thread"),
        ),
        migrations.AddConstraint(
            model_name="fillin",
            constraint=models.UniqueConstraint(fields=("version", "name"), name="fill_in_once_per_version"),
        ),
        migrations.AddConstraint(
            model_name="namedperson",
            constraint=models.UniqueConstraint(fields=("version", "person"), name="named_person_once_per_version"),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                django.db.models.functions.comparison.Coalesce("on_behalf_of", "person"),
                models.F("version"),
                name="signature_once_per_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("on_behalf_of", None),
                    models.Q(("on_behalf_of", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="signature_for_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="signer",
            constraint=models.UniqueConstraint(fields=("version", "person"), name="signer_once_per_version"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["position", "at", "id"], name="step_history"),
        ),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.UniqueConstraint(
                fields=("organization", "digest", "name"), name="file_once_per_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("url", ""), ("file", None), _connector="XOR"), name="evidence_is_a_link_or_a_file"
            ),
        ),
    ]

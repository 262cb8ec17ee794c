"""A version may be signed for later: it waits, and the one before it stays in use until then."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models
from django.db.models.functions import Least

CHANGEABLE = """
CREATE OR REPLACE FUNCTION brandvoice_keep_signed_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changeable text[] := ARRAY['status', 'withdrawn_by_id', 'withdrawn_at', 'reason'{more}];
BEGIN
    IF OLD.signed_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - changeable IS DISTINCT FROM to_jsonb(OLD) - changeable THEN
        RAISE EXCEPTION 'version % was signed: it never changes, write a new version', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.status <> OLD.status
        AND NOT (OLD.status = 'signed' AND NEW.status IN ('superseded', 'withdrawn', 'expired')) THEN
        RAISE EXCEPTION 'version % can not go from % to %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("brandvoice", "0003_signed_words_stay")]

    operations = [
        BtreeGistExtension(),
        migrations.AddField(
            "positionversion",
            "gives_way_at",
            models.DateTimeField(blank=True, null=True, verbose_name="gives way"),
        ),
        migrations.RunSQL(
            CHANGEABLE.replace("{more}", ", 'gives_way_at'"),
            CHANGEABLE.replace("{more}", ""),
        ),
        migrations.RemoveConstraint("positionversion", "version_signed_once_per_position"),
        migrations.AddConstraint(
            "positionversion",
            django.contrib.postgres.constraints.ExclusionConstraint(
                name="version_signed_one_at_a_time",
                expressions=[
                    (models.F("position"), "="),
                    (
                        models.Func(
                            models.F("valid_from"),
                            Least("valid_until", "gives_way_at"),
                            function="tstzrange",
                            output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                        ),
                        "&&",
                    ),
                ],
                condition=models.Q(("status", "signed")),
            ),
        ),
        migrations.AddIndex(
            "positionversion",
            models.Index(
                fields=["gives_way_at"],
                condition=models.Q(("gives_way_at__isnull", False), ("status", "signed")),
                name="version_gives_way",
            ),
        ),
    ]

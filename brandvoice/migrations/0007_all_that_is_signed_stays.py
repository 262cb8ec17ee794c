"""Everything that a signature covers stays with it, and nothing becomes signed without one."""

from django.db import migrations

# What hangs on a version; each table's trigger asks whether the version was signed.
COVERED = ("fillin", "evidence", "signer", "namedperson", "signature")

VERSION = """
CREATE OR REPLACE FUNCTION brandvoice_keep_signed_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changeable text[] := ARRAY['status', 'withdrawn_by_id', 'withdrawn_at', 'reason', 'gives_way_at'];
BEGIN
    IF OLD.signed_at IS NULL THEN
        {unsigned}
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
NO_SIGNATURE = """
        IF TG_OP = 'UPDATE' AND NEW.status NOT IN ('draft', 'in_review') AND NOT EXISTS (
            SELECT FROM brandvoice_signature WHERE version_id = NEW.id
        ) THEN
            RAISE EXCEPTION 'version % has no signature', OLD.id USING ERRCODE = 'integrity_constraint_violation';
        END IF;
"""

KEEP = """
CREATE FUNCTION brandvoice_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER keep_file BEFORE UPDATE ON brandvoice_storedfile
    FOR EACH ROW EXECUTE FUNCTION brandvoice_refuse_change();
CREATE TRIGGER keep_signature BEFORE UPDATE ON brandvoice_signature
    FOR EACH ROW EXECUTE FUNCTION brandvoice_refuse_change();
CREATE TRIGGER keep_step BEFORE UPDATE ON brandvoice_step
    FOR EACH ROW EXECUTE FUNCTION brandvoice_refuse_change();

CREATE FUNCTION brandvoice_keep_signed_position() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM brandvoice_positionversion WHERE position_id = OLD.id AND signed_at IS NOT NULL FOR SHARE;
    IF FOUND THEN
        RAISE EXCEPTION 'position % was signed: its question and its brand never change', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_signed_position BEFORE UPDATE ON brandvoice_position FOR EACH ROW
    WHEN (ROW (OLD.question, OLD.brand_id, OLD.organization_id)
        IS DISTINCT FROM ROW (NEW.question, NEW.brand_id, NEW.organization_id))
    EXECUTE FUNCTION brandvoice_keep_signed_position();
""" + "".join(
    f"""
CREATE TRIGGER keep_signed_{table} BEFORE INSERT OR UPDATE OR DELETE ON brandvoice_{table}
    FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_signed_wording();
"""
    for table in COVERED
)

LET_GO = (
    "".join(f"DROP TRIGGER keep_signed_{table} ON brandvoice_{table};\n" for table in COVERED)
    + """
DROP TRIGGER keep_signed_position ON brandvoice_position;
DROP FUNCTION brandvoice_keep_signed_position();
DROP TRIGGER keep_step ON brandvoice_step;
DROP TRIGGER keep_signature ON brandvoice_signature;
DROP TRIGGER keep_file ON brandvoice_storedfile;
DROP FUNCTION brandvoice_refuse_change();
"""
)


class Migration(migrations.Migration):
    dependencies = [("brandvoice", "0006_signatures_so_far")]

    operations = [
        migrations.RunSQL(VERSION.replace("{unsigned}", NO_SIGNATURE), VERSION.replace("{unsigned}", "")),
        migrations.RunSQL(KEEP, LET_GO),
    ]

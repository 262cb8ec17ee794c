"""What somebody has signed stays as it was signed: triggers refuse every other change."""

from django.db import migrations

KEEP = """
CREATE FUNCTION brandvoice_keep_signed_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changeable text[] := ARRAY['status', 'withdrawn_by_id', 'withdrawn_at', 'reason'];
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

CREATE TRIGGER keep_signed_version BEFORE UPDATE OR DELETE ON brandvoice_positionversion
    FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_signed_version();

CREATE FUNCTION brandvoice_keep_signed_wording() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    versions bigint[] := CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.version_id]
        WHEN 'DELETE' THEN ARRAY[OLD.version_id]
        ELSE ARRAY[OLD.version_id, NEW.version_id]
    END;
BEGIN
    -- FOR SHARE waits for a signature that is being written at this moment.
    PERFORM FROM brandvoice_positionversion WHERE id = ANY (versions) AND signed_at IS NOT NULL FOR SHARE;
    IF FOUND THEN
        RAISE EXCEPTION 'these words were signed: they never change, write a new version'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER keep_signed_wording BEFORE INSERT OR UPDATE OR DELETE ON brandvoice_wording
    FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_signed_wording();
"""

LET_GO = """
DROP TRIGGER keep_signed_wording ON brandvoice_wording;
DROP FUNCTION brandvoice_keep_signed_wording();
DROP TRIGGER keep_signed_version ON brandvoice_positionversion;
DROP FUNCTION brandvoice_keep_signed_version();
"""


class Migration(migrations.Migration):
    dependencies = [("brandvoice", "0002_positions")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]

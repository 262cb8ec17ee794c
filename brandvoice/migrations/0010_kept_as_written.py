"""Terms have become rules; versions of rules and decisions of the guard stay as they were written."""

from django.db import migrations

# A person or key that is deleted leaves its rows behind: only those columns may change, and only to nothing.
KEEP = """
CREATE FUNCTION brandvoice_keep_as_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV THEN
        RAISE EXCEPTION '% % never changes', TG_TABLE_NAME, OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_as_written BEFORE UPDATE ON brandvoice_ruleversion
    FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_as_written('changed_by_id');
CREATE TRIGGER keep_as_written BEFORE UPDATE ON brandvoice_guarddecision
    FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_as_written('by_id', 'key_id');
"""

LET_GO = """
DROP TRIGGER keep_as_written ON brandvoice_guarddecision;
DROP TRIGGER keep_as_written ON brandvoice_ruleversion;
DROP FUNCTION brandvoice_keep_as_written();
"""


class Migration(migrations.Migration):
    dependencies = [("brandvoice", "0009_terms_become_rules")]

    operations = [migrations.RunSQL(KEEP, LET_GO), migrations.DeleteModel("Term")]

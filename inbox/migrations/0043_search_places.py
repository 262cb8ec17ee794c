"""Subjects and the names of files can be searched like messages. What stands between a name's parts is a space."""

from django.db import migrations

INDEXES = """
CREATE INDEX ticket_subject_search ON inbox_ticket USING gin (to_tsvector('onevoice', subject)) WHERE subject <> '';
CREATE INDEX attachment_name_search ON inbox_attachment
  USING gin (to_tsvector('onevoice', translate(name, '._-', '   '))) WHERE name <> '';
"""
NO_INDEXES = "DROP INDEX ticket_subject_search; DROP INDEX attachment_name_search;"


class Migration(migrations.Migration):
    dependencies = [("inbox", "0042_files_to_send")]

    operations = [migrations.RunSQL(INDEXES, NO_INDEXES)]

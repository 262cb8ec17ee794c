"""Messages can be found by their words: a text search of our own that knows no language and no accents."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models.functions import Concat, Lower

# Generated columns ask for functions that never change their answer: a configuration may hold the dictionary
# that takes accents off, the function may not. Django does not know the column, so that no query carries it about.
WORDS = """
CREATE TEXT SEARCH CONFIGURATION onevoice (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION onevoice ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
ALTER TABLE inbox_message ADD COLUMN search tsvector
  GENERATED ALWAYS AS (to_tsvector('onevoice', left(text, 100000))) STORED;
CREATE INDEX message_search ON inbox_message USING gin (search);
"""
NO_WORDS = """
DROP INDEX message_search;
ALTER TABLE inbox_message DROP COLUMN search;
DROP TEXT SEARCH CONFIGURATION onevoice;
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0021_channel_uses"), ("brandvoice", "0001_extensions")]

    operations = [
        migrations.RunSQL(WORDS, NO_WORDS),
        migrations.AddIndex(
            "identity",
            GinIndex(
                OpClass(Lower(Concat("username", models.Value(" "), "name")), name="gin_trgm_ops"),
                name="identity_names",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(fields=["organization", "-id"], name="message_latest"),
        ),
    ]

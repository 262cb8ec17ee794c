"""Tickets whose customers ask the same are found: a vector of what each was asked first, and its nearest neighbours.

Where pgvector is older than 0.8 the table stays empty: it knows no half-precision vectors, or can't filter while it
looks for neighbours. After an upgrade, migrate to the migration before this one and back.
"""

import django.db.models.deletion
from django.db import migrations, models
from pgvector.django import HalfVectorField

TABLE = """
CREATE TABLE inbox_opening (
    ticket_id bigint PRIMARY KEY REFERENCES inbox_ticket (id) DEFERRABLE INITIALLY DEFERRED,
    organization_id bigint NOT NULL,
    message_id bigint NOT NULL,
    embedder varchar(80) NOT NULL,
    english {english},
    other {other}
);
CREATE INDEX opening_to_read ON inbox_opening (embedder, ticket_id DESC);
CREATE INDEX opening_organization ON inbox_opening (organization_id);
"""
# Unit vectors: their inner product is the cosine. Rows without a vector are not in the index.
NEIGHBOURS = """
CREATE INDEX opening_english ON inbox_opening USING hnsw (english halfvec_ip_ops);
CREATE INDEX opening_other ON inbox_opening USING hnsw (other halfvec_ip_ops);
"""
# Those that are there already wait for the worker that reads them; what is as short as a greeting asks nothing.
WAITING = """
INSERT INTO inbox_opening (ticket_id, organization_id, message_id, embedder)
SELECT DISTINCT ON (ticket_id) ticket_id, organization_id, id, '' FROM inbox_message
WHERE direction = 'inbound' AND enriched_at IS NOT NULL AND octet_length(text) >= 15
ORDER BY ticket_id, sent_at, id
"""


def make_table(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_to_array(extversion, '.')::int[] >= '{0,8}' FROM pg_extension WHERE extname = 'vector'"
        )
        (is_new,) = cursor.fetchone()
        kinds = ("halfvec(384)", "halfvec(512)") if is_new else ("real[]", "real[]")
        cursor.execute(TABLE.format(english=kinds[0], other=kinds[1]))
        if is_new:
            cursor.execute(NEIGHBOURS)
            cursor.execute(WAITING)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_notification_mail"), ("inbox", "0039_sights")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunPython(make_table, lambda apps, editor: editor.execute("DROP TABLE inbox_opening"))
            ],
            state_operations=[
                migrations.CreateModel(
                    "Opening",
                    [
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="opening",
                                serialize=False,
                                to="inbox.ticket",
                            ),
                        ),
                        ("embedder", models.CharField(blank=True, max_length=80)),
                        ("english", HalfVectorField(dimensions=384, null=True)),
                        ("other", HalfVectorField(dimensions=512, null=True)),
                        (
                            "message",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inbox.message",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.organization",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                models.F("embedder"),
                                models.OrderBy(models.F("ticket"), descending=True),
                                name="opening_to_read",
                            ),
                            models.Index(fields=["organization"], name="opening_organization"),
                        ],
                    },
                ),
            ],
        ),
    ]

"""Whatever a signature covers stays as it was signed, by whatever way somebody tries to change it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from brandvoice.actions.positions import NewEvidence, NewFillIn, NewWording, sign_version, store_file
from brandvoice.models import Evidence, FillIn, NamedPerson, Signature, Signer, StoredFile, Wording

PDF = b"%PDF-1.7 fare rules"


@pytest.fixture
def full(make_version, amira, olga, agnes, lena):
    """Return a signed version that uses everything a version can have."""
    file = store_file("rules.pdf", PDF, by=lena)
    wordings = (
        NewWording("Order {order_number} is on its way."),
        NewWording("Your order {order_number} has left.", media_id=file.pk, media_text="The rules"),
    )
    version = make_version(
        "Where is my order?",
        until="in_review",
        wordings=wordings,
        fill_ins=(NewFillIn("order_number", "number"),),
        evidence=(NewEvidence("Rules", file_id=file.pk), NewEvidence("Site", url="https://northline.example/rules")),
        signers=(amira.pk, olga.pk),
        sign_rule="all",
        sensitivity="named",
        named_people=(agnes.pk,),
        regions=("AT",),
    )
    sign_version(version, by=amira)
    return sign_version(version, by=olga)


ROWS = [Wording, FillIn, Evidence, Signer, NamedPerson, Signature]
TABLES = [model._meta.db_table for model in ROWS]


@pytest.mark.parametrize("table", TABLES)
def test_no_row_under_a_signed_version_is_changed_deleted_moved_or_added(full, make_version, amira, table):
    draft = make_version("Another question?", until="draft")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE version_id = %s", [full.pk])
        assert cursor.fetchone()[0] > 0
    copy = (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object('id', 900000 + id))).* FROM {table} t"
    )
    for statement in (
        f"UPDATE {table} SET organization_id = organization_id WHERE version_id = {full.pk}",
        f"UPDATE {table} SET version_id = {draft.pk} WHERE version_id = {full.pk}",
        f"DELETE FROM {table} WHERE version_id = {full.pk}",
        f"{copy} WHERE version_id = {full.pk}",
    ):
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "change",
    ["regions = '{}'", "audiences = '{vip}'", "products = '{pro}'", "sensitivity = 'open'", "sign_rule = 'any'"],
)
def test_the_scope_of_a_signed_version_never_changes(full, change):
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE brandvoice_positionversion SET {change} WHERE id = %s", [full.pk])


@pytest.mark.parametrize("change", ["question = 'Another?'", "brand_id = NULL"])
def test_the_question_and_the_brand_of_a_signed_position_never_change(full, change):
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE brandvoice_position SET {change} WHERE id = %s", [full.position_id])


def test_a_position_that_nobody_signed_may_still_change_its_question(make_version):
    position = make_version(until="draft").position

    position.question = "What about refunds?"
    position.save(update_fields=["question"])


def test_a_stored_file_never_changes_and_stays_while_something_rests_on_it(full):
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        StoredFile.objects.update(content=b"something else")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("DELETE FROM brandvoice_storedfile")


def test_nothing_becomes_signed_without_a_signature(make_version, amira):
    version = make_version(until="in_review")
    now = timezone.now()

    for status in ("signed", "superseded", "withdrawn", "expired"):
        with pytest.raises(IntegrityError, match="no signature"), transaction.atomic():
            type(version).objects.filter(pk=version.pk).update(
                status=status, signed_by=amira, signed_at=now, valid_from=now - timedelta(days=1)
            )


def test_a_signature_is_never_rewritten_even_while_others_are_missing(make_version, amira, olga):
    version = make_version(until="in_review", signers=(amira.pk, olga.pk), sign_rule="all")
    sign_version(version, by=amira)

    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Signature.objects.filter(version=version).update(person=olga)


def test_steps_of_the_history_are_only_added(full):
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        full.steps.update(note="It was somebody else.")

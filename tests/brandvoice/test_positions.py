"""The life of a version: who may do what, in which order, and what can never change again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.permissions import PermissionDenied
from brandvoice.actions.positions import (
    ChangedSinceSeen,
    DraftAlreadyOpen,
    MoveNotAllowed,
    NewWording,
    NothingToSay,
    VersionContent,
    WindowOver,
    create_position,
    draft_version,
    expire_due_versions,
    revise_version,
    send_back_version,
    sign_version,
    submit_version,
    withdraw_version,
)
from brandvoice.models import MOVES, Position, PositionVersion, Signature, Status, Wording
from brandvoice.queries.versions import fingerprint

CONTENT = VersionContent((NewWording("You get it back."),))


def test_a_version_is_drafted_submitted_and_signed(make_version, lena, amira, heard):
    version = make_version()

    assert version.status == Status.SIGNED
    assert (version.number, version.created_by, version.submitted_by) == (1, lena, lena)
    assert version.signed_by == amira
    assert version.valid_from == version.signed_at
    assert [(told.change, told.by) for told in heard] == [("drafted", lena), ("submitted", lena), ("signed", amira)]


def test_signing_supersedes_the_version_before(make_version, heard):
    old = make_version()
    heard.clear()

    new = make_version(position=old.position, text="Half of it.")

    old.refresh_from_db()
    assert (old.status, new.status, new.number) == (Status.SUPERSEDED, Status.SIGNED, 2)
    assert [(told.version, told.change) for told in heard[-2:]] == [(old.pk, "superseded"), (new.pk, "signed")]


def test_a_listener_that_fails_undoes_the_move(make_version, amira):
    from brandvoice.signals import version_changed

    version = make_version()

    def fail(sender, **_):
        raise RuntimeError("no event, no move")

    version_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            withdraw_version(version, by=amira, reason="Wrong.")
    finally:
        version_changed.disconnect(fail)
    assert PositionVersion.objects.get(pk=version.pk).status == Status.SIGNED


def test_a_version_sent_back_is_a_draft_again_with_the_note(make_version, amira):
    version = send_back_version(make_version(until="in_review"), by=amira, reason="Say when.")

    assert (version.status, version.reason) == (Status.DRAFT, "Say when.")


def test_withdrawing_says_who_when_and_why(make_version, amira, heard):
    version = withdraw_version(make_version(), by=amira, reason="The rules changed.")

    assert (version.status, version.withdrawn_by, version.reason) == (Status.WITHDRAWN, amira, "The rules changed.")
    assert version.withdrawn_at is not None
    assert heard[-1].change == "withdrawn"


def test_a_version_whose_time_is_over_expires_once(make_version, heard):
    version = make_version(valid_until=timezone.now() + timedelta(hours=1))
    later = timezone.now() + timedelta(hours=2)

    assert expire_due_versions(timezone.now()) == 0
    assert expire_due_versions(later) == 1
    assert expire_due_versions(later) == 0
    version.refresh_from_db()
    assert version.status == Status.EXPIRED
    assert (heard[-1].change, heard[-1].by) == ("expired", None)


ACTIONS = {
    Status.IN_REVIEW: lambda version, lena, amira: submit_version(version, by=lena),
    Status.DRAFT: lambda version, lena, amira: send_back_version(version, by=amira, reason="No."),
    Status.SIGNED: lambda version, lena, amira: sign_version(version, by=amira),
    Status.WITHDRAWN: lambda version, lena, amira: withdraw_version(version, by=amira, reason="No."),
}


@pytest.fixture
def version_that_is(make_version, amira):
    """Return a maker of versions of any status."""

    def make(status):
        if status in (Status.DRAFT, Status.IN_REVIEW):
            return make_version(until=status)
        version = make_version(valid_until=timezone.now() + timedelta(hours=1))
        if status == Status.SUPERSEDED:
            make_version(position=version.position)
        elif status == Status.WITHDRAWN:
            withdraw_version(version, by=amira, reason="Wrong.")
        elif status == Status.EXPIRED:
            expire_due_versions(timezone.now() + timedelta(hours=2))
        version.refresh_from_db()
        return version

    return make


@pytest.mark.parametrize("to", ACTIONS)
@pytest.mark.parametrize("status", Status)
def test_every_move_is_in_the_table_or_refused(version_that_is, lena, amira, status, to):
    version = version_that_is(status)

    if to in MOVES[status]:
        assert ACTIONS[to](version, lena, amira).status == to
    else:
        with pytest.raises(MoveNotAllowed, match="can't become"):
            ACTIONS[to](version, lena, amira)
        assert PositionVersion.objects.get(pk=version.pk).status == status


@pytest.mark.parametrize("status", [Status.SIGNED, Status.SUPERSEDED, Status.WITHDRAWN, Status.EXPIRED])
def test_what_was_signed_never_changes(version_that_is, lena, status):
    version = version_that_is(status)
    rows = PositionVersion.objects.filter(pk=version.pk)
    words = Wording.objects.filter(version=version)
    forbidden = [
        lambda: rows.update(facts="Something else."),
        lambda: rows.update(valid_until=timezone.now() + timedelta(days=900)),
        lambda: rows.update(signed_by=lena),
        lambda: rows.update(signed_at=None),
        lambda: rows.update(status=Status.DRAFT),
        lambda: rows._raw_delete(rows.db),
        lambda: words.update(text="Something else."),
        lambda: words.delete(),
        lambda: Wording.objects.create(
            organization=lena.organization, version=version, language="xx", channel_kind="", text="More."
        ),
    ]

    for change in forbidden:
        with pytest.raises(IntegrityError, match=r"never change|can not go"), transaction.atomic():
            change()
    with pytest.raises(MoveNotAllowed):
        revise_version(version, CONTENT, by=lena)


def test_the_words_of_another_version_cannot_be_moved_into_a_signed_one(make_version):
    signed, draft = make_version(), make_version("Another question?", until="draft")

    with pytest.raises(IntegrityError), transaction.atomic():
        Wording.objects.filter(version=draft).update(version=signed, language="xx")


def test_a_withdrawn_version_cannot_be_signed_again_by_sql(make_version, amira):
    version = withdraw_version(make_version(), by=amira, reason="Wrong.")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE brandvoice_positionversion SET status = 'signed' WHERE id = %s", [version.pk])


def test_a_position_has_one_signed_version_at_a_time(make_version, amira):
    old = make_version()
    new = make_version(position=old.position, until="in_review")
    shared = {"organization": amira.organization, "person": amira, "signed_at": timezone.now()}
    Signature.objects.create(version=new, **shared)

    with pytest.raises(IntegrityError, match="signed_one_at_a_time"), transaction.atomic():
        PositionVersion.objects.filter(pk=new.pk).update(
            status=Status.SIGNED, signed_by=amira, signed_at=timezone.now(), valid_from=timezone.now()
        )


def test_a_version_without_a_name_under_it_is_not_signed(make_version):
    version = make_version(until="in_review")

    with pytest.raises(IntegrityError, match="no signature"), transaction.atomic():
        PositionVersion.objects.filter(pk=version.pk).update(status=Status.SIGNED)


def test_a_position_has_one_open_draft(make_version, lena):
    draft = make_version(until="draft")

    with pytest.raises(DraftAlreadyOpen, match="already has a draft"):
        draft_version(draft.position, CONTENT, by=lena)


def test_a_draft_without_words_is_not_submitted(make_version, lena):
    draft = make_version(until="draft", wordings=(NewWording("   "),))

    with pytest.raises(NothingToSay):
        submit_version(draft, by=lena)


def test_a_version_that_would_never_be_valid_is_not_signed(make_version, amira):
    version = make_version(until="in_review", valid_until=timezone.now() + timedelta(hours=1))

    with pytest.raises(WindowOver):
        sign_version(version, by=amira, now=timezone.now() + timedelta(hours=2))


def test_nobody_signs_other_words_than_those_they_read(make_version, amira, olga):
    version = make_version(until="in_review")
    seen = fingerprint(version)
    revise_version(version, VersionContent((NewWording("Other words."),)), by=olga)

    with pytest.raises(ChangedSinceSeen):
        sign_version(version, by=amira, seen=seen)
    assert sign_version(version, by=amira, seen=fingerprint(version)).status == Status.SIGNED


def test_a_version_that_waits_for_a_signature_is_changed_by_signers_only(make_version, lena, amira):
    version = make_version(until="in_review")

    with pytest.raises(PermissionDenied):
        revise_version(version, CONTENT, by=lena)
    assert revise_version(version, CONTENT, by=amira).wordings.get().text == "You get it back."


def test_each_step_asks_for_its_permission(make_version, agnes, lena, max_):
    draft = make_version(until="draft")
    waiting = make_version("Another?", until="in_review")
    signed = make_version("A third?")
    refused = [
        lambda: create_position("Why?", by=agnes),
        lambda: draft_version(signed.position, CONTENT, by=agnes),
        lambda: revise_version(draft, CONTENT, by=agnes),
        lambda: submit_version(draft, by=agnes),
        lambda: sign_version(waiting, by=lena),
        lambda: sign_version(waiting, by=max_),
        lambda: send_back_version(waiting, by=lena, reason="No."),
        lambda: withdraw_version(signed, by=lena, reason="No."),
    ]

    for step in refused:
        with pytest.raises(PermissionDenied):
            step()


def test_nobody_reaches_into_another_organization(make_version, oscar):
    draft, signed = make_version(until="draft"), make_version("Another?")

    for step in (
        lambda: draft_version(signed.position, CONTENT, by=oscar),
        lambda: submit_version(draft, by=oscar),
        lambda: sign_version(draft, by=oscar),
        lambda: withdraw_version(signed, by=oscar, reason="Mine now."),
    ):
        with pytest.raises((PositionVersion.DoesNotExist, Position.DoesNotExist)):
            step()


def test_keys_come_from_the_question_and_stay_unique(lena):
    first = create_position("Where is my train?", by=lena)
    second = create_position("Where is my train?", by=lena)

    assert (first.key, second.key) == ("where-is-my-train", "where-is-my-train-2")
    assert first.examples.get().text == "Where is my train?"

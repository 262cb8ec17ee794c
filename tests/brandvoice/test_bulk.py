"""One thing done to several positions: what can be done is done, the rest says why not."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.permissions import PermissionDenied
from brandvoice.actions.bulk import send_back_positions, set_review_dates, sign_versions, submit_positions
from brandvoice.models import PositionVersion, Status
from brandvoice.queries.versions import fingerprint


@pytest.fixture
def three(make_version):
    """A draft, a version that waits, and one that is signed."""
    return [make_version(f"Number {until}?", until=until) for until in ("draft", "in_review", "signed")]


def positions(versions):
    return [version.position_id for version in versions]


def statuses(versions):
    return [PositionVersion.objects.get(pk=version.pk).status for version in versions]


def test_drafts_are_submitted_and_the_others_say_why_not(three, lena):
    result = submit_positions(positions(three), by=lena)

    assert statuses(three) == [Status.IN_REVIEW, Status.IN_REVIEW, Status.SIGNED]
    assert result.done == 1
    assert [undone.question for undone in result.undone] == ["Number in_review?", "Number signed?"]


def test_what_waits_is_sent_back_with_one_note(three, amira):
    assert send_back_positions(positions(three), by=amira, reason="Shorter.").done == 1
    assert statuses(three) == [Status.DRAFT, Status.DRAFT, Status.SIGNED]


def test_several_are_signed_each_as_it_was_read(make_version, amira):
    versions = [make_version(f"Number {n}?", until="in_review") for n in range(3)]
    seen = {version.pk: fingerprint(version) for version in versions}
    seen[versions[2].pk] = "something else"

    result = sign_versions(seen, by=amira)

    assert result.done == 2
    assert statuses(versions) == [Status.SIGNED, Status.SIGNED, Status.IN_REVIEW]


def test_nothing_is_signed_unread(make_version, amira):
    version = make_version(until="in_review")

    assert sign_versions({version.pk: ""}, by=amira).done == 0


def test_each_needs_its_permission(three, agnes, lena):
    chosen = positions(three)
    for refused in (
        lambda: submit_positions(chosen, by=agnes),
        lambda: send_back_positions(chosen, by=lena, reason="No."),
        lambda: sign_versions({three[1].pk: fingerprint(three[1])}, by=lena),
        lambda: set_review_dates(chosen, on=date(2027, 1, 1), by=agnes),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_strangers_reach_nothing(three, oscar):
    chosen = positions(three)

    assert submit_positions(chosen, by=oscar).done == 0
    assert set_review_dates(chosen, on=date(2027, 1, 1), by=oscar) == 0
    assert sign_versions({three[1].pk: fingerprint(three[1])}, by=oscar).done == 0
    assert statuses(three) == [Status.DRAFT, Status.IN_REVIEW, Status.SIGNED]


def test_through_the_page(client, three, amira):
    client.force_login(amira)
    chosen = {"positions": positions(three)}

    def do(**what):
        return client.post(reverse("brandvoice:bulk"), chosen | what)

    assert do(action="review", on="2027-01-01").status_code == 302
    three[0].position.refresh_from_db()
    assert three[0].position.review_on == date(2027, 1, 1)
    assert do(action="send_back").status_code == 422
    assert do(action="").status_code == 422
    answer = do(action="submit")
    assert answer.status_code == 409
    assert "Done for one position." in answer.content.decode()
    page = do(action="sign")
    rows = page.context["rows"]
    assert {view.version.pk for view, _seen in rows} == {three[0].pk, three[1].pk}
    post = {"versions": [view.version.pk for view, _seen in rows]} | {f"seen-{v.version.pk}": seen for v, seen in rows}
    assert client.post(reverse("brandvoice:sign_many"), post).status_code == 302
    assert statuses(three) == [Status.SIGNED] * 3


@pytest.mark.parametrize("named", ["9" * 30, "9" * 5000, "\u0663", "-1", "x"])
def test_what_is_no_id_names_nothing(client, three, amira, named):
    client.force_login(amira)

    chosen = {"action": "review", "on": "2027-01-01", "positions": [named]}
    assert client.post(reverse("brandvoice:bulk"), chosen).status_code == 422
    assert client.post(reverse("brandvoice:sign_many"), {"versions": [named]}).status_code == 302

    assert statuses(three) == [Status.DRAFT, Status.IN_REVIEW, Status.SIGNED]

"""Jobs of exports and erasures: who may ask for one, how long what is handed out is there, and what it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox import privacy
from inbox.actions.privacy import AlreadyAsked, request_erasure, request_export
from inbox.models import Contact, PrivacyJob
from tests.cast import make_ticket
from tests.inbox.test_privacy import erase


@pytest.fixture(autouse=True)
def files(own_files):
    """Keep files of a test in a folder of its own."""


@pytest.fixture
def manager(client, max_):
    client.force_login(max_)
    return client


def test_an_export_can_be_fetched_for_a_week_and_goes_with_its_customer(manager, channel, max_, own_files):
    ticket = make_ticket(channel)
    jobs = []
    for _round in range(2):
        jobs.append(request_export(ticket.contact, by=max_))
        privacy.do_jobs()
    address = f"/customers/jobs/{jobs[0].pk}/file/"
    assert manager.get(address).status_code == 200

    PrivacyJob.objects.filter(pk=jobs[0].pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert manager.get(address).status_code == 404
    privacy.do_jobs()
    assert len([path for path in own_files.rglob("*") if path.is_file()]) == 1
    erase(ticket.contact, max_)
    assert [path for path in own_files.rglob("*") if path.is_file()] == []
    assert manager.get(f"/customers/jobs/{jobs[1].pk}/file/").status_code == 404


def test_the_name_must_be_typed_and_nothing_is_asked_for_twice(manager, channel, max_):
    contact = make_ticket(channel).contact
    address = f"/customers/{contact.pk}/erase/"

    assert manager.post(address, {"name": "priya"}).status_code == 422
    assert not PrivacyJob.objects.exists()
    assert manager.post(address, {"name": "Priya"}).status_code == 302
    assert manager.post(address, {"name": "Priya"}).status_code == 409
    privacy.do_jobs()
    contact.refresh_from_db()
    with pytest.raises(AlreadyAsked):
        request_erasure(contact, contact.name, by=max_)


@pytest.mark.parametrize("who", ["agnes", "lena", "amira"])
def test_only_managers_and_owners_hand_out_and_erase(client, channel, max_, who, request):
    contact = make_ticket(channel).contact
    job = request_export(contact, by=max_)
    client.force_login(request.getfixturevalue(who))

    for path in (f"{contact.pk}/privacy/", "jobs/", f"jobs/{job.pk}/", f"jobs/{job.pk}/file/"):
        assert client.get(f"/customers/{path}").status_code == 403, path
    for path in (f"{contact.pk}/export/", f"{contact.pk}/erase/"):
        assert client.post(f"/customers/{path}", {"name": "Priya"}).status_code == 403, path
    assert "Privacy" not in client.get(f"/customers/{contact.pk}/").content.decode()


def test_the_list_of_jobs_asks_as_often_for_ten_as_for_one(manager, channel, max_):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            manager.get("/customers/jobs/")
        return len(queries)

    request_export(make_ticket(channel, author="one").contact, by=max_)
    cost()
    one = cost()
    for number in range(9):
        request_export(make_ticket(channel, author=f"more-{number}").contact, by=max_)
    assert cost() == one


def test_erasing_costs_no_more_statements_for_ten_tickets_than_for_one(channel, max_):
    def cost(author):
        contact = Contact.objects.get(name=author.title())
        request_erasure(contact, contact.name, by=max_)
        with CaptureQueriesContext(connection) as queries:
            privacy.do_jobs()
        return len(queries)

    for author in ("warm", "one"):
        make_ticket(channel, author=author)
    cost("warm")
    one = cost("one")
    for number in range(10):
        make_ticket(channel, f"Ticket {number}", author="many")
    assert cost("many") <= one

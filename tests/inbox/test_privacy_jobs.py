"""Jobs of exports and erasures: who may ask for one, how long what is handed out is there, and what it costs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox import privacy
from inbox.actions import erasure, erasure_rows, erasure_steps
from inbox.actions.privacy import MOST_ATTEMPTS, AlreadyAsked, request_erasure, request_export
from inbox.models import Contact, Event, Message, PrivacyJob
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


def erased(texts):
    return [text == erasure_steps.ERASED for text in texts]


def texts():
    return list(Message.objects.order_by("pk").values_list("text", flat=True))


def breaking(step, monkeypatch, *, at, error=ZeroDivisionError):
    """Let a step of an erasure break off at one of its parts, the first one being 1."""
    calls, known = [], erasure_steps.STEPS[step]

    def erase_until(job, ids):
        calls.append(ids)
        if len(calls) == at:
            raise error
        return known.erase(job, ids)

    monkeypatch.setitem(erasure_steps.STEPS, step, replace(known, erase=erase_until))
    return calls


@pytest.mark.django_db(transaction=True)
def test_an_erasure_goes_a_few_rows_at_a_time_and_after_a_crash_from_there(channel, max_, monkeypatch):
    monkeypatch.setattr(erasure_rows, "BATCH", 3)
    for number in range(8):
        ticket = make_ticket(channel, f"Text {number}")
    job = request_erasure(ticket.contact, "Priya", by=max_)
    calls = breaking("messages", monkeypatch, at=2)

    assert privacy.do_jobs() == 0
    assert erased(texts()) == [True] * 3 + [False] * 5, "what was erased stays erased"
    assert privacy.do_jobs() == 0, "it is not tried again at once"
    PrivacyJob.objects.update(claimed_until=timezone.now())
    assert privacy.do_jobs() == 1

    assert [len(ids) for ids in calls] == [3, 3, 3, 2]
    assert calls[2] == calls[1] != calls[0]
    job.refresh_from_db()
    assert (job.state, job.problem, job.work, job.progress) == ("done", "", {}, {})
    assert job.counts["messages"] == 8
    assert all(erased(texts()))


def test_a_job_that_breaks_off_stops_no_other_and_is_given_up_with_a_reason(
    manager, channel, max_, monkeypatch, caplog
):
    contact = make_ticket(channel).contact
    job = request_erasure(contact, "Priya", by=max_)
    other = request_erasure(make_ticket(channel, author="kai").contact, "Kai", by=max_)
    breaking("log", monkeypatch, at=1, error=OSError(28, "No space left on device"))

    assert privacy.do_jobs() == 1
    other.refresh_from_db()
    assert other.state == "done"
    assert f"Job {job.pk} broke off" in caplog.text
    assert "No space left on device" in manager.get(f"/customers/jobs/{job.pk}/").content.decode()
    for _try in range(MOST_ATTEMPTS - 1):
        breaking("log", monkeypatch, at=1, error=OSError(28, "No space left on device"))
        PrivacyJob.objects.filter(pk=job.pk).update(claimed_until=timezone.now())
        assert privacy.do_jobs() == 0

    job.refresh_from_db()
    page = manager.get(f"/customers/jobs/{job.pk}/").content.decode()
    assert (job.state, job.problem) == ("failed", "OSError: No space left on device")
    assert "It could not be done: OSError: No space left on device" in " ".join(page.split())
    assert "erasure of a customer has failed" in mail.outbox[-1].subject
    assert Event.objects.filter(kind="erasure.failed").count() == 1
    assert privacy.claim_job() is None


def test_what_was_given_up_goes_on_when_it_is_asked_for_again(channel, max_, olga, monkeypatch):
    contact = make_ticket(channel, "I am Priya").contact
    job = request_erasure(contact, "Priya", by=max_)
    breaking("messages", monkeypatch, at=1)
    privacy.do_jobs()
    privacy.give_up(job, "OSError")

    again = request_erasure(contact, "Priya", by=olga)

    assert again == job
    assert privacy.do_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.requested_name, job.counts["accounts"]) == ("done", olga.name, 1)
    assert texts() == [erasure_steps.ERASED]


def test_a_job_whose_worker_dies_each_time_is_given_up(channel, max_):
    job = request_export(make_ticket(channel).contact, by=max_)
    for _try in range(MOST_ATTEMPTS):
        assert privacy.claim_job() == job
        PrivacyJob.objects.update(claimed_until=timezone.now())

    assert privacy.do_jobs() == 0
    job.refresh_from_db()
    assert job.state == "failed"
    assert request_export(job.contact, by=max_) != job


def test_an_export_that_ends_after_an_erasure_has_begun_is_thrown_away(manager, channel, max_, own_files, monkeypatch):
    contact = make_ticket(channel).contact
    export = request_export(contact, by=max_)
    made = privacy.export_of

    def erase_meanwhile(customer):
        erasure._begin(request_erasure(customer, "Priya", by=max_).pk)
        return made(customer)

    monkeypatch.setattr(privacy, "export_of", erase_meanwhile)
    privacy.do_jobs()

    export.refresh_from_db()
    assert (export.state, bool(export.file)) == ("failed", False)
    assert [path for path in own_files.rglob("*") if path.is_file()] == []
    assert manager.get(f"/customers/jobs/{export.pk}/file/").status_code == 404
    assert "nothing is handed out any more" in manager.get(f"/customers/jobs/{export.pk}/").content.decode()


def test_nothing_is_handed_out_of_whom_somebody_has_asked_to_erase(manager, channel, max_):
    contact = make_ticket(channel).contact
    request_erasure(contact, "Priya", by=max_)

    assert manager.post(f"/customers/{contact.pk}/export/").status_code == 409


def test_a_file_of_an_export_that_broke_off_goes_with_its_customer(channel, max_, own_files, monkeypatch):
    contact = make_ticket(channel).contact
    job = request_export(contact, by=max_)
    monkeypatch.setattr("inbox.actions.privacy._record_end", lambda job: 1 // 0)
    privacy.do_jobs()
    monkeypatch.undo()
    assert [path.name for path in own_files.rglob("*") if path.is_file()] == [f"{job.pk}.zip"]
    privacy.give_up(job, "OSError")

    erase(contact, max_)

    assert [path for path in own_files.rglob("*") if path.is_file()] == []

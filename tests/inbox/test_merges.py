"""Two customers made one, and taken apart again exactly."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox import privacy
from inbox.actions.customer_records import mark_vip, record_consent, write_customer_note
from inbox.actions.merges import MergeNotPossible, merge_customers, undo_merge
from inbox.actions.messages import receive_messages
from inbox.actions.privacy import AlreadyAsked, request_erasure
from inbox.models import Contact, ContactMerge, Event, Identity, PrivacyJob, Ticket
from tests.cast import make_channel, make_incoming, make_team, make_ticket


@pytest.fixture
def mail(rail, care):
    return make_channel(rail, care, network="email", handle="help@rail.example")


@pytest.fixture
def priya(channel):
    return make_ticket(channel).contact


@pytest.fixture
def other(mail):
    """The same person, as they write from elsewhere."""
    return make_ticket(mail, "By mail", author="raman").contact


@pytest.fixture
def agent(client, agnes):
    client.force_login(agnes)
    return client


def belongings():
    """Return what everybody has: accounts, tickets, notes, consents and facts."""
    return {
        contact.pk: (
            contact.region,
            contact.is_vip,
            contact.merged_into_id,
            *(
                sorted(getattr(contact, name).values_list("pk", flat=True))
                for name in ("identities", "tickets", "notes", "consents")
            ),
        )
        for contact in Contact.objects.order_by("pk")
    }


def test_one_click_makes_two_customers_one_and_another_undoes_it(agent, priya, other, agnes):
    write_customer_note(other, "Likes mail", by=agnes)
    record_consent(other, "News", "Form", timezone.now(), by=agnes)
    Contact.objects.filter(pk=other.pk).update(region="at", is_vip=True)
    before = belongings()
    page = f"/customers/{priya.pk}/"

    agent.post(f"{page}merges/", {"other": other.pk, "reason": "She told us"})

    shown = agent.get(page).content.decode()
    for words in ("By mail", "@raman", "Likes mail", "She told us", "merged by Agnes Berg", "VIP", "News"):
        assert words in shown, words
    assert "Customer merged with another one by Agnes Berg" in shown
    assert agent.get(f"/customers/{other.pk}/").url == page
    assert [row.name for row in agent.get("/customers/").context["page"].rows] == ["Priya"]
    assert belongings() != before

    agent.post(f"{page}merges/{ContactMerge.objects.get().pk}/undo/")

    assert belongings() == before
    shown = agent.get(page).content.decode()
    assert "@raman" not in shown
    assert agent.get(f"/customers/{other.pk}/").status_code == 200
    assert set(Event.objects.filter(kind="customer.unmerged").values_list("ticket", flat=True)) == {
        None,
        *Ticket.objects.values_list("pk", flat=True),
    }


def test_what_came_later_goes_with_its_account_and_notes_stay_where_they_were_written(priya, other, mail, agnes):
    merge = merge_customers(priya, other, "One", by=agnes)
    later = make_ticket(mail, "Once more", author="raman")
    assert later.contact_id == priya.pk
    note = write_customer_note(priya, "Written of the one", by=agnes)

    undo_merge(merge, by=agnes)

    later.refresh_from_db()
    note.refresh_from_db()
    assert later.contact_id == other.pk
    assert note.contact_id == priya.pk
    assert make_ticket(mail, "And again", author="raman").contact_id == other.pk


def test_facts_that_somebody_has_changed_meanwhile_stay(priya, other, agnes, lena):
    Contact.objects.filter(pk=other.pk).update(region="at", audience="press", is_vip=True)
    merge = merge_customers(priya, other, "One", by=agnes)
    Contact.objects.filter(pk=priya.pk).update(region="ch")
    mark_vip(priya, False, by=lena)

    undo_merge(merge, by=agnes)

    priya.refresh_from_db()
    assert (priya.region, priya.audience, priya.is_vip) == ("ch", "", False)


def test_what_both_have_agreed_to_stands_once_and_is_both_theirs_again(priya, other, agnes):
    for contact in (priya, other):
        record_consent(contact, "News", "Form", timezone.now(), by=agnes)
    before = belongings()

    merge = merge_customers(priya, other, "One", by=agnes)

    assert priya.consents.count() == 1
    undo_merge(merge, by=agnes)
    assert belongings() == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_merges_of_merges_are_undone_in_any_order(channel, priya, other, agnes, order):
    Contact.objects.filter(pk=other.pk).update(region="at")
    third = make_ticket(channel, author="kai").contact
    before = belongings()
    merges = [merge_customers(priya, other, "One", by=agnes), merge_customers(third, priya, "Two", by=agnes)]
    third.refresh_from_db()
    assert third.region == "at"

    for number in order:
        undo_merge(merges[number], by=agnes)

    assert belongings() == before


def test_what_went_home_and_came_again_is_not_given_to_another(channel, priya, other, agnes):
    third = make_ticket(channel, author="kai").contact
    first, second = merge_customers(priya, other, "1", by=agnes), merge_customers(third, priya, "2", by=agnes)
    undo_merge(first, by=agnes)
    merge_customers(third, other, "3", by=agnes)

    undo_merge(second, by=agnes)

    assert set(priya.identities.values_list("username", flat=True)) == {"@priya"}
    assert set(third.identities.values_list("username", flat=True)) == {"@kai", "@raman"}


def test_the_page_of_the_one_takes_apart_what_was_merged_before_as_well(agent, channel, priya, other, agnes):
    third = make_ticket(channel, author="kai").contact
    first = merge_customers(priya, other, "First reason", by=agnes)
    merge_customers(third, priya, "Second reason", by=agnes)

    assert agent.get(f"/customers/{other.pk}/", follow=True).context["customer"].pk == third.pk
    shown = agent.get(f"/customers/{third.pk}/").content.decode()
    assert "First reason" in shown
    assert "Second reason" in shown
    agent.post(f"/customers/{third.pk}/merges/{first.pk}/undo/")
    assert agent.get(f"/customers/{other.pk}/").status_code == 200


def test_one_who_is_part_of_another_is_not_merged_again(agent, channel, priya, other, agnes):
    third = make_ticket(channel, author="kai").contact
    merge_customers(priya, other, "One", by=agnes)

    for kept, gone in ((third, other), (other, third), (priya, priya)):
        with pytest.raises(MergeNotPossible):
            merge_customers(kept, gone, "Two", by=agnes)
    assert agent.post(f"/customers/{priya.pk}/merges/", {"other": priya.pk, "reason": "x"}).status_code == 409
    assert agent.post(f"/customers/{priya.pk}/merges/", {"other": third.pk, "reason": " "}).status_code == 422


def test_one_merges_whom_one_sees_and_only_with_the_right_to(client, agent, rail, northline, priya, other, amira):
    claims = make_channel(rail, make_team(northline, "Claims"), handle="claims")
    hidden = make_ticket(claims, author="hidden").contact
    address = f"/customers/{priya.pk}/merges/"

    assert agent.post(address, {"other": hidden.pk, "reason": "x"}).status_code == 404
    assert "Hidden" not in agent.get(f"/customers/{priya.pk}/merge/?q=hidden").content.decode()
    client.force_login(amira)
    assert client.post(address, {"other": other.pk, "reason": "x"}).status_code == 403
    assert not ContactMerge.objects.exists()


def test_a_merge_of_somebody_else_is_not_undone_here(agent, channel, priya, other, agnes):
    third = make_ticket(channel, author="kai").contact
    merge = merge_customers(priya, other, "One", by=agnes)

    assert agent.post(f"/customers/{third.pk}/merges/{merge.pk}/undo/").status_code == 404


def test_the_same_address_number_or_handle_is_a_hint_and_no_more(agent, rail, care, priya, mail, agnes):
    for handle, network in (("@priya@social.example", "mastodon"), ("priya.bsky.social", "other"), ("@priyanka", "x")):
        ticket = make_ticket(make_channel(rail, care, network=network, handle=handle), author=handle)
        Identity.objects.filter(pk=ticket.identity_id).update(username=handle)

    shown = agent.get(f"/customers/{priya.pk}/").context["customer"]

    assert {one.accounts[0].handle for one in shown.likely} == {"@priya@social.example", "priya.bsky.social"}
    assert {one.why for one in shown.likely} == {"Same handle"}
    assert not ContactMerge.objects.exists()
    agent.post(f"/customers/{priya.pk}/merges/", {"other": shown.likely[0].pk, "reason": shown.likely[0].why})
    undo_merge(ContactMerge.objects.get(), by=agnes)
    again = agent.get(f"/customers/{priya.pk}/").context["customer"].likely
    assert [one.pk for one in again] == [shown.likely[1].pk], "who was taken apart is not offered again"


@pytest.mark.parametrize(
    ("mine", "theirs", "why"),
    [
        ("+43 660 1234567", "436601234567", "Same number"),
        ("ada@mail.example", "ADA@mail.example", "Same e-mail address"),
    ],
)
def test_numbers_and_addresses_are_the_same_however_they_are_written(agent, rail, care, channel, mine, theirs, why):
    contact = make_ticket(channel, author="one").contact
    Identity.objects.filter(contact=contact).update(username=mine, external_id=mine)
    make_ticket(make_channel(rail, care, network="sms", handle="sms"), author="two")
    Identity.objects.exclude(contact=contact).update(username="", external_id=theirs)
    if why == "Same e-mail address":
        Identity.objects.exclude(contact=contact).update(username=theirs)

    assert [one.why for one in agent.get(f"/customers/{contact.pk}/").context["customer"].likely] == [why]


def test_merging_costs_the_same_for_ten_tickets_as_for_one(channel, mail, priya, other, agnes):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            merge = merge_customers(priya, other, "One", by=agnes)
            undo_merge(merge, by=agnes)
        return len(queries)

    cost()
    one = cost()
    for _ticket in range(9):
        make_ticket(mail, "More", author="raman")
    assert cost() == one


@pytest.mark.django_db(transaction=True)
def test_merges_of_the_same_customers_at_once_leave_one_who_has_everything(channel, mail, agnes):
    people = [make_ticket(mail if n % 2 else channel, author=f"p{n}").contact for n in range(4)]
    pairs = [(0, 1), (1, 0), (2, 1), (1, 2), (3, 0), (0, 3), (2, 3), (3, 2)]

    def attempt(pair):
        try:
            merge_customers(people[pair[0]], people[pair[1]], "One", by=agnes)
        except MergeNotPossible:
            return 0
        finally:
            connections.close_all()
        return 1

    def write(number):
        try:
            place = mail if number % 2 else channel
            receive_messages(place, [make_incoming(f"Meanwhile {number}", author=f"p{number}")])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        written = [pool.submit(write, number % 4) for number in range(12)]
        done = sum(pool.map(attempt, pairs))
        for one in written:
            one.result()

    alone = Contact.objects.filter(merged_into=None)
    assert alone.count() == 4 - done
    assert done >= 1
    for ticket in Ticket.objects.select_related("identity", "contact"):
        assert ticket.contact_id == ticket.identity.contact_id
        assert ticket.contact.merged_into_id is None
    for merge in ContactMerge.objects.order_by("-pk"):
        undo_merge(merge, by=agnes)
    assert Contact.objects.filter(merged_into=None).count() == 4
    for ticket in Ticket.objects.select_related("identity__contact"):
        assert ticket.identity.contact.name.lower() == ticket.identity.external_id
        assert ticket.contact_id == ticket.identity.contact_id


@pytest.mark.parametrize("done", [False, True])
def test_who_is_erased_or_will_be_is_neither_merged_nor_taken_apart(priya, other, channel, lena, max_, done):
    third = make_ticket(channel, "Third", author="third").contact
    merge = merge_customers(priya, other, "", by=lena)
    request_erasure(priya, "Priya", by=max_)
    if done:
        privacy.do_jobs()
    before = belongings()

    for kept, gone in ((priya, third), (third, priya)):
        with pytest.raises(MergeNotPossible, match="was erased, or will be"):
            merge_customers(kept, gone, "", by=lena)
    with pytest.raises(MergeNotPossible, match="was erased, or will be"):
        undo_merge(merge, by=lena)

    assert belongings() == before


@pytest.mark.django_db(transaction=True)
def test_a_merge_and_an_erasure_asked_for_at_once_do_not_both_get_the_customer(channel, lena, max_):
    people = [make_ticket(channel, author=f"p{number}").contact for number in range(6)]

    def attempt(number):
        try:
            if number % 2:
                request_erasure(people[number // 2], people[number // 2].name, by=max_)
            else:
                merge_customers(people[(number // 2 + 1) % 6], people[number // 2], "One", by=lena)
        except (MergeNotPossible, AlreadyAsked):
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(attempt, range(12)))

    jobs = PrivacyJob.objects.select_related("contact")
    assert jobs
    assert [job.contact for job in jobs if job.contact.merged_into_id] == []
    for job in jobs:
        merges = ContactMerge.objects.filter(Q(kept=job.contact) | Q(gone=job.contact))
        assert not merges.filter(created_at__gt=job.requested_at).exists()

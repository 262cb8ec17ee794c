"""What quotes an erased customer elsewhere: other people's tickets, notifications, saved views, recent searches."""

import pytest

from inbox.actions.drafts import save_draft
from inbox.actions.enrich import enrich_due
from inbox.actions.erasure_steps import ERASED
from inbox.actions.messages import receive_messages
from inbox.actions.notifications import follow_ticket
from inbox.actions.questions import ask_desk
from inbox.actions.recent_searches import remember_search
from inbox.actions.regrouping import merge_tickets, undo_merge
from inbox.actions.replies import write_note
from inbox.actions.saved_views import NewView, create_view
from inbox.actions.view_members import keep_views
from inbox.models import Draft, Notification, RecentSearch, Regrouping, SavedView, Ticket, WaitingTicket
from tests.cast import make_incoming, make_ticket
from tests.inbox.test_privacy import erase


@pytest.fixture(autouse=True)
def files(own_files):
    """Keep files of a test in a folder of its own."""


@pytest.fixture
def priya(channel):
    return make_ticket(channel, "I am Priya", author="priya")


@pytest.fixture
def theirs(channel):
    """A conversation of Kai's."""
    return make_ticket(channel, "I am Kai", author="kai", thread="kai")


def say(channel, text, *, author):
    receive_messages(channel, [make_incoming(text, author=author, thread="kai")])


def test_what_the_desk_was_told_in_a_ticket_of_somebody_else_goes_line_by_line(
    channel, priya, theirs, agnes, max_, signed
):
    say(channel, "Priya here:\nmy number is 1234", author="priya")
    say(channel, "Priya here, says Kai", author="kai")
    ask_desk(theirs, "What of them?", by=agnes)
    assert "1234" in WaitingTicket.objects.get().customer_text

    erase(priya.contact, max_)

    assert WaitingTicket.objects.get().customer_text == f"I am Kai\n{ERASED}\nPriya here, says Kai"


def test_excerpts_in_what_people_were_told_of_a_ticket_of_somebody_else_go(channel, priya, theirs, agnes, lena, max_):
    follow_ticket(theirs, by=lena)
    say(channel, "My  address is Elm Street 1", author="priya")
    enrich_due()
    assert "Elm Street" in Notification.objects.get(user=lena).excerpt
    say(channel, "Nothing of Priya", author="kai")
    write_note(theirs, "A note, @Lena Brandt", by=agnes)

    erase(priya.contact, max_)

    assert set(Notification.objects.filter(user=lena).values_list("excerpt", flat=True)) == {"", "A note, @Lena Brandt"}


def test_what_went_along_in_a_merge_of_tickets_goes_and_undoing_it_brings_nothing_back(
    channel, priya, theirs, agnes, lena, max_
):
    write_note(priya, "Of Priya, @Lena Brandt", by=agnes)
    save_draft(priya, by=agnes, text="Dear Priya", visibility="public")
    merge_tickets(priya, theirs, by=agnes, confirmed=True)
    assert Notification.objects.get().ticket == theirs

    erase(priya.contact, max_)

    assert Notification.objects.get().excerpt == ""
    assert not Draft.objects.exists()
    undo_merge(Regrouping.objects.get(), by=agnes)
    assert set(priya.messages.values_list("text", flat=True)) == {ERASED}
    assert Ticket.objects.get(pk=priya.pk).preview in ("", ERASED)
    assert Ticket.objects.get(pk=theirs.pk).preview == "I am Kai"


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("from:@priya is:open", "customer:{} is:open"),
        ('-from:"PRIYA" is:open', "-customer:{} is:open"),
        ("from:@kai,@priya is:open", "from:@kai is:open"),
        ("from:riy is:open", "customer:{} is:open"),
        ("from:@kai is:open", "from:@kai is:open"),
        ("topic:priya is:open", "topic:priya is:open"),
    ],
)
def test_views_name_an_erased_customer_no_more(channel, priya, theirs, lena, max_, query, left):
    view = create_view(NewView("Theirs", query, owner=lena), by=lena)
    keep_views()

    erase(priya.contact, max_)

    view.refresh_from_db()
    assert view.query == left.format(priya.contact_id)
    if left != query:
        assert view.built_at is None, "its tickets are found anew"


def test_a_part_of_a_name_that_others_share_stays_in_a_view(channel, priya, theirs, lena, max_):
    make_ticket(channel, author="priyanka")
    view = create_view(NewView("Some", "from:priy", owner=lena), by=lena)

    erase(priya.contact, max_)

    view.refresh_from_db()
    assert view.query == "from:priy"


def test_views_are_not_called_by_an_erased_customer_and_those_of_others_stay(channel, priya, lena, max_, oscar):
    view = create_view(NewView("Priya, always", "is:open", owner=lena), by=lena)
    foreign = create_view(NewView("Priya", "from:@priya", owner=oscar), by=oscar)

    erase(priya.contact, max_)

    assert [one.name for one in SavedView.objects.order_by("pk")] == [ERASED, "Priya"]
    view.refresh_from_db()
    foreign.refresh_from_db()
    assert (view.query, foreign.query) == ("is:open", "from:@priya")


def test_recent_searches_for_an_erased_customer_are_forgotten(channel, priya, theirs, agnes, max_):
    for text in ("from:@priya", "refund for Priya", "from:@kai", "refund"):
        remember_search(text, by=agnes)

    erase(priya.contact, max_)

    assert set(RecentSearch.objects.values_list("text", flat=True)) == {"from:@kai", "refund"}

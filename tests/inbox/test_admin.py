"""The console's part about conversations: today's figures, retries, and secrets that are never shown."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.db.models import CASCADE, FileField
from django.utils import timezone

from brandvoice.models import PositionVersion
from inbox.connectors.sandbox.models import Account
from inbox.models import Channel, Delivery, DeliveryState, Direction, Message, Ticket
from inbox.queries.today import figures
from tests import cast
from tests.accounts.rows import make_row


@pytest.fixture
def manager(client, max_):
    client.force_login(max_)
    return client


def midnight():
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def test_the_figures_of_today_are_those_of_the_own_organization(northline, channel, agnes, oscar):
    first, _second = cast.make_ticket(channel), cast.make_ticket(channel)
    foreign_brand = cast.make_brand(oscar.organization)
    cast.make_ticket(cast.make_channel(foreign_brand, cast.make_team(oscar.organization)))
    replied = first.created_at + timedelta(minutes=4)
    Ticket.objects.filter(pk=first.pk).update(assignee=agnes, first_replied_at=replied)
    failed = make_row("inbox.delivery", northline)
    Delivery.objects.filter(pk=failed.pk).update(state=DeliveryState.FAILED)
    Message.objects.exclude(ticket__channel=channel).update(created_at=midnight() - timedelta(days=1))
    Ticket.objects.exclude(channel=channel).update(status="resolved")
    waiting = make_row("brandvoice.positionversion", northline)
    PositionVersion.objects.filter(pk=waiting.pk).update(status="in_review")

    today = figures(northline.pk, since=midnight())

    assert (today.received, today.sent, today.open, today.unassigned) == (2, 0, 2, 1)
    assert (today.first_reply, today.troubled, today.to_sign) == (timedelta(minutes=4), 1, 1)
    assert [delivery.pk for delivery in today.troubles] == [failed.pk]
    assert (today.channels[0].name, today.channels[0].received) == (channel.name, 2)


def test_the_start_page_counts_what_is_overdue(manager, channel):
    over, soon = cast.make_ticket(channel), cast.make_ticket(channel)
    Ticket.objects.filter(pk=over.pk).update(due_at=timezone.now(), due_stage=2)
    Ticket.objects.filter(pk=soon.pk).update(due_at=timezone.now(), due_stage=1)

    cards = {card.label: card for card in manager.get("/console/").context["cards"]}

    assert (cards["Overdue"].value, cards["Overdue"].address) == ("1", "/inbox/due/")


def test_replies_count_as_out_and_notes_count_as_neither(northline, channel):
    ticket = cast.make_ticket(channel)
    for direction in (Direction.OUTBOUND, Direction.NOTE):
        Message.objects.create(
            organization=northline,
            ticket=ticket,
            channel=channel,
            direction=direction,
            visibility="direct",
            text="Hello",
            sent_at=timezone.now(),
        )

    today = figures(northline.pk, since=midnight())

    assert (today.received, today.sent) == (1, 1)


def test_an_empty_organization_has_a_start_page(manager):
    page = manager.get("/console/")

    assert page.status_code == 200
    assert "Add the first one" in page.content.decode()


def test_the_start_page_costs_the_same_with_ten_channels(manager, northline, channel, django_assert_max_num_queries):
    for _ in range(10):
        cast.make_ticket(cast.make_channel(cast.make_brand(northline), cast.make_team(northline)))

    with django_assert_max_num_queries(12):
        manager.get("/console/")


def test_each_figure_leads_to_rows(manager, channel):
    cast.make_ticket(channel)

    for card in manager.get("/console/").context["cards"]:
        answer = manager.get(card.address)
        # A filter that the list does not know would send to ?e=1.
        assert answer.status_code == 200, card.label


def test_the_sidebar_forgets_nothing_that_is_registered(manager):
    from django.contrib import admin

    page = manager.get("/console/").content.decode()

    for model in admin.site._registry:
        assert f"/console/{model._meta.app_label}/{model._meta.model_name}/" in page


def test_a_failed_delivery_is_queued_again_from_the_list(manager, northline):
    failed, sent = make_row("inbox.delivery", northline), make_row("inbox.delivery", northline)
    Delivery.objects.filter(pk=failed.pk).update(state=DeliveryState.FAILED)
    Delivery.objects.filter(pk=sent.pk).update(state=DeliveryState.SENT)

    chosen = {"action": "retry", "_selected_action": [failed.pk, sent.pk]}
    page = manager.post("/console/inbox/delivery/", chosen, follow=True).content.decode()

    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.state, sent.state) == (DeliveryState.QUEUED, DeliveryState.SENT)
    assert "not waiting for a retry" in page


def test_a_channels_secret_is_never_shown_and_kept_unless_replaced(manager, channel):
    channel.webhook_secret = "hush-hush-hush"
    channel.save(update_fields=["webhook_secret"])
    address = f"/console/inbox/channel/{channel.pk}/change/"
    form = {"name": "Renamed", "handle": "@n", "brand": channel.brand_id, "team": channel.team_id, "active": "on"}
    form |= {"reopen_policy": "reopen", "undo_seconds": 10, "keys-TOTAL_FORMS": "0", "keys-INITIAL_FORMS": "0"}

    assert "hush" not in manager.get(address).content.decode()
    manager.post(address, form)
    kept = Channel.objects.get(pk=channel.pk)
    manager.post(address, form | {"webhook_secret": "another"})

    assert (kept.name, kept.webhook_secret) == ("Renamed", "hush-hush-hush")
    assert Channel.objects.get(pk=channel.pk).webhook_secret == "another"


def sandbox_form(rail, care, **fields):
    form = {"name": "Rail, tried out", "network": "sandbox", "handle": "rail-trial", "brand": rail.pk, "team": care.pk}
    form |= {"active": "on", "reopen_policy": "reopen", "undo_seconds": 10}
    form |= {"keys-TOTAL_FORMS": "0", "keys-INITIAL_FORMS": "0"}
    return form | fields


def test_a_new_sandbox_channel_has_its_account_at_once_and_keeps_it_when_renamed(manager, rail, care):
    manager.post("/console/inbox/channel/add/", sandbox_form(rail, care))

    channel = Channel.objects.get(handle="rail-trial")
    account = Account.objects.get(handle="rail-trial")
    assert account.secret == channel.webhook_secret != ""
    assert account.webhook_path == f"/webhooks/{channel.pk}/"

    manager.post(f"/console/inbox/channel/{channel.pk}/change/", sandbox_form(rail, care, handle="rail-2"))
    account.refresh_from_db()
    assert (account.handle, account.secret) == ("rail-2", channel.webhook_secret)


def test_a_sandbox_handle_that_is_taken_is_refused_in_one_sentence(manager, rail, care):
    manager.post("/console/inbox/channel/add/", sandbox_form(rail, care))
    page = manager.post("/console/inbox/channel/add/", sandbox_form(rail, care, name="Second"), follow=True)

    assert "Another account of the sandbox is called “rail-trial”" in page.content.decode()
    assert not Channel.objects.filter(name="Second").exists()


def test_a_channel_for_an_external_connector_gets_no_account(manager, rail, care):
    manager.post("/console/inbox/channel/add/", sandbox_form(rail, care, external="on"))

    assert Channel.objects.get(handle="rail-trial").external
    assert not Account.objects.exists()


@pytest.mark.parametrize("model", ["ticket", "message", "event", "delivery", "identity", "payload"])
def test_what_was_said_and_done_is_only_looked_at(manager, northline, model):
    row = make_row(f"inbox.{model}", northline)

    assert manager.get(f"/console/inbox/{model}/add/").status_code == 403
    assert manager.post(f"/console/inbox/{model}/{row.pk}/change/", {}).status_code == 403
    assert manager.post(f"/console/inbox/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def taken_along(model):
    """Return a model, and all models whose rows go when one of its rows is deleted."""
    found, left = {model}, [model]
    while left:
        for relation in left.pop()._meta.related_objects:
            if relation.on_delete is CASCADE and relation.related_model not in found:
                found.add(relation.related_model)
                left.append(relation.related_model)
    return found


def test_nothing_that_can_be_deleted_in_the_console_takes_rows_along_that_have_files_on_the_disk():
    deletable = {model for model, shown in site._registry.items() if getattr(shown, "can_delete", True)}
    deletable -= {model for model, shown in site._registry.items() if getattr(shown, "read_only", False)}
    with_files = {model for model in apps.get_models() if any(isinstance(f, FileField) for f in model._meta.fields)}

    assert {model.__name__ for model in deletable} >= {"Team", "Label", "Endpoint"}
    assert {model.__name__ for model in deletable if taken_along(model) & with_files} == set()

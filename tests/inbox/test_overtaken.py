"""A position changes: what is unsent and rests on its old words is marked, held or blocked, and people hear of it."""

import json

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from brandvoice.actions import positions as voice
from inbox import delivery as deliveries
from inbox.actions.drafts import save_draft
from inbox.models import Delivery, Draft, Event
from tests.cast import make_channel, make_ticket
from tests.inbox.signed_words import NEW, OLD, delivery_of, queue, start_draft, write_and_sign
from tests.inbox.test_hub import hear, page


@pytest.mark.django_db(transaction=True)
class TestWhatIsUnsent:
    def test_a_withdrawal_marks_every_open_draft_that_holds_the_words(self, channel, signed, agnes, jonas, amira):
        tickets = [make_ticket(channel) for _ in range(3)]
        start_draft(tickets[0], signed, agnes)
        start_draft(tickets[1], signed, jonas)
        save_draft(tickets[2], by=agnes, text="Something else.", visibility="public")

        voice.withdraw_version(signed, by=amira, reason="The law has changed.")

        marked = Draft.objects.filter(overtaken_at__isnull=False).order_by("pk")
        assert [draft.ticket for draft in marked] == tickets[:2]

    def test_a_queued_reply_is_held_and_its_agents_see_why(self, channel, signed, agnes, amira):
        message = queue(make_ticket(channel), signed, agnes)

        voice.withdraw_version(signed, by=amira, reason="The law has changed.")

        assert delivery_of(message).state == "held"
        assert delivery_of(message).error == "These words were withdrawn."
        event = Event.objects.get(kind="delivery.held")
        assert (event.message, event.actor) == (message, amira)

    def test_a_new_signature_does_the_same_as_a_withdrawal(self, channel, signed, agnes, lena, amira):
        draft, message = start_draft(make_ticket(channel), signed, agnes), queue(make_ticket(channel), signed, agnes)

        write_and_sign(signed.position, NEW, lena, amira)

        draft.refresh_from_db()
        assert draft.overtaken_at is not None
        assert delivery_of(message).state == "held"

    def test_the_number_of_statements_does_not_grow_with_what_rests_on_the_words(
        self, channel, rail, agnes, lena, amira
    ):
        counts = []
        for size in (1, 10):
            version = write_and_sign(voice.create_position(f"{size}?", by=lena, brand=rail), OLD, lena, amira)
            for _ in range(size):
                start_draft(make_ticket(channel), version, agnes)
                queue(make_ticket(channel), version, agnes)
            with CaptureQueriesContext(connection) as queries:
                voice.withdraw_version(version, by=amira, reason="Over.")
            counts.append(len(queries))
        assert Delivery.objects.filter(state="held").count() == 11
        assert counts[0] == counts[1]

    def test_a_withdrawal_that_fails_marks_and_holds_nothing(self, channel, signed, agnes, amira):
        message = queue(make_ticket(channel), signed, agnes)

        @transaction.atomic(durable=True)
        def withdraw_twice():
            voice.withdraw_version.__wrapped__(signed, by=amira, reason="Over.")
            voice.withdraw_version.__wrapped__(signed, by=amira, reason="Twice.")

        with pytest.raises(voice.MoveNotAllowed):
            withdraw_twice()

        assert delivery_of(message).state == "queued"

    def test_a_draft_saved_after_the_withdrawal_is_marked_and_freed_again_without_the_words(
        self, channel, signed, agnes, amira
    ):
        ticket = make_ticket(channel)
        voice.withdraw_version(signed, by=amira, reason="Over.")

        assert start_draft(ticket, signed, agnes).overtaken_at is not None
        draft = save_draft(ticket, by=agnes, text="In my own words.", visibility="public")
        assert draft.overtaken_at is None

    def test_nothing_held_goes_out_until_it_is_mended(self, rail, care, signed, agnes, amira):
        inside = make_channel(rail, care, network="sandbox", external=False)
        message = queue(make_ticket(inside), signed, agnes)
        voice.withdraw_version(signed, by=amira, reason="Over.")

        deliveries.deliver_due()

        assert delivery_of(message).state == "held"


@pytest.mark.django_db
class TestTheComposer:
    def test_it_shows_the_difference_and_offers_the_new_words(self, client, channel, signed, agnes, lena, amira):
        ticket = make_ticket(channel)
        start_draft(ticket, signed, agnes)
        new = write_and_sign(signed.position, NEW, lena, amira)
        client.force_login(agnes)

        html = client.get(f"/inbox/open/{ticket.number}/").content.decode()

        assert f'data-overtaken="{signed.wordings.get().pk}"' in html
        assert f'data-replacement="{new.wordings.get().pk}"' in html
        assert "<del>7</del><ins>14</ins>" in html

    @pytest.mark.parametrize("meant_for", ["another kind of channel", "somebody else"])
    def test_new_words_that_are_not_meant_for_here_are_not_offered(
        self, client, channel, signed, agnes, lena, amira, meant_for
    ):
        ticket = make_ticket(channel)
        start_draft(ticket, signed, agnes)
        fields = {"channel_kinds": ("email",)}
        if meant_for == "somebody else":
            fields = {"sensitivity": "named", "named_people": (lena.pk,)}
        content = voice.VersionContent((voice.NewWording(NEW),), **fields)
        version = voice.draft_version(signed.position, content, by=lena)
        voice.sign_version(voice.submit_version(version, by=lena), by=amira)
        client.force_login(agnes)

        html = client.get(f"/inbox/open/{ticket.number}/").content.decode()

        assert f'data-overtaken="{signed.wordings.get().pk}"' in html
        assert "data-take-new" not in html
        assert NEW not in html

    def test_it_can_ask_about_the_words_that_it_holds_right_now(self, client, channel, signed, agnes, amira):
        ticket, wording = make_ticket(channel), signed.wordings.get()
        client.force_login(agnes)
        held = {"spans": json.dumps([{"wording": wording.pk, "start": 0, "end": 3}])}
        address = f"/tickets/{ticket.number}/overtaken/"
        assert "data-overtaken" not in client.get(address, held).content.decode()

        voice.withdraw_version(signed, by=amira, reason="The law has changed.")

        html = client.get(address, held).content.decode()
        assert "These words were withdrawn." in html
        assert "The law has changed." in html
        assert "data-take-new" not in html

    def test_other_organizations_words_are_never_shown(self, client, channel, signed, oscar, amira):
        theirs = make_channel(*oscar_house(oscar))
        ticket = make_ticket(theirs)
        voice.withdraw_version(signed, by=amira, reason="The law has changed.")
        client.force_login(oscar)
        held = {"spans": json.dumps([{"wording": signed.wordings.get().pk, "start": 0, "end": 3}])}

        answer = client.get(f"/tickets/{ticket.number}/overtaken/", held)

        assert answer.status_code == 200
        assert b"data-overtaken" not in answer.content


def oscar_house(oscar):
    from tests.cast import make_brand, make_team

    team = make_team(oscar.organization)
    oscar.teams.add(team)
    return make_brand(oscar.organization, "Elsewhere"), team


@pytest.mark.django_db
class TestTakingBack:
    @pytest.fixture
    def message(self, channel, signed, agnes, amira):
        message = queue(make_ticket(channel), signed, agnes)
        voice.withdraw_version(signed, by=amira, reason="Over.")
        return message

    def take_back(self, client, message):
        address = f"/deliveries/{message.delivery.pk}/take-back/"
        return client.post(address, headers={"HX-Request": "true"})

    def test_a_held_reply_returns_to_the_composer_with_its_signed_words(self, client, message, agnes):
        client.force_login(agnes)

        answer = self.take_back(client, message)

        assert answer.status_code == 200
        assert delivery_of(message).state == "cancelled"
        draft = Draft.objects.get(user=agnes)
        assert draft.text == OLD
        assert [(span.start, span.end) for span in draft.spans.all()] == [(0, len(OLD))]
        assert "data-overtaken" in answer.content.decode()

    def test_what_was_being_written_is_kept_below(self, client, message, agnes):
        save_draft(message.ticket, by=agnes, text="Half a thought", visibility="public")
        client.force_login(agnes)

        self.take_back(client, message)

        assert Draft.objects.get(user=agnes).text == f"{OLD}\n\nHalf a thought"

    def test_what_has_gone_out_cannot_be_taken_back(self, client, message, agnes):
        Delivery.objects.update(state="sent")
        client.force_login(agnes)

        answer = self.take_back(client, message)

        assert answer.status_code == 409
        assert not Draft.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_every_open_page_of_the_organization_hears_at_once_and_no_stranger(channel, signed, agnes, oscar, amira):
    async def scenario():
        async with page(agnes) as hers, page(oscar) as stranger:
            await sync_to_async(voice.withdraw_version)(signed, by=amira, reason="The law has changed.")
            frame = await hear(hers, "overtaken")
            assert f'data-overtaken="{await sync_to_async(lambda: signed.wordings.get().pk)()}"' in frame["html"]
            assert "The law has changed." in frame["html"]
            assert await stranger.receive_nothing(0.3)

    async_to_sync(scenario)()

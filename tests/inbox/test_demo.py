"""The demo: what everybody sees first must be whole, believable and ours."""

import re
from collections import Counter
from datetime import timedelta
from io import StringIO
from zoneinfo import ZoneInfo

from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db.models import F
from django.test import TestCase
from django.utils import timezone

from accounts.models import Brand, Organization, User
from accounts.permissions import Role, holders
from accounts.queries.keys import find_key
from brandvoice.embedding import current_embedder, multilingual_embedder, ranking_embedder
from brandvoice.languages import base_language
from brandvoice.limits import count
from brandvoice.models import Example, Position, PositionVersion, Rule, Wording
from brandvoice.models import Status as VersionStatus
from brandvoice.terms import find_term
from inbox.actions.spikes import find_spikes
from inbox.connectors.sandbox.models import Post
from inbox.management.demo import PASSWORD, SIGN_INS
from inbox.models import (
    Channel,
    Contact,
    Delivery,
    Direction,
    Event,
    Message,
    Network,
    Notification,
    PostAnswer,
    Span,
    Spike,
    Status,
    Survey,
    Ticket,
)
from inbox.models import Post as PlannedPost
from inbox.queries.survey_figures import survey_figures


class DemoTests(TestCase):
    """One loaded demo, looked at from many sides."""

    @classmethod
    def setUpTestData(cls):
        cls.printed = StringIO()
        call_command("load_demo", "--with-keys", stdout=cls.printed)

    def test_it_holds_three_brands_on_two_sides_of_the_wall(self):
        brands = Brand.objects.values_list("organization__slug", "name")

        assert set(brands) == {
            ("northline", "Northline Rail"), ("northline", "Lumen Home"), ("verde", "Verde Market"),
        }  # fmt: skip
        for ticket in Ticket.objects.select_related("channel", "team", "contact", "assignee"):
            rows = (ticket.channel, ticket.team, ticket.contact, ticket.assignee or ticket)
            assert {row.organization_id for row in rows} == {ticket.organization_id}

    def test_everybody_can_sign_in_with_the_printed_password(self):
        assert PASSWORD in self.printed.getvalue()
        for person in SIGN_INS:
            assert person.email in self.printed.getvalue()
        person = authenticate(None, username="agnes@northline.example", password=PASSWORD)
        assert person == User.objects.get(email="agnes@northline.example")

    def test_some_deadlines_are_near_some_are_over_and_most_are_neither(self):
        for organization in Organization.objects.all():
            due = Ticket.objects.filter(organization=organization, due_at__isnull=False)
            stages = Counter(due.values_list("due_stage", flat=True))
            assert stages[0] > stages[1] + stages[2] > 1
            assert stages[2] < 10

    def test_each_organization_has_somebody_of_every_role(self):
        for organization in Organization.objects.all():
            assert set(organization.people.values_list("role", flat=True)) == set(Role)

    def test_each_brand_has_a_sandbox_channel_answered_by_our_own_connector(self):
        sandboxes = Channel.objects.filter(network=Network.SANDBOX, external=False)

        assert sorted(sandboxes.values_list("brand__slug", flat=True)) == [
            "lumen-home", "northline-rail", "verde-market",
        ]  # fmt: skip

    def test_the_sandbox_shows_the_conversations_that_the_inbox_has_from_it(self):
        received = Message.objects.filter(channel__network=Network.SANDBOX).values_list("external_id", flat=True)

        assert set(received) == {str(post.pk) for post in Post.objects.all()}
        assert not Post.objects.filter(told_at=None).exists()

    def test_one_post_is_out_and_answered_others_are_to_come_and_one_waits(self):
        northline = PlannedPost.objects.filter(organization__slug="northline")

        assert Counter(northline.values_list("state", flat=True)) == {
            "published": 1, "scheduled": 1, "waiting": 1, "draft": 1,
        }  # fmt: skip
        assert PostAnswer.objects.filter(variant__post__state="published").count() == 3

    def test_customers_were_asked_whether_they_were_content_and_most_have_said(self):
        for organization in Organization.objects.all():
            figures = survey_figures(organization.pk, 30)
            assert figures.total.asked > figures.total.answered >= 5
            assert any(survey.comment for survey in figures.newest)
        logged = Event.objects.filter(kind="survey.answered").values_list("ticket", "facts__score", "created_at")
        said = Survey.objects.answered().values_list("ticket", "score", "answered_at")
        assert set(logged) == set(said)

    def test_what_became_of_every_reply_is_known(self):
        states = Counter(Delivery.objects.filter(variant=None).values_list("state", flat=True))

        assert set(states) == {"sent", "delivered", "read", "failed", "scheduled"}
        assert states["scheduled"] == Ticket.objects.filter(sends_at__isnull=False).count() == 1
        sends_at = Ticket.objects.get(sends_at__isnull=False).sends_at
        assert sends_at.astimezone(ZoneInfo("Europe/Berlin")).hour == 9
        assert sum(states.values()) == Message.objects.filter(direction=Direction.OUTBOUND).count()
        assert Delivery.objects.get(state="failed").error.startswith("Posting refused")

    def test_all_positions_stand_in_every_state_of_their_life(self):
        states = Counter(PositionVersion.objects.values_list("status", flat=True))

        assert Position.objects.count() == 44
        assert Position.objects.filter(holding=True).count() == 3
        assert states[VersionStatus.SIGNED] >= 30
        assert states[VersionStatus.IN_REVIEW] >= 3
        assert set(states) == set(VersionStatus)

    def test_every_position_has_examples_in_the_languages_of_its_wordings(self):
        answers = Wording.objects.filter(version__position__holding=False)
        spoken = answers.values_list("version__position_id", "language").distinct()
        taught = Counter(Example.objects.exclude(text=F("position__question")).values_list("position_id", "language"))

        for place in spoken:
            assert taught[place] >= 3, place
        for embedder in (current_embedder(), multilingual_embedder()):
            assert not Example.objects.without_vector(embedder.id).exists()
        assert not Example.objects.filter(language="en").without_vector(ranking_embedder().id).exists()

    def test_every_signed_wording_fits_its_networks_and_avoids_banned_words(self):
        for wording in Wording.objects.select_related("version__position"):
            position = wording.version.position
            brands = [position.brand_id] if position.brand_id else position.organization.brands.values("pk")
            networks = Channel.objects.filter(brand__in=brands).values_list("network", flat=True)
            for network in [wording.channel_kind] if wording.channel_kind else networks:
                assert not count(_best(wording, network).text, network).over, (position.key, network)
            rules = Rule.objects.filter(organization=wording.organization, kind="term.banned")
            for rule in rules.filter(language__in=["", base_language(wording.language)]):
                for phrase in rule.parameters["phrases"]:
                    assert not list(find_term(phrase, wording.language, wording.text)), (position.key, phrase)

    def test_a_rumour_is_unusual_and_proposed_and_nothing_else_is(self):
        find_spikes()

        spike = Spike.objects.get()
        assert (spike.brand.slug, spike.phrases, spike.behind.count()) == ("northline-rail", ["harbour line"], 12)
        told = Notification.objects.filter(spike=spike)
        may = User.objects.filter(organization=spike.organization, role__in=holders("incident.declare"))
        assert set(told.values_list("user", flat=True)) == set(may.values_list("pk", flat=True))
        assert not told.filter(mailed_at=None).exists()

    def test_the_conversations_are_many_and_stand_in_every_status(self):
        statuses = Counter(Ticket.objects.values_list("status", flat=True))

        assert Ticket.objects.count() >= 120
        assert statuses[Status.OPEN] >= 80
        assert set(statuses) == set(Status)
        assert Ticket.objects.unassigned().open().count() >= 30
        assert set(Message.objects.values_list("direction", flat=True)) == set(Direction)
        assert set(Ticket.objects.values_list("language", flat=True)) >= {"en", "de", "es", "ar", "he"}

    def test_the_list_looks_alive_and_nothing_comes_from_the_future(self):
        now = timezone.now()
        fresh = Ticket.objects.filter(last_message_at__gt=now - timedelta(hours=1))

        assert fresh.count() >= 40
        assert not Message.objects.filter(sent_at__gt=now).exists()
        assert not Event.objects.filter(created_at__gt=now).exists()
        assert not Ticket.objects.filter(created_at__gt=F("last_message_at")).exists()
        assert not Message.objects.exclude(created_at=F("sent_at")).exists()

    def test_replies_carry_the_signed_words_they_rest_on(self):
        spans = Span.objects.select_related("message", "wording")

        assert spans.count() >= 45
        for span in spans:
            assert span.distance == 0 or span.edited or "{name}" in span.wording.text
            assert span.message.direction == Direction.OUTBOUND

    def test_every_ticket_tells_its_story_in_order(self):
        for ticket in Ticket.objects.prefetch_related("events"):
            story = [event.created_at for event in sorted(ticket.events.all(), key=lambda event: event.pk)]
            assert story == sorted(story)
            assert story[0] == ticket.created_at

    def test_one_customer_is_a_vip_whose_accounts_on_three_networks_were_merged(self):
        (vip,) = Contact.objects.filter(is_vip=True)

        assert set(vip.identities.values_list("channel__network", flat=True)) == {"bluesky", "email", "mastodon"}
        assert all(merge.reason for merge in vip.merges.all())

    def test_a_key_for_connectors_is_printed_for_each_organization_when_asked_for(self):
        keys = [find_key(secret) for secret in re.findall(r"ov_\w+", self.printed.getvalue())]

        assert {key.organization_id for key in keys} == set(Organization.objects.values_list("pk", flat=True))

    def test_it_loads_once(self):
        before = (Organization.objects.count(), Ticket.objects.count(), Message.objects.count())
        printed = StringIO()

        call_command("load_demo", stdout=printed)

        assert (Organization.objects.count(), Ticket.objects.count(), Message.objects.count()) == before
        assert "already" in printed.getvalue()


def _best(wording, network):
    """Return the wording of this version and language that the network would get."""
    same = Wording.objects.filter(version=wording.version, language=wording.language)
    return same.for_channel(network).order_by("-channel_kind").first()

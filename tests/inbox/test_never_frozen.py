"""Whatever is done, in any order, by any door: no reply and no post leaves that is frozen or has no purpose."""

from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from accounts.models.keys import Scope
from accounts.permissions import Role
from inbox.actions.approval_steps import NotYours
from inbox.actions.approvals import AlreadySettled, ApprovalNotNeeded, OwnReply, approve_reply, hand_over_reply
from inbox.actions.deliveries import RetryNotAllowed, claim_due_deliveries, lease_deliveries, retry_delivery
from inbox.actions.enrich import enrich_messages
from inbox.actions.incidents import IncidentIsOver, NewIncident, acknowledge_incident, declare_incident, stand_down
from inbox.actions.post_approvals import approve_post
from inbox.actions.post_rows import NewPost, PostMoved, PostMoveNotAllowed, PostUnready
from inbox.actions.posts import (
    PostStopped,
    cancel_post,
    change_post,
    create_post,
    move_post,
    redraft_post,
    release_post,
    schedule_post,
)
from inbox.actions.replies import NewReply, ReplyStopped, send_replies, send_reply
from inbox.actions.taking_back import take_back_reply
from inbox.models import Channel, Delivery, Incident, IncidentLevel, Message, Objective, Post, Purpose, Ticket
from tests import cast

TEXTS = ("The bridge opens at nine.", "We are sorry about the bridges.", "It left at nine.")
ABOUT = {"bridge", "bridges"}
_numbers = count(1)


def is_about(text):
    return bool(ABOUT & set(text.lower().replace(".", "").split()))


class Life(RuleBasedStateMachine):
    """Incidents come and go, and whatever is due is taken by workers and by a program."""

    def __init__(self):
        super().__init__()
        number = next(_numbers)
        self.organization = cast.make_organization("Northline", f"frozen-{number}")
        brand = cast.make_brand(self.organization, f"Rail {number}")
        team = cast.make_team(self.organization, f"Care {number}")
        self.agnes = cast.make_person("Agnes Berg", self.organization, Role.AGENT, teams=(team,))
        self.lena = cast.make_person("Lena Brandt", self.organization, Role.LEAD, teams=(team,))
        self.max = cast.make_person("Max Winter", self.organization, Role.MANAGER)
        self.key = cast.make_key(self.organization, Scope.TICKETS_WRITE)[0]
        self.ours = cast.make_channel(brand, team, external=False)
        self.theirs = cast.make_channel(brand, team, publishes=True)
        self.objective = Objective.objects.create(organization=self.organization, name="Fewer questions", target=80)
        asked = ("The bridge?", "My bag?")
        self.tickets = [cast.make_ticket(channel, text) for text in asked for channel in (self.ours, self.theirs)]
        self.frozen = IncidentLevel.objects.create(
            organization=self.organization, name="Frozen", rank=9, replies="frozen", acknowledge=False
        )
        # What an approval let out, by the incidents that were live then.
        self.approved: dict[int, set[int]] = {}
        self.approved_posts: dict[tuple[int, int], set[int]] = {}

    def attempt(self, action, *args, **kwargs):
        refusals = (ReplyStopped, ApprovalNotNeeded, AlreadySettled, RetryNotAllowed, IncidentIsOver)
        of_posts = (PostStopped, PostUnready, PostMoved, PostMoveNotAllowed, NotYours, OwnReply)
        try:
            return action(*args, **kwargs)
        except (*refusals, *of_posts):
            return None

    def live(self):
        return list(Incident.objects.filter(organization=self.organization).live().select_related("level"))

    @rule(
        level=st.sampled_from(["Watch", *["Serious", "Crisis"] * 3, "Frozen"]),
        words=st.sampled_from([True, True, False]),
        drill=st.sampled_from([False, False, False, True]),
    )
    def declare(self, level, words, drill):
        # With more, next to nothing leaves at all.
        if len(self.live()) == 2:
            return
        found = IncidentLevel.objects.get(organization=self.organization, name=level)
        phrases = ["bridge"] if words else []
        new = NewIncident(name="Bridge", level=found, phrases=phrases, drill=drill)
        declare_incident(new, by=self.lena)

    @rule(index=st.integers(0, 3))
    def acknowledge(self, index):
        live = self.live()
        if live:
            self.attempt(acknowledge_incident, live[index % len(live)], by=self.agnes)

    @rule(index=st.integers(0, 5))
    def stand_down(self, index):
        for incident in self.live()[index : index + 1]:
            stand_down(incident, by=self.lena)

    @rule(key=st.sampled_from(["inform", "resolve"]), active=st.booleans())
    def switch_a_purpose(self, key, active):
        Purpose.objects.filter(organization=self.organization, key=key).update(active=active)

    @rule(minutes=st.integers(0, 5), by_lease=st.booleans())
    def dispatch(self, minutes, by_lease):
        if by_lease:
            self.check(lease_deliveries(Channel.objects.get(pk=self.theirs.pk), limit=5, seconds=60))
        self.check(claim_due_deliveries(limit=5, now=timezone.now() + timedelta(minutes=minutes)))

    def check(self, leaving):
        mine = [delivery for delivery in leaving if delivery.organization_id == self.organization.pk]
        for delivery in mine:
            if delivery.variant:
                self.check_post(delivery.variant)
                continue
            message = Message.objects.get(pk=delivery.message_id)
            assert message.purpose, "nothing leaves without a purpose"
            for incident in self.live():
                if not incident.drill and (not incident.phrases or is_about(message.text)):
                    self.check_against(incident, self.approved.get(message.pk, ()), message.user_id)
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in mine]).update(state="sent")
        Ticket.objects.filter(organization=self.organization).update(status="open")

    def check_post(self, variant):
        post = variant.post
        assert Purpose.objects.filter(organization=self.organization, key=post.purpose).exists()
        approved = self.approved_posts.get((post.pk, post.version), ())
        for incident in self.live():
            if not incident.drill:
                assert not incident.level.hold_posts, "no post leaves while posts are held"
                if not incident.phrases or is_about(variant.words):
                    self.check_against(incident, approved, post.author_id)

    def check_against(self, incident, approved, writer):
        stance = incident.level.replies
        assert stance != "frozen", "nothing leaves that is frozen"
        if stance in {"approval", "holding"}:
            assert incident.pk in approved, "somebody has approved it, knowing of it"
        if incident.level.acknowledge and writer:
            assert incident.acknowledgements.filter(user=writer).exists(), "its writer has read the briefing"


class Replies(Life):
    """Two agents, a lead and a program answer two customers."""

    def reply(self, text, purpose):
        return NewReply(text, "public", seen=2**63 - 1, purpose=purpose)

    @rule(ticket=st.integers(0, 3), text=st.sampled_from(TEXTS), purpose=st.sampled_from(["", "inform", "no_such"]))
    def send(self, ticket, text, purpose):
        self.attempt(send_reply, self.tickets[ticket], self.reply(text, purpose), by=self.agnes)

    @rule(ticket=st.integers(0, 3), text=st.sampled_from(TEXTS))
    def send_as_a_program(self, ticket, text):
        send_replies({self.tickets[ticket].number: self.reply(text, "")}, by=self.key)

    @rule(ticket=st.integers(0, 3), text=st.sampled_from(TEXTS[:2]), at_once=st.booleans())
    def read_and_hand_over(self, ticket, text, at_once):
        for incident in self.live():
            acknowledge_incident(incident, by=self.agnes)
        self.attempt(hand_over_reply, self.tickets[ticket], self.reply(text, ""), by=self.agnes)
        if at_once:
            self.approve()

    @rule()
    def approve_later(self):
        self.approve()

    def approve(self):
        waiting = Message.objects.filter(organization=self.organization, delivery__state="waiting").first()
        known = {incident.pk for incident in self.live()}
        if waiting and (settled := self.attempt(approve_reply, waiting, by=self.lena)) and settled.state == "approved":
            self.approved[waiting.pk] = known

    @rule()
    def read_what_came(self):
        enrich_messages()

    @rule()
    def try_again(self):
        for delivery in Delivery.objects.filter(organization=self.organization, state="held"):
            self.attempt(retry_delivery, delivery, by=self.max)

    @rule()
    def take_back(self):
        for delivery in Delivery.objects.filter(organization=self.organization, state="held", variant=None):
            take_back_reply(delivery, by=self.agnes)


class Posts(Life):
    """An agent, a lead and a program plan posts; a lead and a manager let them out."""

    def new_post(self, text):
        soon = timezone.now() + timedelta(minutes=1)
        said = {"purpose": "inform", "objective": self.objective, "publish_at": soon}
        return NewPost(text=text, channels={self.ours.pk: "", self.theirs.pk: ""}, **said)

    def posts(self):
        return list(Post.objects.filter(organization=self.organization).order_by("-pk")[:3])

    @initialize()
    def plan_some(self):
        for text in (*TEXTS, *TEXTS):
            self.plan(text, "lena", at_once=False)

    @rule(text=st.sampled_from(TEXTS), by=st.sampled_from(["agnes", "lena", "key"]), at_once=st.booleans())
    def plan(self, text, by, at_once):
        """Plan a post on two channels; an agent has read what there is to read."""
        planner = getattr(self, by)
        if by == "agnes":
            for incident in self.live():
                acknowledge_incident(incident, by=self.agnes)
        if post := self.attempt(create_post, self.new_post(text), by=planner):
            self.attempt(schedule_post, post, seen=1, by=planner, at_once=at_once)

    @rule(text=st.sampled_from(TEXTS), by=st.sampled_from(["agnes", "key"]))
    def plan_and_approve(self, text, by):
        self.plan(text, by, at_once=False)
        self.approve_posts()

    @rule(text=st.sampled_from(TEXTS), again=st.booleans())
    def change_a_post(self, text, again):
        for post in self.posts()[:1]:
            if self.attempt(change_post, post, self.new_post(text), seen=post.version, by=self.agnes) and again:
                self.attempt(schedule_post, post, seen=post.version + 1, by=self.lena)

    @rule()
    def approve_posts(self):
        known = {incident.pk for incident in self.live()}
        for post in Post.objects.filter(organization=self.organization, state="waiting"):
            settled = self.attempt(approve_post, post, seen=post.version, by=self.lena)
            settled = settled or self.attempt(approve_post, post, seen=post.version, by=self.max)
            if settled and settled.state == "approved":
                self.approved_posts[post.pk, post.version] = known

    @rule()
    def release_posts(self):
        for post in Post.objects.filter(organization=self.organization):
            self.attempt(release_post, post, by=self.lena, at_once=True)

    @rule(minutes=st.integers(1, 3))
    def move_a_post(self, minutes):
        for post in self.posts()[:1]:
            self.attempt(move_post, post, timezone.now() + timedelta(minutes=minutes), by=self.lena)

    @rule(again=st.booleans())
    def redraft_a_post(self, again):
        for post in self.posts()[:1]:
            if self.attempt(redraft_post, post, by=self.agnes) and again:
                self.attempt(schedule_post, post, seen=post.version, by=self.lena)

    @rule()
    def call_a_post_off(self):
        for post in self.posts()[2:]:
            self.attempt(cancel_post, post, by=self.agnes)


@pytest.mark.django_db
@pytest.mark.parametrize(("life", "examples"), [(Replies, 8), (Posts, 12)])
def test_nothing_leaves_that_an_incident_has_frozen_and_nothing_without_a_purpose(life, examples):
    quick = settings(
        max_examples=examples,
        stateful_step_count=40,
        # Finding a shorter way to the same failure would take minutes.
        phases=(Phase.explicit, Phase.generate),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(life, settings=quick)

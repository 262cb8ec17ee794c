"""The promise to put one outbound message, or one planned post, on its network. The row is the job."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, Organization
from brandvoice.models import GuardDecision
from inbox.models.channels import Channel
from inbox.models.messages import Message
from inbox.models.posts import PostVariant
from inbox.models.tickets import Ticket


class DeliveryState(models.TextChoices):
    """How far the message has come."""

    # Somebody else has to let it out.
    WAITING = "waiting", _("Waits for approval")
    # Its writer has chosen when; and what had such a time and won't go out by itself any more.
    SCHEDULED = "scheduled", _("Goes out later")
    HELD_BACK = "held_back", _("Held back")
    QUEUED = "queued", _("Queued")
    HELD = "held", _("Held")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    FAILED = "failed", _("Failed")
    UNCERTAIN = "uncertain", _("May have been sent")
    CANCELLED = "cancelled", _("Taken back")


# What a network says of a post that is there.
THERE = {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ}
# Still to be decided; a later reply of the same ticket waits for these.
IN_FLIGHT = (DeliveryState.QUEUED, DeliveryState.HELD, DeliveryState.SENDING, DeliveryState.UNCERTAIN)
# Nobody has said these yet: no later reply waits for them.
YET_TO_GO = (DeliveryState.WAITING, DeliveryState.SCHEDULED, DeliveryState.HELD_BACK)
# The customer has not got it and, as things stand, won't now.
CAME_TO_NOTHING = (DeliveryState.FAILED, DeliveryState.CANCELLED, *YET_TO_GO)

# Nothing more happens to these by itself.
UNDELIVERED = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)

DELIVERY_MOVES: dict[str, set[str]] = {
    DeliveryState.WAITING: {DeliveryState.QUEUED, DeliveryState.SCHEDULED, DeliveryState.CANCELLED},
    DeliveryState.SCHEDULED: {DeliveryState.QUEUED, DeliveryState.HELD_BACK, DeliveryState.CANCELLED},
    DeliveryState.HELD_BACK: {DeliveryState.QUEUED, DeliveryState.CANCELLED},
    # A connector's word can come after its lease has run out: "sent" is believed, else it would be sent twice.
    DeliveryState.QUEUED: {
        DeliveryState.SENDING,
        DeliveryState.HELD,
        DeliveryState.FAILED,
        DeliveryState.CANCELLED,
        *THERE,
    },
    DeliveryState.HELD: {DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.CANCELLED, *THERE},
    DeliveryState.SENDING: {DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.UNCERTAIN, *THERE},
    DeliveryState.UNCERTAIN: {DeliveryState.QUEUED, DeliveryState.FAILED, *THERE},
    # Networks report in any order: "delivered" may follow "failed", never the other way about.
    DeliveryState.SENT: {DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.FAILED},
    DeliveryState.FAILED: {DeliveryState.QUEUED, DeliveryState.CANCELLED, *THERE},
    DeliveryState.CANCELLED: {*THERE},
    DeliveryState.DELIVERED: {DeliveryState.READ},
    DeliveryState.READ: set(),
}

# No channel lets a reply be undone for longer.
LONGEST_UNDO = timedelta(minutes=1)
# What moving a delivery looks at.
MOVED_WITH = ("message__ticket", "ticket", "variant__post", "variant__channel__brand", "channel")


class NotAReply(Exception):
    """The delivery is of a planned post, which stands in no ticket."""


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Conditions on deliveries."""

    def open_to(self, key: ApiKey) -> "DeliveryQuerySet":
        """Return the deliveries of the channels that the key may speak for."""
        return self.filter(channel__in=Channel.objects.open_to(key))

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Return what may be taken now, oldest first; never while an earlier reply of its ticket is in flight."""
        earlier = Delivery.objects.filter(ticket=OuterRef("ticket"), pk__lt=OuterRef("pk"), state__in=IN_FLIGHT)
        return self.filter(~Exists(earlier), state=DeliveryState.QUEUED, due_at__lte=now).order_by("due_at", "pk")

    def undelivered(self) -> "DeliveryQuerySet":
        """Return what did not go out, or may not have, and waits for a person."""
        return self.filter(state__in=UNDELIVERED)

    def locked(self) -> "DeliveryQuerySet":
        """Return deliveries with what moving them needs, locked; those that somebody else has locked are left out."""
        mine = self.select_for_update(no_key=True, of=("self",), skip_locked=True)
        return mine.select_related(*MOVED_WITH)

    def lock(self, pk: int) -> "Delivery":
        """Return the delivery with what moving it needs, locked until the transaction ends."""
        mine = self.select_for_update(no_key=True, of=("self",))
        return mine.select_related(*MOVED_WITH).get(pk=pk)


class Delivery(models.Model):
    """The promise to put one outbound message, or a planned post, on its network: it has either of the two."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries", verbose_name=_("channel"))
    # The ticket whose thread it goes to; its message may be read in another.
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, null=True, blank=True, related_name="deliveries", verbose_name=_("ticket")
    )
    message = models.OneToOneField(
        Message, models.CASCADE, null=True, blank=True, related_name="delivery", verbose_name=_("message")
    )
    variant = models.OneToOneField(
        PostVariant, models.CASCADE, null=True, blank=True, related_name="delivery", verbose_name=_("post")
    )
    state = models.CharField(_("state"), max_length=12, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    # The key by which a network recognises a repeat; fixed before the first attempt.
    idempotency_key = models.UUIDField(unique=True)
    # When somebody should look at it: to let it go while it is scheduled or waits for approval with a time of its own,
    # to take it while it is queued, to doubt it while it is being sent.
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempt_count = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Of a reply that goes as several posts: the network's ids of those that are there, empty where one is not.
    posted = ArrayField(models.CharField(max_length=255, blank=True), default=list, db_default=[])
    # What the guard said when it was taken last.
    decision = models.ForeignKey(
        GuardDecision, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    # The network's own words about the last refusal.
    error = models.TextField(_("what went wrong"), blank=True)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False, ticket__isnull=False, variant__isnull=True)
                | Q(message__isnull=True, ticket__isnull=True, variant__isnull=False),
                name="delivery_of_reply_or_post",
            )
        ]
        indexes = [
            # What is due, per channel: the outbox and the dispatcher read this and nothing else.
            models.Index(fields=["channel", "due_at", "id"], name="delivery_due", condition=Q(state="queued")),
            # The watchdog: claimed and never settled.
            models.Index(fields=["claimed_at"], name="delivery_claimed", condition=Q(state="sending")),
            # Order within a ticket: is an earlier one still on its way?
            models.Index(
                fields=["ticket", "id"],
                name="delivery_in_flight",
                condition=Q(state__in=["queued", "held", "sending", "uncertain"]),
            ),
            # What has a time of its own: looked through every few seconds.
            models.Index(fields=["due_at"], name="delivery_scheduled", condition=Q(state="scheduled")),
            # Is this a single post of a longer reply of ours, come back?
            GinIndex(fields=["posted"], name="delivery_posted", condition=~Q(posted=[])),
            # The managers' page of dead letters, and how many there are.
            models.Index(
                fields=["organization", "id"], name="delivery_dead", condition=Q(state__in=["failed", "uncertain"])
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk} {self.state}"

    @property
    def lacks_part(self) -> bool:
        """Return whether one of the posts that it goes as has not arrived, though a later one may have."""
        return not all(self.posted)

    @property
    def chosen_at(self) -> datetime | None:
        """Return when it goes out where somebody has chosen that: while it waits for it, or for approval first."""
        is_for_later = self.state == DeliveryState.WAITING and self.due_at > self.created_at + LONGEST_UNDO
        return self.due_at if is_for_later or self.state == DeliveryState.SCHEDULED else None

    @property
    def reply(self) -> Message:
        """Return the message; raises NotAReply for the delivery of a planned post."""
        if self.message is None:
            raise NotAReply(self.pk)
        return self.message

    @property
    def thread(self) -> Ticket:
        """Return the ticket whose thread it goes to; raises NotAReply for the delivery of a planned post."""
        if self.ticket is None:
            raise NotAReply(self.pk)
        return self.ticket

    @property
    def words(self) -> str:
        """Return what it puts on the network."""
        return self.variant.words if self.variant else self.reply.text


class Attempt(models.Model):
    """One try at a delivery and what came of it."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("begun"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=DeliveryState.choices, blank=True)
    words = models.TextField(_("words of the network"), blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery_id}"

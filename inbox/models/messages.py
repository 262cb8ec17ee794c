"""One thing said in a ticket: by the customer, by us, or among ourselves."""

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from brandvoice.models import GuardDecision
from inbox.models.channels import Channel
from inbox.models.contacts import Identity
from inbox.models.tickets import Ticket


class Direction(models.TextChoices):
    """Who speaks to whom."""

    INBOUND = "inbound", _("From the customer")
    OUTBOUND = "outbound", _("From us")
    NOTE = "note", _("Internal note")


class Visibility(models.TextChoices):
    """Who can read it on the network."""

    PUBLIC = "public", _("Public post")
    COMMENT = "comment", _("Comment")
    DIRECT = "direct", _("Direct message")


class Sentiment(models.IntegerChoices):
    """How the customer feels."""

    NEGATIVE = -1, _("Negative")
    NEUTRAL = 0, _("Neutral")
    POSITIVE = 1, _("Positive")


class Urgency(models.IntegerChoices):
    """How soon somebody should look, by the words alone."""

    WHENEVER = 0, _("Whenever")
    IN_TURN = 1, _("In its turn")
    SOON = 2, _("Within hours")
    NOW = 3, _("Now")


class MessageQuerySet(models.QuerySet["Message"]):
    """Conditions on messages."""

    def in_order(self) -> "MessageQuerySet":
        """Return messages as they were said; late ones land in their place."""
        return self.order_by("sent_at", "pk")

    def without_surveys(self) -> "MessageQuerySet":
        """Return those that do not ask the customer whether they were content: `not_a_survey` is the same in SQL."""
        surveys = apps.get_model("inbox", "Survey")._default_manager.filter(message=OuterRef("pk"))
        return self.filter(~Exists(surveys))

    def answers(self) -> "MessageQuerySet":
        """Return what we said to customers, whether or not it arrived; a survey answers nothing."""
        return self.without_surveys().filter(direction=Direction.OUTBOUND)


def not_a_survey(message: str) -> str:
    """Return the condition, in SQL, that the message of this id is no survey."""
    return f"NOT EXISTS (SELECT FROM inbox_survey survey WHERE survey.message_id = {message})"


class Message(models.Model):
    """One thing said in a ticket."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, related_name="messages", db_index=False, verbose_name=_("ticket")
    )
    # The ticket to whose thread it belongs, where it is read in another: it was merged, or split off.
    home = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    channel = models.ForeignKey(
        Channel, models.CASCADE, related_name="messages", db_constraint=False, db_index=False, verbose_name=_("channel")
    )
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices)
    visibility = models.CharField(_("visibility"), max_length=10, choices=Visibility.choices)
    # Null until the network has named it: the unique key must not count the empty ones.
    external_id = models.CharField(_("id on the network"), max_length=255, null=True, blank=True)  # noqa: DJ001 - see above
    in_reply_to = models.CharField(_("in reply to"), max_length=255, blank=True)
    identity = models.ForeignKey(
        Identity, models.CASCADE, null=True, blank=True, related_name="messages", verbose_name=_("account")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
        verbose_name=_("by"),
    )
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    # What was read off the words, and how sure that is; null where they don't say. Sure of a label without
    # a number is the network, or a person who has put it right.
    language_confidence = models.FloatField(null=True, blank=True)
    sentiment = models.SmallIntegerField(choices=Sentiment.choices, null=True, blank=True)
    sentiment_confidence = models.FloatField(null=True, blank=True)
    urgency = models.SmallIntegerField(choices=Urgency.choices, null=True, blank=True)
    urgency_confidence = models.FloatField(null=True, blank=True)
    topic = models.CharField(max_length=80, blank=True, db_default="")
    topic_confidence = models.FloatField(null=True, blank=True)
    # The key of a purpose of the organization; what was typed on the network itself has none.
    purpose = models.CharField(_("purpose"), max_length=20, blank=True)
    # Of a note: the names in it, as they stand there, of those whom it calls.
    mentions = ArrayField(models.CharField(max_length=121), null=True, blank=True)
    # Of a reply that is sent as a template: which, in which language, and what stands in its blanks.
    template = models.JSONField(null=True, blank=True)
    # What texts that say the same share, and the guard's decision that let this one go.
    fingerprint = models.BigIntegerField(null=True, blank=True)
    decision = models.ForeignKey(
        GuardDecision, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    # Made once by the composer: pressing Send twice, or a repeated request, sends once.
    client_uuid = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    enriched_at = models.DateTimeField(null=True, blank=True)
    # By inbox.actions.spike_counts; what is read again, because it has grown or was changed, is not counted again.
    counted = models.BooleanField(default=False, db_default=False)
    # By its author on the network, or by the network: what it said before is kept as revisions.
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            # Networks redeliver; the second time is a no-op.
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                condition=Q(external_id__isnull=False),
                name="message_once",
            ),
            models.UniqueConstraint(
                fields=["ticket", "user", "client_uuid"],
                condition=Q(client_uuid__isnull=False),
                name="message_composed_once",
            ),
        ]
        indexes = [
            # The conversation, in order.
            models.Index(fields=["ticket", "sent_at", "id"], name="message_thread"),
            # A thread whose messages are read in another ticket.
            models.Index(fields=["home", "sent_at", "id"], name="message_home", condition=Q(home__isnull=False)),
            # What a person has written; customers' messages are not in it.
            models.Index(fields=["user"], name="message_user", condition=Q(user__isnull=False)),
            # "How often did we post these words here?"
            models.Index(
                fields=["channel", "fingerprint", "created_at"],
                name="message_same_words",
                condition=Q(fingerprint__isnull=False),
            ),
            # Counts by day; a few pages, whatever the table's size.
            BrinIndex(fields=["created_at"], name="message_day"),
            # What was said last anywhere: for words that many messages hold. `message_search` is for the others.
            models.Index(fields=["organization", "-id"], name="message_latest"),
            # "Has the ticket moved on since message N?"
            models.Index(fields=["ticket", "id"], name="message_newer"),
            # The sweep for messages that nobody has looked through yet.
            models.Index(
                fields=["id"], name="message_to_enrich", condition=Q(enriched_at__isnull=True, direction="inbound")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.pk} in {self.ticket_id}"

    @property
    def origin_id(self) -> int:
        """Return the ticket to whose thread it belongs: that stays the same, wherever it is read."""
        return self.home_id or self.ticket_id


class Revision(models.Model):
    """What a message said before its author changed it; what an agent saw is not lost."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions")
    text = models.TextField()
    html = models.TextField(blank=True)
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return f"revision {self.pk} of {self.message_id}"


class RawMessage(models.Model):
    """What the network sent, word for word, kept apart so that the messages stay narrow."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="raw")
    body = models.TextField()

    def __str__(self) -> str:
        return f"raw of {self.message_id}"


class FileState(models.TextChoices):
    """Whether we have the file itself."""

    WAITING = "waiting", _("To be fetched")
    KEPT = "kept", _("Kept")
    REFUSED = "refused", _("Not kept")


def files_storage() -> Storage:
    """Return where files are kept, away from what the web server serves by itself."""
    return storages["attachments"]


class Attachment(models.Model):
    """A file of a message: what came has an address first and, once fetched, the file; what we send has no address."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    url = models.URLField(max_length=2000, blank=True)
    # What the network calls it, until the file's own first bytes say.
    content_type = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=255, blank=True)
    # Intake writes none of these: the database fills them in.
    state = models.CharField(max_length=10, choices=FileState.choices, db_default=FileState.WAITING)
    file = models.FileField(storage=files_storage, max_length=255, blank=True, db_default="")
    size = models.PositiveBigIntegerField(null=True, blank=True)
    # Of what we send: what is to be seen on it, for those who can't.
    alt = models.CharField(max_length=1500, blank=True, db_default="")
    attempt_count = models.PositiveSmallIntegerField(db_default=0)
    due_at = models.DateTimeField(db_default=Now())
    error = models.TextField(blank=True, db_default="")

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [models.Index(fields=["due_at", "id"], name="attachment_due", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return self.name or self.url

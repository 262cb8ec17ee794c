"""A reply or a post that somebody else has to let out: who asked, what they had seen, what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from brandvoice.models import GuardDecision
from inbox.models.deliveries import DeliveryState, NotAReply
from inbox.models.messages import Message
from inbox.models.posts import Post, PostState
from inbox.models.tickets import Ticket


class ApprovalState(models.TextChoices):
    """What came of it."""

    WAITING = "waiting", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    SENT_BACK = "sent_back", _("Sent back")
    # Nobody has decided in time.
    EXPIRED = "expired", _("Run out")
    # The conversation, the post or the rules have moved on since it was asked for.
    STALE = "stale", _("Overtaken")
    TAKEN_BACK = "taken_back", _("Taken back")


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Conditions on approvals."""

    def visible_to(self, user: User) -> "ApprovalQuerySet":
        """Return the approvals of replies in tickets that the user may see."""
        return self.filter(message__ticket__in=Ticket.objects.visible_to(user))

    def waiting(self) -> "ApprovalQuerySet":
        """Return the replies that nobody has decided about."""
        return self.filter(state=ApprovalState.WAITING, message__delivery__state=DeliveryState.WAITING)

    def waiting_posts(self, user: User) -> "ApprovalQuerySet":
        """Return the posts of the user's organization that nobody has decided about."""
        mine = self.filter(organization=user.organization_id, state=ApprovalState.WAITING)
        return mine.filter(post__state=PostState.WAITING)


class Approval(models.Model):
    """The question whether a reply or a planned post may go out, bound to its exact words.

    A reply waits in its delivery; a post has no delivery before it is let out, and may be asked for again.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, models.CASCADE, null=True, related_name="approval")
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="approvals")
    # Of the post: its version. Of a reply: how often it was changed while it waited.
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=ApprovalState.choices, default=ApprovalState.WAITING)
    # Of a reply: the newest message that its writer had before them.
    seen = models.BigIntegerField(default=0)
    # What the guard said of a reply when it was asked for: whoever approves, approves this and no more. Of a post
    # it is kept with each channel's words.
    decision = models.ForeignKey(
        GuardDecision, models.SET_NULL, null=True, related_name="+", db_constraint=False, db_index=False
    )
    # By which policy it is decided, at which step it stands, and until when; without one, anybody decides who may.
    policy = models.ForeignKey("ApprovalPolicy", models.SET_NULL, null=True, related_name="+")
    # What the policy's steps asked for when this began: where they ask for something else now, it begins again.
    rules = models.CharField(max_length=32, blank=True, db_default="")
    step = models.PositiveSmallIntegerField(default=1, db_default=1)
    due_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False) ^ Q(post__isnull=False), name="approval_of_reply_or_post"
            ),
            # A post waits once.
            models.UniqueConstraint(fields=["post"], condition=Q(state="waiting"), name="approval_post_waits_once"),
        ]
        indexes = [
            # What waits, oldest first.
            models.Index(fields=["organization", "asked_at"], condition=Q(state="waiting"), name="approval_waiting"),
            # The sweep for what nobody has decided in time.
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="approval_due"),
        ]

    def __str__(self) -> str:
        what = f"post {self.post_id}" if self.post_id else f"message {self.message_id}"
        return f"approval of {what}: {self.state}"

    @property
    def reply(self) -> Message:
        """Return the message that is asked about; raises NotAReply for a planned post."""
        if self.message is None:
            raise NotAReply(self.pk)
        return self.message


class ReplyChange(models.Model):
    """What a reply said before an approver changed it while it waited, and who that was."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="changes", db_index=False)
    # Which version of the words it made.
    version = models.PositiveIntegerField()
    was = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of a reply")
        verbose_name_plural = _("changes of replies")
        constraints = [models.UniqueConstraint(fields=["message", "version"], name="reply_change_once")]

    def __str__(self) -> str:
        return f"version {self.version} of message {self.message_id}"

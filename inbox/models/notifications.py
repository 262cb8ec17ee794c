"""What a person should know of: they were mentioned, were given a ticket, or something happened in one of theirs."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inbox.deadlines import Metric
from inbox.models.posts import Post
from inbox.models.tickets import Ticket

if TYPE_CHECKING:
    from accounts.models import User


class Reason(models.TextChoices):
    """Why a person is told."""

    MENTIONED = "mentioned", _("mentioned you")
    ASSIGNED = "assigned", _("gave you this ticket")
    DRAFT = "draft", _("passed you a draft")
    NOTED = "noted", _("wrote a note")
    CUSTOMER_WROTE = "customer_wrote", _("The customer wrote")
    DUE_SOON = "due_soon", _("A deadline is near")
    OVERDUE = "overdue", _("A deadline has passed")
    RULE = "rule", _("A rule asks you to look")
    APPROVAL = "approval", _("asks you to approve a reply")
    SPIKE = "spike", _("Something is unusual")
    POST_APPROVAL = "post_approval", _("asks you to approve a post")
    # Of a reply or a post that they have handed over.
    APPROVED = "approved", _("approved what you wrote")
    GIVEN_BACK = "given_back", _("gave back to you what you wrote")
    CHANGED = "changed", _("changed what you wrote")
    # Of one for which a time was chosen.
    HELD_BACK = "held_back", _("A reply for later is held back")


class Way(models.TextChoices):
    """How a person is told."""

    BELL = "bell", _("Bell")
    MAIL = "mail", _("Mail")
    PUSH = "push", _("Push")


# Nobody of ours did these.
ACTORLESS = frozenset(
    {Reason.CUSTOMER_WROTE, Reason.DUE_SOON, Reason.OVERDUE, Reason.RULE, Reason.SPIKE, Reason.HELD_BACK}
)
# How people are told who have not chosen otherwise.
USUAL = {
    Way.BELL: frozenset(Reason),
    Way.MAIL: frozenset(Reason) - {Reason.NOTED, Reason.CUSTOMER_WROTE},
    Way.PUSH: frozenset(Reason) - {Reason.NOTED},
}


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Conditions on notifications."""

    def of(self, user: "User") -> "NotificationQuerySet":
        """Return this person's notifications, of the tickets and posts that they may still see."""
        # Asked of each by its id: with IN, PostgreSQL reads all that the person may see before it looks at one.
        ticket = Ticket.objects.visible_to(user).filter(pk=OuterRef("ticket"))
        post = Post.objects.visible_to(user).filter(pk=OuterRef("post"))
        return self.filter(Exists(ticket) | Exists(post), user=user)

    def unseen(self) -> "NotificationQuerySet":
        """Return those that the person has not seen."""
        return self.filter(seen_at=None)

    def wanted(self, way: Way) -> "NotificationQuerySet":
        """Return those that their people want to be told of in this way."""
        chosen = NotificationChoice.objects.filter(user=OuterRef("user"), reason=OuterRef("reason"), way=way)
        usual = Q(reason__in=sorted(USUAL[way])) & ~Exists(chosen.filter(wanted=False))
        return self.filter(usual | Exists(chosen.filter(wanted=True)))


class Notification(models.Model):
    """One thing that one person should know. Until it is seen, the same of the same thing is not told again."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, related_name="notifications")
    # The planned post of which it tells; it has either of the two.
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    # Who did it; null where it was the customer, or a program.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    # Of which deadline it tells.
    metric = models.CharField(max_length=20, choices=Metric.choices, blank=True, db_default="")
    # Which spike it tells of, by its newest ticket.
    spike = models.ForeignKey("inbox.Spike", models.CASCADE, null=True, related_name="+", db_index=False)
    excerpt = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    # When a letter about it was written; null while that has yet to be, or need not be.
    mailed_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "ticket", "reason", "metric", "spike", "post"],
                condition=Q(seen_at=None),
                nulls_distinct=False,
                name="notification_once_while_unseen",
            ),
            models.CheckConstraint(
                condition=Q(ticket__isnull=False) ^ Q(post__isnull=False), name="notification_of_ticket_or_post"
            ),
        ]
        indexes = [
            # A person's list, newest first, and the count of what they have not seen.
            models.Index(F("user"), F("id").desc(), name="notification_list"),
            models.Index(fields=["user"], name="notification_unseen", condition=Q(seen_at=None)),
            # The sweep that writes letters.
            models.Index(fields=["created_at"], name="notification_to_mail", condition=Q(seen_at=None, mailed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.reason} in {self.ticket_id or self.post_id} for {self.user_id}"

    @property
    def about(self) -> str:
        """Return what it is about: "Kai Lund #12" or "Post 5", for one loaded with its ticket's customer."""
        if self.ticket is None:
            return _now("Post %d") % self.post_id
        return f"{self.ticket.contact.name or self.ticket.identity.shown_name} #{self.ticket.number}"

    @property
    def who(self) -> str:
        """Return the name of whoever did it, or "" where nobody did."""
        if self.actor:
            return self.actor.name
        return "" if self.reason in {*ACTORLESS, Reason.ASSIGNED, Reason.GIVEN_BACK} else _now("A program")

    @property
    def what(self) -> str:
        """Return what happened, in words that follow the name of whoever did it where that was a person."""
        if self.reason == Reason.ASSIGNED and self.actor_id is None:
            return _now("You were given this ticket")
        if self.reason == Reason.GIVEN_BACK and self.actor_id is None:
            return _now("What you wrote was not approved in time")
        said = str(self.get_reason_display())
        return f"{said}: {self.get_metric_display()}" if self.metric else said


class NotificationChoice(models.Model):
    """That a person wants to be told of something in a way, or not, where that is not what is usual."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    way = models.CharField(max_length=10, choices=Way.choices)
    wanted = models.BooleanField()

    class Meta:
        verbose_name = _("choice of notifications")
        verbose_name_plural = _("choices of notifications")
        constraints = [models.UniqueConstraint(fields=["user", "reason", "way"], name="notification_choice_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.reason} by {self.way} {self.wanted}"


class Follower(models.Model):
    """A person who wants to know what happens in a ticket."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="followers", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="following")

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="follower_once")]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.ticket_id}"

"""A question to the desk: nothing approved fits, so an agent asks whoever owns the topic, and customers wait."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Organization, User
from brandvoice.models import Position
from inbox.models.tickets import Ticket


class QuestionState(models.TextChoices):
    """How far the answer has come."""

    OPEN = "open", _("Open")
    WRITTEN = "written", _("Waits for a signature")
    ANSWERED = "answered", _("Answered")
    DECLINED = "declined", _("Declined")


# A position that is sent back to its writers does not close the question.
UNANSWERED = (QuestionState.OPEN, QuestionState.WRITTEN)


class QuestionQuerySet(models.QuerySet["Question"]):
    """Conditions on questions."""

    def visible_to(self, user: User) -> "QuestionQuerySet":
        """Return the questions of the user's organization."""
        return self.filter(organization=user.organization_id)

    def unanswered(self) -> "QuestionQuerySet":
        """Return the questions that customers still wait for."""
        return self.filter(state__in=UNANSWERED)

    def overdue(self, now: datetime) -> "QuestionQuerySet":
        """Return the unanswered questions whose time is over."""
        return self.unanswered().filter(due_at__lte=now)

    def lock(self, pk: int) -> "Question":
        """Return the question, held until the transaction ends."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Question(models.Model):
    """What an agent asks the desk; its answer is a position."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="questions")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    text = models.CharField(_("question"), max_length=300)
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=10, choices=QuestionState.choices, default=QuestionState.OPEN)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="questions")
    due_at = models.DateTimeField()
    # When its owner was written to; the row is the job.
    told_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    position = models.ForeignKey(Position, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    # Why nothing will be said.
    reason = models.CharField(max_length=500, blank=True)
    tickets = models.ManyToManyField(Ticket, through="WaitingTicket", related_name="questions")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to the desk")
        verbose_name_plural = _("questions to the desk")
        indexes = [
            models.Index(
                fields=["organization", "due_at"], name="question_due", condition=Q(state__in=["open", "written"])
            ),
            models.Index(fields=["position"], name="question_position", condition=Q(position__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.text


class WaitingTicket(models.Model):
    """A ticket whose customer waits for the desk."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, models.CASCADE, related_name="waiting")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="waiting")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    # What the customer wrote: it teaches the position that will answer it.
    customer_text = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("waiting ticket")
        verbose_name_plural = _("waiting tickets")
        constraints = [models.UniqueConstraint(fields=["question", "ticket"], name="waiting_once")]

    def __str__(self) -> str:
        return f"ticket {self.ticket_id} waits for {self.question_id}"

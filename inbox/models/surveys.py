"""Surveys: when customers are asked whether they were content, whom was asked, and what they said."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Team
from inbox.models.channels import Channel
from inbox.models.messages import Message
from inbox.models.tickets import Ticket

if TYPE_CHECKING:
    from accounts.models import User

LOWEST, HIGHEST = 1, 5
# Up to which score an answer is bad, and from which it is good.
BAD, GOOD = 2, 4


class Verdict(models.TextChoices):
    """What a score means; the words in which it is searched for."""

    BAD = "bad", _("Bad")
    NEUTRAL = "neutral", _("So-so")
    GOOD = "good", _("Good")


class SurveyPolicy(models.Model):
    """Whether customers of a channel are asked, how soon, how often, and in which words."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="survey_policies")
    channel = models.OneToOneField(
        Channel, models.CASCADE, related_name="survey_policy", verbose_name=_("channel"), db_index=False
    )
    active = models.BooleanField(_("active"), default=False)
    delay_minutes = models.PositiveIntegerField(
        _("minutes after the ticket was resolved"),
        default=60,
        validators=[MaxValueValidator(7 * 24 * 60)],
        help_text=_("Nobody is asked whose ticket has been opened again by then."),
    )
    pause_days = models.PositiveSmallIntegerField(
        _("days between two questions"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("A customer is asked once in so many days, whatever the channel."),
    )
    consent = models.CharField(
        _("only with this consent"),
        max_length=120,
        blank=True,
        help_text=_("What customers must have agreed to, as it stands on their pages; empty: all are asked."),
    )
    text_en = models.CharField(_("words in English"), max_length=300, blank=True)
    text_de = models.CharField(_("words in German"), max_length=300, blank=True)
    text_es = models.CharField(
        _("words in Spanish"),
        max_length=300,
        blank=True,
        help_text=_("The link follows them. Empty: words of ours. In other languages customers are asked in English."),
    )

    class Meta:
        verbose_name = _("survey of a channel")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return str(self.channel.name)


class SurveyState(models.TextChoices):
    """Whether a customer was asked."""

    WAITING = "waiting", _("Waiting")
    ASKED = "asked", _("Asked")
    SKIPPED = "skipped", _("Not asked")


class Skip(models.TextChoices):
    """Why a customer was not asked."""

    OFF = "off", _("switched off meanwhile")
    REOPENED = "reopened", _("opened again")
    SPAM = "spam", _("spam, merged or blocked")
    PUBLIC = "public", _("written in public")
    UNANSWERED = "unanswered", _("nobody had answered")
    CONSENT = "consent", _("without consent")
    STOPPED = "stopped", _("wants to be asked no more")
    LATELY = "lately", _("asked lately")
    WINDOW = "window", _("the network takes no more replies")
    GUARD = "guard", _("stopped by the guard")
    FAULT = "fault", _("a fault of ours")


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Conditions on surveys."""

    def visible_to(self, user: "User") -> "SurveyQuerySet":
        """Return the surveys of the user's organization."""
        return self.filter(organization=user.organization_id)

    def with_verdict(self, verdict: str) -> "SurveyQuerySet":
        """Return those whose answer means this."""
        least, most = {"bad": (LOWEST, BAD), "neutral": (BAD + 1, GOOD - 1), "good": (GOOD, HIGHEST)}[verdict]
        return self.filter(score__range=(least, most))

    def due(self, now: datetime) -> "SurveyQuerySet":
        """Return those that wait and whose time has come."""
        return self.filter(state=SurveyState.WAITING, due_at__lte=now)

    def answered(self) -> "SurveyQuerySet":
        """Return those that somebody has answered."""
        return self.filter(score__isnull=False)


class Survey(models.Model):
    """That a customer is to be asked about a resolved ticket, or was, and what they answered."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="surveys")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+", db_index=False)
    # As it was when the ticket was resolved.
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    # What its link is made of; nobody guesses it.
    key = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=10, choices=SurveyState.choices, default=SurveyState.WAITING)
    skip = models.CharField(max_length=12, choices=Skip.choices, blank=True)
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    # In which the customer was asked.
    language = models.CharField(max_length=10, blank=True)
    message = models.OneToOneField(Message, models.SET_NULL, null=True, related_name="survey")
    score = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    # When the customer said that they want to be asked no more.
    stopped_at = models.DateTimeField(null=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__range=(LOWEST, HIGHEST)), name="survey_score_in_range"
            ),
            models.UniqueConstraint(fields=["ticket"], condition=Q(state="waiting"), name="survey_waits_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="survey_due", condition=Q(state="waiting")),
            # The managers' figures.
            models.Index(fields=["organization", "due_at"], name="survey_figures"),
        ]

    def __str__(self) -> str:
        return f"survey {self.pk} of ticket {self.ticket_id}: {self.score or self.state}"

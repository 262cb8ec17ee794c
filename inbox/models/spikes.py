"""Spikes: what customers suddenly write far more about, and the counts of earlier weeks by which that is judged."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Brand, Organization
from brandvoice.models import Position
from inbox.models.channels import Channel
from inbox.models.incidents import Incident
from inbox.models.messages import Message
from inbox.models.questions import Question
from inbox.spikes import LONGEST_PHRASE

if TYPE_CHECKING:
    from accounts.models import User


class SpikeCount(models.Model):
    """How many customers wrote in ten minutes: to a brand, on one of its channels, or about a topic."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", db_index=False)
    # One of inbox.spike_findings.Series, and of it the topic, or the channel's id; "" for everything.
    series = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=80, blank=True)
    window = models.DateTimeField()
    # A customer counts once in a window, and once more as angry.
    customers = models.PositiveIntegerField()
    negative = models.PositiveIntegerField()
    # Of the row of everything: whether the detector has looked since it was last changed.
    looked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "series", "key", "window"], name="spike_count_once"),
        ]
        indexes = [
            models.Index(fields=["brand"], name="spike_count_changed", condition=Q(series=0, looked=False)),
            models.Index(fields=["window"], name="spike_count_old"),
        ]

    def __str__(self) -> str:
        return f"{self.customers} in {self.window} on {self.key}"


class SpikeWord(models.Model):
    """How often the words of one bucket were used, of which older uses count less; no word can be read from it."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", db_index=False)
    bucket = models.IntegerField()
    uses = models.FloatField()
    # Until when `uses` has been made less.
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "bucket"], name="spike_word_once")]

    def __str__(self) -> str:
        return f"bucket {self.bucket}: {self.uses}"


class Signal(models.TextChoices):
    """What is unusual."""

    VOLUME = "volume", _("Much more than usual")
    ANGER = "anger", _("Far angrier than usual")


class SpikeQuerySet(models.QuerySet["Spike"]):
    """Conditions on spikes."""

    def visible_to(self, user: "User") -> "SpikeQuerySet":
        """Return the spikes of the user's organization."""
        return self.filter(organization=user.organization_id)

    def lock(self, pk: int) -> "Spike":
        """Lock one of these spikes for the rest of the transaction and return it afresh."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)

    def going_on(self) -> "SpikeQuerySet":
        """Return those that last."""
        return self.filter(ended_at=None)

    def known_of(self, brand: Brand, now: datetime, pause: timedelta) -> "SpikeQuerySet":
        """Return a brand's spikes to which something new may belong: they last, ended just now, or are kept quiet."""
        near = Q(ended_at=None) | Q(ended_at__gt=now - pause) | Q(quiet_until__gt=now)
        return self.filter(near, brand=brand).order_by("-pk")

    def proposed(self) -> "SpikeQuerySet":
        """Return those that last and that nobody has answered by an incident."""
        return self.going_on().filter(incident=None)


class Spike(models.Model):
    """Customers suddenly write far more than usual, or far more angrily: one row while it lasts."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="spikes", db_index=False)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", verbose_name=_("brand"))
    signal = models.CharField(max_length=10, choices=Signal.choices)
    # What it is about. Without topics and words: all of the channel, or all of the brand.
    topics = ArrayField(models.CharField(max_length=80), blank=True, default=list)
    phrases = ArrayField(models.CharField(max_length=LONGEST_PHRASE), blank=True, default=list)
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    # What was seen when it was least likely: so many customers in so many minutes, how many are usual, by what chance.
    # Of anger: so many of `customers_then` were negative.
    count = models.PositiveIntegerField()
    customers_then = models.PositiveIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField()
    expected = models.FloatField()
    chance = models.FloatField()
    began_at = models.DateTimeField()
    found_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # Until then the same is not proposed again: it was dismissed, or has become usual.
    quiet_until = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # What was done about it.
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, related_name="spikes")
    position = models.ForeignKey(Position, models.SET_NULL, null=True, related_name="+")
    question = models.ForeignKey(Question, models.SET_NULL, null=True, related_name="+")
    # When the first of these was done: before and after are compared around it.
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = SpikeQuerySet.as_manager()

    class Meta:
        verbose_name = _("spike")
        verbose_name_plural = _("spikes")
        indexes = [
            models.Index(fields=["organization"], condition=Q(ended_at=None), name="spike_going_on"),
            models.Index(fields=["organization", "-id"], name="spike_list"),
            models.Index(fields=["brand", "-id"], name="spike_of_brand"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_specific(self) -> bool:
        """Return whether it is about something, and not merely everything that comes in."""
        return bool(self.topics or self.phrases)

    @property
    def about(self) -> str:
        """Return what it is about, in a few words; "" for everything."""
        return ", ".join([*self.phrases[:3], *self.topics][:3]) or (self.channel.name if self.channel else "")

    @property
    def title(self) -> str:
        """Return what is unusual and about what."""
        if self.signal == Signal.ANGER:
            said = _now("Far angrier than usual about “%(about)s”") if self.about else _now("Far angrier than usual")
        elif self.is_specific:
            said = _now("Much more than usual about “%(about)s”")
        else:
            said = _now("Much more than usual on %(about)s") if self.about else _now("Much more than usual")
        return said % {"about": self.about} if self.about else said

    @property
    def question_text(self) -> str:
        """Return what the desk is asked about it."""
        return _now("What do we say about “%(about)s”?") % {"about": self.about or self.brand.name}

    @property
    def figures(self) -> str:
        """Return what was seen, and what is usual."""
        facts = {"n": self.count, "of": self.customers_then, "usual": self.usual, "minutes": self.minutes}
        if self.signal == Signal.ANGER:
            return _now("%(n)s of %(of)s customers in %(minutes)s minutes, %(usual)s are usual") % facts
        return (
            ngettext(
                "%(n)s customer in %(minutes)s minutes, %(usual)s are usual",
                "%(n)s customers in %(minutes)s minutes, %(usual)s are usual",
                self.count,
            )
            % facts
        )

    @property
    def shown_chance(self) -> str:
        """Return how likely it would be by chance, as a power of ten."""
        return f"{self.chance:.0e}" if self.chance > 1e-15 else "< 1e-15"

    @property
    def usual(self) -> str:
        """Return how many are usual, as people say it."""
        if self.expected < 0.1:
            return _now("none")
        return f"{self.expected:.1f}" if self.expected < 2 else f"{self.expected:.0f}"


class SpikeMessage(models.Model):
    """A customer's message that belongs to a spike."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    spike = models.ForeignKey(Spike, models.CASCADE, related_name="behind", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["spike", "message"], name="spike_message_once")]

    def __str__(self) -> str:
        return f"message {self.message_id} of spike {self.spike_id}"

"""How agents use what is signed: counted by day, and what they keep putting in its place."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Organization, User
from brandvoice.models.positions import Position
from brandvoice.models.versions import PositionVersion


class UsageDayQuerySet(models.QuerySet["UsageDay"]):
    """Conditions on counted days."""

    def visible_to(self, user: User) -> "UsageDayQuerySet":
        """Return the days of the user's organization."""
        return self.filter(organization=user.organization_id)


class UsageDay(models.Model):
    """One day's use of one version's words in one language, by one brand on one network.

    What was offered counts on the day on which it was seen, a reply on the day on which it was written.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    position = models.ForeignKey(Position, models.CASCADE, related_name="+", db_index=False)
    version = models.ForeignKey(PositionVersion, models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    network = models.CharField(max_length=20)
    language = models.CharField(max_length=10, blank=True)
    # Seen by somebody who was to answer, without having looked for it.
    shown = models.PositiveIntegerField(default=0)
    # Put into a reply, whether or not it went out so.
    inserted = models.PositiveIntegerField(default=0)
    # Of those shown: the same person's next reply held the words, or went out without them.
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    # Replies that hold the words as they were signed, gaps filled, and those in which they were changed.
    unchanged = models.PositiveIntegerField(default=0)
    edited = models.PositiveIntegerField(default=0)

    objects = UsageDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of use")
        verbose_name_plural = _("days of use")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "day", "version", "brand", "network", "language"], name="usage_day_once"
            )
        ]
        # One position's page, and the library's order.
        indexes = [models.Index(fields=["position", "day"], name="usage_position")]

    def __str__(self) -> str:
        return f"{self.day} version {self.version_id}: {self.shown}"


class HabitQuerySet(models.QuerySet["Habit"]):
    """Conditions on habits."""

    def visible_to(self, user: User) -> "HabitQuerySet":
        """Return the habits of the user's organization."""
        return self.filter(organization=user.organization_id)

    def strongest_first(self) -> "HabitQuerySet":
        """Return habits by how many replies they are in."""
        return self.order_by("-replies", "-people", "pk")


class Habit(models.Model):
    """Several people keep changing the same signed words into the same others."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", db_index=False)
    position = models.ForeignKey(Position, models.CASCADE, related_name="+")
    version = models.ForeignKey(PositionVersion, models.CASCADE, related_name="+", db_index=False)
    # As most of them wrote it; "" where the words are left out.
    was = models.CharField(max_length=200)
    now = models.CharField(max_length=200, blank=True)
    # The same, as brandvoice.spans.alike reads it.
    was_key = models.CharField(max_length=200)
    now_key = models.CharField(max_length=200, blank=True)
    replies = models.PositiveIntegerField()
    people = models.PositiveIntegerField()

    objects = HabitQuerySet.as_manager()

    class Meta:
        verbose_name = _("habit")
        verbose_name_plural = _("habits")
        constraints = [models.UniqueConstraint(fields=["version", "was_key", "now_key"], name="habit_once")]
        indexes = [models.Index(fields=["organization", "-replies"], name="habit_strongest")]

    def __str__(self) -> str:
        return f"{self.was} → {self.now}"

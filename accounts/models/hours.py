"""When a team works: hours of the week and days off. What no row says counts as working time."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organizations import Team


class Weekday(models.IntegerChoices):
    """A day of the week, as Python numbers them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class WorkingHours(models.Model):
    """A stretch of time in which a team works on some days of the week, by its own clock."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="working_hours")
    weekdays = ArrayField(models.SmallIntegerField(choices=Weekday.choices), verbose_name=_("days"))
    opens = models.TimeField(_("from"))
    # Midnight is the one at the end of the day.
    closes = models.TimeField(_("to"), help_text=_("00:00 is the end of the day"))

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")) | models.Q(closes="00:00"),
                name="working_hours_end_after_they_begin",
            )
        ]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


class Holiday(models.Model):
    """A day on which a team does not work."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="holidays")
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = [models.UniqueConstraint(fields=["team", "date"], name="holiday_once_a_team")]

    def __str__(self) -> str:
        return f"{self.name} ({self.date:%d %b %Y})"

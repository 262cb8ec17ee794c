"""A team's hours and days off in the console, on the page of the team."""

from datetime import time
from itertools import pairwise
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.base import OrganizationInline, OwnForm
from accounts.models import Holiday, Organization, Team, WorkingHours
from accounts.models.hours import Weekday
from accounts.queries.hours import openings_of


class TimeWidget(UnfoldAdminTextInputWidget):
    """The browser's own way to choose a time of the day."""

    input_type = "time"


class DateWidget(UnfoldAdminTextInputWidget):
    """The browser's own way to choose a day."""

    input_type = "date"


def zones() -> list[tuple[str, str]]:
    """Return the time zones of the world, for a list of choices."""
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones() | {"UTC"})]


def zone_field(help_text: StrOrPromise) -> forms.ChoiceField:
    """Return a field for a time zone."""
    widget = UnfoldAdminSelectWidget()
    return forms.ChoiceField(label=_("Time zone"), choices=zones, required=False, widget=widget, help_text=help_text)


class ClockForm(OwnForm):
    """What may be said about something that has a clock of its own."""

    def clean_time_zone(self) -> str:
        """Return the zone that was chosen, or the one that is stored."""
        kept = self.instance.time_zone if isinstance(self.instance, Team | Organization) else ""
        chosen: str = self.cleaned_data["time_zone"] or kept
        return chosen


class TeamForm(ClockForm):
    """What may be said about a team."""

    time_zone = zone_field(_("Hours and days off are meant by this clock."))


class CompanyForm(ClockForm):
    """What may be said about the company."""

    time_zone = zone_field(_("Posts are planned by this clock, and days in figures begin by it."))


class HoursForm(forms.ModelForm[models.Model]):
    """A stretch of working time on some days of the week."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("days"),
        coerce=int,
        choices=Weekday.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        error_messages={"required": _("Choose at least one day.")},
    )
    opens = forms.TimeField(label=_("from"), widget=TimeWidget())
    closes = forms.TimeField(label=_("to"), widget=TimeWidget(), help_text=_("00:00 is the end of the day"))

    def clean(self) -> dict[str, object]:
        """Refuse a stretch that ends before it begins, and say how a night is written."""
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if isinstance(opens, time) and isinstance(closes, time) and closes != time() and closes <= opens:
            self.add_error(
                "closes",
                _now("This ends before it begins. Work past midnight takes two rows: until 00:00, and from 00:00."),
            )
        return cleaned


class HoursFormSet(BaseInlineFormSet[models.Model, models.Model, HoursForm]):
    """All hours of a team: no two of them may overlap."""

    def clean(self) -> None:
        """Refuse hours that overlap, and name the day."""
        super().clean()
        if any(self.errors):
            return
        openings = [
            opening
            for form in self.forms
            if form.has_changed() or form.instance.pk
            if not form.cleaned_data.get("DELETE")
            for opening in (openings_of(form.instance) if isinstance(form.instance, WorkingHours) else ())
        ]
        openings.sort(key=lambda opening: (opening.weekday, opening.begins))
        for before, after in pairwise(openings):
            if before.weekday == after.weekday and after.begins < before.ends:
                day = Weekday(before.weekday).label
                raise ValidationError(_now("On %(day)s two of these overlap.") % {"day": day})


class HoursInline(OrganizationInline):
    """When the team works."""

    model = WorkingHours
    permission = "people.manage"
    form = HoursForm
    formset = HoursFormSet
    fields = ("weekdays", "opens", "closes")
    verbose_name_plural = _("Working hours; none: round the clock")


class HolidayForm(forms.ModelForm[models.Model]):
    """A day off."""

    date = forms.DateField(label=_("date"), widget=DateWidget())


class HolidayInline(OrganizationInline):
    """When the team does not work."""

    model = Holiday
    permission = "people.manage"
    form = HolidayForm
    fields = ("date", "name")
    verbose_name_plural = _("Holidays")

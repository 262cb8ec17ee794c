"""What somebody says who blocks an account: why, and for how long."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BlockForm(forms.Form):
    """A reason, and a number of days; 0 is for good."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
    days = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        initial=0,
        choices=[(0, _("For good")), (1, _("One day")), (7, _("A week")), (30, _("30 days")), (365, _("A year"))],
    )

    @property
    def until(self) -> datetime | None:
        """Return when the block ends by itself."""
        days: int = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=days) if days else None

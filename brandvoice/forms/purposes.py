"""Which purposes a position serves, as people tick them."""

from collections.abc import Collection

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from brandvoice.models import Position
from brandvoice.queries.purposes import purposes_of
from brandvoice.signals import NamedPurpose


class PurposesField(forms.MultipleChoiceField):
    """Purposes by their keys; none is all."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Purposes"),
            required=False,
            help_text=_("None chosen: it is suggested for every purpose."),
            widget=forms.CheckboxSelectMultiple,
        )

    def offer(self, purposes: Collection[NamedPurpose], kept: Collection[str] = ()) -> None:
        """Offer what can be chosen, and what was before and is `kept`."""
        gone = [(key, key) for key in kept if all(one.key != key for one in purposes)]
        self.choices = [*((one.key, one.name) for one in purposes if one.active or one.key in kept), *gone]


class PurposesForm(forms.Form):
    """The purposes of a position that is there."""

    purposes = PurposesField()

    def __init__(self, position: Position, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"purposes": position.purposes})
        offered = self.fields["purposes"]
        if isinstance(offered, PurposesField):
            offered.offer(purposes_of(position.organization_id), position.purposes)

    @property
    def chosen_names(self) -> list[str]:
        """Return what the position serves, in words."""
        return [str(box.data["label"]) for box in self["purposes"] if box.data["selected"]]

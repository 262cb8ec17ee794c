"""How the library is narrowed down, and how a position is opened."""

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Brand, User
from brandvoice.channel_kinds import CHANNEL_KINDS
from brandvoice.forms.inputs import INPUT
from brandvoice.forms.purposes import PurposesField
from brandvoice.models import Sensitivity
from brandvoice.queries.library import LibraryFilter
from brandvoice.queries.purposes import purposes_of

SEARCH = forms.TextInput(INPUT | {"type": "search", "placeholder": _("Search questions and wording")})
STATUSES = (
    ("", _("Any status")),
    ("signed", _("Signed")),
    ("in_review", _("To sign")),
    ("draft", _("Draft")),
    ("scheduled", _("Signed for later")),
    ("ending", _("Ends within 14 days")),
    ("review", _("Due for a review")),
    ("unsigned", _("Nothing valid")),
)


ORDERS = (
    ("", _("By question")),
    ("shown", _("Shown most")),
    ("sent", _("Sent most")),
    ("edited", _("Edited most")),
    ("refused", _("Accepted least")),
)


class LibraryForm(forms.Form):
    """How the library is narrowed down, and for those who may see how it is used, put in order."""

    q = forms.CharField(label=_("Search"), required=False, widget=SEARCH)
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES, required=False, widget=forms.Select(INPUT))
    brand = forms.ModelChoiceField(
        Brand.objects.none(), label=_("Brand"), required=False, empty_label=_("Every brand"), widget=forms.Select(INPUT)
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("Any language")), *settings.LANGUAGES],
        required=False,
        widget=forms.Select(INPUT),
    )
    channel = forms.ChoiceField(
        label=_("Kind of channel"),
        choices=[("", _("Any channel")), *CHANNEL_KINDS.items()],
        required=False,
        widget=forms.Select(INPUT),
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=pgettext_lazy("of a position", "Owner"),
        required=False,
        empty_label=_("Any owner"),
        widget=forms.Select(INPUT),
    )
    sensitivity = forms.ChoiceField(
        label=_("Sensitivity"),
        choices=[("", _("Any sensitivity")), *Sensitivity.choices],
        required=False,
        widget=forms.Select(INPUT),
    )
    order = forms.ChoiceField(label=_("Order"), choices=ORDERS, required=False, widget=forms.Select(INPUT))
    after = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, user: User, data: QueryDict) -> None:
        super().__init__(data)
        if not user.may("coverage.view"):
            del self.fields["order"]
        self.fields["brand"].queryset = Brand.objects.visible_to(user).order_by("name")  # type: ignore[attr-defined]  # a choice of rows
        owners = User.objects.visible_to(user).filter(positions__isnull=False).distinct().order_by("name")
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]  # a choice of rows
        self.fields["owner"].label_from_instance = lambda person: person.name  # type: ignore[attr-defined]  # a choice of rows

    def wanted(self) -> LibraryFilter:
        """Return what is looked for; what makes no sense is left out."""
        asked = self.cleaned_data
        brand, owner = asked.get("brand"), asked.get("owner")
        return LibraryFilter(
            words=asked.get("q", ""),
            status=asked.get("status", ""),
            brand_id=brand.pk if brand else None,
            language=asked.get("language", ""),
            channel=asked.get("channel", ""),
            owner_id=owner.pk if owner else None,
            sensitivity=asked.get("sensitivity", ""),
            order=asked.get("order", ""),
        )


class PositionForm(forms.Form):
    """A new position."""

    question = forms.CharField(
        label=_("Question"),
        max_length=300,
        help_text=_("As a customer would ask it."),
        widget=forms.TextInput(INPUT | {"autofocus": True}),
    )
    topic = forms.CharField(label=_("Topic"), max_length=80, required=False, widget=forms.TextInput(INPUT))
    brand = forms.ModelChoiceField(
        Brand.objects.none(), label=_("Brand"), required=False, empty_label=_("Every brand"), widget=forms.Select(INPUT)
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label=pgettext_lazy("of a position", "Owner"), widget=forms.Select(INPUT)
    )
    purposes = PurposesField()
    holding = forms.BooleanField(
        label=_("A holding statement"),
        required=False,
        help_text=_("Offered where nothing approved fits, while the desk looks for an answer."),
    )

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"owner": user.pk})
        self.fields["brand"].queryset = Brand.objects.visible_to(user).order_by("name")  # type: ignore[attr-defined]  # choices of rows
        self.fields["purposes"].offer(purposes_of(user.organization_id or 0))  # type: ignore[attr-defined]  # choices
        people = User.objects.filter(organization=user.organization_id, is_active=True).order_by("name")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]  # choices of rows
        self.fields["owner"].label_from_instance = lambda person: person.name  # type: ignore[attr-defined]  # choices of rows

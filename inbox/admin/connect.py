"""The page on which a manager connects a channel to its network, step by step, and sees at once whether it works."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from inbox.admin import consent
from inbox.connectors.network import BUDGET, NetworkProfile, Setting, cost_of
from inbox.models import Channel


class ConnectForm(forms.Form):
    """What the channel's network needs; a secret that is stored is kept where its field is left empty."""

    def __init__(self, profile: NetworkProfile, stored: dict[str, str], data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self._secret = {setting.name for setting in profile.settings if setting.secret and stored.get(setting.name)}
        for setting in profile.settings:
            if not setting.kept:
                self.fields[setting.name] = _field(setting, stored.get(setting.name, ""))

    def changes(self) -> dict[str, str]:
        """Return what is to be stored; an empty secret leaves the stored one."""
        said = {name: _stored_form(value) for name, value in self.cleaned_data.items()}
        return {name: value for name, value in said.items() if value or name not in self._secret}


def _stored_form(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value).strip()


def _field(setting: Setting, stored: str) -> forms.Field:
    if setting.flag:
        widget: forms.Widget = UnfoldBooleanSwitchWidget()
        return forms.BooleanField(
            label=setting.label, required=False, help_text=setting.help, initial=bool(stored), widget=widget
        )
    required = setting.required and not (setting.secret and stored)
    help_text = _("Stored. Leave it empty to keep it.") if setting.secret and stored else setting.help
    if setting.secret:
        widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
        return forms.CharField(label=setting.label, required=required, help_text=help_text, widget=widget)
    return forms.CharField(
        label=setting.label,
        required=required,
        help_text=help_text,
        initial=stored or setting.default,
        validators=setting.validators,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )


def steps_of(channel: Channel, profile: NetworkProfile) -> list[str]:
    """Return what to do on the network's own pages, with this channel's addresses put in."""
    address = settings.SITE_URL + reverse("webhooks:receive", args=[channel.pk])
    names = {"address": address, "secret": channel.webhook_secret, "back": consent.address_for(channel)}
    return [str(step) % names for step in profile.steps]


def snippet_of(channel: Channel, profile: NetworkProfile) -> str:
    """Return what is put into somebody's own pages; empty where the network has no such thing."""
    return profile.snippet % {"site": settings.SITE_URL, "channel": channel.pk} if profile.snippet else ""


class Charge(NamedTuple):
    """What a network charges for one thing, and how often it did this month."""

    label: StrOrPromise
    dollars: Decimal
    number: int
    cost: Decimal


class Meter(NamedTuple):
    """What a channel has cost this month, of what it may."""

    charges: list[Charge]
    cost: Decimal
    budget: str
    prices_from: StrOrPromise


def meter_of(channel: Channel, profile: NetworkProfile) -> Meter | None:
    """Return what the channel has cost this month; None where its network charges nothing."""
    if not profile.prices:
        return None
    used = channel.used()
    charges = [
        Charge(price.label, price.dollars, used.get(price.name, 0), cost_of([price], used)) for price in profile.prices
    ]
    return Meter(charges, cost_of(profile.prices, used), channel.access().get(BUDGET, ""), profile.prices_from)

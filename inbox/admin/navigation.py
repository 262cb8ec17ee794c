"""The console's sidebar: what is registered, in the order in which managers think of it."""

from typing import TypedDict

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.requests import PersonRequest


class Item(TypedDict):
    """One line of the sidebar."""

    title: str
    icon: str
    link: str


class Group(TypedDict):
    """Lines under one heading."""

    title: str
    separator: bool
    items: list[Item]


DEAD_LETTERS = "dead_letters"
ICONS = {
    "accounts.user": "group",
    "accounts.team": "diversity_3",
    "accounts.invitation": "mail",
    "accounts.delegation": "approval_delegation",
    "accounts.organization": "apartment",
    "accounts.brand": "storefront",
    "accounts.apikey": "key",
    "inbox.channel": "cell_tower",
    "inbox.label": "label",
    "inbox.namedstatus": "traffic",
    "inbox.customfield": "format_list_bulleted",
    "inbox.assignmentpolicy": "assignment_ind",
    "inbox.skill": "psychology",
    "inbox.slapolicy": "timer",
    "inbox.surveypolicy": "sentiment_satisfied",
    "inbox.approvalpolicy": "approval",
    "inbox.purpose": "target",
    "inbox.objective": "flag",
    "inbox.incidentlevel": "crisis_alert",
    "inbox.payload": "data_object",
    "inbox.ticket": "confirmation_number",
    "inbox.message": "chat",
    "inbox.contact": "person",
    "inbox.identity": "alternate_email",
    "inbox.block": "block",
    "inbox.delivery": "outgoing_mail",
    "inbox.event": "history",
    "inbox.endpoint": "webhook",
    "inbox.call": "call_made",
    "brandvoice.position": "verified",
    "brandvoice.rule": "gavel",
    "brandvoice.guarddecision": "fact_check",
}


def list_navigation(request: PersonRequest) -> list[Group]:
    """Return the sidebar; models that nobody placed stand at the end, so that none is forgotten."""
    left = {model._meta.label_lower: model for model in admin.site._registry}
    start: Item = {"title": _("Today"), "icon": "monitoring", "link": reverse("admin:index")}
    content: Item = {"title": _("Satisfaction"), "icon": "sentiment_satisfied", "link": reverse("satisfaction")}
    groups: list[Group] = [{"title": "", "separator": False, "items": [start, content]}]
    for title, labels in _places():
        items = [_item(left.pop(label)) for label in labels if label in left]
        if "inbox.delivery" in labels:
            items.insert(0, {"title": _("Dead letters"), "icon": "unsubscribe", "link": reverse(DEAD_LETTERS)})
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    if left:
        groups.append({"title": _("More"), "separator": True, "items": [_item(model) for model in left.values()]})
    return groups


def _places() -> list[tuple[str, list[str]]]:
    return [
        (
            _("People"),
            [
                "accounts.user",
                "accounts.team",
                "inbox.assignmentpolicy",
                "inbox.skill",
                "accounts.invitation",
                "accounts.delegation",
            ],
        ),
        (
            _("Company"),
            [
                "accounts.organization",
                "accounts.brand",
                "inbox.channel",
                "inbox.slapolicy",
                "inbox.surveypolicy",
                "inbox.approvalpolicy",
                "inbox.objective",
                "inbox.purpose",
                "inbox.namedstatus",
                "inbox.customfield",
                "inbox.incidentlevel",
                "inbox.label",
            ],
        ),
        (_("Programs"), ["accounts.apikey", "inbox.endpoint"]),
        (_("Voice"), ["brandvoice.position", "brandvoice.positionversion", "brandvoice.rule", "brandvoice.example"]),
        (_("Conversations"), ["inbox.ticket", "inbox.message", "inbox.contact", "inbox.identity", "inbox.block"]),
        (_("Machinery"), ["inbox.delivery", "inbox.payload", "inbox.call", "inbox.event"]),
    ]


def _item(model: type[Model]) -> Item:
    meta = model._meta
    link = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return {
        "title": capfirst(str(meta.verbose_name_plural)),
        "icon": ICONS.get(meta.label_lower, "table_rows"),
        "link": link,
    }

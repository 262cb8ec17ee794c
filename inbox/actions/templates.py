"""Keeps the templates of a channel as its network has them, and fills them in for replies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.actions import reply_rows as rows
from inbox.connectors.templates import NetworkTemplate
from inbox.models import Channel, MessageTemplate

if TYPE_CHECKING:
    from inbox.actions.replies import NewReply

LONGEST_VALUE = 1000
_COLUMNS = ("name", "language", "category", "status", "header", "body", "footer", "buttons", "named")


@dataclass(frozen=True, slots=True)
class ChosenTemplate:
    """The template that a reply is sent as, by its id, and what stands in its blanks, by their names."""

    id: int
    values: Mapping[str, str]


class TemplateNotTaken(Exception):
    """The template can't be sent like this; the words say why."""


@transaction.atomic(durable=True)
def keep_templates(channel: Channel, found: Sequence[NetworkTemplate]) -> None:
    """Store the templates that the network has, and forget those that it no longer has."""
    Channel.objects.select_for_update(no_key=True).only("pk").get(pk=channel.pk)
    known = {template.external_id: template for template in MessageTemplate.objects.filter(channel=channel)}
    for template in found:
        row = known.pop(template.external_id, None)
        if row is None:
            place = {"organization_id": channel.organization_id, "channel": channel}
            row = MessageTemplate(external_id=template.external_id, **place)
        told = {column: getattr(template, column) for column in _COLUMNS} | {"buttons": list(template.buttons)}
        if row._state.adding or any(getattr(row, column) != value for column, value in told.items()):
            for column, value in told.items():
                setattr(row, column, value)
            row.save()
    MessageTemplate.objects.filter(pk__in=[template.pk for template in known.values()]).delete()


def with_templates(
    replies: Mapping[int, "NewReply"], places: Mapping[int, rows.Place]
) -> tuple[dict[int, "NewReply"], dict[int, TemplateNotTaken]]:
    """Return replies with the words of their templates, and which can't be sent as theirs; part of an action."""
    named = {number: reply for number, reply in replies.items() if reply.template and number in places}
    found = _usable(reply.template.id for reply in named.values() if reply.template) if named else {}
    filled, refused = dict(replies), dict[int, TemplateNotTaken]()
    for number, reply in named.items():
        template = found.get((reply.template.id, places[number].channel_id)) if reply.template else None
        try:
            filled[number] = filled_in(reply, template)
        except TemplateNotTaken as refusal:
            refused[number] = refusal
    return {number: reply for number, reply in filled.items() if number not in refused}, refused


def filled_in(reply: "NewReply", template: MessageTemplate | None) -> "NewReply":
    """Return the reply with what its template says in place of its words; raises TemplateNotTaken."""
    if template is None or reply.template is None:
        raise TemplateNotTaken(_("This template can't be used any more. Choose another."))
    if reply.files:
        raise TemplateNotTaken(_("A template goes without files."))
    values = values_of(template, reply.template.values)
    if empty := [name for name, value in values.items() if not value]:
        raise TemplateNotTaken(_("Fill in %(blank)s.") % {"blank": ", ".join(f"{{{{{name}}}}}" for name in empty)})
    outgoing = {
        "name": template.name,
        "language": template.language,
        "named": template.named,
        "values": list(values.items()),
    }
    return replace(reply, text=template.said(values), spans=(), sent_as=outgoing)


def values_of(template: MessageTemplate, given: Mapping[str, str]) -> dict[str, str]:
    """Return what stands in each blank, on one line as networks want it; empty where nothing was given."""
    return {name: " ".join(given.get(name, "").split())[:LONGEST_VALUE] for name in template.blanks}


def _usable(ids: Iterable[int]) -> dict[tuple[int, int], MessageTemplate]:
    usable = MessageTemplate.objects.usable().filter(pk__in=list(ids))
    return {(template.pk, template.channel_id): template for template in usable}

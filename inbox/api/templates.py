"""The templates of a channel, for programs that write to customers who were silent for long."""

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models.keys import Scope
from inbox.api.door import ChannelDoor, encoded
from inbox.api.schema import documented
from inbox.models import MessageTemplate


class TemplateDocument(msgspec.Struct, frozen=True):
    """A template that the network takes; `blanks` are the names of what a reply has to fill in."""

    id: int
    name: str
    language: str
    category: str
    header: str
    body: str
    footer: str
    buttons: list[str]
    blanks: list[str]

    @classmethod
    def of(cls, row: MessageTemplate) -> "TemplateDocument":
        """Return the document of a row."""
        said = (row.header, row.body, row.footer, row.buttons)
        return cls(row.pk, row.name, row.language, row.category, *said, row.blanks)


class TemplateList(msgspec.Struct, frozen=True):
    """All templates of a channel that can be sent now."""

    templates: list[TemplateDocument]


class TemplatesDoor(ChannelDoor):
    """Lists the templates of a channel."""

    scope = Scope.TICKETS_READ

    @documented(
        "list_templates",
        "List the templates that the channel's network has approved, by name and language. A reply names one by its "
        "id where the network takes no free answer any more.",
        answers=TemplateList,
    )
    def get(self, request: Request, channel_id: int) -> HttpResponse:
        """Answer with all that are approved."""
        usable = MessageTemplate.objects.usable().filter(channel=self.channel).order_by("name", "language", "pk")
        return encoded(TemplateList([TemplateDocument.of(template) for template in usable]))

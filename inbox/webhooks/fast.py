"""The webhook door as a bare ASGI application: the same answers as the view, several times faster."""

import logging
import re
from collections.abc import Sequence

from asgiref.typing import HTTPScope
from django.conf import settings
from django.db import OperationalError
from django.utils.encoding import iri_to_uri

from inbox.connectors.base import WebhookRequest
from inbox.lean import Answer, Asked, LeanDoor, Place
from inbox.webhooks.keeping import LARGEST_BODY, Hearing, find_hearing, keep_group, unavailable

logger = logging.getLogger(__name__)


class FastWebhooks(LeanDoor[Hearing]):
    """Answers `POST /webhooks/{channel}/`; it remembers the channel, and the connector with its secrets."""

    path = re.compile(r"^/webhooks/([0-9]{1,18})/$")
    most_bytes = LARGEST_BODY

    def name_of(self, request: HTTPScope, number: int) -> int:
        """Return the channel's id."""
        return number

    def look_up(self, request: HTTPScope, number: int) -> Place[Hearing] | None:
        """Return the channel and what hears for it; None leaves the answer to the view."""
        hearing = find_hearing(number)
        return Place(number, hearing) if hearing else None

    def store(self, what: Hearing, group: Sequence[Asked]) -> list[Answer]:
        """Return what became of each request; what was not signed with the remembered secret may be with a new one."""
        pushed = [_pushed(asked) for asked in group]
        answers = keep_group(what, pushed)
        refused = [place for place, answer in enumerate(answers) if answer.status == 403]
        if refused and (fresh := find_hearing(what.channel.pk)):
            for place, answer in zip(refused, keep_group(fresh, [pushed[place] for place in refused]), strict=True):
                answers[place] = answer
        return answers

    def answer_to(self, error: Exception) -> Answer:
        """Return an answer after which networks deliver again."""
        logger.error("A webhook could not be answered", exc_info=error)
        return unavailable() if isinstance(error, OperationalError) else Answer(500)


def _pushed(asked: Asked) -> WebhookRequest:
    """Return the request as connectors know it; a header that comes twice holds both, as in Django."""
    headers: dict[str, str] = {}
    for name, value in asked.request["headers"]:
        told, held = name.decode("latin-1"), value.decode("latin-1")
        headers[told] = f"{headers[told]},{held}" if told in headers else held
    query = asked.request["query_string"].decode("latin-1")
    address = asked.request["path"] + (f"?{iri_to_uri(query)}" if query else "")
    return WebhookRequest(asked.body, headers, settings.SITE_URL + address)

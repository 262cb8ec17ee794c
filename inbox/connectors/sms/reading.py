"""Turns what Twilio pushes into news: messages, and what became of ours. Twilio writes forms, not JSON."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from inbox.connectors.base import Author, IncomingAttachment, IncomingMessage, News, StatusReported

_STATUSES: dict[str, Literal["sent", "delivered", "read", "failed"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
}
_MOST_FILES = 20


def read(body: bytes, *, number: str, now: datetime | None = None) -> list[News]:
    """Return the news in a webhook body about this number, or about a messaging service where `number` is one.

    Twilio does not say when a message was sent: it was just now.
    """
    told = dict(parse_qsl(body.decode(), keep_blank_values=True))
    sid, status = told.get("MessageSid", ""), told.get("MessageStatus", "")
    if not sid:
        return []
    if status in _STATUSES:
        return [StatusReported(_STATUSES[status], sid, words=explain(told.get("ErrorCode", ""), ""))]
    if status or number not in (told.get("To"), told.get("MessagingServiceSid")):
        return []
    return [_message(told, sid, now or datetime.now(UTC))]


def _message(told: Mapping[str, str], sid: str, now: datetime) -> IncomingMessage:
    count = told.get("NumMedia", "0")
    files = range(min(int(count), _MOST_FILES)) if count.isdecimal() else ()
    return IncomingMessage(
        external_id=sid,
        thread_key=told["From"],
        author=Author(external_id=told["From"], username=told["From"], name=told.get("ProfileName", "")[:200]),
        sent_at=now,
        text=told.get("Body", ""),
        visibility="direct",
        attachments=tuple(
            IncomingAttachment(url=told[f"MediaUrl{one}"], type=told.get(f"MediaContentType{one}", "")[:100])
            for one in files
            if told.get(f"MediaUrl{one}")
        ),
    )


def explain(code: str, said: str) -> str:
    """Return an agent's words for the codes that agents meet, with Twilio's own after them."""
    ours = {
        "21610": _("The customer has sent STOP and may not be written to until they send START."),
        "21614": _("This is no number that can get text messages."),
        "30003": _("The phone is switched off or out of reach."),
        "30005": _("The number does not exist."),
        "30006": _("This is a landline, or the carrier does not take text messages."),
        "30007": _("The carrier has filtered the message out."),
    }.get(code, "")
    return " ".join(part for part in (ours, said, f"[{code}]" if code else "") if part)

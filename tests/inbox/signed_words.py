"""What tests about signed words in the inbox share: a position, drafts and replies that rest on it."""

from brandvoice.actions import positions as voice
from brandvoice.spans import Span
from inbox.actions.drafts import save_draft
from inbox.actions.replies import NewReply, send_reply
from inbox.models import Delivery

OLD, NEW = "You get the whole fare back within 7 days.", "You get the whole fare back within 14 days."


def write_and_sign(position, text, lena, amira):
    version = voice.draft_version(position, voice.VersionContent((voice.NewWording(text),)), by=lena)
    return voice.sign_version(voice.submit_version(version, by=lena), by=amira)


def whole(version, text=OLD):
    return (Span(version.wordings.get().pk, 0, len(text)),)


def delivery_of(message):
    return Delivery.objects.get(message=message)


def start_draft(ticket, version, by, text=OLD):
    return save_draft(ticket, by=by, text=text, visibility="public", spans=whole(version, text))


def queue(ticket, version, by, text=OLD):
    seen = ticket.messages.latest("pk").pk
    return send_reply(ticket, NewReply(text=text, visibility="public", seen=seen, spans=whole(version, text)), by=by)

"""What tests about the use of signed words share: words that agents may adapt, and showing them to somebody."""

from brandvoice.actions import positions as voice
from inbox.actions.offers import record_offers
from inbox.actions.replies import NewReply, send_reply
from inbox.models import OfferState
from inbox.queries.offers import Seal, Seen
from tests.inbox.signed_words import OLD

EDITED = OLD.replace("within 7 days", "within a week")


def sign(position, text, lena, amira, *fill_ins):
    """Sign words that agents may adapt."""
    content = voice.VersionContent(
        (voice.NewWording(text),),
        edit_level="adapt",
        fill_ins=tuple(voice.NewFillIn(name, "text") for name in fill_ins),
    )
    version = voice.draft_version(position, content, by=lena)
    return voice.sign_version(voice.submit_version(version, by=lena), by=amira)


def show(ticket, version, by, *, state=OfferState.ONE):
    """Put a version's words before somebody."""
    seen = Seen(version.wordings.get().pk, state, 1, 0.9)
    record_offers(ticket, Seal(ticket.messages.filter(direction="inbound").latest("pk").pk, (seen,)), by=by)


def say(ticket, by, text="We will see."):
    return send_reply(ticket, NewReply(text, "public", ticket.messages.latest("pk").pk), by=by)

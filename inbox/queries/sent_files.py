"""The addresses by which networks and their readers fetch files that we send: signed, and good for a week."""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from inbox.models import Attachment, Direction, FileState, PostFile

GOOD_FOR = timedelta(days=7)
_SALT = "inbox.sent_file"
# Before the number of a file that belongs to a planned post.
_OF_POST = "post-"


def address_of(attachment_id: int) -> str:
    """Return where a file that we send can be fetched for a week, by whoever has the address."""
    token = TimestampSigner(salt=_SALT).sign(str(attachment_id))
    return settings.SITE_URL.rstrip("/") + reverse("inbox:sent_file", args=[token])


def address_of_post_file(file_id: int) -> str:
    """Return where a file of a planned post can be fetched for a week, by whoever has the address."""
    token = TimestampSigner(salt=_SALT).sign(f"{_OF_POST}{file_id}")
    return settings.SITE_URL.rstrip("/") + reverse("inbox:sent_file", args=[token])


def file_behind(token: str) -> Attachment | PostFile:
    """Return the file of a signed address; raises BadSignature for one that was made up, has ended or leads nowhere."""
    pk = TimestampSigner(salt=_SALT).unsign(token, max_age=GOOD_FOR)
    if pk.startswith(_OF_POST):
        found = PostFile.objects.filter(pk=int(pk.removeprefix(_OF_POST))).first()
        if found is None:
            raise BadSignature
        return found
    ours = Attachment.objects.filter(message__direction=Direction.OUTBOUND, state=FileState.KEPT)
    attachment = ours.filter(pk=int(pk)).first()
    if attachment is None:
        raise BadSignature
    return attachment

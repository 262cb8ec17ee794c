"""What the chat keeps: visitors, and the lines of each one's conversation, with files, as the widget shows it."""

from uuid import uuid4

from django.core.files.storage import Storage, storages
from django.db import models


def kept_files() -> Storage:
    """Return where files are kept, away from what the web server serves by itself."""
    return storages["attachments"]


class Visitor(models.Model):
    """Somebody who has written on a website; the id is in their signed token."""

    id = models.UUIDField(primary_key=True, editable=False)
    # By its name: a connector knows no model of the inbox. Whoever deletes the channel deletes its visitors.
    channel = models.ForeignKey("inbox.Channel", models.CASCADE, related_name="+")
    name = models.CharField(max_length=80, blank=True)
    # The number of the newest line; given out under a lock on this row, so that none appears behind a reader's back.
    newest = models.PositiveIntegerField(default=0)
    # Up to which line the widget has fetched, and shown, what there is.
    heard = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"visitor {self.pk}"


class Line(models.Model):
    """One thing said in a visitor's conversation, by the visitor or by the brand."""

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    # Chosen by whoever speaks: the same key again is the same line.
    key = models.UUIDField()
    ours = models.BooleanField()
    text = models.TextField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visitor", "number"], name="webchat_line_in_order"),
            models.UniqueConstraint(fields=["visitor", "key"], name="webchat_line_once"),
        ]

    def __str__(self) -> str:
        return f"line {self.number} of {self.visitor_id}"


class File(models.Model):
    """A file of a line, as both ends of a network have theirs: the inbox keeps its own copy with the message."""

    # Part of its address; only the visitor's own token opens that.
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    line = models.ForeignKey(Line, models.CASCADE, related_name="files")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    # By its first bytes.
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    # What is to be seen on it, for those who can't.
    alt = models.CharField(max_length=1500, blank=True)
    file = models.FileField(storage=kept_files, max_length=255)

    def __str__(self) -> str:
        return self.name

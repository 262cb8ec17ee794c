"""The files beside what somebody is writing, as the composer shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.urls import reverse

from inbox.connectors import file_rules
from inbox.models import DraftKind, Ticket, Upload


@dataclass(frozen=True, slots=True)
class ComposerFile:
    """A file that waits beside a draft; `field` is what the form calls it."""

    pk: int
    field: str
    name: str
    size: str
    url: str
    is_picture: bool
    # Whether its readers are told what is on it.
    asks_alt: bool
    alt: str


def composer_file_of(upload: Upload, ticket: Ticket, kind: str) -> ComposerFile:
    """Return a file as the composer shows it; the ticket is loaded with its channel."""
    picture = file_rules.is_picture(upload.content_type)
    return ComposerFile(
        pk=upload.pk,
        field="note_file" if kind == DraftKind.NOTE else "file",
        name=upload.name,
        size=file_rules.amount(upload.size),
        url=reverse("inbox:upload", args=[upload.pk]),
        is_picture=picture,
        asks_alt=picture and kind == DraftKind.REPLY and any(rules.alt for rules in _rules(ticket)),
        alt=upload.alt,
    )


def composer_files(uploads: Iterable[Upload], ticket: Ticket, kind: str) -> tuple[ComposerFile, ...]:
    """Return the files of a draft in the order in which they were added."""
    there = sorted((upload for upload in uploads if not upload.dropped), key=lambda upload: upload.pk)
    return tuple(composer_file_of(upload, ticket, kind) for upload in there)


def with_words(files: Iterable[ComposerFile], alts: Mapping[int, str | None]) -> tuple[ComposerFile, ...]:
    """Return the files with what the form says of them in place of what was kept."""
    return tuple(replace(file, alt=alts.get(file.pk) or file.alt) for file in files)


def _rules(ticket: Ticket) -> list[file_rules.FileRules]:
    network, external = ticket.channel.network, ticket.channel.external
    asked = ticket.visibility
    return [file_rules.rules_for(network, who, asked, external=external) for who in (asked, "direct")]

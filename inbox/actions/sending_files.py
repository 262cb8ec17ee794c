"""Puts waiting files beside the reply or note that names them: checked against the network, sent once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from brandvoice import guard
from inbox.connectors import file_rules
from inbox.models import Attachment, DraftKind, FileState, Message, Upload

# What is said about a text's length and surroundings is not about the words on a picture.
_NOT_OF_PICTURES = guard.NOT_THE_WORDS | guard.WHOLE_TEXT


@dataclass(frozen=True, slots=True)
class PickedFile:
    """An upload that goes with a text; `alt` where its words were given or changed with the text itself."""

    id: int
    alt: str | None = None


class FilesNotTaken(Exception):
    """The files can't go with this text; the words say why."""


def pick_files(
    wanted: Mapping[int, Sequence[PickedFile]], *, by: User | ApiKey, kind: DraftKind = DraftKind.REPLY
) -> dict[int, list[Upload] | FilesNotTaken]:
    """Return, for each ticket's id, the uploads that were named, locked, with the words given now.

    Part of an action.
    """
    named = [file.id for files in wanted.values() for file in files]
    if not named:
        return {}
    mine = Upload.objects.of(by).filter(pk__in=named, dropped=False)
    mine = mine.filter(draft__kind=kind) if isinstance(by, User) else mine
    locked = mine.select_related("draft").select_for_update(no_key=True, of=("self",)).order_by("pk")
    found = {upload.pk: upload for upload in locked}
    return {ticket: _picked(ticket, files, found) for ticket, files in wanted.items() if files}


def refusal_of_files(
    files: Sequence[file_rules.Described], text: str, rules: file_rules.FileRules, context: guard.GuardContext
) -> FilesNotTaken | None:
    """Return why these files can't go out with this text to this place, or None."""
    public = context.visibility in file_rules.PUBLIC
    if problem := file_rules.problem_with(files, rules, public=public, words=bool(text.strip())):
        return FilesNotTaken(problem)
    problem = problem_with_descriptions(files, context)
    return FilesNotTaken(problem) if problem else None


def problem_with_descriptions(files: Iterable[file_rules.Named], context: guard.GuardContext) -> str:
    """Return why the words on one of these pictures may not go out, for people; an empty text where all may."""
    for file in files:
        # Incidents are asked about text and descriptions together.
        alone = replace(context, spans=(), posted_before=0, freezes=())
        verdict = guard.check(file.alt, alone) if file.alt else None
        for finding in verdict.findings if verdict else ():
            if finding.outcome in guard.STOPPING and finding.rule not in _NOT_OF_PICTURES:
                words = {"name": file.name, "reason": finding.reason}
                return _("The description of “%(name)s”: %(reason)s") % words
    return ""


def attach_files(going: Sequence[tuple[Message, Sequence[Upload]]]) -> None:
    """Make uploads the files of these messages; part of an action."""
    uploads = [(message, upload) for message, files in going for upload in files]
    if not uploads:
        return
    Attachment.objects.bulk_create(
        Attachment(
            organization_id=message.organization_id,
            message=message,
            name=upload.name,
            content_type=upload.content_type,
            size=upload.size,
            alt=upload.alt,
            file=upload.file.name,
            state=FileState.KEPT,
        )
        for message, upload in uploads
    )
    Upload.objects.filter(pk__in=[upload.pk for _message, upload in uploads]).delete()


def _picked(ticket: int, files: Sequence[PickedFile], found: Mapping[int, Upload]) -> list[Upload] | FilesNotTaken:
    picked = []
    for file in files:
        upload = found.get(file.id)
        if upload is None or upload.place_id != ticket:
            return FilesNotTaken(_("A file is no longer there. Attach it again."))
        if file.alt is not None:
            upload.alt = file.alt.strip()
        picked.append(upload)
    return picked

"""The composer of one person on one ticket: their draft, what it may become, how much room there is."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from brandvoice import limits
from brandvoice.languages import base_language
from brandvoice.queries.successors import Overtaken, overtaken_wordings
from brandvoice.queries.wordings import usable_wordings
from brandvoice.threads import posts_of
from inbox.connectors.file_rules import NOTES, rules_for, said_of
from inbox.connectors.registry import answers_privately, window_ends
from inbox.models import (
    Channel,
    Draft,
    DraftKind,
    Message,
    MessageTemplate,
    Regrouping,
    Ticket,
    Visibility,
)
from inbox.queries.composer_files import ComposerFile, composer_files
from inbox.queries.later import SendLater, send_later
from inbox.queries.notices import Notice, notices_of
from inbox.queries.purposes import Choosable, purpose_in_force, purposes_of
from inbox.queries.relations import address_of
from inbox.queries.saying import in_private_only, may_say
from inbox.queries.templates import Filling, templates_for
from inbox.queries.threads import ThreadMessage


@dataclass(frozen=True, slots=True)
class Tab:
    """One thing that the text may become."""

    value: str
    name: str
    icon: str
    hint: str
    # Which files it takes, in words, and whether any.
    files: str
    takes_files: bool
    # Whether the person may send it; a draft can be shown to colleagues all the same.
    sends: bool = True


@dataclass(frozen=True, slots=True)
class Post:
    """One of the posts of a text that is too long for one."""

    text: str
    used: int
    limit: int | None


def posts_in(text: str, channel: Channel, visibility: str) -> tuple[Post, ...]:
    """Return the posts as which a text goes out there, with the room that each takes; none where it is one.

    What a program posts, it posts as it likes.
    """
    posts = [text] if channel.external else posts_of(text, channel.network, visibility)
    rooms = [limits.count(post, channel.network) for post in posts]
    return tuple(Post(post, room.used, room.limit) for post, room in zip(posts, rooms, strict=True) if len(posts) > 1)


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What the guard says, with the network's own count."""

    outcome: str
    findings: Sequence[object]
    used: int
    # Where it is given to somebody who may let it out.
    hand_over: str = ""
    # The posts as which it goes out, where they are several, each with the room that it takes.
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Everything that the composer's template touches."""

    kind: str
    tab: str
    tabs: tuple[Tab, ...]
    purposes: Sequence[Choosable]
    purpose: str
    text: str
    other_text: str
    spans: str
    seen: int
    # The newest merge into the ticket that its page has shown.
    regrouping: int
    client_uuid: str
    limit: int | None
    unit: str
    notices: tuple[Notice, ...] = ()
    overtaken: tuple[Overtaken, ...] = ()
    stale: tuple[ThreadMessage, ...] = ()
    verdict: VerdictView | None = None
    items_html: str = ""
    files: tuple[ComposerFile, ...] = ()
    note_files: tuple[ComposerFile, ...] = ()
    # Why the files can't go out like this.
    files_problem: str = ""
    # What is said in public where the customer is answered privately, and what the guard says of that.
    public_text: str = ""
    public_verdict: VerdictView | None = None
    # What may be sent when the network takes no free answer any more, and the one that was chosen.
    templates: tuple[MessageTemplate, ...] = ()
    filling: Filling | None = None
    # The customer's, by which the browser looks for slips.
    language: str = ""
    # When a reply may go out later; None for who writes notes only.
    later: SendLater | None = None
    # Whether colleagues see the reply before it is sent.
    shared: bool = False

    @property
    def answers(self) -> bool:
        """Return whether the person may answer at all, and not only write notes."""
        return len(self.tabs) > 1

    @property
    def private_only(self) -> str:
        """Return why not everything that is written here can be sent; empty where it can."""
        return "" if all(tab.sends for tab in self.tabs) else in_private_only()

    @property
    def tone(self) -> str:
        """Return how a message of the chosen purpose is to sound, as the organization says it."""
        return next((one.tone for one in self.purposes if one.key == self.purpose), "")

    @property
    def has_tones(self) -> bool:
        """Return whether any purpose says how it is to sound."""
        return any(one.tone for one in self.purposes)


def composer_of(ticket: Ticket, user: User) -> Composer:
    """Return the person's composer with their saved draft."""
    mine = Draft.objects.filter(ticket=ticket, user=user).prefetch_related("spans", "files")
    drafts = {draft.kind: draft for draft in mine}
    address = address_of(ticket)
    reply, note = drafts.get(DraftKind.REPLY), drafts.get(DraftKind.NOTE)
    tabs = _tabs(address, user)
    answers = len(tabs) > 1
    chosen = reply.visibility if reply and reply.visibility in {tab.value for tab in tabs} else tabs[0].value
    room = limits.count("", address.channel.network)
    purposes = purposes_of(ticket.organization_id)
    return Composer(
        kind=DraftKind.REPLY if answers else DraftKind.NOTE,
        tab=chosen,
        tabs=tabs,
        purposes=purposes,
        purpose=purpose_in_force(purposes, reply, ticket),
        text=_text(reply if answers else note),
        other_text=_text(note if answers else reply),
        spans=_spans(reply if answers else None),
        seen=newest_message_of(ticket),
        regrouping=newest_regrouping_of(ticket),
        client_uuid=str(uuid4()),
        limit=room.limit,
        unit=str(room.unit),
        notices=notices_of(address),
        overtaken=_overtaken(reply, address, user),
        files=composer_files(reply.files.all() if reply else (), address, DraftKind.REPLY),
        note_files=composer_files(note.files.all() if note else (), address, DraftKind.NOTE),
        public_text=_public_text(ticket.language) if any(tab.value == "both" for tab in tabs) else "",
        templates=templates_for(address),
        language=ticket.language,
        later=send_later(user.organization, _window_ends(address, tabs)) if answers else None,
        shared=bool(reply and reply.shared),
    )


def overtaken_in(ticket: Ticket, user: User, wording_ids: Collection[int]) -> tuple[Overtaken, ...]:
    """Return which of these wordings may no longer be used, and what this person may say here in their place."""
    now, network = timezone.now(), ticket.channel.network
    usable = usable_wordings(
        ticket.organization_id, ticket.brand_id, network, "", now, person_id=user.pk, **ticket.scope
    )
    return overtaken_wordings(ticket.organization_id, wording_ids, network=network, usable=usable, now=now)


def newest_message_of(ticket: Ticket) -> int:
    """Return the id of the ticket's newest message, which is what a fresh page has shown."""
    return Message.objects.filter(ticket=ticket).order_by("-pk").values_list("pk", flat=True).first() or 0


def newest_regrouping_of(ticket: Ticket) -> int:
    """Return the id of the newest merge into the ticket; 0 where there was none."""
    merges = Regrouping.objects.filter(target=ticket).standing()
    return merges.order_by("-pk").values_list("pk", flat=True).first() or 0


def _window_ends(address: Ticket, tabs: Sequence[Tab]) -> datetime | None:
    """Return until when the network takes a reply of every kind that can be written here; None where none ends."""
    kinds = [tab.value for tab in tabs if tab.value in Visibility.values]
    ends = [window_ends(address.channel.network, kind, address.last_inbound_at) for kind in kinds]
    return min(filter(None, ends), default=None)


def _tabs(ticket: Ticket, user: User) -> tuple[Tab, ...]:
    """Return what the person's text may become here; a note alone where they answer nobody."""
    note = _tab(ticket, "note", _("Note"), "sticky-note", _("Only colleagues read it"))
    if not user.may("reply.send"):
        return (note,)
    if ticket.visibility == Visibility.DIRECT:
        return (_tab(ticket, Visibility.DIRECT, _("Reply"), "lock", _("Only the customer reads it")), note)
    public = _public_tab(ticket, user)
    channel = ticket.channel
    if not answers_privately(channel.network, ticket.visibility, external=channel.external):
        return (public, note)
    private = _tab(ticket, Visibility.DIRECT, _("Private reply"), "lock", _("Only the customer reads it"))
    if not public.sends:
        return (private, public, note)
    both = _("Only the customer reads it; in public stands that you wrote")
    return (public, private, _tab(ticket, "both", _("Both"), "message-square-lock", both), note)


def _public_tab(ticket: Ticket, user: User) -> Tab:
    """Return the tab of what everybody reads: for those who answer in private only, a draft for colleagues."""
    if may_say(user, ticket.visibility):
        return _tab(ticket, ticket.visibility, _("Public reply"), "globe", _("Everybody can read it"))
    hint = _("A colleague may send it in public")
    return _tab(ticket, ticket.visibility, _("Draft"), "file-pen-line", hint, sends=False)


def _tab(ticket: Ticket, value: str, name: str, icon: str, hint: str, *, sends: bool = True) -> Tab:
    channel = ticket.channel
    who = Visibility.DIRECT if value == "both" else value
    taken = rules_for(channel.network, who, ticket.visibility, external=channel.external)
    rules = NOTES if value == "note" else taken
    return Tab(value, name, icon, hint, said_of(rules), takes_files=bool(rules.most), sends=sends)


def _public_text(language: str) -> str:
    """Return what could be said in public of a private reply, in the customer's language where we speak it."""
    base = base_language(language)
    with translation.override(base if base in dict(settings.LANGUAGES) else translation.get_language()):
        return _("We have written to you privately.")


def _overtaken(draft: Draft | None, ticket: Ticket, user: User) -> tuple[Overtaken, ...]:
    wordings = {span.wording_id for span in draft.spans.all()} if draft else set()
    return overtaken_in(ticket, user, wordings) if wordings else ()


def _text(draft: Draft | None) -> str:
    return draft.text if draft else ""


def _spans(draft: Draft | None) -> str:
    held = draft.spans.all() if draft else ()
    return json.dumps([{"wording": span.wording_id, "start": span.start, "end": span.end} for span in held])

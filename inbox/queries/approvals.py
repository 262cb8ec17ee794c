"""Replies that wait until somebody has let them out, as those see them who may."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from brandvoice.rule_kinds import KINDS
from inbox.models import Approval, What
from inbox.queries.approval_policies import POSTS, REPLIES, Standing, first_of, policies_for, risk_at, standings
from inbox.queries.reply_changes import Changed, changed_of, load_changes
from inbox.queries.threads import File, Part, files_of, parts_of

# Nobody decides more at once.
MOST = 100


@dataclass(frozen=True, slots=True)
class WaitingReply:
    """A reply that waits: to whom, in which words, whose, and what the guard wants looked at."""

    message_id: int
    number: int
    customer: str
    network: str
    channel: str
    text: str
    parts: tuple[Part, ...]
    files: tuple[File, ...]
    asked_by: str
    asked_at: datetime
    # When it goes out once it is approved; None: at once.
    sends_at: datetime | None
    # What an approver has put in place of its writer's words, and how often that was; whether one can at all.
    changed: Changed | None
    version: int
    can_change: bool
    reasons: tuple[str, ...]
    # Of the person who looks: theirs, and whether this step is theirs to approve.
    own: bool
    standing: Standing
    # How many other answers wait in the same ticket.
    others: int


def waiting_replies(user: User) -> list[WaitingReply]:
    """Return what waits on tickets that the person may see, oldest first, as it stands by the policies of now."""
    tickets = [f"message__ticket__{name}" for name in ("contact", "identity", "channel")]
    related = (*tickets, "message__channel", "message__delivery", "asked_by", "decision")
    waiting = Approval.objects.visible_to(user).waiting().select_related(*related)
    waiting = waiting.prefetch_related("message__spans__version__signed_by", "message__attachments")
    waiting = waiting.order_by("asked_at", "pk")
    found = list(waiting[:MOST])
    load_changes(approval.reply for approval in found)
    policies = policies_for(user.organization_id, What.REPLIES) if found and user.organization_id else []
    for approval in found:
        # Where it is another than it was begun by, its steps are others, too, and `standings` sees that.
        approval.policy = first_of(policies, risk_at(approval.reply.ticket, approval.asked_by))
    where = standings(found, user, REPLIES, now=timezone.now())
    others = Counter(approval.reply.ticket_id for approval in found)
    return [_shown(one, user, where[one.pk], others[one.reply.ticket_id] - 1) for one in found]


def waiting_posts(user: User) -> list[tuple[Approval, Standing]]:
    """Return the posts that wait, oldest first, with where they stand for this person."""
    related = ("post__organization", "asked_by")
    found = list(Approval.objects.waiting_posts(user).select_related(*related).order_by("asked_at", "pk")[:MOST])
    where = standings(found, user, POSTS, now=timezone.now())
    return [(approval, where[approval.pk]) for approval in found]


def _shown(approval: Approval, user: User, standing: Standing, others: int) -> WaitingReply:
    message = approval.reply
    ticket = message.ticket
    findings = approval.decision.findings if approval.decision else ()
    return WaitingReply(
        message_id=message.pk,
        number=ticket.number,
        customer=ticket.contact.name or ticket.identity.shown_name,
        network=message.channel.network,
        channel=message.channel.handle or message.channel.name,
        text=message.text,
        parts=parts_of(message.text, sorted(message.spans.all(), key=lambda span: span.start)),
        files=files_of(message),
        asked_by=approval.asked_by.name,
        asked_at=approval.asked_at,
        sends_at=at if (at := message.delivery.chosen_at) and at > timezone.now() else None,
        changed=changed_of(message),
        version=approval.version,
        can_change=bool(standing.names and message.text.strip() and not message.template),
        reasons=_reasons(message.text, findings),
        own=approval.asked_by_id == user.pk,
        standing=standing,
        others=others,
    )


def _reasons(text: str, findings: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """Return what has to be looked at: "Claim: law: legally"."""
    found = []
    for one in findings:
        start, end, rule = one["start"], one["end"], str(one["rule"])
        if one["outcome"] == "needs_approval" and isinstance(start, int) and isinstance(end, int):
            label = KINDS[rule].label if rule in KINDS else rule
            found.append(f"{label}: {text[start:end]}" if end > start else str(label))
    return tuple(dict.fromkeys(found))

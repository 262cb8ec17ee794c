"""Which approval policy holds for something, who may approve it now, and who has done so."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import models

from accounts.models import Delegation, User
from brandvoice import guard
from inbox.models import Approval, ApprovalPolicy, ApprovalStep, PostVersion, ReplyChange, SignOff, Ticket, What

POSTS, REPLIES = "post.approve", "reply.approve"


@dataclass(frozen=True, slots=True)
class Risk:
    """What policies go by: where something would go, what about, whose it is and how many would hear of it."""

    what: str
    organization_id: int
    brands: frozenset[int]
    channels: frozenset[int]
    networks: frozenset[str]
    topic: str
    role: str
    reach: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an approval stands: at which of how many steps, who is awaited, who has approved, until when."""

    step: int
    steps: int
    everybody: bool
    # Who could approve this step, or has to; nobody in particular where none is named.
    awaited: tuple[User, ...]
    signed: tuple[SignOff, ...]
    due_at: datetime | None
    # In whose names the reader may approve it now; empty where they may not.
    names: tuple[User, ...]
    # The reader has written these words, and nobody but them would have approved them.
    own_words: bool
    # The step names people, and none of them can approve it any more.
    is_stuck: bool

    @property
    def in_steps(self) -> bool:
        """Return whether there is more to say than that it waits."""
        return self.steps > 1 or bool(self.awaited) or self.is_stuck


def risk_at(ticket: Ticket, by: User) -> Risk:
    """Return what policies go by where somebody replies in a ticket, loaded with its channel and identity."""
    return Risk(
        what=What.REPLIES,
        organization_id=ticket.organization_id,
        brands=frozenset({ticket.brand_id}),
        channels=frozenset({ticket.channel_id}),
        networks=frozenset({ticket.channel.network}),
        topic=ticket.topic,
        role=by.role,
        reach=ticket.identity.followers or 0,
    )


def policies_for(organization_id: int, what: str) -> list[ApprovalPolicy]:
    """Return the policies of posts or of replies that are in use, in their order, for `first_of`."""
    found = ApprovalPolicy.objects.filter(organization=organization_id, active=True, what__in=(what, What.BOTH))
    return list(found.order_by("position", "pk").prefetch_related("brands", "channels", "steps"))


def first_of(policies: Iterable[ApprovalPolicy], risk: Risk) -> ApprovalPolicy | None:
    """Return the first of these policies that fits."""
    return next((policy for policy in policies if _fits(policy, risk)), None)


def policy_for(risk: Risk) -> ApprovalPolicy | None:
    """Return the policy that holds; the first that fits."""
    return first_of(policies_for(risk.organization_id, risk.what), risk)


def steps_of(policy: ApprovalPolicy | None) -> list[ApprovalStep]:
    """Return a policy's steps in their order; none where no policy holds."""
    return _steps([policy.pk]).get(policy.pk, []) if policy else []


def rules_of(steps: Sequence[ApprovalStep]) -> str:
    """Return what these steps ask for, loaded with whom they name: other letters where it is something else."""
    asked = [(one.pk, one.everybody, _ids(one.people.all()), _ids(one.teams.all())) for one in steps]
    return sha256(repr(asked).encode()).hexdigest()[:32] if asked else ""


def nobody_left(policy: ApprovalPolicy | None, asked_by: User, permission: str) -> int:
    """Return the number of the first step that names people of whom none can approve it; 0 where there is none."""
    return stuck_step(steps_of(policy), permission, without={asked_by.pk})


def stuck_step(steps: Sequence[ApprovalStep], permission: str, *, without: Collection[int] = ()) -> int:
    """Return the number of the first of these steps that nobody can approve, but for these people; 0 for none."""
    for number, step in enumerate(steps, 1):
        if names_anybody(step) and not {one.pk for one in named_in(step, permission)} - set(without):
            return number
    return 0


def fits_nothing(policy: ApprovalPolicy) -> bool:
    """Return whether all brands or channels are gone that a policy, loaded with them, was for."""
    return (policy.names_brands and not policy.brands.all()) or (policy.names_channels and not policy.channels.all())


def standing_of(
    approval: Approval, user: User, permission: str, *, now: datetime, is_stopped: bool = False
) -> Standing:
    """Return where an approval stands, and whether this person may approve it; `is_stopped`: the guard wants one."""
    return standings([approval], user, permission, now=now, is_stopped=is_stopped)[approval.pk]


def standings(
    approvals: Sequence[Approval], user: User, permission: str, *, now: datetime, is_stopped: bool = False
) -> dict[int, Standing]:
    """Return where each of these approvals stands, by its id, in queries whose number does not grow with them."""
    steps = _steps([approval.policy_id for approval in approvals if approval.policy_id])
    # What waits without a policy has one step, and nobody has signed that off.
    stored = [approval.pk for approval in approvals if approval.pk]
    found = SignOff.objects.filter(approval__in=stored).select_related("user", "person").order_by("pk")
    signed: dict[int, list[SignOff]] = {}
    for one in found if steps else ():
        signed.setdefault(one.approval_id, []).append(one)
    given = Delegation.objects.visible_to(user).filter(colleague=user).active(now).values_list("person", flat=True)
    mine = {user.pk, *given} if steps else {user.pk}
    written = _written_by(user, approvals)
    return {
        approval.pk: _standing(
            approval,
            steps.get(approval.policy_id or 0, []),
            signed.get(approval.pk, []),
            Reader(user, mine, permission, _version(approval) in written, is_stopped or _was_stopped(approval)),
        )
        for approval in approvals
    }


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at an approval: in whose names they may sign, by which permission, and whether the words are theirs."""

    user: User
    names: Collection[int]
    permission: str
    wrote: bool
    # The guard wants somebody else to look at the words.
    is_stopped: bool


def _version(approval: Approval) -> tuple[int | None, int | None, int]:
    """Return which words an approval asks about: the post or the message, and how often these were changed."""
    return approval.post_id, approval.message_id, approval.version


def _written_by(user: User, approvals: Sequence[Approval]) -> set[tuple[int | None, int | None, int]]:
    """Return the versions among these that the person has written; who has handed a reply over approves none of it."""
    posts = [approval.post_id for approval in approvals if approval.post_id]
    replies = [approval.message_id for approval in approvals if approval.message_id and approval.version]
    found: set[tuple[int | None, int | None, int]] = set()
    if posts:
        mine = PostVersion.objects.filter(post__in=posts, by=user).values_list("post", "number")
        found |= {(post, None, number) for post, number in mine}
    if replies:
        changed = ReplyChange.objects.filter(message__in=replies, by=user).values_list("message", "version")
        found |= {(None, message, version) for message, version in changed}
    return found


def _steps(policies: Collection[int]) -> dict[int, list[ApprovalStep]]:
    """Return the steps of policies with whom they name, in their order."""
    found: dict[int, list[ApprovalStep]] = {}
    if policies:
        rows = ApprovalStep.objects.filter(policy__in=policies).prefetch_related("people", "teams__members")
        for step in rows.order_by("policy", "position", "pk"):
            found.setdefault(step.policy_id, []).append(step)
    return found


def _standing(approval: Approval, steps: Sequence[ApprovalStep], signed: Sequence[SignOff], reader: Reader) -> Standing:
    # Where its policy asks for something else by now, it begins again with whoever approves next.
    again = bool(approval.rules) and approval.rules != rules_of(steps)
    number, signed = (1, ()) if again else (approval.step, tuple(signed))
    current = steps[number - 1] if number <= len(steps) else None
    named, done = named_in(current, reader.permission), {one.person_id for one in signed if one.step == number}
    awaited = tuple(person for person in named if person.pk not in done and person.pk != approval.asked_by_id)
    everybody = bool(current and current.everybody)
    names = _names_for(reader, approval, awaited, signed, names_anybody(current))
    last = number >= len(steps) and not (everybody and len(awaited) > 1)
    others = any(one.user_id != reader.user.pk for one in signed)
    return Standing(
        step=number,
        steps=max(1, len(steps)),
        everybody=everybody,
        awaited=awaited,
        signed=signed,
        due_at=approval.due_at,
        names=names,
        own_words=bool(names) and reader.wrote and last and not others and not _may_say(reader, approval, steps),
        is_stuck=names_anybody(current) and not awaited,
    )


def _names_for(
    reader: Reader, approval: Approval, awaited: Sequence[User], signed: Sequence[SignOff], is_named: bool
) -> tuple[User, ...]:
    """Return in whose names the reader may approve the current step, their own first."""
    user = reader.user
    if not user.may(reader.permission) or approval.asked_by_id == user.pk:
        return ()
    if is_named:
        return tuple(sorted((one for one in awaited if one.pk in reader.names), key=lambda one: one.pk != user.pk))
    # Two steps that name nobody ask for two people.
    return () if any(one.user_id == user.pk for one in signed) else (user,)


def _was_stopped(approval: Approval) -> bool:
    """Return whether the guard wanted somebody else to look at a reply when it was asked about."""
    return approval.decision is not None and approval.decision.outcome in guard.STOPPING


def _may_say(reader: Reader, approval: Approval, steps: Sequence[ApprovalStep]) -> bool:
    """Return whether the reader could let words of their own out here without anybody's approval."""
    permission = "post.publish" if approval.post_id else "reply.send_public"
    return not steps and not reader.is_stopped and reader.user.may(permission)


def names_anybody(step: ApprovalStep | None) -> bool:
    """Return whether a step, loaded with whom it names, is for people who are named, or were and are gone."""
    return step is not None and bool(step.names_people or step.people.all() or step.teams.all())


def _ids(rows: Iterable[models.Model]) -> list[int]:
    return sorted(row.pk for row in rows)


def named_in(step: ApprovalStep | None, permission: str) -> list[User]:
    """Return those whom a step names, themselves or by their teams, as far as their roles still allow it."""
    if step is None:
        return []
    people = {person.pk: person for person in step.people.all()}
    people |= {person.pk: person for team in step.teams.all() for person in team.members.all()}
    return sorted((one for one in people.values() if one.may(permission)), key=lambda one: (one.name, one.pk))


def _fits(policy: ApprovalPolicy, risk: Risk) -> bool:
    topics = {topic.casefold() for topic in policy.topics}
    return (
        not fits_nothing(policy)
        and _meets({brand.pk for brand in policy.brands.all()}, risk.brands)
        and _meets({channel.pk for channel in policy.channels.all()}, risk.channels)
        and _meets(set(policy.networks), risk.networks)
        and (not topics or risk.topic.casefold() in topics)
        and (not policy.roles or risk.role in policy.roles)
        and (policy.reach is None or risk.reach >= policy.reach)
    )


def _meets(wanted: Collection[object], there: Collection[object]) -> bool:
    return not wanted or bool(set(wanted) & set(there))

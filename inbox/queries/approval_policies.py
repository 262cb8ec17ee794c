"""Which approval policy holds for something, who may approve it now, and who has done so."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Delegation, User
from inbox.models import Approval, ApprovalPolicy, ApprovalStep, SignOff, What

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

    @property
    def in_steps(self) -> bool:
        """Return whether there is more to say than that it waits."""
        return self.steps > 1 or bool(self.awaited)


def policy_for(risk: Risk) -> ApprovalPolicy | None:
    """Return the policy that holds; the first that fits."""
    found = ApprovalPolicy.objects.filter(
        organization=risk.organization_id, active=True, what__in=(risk.what, What.BOTH)
    )
    ordered = found.order_by("position", "pk").prefetch_related("brands", "channels", "steps")
    return next((policy for policy in ordered if _fits(policy, risk)), None)


def steps_of(policy: ApprovalPolicy | None) -> list[ApprovalStep]:
    """Return a policy's steps in their order; none where no policy holds."""
    return _steps([policy.pk]).get(policy.pk, []) if policy else []


def standing_of(approval: Approval, user: User, permission: str, *, now: datetime) -> Standing:
    """Return where an approval stands, and whether this person may approve it."""
    return standings([approval], user, permission, now=now)[approval.pk]


def standings(approvals: Sequence[Approval], user: User, permission: str, *, now: datetime) -> dict[int, Standing]:
    """Return where each of these approvals stands, by its id, in queries whose number does not grow with them."""
    steps = _steps([approval.policy_id for approval in approvals if approval.policy_id])
    # What waits without a policy has one step, and nobody has signed that off.
    found = SignOff.objects.filter(approval__in=approvals).select_related("user", "person").order_by("pk")
    signed: dict[int, list[SignOff]] = {}
    for one in found if steps else ():
        signed.setdefault(one.approval_id, []).append(one)
    given = Delegation.objects.visible_to(user).filter(colleague=user).active(now).values_list("person", flat=True)
    mine = {user.pk, *given} if steps else {user.pk}
    return {
        approval.pk: _standing(
            approval, steps.get(approval.policy_id or 0, []), signed.get(approval.pk, []), user, mine, permission
        )
        for approval in approvals
    }


def _steps(policies: Collection[int]) -> dict[int, list[ApprovalStep]]:
    """Return the steps of policies with whom they name, in their order."""
    found: dict[int, list[ApprovalStep]] = {}
    if policies:
        rows = ApprovalStep.objects.filter(policy__in=policies).prefetch_related("people", "teams__members")
        for step in rows.order_by("policy", "position", "pk"):
            found.setdefault(step.policy_id, []).append(step)
    return found


def _standing(
    approval: Approval,
    steps: Sequence[ApprovalStep],
    signed: Sequence[SignOff],
    user: User,
    mine: Collection[int],
    permission: str,
) -> Standing:
    current = steps[approval.step - 1] if approval.step <= len(steps) else None
    named = named_in(current, permission)
    done = {one.person_id for one in signed if one.step == approval.step}
    awaited = tuple(person for person in named if person.pk not in done and person.pk != approval.asked_by_id)
    may = user.may(permission) and approval.asked_by_id != user.pk
    own_first = sorted((one for one in awaited if one.pk in mine), key=lambda one: one.pk != user.pk)
    return Standing(
        step=approval.step,
        steps=max(1, len(steps)),
        everybody=bool(current and current.everybody),
        awaited=awaited,
        signed=tuple(signed),
        due_at=approval.due_at,
        names=() if not may else tuple(own_first) if named else (user,),
    )


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
        _meets({brand.pk for brand in policy.brands.all()}, risk.brands)
        and _meets({channel.pk for channel in policy.channels.all()}, risk.channels)
        and _meets(set(policy.networks), risk.networks)
        and (not topics or risk.topic.casefold() in topics)
        and (not policy.roles or risk.role in policy.roles)
        and (policy.reach is None or risk.reach >= policy.reach)
    )


def _meets(wanted: Collection[object], there: Collection[object]) -> bool:
    return not wanted or bool(set(wanted) & set(there))

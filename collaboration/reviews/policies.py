"""The steps of a review as somebody wants them: who decides, how many must approve, and whose approval it takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from brands.choices import Role
from brands.errors import InvalidInput, NotFound
from brands.models import CustomRole, Group, GroupMember, Membership
from brands.permissions import can, capabilities_given
from brands.services import actors
from collaboration.models import Review, ReviewRequirement, ReviewReviewer, ReviewStep
from collaboration.reviews import people
from collaboration.reviews.choices import RequirementKind

_NEEDED = frozenset({"review.decide", "asset.view"})


@dataclass(frozen=True)
class Requirement:
    """One of the three."""

    role: str = ""
    custom_role: UUID | None = None
    group: UUID | None = None


@dataclass(frozen=True)
class StepWanted:
    """`members` are ids of people (users), `groups` of the brand's groups."""

    members: Sequence[int] = ()
    groups: Sequence[UUID] = ()
    name: str = ""
    min_approvals: int = 1
    required: Sequence[Requirement] = ()
    guests_decide: bool = False
    due_at: datetime | None = None


def make(review: Review, wanted: Sequence[StepWanted]) -> list[ReviewStep]:
    """The steps, numbered from 1. Raises InvalidInput naming `steps.<n>.<field>`: also for what could never be
    complete, and for who may not decide."""
    return [_made(review, number, each) for number, each in enumerate(wanted, 1)]


def name_reviewers(step: ReviewStep, *, members: Sequence[int], groups: Sequence[UUID]) -> None:
    """Raises InvalidInput naming `members.<n>` or `groups.<n>`."""
    memberships = _known("members", members, {each.user_id: each for each in _members().filter(user__in=members)})
    of_brand = _known("groups", groups, {each.pk: each for each in Group.objects.filter(pk__in=groups)})
    _check_may_decide(step.review, memberships)
    ReviewReviewer.objects.filter(step=step).delete()
    common = {"brand_id": step.brand_id, "step": step}
    ReviewReviewer.objects.bulk_create(
        [
            *(ReviewReviewer(membership=each, **common) for each in memberships),
            *(ReviewReviewer(group=each, **common) for each in of_brand),
        ]
    )


def check_possible(step: ReviewStep) -> None:
    """Raises InvalidInput when those who are asked are too few, or none of them meets a requirement. Guests, who are
    not known before, may make up the number."""
    members = [each for each in people.asked([step]).get(step.pk, []) if each.user.pk != step.review.requested_by_id]
    if not step.guests_decide and len(members) < step.min_approvals:
        raise InvalidInput(
            fields={"min_approvals": [f"Only {len(members)} of those who are asked can approve; nobody their own."]}
        )
    groups = _groups_of(member.membership.pk for member in members)
    for number, each in enumerate(step.requirements.all()):
        if not any(people.meets(one.membership, groups.get(one.membership.pk, set()), each) for one in members):
            raise InvalidInput(fields={f"required.{number}": ["Nobody who is asked meets it."]})


def _made(review: Review, number: int, wanted: StepWanted) -> ReviewStep:
    step = ReviewStep.objects.create(
        brand_id=review.brand_id,
        review=review,
        number=number,
        name=wanted.name,
        min_approvals=wanted.min_approvals,
        guests_decide=wanted.guests_decide,
        due_at=wanted.due_at,
    )
    try:
        _require(step, wanted.required)
        name_reviewers(step, members=wanted.members, groups=wanted.groups)
        check_possible(step)
    except InvalidInput as error:
        named = {f"steps.{number - 1}.{name}": sentences for name, sentences in error.fields.items()}
        raise InvalidInput(fields=named) from error
    return step


def _require(step: ReviewStep, required: Sequence[Requirement]) -> None:
    roles = {each.pk: each for each in CustomRole.objects.filter(pk__in=[each.custom_role for each in required])}
    groups = {each.pk: each for each in Group.objects.filter(pk__in=[each.group for each in required])}
    for number, each in enumerate(required):
        try:
            facts = _requirement(each, roles, groups)
        except KeyError as error:
            raise InvalidInput(fields={f"required.{number}": ["Not found."]}) from error
        ReviewRequirement.objects.create(brand_id=step.brand_id, step=step, **facts)


def _requirement(wanted: Requirement, roles: Mapping[Any, Any], groups: Mapping[Any, Any]) -> dict[str, Any]:
    if wanted.role:
        return {"kind": RequirementKind.ROLE, "role": wanted.role, "label": Role(wanted.role).label}
    if wanted.custom_role:
        role = roles[wanted.custom_role]
        return {"kind": RequirementKind.CUSTOM_ROLE, "custom_role": role, "label": role.name}
    group = groups[wanted.group]
    return {"kind": RequirementKind.GROUP, "group": group, "label": group.name}


def _members() -> Any:
    return Membership.objects.select_related("user", "custom_role")


def _known(field: str, wanted: Sequence[Any], rows: Mapping[Any, Any]) -> list[Any]:
    """Each once, in their order. Whoever is of another brand, and nobody at all, get the same sentence."""
    if wrong := {f"{field}.{n}": ["Not found."] for n, each in enumerate(wanted) if each not in rows}:
        raise InvalidInput(fields=wrong)
    return [rows[each] for each in dict.fromkeys(wanted)]


def _check_may_decide(review: Review, memberships: Sequence[Membership]) -> None:
    """Being named gives no right: who decides must have it by a role, or by a grant on the review."""
    for number, each in enumerate(memberships):
        given = capabilities_given(each.role, each.custom_role and each.custom_role.capabilities)
        if given >= _NEEDED:
            continue
        try:
            actor = actors.for_user(brand_id=review.brand_id, user=each.user)
        except NotFound:
            actor = None
        if actor is None or not all(can(actor, capability, review) for capability in _NEEDED):
            raise InvalidInput(fields={f"members.{number}": ["May not decide: give them the role, or a grant on it."]})


def _groups_of(memberships: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for each in GroupMember.objects.filter(membership__in=list(memberships)):
        found.setdefault(each.membership_id, set()).add(each.group_id)
    return found

"""Who is asked to decide, and in what capacity somebody does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from brands.models import GroupMember, Membership, User
from brands.permissions import Actor
from collaboration.models import ReviewRequirement, ReviewReviewer, ReviewStep
from collaboration.reviews.choices import RequirementKind


@dataclass(frozen=True)
class Member:
    """`groups` are those by which the person is asked; none: by name."""

    user: User
    membership: Membership
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Capacity:
    """What somebody decides as: requirements that they meet, and their role and groups in words."""

    met: list[UUID] = field(default_factory=list)
    words: str = ""


def asked(steps: Iterable[ReviewStep]) -> dict[UUID, list[Member]]:
    """By step, each member once. Two queries."""
    reviewers = ReviewReviewer.objects.filter(step__in=[step.pk for step in steps])
    named = list(reviewers.select_related("membership__user", "group"))
    in_groups = GroupMember.objects.filter(group__in={each.group_id for each in named if each.group_id})
    members: dict[UUID, list[Membership]] = {}
    for each in in_groups.select_related("membership__user").order_by("id"):
        members.setdefault(each.group_id, []).append(each.membership)
    found: dict[UUID, dict[int, Member]] = {}
    for each in named:
        of_step = found.setdefault(each.step_id, {})
        for membership in [each.membership] if each.membership_id else members.get(each.group_id, []):
            groups = (each.group.name,) if each.group_id else ()
            known = of_step.get(membership.user_id)
            if known is None:
                of_step[membership.user_id] = Member(membership.user, membership, groups)
    return {step_id: list(by_user.values()) for step_id, by_user in found.items()}


def user_ids(steps: Sequence[ReviewStep], *, but: Iterable[int] = ()) -> list[int]:
    """Everybody who is asked in any of the steps, as events name them."""
    everyone = {member.user.pk for members in asked(steps).values() for member in members}
    return sorted(everyone - set(but))


def steps_of(actor: Actor, steps: Sequence[ReviewStep]) -> list[ReviewStep]:
    """Those in which `actor` is asked: by name, through a group, or as a guest where guests decide."""
    if actor.is_guest:
        return [step for step in steps if step.guests_decide]
    groups = GroupMember.objects.filter(membership=actor.membership_id).values("group_id")
    reviewers = ReviewReviewer.objects.filter(step__in=[step.pk for step in steps])
    mine = set(reviewers.filter(membership=actor.membership_id).values_list("step_id", flat=True))
    mine |= set(reviewers.filter(group__in=groups).values_list("step_id", flat=True))
    return [step for step in steps if step.pk in mine]


def capacity(actor: Actor, requirements: Iterable[ReviewRequirement]) -> Capacity:
    if actor.is_guest:
        return Capacity(words="Guest")
    membership = Membership.objects.select_related("custom_role").get(pk=actor.membership_id)
    groups = list(GroupMember.objects.filter(membership=membership).select_related("group").order_by("group__name"))
    role = membership.role or membership.custom_role.name
    words = ", ".join([role, *(each.group.name for each in groups)])
    in_groups = {each.group_id for each in groups}
    return Capacity([each.pk for each in requirements if meets(membership, in_groups, each)], words[:120])


def meets(membership: Membership, groups: set[UUID], requirement: ReviewRequirement) -> bool:
    """What the requirement named and is gone is met by nobody."""
    if requirement.kind == RequirementKind.ROLE:
        return membership.role == requirement.role
    if requirement.kind == RequirementKind.CUSTOM_ROLE:
        return requirement.custom_role_id is not None and membership.custom_role_id == requirement.custom_role_id
    return requirement.group_id in groups

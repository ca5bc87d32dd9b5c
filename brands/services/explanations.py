"""Why somebody may do something, or may not: every way in which they could have come by the right, and what cuts it.

The rule itself is `can`'s (brands/permissions.py), which answers with one query; here each way is told apart. A test
proves that both say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q, QuerySet, TextChoices
from django.db.models.functions import Now
from django.utils import timezone

from brands import registry, resources
from brands.choices import ActorKind
from brands.errors import InvalidInput, NotFound
from brands.models import ApiKey, Grant, Group, Membership, Restriction
from brands.permissions import ABOVE_RESTRICTIONS, Actor, scoped, visible
from brands.services import actors


class Place(NamedTuple):
    """A resource."""

    type: str
    id: UUID


class Way(TextChoices):
    ROLE = "ROLE", "The role of the membership"
    BRAND = "BRAND", "A grant on the whole brand"
    RESOURCE = "RESOURCE", "A grant on the resource itself"
    HELD = "HELD", "A grant on what holds the resource"


class Cut(TextChoices):
    EXPIRED = "EXPIRED", "The grant has expired"
    RESTRICTED = "RESTRICTED", "The resource is restricted: only grants on itself count"
    PRIVATE = "PRIVATE", "Its owner keeps it to themselves"
    OUTSIDE_SCOPES = "OUTSIDE_SCOPES", "The key's scopes leave it out"
    ENDED = "ENDED", "The key has ended, or its maker has left"


@dataclass(frozen=True)
class Subject:
    """Whose rights are asked about. With a key, the membership is its maker's; None: they have left."""

    membership: Membership | None = None
    group: Group | None = None
    api_key: ApiKey | None = None

    @property
    def grants(self) -> "QuerySet[Grant]":
        mine: QuerySet[Grant] = Grant.objects.none()
        if self.membership is not None:
            mine = actors.grants_of_member(self.membership.pk)
        if self.group is not None:
            mine = Grant.objects.filter(group=self.group)
        return mine if self.api_key is None else mine | Grant.objects.filter(api_key=self.api_key)

    @property
    def has_ended(self) -> bool:
        if self.api_key is None:
            return False
        return self.membership is None or not self.api_key.is_live(at=timezone.now())

    def scoped(self, capabilities: frozenset[str]) -> frozenset[str]:
        return capabilities if self.api_key is None else scoped(capabilities, self.api_key.scopes)


@dataclass(frozen=True)
class Path:
    """One way to a capability. `grant` is None for a role; `held_by`: what holds the resource."""

    way: str
    grant: Grant | None = None
    role_name: str = ""
    held_by: Place | None = None
    cut: tuple[str, ...] = ()

    @property
    def expires_at(self) -> datetime | None:
        return None if self.grant is None else self.grant.expires_at


@dataclass(frozen=True)
class Facts:
    """All that decides over the rights of a subject on one resource, or in the brand (`place` is None)."""

    subject: Subject
    grants: Sequence[Grant]
    expired: frozenset[UUID]
    place: Place | None = None
    restricted: bool = False
    private: bool = False
    holders: frozenset[Place] = frozenset()

    @property
    def everywhere(self) -> frozenset[str]:
        """What counts in the whole brand."""
        role = self.subject.membership.capabilities if self.subject.membership else frozenset()
        live = [grant for grant in self.grants if grant.resource_id is None and grant.pk not in self.expired]
        return self.subject.scoped(role.union(*(grant.capabilities for grant in live)))

    def paths(self, capability: str) -> list[Path]:
        """Every way to it, as it would be without what cuts it."""
        found = []
        membership = self.subject.membership
        if membership is not None and capability in membership.capabilities:
            found.append(self._path(capability, Way.ROLE, None, membership.role_name))
        for grant in self.grants:
            way = self._way(grant)
            if way is not None and capability in grant.capabilities:
                found.append(self._path(capability, way, grant, grant.role_name))
        return found

    def allows(self, capability: str) -> bool:
        return any(not path.cut for path in self.paths(capability))

    def _way(self, grant: Grant) -> Way | None:
        if grant.resource_id is None:
            return Way.BRAND
        if self.place == _place(grant):
            return Way.RESOURCE
        return Way.HELD if _place(grant) in self.holders else None

    def _path(self, capability: str, way: Way, grant: Grant | None, role_name: str) -> Path:
        above = ABOVE_RESTRICTIONS in self.everywhere and (way != Way.HELD or capability in self.everywhere)
        cuts = (
            (Cut.EXPIRED, grant is not None and grant.pk in self.expired),
            (Cut.RESTRICTED, self.restricted and way != Way.RESOURCE and not above),
            (Cut.PRIVATE, self.private and way in (Way.ROLE, Way.BRAND)),
            (Cut.OUTSIDE_SCOPES, not self.subject.scoped(frozenset({capability}))),
            (Cut.ENDED, self.subject.has_ended),
        )
        held_by = _place(grant) if grant is not None and way == Way.HELD else None
        return Path(way, grant, role_name, held_by, tuple(cut.value for cut, applies in cuts if applies))


@dataclass(frozen=True)
class Explanation:
    capability: str
    allowed: bool
    restricted: bool
    paths: list[Path]


def explain(
    *,
    actor: Actor,
    capability: str,
    resource_type: str = "",
    resource_id: UUID | None = None,
    member: UUID | None = None,
    group: UUID | None = None,
    api_key: UUID | None = None,
) -> Explanation:
    """About the actor, or one of whom is named.

    Raises NotFound for a resource that the actor may not see, whoever is asked about; InvalidInput naming `member`,
    `group` or `api_key` that the actor may not know of.
    """
    row = registry.resolve(actor=actor, code=resource_type, id=resource_id) if resource_type else None
    subject = _subject(actor, {"member": member, "group": group, "api_key": api_key})
    facts = facts_about(subject=subject, code=resource_type, row=row)
    paths = [_shown(actor, path) for path in facts.paths(capability)]
    return Explanation(capability, facts.allows(capability), facts.restricted, paths)


def facts_about(*, subject: Subject, code: str = "", row: Model | None = None) -> Facts:
    """On the resource `row` of type `code`, or in the brand. In the brand's scope."""
    grants = list(subject.grants.select_related("custom_role").order_by("id"))
    expired = frozenset(subject.grants.filter(expires_at__lte=Now()).values_list("pk", flat=True))
    if row is None:
        return Facts(subject, grants, expired)
    places = {_place(grant) for grant in grants if grant.resource_id is not None}
    return Facts(
        subject,
        grants,
        expired,
        Place(code, row.pk),
        Restriction.objects.filter(resource_type=code, resource_id=row.pk).exists(),
        _is_private(subject, code, row),
        _holders(code, row.pk, places),
    )


def own(actor: Actor) -> Subject:
    """The actor as a subject: a member, or a key and its maker."""
    membership = Membership.objects.select_related("custom_role").filter(pk=actor.membership_id).first()
    key = ApiKey.objects.get(pk=actor.id) if actor.kind == ActorKind.API_KEY else None
    return Subject(membership, api_key=key)


def _subject(actor: Actor, named: dict[str, UUID | None]) -> Subject:
    chosen = {name: pk for name, pk in named.items() if pk is not None}
    if not chosen:
        return own(actor)
    if len(chosen) > 1:
        raise InvalidInput(fields={name: ["One of member, group and api_key."] for name in chosen})
    ((name, pk),) = chosen.items()
    model = {"member": Membership, "group": Group, "api_key": ApiKey}[name]
    found = visible(actor, "member.view", model._default_manager.filter(pk=pk)).first()
    if found is None:
        raise InvalidInput(fields={name: ["Not found."]})
    if isinstance(found, ApiKey):
        maker = Membership.objects.select_related("custom_role").filter(user=found.created_by_id).first()
        return Subject(maker, api_key=found)
    return Subject(group=found) if isinstance(found, Group) else Subject(found)


def _shown(actor: Actor, path: Path) -> Path:
    """What holds the resource may be hidden from who asks: a colleague's private collection."""
    if path.held_by is None:
        return path
    try:
        registry.resolve(actor=actor, code=path.held_by.type, id=path.held_by.id)
    except NotFound:
        return Path(path.way, None, "", None, path.cut)
    return path


def _place(grant: Grant) -> Place:
    """Of a grant that is not on the whole brand."""
    return Place(grant.resource_type, grant.resource_id)  # type: ignore[arg-type]


def _is_private(subject: Subject, code: str, row: Model) -> bool:
    """Kept to itself by somebody else."""
    user_id = subject.membership.user_id if subject.membership else None
    for kept in resources.privates():
        if kept.type == code and type(row)._default_manager.filter(pk=row.pk, **kept.where).exists():
            return user_id is None or getattr(row, kept.owner_field) != user_id
    return False


def _holders(code: str, pk: UUID, places: set[Place]) -> frozenset[Place]:
    """Which of these resources hold the one asked about."""
    found: set[Place] = set()
    for container in resources.containers():
        ids = [place_id for type_, place_id in places if type_ == container.type]
        if not ids or (container.holds and container.holds != code):
            continue
        held = Q(**{f"{container.container_field}__in": ids, container.id_field: pk})
        if container.holds_field:
            held &= Q(**{container.holds_field: code})
        rows = apps.get_model(container.model)._default_manager.filter(held)
        found |= {
            Place(container.type, place_id) for place_id in rows.values_list(container.container_field, flat=True)
        }
    return frozenset(found)

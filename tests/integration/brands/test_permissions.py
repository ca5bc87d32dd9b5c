"""`can` and `visible` are one rule seen from two sides."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ai_studio.models import StudioSettings
from brands.choices import ActorKind, Role
from brands.errors import Forbidden
from brands.models import ApiKey, Brand, Membership
from brands.permissions import (
    CAPABILITIES,
    ROLE_CAPABILITIES,
    Actor,
    can,
    capabilities_of,
    require,
    scoped,
    visible,
)
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant

capabilities = st.sampled_from(sorted(CAPABILITIES))
roles = st.sampled_from(Role.values)
scopes = st.lists(st.one_of(capabilities, st.just("*")), max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(role=roles, scopes=scopes, capability=capabilities, home=st.booleans(), rows_of=st.booleans())
def test_visible_is_exactly_what_can_allows(  # noqa: PLR0917
    ours: Tenant, theirs: Tenant, role: str, scopes: Sequence[str], capability: str, home: bool, rows_of: bool
) -> None:
    rights = scoped(capabilities_of(role), scopes) if scopes else capabilities_of(role)
    actor = Actor(ActorKind.USER, "1", "someone", (ours if home else theirs).id, rights)
    with brand_scope((ours if rows_of else theirs).brand):
        for model in (Membership, ApiKey, StudioSettings, Brand):
            everything = model._default_manager.all()
            allowed = {row.pk for row in everything if can(actor, capability, row)}
            assert set(visible(actor, capability, everything).values_list("pk", flat=True)) == allowed


@given(role=roles, scopes=scopes)
def test_a_key_never_has_more_than_its_maker(role: str, scopes: Sequence[str]) -> None:
    rights = scoped(capabilities_of(role), scopes)
    assert rights <= capabilities_of(role)
    assert rights <= set(scopes) or "*" in scopes


def test_every_role_is_described_and_only_owners_may_everything() -> None:
    assert set(ROLE_CAPABILITIES) == set(Role.values)
    assert all(rights <= CAPABILITIES for rights in ROLE_CAPABILITIES.values())
    assert [role for role, rights in ROLE_CAPABILITIES.items() if rights == CAPABILITIES] == [Role.OWNER]
    assert CAPABILITIES - ROLE_CAPABILITIES[Role.ADMIN] == {"role.manage"}


@pytest.mark.parametrize("door", [can, require])
def test_a_capability_that_does_not_exist_is_a_mistake_of_ours(door, ours: Tenant) -> None:
    with pytest.raises(ValueError, match="Unknown capability"):
        door(ours.actor(), "asset.fly", ours.brand)
    with pytest.raises(ValueError, match="Unknown capability"):
        visible(ours.actor(), "asset.fly", Brand.objects.all())


def test_require_names_what_is_missing(ours: Tenant, theirs: Tenant) -> None:
    require(ours.actor("VIEWER"), "asset.view", ours.brand)
    with pytest.raises(Forbidden) as refused:
        require(ours.actor("VIEWER"), "member.manage", ours.brand)
    assert refused.value.extra == {"capability": "member.manage"}
    with pytest.raises(Forbidden):
        require(ours.actor("OWNER"), "asset.view", theirs.brand)

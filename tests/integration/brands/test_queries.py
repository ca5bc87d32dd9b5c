"""A list costs the same number of queries, however long it is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brands import audit, events
from brands.models import ApiKey, Invitation, Membership
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, client_for, make_user

FEW, MANY = 1, 20
# What every request in a brand costs: the scope's transaction and setting, the credential, the person, the
# membership; then the route's own.
MOST = 12


def members(tenant: Tenant, n: int) -> None:
    people = [make_user(f"{n}-{number}@people.example") for number in range(n)]
    Membership.objects.bulk_create(Membership(brand=tenant.brand, user=user, role="VIEWER") for user in people)


def invitations(tenant: Tenant, n: int) -> None:
    expires_at = timezone.now() + timedelta(days=1)
    Invitation.objects.bulk_create(
        Invitation(
            brand=tenant.brand,
            email=f"{n}-{number}@people.example",
            role="VIEWER",
            token_sha256=f"{n}-{number}",
            invited_by=tenant.owner,
            expires_at=expires_at,
        )
        for number in range(n)
    )


def api_keys(tenant: Tenant, n: int) -> None:
    ApiKey.objects.bulk_create(
        ApiKey(brand=tenant.brand, name="k", prefix=f"{n}-{number}", last4="0", scopes=["*"], created_by=tenant.owner)
        for number in range(n)
    )


def audit_entries(tenant: Tenant, n: int) -> None:
    for _ in range(n):
        audit.record(actor=tenant.actor(), action="thing.done", obj=tenant.brand)


def domain_events(tenant: Tenant, n: int) -> None:
    for _ in range(n):
        events.append(brand_id=tenant.id, type="thing.done", payload={})


LISTS = {
    "members/": members,
    "invitations/": invitations,
    "api-keys/": api_keys,
    "audit/": audit_entries,
    "domain-events/": domain_events,
}


@pytest.mark.parametrize("credential", ["person", "key"])
@pytest.mark.parametrize("route", LISTS)
def test_a_longer_list_needs_no_more_queries(route: str, credential: str, ours: Tenant) -> None:
    client = client_for(ours.owner if credential == "person" else ours.key)

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            answer = client.get(ours.url + route)
        assert answer.status_code == 200
        return len(answer.json()["results"]), len(captured)

    with brand_scope(ours.brand):
        LISTS[route](ours, FEW)
    queries()  # what is remembered from the first time on
    short, few = queries()
    with brand_scope(ours.brand):
        LISTS[route](ours, MANY)
    long, many = queries()
    assert long >= short + MANY
    assert few == many <= MOST


def test_the_list_of_ones_brands_is_one_query(ours: Tenant, theirs: Tenant) -> None:
    client = client_for(ours.owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/api/v1/brands/").status_code == 200
        return len(captured)

    few = queries()
    with brand_scope(theirs.brand):
        Membership.objects.create(brand=theirs.brand, user=ours.owner, role="VIEWER")
    assert queries() == few == 3  # session, person, brands

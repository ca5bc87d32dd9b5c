"""Cohorts that go on from what was kept say what a build from all events would, to the last digit."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from analytics.ingest.incoming import Identity, IncomingEvent
from analytics.models import AnalyticsCohort, CohortBuild, CohortLife
from analytics.services import cohort_sums, cohorts, retention
from analytics.services.cohort_sums import Asked
from analytics.stores.connections import pool
from brands.models import Brand
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant, make_tenant
from tests.integration.analytics.recorded import event, put

START = datetime(2024, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
PEOPLE = [f"person {number}" for number in range(12)]
insert_ids = count()


@pytest.fixture(autouse=True)
def _connections(committed: None) -> Iterator[None]:
    yield
    pool().close()


def on(day: float, who: str = "ann", name: str = "visit", **facts: Any) -> IncomingEvent:
    return event(name, who, at=START + day * DAY, insert_id=str(next(insert_ids)), **facts)


def asked(tenant: Tenant, day: float) -> tuple[Asked, CohortBuild | None]:
    with brand_scope(tenant.brand):
        former = CohortBuild.objects.first()
        zone = Brand.objects.get(pk=tenant.id).timezone
    at = START + day * DAY
    return Asked(tenant.id, zone, at.date(), former and former.kept_from, at), former


def starts_anew(tenant: Tenant, day: float) -> bool:
    return cohort_sums.build(*asked(tenant, day)).whole


def built(tenant: Tenant, day: float) -> None:
    cohorts.rebuild(brand_id=tenant.id, at=START + day * DAY)


def said(tenant: Tenant) -> list[tuple[Any, ...]]:
    """All but how long each row has said it."""
    apart = {"id", "brand", "known_date"}
    kept = [field.name for field in AnalyticsCohort._meta.local_fields if field.name not in apart]
    with brand_scope(tenant.brand):
        return sorted(AnalyticsCohort.objects.values_list(*kept), key=str)


def lives(tenant: Tenant) -> list[tuple[Any, ...]]:
    with brand_scope(tenant.brand):
        found = CohortLife.objects.values_list("person", "came_date", "seen", "revenue_micros", "cost_micros")
        return sorted(found, key=lambda life: int(life[0]))


def from_all(tenant: Tenant, day: float) -> tuple[list[Any], list[Any]]:
    """What a build says that knows of none before."""
    with brand_scope(tenant.brand):
        CohortBuild.objects.update(arrivals=None, sums=None)
        AnalyticsCohort.objects.all().delete()
    built(tenant, day)
    return said(tenant), lives(tenant)


def anything(random: np.random.Generator, day: int) -> IncomingEvent:
    """Of today, or late; some pay, some cost, some turn out to be somebody else."""
    who, other = random.choice(PEOPLE, 2, replace=False).tolist()
    late = random.choice([0, 0, 0, 1, 3, 20])
    at = max(day - late, 0) + float(random.random())
    kind = random.choice(["visit", "visit", "visit", "buy", "cost", "alias"], p=[0.3, 0.2, 0.2, 0.15, 0.1, 0.05])
    if kind == "buy":
        return on(at, who, "buy", revenue=Decimal(int(random.integers(1, 10**9))) / 10**6, currency="USD")
    if kind == "cost":
        return on(at, who, "$generation_completed", properties={"cost_usd": float(random.random())})
    if kind == "alias":
        return on(at, who, "link", identity=Identity.ALIAS, alias=other)
    return on(at, who)


@pytest.mark.parametrize("seed", range(3))
def test_going_on_says_what_a_build_from_all_events_says(seed: int) -> None:
    random, tenant, went_on = np.random.default_rng(seed), make_tenant(f"go{seed}"), 0
    for day in range(0, 100, 9):
        put(tenant, *(anything(random, day) for _ in range(12)), at=START + day * DAY)
        put(tenant, *(anything(random, day) for _ in range(6)), at=START + (day + 0.01) * DAY)
        went_on += not starts_anew(tenant, day + 0.02)
        built(tenant, day + 0.02)
    assert went_on > 5
    went_on_to = said(tenant), lives(tenant)
    assert went_on_to == from_all(tenant, day + 0.02)
    assert {row[0] for row in went_on_to[0]} == {"DAY", "WEEK", "MONTH"}


@pytest.fixture
def known(ours: Tenant) -> Tenant:
    """Twenty people of ten days, built."""
    put(ours, *(on(number / 2, f"person {number}") for number in range(20)), at=START + 10 * DAY)
    built(ours, 10)
    return ours


def test_what_is_new_is_added_and_a_day_that_passed_is_new(known: Tenant) -> None:
    put(known, on(10.5, "person 1"), on(4, "person 2", revenue=Decimal(5), currency="USD"), at=START + 10.6 * DAY)
    for day in (10.7, 11):
        assert not starts_anew(known, day)
        built(known, day)
    assert (said(known), lives(known)) == from_all(known, 11)


def test_what_came_with_a_moment_of_long_ago_is_noticed_and_counted(known: Tenant) -> None:
    put(known, on(4, "late"), at=START + 9 * DAY)
    assert starts_anew(known, 10.1)
    built(known, 10.1)
    assert len(lives(known)) == 21
    assert not starts_anew(known, 10.2)


def test_what_was_on_its_way_while_others_were_built_is_new_later(known: Tenant) -> None:
    put(known, on(4, "slow"), at=START + 10 * DAY - timedelta(seconds=30))
    assert not starts_anew(known, 10.1)
    built(known, 10.1)
    assert (said(known), lives(known)) == from_all(known, 10.1)


def test_people_who_were_merged_live_one_life(known: Tenant) -> None:
    put(known, on(3, "person 1", "link", identity=Identity.ALIAS, alias="person 18"), at=START + 10.1 * DAY)
    assert not starts_anew(known, 10.2)
    built(known, 10.2)
    assert len(lives(known)) == 19
    assert (said(known), lives(known)) == from_all(known, 10.2)


def test_whose_events_were_forgotten_does_not_come_again(known: Tenant) -> None:
    retention.forget(brand_id=known.id, before=START + 5 * DAY)
    built(known, 10.1)
    people = len(lives(known))
    put(known, on(10.2, "person 1"), on(10.2, "new"), at=START + 10.3 * DAY)
    assert not starts_anew(known, 11)
    built(known, 11)
    assert len(lives(known)) == people + 1


@pytest.mark.parametrize("change", [{"timezone": "Asia/Tokyo"}, {"currency": "EUR"}])
def test_another_calendar_or_currency_starts_anew(change: dict[str, str], known: Tenant) -> None:
    with brand_scope(known.brand):
        CohortLife.objects.all().delete()
        Brand.objects.filter(pk=known.id).update(**change)
    built(known, 10.1)
    assert len(lives(known)) == 20


def test_one_brands_news_are_none_of_anothers(known: Tenant, theirs: Tenant) -> None:
    put(theirs, on(4, "person 1"), at=START + 10.1 * DAY)
    before = said(known), lives(known)
    built(known, 10.2)
    assert (said(known), lives(known)) == before


@pytest.mark.parametrize(("model", "changes"), [(CohortLife, {"seen": [1]}), (CohortBuild, {"sums": None})])
def test_the_database_refuses_half_of_what_a_build_goes_on_from(model: Any, changes: Any, known: Tenant) -> None:
    with brand_scope(known.brand), pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**changes)

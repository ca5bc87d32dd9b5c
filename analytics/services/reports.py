"""Saved reports: kept, changed, forgotten. What they ask, analytics.api.report_kinds tells."""

from typing import Any

from analytics.errors import TooManyReports
from analytics.models import AnalyticsReport
from brands import audit, events
from brands.errors import InvalidInput, NotFound
from brands.models import Brand
from brands.permissions import Actor, require, visible
from brands.services import grants
from brands.services.conflicts import refused_as

CAPABILITY = "analytics.edit"
RESOURCE_TYPE = "ANALYTICS_REPORT"
QUESTION = ("kind", "parameters", "last_days")
ONCE = "report_name_once"
MOST_REPORTS = 500


def create(*, actor: Actor, **facts: Any) -> AnalyticsReport:
    """Raises InvalidInput naming `name` when it is taken, and TooManyReports."""
    brand = Brand.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.brand_id)
    require(actor, CAPABILITY, brand)
    if AnalyticsReport.objects.count() >= MOST_REPORTS:
        raise TooManyReports(f"A brand keeps at most {MOST_REPORTS} reports.")
    made = AnalyticsReport(brand_id=actor.brand_id, created_by_id=actor.person_id, **facts)
    with refused_as(**{ONCE: _taken()}):
        made.save(force_insert=True)
    _record(actor, "report.created", made)
    return made


def change(*, actor: Actor, report: AnalyticsReport, **changes: Any) -> AnalyticsReport:
    """Raises InvalidInput naming `name` when it is taken."""
    report = held(actor, report)
    changed = sorted(field for field, value in changes.items() if getattr(report, field) != value)
    if not changed:
        return report
    for field in changed:
        setattr(report, field, changes[field])
    with refused_as(**{ONCE: _taken()}):
        report.save(update_fields=[*changed, "updated_at"])
    _record(actor, "report.changed", report, changed=changed)
    return report


def delete(*, actor: Actor, report: AnalyticsReport) -> None:
    """With all rights on it."""
    report = held(actor, report)
    _record(actor, "report.deleted", report)
    grants.forget(resource_type=RESOURCE_TYPE, resource_id=report.pk)
    report.delete()


def require_may_ask(actor: Actor) -> None:
    """Rights on one report let one read its answer, and rename it; not make it answer whatever one likes to know."""
    require(actor, "analytics.view", Brand.objects.get(pk=actor.brand_id))


def held(actor: Actor, report: AnalyticsReport) -> AnalyticsReport:
    """As it is now, until the commit."""
    known = visible(actor, "analytics.view", AnalyticsReport.objects.all())
    found: AnalyticsReport | None = known.select_for_update(of=("self",)).filter(pk=report.pk).first()
    if found is None:
        raise NotFound()
    require(actor, CAPABILITY, found)
    return found


def _taken() -> InvalidInput:
    return InvalidInput(fields={"name": ["Another report of the brand has this name."]})


def _record(actor: Actor, action: str, report: AnalyticsReport, **details: Any) -> None:
    audit.record(actor=actor, action=action, obj=report, name=report.name, **details)
    events.append(brand_id=report.brand_id, type=action, payload={"report": str(report.pk), **details})

"""What became of the people who came together."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from analytics.choices import Grain
from analytics.dashboards import menu
from analytics.dashboards.drawn import drawn
from analytics.dashboards.page import Page
from analytics.dashboards.pickers import Choice, Picker
from analytics.dashboards.visit import Visit
from analytics.models import AnalyticsCohort
from analytics.models.cohort import PERIODS
from analytics.services import cohort_tables
from analytics.services.cohort_charts import MEASURES, cohort_name, cohorts_picture, unit

MOST_SHOWN = 60
GRAIN, MEASURE = "grain", "measure"
_GRAINS = [(grain.value, grain.name.capitalize()) for grain in (Grain.MONTH, Grain.WEEK, Grain.DAY)]


def _pickers(visit: Visit) -> Sequence[Picker]:
    return [
        Choice(GRAIN, "Came in the same", _grain(visit), _GRAINS),
        Choice(MEASURE, "Show", _measure(visit), list(MEASURES.items())),
    ]


def _grain(visit: Visit) -> str:
    return visit.chosen(GRAIN, [value for value, _ in _GRAINS])


def _measure(visit: Visit) -> str:
    return visit.chosen(MEASURE, list(MEASURES))


def _answer(visit: Visit) -> dict[str, Any]:
    days, measure = visit.days, _measure(visit)
    found = cohort_tables.table(
        brand_id=visit.brand.pk, grain=Grain(_grain(visit)), from_date=days.from_date, to_date=days.to_date
    )
    shown = replace(found, cohorts=found.cohorts[-MOST_SHOWN:])
    picture = partial(cohorts_picture, shown, measure=measure, currency=visit.brand.currency)
    return {
        "found": shown,
        "hidden": len(found.cohorts) - len(shown.cohorts),
        "measure": measure,
        "currency": unit(measure, visit.brand.currency),
        "words": MEASURES[measure],
        "periods": PERIODS,
        "none_known": all(getattr(cell, measure) is None for each in shown.cohorts for cell in each.cells),
        "chart": drawn(picture) if shown.cohorts else None,
        "rows": [
            (cohort_name(each.start_date, found.grain), each, [(cell, _trend(cell, measure)) for cell in each.cells])
            for each in shown.cohorts
        ],
    }


def _trend(cell: AnalyticsCohort, measure: str) -> str:
    """Beside the cohort before; of what is tested."""
    return str(getattr(cell, f"{measure}_trend", "")).lower()


COHORTS = Page(menu.COHORTS, _answer, _pickers, default_days=365)

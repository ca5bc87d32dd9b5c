"""What OpenAPI says of retention and cohorts."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from analytics.api.serializers.cohorts import CohortsChartQuery, CohortsQuery, CohortTableSerializer
from analytics.api.serializers.funnel_answers import FunnelPeopleSerializer
from analytics.api.serializers.retention import (
    RetentionAnswerSerializer,
    RetentionChartQuery,
    RetentionPeopleQuery,
    RetentionTableQuery,
)


def _get(**words: Any) -> Any:
    return extend_schema_view(get=extend_schema(**words))


RESULT = _get(
    operation_id="retention_get",
    summary="Who comes back",
    description="A row for each cohort, a column for each period after it. What is not known yet is null and says when "
    "it will be known; it stays out of the averages. Every rate with its interval.",
    parameters=[RetentionTableQuery],
    responses={200: RetentionAnswerSerializer, **problems(400, 429)},
)
CHART = _get(
    operation_id="retention_chart",
    summary="See it as a picture",
    description="The same as SVG, for reports and e-mails: what is not known yet is hatched.",
    parameters=[RetentionChartQuery],
    responses={(200, "image/svg+xml"): OpenApiTypes.STR, **problems(400, 429)},
)
PEOPLE = _get(
    operation_id="retention_people",
    summary="The people behind a cell",
    description="With the question of the table, and the place of the cell in it.",
    parameters=[RetentionPeopleQuery],
    responses={200: FunnelPeopleSerializer, **problems(400, 429)},
)
COHORTS = _get(
    operation_id="cohorts_get",
    summary="What became of those who came together",
    description="Revenue, lifetime value, cost, margin and retention of each cohort, up to so many days after each of "
    "its people came. A cohort younger than its period is null there and says when it will not be. The retention of a "
    "period is the share seen again between the end of the period before and its own. `cost_usd` is what the studio "
    "paid to make things for its people, as $generation_completed, _failed and _cancelled tell; `cost` and `margin` "
    "are in the brand's currency, and null where that is not USD, for no rate of exchange is known. Built on a "
    "schedule, each time with what is new.",
    parameters=[CohortsQuery],
    responses={200: CohortTableSerializer, **problems(400)},
)
COHORTS_CHART = _get(
    operation_id="cohorts_chart",
    summary="See it as a picture",
    description="One measure of each cohort and period as SVG, for reports and e-mails: cohorts younger than "
    "a period are hatched.",
    parameters=[CohortsChartQuery],
    responses={(200, "image/svg+xml"): OpenApiTypes.STR, **problems(400)},
)

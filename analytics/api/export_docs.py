"""What OpenAPI says of answers as files."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from analytics.api.files import FORMATS
from analytics.api.serializers.cohorts import CohortsQuery
from analytics.api.serializers.funnel_answers import RangeQuery, ReportQuery
from analytics.api.serializers.metric_values import ValuesQuery
from analytics.api.serializers.retention import RetentionQuery, RetentionTableQuery

_WHOLE = (
    "As CSV, NDJSON or Parquet, sent as it is read. A file that fails is broken off: its connection ends without the "
    "last chunk. In CSV, texts that a spreadsheet would take for a formula begin with a quote."
)
_STEP = OpenApiParameter("step", int, required=True)
_FATE = OpenApiParameter("fate", str, enum=["reached", "open", "dropped"])
_CELL = [OpenApiParameter("cohort", int, required=True), OpenApiParameter("column", int, required=True)]
_EVENT = [
    OpenApiParameter("name", str),
    OpenApiParameter("person", int),
    OpenApiParameter("distinct_id", str),
    OpenApiParameter("since", OpenApiTypes.DATETIME),
    OpenApiParameter("until", OpenApiTypes.DATETIME),
]


def _file(name: str, summary: str, parameters: list[Any]) -> Any:
    types = ("text/csv", "application/x-ndjson", "application/vnd.apache.parquet")
    return extend_schema_view(
        get=extend_schema(
            operation_id=f"{name}_export",
            summary=summary,
            description=_WHOLE,
            filters=False,
            parameters=[*parameters, OpenApiParameter("format", str, enum=FORMATS, default="csv")],
            responses={**{(200, kind): OpenApiTypes.BINARY for kind in types}, **problems(400, 429)},
        )
    )


EVENTS = _file("analytics_events", "Events as a file", _EVENT)
FUNNEL = _file("funnels_result", "A funnel's result as a file", [ReportQuery])
FUNNEL_PEOPLE = _file("funnels_people", "The people behind a number as a file", [RangeQuery, _STEP, _FATE])
RETENTION = _file("retention", "Retention as a file", [RetentionTableQuery])
RETENTION_PEOPLE = _file("retention_people", "The people behind a cell as a file", [RetentionQuery, *_CELL])
COHORTS = _file("cohorts", "Cohorts as a file", [CohortsQuery])
METRIC = _file("metrics_values", "A metric over time as a file", [ValuesQuery])

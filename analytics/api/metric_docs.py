"""What OpenAPI says of metrics."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from analytics.api.serializers.correlations import (
    CorrelationsAnswerSerializer,
    CorrelationsChartQuery,
    CorrelationsQuery,
)
from analytics.api.serializers.metric_anomalies import AnomaliesAnswerSerializer, AnomaliesQuery
from analytics.api.serializers.metric_values import ChartQuery, MetricValuesAnswerSerializer, ValuesQuery
from analytics.api.serializers.metrics import MetricBody, MetricSerializer

_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body are done once in 24 h."
)
_REVENUE = OpenApiExample(
    "Revenue of one country",
    value={
        "name": "Revenue in Sweden",
        "unit": "SEK",
        "subject": "REVENUE",
        "definition": {
            "measure": "sum",
            "event": "Order Completed",
            "property": "$revenue",
            "filters": [{"property": "country", "values": ["SE"]}],
        },
    },
    request_only=True,
)
_RATE = OpenApiExample(
    "Orders per visitor",
    value={
        "name": "Orders per visitor",
        "definition": {
            "measure": "formula",
            "operation": "divided_by",
            "first": {"measure": "count", "event": "Order Completed"},
            "second": {"measure": "people", "event": "$pageview"},
        },
    },
    request_only=True,
)

METRICS = extend_schema_view(
    list=extend_schema(
        operation_id="metrics_list",
        summary="List the brand's metrics",
        description="Newest first.",
        responses={200: MetricSerializer(many=True), **problems(400)},
    ),
    create=extend_schema(
        operation_id="metrics_create",
        summary="Keep a metric",
        description="`count` counts events and `people` those who did them; `sum`, `average` and `percentile` take the "
        "numbers of a property; `formula` takes two of these. Up to 200 metrics.",
        request=MetricBody,
        parameters=[_KEY],
        responses={201: MetricSerializer, **problems(400, 409, 415, 422)},
        examples=[_REVENUE, _RATE],
    ),
    retrieve=extend_schema(
        operation_id="metrics_get", summary="Look at a metric", responses={200: MetricSerializer, **problems()}
    ),
    partial_update=extend_schema(
        operation_id="metrics_update",
        summary="Change a metric",
        description="A new definition takes the place of the whole former one.",
        request=MetricBody,
        responses={200: MetricSerializer, **problems(400, 415)},
    ),
    destroy=extend_schema(
        operation_id="metrics_delete", summary="Forget a metric", responses={204: None, **problems()}
    ),
    values=extend_schema(
        operation_id="metrics_values",
        summary="See what a metric comes to",
        description="Every bucket of the range by the brand's calendar: counts and sums of nothing are 0, means of "
        "nothing null with the reason. Trend and change are tested, allowing for season and for what neighbouring "
        "buckets share; identities are merged, percentiles linear.",
        filters=False,
        parameters=[ValuesQuery],
        responses={200: MetricValuesAnswerSerializer, **problems(400)},
    ),
    anomalies=extend_schema(
        operation_id="metrics_anomalies",
        summary="See what departed from its own history",
        description="Each complete bucket beside those before it: more than two deviations (or 1.5 quartile ranges) "
        "are medium, three high, above or below. With a breakdown, which of its values explain how much, and what to "
        "look at first.",
        filters=False,
        parameters=[AnomaliesQuery],
        responses={200: AnomaliesAnswerSerializer, **problems(400)},
    ),
)

METRIC_CHART = extend_schema(
    operation_id="metrics_chart",
    summary="See it as a picture",
    description="The same as SVG, for reports and e-mails: what has not ended is dashed, the former period grey.",
    filters=False,
    parameters=[ChartQuery],
    responses={(200, "image/svg+xml"): OpenApiTypes.STR, **problems(400)},
)
CORRELATIONS = extend_schema_view(
    get=extend_schema(
        operation_id="correlations",
        summary="See which metrics move together",
        description="Pearson's r of complete buckets, freed of trend and season and prewhitened, with Fisher's "
        "interval on an effective number of points. `make bench-correlations` measures how rarely unrelated metrics "
        "are called related. What cannot be told is refused with its reason.",
        parameters=[CorrelationsQuery],
        responses={200: CorrelationsAnswerSerializer, **problems(400)},
    )
)
CORRELATIONS_CHART = extend_schema_view(
    get=extend_schema(
        operation_id="correlations_chart",
        summary="See it as a picture",
        description="r of every pair as SVG, for reports and e-mails; without colour where it may be chance.",
        parameters=[CorrelationsChartQuery],
        responses={(200, "image/svg+xml"): OpenApiTypes.STR, **problems(400)},
    )
)

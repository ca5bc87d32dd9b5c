"""What OpenAPI says of saved reports."""

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_view,
)

from ai_studio.api.problems import problems
from analytics.api.serializers.cohorts import CohortTableSerializer
from analytics.api.serializers.correlations import CorrelationsSerializer
from analytics.api.serializers.funnel_answers import (
    FunnelAnswerSerializer,
    FunnelTimesSerializer,
    FunnelTrendSerializer,
)
from analytics.api.serializers.metric_values import MetricValuesSerializer
from analytics.api.serializers.reports import ReportBody, SavedReportSerializer
from analytics.api.serializers.retention import RetentionAnswerSerializer

_EXAMPLE = OpenApiExample(
    "Who comes back, week by week",
    value={
        "name": "Weekly retention of buyers",
        "kind": "RETENTION",
        "parameters": {"start_event": "purchase", "period": "week", "columns": 8},
        "last_days": 90,
    },
    request_only=True,
)
_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body are done once in 24 h."
)
_ANSWER = PolymorphicProxySerializer(
    component_name="ReportResult",
    serializers=[
        FunnelAnswerSerializer,
        FunnelTrendSerializer,
        FunnelTimesSerializer,
        RetentionAnswerSerializer,
        CohortTableSerializer,
        MetricValuesSerializer,
        CorrelationsSerializer,
    ],
    resource_type_field_name=None,
)

REPORTS = extend_schema_view(
    list=extend_schema(
        operation_id="reports_list",
        summary="List saved reports",
        responses={200: SavedReportSerializer(many=True), **problems(400)},
    ),
    create=extend_schema(
        operation_id="reports_create",
        summary="Save a report",
        description="A question to be asked again: its kind, and the parameters of the endpoint that answers it.",
        request=ReportBody,
        parameters=[_KEY],
        responses={201: SavedReportSerializer, **problems(400, 409, 415, 422)},
        examples=[_EXAMPLE],
    ),
    retrieve=extend_schema(
        operation_id="reports_get",
        summary="Look at a saved report",
        responses={200: SavedReportSerializer, **problems()},
    ),
    partial_update=extend_schema(
        operation_id="reports_update",
        summary="Change a saved report",
        request=ReportBody,
        responses={200: SavedReportSerializer, **problems(400, 415)},
    ),
    destroy=extend_schema(
        operation_id="reports_delete", summary="Remove a saved report", responses={204: None, **problems()}
    ),
    result=extend_schema(
        operation_id="reports_result",
        summary="Ask a saved report",
        description="The answer of the endpoint of its kind: a funnel's `result/`, `trend/` or `times/`, `retention/`, "
        "`cohorts/`, a metric's `values/`, or `correlations/`.",
        responses={200: _ANSWER, **problems(400, 429)},
    ),
)

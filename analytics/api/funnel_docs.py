"""What OpenAPI says of funnels."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from analytics.api.serializers.funnel_answers import (
    FunnelAnswerSerializer,
    FunnelChartQuery,
    FunnelDriversSerializer,
    FunnelPeopleSerializer,
    FunnelTimesSerializer,
    FunnelTraceSerializer,
    FunnelTrendSerializer,
    PeopleQuery,
    RangeQuery,
    ReportQuery,
    TimesQuery,
    TraceByNameQuery,
    TraceQuery,
    TrendQuery,
)
from analytics.api.serializers.funnels import FunnelBody, FunnelSerializer

_EXAMPLE = OpenApiExample(
    "From prompt to purchase",
    value={
        "name": "From prompt to purchase",
        "steps": [
            {"event": "$generation_requested"},
            {"event": "$generation_completed", "max_seconds": 3600},
            {"event": "purchase", "filters": [{"property": "channel", "values": ["shop"]}]},
        ],
        "window_seconds": 1209600,
        "breakdown": "type",
    },
    request_only=True,
)
_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body are done once in 24 h."
)

FUNNELS = extend_schema_view(
    list=extend_schema(
        operation_id="funnels_list",
        summary="List funnels",
        responses={200: FunnelSerializer(many=True), **problems(400)},
    ),
    create=extend_schema(
        operation_id="funnels_create",
        summary="Keep a funnel",
        description="2 to 20 steps; a step is an event, perhaps with filters on its properties.",
        request=FunnelBody,
        parameters=[_KEY],
        responses={201: FunnelSerializer, **problems(400, 409, 415, 422)},
        examples=[_EXAMPLE],
    ),
    retrieve=extend_schema(
        operation_id="funnels_get", summary="Look at a funnel", responses={200: FunnelSerializer, **problems()}
    ),
    partial_update=extend_schema(
        operation_id="funnels_update",
        summary="Change a funnel",
        request=FunnelBody,
        responses={200: FunnelSerializer, **problems(400, 415)},
    ),
    destroy=extend_schema(
        operation_id="funnels_delete", summary="Remove a funnel", responses={204: None, **problems()}
    ),
)

RESULT = extend_schema_view(
    get=extend_schema(
        operation_id="funnels_result",
        summary="Who goes through a funnel, and where people leave",
        description="Every rate with its interval; people whose window has not run out are apart, never dropped.",
        parameters=[ReportQuery],
        responses={200: FunnelAnswerSerializer, **problems(400, 429)},
    )
)
CHART = extend_schema_view(
    get=extend_schema(
        operation_id="funnels_chart",
        summary="See it as a picture",
        description="The result as SVG, for reports and e-mails: each step with its interval, who may still come "
        "hatched. With a breakdown: the conversion of each value.",
        filters=False,
        parameters=[FunnelChartQuery],
        responses={(200, "image/svg+xml"): OpenApiTypes.STR, **problems(400, 429)},
    )
)
TREND = extend_schema_view(
    get=extend_schema(
        operation_id="funnels_trend",
        summary="Conversion by the period of entry",
        parameters=[TrendQuery],
        responses={200: FunnelTrendSerializer, **problems(400, 429)},
    )
)
TIMES = extend_schema_view(
    get=extend_schema(
        operation_id="funnels_times",
        summary="How long people take",
        parameters=[TimesQuery],
        responses={200: FunnelTimesSerializer, **problems(400, 429)},
    )
)
PEOPLE = extend_schema_view(
    get=extend_schema(
        operation_id="funnels_people",
        summary="The people behind a number of the result",
        parameters=[PeopleQuery],
        responses={200: FunnelPeopleSerializer, **problems(400, 429)},
    )
)
DRIVERS = extend_schema_view(
    get=extend_schema(
        operation_id="funnels_drivers",
        summary="What goes with converting",
        description="Of the people whose fate is known: the 20 most frequent other events that they did on the way, "
        "and the most frequent values of up to 10 properties of the event by which they entered. Odds ratios with "
        "intervals, and q-values over all of them. An association proves no cause.",
        parameters=[RangeQuery],
        responses={200: FunnelDriversSerializer, **problems(400, 429)},
    )
)
TRACE = extend_schema_view(
    get=extend_schema(
        operation_id="funnels_trace",
        summary="Why one person did not convert",
        description="By their number, as the people behind a number of the result have it.",
        parameters=[TraceQuery],
        responses={200: FunnelTraceSerializer, **problems(400, 429)},
    )
)
TRACE_BY_NAME = extend_schema_view(
    get=extend_schema(
        operation_id="funnels_trace_by_name",
        summary="The same of whoever came by a name",
        parameters=[TraceByNameQuery],
        responses={200: FunnelTraceSerializer, **problems(400, 429)},
    )
)

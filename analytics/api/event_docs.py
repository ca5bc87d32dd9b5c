"""What OpenAPI says of the routes of events."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view

from analytics.api.serializers.events import (
    AnalyticsSettingsBody,
    AnalyticsSettingsSerializer,
    EventNameSerializer,
)
from brands.api.schema import ProblemSerializer

_MEANINGS = {
    400: "Not valid; `errors` names the fields.",
    401: "No credential, or a wrong one.",
    403: "Your role or key does not allow it.",
    404: "Not found, or not yours.",
    503: "The database is away; try again after Retry-After.",
}
_PROBLEMS: dict[Any, OpenApiResponse] = {
    status: OpenApiResponse(ProblemSerializer, meaning) for status, meaning in _MEANINGS.items()
}

EVENTS = extend_schema_view(
    list=extend_schema(
        operation_id="analytics_events_list",
        summary="Events as they came",
        description="The newest first, to see that they arrive.",
    )
)
EVENT_NAMES = extend_schema_view(
    get=extend_schema(
        operation_id="analytics_event_names_list",
        summary="Names of events, with how many there are",
        responses={200: EventNameSerializer(many=True), **_PROBLEMS},
    )
)
DEAD_LETTERS = extend_schema_view(
    list=extend_schema(
        operation_id="analytics_dead_letters_list",
        summary="What came as events and could not be taken",
        description="The newest first, each with its reason; kept for 30 days.",
    )
)
SETTINGS = extend_schema_view(
    get=extend_schema(
        operation_id="analytics_settings_get",
        summary="What the brand wants of its analytics",
        responses={200: AnalyticsSettingsSerializer, **_PROBLEMS},
    ),
    patch=extend_schema(
        operation_id="analytics_settings_change",
        summary="Change it",
        description="With a bound, raw events that are older are forgotten for good; their counts by day are kept.",
        request=AnalyticsSettingsBody,
        responses={200: AnalyticsSettingsSerializer, **_PROBLEMS},
    ),
)

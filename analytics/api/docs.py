"""What OpenAPI says of each route."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view

from analytics.api.serializers.ingest import EventBatchSerializer, EventOutcomeSerializer
from brands.api.schema import ProblemSerializer

_MEANINGS = {
    400: "Not valid; `errors` names the fields.",
    401: "No credential, or a wrong one.",
    403: "Your role or key does not allow it.",
    404: "Not found, or not yours.",
    413: "The body is too large, or holds too many events.",
    415: "Not a compression that is read here.",
    429: "Too many requests.",
    503: "The database is away; try again after Retry-After.",
}
_BATCH = OpenApiExample(
    "Two events",
    value={
        "events": [
            {"name": "view_item", "distinct_id": "user-17", "at": "2026-05-04T10:00:00Z", "insert_id": "a1"},
            {"name": "purchase", "distinct_id": "user-17", "revenue": "49.90", "currency": "EUR", "insert_id": "a2"},
        ],
        "sent_at": "2026-05-04T10:00:01Z",
    },
    request_only=True,
)


def _problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    return {status: OpenApiResponse(ProblemSerializer, _MEANINGS[status]) for status in (401, 403, *statuses, 503)}


INGEST = extend_schema_view(
    post=extend_schema(
        operation_id="events_ingest",
        summary="Take events",
        description="Of the brand whose API key this is; its scope event.write suffices. Up to 2,000 events in 5 MB: "
        "one event, a list, an object with `events`, or lines (application/x-ndjson); gzip by Content-Encoding. A bad "
        "event is kept aside with its reason and holds up no other. Sent again, events with an insert_id are "
        "duplicates.",
        parameters=[OpenApiParameter("Content-Encoding", str, OpenApiParameter.HEADER, enum=["gzip", "deflate"])],
        request={"application/json": EventBatchSerializer, "application/x-ndjson": str},
        examples=[_BATCH],
        responses={200: EventOutcomeSerializer, **_problems(400, 413, 415, 429)},
    )
)

"""What OpenAPI says of segments."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from analytics.api.serializers.funnel_answers import FunnelPeopleSerializer, PeopleQuery
from analytics.api.serializers.retention import RetentionPeopleQuery
from analytics.api.serializers.segments import (
    CriteriaBody,
    NamedBody,
    SegmentBody,
    SegmentPeopleQuery,
    SegmentPreviewSerializer,
    SegmentPutBody,
    SegmentSerializer,
    SegmentUploadBody,
    SegmentUploadSerializer,
)

CRITERIA = """
Criteria are conditions, joined by `{"all": […]}`, `{"any": […]}` and `{"not": …}`, up to six levels deep:

- `{"event": "purchase"}`: did it at least once, ever. `event: null` is any event; `filters` as funnels have them.
  `did: false`: did not. `at_least`, `at_most`, `exactly`: so often; `at_most` alone counts those who never did.
  `within_days: 30`, or `from` and `to` (days of the brand's calendar, both included): then.
  `which: first` or `last`: their very first or last such event was then.
- `{"person": "identified"}`, with `is: false` those who are not; `{"person": "created", "within_days": 7}`, also with
  `from` and `to`: who first came in then.
- `{"segment": "<id>"}`: who is in that segment, `is_in: false`: who is not. Never in a circle.
"""
_CRITERIA = {
    "all": [
        {"event": "purchase", "at_least": 2, "within_days": 90},
        {"not": {"event": "purchase", "within_days": 14}},
        {"any": [{"person": "identified"}, {"event": "sign_up", "which": "first", "from": "2026-01-01"}]},
    ]
}
_EXAMPLE = OpenApiExample(
    "Buyers who have gone quiet", value={"name": "Gone quiet", "criteria": _CRITERIA}, request_only=True
)
_NAMED = OpenApiExample("Who dropped out", value={"name": "Left before the cart"}, request_only=True)
_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body are done once in 24 h."
)

SEGMENTS = extend_schema_view(
    list=extend_schema(
        operation_id="segments_list",
        summary="List segments",
        responses={200: SegmentSerializer(many=True), **problems(400)},
    ),
    create=extend_schema(
        operation_id="segments_create",
        summary="Keep a segment",
        description=f"Of whoever meets the criteria; built at once, and again whenever the events change.\n{CRITERIA}",
        request=SegmentBody,
        parameters=[_KEY],
        responses={201: SegmentSerializer, **problems(400, 409, 415, 422)},
        examples=[_EXAMPLE],
    ),
    retrieve=extend_schema(
        operation_id="segments_get", summary="Look at a segment", responses={200: SegmentSerializer, **problems()}
    ),
    partial_update=extend_schema(
        operation_id="segments_update",
        summary="Change a segment",
        description="With other criteria it is built anew; a static one has none.",
        request=SegmentBody,
        responses={200: SegmentSerializer, **problems(400, 415)},
    ),
    destroy=extend_schema(
        operation_id="segments_delete",
        summary="Remove a segment",
        description="Refused (409 `segment_in_use`) while others refer to it.",
        responses={204: None, **problems(409)},
    ),
    preview=extend_schema(
        operation_id="segments_preview",
        summary="How many people criteria mean",
        description=f"Nothing is kept.\n{CRITERIA}",
        request=CriteriaBody,
        responses={200: SegmentPreviewSerializer, **problems(400, 415, 429)},
        examples=[OpenApiExample("Buyers who have gone quiet", value={"criteria": _CRITERIA}, request_only=True)],
    ),
    refresh=extend_schema(
        operation_id="segments_refresh",
        summary="Build a segment anew now",
        description="Which otherwise happens by itself within a quarter of an hour after events came.",
        request=None,
        responses={200: SegmentSerializer, **problems(429)},
    ),
)
PEOPLE = extend_schema_view(
    get=extend_schema(
        operation_id="segments_people",
        summary="The people in a segment",
        parameters=[SegmentPeopleQuery],
        responses={200: FunnelPeopleSerializer, **problems(400, 429)},
    ),
    post=extend_schema(
        operation_id="segments_put_people",
        summary="Put people into a static segment",
        description="From a file of ids. Nothing is changed when anything is wrong with the file.",
        request={"multipart/form-data": SegmentPutBody},
        responses={200: SegmentUploadSerializer, **problems(400, 413, 415, 429)},
    ),
)
UPLOAD = extend_schema_view(
    post=extend_schema(
        operation_id="segments_upload",
        summary="Keep a static segment from a file of ids",
        request={"multipart/form-data": SegmentUploadBody},
        responses={201: SegmentUploadSerializer, **problems(400, 409, 413, 415, 429)},
    )
)


def _from_cell(operation_id: str, query: Any) -> Any:
    return extend_schema_view(
        post=extend_schema(
            operation_id=operation_id,
            summary="Keep the people behind a number as a segment",
            description="A static one, of as many as the number says. The query is that of the list of people.",
            parameters=[query],
            request=NamedBody,
            responses={201: SegmentSerializer, **problems(400, 409, 415, 429)},
            examples=[_NAMED],
        )
    )


FROM_FUNNEL = _from_cell("funnels_people_segment", PeopleQuery)
FROM_RETENTION = _from_cell("retention_people_segment", RetentionPeopleQuery)

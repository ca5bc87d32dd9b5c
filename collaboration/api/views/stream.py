"""The live stream's address: who may listen is said here, what is heard in collaboration/stream/."""

import re
from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from brands import registry
from brands.api.base import BrandAPIView
from brands.api.filters import refuse_unknown
from brands.api.serializers import StrictSerializer
from brands.errors import InvalidInput
from collaboration.services import streams
from collaboration.stream.callers import Caller, Resource
from collaboration.stream.streams import TICKET

MEDIA_TYPE = "text/event-stream"
HEADER, PARAMETER = "Last-Event-ID", "last_event_id"
# No leading zeros, and nothing that is slow to read as a number.
_SEQ = re.compile(r"0|[1-9][0-9]{0,17}")


class EventStreamRenderer(JSONRenderer):
    """What an EventSource accepts. Refusals are problem documents all the same."""

    media_type = MEDIA_TYPE
    format = "event-stream"


class ResourceQuery(StrictSerializer):
    resource_type = serializers.CharField(max_length=40)
    resource_id = serializers.UUIDField()


class StreamView(BrandAPIView):
    capability: ClassVar[dict[str, str]] = {"get": "brand.view"}
    by_resource: ClassVar[frozenset[str]] = frozenset({"get"})
    renderer_classes = [EventStreamRenderer, JSONRenderer]

    @property
    def needs(self) -> str:
        """Of a resource: what its type asks for."""
        needs = super().needs
        code = self.request.query_params.get("resource_type")
        return needs if code is None else registry.known(code).view

    @extend_schema(
        operation_id="collaboration_stream",
        summary="Listen to what happens",
        parameters=[
            OpenApiParameter("resource_type", OpenApiTypes.STR, description="With `resource_id`: of one resource."),
            OpenApiParameter("resource_id", OpenApiTypes.UUID),
            OpenApiParameter(HEADER, OpenApiTypes.INT64, OpenApiParameter.HEADER, description="Resume after it."),
            OpenApiParameter(PARAMETER, OpenApiTypes.INT64, description="The same, for who cannot set a header."),
        ],
        responses={(200, MEDIA_TYPE): OpenApiResponse(OpenApiTypes.STR, description="Server-Sent Events, for ever.")},
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        """What happens in the brand, or to one resource, as it happens (Server-Sent Events).

        `id` is the event's number in the brand's log, `event` its type, `data` the JSON {seq, type, payload, at}. With
        `Last-Event-ID` nothing is lost or told twice; without it the stream begins now. What only passes has no `id`
        and is not repeated: `generation.progress`, `presence.changed`. Everyone hears what they may see at that moment.
        `event: closed` tells why the server ends a stream: `restart` (come again) or `access` (you may listen no more).
        Who does not read is cut off, and resumes.
        """
        refuse_unknown(request.query_params, {"resource_type", "resource_id", PARAMETER})
        resource = _resource(request)
        field, last_event_id = _last_event_id(request)
        # HEAD, and a server that is not ASGI, get the beginning only.
        scope = getattr(request._request, "scope", None) if request.method == "GET" else None
        ticket = streams.open_stream(
            actor=self.actor,
            caller=Caller(request._request),
            resource=resource,
            last_event_id=last_event_id,
            field=field,
            with_place=scope is not None,
        )
        if scope is not None:
            scope[TICKET] = ticket
        return HttpResponse(content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


def _resource(request: Request) -> Resource | None:
    asked = {name: value for name, value in request.query_params.items() if name != PARAMETER}
    if not asked:
        return None
    query = ResourceQuery.read(asked)
    return query["resource_type"], query["resource_id"]


def _last_event_id(request: Request) -> tuple[str, int | None]:
    """What the number is called, and the number. A client that comes again says it in the header, whatever its address
    said at first; an empty header is a client that has heard nothing yet."""
    if header := request.headers.get(HEADER):
        return HEADER, _number(header, HEADER)
    asked = request.query_params.get(PARAMETER)
    return PARAMETER, None if asked is None else _number(asked, PARAMETER)


def _number(text: str, field: str) -> int:
    if not _SEQ.fullmatch(text):
        raise InvalidInput(fields={field: ["The id of an event that this stream gave."]})
    return int(text)

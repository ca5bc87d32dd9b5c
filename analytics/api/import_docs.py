"""What OpenAPI says of imports."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from analytics.api.serializers.imports import EventImportBody, EventImportSerializer

_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body are done once in 24 h."
)
_OFFSET = OpenApiParameter(
    "Upload-Offset", int, OpenApiParameter.HEADER, required=True, description="How much of the file went before."
)

IMPORTS = extend_schema_view(
    list=extend_schema(
        operation_id="event_imports_list",
        summary="List imports of history",
        description="Newest first, also those that the import_events command ran.",
        responses={200: EventImportSerializer(many=True), **problems(400)},
    ),
    create=extend_schema(
        operation_id="event_imports_create",
        summary="Begin to upload a file of events",
        description="CSV, NDJSON (both perhaps gzipped) or Parquet. Then send it with PATCH, in parts. Needs the "
        "capability event.write too; a write key does not do.",
        request=EventImportBody,
        parameters=[_KEY],
        responses={201: EventImportSerializer, **problems(400, 409, 415, 422)},
    ),
    retrieve=extend_schema(
        operation_id="event_imports_get",
        summary="See how far an import is",
        description="HEAD tells in Upload-Offset how much of the file is here: where a broken upload goes on.",
        responses={200: EventImportSerializer, **problems()},
    ),
    partial_update=extend_schema(
        operation_id="event_imports_append",
        summary="Send the next part of the file",
        description="Up to 8 MB (8,388,608 bytes) as application/offset+octet-stream. After the last one a worker "
        "imports the file: good rows are stored, bad ones are dead letters that say in which line they are.",
        parameters=[_OFFSET],
        request={"application/offset+octet-stream": OpenApiTypes.BINARY},
        responses={200: EventImportSerializer, **problems(400, 409, 413, 415)},
    ),
    destroy=extend_schema(
        operation_id="event_imports_cancel",
        summary="Call an import off",
        description="What is stored stays.",
        responses={204: None, **problems(409)},
    ),
    retry=extend_schema(
        operation_id="event_imports_retry",
        summary="Try an import that failed again",
        description="It goes on where it was. Its file is kept for seven days.",
        request=None,
        responses={200: EventImportSerializer, **problems(409)},
    ),
)

"""The audit trail as a file that its receiver can verify."""

from itertools import chain
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from brands.api.base import BrandAPIView
from brands.api.serializers import StrictSerializer
from brands.api.streamed import StreamedFile
from brands.audit_chain import FIELDS
from brands.services import audit_export

DESCRIPTION = f"""A stretch of the chain without a gap, in its order: from the first entry made at `from` or later to
the last one made before `to`; without them, all of it.

An entry's `hash` is SHA-256, in hexadecimal, over the UTF-8 of a JSON array without spaces (RFC 8785) of these values,
all as strings: {", ".join(f"`{name}`" for name in FIELDS)}.
They are exported as they were hashed; `details` is a string that holds JSON. `seq` counts from 1 without a gap.
`prev_hash` is the hash of the entry before, of the first one 64 zeros. In CSV a cell that begins with a quote, or
that a spreadsheet would take for a formula, has a quote before it.

The headers `Audit-Chain-Length` and `Audit-Chain-Hash` tell the last entry of the whole chain: note them elsewhere, and
a later export proves that what was there is still there."""
_HEADERS = [
    OpenApiParameter("Audit-Chain-Length", OpenApiTypes.INT64, OpenApiParameter.HEADER, response=True),
    OpenApiParameter("Audit-Chain-Hash", OpenApiTypes.STR, OpenApiParameter.HEADER, response=True),
]


class AuditExportQuery(StrictSerializer):
    to = serializers.DateTimeField(required=False, help_text="Only entries made before it, and what precedes them.")
    format = serializers.ChoiceField([*audit_export.FORMATS], default="ndjson")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        text = "Only entries made then or later, and what follows them."
        return {"from": serializers.DateTimeField(required=False, help_text=text), **super().get_fields()}

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if "from" in data and "to" in data and data["from"] >= data["to"]:
            raise serializers.ValidationError({"to": ["It must be later than `from`."]})
        return data


class AuditExportView(BrandAPIView):
    capability = {"get": audit_export.CAPABILITY}
    rate_limit = "30/minute"  # each may read all of it

    @extend_schema(
        operation_id="audit_export",
        summary="The audit trail as a file that can be verified",
        description=DESCRIPTION,
        parameters=[AuditExportQuery, *_HEADERS],
        responses={(200, kind): OpenApiTypes.BINARY for kind in ("application/x-ndjson", "text/csv")},
    )
    def get(self, request: Request, **_: Any) -> HttpResponseBase:
        query = AuditExportQuery.read(request.query_params)
        found = audit_export.stretch(actor=self.actor, from_at=query.get("from"), to_at=query.get("to"))
        media_type, chunks_of = audit_export.FORMATS[query["format"]]
        # `chain` has no close(): Django would call that of a generator which another thread may be running.
        chunks = chain(chunks_of(found.pages()))
        response: HttpResponseBase = (
            HttpResponse(content_type=media_type)
            if request.method == "HEAD"
            else StreamedFile(chunks, content_type=media_type)
        )
        name = f"audit-{found.after + 1}-{found.last}.{query['format']}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Audit-Chain-Length"] = str(found.chain_length)
        response["Audit-Chain-Hash"] = found.chain_hash
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        response["X-Accel-Buffering"] = "no"
        return response

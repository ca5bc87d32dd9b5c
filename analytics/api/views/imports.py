"""Files of history: uploaded in parts, with offsets as in the tus protocol, and imported by a worker."""

import re
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import import_docs as docs
from analytics.api.serializers.imports import EventImportBody, EventImportSerializer
from analytics.models import EventImport
from analytics.services import imports
from brands.api.base import BrandViewSet
from brands.errors import AtelierError, InvalidInput
from brands.idempotency import Answer

PART = "application/offset+octet-stream"
_OFFSET = re.compile(r"[0-9]{1,14}")


class NotAPart(AtelierError):
    status = 415
    code = "unsupported_media_type"
    title = f"Send parts of the file as {PART}"


@docs.IMPORTS
class EventImportViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = EventImport
    serializer_class = EventImportSerializer
    lookup_value_converter = "uuid"
    max_body_bytes = imports.LARGEST_PART
    capability = {
        "list": "analytics.view",
        "retrieve": "analytics.view",
        "create": imports.CAPABILITY,
        "partial_update": imports.CAPABILITY,
        "destroy": imports.CAPABILITY,
        "retry": imports.CAPABILITY,
    }

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("created_by")

    def create(self, request: Request, **_: Any) -> Response:
        body = EventImportBody.read(request.data)
        return self.once(request, lambda: self._created(imports.begin(actor=self.actor, **body)))

    def retrieve(self, request: Request, *_: Any, **__: Any) -> Response:
        return _shown(self.get_object())

    def partial_update(self, request: Request, **_: Any) -> Response:
        job = self.get_object()
        if request._request.content_type != PART:
            raise NotAPart()
        given = request.headers.get("Upload-Offset", "")
        if not _OFFSET.fullmatch(given):
            raise InvalidInput(fields={"Upload-Offset": ["How many bytes of the file went before."]})
        data = request._request.body
        return _shown(imports.append(actor=self.actor, pk=job.pk, offset=int(given), data=data))

    def destroy(self, request: Request, **_: Any) -> Response:
        imports.call_off(actor=self.actor, pk=self.get_object().pk)
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, **_: Any) -> Response:
        return _shown(imports.try_again(actor=self.actor, pk=self.get_object().pk))

    def _created(self, made: EventImport) -> Answer:
        place = reverse("analytics:import-detail", kwargs={"brand_id": self.brand_id, "pk": made.pk})
        return Answer(201, EventImportSerializer(made).data, {"Location": place, "Upload-Offset": "0"})


def _shown(job: EventImport) -> Response:
    headers = {
        "Upload-Offset": str(job.received_bytes),
        "Upload-Length": str(job.size_bytes),
        "Cache-Control": "no-store",
    }
    return Response(EventImportSerializer(job).data, headers=headers)

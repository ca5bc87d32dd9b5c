"""Segments and who is in them."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import segment_docs as docs
from analytics.api.serializers.segments import (
    CriteriaBody,
    SegmentBody,
    SegmentPeopleQuery,
    SegmentPreviewSerializer,
    SegmentPutBody,
    SegmentSerializer,
    SegmentUploadBody,
    SegmentUploadSerializer,
)
from analytics.models import Segment
from analytics.services import people, segment_uploads, segments
from brands.api.base import BrandAPIView, BrandGenericAPIView, BrandViewSet
from brands.errors import TooLarge
from brands.idempotency import Answer

# Beside the file: boundaries and the other fields.
ENVELOPE_BYTES = 10_000


@docs.SEGMENTS
class SegmentViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = Segment
    serializer_class = SegmentSerializer
    lookup_value_converter = "uuid"
    rate_limit = "120/minute"  # each may read many events
    capability = {
        "list": "analytics.view",
        "retrieve": "analytics.view",
        "preview": "analytics.view",
        "create": segments.CAPABILITY,
        "partial_update": segments.CAPABILITY,
        "destroy": segments.CAPABILITY,
        "refresh": segments.CAPABILITY,
    }

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("created_by")

    def create(self, request: Request, **_: Any) -> Response:
        body = SegmentBody.read(request.data)
        return self.once(request, lambda: self._created(segments.create(actor=self.actor, at=timezone.now(), **body)))

    def partial_update(self, request: Request, **_: Any) -> Response:
        body = SegmentBody.read(request.data, partial=True)
        changed = segments.change(actor=self.actor, segment=self.get_object(), at=timezone.now(), **body)
        return Response(SegmentSerializer(changed).data)

    def destroy(self, request: Request, **_: Any) -> Response:
        segments.delete(actor=self.actor, segment=self.get_object())
        return Response(status=204)

    @action(detail=False, methods=["post"])
    def preview(self, request: Request, **_: Any) -> Response:
        body = CriteriaBody.read(request.data)
        found = segments.preview(actor=self.actor, criteria=body["criteria"], at=timezone.now())
        return Response(SegmentPreviewSerializer(found).data)

    @action(detail=True, methods=["post"])
    def refresh(self, request: Request, **_: Any) -> Response:
        found = segments.refresh(actor=self.actor, segment=self.get_object(), at=timezone.now())
        return Response(SegmentSerializer(found).data)

    def _created(self, made: Segment) -> Answer:
        return Answer(201, SegmentSerializer(made).data, {"Location": place_of(made)})


@docs.PEOPLE
class SegmentPeopleView(BrandGenericAPIView):
    model = Segment
    capability = {"get": "analytics.view", "post": segments.CAPABILITY}
    parser_classes = [MultiPartParser]
    rate_limit = "120/minute"

    def get(self, request: Request, **_: Any) -> Response:
        segment = self.get_object()
        query = SegmentPeopleQuery.read(request.query_params)
        found = segments.members(segment=segment)
        return Response(people.page(found, after=query["after"], limit=query["limit"]))

    def post(self, request: Request, **_: Any) -> Response:
        segment = self.get_object()
        body = _file(request, SegmentPutBody)
        done = segment_uploads.put(
            actor=self.actor,
            segment=segment,
            file=body["file"],
            replace=body["mode"] == "replace",
            at=timezone.now(),
        )
        return Response(SegmentUploadSerializer(done).data)


@docs.UPLOAD
class SegmentUploadView(BrandAPIView):
    capability = {"post": segments.CAPABILITY}
    parser_classes = [MultiPartParser]
    rate_limit = "30/minute"

    def post(self, request: Request, **_: Any) -> Response:
        body = _file(request, SegmentUploadBody)
        done = segment_uploads.create(actor=self.actor, at=timezone.now(), **body)
        data = SegmentUploadSerializer(done).data
        return Response(data, status=201, headers={"Location": place_of(done.segment)})


def place_of(segment: Segment) -> str:
    return reverse("analytics:segment-detail", kwargs={"brand_id": segment.brand_id, "pk": segment.pk})


def _file(request: Request, body: Any) -> dict[str, Any]:
    """Refused by its length before it is read."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > segment_uploads.MAX_BYTES + ENVELOPE_BYTES:
        raise TooLarge(f"At most {segment_uploads.MAX_BYTES:,} bytes.")
    found: dict[str, Any] = body.read(request.data)
    return found

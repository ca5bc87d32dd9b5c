"""Comments, their reactions and files."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api.files import file_response
from brands.api.base import BrandGenericAPIView, BrandViewSet
from brands.api.filters import PAGING, refuse_unknown
from brands.api.signed import SignedFileView
from brands.errors import NotFound, TooLarge
from collaboration.api import thread_docs as docs
from collaboration.api.serializers.comments import (
    AttachmentBody,
    AttachmentSerializer,
    CommentChanges,
    CommentSerializer,
    RevisionSerializer,
)
from collaboration.api.views.threads import SeesThreads
from collaboration.models import Comment, CommentAttachment
from collaboration.threads import attaching, commenting, listing, reacting, seeing
from collaboration.threads.choices import Reaction

ENVELOPE_BYTES = 10_000  # of a multipart body around its file


@docs.COMMENTS
class CommentViewSet(SeesThreads, RetrieveModelMixin, BrandViewSet):
    model = Comment
    serializer_class = CommentSerializer
    filter_backends = []
    lookup_value_converter = "uuid"
    capability = {
        "retrieve": "asset.view",
        "revisions": "asset.view",
        "partial_update": seeing.COMMENTING,
        # Its author may take it back, whatever they may do by now; the service knows who else.
        "destroy": "asset.view",
    }
    by_resource = frozenset(capability)

    @property
    def rate_limit(self) -> str | None:
        return settings.COMMENT_RATE_LIMIT if self.request.method == "PATCH" else None

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return listing.with_parts(seeing.comments(self.actor))

    def get_serializer_context(self) -> dict[str, Any]:
        return {"actor": getattr(self, "actor", None), "at": timezone.now()}

    def partial_update(self, request: Request, **_: Any) -> Response:
        changes = CommentChanges.read(request.data, partial=True)
        changed = commenting.edit(actor=self.actor, comment=self.get_object(), **changes)
        shown = self.get_queryset().get(pk=changed.pk)
        return Response(CommentSerializer(shown, context=self.get_serializer_context()).data)

    def destroy(self, request: Request, **_: Any) -> Response:
        commenting.delete(actor=self.actor, comment=self.get_object())
        return Response(status=204)

    @action(detail=True, methods=["get"])
    def revisions(self, request: Request, **_: Any) -> Response:
        refuse_unknown(request.query_params, PAGING)
        page = self.paginate_queryset(commenting.revisions(actor=self.actor, comment=self.get_object()))
        return self.get_paginated_response(
            RevisionSerializer(page, many=True, context=self.get_serializer_context()).data
        )


@docs.REACTION
class ReactionView(BrandGenericAPIView):
    model = Comment
    filter_backends = []
    capability = {"put": seeing.COMMENTING, "delete": seeing.COMMENTING}
    by_resource = frozenset(capability)

    @property
    def rate_limit(self) -> str:
        return settings.REACTION_RATE_LIMIT

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return seeing.comments(self.actor)

    def put(self, request: Request, emoji: str, **_: Any) -> Response:
        reacting.react(actor=self.actor, comment=self.get_object(), emoji=_known(emoji))
        return Response(status=204)

    def delete(self, request: Request, emoji: str, **_: Any) -> Response:
        reacting.take_back(actor=self.actor, comment=self.get_object(), emoji=_known(emoji))
        return Response(status=204)


@docs.ATTACHMENTS
class AttachmentsView(BrandGenericAPIView):
    model = Comment
    filter_backends = []
    parser_classes = [MultiPartParser]
    capability = {"post": seeing.COMMENTING}
    by_resource = frozenset(capability)

    @property
    def rate_limit(self) -> str:
        return settings.COMMENT_RATE_LIMIT

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return seeing.comments(self.actor)

    def post(self, request: Request, **_: Any) -> Response:
        most = settings.ATTACHMENT_MAX_BYTES
        if int(request.META.get("CONTENT_LENGTH") or 0) > most + ENVELOPE_BYTES:
            raise TooLarge(f"A file has at most {most:,} bytes.")
        comment = self.get_object()
        file = AttachmentBody.read(request.data)["file"]
        upload = attaching.taken(actor=self.actor, comment=comment, file=file, name=file.name)
        with self.apart():
            attaching.store(upload)
        with attaching.stored(upload):
            self._know_actor(request)  # who may have been let go meanwhile
            made = attaching.attach(actor=self.actor, comment=comment, upload=upload)
        context = {"actor": self.actor, "at": timezone.now()}
        return Response(AttachmentSerializer(made, context=context).data, status=201)


@docs.ATTACHMENT
class AttachmentView(SeesThreads, BrandGenericAPIView):
    model = CommentAttachment
    filter_backends = []
    capability = {"delete": "asset.view"}  # as comments are taken back
    by_resource = frozenset(capability)

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return seeing.attachments(self.actor)

    def delete(self, request: Request, **_: Any) -> Response:
        attaching.remove(actor=self.actor, attachment=self.get_object())
        return Response(status=204)


@docs.DOWNLOAD
class AttachmentDownloadView(SeesThreads, SignedFileView):
    """For saving, whatever it is."""

    addresses = attaching.ADDRESSES
    capability = {"get": "asset.view"}
    by_resource = frozenset(capability)

    def get(self, request: Request, brand_id: UUID, pk: UUID) -> HttpResponseBase:
        reader = self.reader()
        there = CommentAttachment.objects.filter(removed_at=None)
        attachment: Any = get_object_or_404(there if reader is None else seeing.attachments(reader), pk=pk)
        response = file_response(request, attachment, cache_control="private, no-store")
        response["Content-Disposition"] = attaching.disposition(attachment)
        return response


def _known(emoji: str) -> str:
    if emoji not in Reaction.values:
        raise NotFound()
    return emoji

"""Threads: where people talk about what is seen."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandAPIView, BrandViewSet
from brands.api.filters import PAGING, refuse_unknown
from brands.idempotency import Answer
from brands.permissions import Actor
from collaboration.api import thread_docs as docs
from collaboration.api.filters import ThreadFilter
from collaboration.api.pagination import NumberPagination
from collaboration.api.serializers.comments import CommentBody, CommentSerializer
from collaboration.api.serializers.threads import CountsQuery, ReadBody, ThreadBody, ThreadSerializer
from collaboration.models import Comment, Thread
from collaboration.threads import commenting, listing, opening, pins, reading, seeing

WRITING = frozenset({"POST", "PATCH", "PUT", "DELETE"})


class SeesThreads:
    """What is needed to read: to see assets, or at least reports. The threads of which, their queryset says."""

    actor: Actor

    @property
    def needs(self) -> str:
        needed: str = super().needs  # type: ignore[misc]
        reports = "analytics.view"
        if needed == "asset.view" and not self.actor.holds(needed) and self.actor.holds(reports):
            return reports
        return needed


@docs.THREADS
class ThreadViewSet(SeesThreads, ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = Thread
    serializer_class = ThreadSerializer
    filterset_class = ThreadFilter
    lookup_value_converter = "uuid"
    capability = {
        "list": "asset.view",
        "retrieve": "asset.view",
        "comments": "asset.view",
        "read": "asset.view",
        "create": seeing.COMMENTING,
        "comment": seeing.COMMENTING,
        "resolve": seeing.COMMENTING,
        "reopen": seeing.COMMENTING,
    }
    by_resource = frozenset(capability)

    @property
    def rate_limit(self) -> str | None:
        return settings.COMMENT_RATE_LIMIT if self.request.method == "POST" else None

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return listing.threads(self.actor)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The query string filters the list, not the one that an address names."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def list(self, request: Request, **_: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self._shown(page or []))

    def retrieve(self, request: Request, **_: Any) -> Response:
        return Response(self._one(self.get_object()))

    def create(self, request: Request, **_: Any) -> Response:
        wanted = opening.Wanted(**ThreadBody.read(request.data))
        return self.once(request, lambda: self._opened(opening.open_thread(actor=self.actor, wanted=wanted)))

    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, **_: Any) -> Response:
        return Response(self._again(opening.resolve(actor=self.actor, thread=self.get_object())))

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, **_: Any) -> Response:
        return Response(self._again(opening.reopen(actor=self.actor, thread=self.get_object())))

    @action(detail=True, methods=["put"])
    def read(self, request: Request, **_: Any) -> Response:
        body = ReadBody.read(request.data)
        return Response({"number": reading.mark(actor=self.actor, thread=self.get_object(), **body)})

    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=NumberPagination)
    def comments(self, request: Request, **_: Any) -> Response:
        refuse_unknown(request.query_params, PAGING)
        said = listing.with_parts(Comment.objects.filter(thread=self.get_object()))
        page = self.paginate_queryset(said)
        return self.get_paginated_response(CommentSerializer(page, many=True, context=self._context()).data)

    @docs.COMMENT
    @comments.mapping.post
    def comment(self, request: Request, **_: Any) -> Response:
        body = CommentBody.read(request.data)
        thread = self.get_object()
        return self.once(request, lambda: self._said(commenting.add(actor=self.actor, thread=thread, **body)))

    def _opened(self, thread: Thread) -> Answer:
        place = reverse("collaboration:thread-detail", kwargs={"brand_id": self.brand_id, "pk": thread.pk})
        return Answer(201, self._again(thread), {"Location": place})

    def _said(self, comment: Comment) -> Answer:
        place = reverse("collaboration:comment-detail", kwargs={"brand_id": self.brand_id, "pk": comment.pk})
        row = listing.with_parts(Comment.objects.filter(pk=comment.pk)).get()
        return Answer(201, CommentSerializer(row, context=self._context()).data, {"Location": place})

    def _again(self, thread: Thread) -> dict[str, Any]:
        return self._one(self.get_queryset().get(pk=thread.pk))

    def _one(self, thread: Thread) -> dict[str, Any]:
        shown: dict[str, Any] = self._shown([thread])[0]
        return shown

    def _shown(self, threads: Sequence[Thread]) -> Any:
        context = {**self._context(), "current": pins.current(self.actor, threads)}
        return ThreadSerializer(threads, many=True, context=context).data

    def _context(self) -> dict[str, Any]:
        return {"actor": self.actor, "at": timezone.now()}


@docs.COUNTS
class ThreadCountsView(SeesThreads, BrandAPIView):
    """For the badges of a page of resources."""

    capability = {"get": "asset.view"}
    by_resource = frozenset(capability)

    def get(self, request: Request, **_: Any) -> Response:
        query = CountsQuery.read(request.query_params)
        return Response({"results": reading.counted(actor=self.actor, **query)})

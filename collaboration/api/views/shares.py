"""Shares with members and groups."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandViewSet
from brands.api.filters import PAGING
from brands.api.serializers import StrictSerializer
from brands.errors import InvalidInput
from brands.idempotency import Answer
from brands.models import Grant
from collaboration.api.serializers.shares import ShareBody, ShareChangeBody, ShareSerializer
from collaboration.api.share_docs import SHARES, WHOSE
from collaboration.shares import sharing, visits


class SharesQuery(StrictSerializer):
    """Which shares: those that I made, those for me, or those of one resource that I may share."""

    whose = serializers.ChoiceField(WHOSE, required=False)
    resource_type = serializers.CharField(max_length=40, required=False)
    resource_id = serializers.UUIDField(required=False)

    def validate(self, query: dict[str, Any]) -> dict[str, Any]:
        resource = {"resource_type", "resource_id"} & set(query)
        if "whose" in query and resource:
            raise InvalidInput(fields={"whose": ["Either this, or a resource."]})
        if "whose" not in query and len(resource) < len(("type", "id")):
            raise InvalidInput(fields={"whose": ["This, or resource_type and resource_id."]})
        return query


@SHARES
class ShareViewSet(ListModelMixin, BrandViewSet):
    model = Grant
    serializer_class = ShareSerializer
    lookup_value_converter = "uuid"
    # What lets one share a resource depends on its type; the service asks for it.
    capability = dict.fromkeys(("list", "create", "partial_update", "destroy"), "brand.view")

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        query = SharesQuery.read({k: v for k, v in self.request.query_params.items() if k not in PAGING})
        if "whose" in query:
            return {"by_me": sharing.made_by, "with_me": sharing.made_for}[query["whose"]](self.actor)
        return sharing.of_resource(actor=self.actor, **query)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The query is read above."""
        return queryset

    def list(self, request: Request, **_: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self._shown(page))

    def create(self, request: Request, **_: Any) -> Response:
        """Give a member or a group rights on a resource: no more than you have there yourself."""
        body = ShareBody.read(request.data)
        return self.once(request, lambda: self._created(sharing.share(actor=self.actor, **body)))

    def partial_update(self, request: Request, pk: UUID, **_: Any) -> Response:
        changes = ShareChangeBody.read(request.data, partial=True)
        return Response(self._one(sharing.change(actor=self.actor, pk=pk, **changes)))

    def destroy(self, request: Request, pk: UUID, **_: Any) -> Response:
        """It counts from the next request on."""
        sharing.end(actor=self.actor, pk=pk)
        return Response(status=204)

    def _created(self, made: Grant) -> Answer:
        place = reverse("collaboration:share-detail", kwargs={"brand_id": self.brand_id, "pk": made.pk})
        return Answer(201, self._one(made), {"Location": place})

    def _one(self, share: Grant) -> dict[str, Any]:
        return dict(self._shown([sharing.shown().get(pk=share.pk)])[0])

    def _shown(self, shares: Sequence[Grant]) -> Any:
        context = {"titles": visits.titles(self.actor, shares)}
        return ShareSerializer(shares, many=True, context=context).data

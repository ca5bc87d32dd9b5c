"""Collections and what is in them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import collection_docs as docs
from ai_studio.api.filters import CollectionFilter
from ai_studio.api.pagination import PositionPagination
from ai_studio.api.serializers.artifacts import file_context
from ai_studio.api.serializers.collections import (
    AddBody,
    CollectionBody,
    CollectionSerializer,
    ItemSerializer,
    MoveBody,
)
from ai_studio.models import Collection
from ai_studio.services import collection_items, collections
from brands.api.base import BrandViewSet
from brands.api.filters import PAGING, refuse_unknown
from brands.idempotency import Answer


@docs.COLLECTIONS
class CollectionViewSet(ListModelMixin, RetrieveModelMixin, BrandViewSet):
    model = Collection
    serializer_class = CollectionSerializer
    filterset_class = CollectionFilter
    lookup_value_converter = "uuid"
    capability = {
        "list": "asset.view",
        "retrieve": "asset.view",
        "items": "asset.view",
        "create": collections.CAPABILITY,
        "partial_update": collections.CAPABILITY,
        "destroy": collections.DELETING,
        "add": collections.CAPABILITY,
        "move": collections.CAPABILITY,
        "remove": collections.CAPABILITY,
    }
    by_resource = frozenset(capability) - {"create"}

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return collections.listed(self.actor)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The query string filters the list, not the one that an address names."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def create(self, request: Request, **_: Any) -> Response:
        body = CollectionBody.read(request.data)
        return self.once(request, lambda: self._created(collections.create(actor=self.actor, **body)))

    def partial_update(self, request: Request, **_: Any) -> Response:
        body = CollectionBody.read(request.data, partial=True)
        changed = collections.change(actor=self.actor, collection=self.get_object(), **body)
        return Response(self._shown(changed))

    def destroy(self, request: Request, **_: Any) -> Response:
        collections.delete(actor=self.actor, collection=self.get_object())
        return Response(status=204)

    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=PositionPagination)
    def items(self, request: Request, **_: Any) -> Response:
        refuse_unknown(request.query_params, PAGING)
        items = collection_items.in_order(actor=self.actor, collection=self.get_object())
        page = self.paginate_queryset(items) or []
        context = file_context(self.actor, [item.generation_id for item in page])
        return self.get_paginated_response(ItemSerializer(page, many=True, context=context).data)

    @docs.ADD
    @items.mapping.post
    def add(self, request: Request, **_: Any) -> Response:
        body = AddBody.read(request.data)
        return Response({"added": collection_items.add(actor=self.actor, collection=self.get_object(), **body)})

    @action(detail=True, methods=["patch"], url_path="items/<uuid:generation_id>", url_name="item")
    def move(self, request: Request, generation_id: UUID, **_: Any) -> Response:
        body = MoveBody.read(request.data)
        place = {"collection": self.get_object(), "generation_id": generation_id}
        return Response({"position": collection_items.move(actor=self.actor, **place, **body).position})

    @docs.REMOVE
    @move.mapping.delete
    def remove(self, request: Request, generation_id: UUID, **_: Any) -> Response:
        collection_items.remove(actor=self.actor, collection=self.get_object(), generation_id=generation_id)
        return Response(status=204)

    def _created(self, made: Collection) -> Answer:
        place = reverse("ai:collection-detail", kwargs={"brand_id": self.brand_id, "pk": made.pk})
        return Answer(201, self._shown(made), {"Location": place})

    def _shown(self, collection: Collection) -> dict[str, Any]:
        return self.get_serializer(self.get_queryset().get(pk=collection.pk)).data

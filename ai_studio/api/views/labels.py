"""Favourites and tags."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import label_docs as docs
from ai_studio.api.pagination import NamePagination
from ai_studio.api.serializers.labels import TagCountSerializer, TagsBody
from ai_studio.models import Generation, GenerationTag
from ai_studio.services import labels
from brands.api.base import BrandGenericAPIView
from brands.api.filters import PAGING, refuse_unknown


@docs.FAVOURITE
class FavouriteView(BrandGenericAPIView):
    """Who may look may mark: it is theirs, and nobody else sees it."""

    model = Generation
    filter_backends = []
    capability = {"put": "asset.view", "delete": "asset.view"}
    by_resource = frozenset({"put", "delete"})

    def put(self, request: Request, **_: Any) -> Response:
        labels.mark(actor=self.actor, generation=self.get_object())
        return Response(status=204)

    def delete(self, request: Request, **_: Any) -> Response:
        labels.unmark(actor=self.actor, generation=self.get_object())
        return Response(status=204)


@docs.GENERATION_TAGS
class GenerationTagsView(BrandGenericAPIView):
    model = Generation
    filter_backends = []
    capability = {"put": labels.TAGGING}
    by_resource = frozenset({"put"})

    def put(self, request: Request, **_: Any) -> Response:
        body = TagsBody.read(request.data)
        return Response({"tags": labels.tag(actor=self.actor, generation=self.get_object(), **body)})


@docs.TAGS
class TagsView(BrandGenericAPIView, ListAPIView):
    model = GenerationTag
    serializer_class = TagCountSerializer
    pagination_class = NamePagination
    filter_backends = []
    capability = {"get": "asset.view"}
    by_resource = frozenset({"get"})

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        refuse_unknown(self.request.query_params, PAGING)
        return labels.counted(actor=self.actor)

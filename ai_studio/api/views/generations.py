"""Generations: ask, look, call off, try again, vary."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import docs
from ai_studio.api.filters import GenerationFilter
from ai_studio.api.headers import spend_headers
from ai_studio.api.serializers.artifacts import file_context
from ai_studio.api.serializers.generations import (
    AttemptSerializer,
    GenerationDetailSerializer,
    GenerationSerializer,
    TreeSerializer,
)
from ai_studio.api.serializers.wishes import (
    BatchBody,
    NewVersionBody,
    VariationsBody,
    WishBody,
    flat,
)
from ai_studio.choices import ParentKind
from ai_studio.models import Attempt, CollectionItem, Generation, GenerationInput, GenerationTag
from ai_studio.services import budgets, collections, generations, labels, lineage, moderation, places, wishes
from ai_studio.services.moderation import Clearance, Texts
from ai_studio.services.wish import changed, texts_of, words_of_child
from brands.api.base import BrandViewSet, Prepared
from brands.api.filters import refuse_unknown
from brands.idempotency import Answer
from brands.permissions import can_among, visible

RELATIVES_SHOWN = 20

Rows = list[dict[str, Any]]
Ask = Callable[[], Clearance]


@docs.GENERATIONS
class GenerationViewSet(BrandViewSet):
    model = Generation
    serializer_class = GenerationSerializer
    filterset_class = GenerationFilter
    lookup_value_converter = "uuid"
    capability = {
        "list": "asset.view",
        "retrieve": "asset.view",
        "versions": "asset.view",
        "variations": "asset.view",
        "attempts": "asset.view",
        "tree": "asset.view",
        "create": "generation.run",
        "batch": "generation.run",
        "cancel": "generation.run",
        "retry": "generation.run",
        "vary": "generation.run",
        "new_version": "generation.run",
    }
    # What makes new work spends the brand's money.
    by_resource = frozenset({"list", "retrieve", "versions", "variations", "attempts", "tree", "cancel"})

    def get_object(self) -> Generation:
        """Whatever the query string says: it filters what is listed below a generation, not the generation."""
        found: Generation = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return found

    def list(self, request: Request, **_: Any) -> Response:
        return self._page(self.get_queryset())

    def create(self, request: Request, **_: Any) -> Response:
        asked = flat(self._read(WishBody, request))

        def prepare() -> Prepared[Clearance]:
            wish = wishes.read(actor=self.actor, asked=asked)
            return self._question([texts_of(wish)]), lambda clearance: self._accepted(
                generations.request(actor=self.actor, wish=wish, clearance=clearance)
            )

        return self.once_after(request, prepare)

    @action(detail=False, methods=["post"])
    def batch(self, request: Request, **_: Any) -> Response:
        items = [flat(item) for item in self._read(BatchBody, request)["items"]]

        def prepare() -> Prepared[Clearance]:
            asked = wishes.read_many(actor=self.actor, asked=items)
            texts = [texts_of(wish) for wish in asked]
            return self._question(texts, prefix="items.{}."), lambda clearance: self._all_accepted(
                generations.request_many(actor=self.actor, wishes=asked, clearance=clearance)
            )

        return self.once_after(request, prepare)

    def retrieve(self, request: Request, **_: Any) -> HttpResponseBase:
        body = self._detail(self.get_object())
        etag = f'"{hashlib.sha256(JSONRenderer().render(body)).hexdigest()[:32]}"'
        response = get_conditional_response(request, etag=etag) or Response(body)
        response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
        return response

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **_: Any) -> Response:
        return Response(self._detail(generations.cancel(actor=self.actor, generation=self.get_object())))

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, **_: Any) -> Response:
        failed = self.get_object()

        def prepare() -> Prepared[Clearance]:
            return self._question_again(failed, {}), lambda clearance: self._accepted(
                generations.retry(actor=self.actor, generation=failed, clearance=clearance)
            )

        return self.once_after(request, prepare)

    @action(detail=True, methods=["get"])
    def variations(self, request: Request, **_: Any) -> Response:
        return self._page(visible(self.actor, self.needs, lineage.variations(self.get_object())))

    @docs.VARY
    @variations.mapping.post
    def vary(self, request: Request, **_: Any) -> Response:
        parent = self.get_object()
        data = self._read(VariationsBody, request)
        wanted = {"count": data["count"], "changes": flat(data.get("changes", {}))}

        def prepare() -> Prepared[Clearance]:
            return self._question_again(parent, wanted["changes"]), lambda clearance: self._all_accepted(
                generations.vary(actor=self.actor, parent=parent, **wanted, clearance=clearance)
            )

        return self.once_after(request, prepare)

    @action(detail=True, methods=["get"])
    def versions(self, request: Request, **_: Any) -> Response:
        return self._page(visible(self.actor, self.needs, lineage.versions(self.get_object())))

    @docs.NEW_VERSION
    @versions.mapping.post
    def new_version(self, request: Request, **_: Any) -> Response:
        parent = self.get_object()
        changes = flat(self._read(NewVersionBody, request).get("changes", {}))

        def prepare() -> Prepared[Clearance]:
            return self._question_again(parent, changes), lambda clearance: self._accepted(
                generations.new_version(actor=self.actor, parent=parent, changes=changes, clearance=clearance)
            )

        return self.once_after(request, prepare)

    @action(detail=True, methods=["get"], filterset_class=None)
    def attempts(self, request: Request, **_: Any) -> Response:
        tries = visible(self.actor, self.needs, Attempt.objects.filter(generation=self.get_object()))
        return self.get_paginated_response(AttemptSerializer(self.paginate_queryset(tries), many=True).data)

    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def tree(self, request: Request, **_: Any) -> Response:
        refuse_unknown(request.query_params, set())
        tree = lineage.tree(actor=self.actor, generation=self.get_object())
        return Response(TreeSerializer(tree, context=self._family_context(tree.generations)).data)

    def _question(self, read: Sequence[Texts], prefix: str = "") -> Ask | None:
        """How the brand's moderation provider is asked about these words, if it must be."""
        question = moderation.question(actor=self.actor, wishes=read, prefix=prefix)
        return None if question is None else question.ask

    def _question_again(self, parent: Generation, changes: Mapping[str, Any]) -> Ask | None:
        """The same for what was asked for before, whose words may be known."""
        read = [words_of_child(changed(parent, changes))]
        prefix = "changes." if changes else ""
        known = generations.cleared_by(parent)
        question = moderation.question(actor=self.actor, wishes=read, known=known, prefix=prefix)
        return None if question is None else question.ask

    def _read(self, serializer: type[Any], request: Request) -> dict[str, Any]:
        asked = serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data: dict[str, Any] = asked.validated_data
        return data

    def _page(self, queryset: QuerySet[Any]) -> Response:
        page = self.paginate_queryset(self.filter_queryset(queryset)) or []
        return self.get_paginated_response(self._rows(page))

    def _rows(self, rows: Sequence[Generation]) -> Rows:
        prefetch_related_objects(rows, "user", Prefetch("artifacts", to_attr="known_artifacts"), *self._labels())
        return list(GenerationSerializer(rows, many=True, context=self._context(rows)).data)

    def _detail(self, generation: Generation) -> dict[str, Any]:
        seen = CollectionItem.objects.filter(collection__in=collections.seen_by(self.actor))
        places = Prefetch("places", seen.select_related("collection"), to_attr="seen_places")
        inputs = Prefetch("inputs", visible(self.actor, "asset.view", GenerationInput.objects.all()))
        prefetch_related_objects([generation], "user", "artifacts", inputs, places, *self._labels())
        relatives = {
            kind: lineage.children(generation, kind, actor=self.actor, newest=RELATIVES_SHOWN)
            for kind in (ParentKind.VERSION, ParentKind.VARIATION)
        }
        context = {**self._context([generation]), "relatives": relatives}
        return GenerationDetailSerializer(generation, context=context).data

    def _labels(self) -> "tuple[Prefetch[Any], Prefetch[Any]]":
        mine = labels.own_favourites(self.actor)
        tags = visible(self.actor, "asset.view", GenerationTag.objects.all())
        return Prefetch("tags", tags, to_attr="known_tags"), Prefetch("favourites", mine, to_attr="own_favourites")

    def _context(self, rows: Sequence[Generation]) -> dict[str, Any]:
        return {**self._family_context(rows), "places": places.places(rows)}

    def _family_context(self, rows: Sequence[Generation]) -> dict[str, Any]:
        """A parent that is kept from the actor is not named."""
        parents = {row.parent_id for row in rows if row.parent_id}
        seen_parents = can_among(self.actor, "asset.view", Generation, parents)
        return {**file_context(self.actor, [row.pk for row in rows]), "seen_parents": seen_parents}

    def _accepted(self, generation: Generation) -> Answer:
        place = self._url("ai:generation-detail", pk=generation.pk)
        return Answer(202, self._rows([generation])[0], {"Location": place, **self._spend_headers()})

    def _all_accepted(self, accepted: Sequence[Generation]) -> Answer:
        estimated = sum(generation.estimated_cost_usd for generation in accepted)
        body = {"items": self._rows(accepted), "estimated_cost_usd": str(estimated)}
        return Answer(202, body, self._spend_headers())

    def _spend_headers(self) -> dict[str, str]:
        return spend_headers(budgets.spend_of(actor=self.actor, at=timezone.now()))

    def _url(self, name: str, **parts: Any) -> str:
        return reverse(name, kwargs={"brand_id": self.brand_id, **parts})

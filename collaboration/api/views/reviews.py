"""Reviews: ask, look, decide, ask again."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandViewSet, Prepared
from brands.idempotency import Answer
from collaboration.api import review_docs as docs
from collaboration.api.review_filters import ReviewFilter
from collaboration.api.serializers.review_bodies import (
    ReviewAskAgainBody,
    ReviewBody,
    ReviewCancelBody,
    ReviewChangeBody,
    ReviewDecideBody,
)
from collaboration.api.serializers.reviews import ReviewDetailSerializer, ReviewSerializer
from collaboration.models import Review
from collaboration.reviews import (
    asking_again,
    changing,
    deciding,
    evidence,
    freezing,
    listing,
    reading,
    requesting,
    versions,
)
from collaboration.reviews.requesting import ReviewWanted

Proofs = dict[UUID, str]


@docs.REVIEWS
class ReviewViewSet(BrandViewSet):
    model = Review
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter
    lookup_value_converter = "uuid"
    capability = {
        "list": "asset.view",
        "retrieve": "asset.view",
        "evidence": "asset.view",
        "create": freezing.CAPABILITY,
        "partial_update": freezing.CAPABILITY,
        "cancel": freezing.CAPABILITY,
        "ask_again": freezing.CAPABILITY,
        "decide": deciding.CAPABILITY,
    }
    by_resource = frozenset({"list", "retrieve", "partial_update", "cancel", "ask_again", "decide"})

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return listing.listed(self.actor)

    def list(self, request: Request, **_: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        context = {"actor": self.actor, "outdated": versions.outdated(*page)}
        return self.get_paginated_response(ReviewSerializer(page, many=True, context=context).data)

    def create(self, request: Request, **_: Any) -> Response:
        wanted = ReviewWanted(**ReviewBody.read(request.data))

        def prepare() -> Prepared[Proofs]:
            frozen = requesting.frozen(actor=self.actor, wanted=wanted.items)
            return lambda: freezing.proofs(frozen), made

        def made(proven: Proofs | None) -> Answer:
            review = requesting.request(actor=self.actor, wanted=wanted, at=timezone.now(), proven=proven)
            return self._created(review.pk)

        return self.once_after(request, prepare)

    def retrieve(self, request: Request, pk: UUID, **_: Any) -> Response:
        return Response(self._shown(pk))

    def partial_update(self, request: Request, pk: UUID, **_: Any) -> Response:
        body = ReviewChangeBody.read(request.data)
        changing.change(actor=self.actor, review_id=pk, at=timezone.now(), **body)
        return Response(self._shown(pk))

    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: UUID, **_: Any) -> Response:
        body = ReviewDecideBody.read(request.data)

        def decided() -> Answer:
            deciding.decide(actor=self.actor, review_id=pk, at=timezone.now(), **body)
            return self._created(pk)

        return self.once(request, decided)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: UUID, **_: Any) -> Response:
        body = ReviewCancelBody.read(request.data)
        changing.cancel(actor=self.actor, review_id=pk, at=timezone.now(), **body)
        return Response(self._shown(pk))

    @action(detail=True, methods=["post"], url_path="ask-again")
    def ask_again(self, request: Request, pk: UUID, **_: Any) -> Response:
        body = ReviewAskAgainBody.read(request.data)

        def prepare() -> Prepared[Proofs]:
            review = get_object_or_404(listing.seen_by(self.actor), pk=pk)
            frozen = asking_again.frozen(actor=self.actor, review=review, replacements=body["replacements"])
            return lambda: freezing.proofs(frozen), asked

        def asked(proven: Proofs | None) -> Answer:
            asking_again.ask_again(actor=self.actor, review_id=pk, at=timezone.now(), proven=proven, **body)
            return self._created(pk)

        return self.once_after(request, prepare)

    @action(detail=True, methods=["get"], filterset_class=None, pagination_class=None)
    def evidence(self, request: Request, pk: UUID, **_: Any) -> Response:
        files = evidence.files_of(actor=self.actor, review=self._review(pk))
        with self.apart():
            found = evidence.look(files)
        document = evidence.export(actor=self.actor, review=self._review(pk), found=found, at=timezone.now())
        return Response(document, headers={"Content-Disposition": f'attachment; filename="review-{pk}.json"'})

    def _review(self, pk: UUID) -> Review:
        rows: Callable[..., Any] = listing.seen_by(self.actor).select_related
        found: Review = get_object_or_404(rows("requested_by"), pk=pk)
        return found

    def _created(self, pk: UUID) -> Answer:
        place = reverse("collaboration:review-detail", kwargs={"brand_id": self.brand_id, "pk": pk})
        return Answer(201, self._shown(pk), {"Location": place})

    def _shown(self, pk: UUID) -> dict[str, Any]:
        at = timezone.now()
        seen = reading.read(actor=self.actor, review_id=pk, at=at)
        return ReviewDetailSerializer(seen.review, context={"actor": self.actor, "seen": seen, "at": at}).data

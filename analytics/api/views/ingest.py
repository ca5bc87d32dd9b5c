from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api import docs
from analytics.api.serializers.ingest import answer
from analytics.ingest import native, receiving
from brands.api.base import AtelierAPIView
from brands.errors import Forbidden, NotFound
from brands.permissions import Actor
from brands.services import actors
from brands.tenancy.scope import brand_scope

CAPABILITY = "event.write"


@docs.INGEST
class IngestView(AtelierAPIView):
    """Takes events of the brand whose API key it is shown: the body names none."""

    max_body_bytes = native.MAX_BYTES
    actor: Actor

    @property
    def rate_limit(self) -> str:
        """A program sends thousands of events at once, so it may come more often than others."""
        return settings.EVENTS_RATE_LIMIT

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if self.key is None:
            raise Forbidden("Events come with an API key, which says whose they are.")
        try:
            with brand_scope(self.key.brand_id):
                self.actor = actors.for_key(brand_id=self.key.brand_id, credential=self.key)
        except NotFound as error:
            raise AuthenticationFailed("The API key's maker is no longer of the brand.") from error
        request.actor = self.actor  # type: ignore[attr-defined]

    def check_throttles(self, request: Request) -> None:
        super().check_throttles(request)
        if CAPABILITY not in self.actor.capabilities:
            raise Forbidden(f"This needs the capability {CAPABILITY}.", capability=CAPABILITY)

    def post(self, request: Request, **_: Any) -> Response:
        received_at = timezone.now()
        events = native.read(
            request._request.body,
            content_type=str(request._request.content_type),
            encoding=request.headers.get("Content-Encoding", ""),
            received_at=received_at,
        )
        outcome = receiving.add(brand_id=self.actor.brand_id, events=events, source="native", received_at=received_at)
        return Response(answer(outcome))

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio import artifacts
from ai_studio.api import docs
from ai_studio.api.files import file_response
from ai_studio.api.serializers.artifacts import ArtifactSerializer, file_context
from ai_studio.models import Artifact
from brands.api.base import AtelierAPIView, BrandAPIView, BrandGenericAPIView
from brands.errors import NotFound
from brands.permissions import visible
from brands.services import actors, guests


@docs.ARTIFACT
class ArtifactView(BrandGenericAPIView):
    model = Artifact
    serializer_class = ArtifactSerializer
    capability = {"get": "asset.view"}
    by_resource = frozenset({"get"})

    def get(self, request: Request, **_: Any) -> Response:
        artifact = self.get_object()
        context = file_context(self.actor, [artifact.generation_id])
        return Response(ArtifactSerializer(artifact, context=context).data)


@docs.DOWNLOAD
class ArtifactDownloadView(BrandAPIView):
    """With credentials, or with the signature of an address that this API gave away."""

    capability = {"get": "asset.download"}
    by_resource = frozenset({"get"})
    rate_limit = "6000/minute"  # a page of thumbnails is one request each

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        # The file is sent after this: a slow reader must not keep a database connection.
        if not connection.in_atomic_block:
            connection.close()
        return response

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [] if self._is_signed else super().get_authenticators()

    def perform_content_negotiation(self, request: Request, force: bool = True) -> Any:  # noqa: FBT001, FBT002
        """An <img> accepts images only; errors are JSON all the same."""
        return super().perform_content_negotiation(request, force=True)

    def check_permissions(self, request: Request) -> None:
        if not self._is_signed:
            return super().check_permissions(request)
        return artifacts.check_signature(
            brand_id=self.kwargs["brand_id"],
            artifact_id=self.kwargs["pk"],
            expires=request.query_params.get("expires", ""),
            signature=request.query_params["signature"],
            at=timezone.now(),
            guest=request.query_params.get("guest", ""),
        )

    def check_throttles(self, request: Request) -> None:
        if not self._is_signed:
            return super().check_throttles(request)
        # A signature has no actor, whose capabilities the brand's views check behind the throttles.
        return AtelierAPIView.check_throttles(self, request)

    def get(self, request: Request, brand_id: UUID, pk: UUID) -> HttpResponseBase:
        if not self._is_signed:
            artifact = get_object_or_404(visible(self.actor, self.needs, Artifact.objects.all()), pk=pk)
            return file_response(request, artifact, cache_control="private, no-cache")
        if guest := request.query_params.get("guest", ""):
            artifact, cache_control = self._for_guest(UUID(guest), pk), "private, no-store"
        else:
            artifact = get_object_or_404(Artifact.objects.all(), pk=pk)
            cache_control = f"private, max-age={settings.SIGNED_URL_SECONDS}, immutable"
        response = file_response(request, artifact, cache_control=cache_control)
        # The address is the credential: any page that has it may read it, a 3D viewer on the brand's site too.
        response["Access-Control-Allow-Origin"] = "*"
        return response

    def _for_guest(self, session_id: UUID, pk: UUID) -> Artifact:
        """Revoking the link ends the addresses that its guests were given, too."""
        credential = guests.living(session_id)
        if credential is None:
            raise NotFound()
        actor = actors.for_guest(brand_id=credential.brand_id, credential=credential)
        return get_object_or_404(visible(actor, self.needs, Artifact.objects.all()), pk=pk)

    @property
    def _is_signed(self) -> bool:
        # Django's request, DRF's around it, or None while the schema is made: all but the last have GET.
        return "signature" in getattr(self.request, "GET", ())

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio import artifacts
from ai_studio.api import docs
from ai_studio.api.files import file_response
from ai_studio.api.serializers.artifacts import ArtifactSerializer, file_context
from ai_studio.models import Artifact
from brands.api.base import BrandGenericAPIView
from brands.api.signed import SignedFileView
from brands.permissions import Actor, visible


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
class ArtifactDownloadView(SignedFileView):
    addresses = artifacts.ADDRESSES
    capability = {"get": "asset.download"}
    by_resource = frozenset({"get"})
    rate_limit = "6000/minute"  # a page of thumbnails is one request each

    def get(self, request: Request, brand_id: UUID, pk: UUID) -> HttpResponseBase:
        reader = self.reader()
        there = Artifact.objects.all()
        artifact = get_object_or_404(there if reader is None else visible(reader, self.needs, there), pk=pk)
        response = file_response(request, artifact, cache_control=self._cache_control(reader))
        if self.is_signed:
            # The address is the credential: any page that has it may read it, a 3D viewer on the brand's site too.
            response["Access-Control-Allow-Origin"] = "*"
        return response

    def _cache_control(self, reader: Actor | None) -> str:
        """What a guest may see ends with the link, which no cache knows of."""
        if reader is None:
            return f"private, max-age={settings.SIGNED_URL_SECONDS}, immutable"
        return "private, no-store" if self.is_signed else "private, no-cache"

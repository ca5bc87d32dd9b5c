from typing import Any

from django.conf import settings
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from ai_studio.api import verification_docs
from ai_studio.api.serializers.verification import FindingSerializer, StoredFindingSerializer, VerifyBody
from ai_studio.models import Artifact
from ai_studio.services import verification
from brands.api.base import BrandAPIView, BrandGenericAPIView
from brands.api.parsers import StrictJSONParser
from brands.errors import TooLarge

# What multipart adds to a file.
ENVELOPE_BYTES = 10_000


@verification_docs.VERIFY
class VerifyView(BrandAPIView):
    capability = {"post": "asset.view"}
    by_resource = frozenset({"post"})
    parser_classes = [StrictJSONParser, MultiPartParser]
    rate_limit = "60/minute"  # each reads a whole file

    def post(self, request: Request, **_: Any) -> Response:
        most = max(settings.STUDIO_RESULT_MAX_BYTES.values())
        if int(request.META.get("CONTENT_LENGTH") or 0) > most + ENVELOPE_BYTES:
            raise TooLarge(f"A file has at most {most:,} bytes.")
        body = VerifyBody.read(request.data)
        if "file" in body:
            found = verification.of_file(actor=self.actor, file=body["file"])
        else:
            found = verification.of_digest(actor=self.actor, sha256=body["sha256"])
        return Response(FindingSerializer(found).data)


@verification_docs.ARTIFACT_VERIFY
class ArtifactVerifyView(BrandGenericAPIView):
    model = Artifact
    serializer_class = StoredFindingSerializer
    capability = {"get": "asset.view"}
    by_resource = frozenset({"get"})
    rate_limit = "60/minute"  # each reads a whole file

    def get(self, request: Request, **_: Any) -> Response:
        found = verification.of_stored(actor=self.actor, artifact=self.get_object())
        return Response(StoredFindingSerializer(found).data)

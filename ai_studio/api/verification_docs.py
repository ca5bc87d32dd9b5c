"""What OpenAPI says of verifying files."""

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from ai_studio.api.serializers.verification import (
    DigestBody,
    FindingSerializer,
    StoredFindingSerializer,
    VerifyBody,
)

VERIFY = extend_schema_view(
    post=extend_schema(
        operation_id="files_verify",
        summary="Ask whether a file was made here",
        description="By its bytes, else by the mark that files carry (XMP, glTF extras, JSON). The file is not kept. "
        "With only a `sha256` marks cannot be looked for.",
        request={"multipart/form-data": VerifyBody, "application/json": DigestBody},
        responses={200: FindingSerializer, **problems(400, 413, 415, 429)},
        examples=[OpenApiExample("A digest", value={"sha256": "0" * 64}, request_only=True)],
    )
)
ARTIFACT_VERIFY = extend_schema_view(
    get=extend_schema(
        operation_id="artifacts_verify",
        summary="Check that a stored file is what was made",
        description="Reads all of it and compares its SHA-256.",
        responses={200: StoredFindingSerializer, **problems(429)},
    )
)

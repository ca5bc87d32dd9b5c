"""Files as HTTP answers: parts, conditions, and headers that keep a browser from running what it shows."""

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from rest_framework.request import Request

from ai_studio import artifacts
from ai_studio.api import ranges
from ai_studio.models import Artifact
from brands.api.streamed import StreamedFile
from brands.errors import AtelierError

# What browsers show without running anything; all else is for saving.
SHOWN = frozenset(
    {"image/png", "image/jpeg", "image/webp", "image/gif", "model/gltf-binary", "application/json", "text/plain"}
)
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


class RangeNotSatisfiable(AtelierError):
    status = 416
    code = "range_not_satisfiable"
    title = "The range begins behind the end of the file"


def file_response(request: Request, artifact: Artifact, *, cache_control: str) -> HttpResponseBase:
    """The artifact's file, or the part of it that was asked for. Raises ArtifactGone, RangeNotSatisfiable."""
    etag = f'"{artifact.sha256}"'
    response = get_conditional_response(request, etag=etag) or _content(request, artifact, etag)
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = cache_control
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _content(request: Request, artifact: Artifact, etag: str) -> HttpResponseBase:
    size = artifact.size_bytes
    span = _wanted(request, etag, size)
    start, length = (span.start, span.length) if span else (0, size)
    part = artifacts.FilePart(artifacts.open_stored(artifact), start=start, length=length)
    if request.method == "HEAD":
        part.close()
        response: HttpResponseBase = HttpResponse(content_type=artifact.media_type)
    else:
        response = StreamedFile(part, content_type=artifact.media_type)
    response["Content-Length"] = str(length)
    response["Content-Disposition"] = content_disposition_header(artifact.media_type not in SHOWN, artifact.name) or ""
    if span:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response["Content-Range"] = span.content_range(size)
    return response


def _wanted(request: Request, etag: str, size: int) -> ranges.Span | None:
    """The part to send; None for the whole, also when If-Range names another content."""
    if request.headers.get("If-Range", etag) != etag:
        return None
    try:
        return ranges.parse(request.headers.get("Range", ""), size=size)
    except ranges.UnsatisfiableRange as error:
        raise RangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"}) from error

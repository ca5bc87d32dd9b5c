"""Exports as HTTP answers, sent as they are written. One that fails ends the connection before its end, so that nobody
takes it for whole."""

from collections.abc import Iterator
from threading import Lock
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from analytics.services.exports import Export
from brands.api.serializers import StrictSerializer
from brands.api.streamed import StreamedFile

# As in analytics.exports.formats, which names them; a test holds them together.
FORMATS = ["csv", "ndjson", "parquet"]


class FileQuery(StrictSerializer):
    format = serializers.ChoiceField(FORMATS, default="csv")


def file_response(request: Request, export: Export, format: str) -> HttpResponseBase:  # noqa: A002
    from analytics.exports.formats import FORMATS as KNOWN

    how = KNOWN[format]
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(content_type=how.media_type)
    else:
        chunks = Chunks(how.chunks(export.columns, export.pages), export.pages)
        response = StreamedFile(chunks, content_type=how.media_type)
    name = f"{export.name}-{timezone.now():%Y%m%d-%H%M%S}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Accel-Buffering"] = "no"
    return response


class Chunks:
    """Chunks that may be closed while another thread still makes one: that one closes them then. The first is made at
    once, so that what is refused is refused with an answer that says so."""

    def __init__(self, chunks: Iterator[bytes], pages: Any) -> None:
        self._chunks, self._pages = chunks, pages
        self._lock, self._closed = Lock(), False
        self._first: bytes | None = next(chunks, None)

    def __iter__(self) -> "Chunks":
        return self

    def __next__(self) -> bytes:
        with self._lock:
            try:
                return self._next()
            finally:
                if self._closed:
                    self._end()

    def close(self) -> None:
        self._closed = True
        if self._lock.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._lock.release()

    def _next(self) -> bytes:
        if self._closed:
            raise StopIteration
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._chunks)

    def _end(self) -> None:
        for each in (self._chunks, self._pages):
            if hasattr(each, "close"):
                each.close()

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from analytics.api.wires.base import CaptureView, WireView
from analytics.ingest import segment
from brands.errors import AtelierError

_SPELT_OUT = ("batch", *segment.TYPES)
# Servers spell the types out; browsers send to their first letters.
KINDS = {name: name for name in _SPELT_OUT} | {name[0]: name for name in _SPELT_OUT}


class SegmentCapture(CaptureView):
    http_method_names = ["post", "options"]
    source = "segment"
    max_bytes = segment.MAX_BYTES

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        self.capture(
            request,
            lambda body, at: segment.read(body, headers=request.headers, kind=KINDS[kind], received_at=at),
        )
        return JsonResponse({"success": True})

    def refused(self, error: AtelierError) -> HttpResponse:
        """Its SDKs show `code` and `message` of an answer."""
        error.extra.setdefault("message", error.detail)
        return super().refused(error)


class SegmentSettings(WireView):
    """What analytics.js asks before it sends: that it shall send here, and load nothing else."""

    http_method_names = ["get", "options"]

    def get(self, request: HttpRequest, token: str, **_: str) -> HttpResponse:
        return JsonResponse(_settings(token))


def _settings(token: str) -> dict[str, Any]:
    protocol, _, host = settings.PUBLIC_URL.partition("://")
    here = {"apiKey": token, "apiHost": f"{host}/ingest/segment/v1", "protocol": protocol}
    return {"integrations": {"Segment.io": here}, "plan": {}, "metrics": {"sampleRate": 0}}

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from analytics.api.wires.base import CaptureView, WireView
from analytics.ingest import posthog
from brands.errors import TooManyRequests


class Busy(TooManyRequests):
    """posthog-js never sends again what was answered with a 4xx: events would be lost."""

    status = 503


class PostHogCapture(CaptureView):
    http_method_names = ["post", "options"]
    source = "posthog"
    max_bytes = posthog.MAX_BYTES
    busy = Busy

    def post(self, request: HttpRequest, **_: str) -> HttpResponse:
        self.capture(
            request,
            lambda body, at: posthog.read(body, headers=request.headers, query=request.GET.dict(), received_at=at),
        )
        return JsonResponse({"status": "Ok"})


class PostHogConfig(WireView):
    """What posthog-js asks before it sends: everything that PostHog adds to plain events is off, so that it asks for
    nothing more. The same for every key, known or not."""

    http_method_names = ["get", "options"]

    def get(self, request: HttpRequest, token: str, **_: str) -> HttpResponse:
        return JsonResponse(_config(token))


class PostHogConfigScript(WireView):
    http_method_names = ["get", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        known = json.dumps({"config": _config(token), "siteApps": []})
        script = (
            "(function () {\n"
            "  window._POSTHOG_REMOTE_CONFIG = window._POSTHOG_REMOTE_CONFIG || {};\n"
            f"  window._POSTHOG_REMOTE_CONFIG[{json.dumps(token)}] = {known};\n"
            "})();\n"
        )
        return HttpResponse(script, content_type="application/javascript")


class PostHogFlags(WireView):
    """There are no feature flags here: none is on, for anybody."""

    def get(self, request: HttpRequest, **_: str) -> HttpResponse:
        return JsonResponse(_CONFIG | {"flags": {}, "featureFlags": {}, "featureFlagPayloads": {}} | _NO_ERRORS)

    post = get


def _config(token: str) -> dict[str, Any]:
    return {"token": token, **_CONFIG}


_NO_ERRORS = {"errorsWhileComputingFlags": False}
_CONFIG: dict[str, Any] = {
    "analytics": {"endpoint": "/i/v0/e/"},
    "supportedCompression": ["gzip", "gzip-js"],
    "defaultIdentifiedOnly": True,
    "elementsChainAsString": True,
    "hasFeatureFlags": False,
    "autocapture_opt_out": False,
    "autocaptureExceptions": False,
    "captureDeadClicks": False,
    "capturePerformance": False,
    "errorTracking": {"autocaptureExceptions": False, "suppressionRules": []},
    "heatmaps": False,
    "sessionRecording": False,
    "surveys": False,
    "productTours": False,
    "siteApps": [],
    "toolbarParams": {},
    "isAuthenticated": False,
}

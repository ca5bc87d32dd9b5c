"""Mounted below /ingest/posthog/ and /ingest/segment/, and at the root for SDKs that know hosts without a path."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path

from analytics.api.wires.posthog import PostHogCapture, PostHogConfig, PostHogConfigScript, PostHogFlags
from analytics.api.wires.segment import SegmentCapture, SegmentSettings
from analytics.ingest.segment import TYPES

CAPTURE = ("batch", "capture", "e", "engage", "i/v0/ai/batch", "i/v0/e", "track")


def _both(route: str, view: Any, name: str) -> Iterator[URLPattern]:
    """With and without the last slash: a redirect would lose a beacon."""
    yield path(route, view, name=name)
    yield path(f"{route}/", view, name=name)


posthog = [
    *(pattern for route in CAPTURE for pattern in _both(route, PostHogCapture.as_view(), "posthog-capture")),
    *_both("flags", PostHogFlags.as_view(), "posthog-flags"),
    *_both("decide", PostHogFlags.as_view(), "posthog-flags"),
    *_both("array/<str:token>/config", PostHogConfig.as_view(), "posthog-config"),
    path("array/<str:token>/config.js", PostHogConfigScript.as_view(), name="posthog-config-script"),
]

# Servers spell the types out; browsers send to their first letters.
segment = [
    *(
        pattern
        for kind in ("batch", *TYPES)
        for route in (f"v1/{kind}", f"v1/{kind[0]}")
        for pattern in _both(route, SegmentCapture.as_view(kind=kind), "segment-capture")
    ),
    *_both("v1/projects/<str:token>/settings", SegmentSettings.as_view(), "segment-settings"),
]

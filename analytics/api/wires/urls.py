"""Mounted below /ingest/posthog/ and /ingest/segment/, and at the root for SDKs that know hosts without a path. All of
these are known with and without the last slash: a redirect would lose a beacon."""

from collections.abc import Iterable

from django.urls import path, register_converter

from analytics.api.wires.posthog import PostHogCapture, PostHogConfig, PostHogConfigScript, PostHogFlags
from analytics.api.wires.segment import KINDS, SegmentCapture, SegmentSettings


def _any_of(converter: str, addresses: Iterable[str]) -> None:
    """Makes <converter:name> stand for one of the addresses."""

    class OneOf:
        regex = f"(?:{'|'.join(addresses)})/?"

        def to_python(self, value: str) -> str:
            return value.removesuffix("/")

        def to_url(self, value: str) -> str:
            return value

    register_converter(OneOf, converter)


_any_of("posthog_events", ("batch", "capture", "e", "engage", "i/v0/ai/batch", "i/v0/e", "track"))
_any_of("posthog_flags", ("flags", "decide"))
_any_of("posthog_config", ("config",))
_any_of("segment_events", KINDS)
_any_of("segment_settings", ("settings",))

posthog = [
    path("<posthog_events:capture>", PostHogCapture.as_view(), name="posthog-capture"),
    path("<posthog_flags:flags>", PostHogFlags.as_view(), name="posthog-flags"),
    path("array/<str:token>/<posthog_config:config>", PostHogConfig.as_view(), name="posthog-config"),
    path("array/<str:token>/config.js", PostHogConfigScript.as_view(), name="posthog-config-script"),
]

segment = [
    path("v1/<segment_events:kind>", SegmentCapture.as_view(), name="segment-capture"),
    path("v1/projects/<str:token>/<segment_settings:settings>", SegmentSettings.as_view(), name="segment-settings"),
]

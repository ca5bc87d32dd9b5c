"""Every route. Each app brings its own under /api/v1/brands/{brand_id}/."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerSplitView

from ai_studio.api.views.provider_webhooks import ProviderWebhookView
from analytics.api.views.ingest import IngestView
from analytics.api.wires import urls as wires
from collaboration.api.views.share_links import GuestSessionView, OpenLinkView
from collaboration.api.views.unsubscribe import UnsubscribeView
from config.api_document import SchemaView
from config.health import views as health
from config.metrics.views import metrics


def no_phone_numbers(request: HttpRequest, client: str) -> HttpResponse:
    """allauth has this route however it is configured, and breaks on it: nobody here has a phone number."""
    raise Http404


urlpatterns = [
    path("admin/analytics/dashboards/", include("analytics.dashboards.urls")),
    path("admin/", admin.site.urls),
    path("auth/<str:client>/v1/account/phone", no_phone_numbers),
    path("auth/", include("allauth.headless.urls")),
    path("accounts/", include("allauth.urls")),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics, name="metrics"),
    path("api/v1/", include("brands.api.urls")),
    path(
        "api/v1/provider-webhooks/<str:provider>/<str:token>/", ProviderWebhookView.as_view(), name="provider-webhook"
    ),
    path("api/v1/notifications/unsubscribe/<str:token>/", UnsubscribeView.as_view(), name="notifications-unsubscribe"),
    path("api/v1/events/", IngestView.as_view(), name="events"),
    path("api/v1/brands/<uuid:brand_id>/ai/", include("ai_studio.api.urls")),
    path("api/v1/brands/<uuid:brand_id>/analytics/", include("analytics.api.urls")),
    path("api/v1/brands/<uuid:brand_id>/collaboration/", include("collaboration.api.urls")),
    path("api/v1/share-links/open/", OpenLinkView.as_view(), name="open-share-link"),
    path("api/v1/guest-session/", GuestSessionView.as_view(), name="guest-session"),
    path("s/", include("collaboration.shares.page.urls")),
    path("ingest/posthog/", include(wires.posthog)),
    path("ingest/segment/", include(wires.segment)),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="swagger"),
    path("api/redoc/", SpectacularRedocView.as_view(url_name="schema", template_name="api/redoc.html"), name="redoc"),
    # For SDKs that know hosts without a path.
    path("", include(wires.posthog)),
    path("", include(wires.segment)),
]

handler400 = "brands.api.exceptions.bad_request"
handler403 = "brands.api.exceptions.forbidden"
handler404 = "brands.api.exceptions.not_found"
handler500 = "brands.api.exceptions.server_error"

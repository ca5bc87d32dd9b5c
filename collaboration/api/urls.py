"""Routes under /api/v1/brands/{brand_id}/collaboration/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from collaboration.api.views.webhooks import WebhookDeliveryViewSet, WebhookEventTypesView, WebhookViewSet

app_name = "collaboration"

router = SimpleRouter(use_regex_path=False)
router.register("webhooks/deliveries", WebhookDeliveryViewSet, basename="webhook-delivery")
router.register("webhooks", WebhookViewSet, basename="webhook")

urlpatterns = [
    path("webhooks/event-types/", WebhookEventTypesView.as_view(), name="webhook-event-types"),
    path("", include(router.urls)),
]

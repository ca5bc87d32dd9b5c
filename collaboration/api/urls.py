"""Routes under /api/v1/brands/{brand_id}/collaboration/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from collaboration.api.views.activity import ActivityView
from collaboration.api.views.comments import (
    AttachmentDownloadView,
    AttachmentsView,
    AttachmentView,
    CommentViewSet,
    ReactionView,
)
from collaboration.api.views.external_resources import ExternalResourceViewSet
from collaboration.api.views.notifications import MuteViewSet, NotificationViewSet, PreferencesView
from collaboration.api.views.presence import PresenceView
from collaboration.api.views.reviews import ReviewViewSet
from collaboration.api.views.share_links import ShareLinkViewSet
from collaboration.api.views.shares import ShareViewSet
from collaboration.api.views.stream import StreamView
from collaboration.api.views.threads import ThreadCountsView, ThreadViewSet
from collaboration.api.views.webhooks import WebhookDeliveryViewSet, WebhookEventTypesView, WebhookViewSet

app_name = "collaboration"

router = SimpleRouter(use_regex_path=False)
router.register("threads", ThreadViewSet, basename="thread")
router.register("comments", CommentViewSet, basename="comment")
router.register("resources", ExternalResourceViewSet, basename="resource")
router.register("webhooks/deliveries", WebhookDeliveryViewSet, basename="webhook-delivery")
router.register("webhooks", WebhookViewSet, basename="webhook")
router.register("reviews", ReviewViewSet, basename="review")
router.register("shares", ShareViewSet, basename="share")
router.register("share-links", ShareLinkViewSet, basename="share-link")
router.register("notifications/mutes", MuteViewSet, basename="notification-mute")
router.register("notifications", NotificationViewSet, basename="notification")

urlpatterns = [
    path("threads/counts/", ThreadCountsView.as_view(), name="thread-counts"),
    path("comments/<uuid:pk>/reactions/<str:emoji>/", ReactionView.as_view(), name="comment-reaction"),
    path("comments/<uuid:pk>/attachments/", AttachmentsView.as_view(), name="comment-attachments"),
    path("attachments/<uuid:pk>/", AttachmentView.as_view(), name="attachment"),
    path("attachments/<uuid:pk>/download/", AttachmentDownloadView.as_view(), name="attachment-download"),
    path("webhooks/event-types/", WebhookEventTypesView.as_view(), name="webhook-event-types"),
    path("presence/", PresenceView.as_view(), name="presence"),
    path("stream/", StreamView.as_view(), name="stream"),
    path("activity/", ActivityView.as_view(), name="activity"),
    path("notifications/preferences/", PreferencesView.as_view(), name="notification-preferences"),
    path("", include(router.urls)),
]

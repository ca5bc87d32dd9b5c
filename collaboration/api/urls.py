"""Routes under /api/v1/brands/{brand_id}/collaboration/."""

from django.urls import path

from collaboration.api.views.presence import PresenceView
from collaboration.api.views.stream import StreamView

app_name = "collaboration"

urlpatterns = [
    path("presence/", PresenceView.as_view(), name="presence"),
    path("stream/", StreamView.as_view(), name="stream"),
]

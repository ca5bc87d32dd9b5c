"""Routes under /api/v1/brands/{brand_id}/collaboration/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from collaboration.api.views.share_links import ShareLinkViewSet
from collaboration.api.views.shares import ShareViewSet

app_name = "collaboration"

router = SimpleRouter(use_regex_path=False)
router.register("shares", ShareViewSet, basename="share")
router.register("share-links", ShareLinkViewSet, basename="share-link")

urlpatterns = [path("", include(router.urls))]

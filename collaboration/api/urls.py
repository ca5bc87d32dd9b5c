"""Routes under /api/v1/brands/{brand_id}/collaboration/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from collaboration.api.views.reviews import ReviewViewSet

app_name = "collaboration"

router = SimpleRouter(use_regex_path=False)
router.register("reviews", ReviewViewSet, basename="review")

urlpatterns = [
    path("", include(router.urls)),
]

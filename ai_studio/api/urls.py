"""Under /api/v1/brands/{brand_id}/ai/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from ai_studio.api.views.analytics import AnalyticsView
from ai_studio.api.views.artifacts import ArtifactDownloadView, ArtifactView
from ai_studio.api.views.collections import CollectionViewSet
from ai_studio.api.views.generations import GenerationViewSet
from ai_studio.api.views.labels import FavouriteView, GenerationTagsView, TagsView
from ai_studio.api.views.models import ModelsView
from ai_studio.api.views.money import BudgetView, CostsCsvView, CostsView, LedgerView, QuotaView
from ai_studio.api.views.prompt_templates import PromptTemplateViewSet
from ai_studio.api.views.prompts import OptimizeView, PromptSettingsView
from ai_studio.api.views.providers import ProvidersView, RoutingSettingsView
from ai_studio.api.views.queue import PauseView, QueueHistoryView, QueueView, ResumeView
from ai_studio.api.views.verification import ArtifactVerifyView, VerifyView

app_name = "ai"

router = SimpleRouter(use_regex_path=False)
router.register("generations", GenerationViewSet, basename="generation")
router.register("collections", CollectionViewSet, basename="collection")
router.register("prompt-templates", PromptTemplateViewSet, basename="prompt-template")

urlpatterns = [
    path("", include(router.urls)),
    path("generations/<uuid:pk>/favourite/", FavouriteView.as_view(), name="generation-favourite"),
    path("generations/<uuid:pk>/tags/", GenerationTagsView.as_view(), name="generation-tags"),
    path("tags/", TagsView.as_view(), name="tags"),
    path("providers/", ProvidersView.as_view(), name="providers"),
    path("routing/settings/", RoutingSettingsView.as_view(), name="routing-settings"),
    path("models/", ModelsView.as_view(), name="models"),
    path("prompts/optimize/", OptimizeView.as_view(), name="prompt-optimize"),
    path("prompts/settings/", PromptSettingsView.as_view(), name="prompt-settings"),
    path("artifacts/<uuid:pk>/", ArtifactView.as_view(), name="artifact"),
    path("artifacts/<uuid:pk>/verify/", ArtifactVerifyView.as_view(), name="artifact-verify"),
    path("artifacts/<uuid:pk>/download/", ArtifactDownloadView.as_view(), name="artifact-download"),
    path("verify/", VerifyView.as_view(), name="verify"),
    path("analytics/", AnalyticsView.as_view(), name="analytics"),
    path("quota/", QuotaView.as_view(), name="quota"),
    path("budget/", BudgetView.as_view(), name="budget"),
    path("costs/", CostsView.as_view(), name="costs"),
    path("costs.csv", CostsCsvView.as_view(), name="costs-csv"),
    path("ledger/", LedgerView.as_view(), name="ledger"),
    path("queue/", QueueView.as_view(), name="queue"),
    path("queue/history/", QueueHistoryView.as_view(), name="queue-history"),
    path("queue/pause/", PauseView.as_view(), name="queue-pause"),
    path("queue/resume/", ResumeView.as_view(), name="queue-resume"),
]

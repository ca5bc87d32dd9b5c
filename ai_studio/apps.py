from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AiStudioConfig(AppConfig):
    name = "ai_studio"
    verbose_name = "AI studio"

    def ready(self) -> None:
        from brands.registry import ResourceType, register, register_secret

        register(
            ResourceType(code="AI_GENERATION", label="Generation", model="ai_studio.Generation", title_field="prompt")
        )
        for name, label in {
            "fal": "fal",
            "luma": "Luma",
            "meshy": "Meshy",
            "openai": "OpenAI",
            "replicate": "Replicate",
            "runway": "Runway",
            "stability": "Stability",
            "tripo": "Tripo",
        }.items():
            register_secret(f"provider.{name}", label)
        post_migrate.connect(_load_prices, sender=self)


def _load_prices(*, using: str, plan: list[Any], **_: Any) -> None:
    """Wherever migrations run, the price table is up to date afterwards."""
    from ai_studio.prices.loading import load

    load(using=using)

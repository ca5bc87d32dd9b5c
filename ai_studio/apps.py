from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AiStudioConfig(AppConfig):
    name = "ai_studio"
    verbose_name = "AI studio"

    def ready(self) -> None:
        from brands.registry import register_secret

        _register_resources()
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


def _register_resources() -> None:
    """Generations, and the collections that hold them; with all that is a generation's."""
    from brands.registry import ResourceType, register
    from brands.resources import Belonging, Container, Private, belongs, contains, keeps_private

    generation, collection = "AI_GENERATION", "COLLECTION"
    register(ResourceType(code=generation, label="Generation", model="ai_studio.Generation", title_field="prompt"))
    register(ResourceType(code=collection, label="Collection", model="ai_studio.Collection", title_field="name"))
    belongs("ai_studio.Generation", Belonging("id", generation))
    for part in ("Artifact", "CollectionItem"):
        belongs(f"ai_studio.{part}", Belonging("generation_id", generation))
    for part in ("Attempt", "Favourite", "GenerationTag"):  # how the brand works is no guest's business
        belongs(f"ai_studio.{part}", Belonging("generation_id", generation, guests={"pk__isnull": True}))
    # A file that work starts from is known to whoever may see where it is from.
    belongs("ai_studio.GenerationInput", Belonging("artifact__generation_id", generation))
    belongs("ai_studio.Collection", Belonging("id", collection))
    keeps_private(Private(collection, "ai_studio.Collection", where={"visibility": "PRIVATE"}, owner_field="owner_id"))
    contains(
        Container(collection, "ai_studio.CollectionItem", "collection_id", id_field="generation_id", holds=generation)
    )


def _load_prices(*, using: str, plan: list[Any], **_: Any) -> None:
    """Wherever migrations run, the price table is up to date afterwards."""
    from ai_studio.prices.loading import load

    load(using=using)

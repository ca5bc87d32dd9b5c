from django.apps import AppConfig


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

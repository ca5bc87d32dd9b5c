from django.apps import AppConfig


class AiStudioConfig(AppConfig):
    name = "ai_studio"
    verbose_name = "AI studio"

    def ready(self) -> None:
        from brands.registry import ResourceType, register, register_secret

        register(
            ResourceType(code="AI_GENERATION", label="Generation", model="ai_studio.Generation", title_field="prompt")
        )
        register_secret("provider.openai", "OpenAI")
        register_secret("provider.replicate", "Replicate")
        register_secret("provider.fal", "fal")

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = "Analytics"

    def ready(self) -> None:
        from brands.registry import ResourceType, register
        from brands.resources import Belonging, belongs

        register(
            ResourceType(
                code="ANALYTICS_REPORT",
                label="Report",
                model="analytics.AnalyticsReport",
                view="analytics.view",
                # Analysts make reports, and share them, without rights on anything else.
                share=("analytics.view", "analytics.edit"),
                title_field="name",
            )
        )
        belongs("analytics.AnalyticsReport", Belonging("id", "ANALYTICS_REPORT"))

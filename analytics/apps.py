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
                title_field="name",
            )
        )
        belongs("analytics.AnalyticsReport", Belonging("id", "ANALYTICS_REPORT"))

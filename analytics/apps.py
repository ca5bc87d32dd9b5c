from typing import Any

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = "Analytics"

    def ready(self) -> None:
        from brands.registry import ResourceType, register
        from brands.resources import Belonging, belongs
        from collaboration.shares.pictures import drawn_by

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
        drawn_by("ANALYTICS_REPORT", _draw)


def _draw(actor: Any, report: Any) -> str:
    from analytics.api.report_pictures import picture

    return picture(actor, report)

from django.apps import AppConfig


class BrandsConfig(AppConfig):
    name = "brands"
    verbose_name = "Brands"

    def ready(self) -> None:
        from django.contrib import admin

        from brands import (
            access_bells,
            checks,  # noqa: F401  (registers them)
        )
        from brands.tenancy import guard

        guard.connect()
        access_bells.connect()
        admin.site.login_template = "admin/brands/login.html"

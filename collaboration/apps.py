from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    name = "collaboration"
    verbose_name = "Collaboration"

    def ready(self) -> None:
        _register_links()


def _register_links() -> None:
    """Links are there for whoever may share what they show."""
    from brands.resources import Belonging, belongs

    belongs("brands.ShareLink", Belonging("resource_id", type_path="resource_type"))
    belongs("brands.GuestSession", Belonging("link__resource_id", type_path="link__resource_type"))

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wiring that needs every app: management commands for a whole installation, checks at start."""

    name = "config"

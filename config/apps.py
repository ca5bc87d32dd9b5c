from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wiring that needs every app: heartbeats, metrics, routes."""

    name = "config"

    def ready(self) -> None:
        from config.health import signals as heartbeat_signals
        from config.metrics import signals as metrics_signals

        heartbeat_signals.connect()
        metrics_signals.connect()

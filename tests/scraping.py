"""Reading /metrics as Prometheus does."""

from django.test import Client
from prometheus_client.parser import text_string_to_metric_families


def scraped(text: str | None = None) -> dict[str, dict[frozenset[tuple[str, str]], float]]:
    """Sample name → labels → value."""
    if text is None:
        text = Client().get("/metrics").content.decode()
    found: dict[str, dict[frozenset[tuple[str, str]], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return found

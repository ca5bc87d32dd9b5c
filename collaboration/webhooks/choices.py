from django.db.models import TextChoices


class DeliveryStatus(TextChoices):
    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED", "Given up"


class Disabled(TextChoices):
    """Why Atelier switched an endpoint off."""

    GONE = "GONE", "It answered 410"
    FAILING = "FAILING", "It failed for too long"

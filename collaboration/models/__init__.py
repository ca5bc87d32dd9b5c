from collaboration.models.webhook_delivery import WebhookAttempt, WebhookDelivery
from collaboration.models.webhook_endpoint import WebhookEndpoint, WebhookPlace

__all__ = ["WebhookAttempt", "WebhookDelivery", "WebhookEndpoint", "WebhookPlace"]

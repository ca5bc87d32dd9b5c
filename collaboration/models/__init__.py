from collaboration.models.comment import (
    Comment,
    CommentAttachment,
    CommentMention,
    CommentReaction,
    CommentRevision,
)
from collaboration.models.external_resource import ExternalResource
from collaboration.models.thread import Thread, ThreadReading

__all__ = [
    "Comment",
    "CommentAttachment",
    "CommentMention",
    "CommentReaction",
    "CommentRevision",
    "ExternalResource",
    "Thread",
    "ThreadReading",
]
from collaboration.models.webhook_delivery import WebhookAttempt, WebhookDelivery
from collaboration.models.webhook_endpoint import WebhookEndpoint, WebhookPlace

__all__ = ["WebhookAttempt", "WebhookDelivery", "WebhookEndpoint", "WebhookPlace"]

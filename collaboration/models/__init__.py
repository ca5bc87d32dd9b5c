from collaboration.models.comment import (
    Comment,
    CommentAttachment,
    CommentMention,
    CommentReaction,
    CommentRevision,
)
from collaboration.models.external_resource import ExternalResource
from collaboration.models.notification import Notification, NotificationPlace
from collaboration.models.notification_mail import NotificationMail
from collaboration.models.notification_settings import NotificationMute, NotificationPreference, NotificationSettings
from collaboration.models.review import Review, ReviewRound
from collaboration.models.review_decision import ReviewDecision
from collaboration.models.review_item import ReviewItem
from collaboration.models.review_step import ReviewRequirement, ReviewReviewer, ReviewStep
from collaboration.models.share_message import ShareMessage
from collaboration.models.thread import Thread, ThreadReading
from collaboration.models.webhook_delivery import WebhookAttempt, WebhookDelivery
from collaboration.models.webhook_endpoint import WebhookEndpoint, WebhookPlace

__all__ = [
    "Comment",
    "CommentAttachment",
    "CommentMention",
    "CommentReaction",
    "CommentRevision",
    "ExternalResource",
    "Notification",
    "NotificationMail",
    "NotificationMute",
    "NotificationPlace",
    "NotificationPreference",
    "NotificationSettings",
    "Review",
    "ReviewDecision",
    "ReviewItem",
    "ReviewRequirement",
    "ReviewReviewer",
    "ReviewRound",
    "ReviewStep",
    "ShareMessage",
    "Thread",
    "ThreadReading",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookPlace",
]

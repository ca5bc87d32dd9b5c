"""The staff admin of collaboration: threads with their pins on the picture, reviews, webhooks, notifications."""

from collaboration.admin import comments, external_resources, notifications, reviews, threads, webhooks

__all__ = ["comments", "external_resources", "notifications", "reviews", "threads", "webhooks"]

"""The staff admin of collaboration: threads with their pins on the picture, reviews, links and their guests, webhooks,
notifications."""

from collaboration.admin import (
    comments,
    external_resources,
    notifications,
    reviews,
    share_links,
    threads,
    webhooks,
)

__all__ = ["comments", "external_resources", "notifications", "reviews", "share_links", "threads", "webhooks"]

"""Addresses in e-mails: of the frontend, and of this server for unsubscribing."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from collaboration.models import Notification


def to(row: Notification) -> str:
    """Where it is shown: the resource, with its thread if it is about one; else the person's notifications."""
    if not row.resource_type:
        return to_all(row.brand_id)
    thread = f"?thread={row.thread_id}" if row.thread_id else ""
    return f"{settings.FRONTEND_URL}/brands/{row.brand_id}/resources/{row.resource_type}/{row.resource_id}{thread}"


def to_all(brand_id: UUID) -> str:
    return f"{settings.FRONTEND_URL}/brands/{brand_id}/notifications"


def to_preferences(brand_id: UUID) -> str:
    return f"{settings.FRONTEND_URL}/brands/{brand_id}/notifications/preferences"


def to_unsubscribe(token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('notifications-unsubscribe', kwargs={'token': token})}"

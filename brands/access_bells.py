"""Rows that say who may do what ring when they change, whoever changes them. Only `update()` of a queryset does not
send these signals: whoever takes a right away with it rings by themselves (bells.access_changed_on_commit)."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from brands import bells


def connect() -> None:
    from brands import models

    rows = (
        models.ApiKey,
        models.CustomRole,
        models.Grant,
        models.Group,
        models.GroupMember,
        models.GuestSession,
        models.Membership,
        models.Restriction,
        models.ShareLink,
    )
    for model in rows:
        post_delete.connect(_ring, sender=model, dispatch_uid=f"access_bells.{model.__name__}.delete")
        post_save.connect(_ring_if_less, sender=model, dispatch_uid=f"access_bells.{model.__name__}.save")


def _ring(instance: Any, **_: Any) -> None:
    bells.access_changed_on_commit(instance.brand_id)


def _ring_if_less(instance: Any, created: bool, **_: Any) -> None:  # noqa: FBT001 - Django's signature
    """What is new takes nothing away, but for a restriction."""
    from brands.models import Restriction

    if not created or isinstance(instance, Restriction):
        _ring(instance)

"""Old deliveries, and secrets that sign no longer, are forgotten."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from brands.tenancy.models import BrandQuerySet
from brands.tenancy.scope import brand_scope
from collaboration.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from collaboration.webhooks import signing
from collaboration.webhooks.choices import DeliveryStatus

KEPT = timedelta(days=30)
SET = 2_000
_REASON = "old webhook deliveries and secrets are forgotten"


def keep(*, at: datetime) -> int:
    """Returns how many deliveries were forgotten. What waits is kept, where somebody is still to be told."""
    rotated = WebhookEndpoint.objects.all_brands(reason=_REASON).filter(former_secret_until__lte=at)
    for brand_id, pk in list(rotated.values_list("brand_id", "pk")):
        _forget_former(brand_id, pk, at)
    old = _old(WebhookDelivery.objects.all_brands(reason=_REASON), at)
    return sum(_forget(brand_id, at) for brand_id in set(old.order_by().values_list("brand_id", flat=True)))


def _old(deliveries: BrandQuerySet, at: datetime) -> QuerySet[WebhookDelivery]:
    over = ~Q(status=DeliveryStatus.WAITING) | Q(endpoint__active=False)
    return deliveries.filter(over, created_at__lt=at - KEPT)


def _forget(brand_id: UUID, at: datetime) -> int:
    forgotten = 0
    while True:
        with brand_scope(brand_id):
            some = list(_old(WebhookDelivery.objects.all(), at).values_list("pk", flat=True)[:SET])
            WebhookAttempt.objects.filter(delivery_id__in=some).delete()
            WebhookDelivery.objects.filter(pk__in=some).delete()
        forgotten += len(some)
        if len(some) < SET:
            return forgotten


def _forget_former(brand_id: UUID, pk: UUID, at: datetime) -> None:
    with brand_scope(brand_id):
        endpoint = WebhookEndpoint.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
        if endpoint is None or endpoint.former_secret_until is None or endpoint.former_secret_until > at:
            return
        signing.forget(endpoint, only_former=True)
        endpoint.former_secret_until = None
        endpoint.save(update_fields=["former_secret_until"])

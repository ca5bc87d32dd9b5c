"""What leaves Atelier by itself, over all brands: webhooks and e-mails that wait for a worker."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Now
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from collaboration.models import NotificationMail, WebhookDelivery
from collaboration.notifications import claims as mails
from collaboration.notifications.choices import MailStatus
from collaboration.webhooks import claims as webhooks
from config.metrics.totals import REASON


def families() -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "atelier_webhook_oldest_seconds",
        "How long the delivery that waits longest has been due; those in line and of resting webhooks are not.",
        value=_seconds(_due_deliveries()),
    )
    mail = NotificationMail.objects.all_brands(reason=REASON)
    yield GaugeMetricFamily(
        "atelier_mail_oldest_seconds",
        "How long the e-mail that waits longest has been due.",
        value=_seconds(mail.filter(mails.due(Now()))),
    )
    failing = mail.filter(status=MailStatus.WAITING).exclude(error="").aggregate(count=Count("id"))
    yield GaugeMetricFamily(
        "atelier_mail_failing", "E-mails whose last try failed and that are tried again.", value=failing["count"]
    )


def _due_deliveries() -> Any:
    waiting = WebhookDelivery.objects.all_brands(reason=REASON).filter(status="WAITING")
    earlier = waiting.filter(
        Q(holds_until=None) | Q(holds_until__gt=Now()),
        brand=OuterRef("brand"),
        endpoint=OuterRef("endpoint"),
        resource=OuterRef("resource"),
        seq__lt=OuterRef("seq"),
    )
    awake = Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=Now())
    return (
        waiting.filter(webhooks.due_now(Now()), awake, endpoint__active=True)
        .alias(ahead=Subquery(earlier.order_by("seq").values("seq")[:1]))
        .filter(ahead=None)
    )


def _seconds(due: Any) -> float:
    """Since the first of them was due; 0 when nothing is."""
    first = due.annotate(now=Now()).order_by("next_at").values_list("next_at", "now").first()
    return (first[1] - first[0]).total_seconds() if first else 0.0

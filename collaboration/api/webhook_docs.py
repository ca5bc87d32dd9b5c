"""What OpenAPI says of webhooks."""

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view

from ai_studio.api.problems import problems
from collaboration.api.serializers.webhooks import (
    IssuedWebhookSerializer,
    ResendFailedBody,
    ResentSerializer,
    RotateWebhookBody,
    WebhookBody,
    WebhookDeliveryDetailSerializer,
    WebhookDeliverySerializer,
    WebhookEventTypesSerializer,
    WebhookSerializer,
)

_FINISHED = OpenApiExample(
    "Be told of finished generations",
    value={
        "url": "https://shop.example/atelier",
        "event_types": ["generation.completed", "generation.failed"],
    },
    request_only=True,
)

WEBHOOKS = extend_schema_view(
    list=extend_schema(
        operation_id="webhooks_list",
        summary="List the brand's webhooks",
        responses={200: WebhookSerializer(many=True), **problems(400)},
    ),
    retrieve=extend_schema(
        operation_id="webhooks_get", summary="Look at a webhook", responses={200: WebhookSerializer, **problems()}
    ),
    create=extend_schema(
        operation_id="webhooks_create",
        summary="Have events sent to an address",
        description="Standard Webhooks 1.0: each event is POSTed as {type, timestamp, data}, signed with the "
        "`secret` of this answer. What happens from now on is sent, at least once: count it once by `webhook-id`. "
        "Events of one resource come in order.",
        request=WebhookBody,
        responses={201: IssuedWebhookSerializer, **problems(400, 409, 415)},
        examples=[_FINISHED],
    ),
    partial_update=extend_schema(
        operation_id="webhooks_change",
        summary="Change a webhook, or switch it off and on",
        description="What happens while it is off is not sent; `resend-failed` with `missed` catches up.",
        request=WebhookBody,
        responses={200: WebhookSerializer, **problems(400, 415)},
    ),
    destroy=extend_schema(
        operation_id="webhooks_delete",
        summary="Delete a webhook, with its log",
        responses={204: None, **problems()},
    ),
    rotate=extend_schema(
        operation_id="webhooks_rotate",
        summary="Give it another secret",
        description="For `overlap_seconds` both sign: `webhook-signature` has two values, separated by a space. One of "
        "an earlier rotation ends at once.",
        request=RotateWebhookBody,
        responses={200: IssuedWebhookSerializer, **problems(400, 415)},
    ),
    test=extend_schema(
        operation_id="webhooks_test",
        summary="Send a test now",
        description="An event `webhook.test`, sent once while you wait, also where it is switched off.",
        request=None,
        responses={200: WebhookDeliveryDetailSerializer, **problems(429)},
    ),
    resend_failed=extend_schema(
        operation_id="webhooks_resend_failed",
        summary="Send what was given up again",
        description="The first 10,000, in their order.",
        request=ResendFailedBody,
        responses={202: ResentSerializer, **problems(400, 409, 415)},
    ),
)

DELIVERIES = extend_schema_view(
    list=extend_schema(
        operation_id="webhook_deliveries_list",
        summary="List what was sent, and what waits",
        description="The newest first; kept for 30 days.",
        responses={200: WebhookDeliverySerializer(many=True), **problems(400)},
    ),
    retrieve=extend_schema(
        operation_id="webhook_deliveries_get",
        summary="Look at a delivery and its tries",
        responses={200: WebhookDeliveryDetailSerializer, **problems()},
    ),
    resend=extend_schema(
        operation_id="webhook_deliveries_resend",
        summary="Send it again",
        description="Under the same `webhook-id`, whatever came of it before.",
        request=None,
        responses={202: WebhookDeliverySerializer, **problems(409)},
    ),
)

EVENT_TYPES = extend_schema(
    operation_id="webhook_event_types",
    summary="List what webhooks can be told of",
    responses={200: WebhookEventTypesSerializer, **problems()},
)

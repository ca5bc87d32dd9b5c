"""Webhooks as clients see them and ask for them."""

from typing import Any

from rest_framework import serializers

from ai_studio.api.serializers.generations import PersonSerializer
from brands.api.serializers import StrictSerializer
from collaboration.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from collaboration.models.webhook_endpoint import MAX_PATTERN, MAX_URL

MOST_PATTERNS = 50
DAY_SECONDS = 86_400


class WebhookSerializer(serializers.ModelSerializer[WebhookEndpoint]):
    created_by = PersonSerializer(read_only=True, allow_null=True)
    event_types = serializers.ListField(child=serializers.CharField())
    disabled = serializers.CharField(help_text="Why Atelier switched it off: GONE (it answered 410) or FAILING.")
    former_secret_until = serializers.DateTimeField(help_text="Until then two secrets sign.", allow_null=True)
    failing_since = serializers.DateTimeField(help_text="Nothing was delivered since.", allow_null=True)

    class Meta:
        model = WebhookEndpoint
        fields = [
            "id", "url", "description", "event_types", "active", "disabled", "disabled_at", "failing_since",
            "former_secret_until", "created_by", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class IssuedWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(help_text="Shown this once.")

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class WebhookBody(StrictSerializer):
    url = serializers.CharField(max_length=MAX_URL, help_text="https; no user or password in it.")
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    event_types = serializers.ListField(
        child=serializers.CharField(max_length=MAX_PATTERN),
        min_length=1,
        max_length=MOST_PATTERNS,
        help_text="Types, all types that begin with a word (`generation.*`), or `*`.",
    )
    active = serializers.BooleanField(required=False)


class RotateWebhookBody(StrictSerializer):
    overlap_seconds = serializers.IntegerField(
        min_value=0, max_value=7 * DAY_SECONDS, default=DAY_SECONDS, help_text="How long the old secret signs along."
    )


class ResendFailedBody(StrictSerializer):
    since = serializers.DateTimeField(help_text="Of what happened at this time or later.")
    missed = serializers.BooleanField(default=False, help_text="Also what happened while it was switched off.")


class ResentSerializer(serializers.Serializer[Any]):
    failed = serializers.IntegerField(help_text="Deliveries that were given up and are tried anew.")
    missed = serializers.IntegerField(help_text="Events that had no delivery and now have one.")
    more = serializers.BooleanField(help_text="There may be more: ask once more.")


class WebhookDeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    id = serializers.UUIDField(help_text="The webhook-id.")
    webhook = serializers.UUIDField(source="endpoint_id")
    seq = serializers.IntegerField(allow_null=True, help_text="Of the event in the brand's log; null: a test.")
    resource = serializers.CharField(help_text="What is kept in order.")

    class Meta:
        model = WebhookDelivery
        fields = [
            "id", "webhook", "seq", "event_type", "event_at", "resource", "status", "tries", "status_code",
            "error_code", "next_at", "created_at", "ended_at",
        ]  # fmt: skip
        read_only_fields = fields


class WebhookAttemptSerializer(serializers.ModelSerializer[WebhookAttempt]):
    answer = serializers.CharField(help_text="Its first 1,024 bytes, as text.")

    class Meta:
        model = WebhookAttempt
        fields = ["at", "duration_ms", "status_code", "error_code", "error", "answer"]
        read_only_fields = fields


class WebhookDeliveryDetailSerializer(WebhookDeliverySerializer):
    attempts = WebhookAttemptSerializer(many=True, read_only=True)

    class Meta(WebhookDeliverySerializer.Meta):
        fields = [*WebhookDeliverySerializer.Meta.fields, "attempts"]
        read_only_fields = fields


class WebhookEventTypesSerializer(serializers.Serializer[Any]):
    results = serializers.ListField(child=serializers.CharField())

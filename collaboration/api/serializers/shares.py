"""Shares and links as clients see them and ask for them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ai_studio.api.serializers.generations import PersonSerializer
from brands.api.serializers import StrictSerializer
from brands.choices import Permission
from brands.models import Grant, GuestSession, ShareLink
from collaboration.models.share_message import MAX_MESSAGE_LENGTH

MIN_PASSWORD, MAX_PASSWORD = 8, 128
MAX_USES = 1_000_000
MAX_NAME = 80
MAX_TOKEN = 200


class ResourceBody(StrictSerializer):
    resource_type = serializers.CharField(max_length=40)
    resource_id = serializers.UUIDField()


class ShareBody(ResourceBody):
    """Either a member or a group."""

    member = serializers.UUIDField(required=False, help_text="The id of a membership.")
    group = serializers.UUIDField(required=False)
    permissions = serializers.ListField(
        child=serializers.ChoiceField(Permission.choices),
        allow_empty=False,
        max_length=20,
        help_text="VIEW is implied.",
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    message = serializers.CharField(max_length=MAX_MESSAGE_LENGTH, required=False, allow_blank=True)


class ShareChangeBody(StrictSerializer):
    permissions = serializers.ListField(
        child=serializers.ChoiceField(Permission.choices), allow_empty=False, max_length=20, required=False
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class SharedWithSerializer(serializers.Serializer[Any]):
    """A member, with the person's id and name, or a group."""

    member = serializers.UUIDField(allow_null=True)
    group = serializers.UUIDField(allow_null=True)
    user = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class ShareSerializer(serializers.ModelSerializer[Grant]):
    title = serializers.SerializerMethodField(help_text="Of the resource; null when you do not see it any more.")
    shared_with = serializers.SerializerMethodField()
    message = serializers.SerializerMethodField()
    created_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Grant
        fields = [
            "id",
            "resource_type",
            "resource_id",
            "title",
            "shared_with",
            "permissions",
            "message",
            "created_by",
            "created_at",
            "expires_at",
        ]
        read_only_fields = fields

    def get_title(self, share: Grant) -> str | None:
        title: str | None = self.context["titles"].get((share.resource_type, share.resource_id))
        return title

    @extend_schema_field(SharedWithSerializer)
    def get_shared_with(self, share: Grant) -> dict[str, Any]:
        member = share.membership
        return {
            "member": share.membership_id and str(share.membership_id),
            "group": share.group_id and str(share.group_id),
            "user": member and member.user_id,
            "name": str(member.user if member else share.group),
        }

    def get_message(self, share: Any) -> str:
        return next((each.text for each in share.messages.all()), "")


class LinkBody(ResourceBody):
    label = serializers.CharField(max_length=120, required=False, allow_blank=True)  # type: ignore[assignment]
    password = serializers.CharField(
        min_length=MIN_PASSWORD, max_length=MAX_PASSWORD, required=False, trim_whitespace=False
    )
    starts_at = serializers.DateTimeField(required=False)
    expires_at = serializers.DateTimeField(required=False, help_text="7 days from now, unless told; at most 365.")
    max_uses = serializers.IntegerField(min_value=1, max_value=MAX_USES, required=False, allow_null=True)
    may_comment = serializers.BooleanField(default=False)
    may_download = serializers.BooleanField(default=False)
    may_decide = serializers.BooleanField(default=False)

    def validate(self, facts: dict[str, Any]) -> dict[str, Any]:
        """The three become permissions."""
        asked = {each: facts.pop(f"may_{each.lower()}", False) for each in ("COMMENT", "DOWNLOAD", "DECIDE")}
        return {**facts, "permissions": [permission for permission, wanted in asked.items() if wanted]}


class LinkSerializer(serializers.ModelSerializer[ShareLink]):
    created_by = PersonSerializer(read_only=True)
    permissions = serializers.SerializerMethodField()
    has_password = serializers.SerializerMethodField()
    guests_inside = serializers.IntegerField(read_only=True, help_text="Guests whose sessions still live.")

    class Meta:
        model = ShareLink
        fields = [
            "id",
            "resource_type",
            "resource_id",
            "label",
            "last4",
            "permissions",
            "has_password",
            "starts_at",
            "expires_at",
            "max_uses",
            "uses",
            "last_used_at",
            "guests_inside",
            "created_by",
            "created_at",
            "revoked_at",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(Permission.choices)))
    def get_permissions(self, link: Any) -> list[str]:
        return sorted({permission for grant in link.grants.all() for permission in grant.permissions})

    def get_has_password(self, link: ShareLink) -> bool:
        return bool(link.password)


class MadeLinkSerializer(LinkSerializer):
    """With the token, once."""

    token = serializers.CharField()
    url = serializers.CharField(help_text="Of the guest page.")
    warning = serializers.CharField(allow_null=True, help_text="When it lives longer than 30 days.")

    class Meta(LinkSerializer.Meta):
        fields = [*LinkSerializer.Meta.fields, "token", "url", "warning"]
        read_only_fields = fields


class GuestSessionSerializer(serializers.ModelSerializer[GuestSession]):
    class Meta:
        model = GuestSession
        fields = ["id", "name", "created_at", "expires_at", "ended_at"]
        read_only_fields = fields


class OpenBody(StrictSerializer):
    token = serializers.CharField(max_length=MAX_TOKEN)
    password = serializers.CharField(max_length=MAX_PASSWORD, required=False, allow_blank=True, trim_whitespace=False)
    name = serializers.CharField(
        max_length=MAX_NAME, required=False, allow_blank=True, help_text="How the guest wants to be called."
    )


class ResourceSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    id = serializers.UUIDField()
    title = serializers.CharField()


class GuestSerializer(serializers.Serializer[Any]):
    """What a guest has: a resource, and what they may do with it now."""

    brand_id = serializers.UUIDField()
    name = serializers.CharField()
    expires_at = serializers.DateTimeField()
    resource = ResourceSerializer()
    capabilities = serializers.ListField(child=serializers.CharField())


class OpenedSerializer(GuestSerializer):
    token = serializers.CharField(help_text="`Authorization: Bearer guest_…` for the routes of the brand.")

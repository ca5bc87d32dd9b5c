"""Notifications, preferences and mutes, as clients see them and ask for them. The context brings `titles`."""

from typing import Any
from zoneinfo import available_timezones

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from brands.api.serializers import StrictSerializer
from collaboration.api.serializers.people import GUEST, AuthorSerializer, member
from collaboration.models import Notification, NotificationMute
from collaboration.notifications.choices import EmailMode, Kind, Language


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    by = serializers.SerializerMethodField(help_text="Who did it; null: the studio, or nobody in particular.")
    title = serializers.SerializerMethodField(help_text="Of the resource; null: it has none, or is gone.")
    thread = serializers.UUIDField(source="thread_id", allow_null=True)
    facts = serializers.DictField(help_text="Such as step, verdict, round, number.")

    class Meta:
        model = Notification
        fields = [
            "id", "kind", "seq", "event_at", "by", "resource_type", "resource_id", "title", "thread", "facts",
            "read_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(AuthorSerializer(allow_null=True))
    def get_by(self, row: Notification) -> dict[str, Any] | None:
        if row.by is not None:
            return member(row.by, to_guest=False)
        return {"kind": GUEST, "id": None, "name": str(row.guest)} if row.guest else None

    def get_title(self, row: Notification) -> str | None:
        return self.context["titles"].get(row.resource)


class UnreadSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField()


class MarkedSerializer(serializers.Serializer[Any]):
    marked = serializers.IntegerField(help_text="How many had not been read.")


class MarkBody(StrictSerializer):
    up_to = serializers.UUIDField(required=False, help_text="The newest that was seen; without it all are read.")


class MuteSerializer(serializers.ModelSerializer[NotificationMute]):
    thread = serializers.UUIDField(source="thread_id", allow_null=True)

    class Meta:
        model = NotificationMute
        fields = ["id", "thread", "resource_type", "resource_id", "created_at"]
        read_only_fields = fields


class NotificationMuteBody(StrictSerializer):
    thread = serializers.UUIDField(required=False)
    resource_type = serializers.CharField(max_length=40, required=False)
    resource_id = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        whole = {"resource_type", "resource_id"}
        if set(attrs) not in ({"thread"}, whole):
            raise serializers.ValidationError({"thread": ["Give either a thread, or resource_type and resource_id."]})
        return attrs


class ChannelsSerializer(serializers.Serializer[Any]):
    in_app = serializers.BooleanField()
    email = serializers.ChoiceField(EmailMode.choices)


class PreferencesSerializer(serializers.Serializer[Any]):
    language = serializers.ChoiceField(Language.choices)
    timezone = serializers.CharField(help_text="Empty: the brand's.")
    digest_hour = serializers.IntegerField(help_text="Of the day in that time zone.")
    kinds = serializers.DictField(child=ChannelsSerializer(), help_text="Every kind.")


class ChannelsBody(StrictSerializer):
    in_app = serializers.BooleanField(required=False)
    email = serializers.ChoiceField(EmailMode.choices, required=False)


class KindsField(serializers.DictField):
    """Channels by kind; what is wrong is named by its kind."""

    child = ChannelsBody()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(str(name) for name in data if name not in Kind.values)):
            raise serializers.ValidationError({name: ["This kind is unknown."] for name in unknown})
        return super().to_internal_value(data)


class PreferencesBody(StrictSerializer):
    language = serializers.ChoiceField(Language.choices, required=False)
    timezone = serializers.CharField(max_length=64, required=False, allow_blank=True, help_text="Empty: the brand's.")
    digest_hour = serializers.IntegerField(min_value=0, max_value=23, required=False)
    kinds = KindsField(required=False, help_text="Those that are to change.")

    def validate_timezone(self, value: str) -> str:
        if value and value not in available_timezones():
            raise serializers.ValidationError("Unknown time zone.")
        return value

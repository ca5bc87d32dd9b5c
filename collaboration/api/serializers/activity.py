"""What happened, as its readers see it. The context brings the `actor`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from brands.api.serializers import StrictSerializer
from collaboration.activity.feed import Happened
from collaboration.api.serializers.people import GUEST, AuthorSerializer, member

MAX_SEQ = 2**63 - 1
MAX_TYPES = 20


class HappenedSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField(source="event.seq", help_text="In the brand's log.")
    type = serializers.CharField(source="event.type")
    at = serializers.DateTimeField(source="event.at")
    by = serializers.SerializerMethodField(help_text="Null: the studio, or the log does not say.")
    resource_type = serializers.CharField(source="subject.resource_type", help_text="Empty: it concerns the brand.")
    resource_id = serializers.CharField(source="subject.resource_id")
    facts = serializers.DictField()

    @extend_schema_field(AuthorSerializer(allow_null=True))
    def get_by(self, row: Happened) -> dict[str, Any] | None:
        if row.person is not None:
            return member(row.person, to_guest=self.context["actor"].is_guest)
        return {"kind": GUEST, "id": None, "name": str(row.guest)} if row.guest else None


class ActivityPageSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="The next page's `cursor`. A page may be short before it.")
    results = HappenedSerializer(many=True)


class ActivityQuery(StrictSerializer):
    cursor = serializers.IntegerField(min_value=1, max_value=MAX_SEQ, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=200, default=50)
    resource_type = serializers.CharField(max_length=40, required=False)
    resource_id = serializers.UUIDField(required=False)
    actor = serializers.IntegerField(min_value=1, max_value=MAX_SEQ, required=False, help_text="A member's user id.")
    type = serializers.ListField(
        child=serializers.RegexField(r"^[a-z_]+(\.[a-z_]+)?$", max_length=60),
        required=False,
        max_length=MAX_TYPES,
        help_text="A type (comment.added) or its first word (comment).",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name, other in (("resource_type", "resource_id"), ("resource_id", "resource_type")):
            if name in attrs and other not in attrs:
                raise serializers.ValidationError({other: [f"Give it with {name}."]})
        return attrs

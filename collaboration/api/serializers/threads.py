"""Threads as clients see them and ask for them. The context brings the `actor`, the time `at`, and `current`: the
threads that are pinned to what there is now."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from brands.api.serializers import StrictSerializer
from collaboration.api.serializers.anchors import AnchorField
from collaboration.api.serializers.comments import CommentSerializer, body_field, mentions_field
from collaboration.api.serializers.people import AuthorField, AuthorSerializer, member
from collaboration.models import Thread
from collaboration.models.thread import MAX_VERSION
from collaboration.threads.choices import RESOURCE_TYPES, ThreadType, Visibility

MAX_COUNTED = 100


class ThreadSerializer(serializers.ModelSerializer[Thread]):
    anchor = AnchorField(read_only=True)
    author = AuthorField()
    is_current = serializers.SerializerMethodField(help_text="Whether what it was pinned to is still what there is.")
    resolved_by = serializers.SerializerMethodField(help_text="Null for a guest.")
    comments_count = serializers.IntegerField(help_text="Those that were not deleted.")
    unread = serializers.IntegerField(help_text="Comments of others that you have not read.")
    first_comment = serializers.SerializerMethodField()

    class Meta:
        model = Thread
        fields = [
            "id",
            "resource_type",
            "resource_id",
            "version",
            "is_current",
            "number",
            "type",
            "visibility",
            "status",
            "anchor",
            "author",
            "comments_count",
            "unread",
            "first_comment",
            "created_at",
            "last_comment_at",
            "resolved_at",
            "resolved_by",
        ]
        read_only_fields = fields
        extra_kwargs = {
            "number": {"help_text": "Counts the threads of its resource and visibility, without a gap."},
            "version": {"help_text": "Of a generation the SHA-256 of its result; empty before there was one."},
        }

    def get_is_current(self, thread: Thread) -> bool:
        return thread.pk in self.context["current"]

    @extend_schema_field(AuthorSerializer(allow_null=True))
    def get_resolved_by(self, thread: Thread) -> dict[str, Any] | None:
        if thread.resolved_by is None:
            return None
        return member(thread.resolved_by, to_guest=self.context["actor"].is_guest)

    @extend_schema_field(CommentSerializer)
    def get_first_comment(self, thread: Any) -> dict[str, Any]:
        return CommentSerializer(thread.first_comments[0], context=self.context).data


class ThreadBody(StrictSerializer):
    resource_type = serializers.ChoiceField(RESOURCE_TYPES)
    resource_id = serializers.UUIDField()
    body = body_field()
    mentions = mentions_field()
    anchor = AnchorField(required=False)
    type = serializers.ChoiceField(ThreadType.choices, required=False)
    visibility = serializers.ChoiceField(
        Visibility.choices,
        required=False,
        help_text="CLIENT: guests see it too. Without it: INTERNAL; CLIENT by guests.",
    )
    version = serializers.CharField(
        max_length=MAX_VERSION,
        required=False,
        allow_blank=True,
        help_text="What you looked at; 409 when it is another by now. Without it: what there is now.",
    )


class ReadBody(StrictSerializer):
    number = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, help_text="Of the last comment that was read; else the last."
    )


class ReadSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()


class ThreadCountsSerializer(serializers.Serializer[Any]):
    resource_id = serializers.UUIDField()
    open = serializers.IntegerField()
    resolved = serializers.IntegerField()
    unread_threads = serializers.IntegerField()
    unread_comments = serializers.IntegerField()


class ThreadCountsListSerializer(serializers.Serializer[Any]):
    results = ThreadCountsSerializer(many=True)


class CountsQuery(StrictSerializer):
    """Of the query string: ids apart by commas."""

    resource_type = serializers.ChoiceField(RESOURCE_TYPES)
    resource_ids = serializers.CharField(max_length=MAX_COUNTED * 40, help_text="Up to 100 ids, apart by commas.")

    def validate_resource_ids(self, text: str) -> list[UUID]:
        try:
            ids = [UUID(part.strip()) for part in text.split(",")]
        except ValueError as error:
            raise serializers.ValidationError("Ids, apart by commas.") from error
        if len(ids) > MAX_COUNTED:
            raise serializers.ValidationError(f"At most {MAX_COUNTED}.")
        return ids

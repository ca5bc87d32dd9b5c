"""Comments as clients see them and send them. The context brings the `actor` and the time `at`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from brands.api.serializers import StrictSerializer
from collaboration.api.serializers.people import AuthorField, AuthorSerializer, member
from collaboration.models import Comment, CommentAttachment, CommentRevision
from collaboration.models.comment import MAX_BODY, MAX_MENTIONS
from collaboration.threads import attaching
from collaboration.threads.choices import Reaction
from collaboration.threads.telling import is_author

MAX_ID = 2**63 - 1


class AttachmentSerializer(serializers.ModelSerializer[CommentAttachment]):
    url = serializers.SerializerMethodField(help_text="Gives the file, for saving, without credentials for minutes.")

    class Meta:
        model = CommentAttachment
        fields = ["id", "name", "media_type", "size_bytes", "sha256", "url", "created_at"]
        read_only_fields = fields

    def get_url(self, attachment: CommentAttachment) -> str:
        return attaching.signed_url(attachment, at=self.context["at"], guest=self.context["actor"].guest_id)


class ReactionCountSerializer(serializers.Serializer[Any]):
    emoji = serializers.ChoiceField(Reaction.choices)
    count = serializers.IntegerField()
    mine = serializers.BooleanField()


class CommentSerializer(serializers.ModelSerializer[Comment]):
    thread = serializers.UUIDField(source="thread_id")
    author = AuthorField()
    reply_to = serializers.UUIDField(source="reply_to_id", allow_null=True)
    mentions = serializers.SerializerMethodField()
    reactions = serializers.SerializerMethodField()
    attachments = AttachmentSerializer(many=True, source="known_attachments")

    class Meta:
        model = Comment
        fields = [
            "id",
            "thread",
            "number",
            "author",
            "body",
            "reply_to",
            "mentions",
            "attachments",
            "reactions",
            "created_at",
            "edited_at",
            "deleted_at",
        ]
        read_only_fields = fields
        extra_kwargs = {"body": {"help_text": "Plain text: escape it where you show it. Empty once it was deleted."}}

    @extend_schema_field(AuthorSerializer(many=True))
    def get_mentions(self, comment: Comment) -> list[dict[str, Any]]:
        if comment.deleted_at:
            return []
        to_guest = self.context["actor"].is_guest
        return [member(row.user, to_guest=to_guest) for row in comment.mentions.all()]

    @extend_schema_field(ReactionCountSerializer(many=True))
    def get_reactions(self, comment: Comment) -> list[dict[str, Any]]:
        if comment.deleted_at:
            return []
        given = list(comment.reactions.all())
        counts: dict[str, dict[str, Any]] = {}
        for row in given:
            one = counts.setdefault(row.emoji, {"emoji": row.emoji, "count": 0, "mine": False})
            one["count"] += 1
            one["mine"] |= is_author(self.context["actor"], row)
        return [counts[emoji] for emoji in Reaction.values if emoji in counts]


class RevisionSerializer(serializers.ModelSerializer[CommentRevision]):
    by = AuthorField()

    class Meta:
        model = CommentRevision
        fields = ["id", "body", "trace", "by", "at"]
        read_only_fields = fields


def body_field(**options: Any) -> serializers.CharField:
    return serializers.CharField(
        max_length=MAX_BODY, help_text="Plain text; markdown is kept as it is, HTML means nothing.", **options
    )


def mentions_field() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
        max_length=MAX_MENTIONS,
        required=False,
        help_text="Members (their user ids) who may see what it is about.",
    )


class CommentBody(StrictSerializer):
    body = body_field()
    mentions = mentions_field()
    reply_to = serializers.UUIDField(required=False, help_text="A comment of the same thread.")


class CommentChanges(StrictSerializer):
    body = body_field()
    mentions = mentions_field()


class AttachmentBody(StrictSerializer):
    file = serializers.FileField(help_text="PNG, JPEG, WebP, GIF, GLB, MP4, WebM, PDF or text, by its bytes.")

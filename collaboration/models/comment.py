from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from brands.tenancy.models import BrandForeignKey, BrandModel
from collaboration.models.authorship import Authored, once_per_author, one_author
from collaboration.threads.choices import Reaction, Trace

MAX_BODY = 10_000
MAX_ATTACHMENTS = 10
MAX_MENTIONS = 20


class Comment(Authored):
    """What somebody said in a thread: plain text, which whoever shows it escapes.

    `number` counts 1, 2, 3 … in its thread. What was deleted keeps its place and loses its text.
    """

    thread = BrandForeignKey("collaboration.Thread", on_delete=models.CASCADE, related_name="comments")
    number = models.PositiveIntegerField()
    # With a composite key (brand, thread, reply_to), made by the migration: nobody replies across threads.
    reply_to = BrandForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_author("comment_one_author"),
            models.UniqueConstraint(fields=["brand", "thread", "number"], name="comment_number_once"),
            models.UniqueConstraint(fields=["brand", "thread", "id"], name="comment_in_thread"),
            models.CheckConstraint(condition=Q(number__gt=0), name="comment_number_positive"),
            models.CheckConstraint(condition=LessThanOrEqual(Length("body"), MAX_BODY), name="comment_body_bounded"),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=False, body="") | (Q(deleted_at=None) & ~Q(body="")),
                name="comment_says_something_until_deleted",
            ),
            models.CheckConstraint(
                condition=Q(reply_to=None) | ~Q(reply_to=F("id")), name="comment_no_reply_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"Comment {self.number} of {self.thread_id}"


class CommentRevision(Authored):
    """A comment's former text, and who changed or deleted it. Only added to."""

    comment = BrandForeignKey("collaboration.Comment", on_delete=models.CASCADE, related_name="revisions")
    body = models.TextField()
    trace = models.CharField(max_length=8, choices=Trace)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_author("comment_revision_one_person"),
            models.CheckConstraint(condition=Q(trace__in=Trace.values), name="comment_revision_trace_known"),
            models.UniqueConstraint(
                fields=["brand", "comment"], condition=Q(trace=Trace.DELETED), name="comment_deleted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} before {self.at}"


class CommentMention(BrandModel):
    """A member whom a comment calls."""

    comment = BrandForeignKey("collaboration.Comment", on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "comment", "user"], name="comment_mention_once")]
        indexes = [models.Index(fields=["brand", "user", "-id"], name="comment_mention_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.comment_id}"


class CommentReaction(Authored):
    comment = BrandForeignKey("collaboration.Comment", on_delete=models.CASCADE, related_name="reactions")
    emoji = models.CharField(max_length=12, choices=Reaction)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            one_author("comment_reaction_one_person"),
            models.CheckConstraint(condition=Q(emoji__in=Reaction.values), name="comment_reaction_known"),
            *once_per_author("comment_reaction", "comment", "emoji"),
        ]

    def __str__(self) -> str:
        return f"{self.get_emoji_display()} to {self.comment_id}"


class CommentAttachment(BrandModel):
    """A file that belongs to a comment; one that was removed keeps its facts and loses its content."""

    comment = BrandForeignKey("collaboration.Comment", on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # Ten places, each taken once: so there is no eleventh, whoever comes at the same time.
            models.UniqueConstraint(
                fields=["brand", "comment", "position"],
                condition=Q(removed_at=None),
                name="comment_attachment_place_once",
            ),
            models.CheckConstraint(condition=Q(position__lt=MAX_ATTACHMENTS), name="comment_attachment_place_known"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="comment_attachment_sha256_hex"),
        ]

    def __str__(self) -> str:
        return self.name

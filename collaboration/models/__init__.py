from collaboration.models.comment import (
    Comment,
    CommentAttachment,
    CommentMention,
    CommentReaction,
    CommentRevision,
)
from collaboration.models.external_resource import ExternalResource
from collaboration.models.share_message import ShareMessage
from collaboration.models.thread import Thread, ThreadReading

__all__ = [
    "Comment",
    "CommentAttachment",
    "CommentMention",
    "CommentReaction",
    "CommentRevision",
    "ExternalResource",
    "ShareMessage",
    "Thread",
    "ThreadReading",
]

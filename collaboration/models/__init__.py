from collaboration.models.comment import (
    Comment,
    CommentAttachment,
    CommentMention,
    CommentReaction,
    CommentRevision,
)
from collaboration.models.external_resource import ExternalResource
from collaboration.models.review import Review, ReviewRound
from collaboration.models.review_decision import ReviewDecision
from collaboration.models.review_item import ReviewItem
from collaboration.models.review_step import ReviewRequirement, ReviewReviewer, ReviewStep
from collaboration.models.share_message import ShareMessage
from collaboration.models.thread import Thread, ThreadReading

__all__ = [
    "Comment",
    "CommentAttachment",
    "CommentMention",
    "CommentReaction",
    "CommentRevision",
    "ExternalResource",
    "Review",
    "ReviewDecision",
    "ReviewItem",
    "ReviewRequirement",
    "ReviewReviewer",
    "ReviewRound",
    "ReviewStep",
    "ShareMessage",
    "Thread",
    "ThreadReading",
]

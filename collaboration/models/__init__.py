from collaboration.models.review import Review, ReviewRound
from collaboration.models.review_decision import ReviewDecision
from collaboration.models.review_item import ReviewItem
from collaboration.models.review_step import ReviewRequirement, ReviewReviewer, ReviewStep

__all__ = [
    "Review",
    "ReviewDecision",
    "ReviewItem",
    "ReviewRequirement",
    "ReviewReviewer",
    "ReviewRound",
    "ReviewStep",
]

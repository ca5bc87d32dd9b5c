from django.db.models import TextChoices


class Kind(TextChoices):
    """What somebody is told of."""

    MENTIONED = "MENTIONED"
    REPLIED = "REPLIED", "Replied in a thread of mine"
    COMMENTED = "COMMENTED", "Commented on what I made"
    THREAD_RESOLVED = "THREAD_RESOLVED"
    REVIEW_ASKED = "REVIEW_ASKED"
    REVIEW_TURN = "REVIEW_TURN", "My turn in a review"
    REVIEW_DECIDED = "REVIEW_DECIDED"
    REVIEW_APPROVED = "REVIEW_APPROVED"
    REVIEW_CHANGES = "REVIEW_CHANGES", "Changes requested"
    REVIEW_DUE_SOON = "REVIEW_DUE_SOON"
    REVIEW_OVERDUE = "REVIEW_OVERDUE"
    SHARED = "SHARED", "Shared with me"
    ROLE_CHANGED = "ROLE_CHANGED"
    GENERATION_COMPLETED = "GENERATION_COMPLETED"
    GENERATION_FAILED = "GENERATION_FAILED"
    WEBHOOK_DISABLED = "WEBHOOK_DISABLED"


class EmailMode(TextChoices):
    NOW = "NOW"
    DIGEST = "DIGEST", "Once a day"
    OFF = "OFF"


class MailStatus(TextChoices):
    """DROPPED: there was nothing left to tell when it was to be sent."""

    WAITING = "WAITING"
    SENT = "SENT"
    DROPPED = "DROPPED"
    FAILED = "FAILED"


class Language(TextChoices):
    EN = "en", "English"
    FR = "fr", "Français"

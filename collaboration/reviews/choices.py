from django.db.models import TextChoices


class ReviewStatus(TextChoices):
    OPEN = "OPEN"
    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    CANCELLED = "CANCELLED"


class RoundOutcome(TextChoices):
    """How a round ended. SUPERSEDED: a new version came before it was decided."""

    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    SUPERSEDED = "SUPERSEDED"
    CANCELLED = "CANCELLED"


class RoundReason(TextChoices):
    REQUESTED = "REQUESTED"
    NEW_VERSION = "NEW_VERSION"  # a version of an item was completed
    ASKED_AGAIN = "ASKED_AGAIN"  # by somebody


class Verdict(TextChoices):
    APPROVE = "APPROVE"
    REQUEST_CHANGES = "REQUEST_CHANGES"


class RequirementKind(TextChoices):
    ROLE = "ROLE"
    CUSTOM_ROLE = "CUSTOM_ROLE"
    GROUP = "GROUP"


class StepState(TextChoices):
    """WAITING: for the steps before it. CLOSED: the review ended before."""

    WAITING = "WAITING"
    OPEN = "OPEN"
    COMPLETE = "COMPLETE"
    CLOSED = "CLOSED"

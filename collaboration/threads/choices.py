from django.db.models import TextChoices

from collaboration.external.choices import ExternalType


class ThreadType(TextChoices):
    COMMENT = "COMMENT"
    SUGGESTION = "SUGGESTION"
    ISSUE = "ISSUE"


class Visibility(TextChoices):
    """CLIENT: guests of a share link see it too."""

    INTERNAL = "INTERNAL"
    CLIENT = "CLIENT"


class ThreadStatus(TextChoices):
    OPEN = "OPEN"
    RESOLVED = "RESOLVED"


class AnchorKind(TextChoices):
    NONE = "none"
    REGION = "region"
    TIME = "time"
    POINT3D = "point3d"


class Reaction(TextChoices):
    THUMBS_UP = "THUMBS_UP", "👍"
    THUMBS_DOWN = "THUMBS_DOWN", "👎"
    HEART = "HEART", "❤️"
    LAUGH = "LAUGH", "😄"
    HOORAY = "HOORAY", "🎉"
    CONFUSED = "CONFUSED", "😕"
    EYES = "EYES", "👀"
    ROCKET = "ROCKET", "🚀"


class Trace(TextChoices):
    """Why a former text was kept."""

    EDITED = "EDITED"
    DELETED = "DELETED"


# What threads may be about. Not collections: a private one is its owner's only, and what is said is about its items.
RESOURCE_TYPES = ("AI_GENERATION", "ANALYTICS_REPORT", *ExternalType.values)

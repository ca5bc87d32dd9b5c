from django.db.models import TextChoices


class Role(TextChoices):
    OWNER = "OWNER"
    ADMIN = "ADMIN"
    EDITOR = "EDITOR"
    REVIEWER = "REVIEWER"
    VIEWER = "VIEWER"
    ANALYST = "ANALYST"


class ActorKind(TextChoices):
    USER = "USER"
    API_KEY = "API_KEY"
    GUEST = "GUEST"
    STAFF = "STAFF"
    SYSTEM = "SYSTEM"


class Permission(TextChoices):
    """What a grant may give without a role; links and shares use the last two, too."""

    VIEW = "VIEW"
    COMMENT = "COMMENT"
    EDIT = "EDIT"
    DELETE = "DELETE"
    DOWNLOAD = "DOWNLOAD"
    DECIDE = "DECIDE"

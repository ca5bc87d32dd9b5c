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
    STAFF = "STAFF"
    SYSTEM = "SYSTEM"

from django.db.models import TextChoices


class GenerationType(TextChoices):
    IMAGE_2D = "IMAGE_2D"
    MODEL_3D = "MODEL_3D"
    ANIMATION = "ANIMATION"
    TEMPLATE = "TEMPLATE"


class Quality(TextChoices):
    STANDARD = "standard"
    HIGH = "high"
    ULTRA = "ultra"


class AspectRatio(TextChoices):
    SQUARE = "1:1"
    WIDE = "16:9"
    TALL = "9:16"
    LANDSCAPE_4_3 = "4:3"
    PORTRAIT_3_4 = "3:4"
    LANDSCAPE_3_2 = "3:2"
    PORTRAIT_2_3 = "2:3"


class Status(TextChoices):
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


ACTIVE = (Status.PENDING, Status.PROCESSING)
TERMINAL = (Status.COMPLETED, Status.FAILED, Status.CANCELLED)


class Stage(TextChoices):
    QUEUED = "queued"
    SUBMITTED = "submitted"
    RENDERING = "rendering"
    INGESTING = "ingesting"
    DONE = "done"


class ParentKind(TextChoices):
    VARIATION = "VARIATION"
    VERSION = "VERSION"
    RETRY = "RETRY"


class Queue(TextChoices):
    """Celery queues: waiting for others happens in threads, rendering in processes."""

    IO = "ai.io"
    RENDER = "ai.render"


class SubmitState(TextChoices):
    NOT_SENT = "NOT_SENT"
    SENT = "SENT"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


class CancelState(TextChoices):
    """Whether a provider was told that nobody wants its work any more; empty: there was nothing to tell."""

    REQUESTED = "REQUESTED"
    TOLD = "TOLD"
    GIVEN_UP = "GIVEN_UP"


class ArtifactRole(TextChoices):
    RESULT = "RESULT"
    THUMBNAIL = "THUMBNAIL"
    PREVIEW = "PREVIEW"
    EXTRA = "EXTRA"


class InputRole(TextChoices):
    """What a file is to the work that starts from it."""

    IMAGE = "image"
    MASK = "mask"


class LedgerKind(TextChoices):
    HOLD = "HOLD"
    SETTLE = "SETTLE"
    RELEASE = "RELEASE"
    ADJUST = "ADJUST"


class CostSource(TextChoices):
    """Where a real cost was read, best first; ADJUSTMENT: staff corrected it."""

    PROVIDER_CHARGE = "PROVIDER_CHARGE"
    USAGE = "USAGE"
    PRICE_TABLE = "PRICE_TABLE"
    TARIFF = "TARIFF"
    ADJUSTMENT = "ADJUSTMENT"


class CollectionVisibility(TextChoices):
    PRIVATE = "PRIVATE"
    BRAND = "BRAND"


class Moderation(TextChoices):
    """Who reads prompts before money is held."""

    DENY_LIST = "deny_list"
    PROVIDER = "provider"


class OnOutage(TextChoices):
    """What becomes of prompts while the provider that should read them is away."""

    CLOSED = "closed"
    OPEN = "open"


class ModerationCode(TextChoices):
    """How a generation's words passed. What is refused makes no generation."""

    DENY_LIST = "ALLOWED_BY_DENY_LIST", "passed the deny list"
    PROVIDER = "ALLOWED_BY_PROVIDER", "passed the deny list and the provider"
    UNREAD = "PROVIDER_AWAY", "passed the deny list; the provider was away"


class Optimizer(TextChoices):
    RULES = "rules"
    CHAT_MODEL = "chat_model"


class Strategy(TextChoices):
    """How a provider is chosen among those that can make a wish."""

    IN_ORDER = "in_order"
    CHEAPEST = "cheapest"
    BEST_QUALITY = "best_quality"
    FASTEST = "fastest"
    WEIGHTED = "weighted"
    LEAST_BUSY = "least_busy"

"""Settings from the environment. Every variable is listed in README.md, Configuration."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab

from config.unfold import UNFOLD  # noqa: F401  (read by django-unfold)

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- core ---------------------------------------------------------------------------------------------
SECRET_KEY: str = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])  # former ones, while they fade out
# Encrypts brands' secrets: id:base64 of 32 bytes. The first one encrypts, all decrypt (brands/key_ring.py).
SECRET_KEY_RING: list[str] = env.list("SECRET_KEY_RING", default=[])
DEBUG: bool = env.bool("DEBUG", default=False)
PUBLIC_URL: str = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = None

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "brands.apps.BrandsConfig",
    "ai_studio.apps.AiStudioConfig",
    "collaboration.apps.CollaborationConfig",
    "analytics.apps.AnalyticsConfig",
]

MIDDLEWARE = [
    "config.metrics.middleware.RequestMetricsMiddleware",
    "brands.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "brands.middleware.DatabaseAwayMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "brands.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.csp.PolicyByPath",
    "brands.api.readable.ReadableMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "brands.staff.StaffSecondFactorMiddleware",
    "brands.staff.StaffQuestionMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- PostgreSQL: one server, three roles (brands/tenancy/roles.py) ------------------------------------------
DATABASE_ROLE_PREFIX: str = env.str("DATABASE_ROLE_PREFIX", default="atelier")
DATABASE_POOL_SIZE: int = env.int("DATABASE_POOL_SIZE", default=20)  # 0: one lasting connection per thread


def _database(variable: str, **options: Any) -> dict[str, Any]:
    database: dict[str, Any] = env.db(variable, default=env.str("DATABASE_URL"))
    database["ENGINE"] = "django.db.backends.postgresql"
    database["CONN_HEALTH_CHECKS"] = True
    database["OPTIONS"] = {
        **database.get("OPTIONS", {}),
        "connect_timeout": 5,
        "application_name": "atelier",
        **options,
    }
    return database


# reconnect_timeout: pauses between attempts double, so a long absence would go on for as long again; whoever
# comes after 5 s begins anew.
_pool: dict[str, Any] = (
    {"pool": {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 5, "reconnect_timeout": 5}}
    if DATABASE_POOL_SIZE
    else {}
)
DATABASES = {
    "default": _database("DATABASE_URL", **_pool),
    "maintenance": _database("DATABASE_MAINTENANCE_URL"),
    # Works as the owner, so that what a migration makes belongs to the owner.
    "migrate": _database("DATABASE_MIGRATE_URL", options=f"-c role={DATABASE_ROLE_PREFIX}_owner"),
}
if not DATABASE_POOL_SIZE:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["maintenance"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis and Celery -----------------------------------------------------------------------------------
REDIS_URL: str = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "brands.cache.SpareCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "socket_connect_timeout": 1,
    "socket_keepalive": True,
    "retry_on_timeout": True,
    "health_check_interval": 10,
    # Ringing a bell must never hold a request up: the row is the job, the sweeper rings again.
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "control"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": "ai_studio.tasks.sweep", "schedule": timedelta(seconds=5)},
    "read-queues": {"task": "ai_studio.tasks.read_queues", "schedule": crontab()},  # as every minute begins
    "clean-up-job-records": {"task": "ai_studio.tasks.clean_up", "schedule": timedelta(minutes=10)},
    "keep-events": {"task": "analytics.tasks.keep_events", "schedule": timedelta(hours=1)},
    "forget-idempotency-keys": {
        "task": "brands.tasks.forget_idempotency_keys",
        "schedule": timedelta(hours=1),
    },
    "watch-audit": {"task": "brands.tasks.watch_audit", "schedule": crontab(hour=3, minute=17)},
    "resume-questions": {"task": "analytics.tasks.resume_questions", "schedule": timedelta(seconds=10)},
    "resume-imports": {"task": "analytics.tasks.resume_imports", "schedule": timedelta(seconds=30)},
    "rebuild-cohorts": {"task": "analytics.tasks.rebuild_due_cohorts", "schedule": timedelta(minutes=30)},
    "read-studio-events": {"task": "analytics.tasks.read_due_studio_events", "schedule": timedelta(seconds=5)},
    "refresh-segments": {"task": "analytics.tasks.refresh_due_segments", "schedule": timedelta(minutes=5)},
    "sweep-webhooks": {"task": "collaboration.tasks.sweep_webhooks", "schedule": timedelta(seconds=5)},
    "keep-webhooks": {"task": "collaboration.tasks.keep_webhooks", "schedule": timedelta(hours=1)},
    "detect-anomalies": {"task": "analytics.tasks.detect_due_anomalies", "schedule": timedelta(minutes=10)},
    "follow-versions": {"task": "collaboration.tasks.follow_new_versions", "schedule": timedelta(seconds=10)},
    "sweep-notifications": {"task": "collaboration.tasks.sweep_notifications", "schedule": timedelta(seconds=5)},
    "make-digests": {"task": "collaboration.tasks.make_due_digests", "schedule": timedelta(minutes=5)},
    "keep-notifications": {"task": "collaboration.tasks.keep_notifications", "schedule": timedelta(hours=6)},
    "remind-reviewers": {"task": "collaboration.tasks.remind_due_reviewers", "schedule": timedelta(minutes=1)},
}
# Beat keeps no state that matters: due work is in the database.
CELERY_BEAT_SCHEDULE_FILENAME: str = env.str("CELERY_BEAT_SCHEDULE_FILENAME", default="/tmp/atelier-beat")  # noqa: S108

# --- people -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "brands.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"
HEADLESS_ONLY = True
FRONTEND_URL: str = env.str("FRONTEND_URL", default=PUBLIC_URL).rstrip("/")
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{FRONTEND_URL}/account/verify-email/{{key}}",
    "account_reset_password": f"{FRONTEND_URL}/account/password/reset",
    "account_reset_password_from_key": f"{FRONTEND_URL}/account/password/reset/{{key}}",
    "account_signup": f"{FRONTEND_URL}/account/signup",
}
ACCOUNT_ADAPTER = "brands.accounts.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "brands.accounts.SignupForm"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Atelier] "
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = env.str("ACCOUNT_EMAIL_VERIFICATION", default="mandatory")
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "brands.mfa.MfaAdapter"
MFA_TOTP_ISSUER = "Atelier"
# Whoever has a second factor shows it in any case; this lets no one in who has none.
STAFF_MFA_REQUIRED: bool = env.bool("STAFF_MFA_REQUIRED", default=False)
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if env.str("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
EMAIL_TIMEOUT = 10
# So long an e-mail about a thread waits for more about the same.
NOTIFICATION_FOLD_SECONDS: int = env.int("NOTIFICATION_FOLD_SECONDS", default=120)
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="Atelier <atelier@localhost>")

# --- REST API ---------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "brands.api.authentication.ApiKeyAuthentication",
        "brands.api.authentication.GuestAuthentication",
        "brands.api.authentication.HeadlessTokenAuthentication",
        "brands.api.authentication.BrowserSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["brands.api.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["brands.api.filters.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "brands.api.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "brands.api.schema.AtelierSchema",
    "DEFAULT_THROTTLE_CLASSES": ["brands.api.throttling.BrandKeyThrottle"],
    "EXCEPTION_HANDLER": "brands.api.exceptions.problem_response",
    "DEFAULT_METADATA_CLASS": None,  # the OpenAPI document says what there is
    "URL_FORMAT_OVERRIDE": None,
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
}
RATE_LIMIT: str = env.str("RATE_LIMIT", default="600/minute")  # per brand and credential
EVENTS_RATE_LIMIT: str = env.str("EVENTS_RATE_LIMIT", default="60000/minute")  # requests with events, per write key
FAILED_AUTHENTICATION_RATE_LIMIT: str = env.str("FAILED_AUTHENTICATION_RATE_LIMIT", default="60/minute")  # per address
COMMENT_RATE_LIMIT: str = env.str("COMMENT_RATE_LIMIT", default="60/minute")  # threads and comments, per credential
REACTION_RATE_LIMIT: str = env.str("REACTION_RATE_LIMIT", default="120/minute")
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Atelier",
    "DESCRIPTION": "The backend of a brand's creative work: AI studio, analytics, collaboration.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ActorKindEnum": "brands.choices.ActorKind",
        "RoleEnum": "brands.choices.Role",
        "GenerationTypeEnum": "ai_studio.choices.GenerationType",
        "GenerationStatusEnum": "ai_studio.choices.Status",
        "QualityEnum": "ai_studio.choices.Quality",
        "AspectRatioEnum": "ai_studio.choices.AspectRatio",
        "ArtifactRoleEnum": "ai_studio.choices.ArtifactRole",
        "InputRoleEnum": "ai_studio.choices.InputRole",
        "ModerationEnum": "ai_studio.choices.Moderation",
        "ModerationCodeEnum": "ai_studio.choices.ModerationCode",
        "RoutingStageEnum": "ai_studio.routing.wants.STAGE_CHOICES",
        "StrategyEnum": "ai_studio.choices.Strategy",
        "GenerationStageEnum": "ai_studio.choices.Stage",
        "OptimizerEnum": "ai_studio.choices.Optimizer",
        "VariableKindEnum": "ai_studio.prompts.variables.KINDS",
        "PeriodEnum": "analytics.api.serializers.metric_values.PERIODS",
        "SegmentKindEnum": "analytics.choices.SegmentKind",
        "ReportKindEnum": "analytics.choices.ReportKind",
        "DirectionEnum": "analytics.api.serializers.metric_values.DIRECTIONS",
        "IntervalEnum": "analytics.choices.Interval",
        "DetectorEnum": "analytics.choices.Detector",
        "AnomalyDirectionEnum": "analytics.choices.Direction",
        "ReviewStatusEnum": "collaboration.reviews.choices.ReviewStatus",
        "ReviewVerdictEnum": "collaboration.reviews.choices.Verdict",
        "ReviewStepStateEnum": "collaboration.reviews.choices.StepState",
        "ReviewRequirementKindEnum": "collaboration.reviews.choices.RequirementKind",
        "AnomalyStatusEnum": "analytics.choices.AnomalyStatus",
        "NotJudgedEnum": "analytics.choices.NotJudged",
        "ExternalTypeEnum": "collaboration.external.choices.ExternalType",
        "ThreadTypeEnum": "collaboration.threads.choices.ThreadType",
        "ThreadStatusEnum": "collaboration.threads.choices.ThreadStatus",
        "ThreadVisibilityEnum": "collaboration.threads.choices.Visibility",
        "VisibilityEnum": "ai_studio.choices.CollectionVisibility",
        "WebhookDeliveryStatusEnum": "collaboration.webhooks.choices.DeliveryStatus",
    },
}

# --- files ------------------------------------------------------------------------------------------------
MEDIA_ROOT: str = env.str("MEDIA_ROOT", default=str(BASE_DIR / ".data" / "media"))
STATIC_URL = "/static/"
# Filled by collectstatic when the image is built; without it static files come from the apps' own folders.
STATIC_ROOT: str | None = env.str("STATIC_ROOT", default="") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
SIGNED_URL_SECONDS: int = env.int("SIGNED_URL_SECONDS", default=900)
# ARTIFACT_STORAGE: a Django storage class; files by default, S3 with django-storages and its settings.
STORAGES = {
    "default": {
        "BACKEND": env.str("ARTIFACT_STORAGE", default="ai_studio.storage.DurableFileStorage"),
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
ATTACHMENT_MAX_BYTES: int = env.int("ATTACHMENT_MAX_BYTES", default=20_000_000)  # a file of a comment

# --- security ---------------------------------------------------------------------------------------------
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT: bool = env.bool("SECURE_SSL_REDIRECT", default=HTTPS)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # asked from inside, past the proxy
SECURE_HSTS_SECONDS: int = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "brands.api.exceptions.csrf_failure"

# --- connections to addresses that others name (brands/egress) -----------------------------------------------
# Hosts inside that may be reached all the same: host, host:port or CIDR; also by http and on other ports.
EGRESS_ALLOW: list[str] = env.list("EGRESS_ALLOW", default=[])
EGRESS_CA_FILE: str = env.str("EGRESS_CA_FILE", default="")

# --- webhooks out (collaboration/webhooks) -----------------------------------------------------------------------
# Pauses before the second try and each further one: the schedule that Standard Webhooks advises, some three days.
_RETRIES = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
WEBHOOK_RETRY_SECONDS: list[float] = env.list("WEBHOOK_RETRY_SECONDS", cast=float, default=_RETRIES)
WEBHOOK_TIMEOUT_SECONDS: float = env.float("WEBHOOK_TIMEOUT_SECONDS", default=15.0)
WEBHOOK_ORDER_SECONDS: float = env.float("WEBHOOK_ORDER_SECONDS", default=3600.0)
WEBHOOK_REST_SECONDS: float = env.float("WEBHOOK_REST_SECONDS", default=5.0)
WEBHOOK_DISABLE_AFTER_SECONDS: float = env.float("WEBHOOK_DISABLE_AFTER_SECONDS", default=432_000.0)

# --- language, time, logs -----------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "brands.logs.ContextFilter"}},
    "formatters": {"json": {"()": "brands.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["context"]},
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}

# --- live streams (collaboration/stream) ----------------------------------------------------------------------
STREAM_HEARTBEAT_SECONDS: float = env.float("STREAM_HEARTBEAT_SECONDS", default=15.0)
STREAM_MAX_PER_ACTOR: int = env.int("STREAM_MAX_PER_ACTOR", default=20)  # in one process
STREAM_MAX_PER_PROCESS: int = env.int("STREAM_MAX_PER_PROCESS", default=2000)
STREAM_POLL_SECONDS = 2.0  # how much later an event is told whose bell was lost
STREAM_ACCESS_SECONDS = 5.0  # how long rights are believed while events flow, if no bell says that they changed
STREAM_REPLAY_EVENTS = 10_000
STREAM_BUFFER_BYTES = 500_000  # that wait for a client that does not read

# --- watching it --------------------------------------------------------------------------------------------
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")

# --- the studio -------------------------------------------------------------------------------------------
# Providers that are switched on, as dotted paths to their classes; the first that can make a wish does.
_PROVIDERS = [
    "ai_studio.providers.local.provider.LocalProvider",
    "ai_studio.providers.openai.provider.OpenAIProvider",
    "ai_studio.providers.stability.StabilityProvider",
    "ai_studio.providers.replicate.provider.ReplicateProvider",
    "ai_studio.providers.fal.provider.FalProvider",
    "ai_studio.providers.meshy.MeshyProvider",
    "ai_studio.providers.runway.RunwayProvider",
    "ai_studio.providers.tripo.TripoProvider",
    "ai_studio.providers.luma.LumaProvider",
    "ai_studio.providers.comfyui.ComfyUIProvider",
]
STUDIO_PROVIDERS: list[str] = env.list("STUDIO_PROVIDERS", default=_PROVIDERS)
# Other addresses than the providers' own, such as one that speaks OpenAI's language: openai=https://host/v1
STUDIO_PROVIDER_URLS: dict[str, str] = env.dict("STUDIO_PROVIDER_URLS", default={})
STUDIO_PROVIDER_LIMITS: dict[str, str] = env.dict("STUDIO_PROVIDER_LIMITS", default={})
_CONCURRENCY: dict[str, str] = env.dict("STUDIO_PROVIDER_CONCURRENCY", default={})
STUDIO_PROVIDER_CONCURRENCY: dict[str, int] = {name: int(jobs) for name, jobs in _CONCURRENCY.items()}
# The checkpoint that a ComfyUI of one's own has; it is on when STUDIO_PROVIDER_URLS names it.
COMFYUI_CHECKPOINT: str = env.str("COMFYUI_CHECKPOINT", default="sd_xl_base_1.0.safetensors")
# OpenAI, or whatever speaks its API: content, moderation and the prompt optimiser; STUDIO_PROVIDER_URLS comes first.
OPENAI_BASE_URL: str = env.str("OPENAI_BASE_URL", default="https://api.openai.com/v1")
OPENAI_MODERATION_MODEL: str = env.str("OPENAI_MODERATION_MODEL", default="omni-moderation-latest")
OPENAI_CHAT_MODEL: str = env.str("OPENAI_CHAT_MODEL", default="gpt-4.1-mini")
# How long a provider may take to answer, and to give a whole file.
STUDIO_ASK_SECONDS: float = env.float("STUDIO_ASK_SECONDS", default=60.0)
STUDIO_DOWNLOAD_SECONDS: float = env.float("STUDIO_DOWNLOAD_SECONDS", default=300.0)
# Keys of the installation, for brands that keep none; providers/credentials.py reads the variables themselves.
FAL_KEY: str = env.str("FAL_KEY", default="")
LUMA_API_KEY: str = env.str("LUMA_API_KEY", default="")
MESHY_API_KEY: str = env.str("MESHY_API_KEY", default="")
OPENAI_API_KEY: str = env.str("OPENAI_API_KEY", default="")
REPLICATE_API_TOKEN: str = env.str("REPLICATE_API_TOKEN", default="")
RUNWAY_API_KEY: str = env.str("RUNWAY_API_KEY", default="")
STABILITY_API_KEY: str = env.str("STABILITY_API_KEY", default="")
TRIPO_API_KEY: str = env.str("TRIPO_API_KEY", default="")
STUDIO_LEASE_SECONDS: int = env.int("STUDIO_LEASE_SECONDS", default=10)
STUDIO_MAX_ATTEMPTS = 3
STUDIO_MAX_FALLBACKS = 3
STUDIO_DEADLINE_SECONDS: int = env.int("STUDIO_DEADLINE_SECONDS", default=86_400)
# How long a submission whose answer was lost is waited for: for its webhook, or until the provider knows of it.
STUDIO_UNKNOWN_SECONDS: int = env.int("STUDIO_UNKNOWN_SECONDS", default=600)
# Results of outside providers, decoded before they are believed (ai_studio/decoding).
STUDIO_RESULT_MAX_BYTES = {
    "IMAGE_2D": 64_000_000,
    "MODEL_3D": 128_000_000,
    "ANIMATION": 256_000_000,
    "TEMPLATE": 32_000_000,  # pictures may come inside
}
STUDIO_RESULT_LIMITS: dict[str, Any] = {
    "pixels": 8192 * 8192,
    "frames": 3600,
    "film_pixels": 3600 * 1920 * 1080,  # of all frames together
    "seconds": 120.0,
    "nodes": 10_000,
    "vertices": 3_000_000,
    "cpu_seconds": 60,
    "memory_bytes": 2 * 1024**3,
}

# --- collaboration ----------------------------------------------------------------------------------------
REVIEW_DUE_SOON_HOURS: int = env.int("REVIEW_DUE_SOON_HOURS", default=24)

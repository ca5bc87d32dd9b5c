"""The address that a provider is given for one attempt. Whoever has it may ring; nobody can make one up, and the
address of one provider is none for another."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from ai_studio.providers.base import Job
from brands.errors import NotFound


@dataclass(frozen=True)
class Addressed:
    """Whom a webhook is for."""

    brand_id: UUID
    attempt_id: UUID


def url_for(job: Job) -> str | None:
    """None where providers cannot call us: they want https, and an address that is not this machine's."""
    if not settings.PUBLIC_URL.startswith("https://"):
        return None
    token = signing.dumps([job.brand_id.hex, job.key.hex], salt=_salt(job.provider))
    return settings.PUBLIC_URL + reverse("provider-webhook", kwargs={"provider": job.provider, "token": token})


def read(*, provider: str, token: str) -> Addressed:
    """Raises NotFound for what url_for never made."""
    try:
        brand, attempt = signing.loads(token, salt=_salt(provider))
        return Addressed(UUID(brand), UUID(attempt))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound from error


def _salt(provider: str) -> str:
    return f"ai_studio.webhooks_in.{provider}"

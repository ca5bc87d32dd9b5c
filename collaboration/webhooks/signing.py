"""Secrets of endpoints and what they sign: HMAC-SHA256 over id.timestamp.body, `v1,` and base64."""

import base64
import secrets as random
from datetime import datetime, timedelta
from uuid import UUID

from ai_studio.webhooks_in import standard
from brands import secrets
from brands.key_ring import SecretUnavailable
from collaboration.models import WebhookEndpoint

SECRET_BYTES = 32


def new_secret() -> str:
    return standard.PREFIX + base64.b64encode(random.token_bytes(SECRET_BYTES)).decode()


def keep_first(endpoint: WebhookEndpoint, *, by_id: int | None) -> str:
    """A secret for a new endpoint: returned this once, kept encrypted."""
    return _keep_new(endpoint, by_id)


def replace(endpoint: WebhookEndpoint, *, overlap: timedelta, at: datetime, by_id: int | None) -> str:
    """A new secret; the present one signs along for `overlap`. One that still did so from an earlier time ends."""
    present = secrets.reveal(brand_id=endpoint.brand_id, name=_name(endpoint.pk))
    if present is not None and overlap:
        secrets.keep_own(brand_id=endpoint.brand_id, name=_former(endpoint.pk), value=present, by_id=by_id)
        endpoint.former_secret_until = at + overlap
    else:
        secrets.forget_own(names=[_former(endpoint.pk)])
        endpoint.former_secret_until = None
    return _keep_new(endpoint, by_id)


def forget(endpoint: WebhookEndpoint, *, only_former: bool = False) -> None:
    secrets.forget_own(names=[_former(endpoint.pk)] if only_former else [_former(endpoint.pk), _name(endpoint.pk)])


def of(endpoint: WebhookEndpoint, *, at: datetime) -> list[str]:
    """Who signs at this moment, the newest first. Raises SecretUnavailable."""
    overlaps = endpoint.former_secret_until is not None and at < endpoint.former_secret_until
    names = [_name(endpoint.pk), *([_former(endpoint.pk)] if overlaps else [])]
    found = [secrets.reveal(brand_id=endpoint.brand_id, name=name) for name in names]
    if found[0] is None:
        raise SecretUnavailable("The secret of this webhook is not there any more: rotate it.")
    return [secret for secret in found if secret is not None]


def headers(keys: list[str], *, delivery_id: UUID, body: bytes, at: datetime) -> dict[str, str]:
    name, sent_at = str(delivery_id), str(int(at.timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "Atelier-Webhooks/1",
        "webhook-id": name,
        "webhook-timestamp": sent_at,
        "webhook-signature": " ".join(standard.sign(key, name, sent_at, body) for key in keys),
    }


def _keep_new(endpoint: WebhookEndpoint, by_id: int | None) -> str:
    secret = new_secret()
    secrets.keep_own(brand_id=endpoint.brand_id, name=_name(endpoint.pk), value=secret, by_id=by_id)
    return secret


def _name(endpoint_id: UUID) -> str:
    return f"{secrets.OWN}webhook.{endpoint_id}"


def _former(endpoint_id: UUID) -> str:
    return f"{_name(endpoint_id)}.former"

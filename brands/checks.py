"""System checks: what an operator must hear of before it hurts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004

from brands import key_ring
from brands.egress import allowed, connection


@register(Tags.security)
def key_ring_is_readable(**_: Any) -> list[CheckMessage]:
    if not settings.SECRET_KEY_RING:
        return []
    try:
        key_ring.parsed(settings.SECRET_KEY_RING)
    except key_ring.BadKeyRing as error:
        return [Error(str(error), id="brands.E001")]
    return []


@register(Tags.security)
def egress_allow_list_is_readable(**_: Any) -> list[CheckMessage]:
    try:
        allowed.parsed(tuple(settings.EGRESS_ALLOW))
    except ValueError as error:
        return [Error(str(error), id="brands.E002")]
    return []


@register(Tags.security)
def egress_certificates_are_readable(**_: Any) -> list[CheckMessage]:
    try:
        connection.tls_context(settings.EGRESS_CA_FILE)
    except OSError as error:
        return [Error(f"EGRESS_CA_FILE cannot be used: {error}", id="brands.E003")]
    return []


@register(Tags.security, deploy=True)
def key_ring_is_set(**_: Any) -> list[CheckMessage]:
    if settings.SECRET_KEY_RING:
        return []
    hint = "Set it to an id and a key, such as k1:$(openssl rand -base64 32)."
    return [Warning("SECRET_KEY_RING is not set: brands cannot keep secrets.", hint=hint, id="brands.W001")]

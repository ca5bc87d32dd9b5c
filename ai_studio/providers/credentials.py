"""Whose key a provider is asked with: the brand's own, else the installation's."""

import os
from uuid import UUID

from django.db import connection

from ai_studio.providers.base import Fault, Provider, ProviderError
from brands import secrets
from brands.key_ring import SecretUnavailable


def secret_name(provider: str) -> str:
    return f"provider.{provider}"


def key(provider: Provider, brand_id: UUID) -> str:
    """Raises ProviderError, PERMANENT, when there is none. No transaction and no connection is held afterwards."""
    try:
        kept = secrets.reveal(brand_id=brand_id, name=secret_name(provider.name))
    except SecretUnavailable as error:
        raise ProviderError(Fault.PERMANENT, "key_unreadable", "The brand's key cannot be read.") from error
    finally:
        if not connection.in_atomic_block:
            connection.close()
    found = (kept or installation_key(provider)).strip()  # of the line it was pasted or read from
    if not found:
        raise ProviderError(Fault.PERMANENT, "no_key", f"There is no key for {provider.name}.")
    return found


def installation_key(provider: Provider) -> str:
    """Empty when there is none."""
    return os.environ.get(provider.key_variable, "") if provider.key_variable else ""

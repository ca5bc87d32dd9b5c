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
        found = known(provider, brand_id).strip()  # of the line it was pasted or read from
    except SecretUnavailable as error:
        raise ProviderError(Fault.PERMANENT, "key_unreadable", "The brand's key cannot be read.") from error
    finally:
        if not connection.in_atomic_block:
            connection.close()
    if not found:
        raise ProviderError(Fault.PERMANENT, "no_key", f"There is no key for {provider.name}.")
    return found


def known(provider: Provider, brand_id: UUID) -> str:
    """Empty when there is none. In the caller's scope, if there is one. Raises SecretUnavailable."""
    return secrets.reveal(brand_id=brand_id, name=secret_name(provider.name)) or installation_key(provider)


def installation_key(provider: Provider) -> str:
    """Empty when there is none."""
    return os.environ.get(provider.key_variable, "") if provider.key_variable else ""

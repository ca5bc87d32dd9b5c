"""How many jobs a provider works on at once for one key: its own limit, or the installation's
(STUDIO_PROVIDER_CONCURRENCY). A job has its slot from its submission to the end of its attempt, between polls too.

Providers without a limit cost nothing. Brands that share the installation's key share its slots, and are told nothing
of each other: the database counts, and says yes or no.
"""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.db import connection

from ai_studio.models import Attempt
from ai_studio.providers.registry import provider

LOOK_AGAIN_SECONDS = 5.0


def limit_of(name: str) -> int:
    """0: no limit is known."""
    return settings.STUDIO_PROVIDER_CONCURRENCY.get(name, provider(name).max_concurrent)


def take(attempt: Attempt, *, key: str) -> bool:
    """Whether the provider may be given this one too; asked again it is the same. Commits: outside of transactions."""
    limit = limit_of(attempt.provider)
    if not limit:
        return True
    slot = _slot(attempt.provider, key, attempt.brand_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT studio_take_slot(%s, %s, %s, %s)", [attempt.brand_id, attempt.pk, slot, limit])
        return bool(cursor.fetchone()[0])


def full(keys: Mapping[str, str], *, brand_id: UUID) -> frozenset[str]:
    """Of the providers, asked with whose keys, those that have as many jobs as they take."""
    slots = {_slot(name, key, brand_id): name for name, key in keys.items() if limit_of(name)}
    if not slots:
        return frozenset()
    limits = [limit_of(name) for name in slots.values()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM studio_full_slots(%s, %s)", [list(slots), limits])
        return frozenset(slots[row[0]] for row in cursor.fetchall())


def _slot(name: str, key: str, brand_id: UUID) -> str:
    return f"{name} {brand_id}" if key == "brand" else name

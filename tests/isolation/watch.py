"""Whether the victim's rows, files and Redis keys are what they were."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connections

from config.redis_client import redis_client

# A key is marked as used by whoever of the brand uses it; counting requests is what rate limits do.
_CHECKSUM = """
SELECT '{table}', md5(coalesce(string_agg((to_jsonb(t) - 'last_used_at')::text, '|' ORDER BY to_jsonb(t)), ''))
FROM {table} t WHERE {key} = %(brand)s
"""
_BRAND_TABLES = """
SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'brand_id'
AND table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)
"""
_COUNTERS = (b"LIMITS",)

Marks = Mapping[str, str]


def marks(brand_id: UUID) -> Marks:
    """A checksum of every table's rows of the brand, of each of its files, and of each Redis key that names it."""
    return {**_rows(brand_id), **_files(brand_id), **_keys(brand_id)}


def changed(before: Marks, after: Marks) -> list[str]:
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def forget_answers(brand_id: UUID) -> None:
    """What the brand's own people asked is kept for a while, as it should be."""
    client = redis_client()
    for key in client.scan_iter(match=f"*{brand_id}:answer:*", count=1000):
        client.delete(key)


def _rows(brand_id: UUID) -> dict[str, str]:
    with connections["maintenance"].cursor() as cursor:
        cursor.execute(_BRAND_TABLES)
        keys = {name: "brand_id" for (name,) in cursor.fetchall()} | {"brands_brand": "id"}
        union = " UNION ALL ".join(_CHECKSUM.format(table=table, key=key) for table, key in sorted(keys.items()))
        cursor.execute(union, {"brand": brand_id})
        return dict(cursor.fetchall())


def _files(brand_id: UUID) -> dict[str, str]:
    folder = Path(settings.MEDIA_ROOT) / "brands" / str(brand_id)
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.rglob("*") if file.is_file()}


def _keys(brand_id: UUID) -> dict[str, str]:
    client = redis_client()
    names = [key for key in client.scan_iter(match=f"*{brand_id}*", count=1000) if not key.startswith(_COUNTERS)]
    return {name.decode(): str(client.dump(name)) for name in sorted(names)}

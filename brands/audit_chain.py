"""The chain of a brand's audit entries: what an entry's hash is made of, and the entries in that form.

    hash = SHA-256 over the UTF-8 of ["prev_hash","seq",…,"request_id"], the values of FIELDS in their order, all as
           text, written as JSON without spaces (RFC 8785): what json.dumps(values, ensure_ascii=False,
           separators=(",", ":")) and JSON.stringify(values) give.

seq counts from 1 without a gap; the first entry's prev_hash is FIRST, every other's is the hash of the entry before.
`brand` and `id` are UUIDs in lower case; `at` is UTC with microseconds and a Z; `details` is PostgreSQL's own text of
the JSON, which exports repeat letter for letter; no address is an empty `ip`.

Entries are sealed in the database (brands/migrations/0008_audit_chain.py), so that nobody can forget it; here they are
hashed anew, from the columns and without the database's functions, so that the two hold each other.
"""

import hashlib
import json
from collections.abc import Sequence

FIRST = "0" * 64
FIELDS = (
    "prev_hash", "seq", "brand", "id", "at", "actor_kind", "actor_id", "actor_label", "action", "object_type",
    "object_id", "details", "ip", "request_id",
)  # fmt: skip
SEQ = FIELDS.index("seq")
# The values of FIELDS and the hash that was stored; `seq` is empty for an entry that is in no chain.
SELECT = """
    SELECT prev_hash, coalesce(seq::text, ''), brand_id::text, id::text,
        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        actor_kind, actor_id, actor_label, action, object_type, object_id, details::text, coalesce(host(ip), ''),
        request_id, hash
    FROM brands_auditentry
"""


def hash_of(values: Sequence[str]) -> str:
    """`values`: those of FIELDS. In hexadecimal."""
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

"""A stretch of a brand's chain of audit entries as a file, with what it takes to verify it elsewhere."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import close_old_connections, connection
from django.db.models import Max, Min

from brands.audit_chain import FIELDS, FIRST, SELECT, SEQ
from brands.models import AuditChain, AuditEntry
from brands.permissions import Actor, visible
from brands.tenancy.scope import brand_scope

CAPABILITY = "audit.view"
COLUMNS = (*FIELDS, "hash")
PAGE_ROWS = 1_000
_PAGE = f"{SELECT} WHERE brand_id = %s AND seq > %s AND seq <= %s ORDER BY seq LIMIT %s"
# What a spreadsheet would take for a formula (OWASP, CSV injection), and the quote that marks it, so that it can be
# taken off again.
_MARKED = ("'", "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Row = Sequence[str]


@dataclass(frozen=True)
class Stretch:
    """Entries after the number `after`, up to `last`; and where the brand's whole chain ended at that moment."""

    brand_id: UUID
    after: int
    last: int
    chain_length: int
    chain_hash: str

    def pages(self) -> Iterator[list[Row]]:
        """Each in a short transaction of its own: what is in the chain does not change, so one moment is not needed."""
        after = self.after
        while after < self.last:
            with brand_scope(self.brand_id), connection.cursor() as cursor:
                cursor.execute(_PAGE, [self.brand_id, after, self.last, PAGE_ROWS])
                page = cursor.fetchall()
            if not connection.in_atomic_block:  # the request's has ended
                close_old_connections()
            if not page:
                return
            yield page
            after = int(page[-1][SEQ])


def stretch(*, actor: Actor, from_at: datetime | None = None, to_at: datetime | None = None) -> Stretch:
    """From the first entry made at `from_at` or later to the last one made before `to_at`, without a gap: numbers are
    in the order of commits, so an entry between them may be from shortly before or after."""
    chain = AuditChain.objects.filter(brand_id=actor.brand_id).first()
    length, hash_ = (chain.length, chain.hash) if chain else (0, FIRST)
    entries = visible(actor, CAPABILITY, AuditEntry.objects.filter(seq__lte=length))
    first, last = 1, length
    if from_at is not None:
        first = entries.filter(at__gte=from_at).aggregate(found=Min("seq"))["found"] or length + 1
    if to_at is not None:
        last = entries.filter(at__lt=to_at).aggregate(found=Max("seq"))["found"] or 0
    return Stretch(actor.brand_id, first - 1, last, length, hash_)


def csv_chunks(pages: Iterator[list[Row]]) -> Iterator[bytes]:
    """UTF-8 with a header. What a spreadsheet would take for a formula, and what begins with a quote, has a quote
    before it."""
    yield _csv([COLUMNS])
    for page in pages:
        yield _csv([[f"'{word}" if word.startswith(_MARKED) else word for word in row] for row in page])


def ndjson_chunks(pages: Iterator[list[Row]]) -> Iterator[bytes]:
    """An object on each line. `seq` is a number, everything else text: `details` is the text that was hashed."""
    for page in pages:
        yield "".join(_object(row) for row in page).encode()


FORMATS: dict[str, tuple[str, Callable[[Iterator[list[Row]]], Iterator[bytes]]]] = {
    "ndjson": ("application/x-ndjson", ndjson_chunks),
    "csv": ("text/csv; charset=utf-8", csv_chunks),
}


def _csv(rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def _object(row: Row) -> str:
    entry = dict(zip(COLUMNS, row, strict=True)) | {"seq": int(row[SEQ])}
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n"

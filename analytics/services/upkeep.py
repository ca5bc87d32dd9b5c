"""What beat does for events: months made ahead, what is too old forgotten."""

from datetime import datetime

from analytics.ingest import dead_letters, partitions
from analytics.services import imports, retention


def keep_events(*, now: datetime) -> None:
    partitions.make_ahead()
    retention.forget_old(now=now)
    dead_letters.forget_old(now=now)
    imports.forget_old(now=now)

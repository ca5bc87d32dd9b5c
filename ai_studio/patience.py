"""Writing down what a provider did, which is paid for and told once: the database may be away for a moment."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from brands.middleware import DATABASE_AWAY

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5


def patiently(write: Callable[[], None]) -> None:
    """Try `write` again for as long as a lease lasts. It is guarded by the fence, so twice is once."""
    ends = time.monotonic() + settings.STUDIO_LEASE_SECONDS
    while True:
        try:
            return write()
        except DATABASE_AWAY as error:
            connection.close()
            if time.monotonic() >= ends:
                raise
            logger.warning("not written yet: %s", type(error).__name__)
            time.sleep(PAUSE_SECONDS)

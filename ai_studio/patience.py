"""Writing what must be written, such as what a provider did: the database may be away for a moment."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import connection

from brands.middleware import DATABASE_AWAY

logger = logging.getLogger(__name__)

T = TypeVar("T")

PAUSE_SECONDS = 0.5


def patiently(write: Callable[[], T]) -> T:
    """Try `write` again for as long as a lease lasts. It is such that twice is once."""
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

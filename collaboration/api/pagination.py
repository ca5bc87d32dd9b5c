import re
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from brands.api.pagination import KeysetPagination

_NUMBER = re.compile(r"[0-9]{1,9}")  # that the column can hold


class NumberPagination(KeysetPagination):
    """The first said first."""

    ordering = "number"

    def decode_cursor(self, request: Request) -> Any:
        """NotFound, which the pages turn into an error that names the cursor, for what is no number of a comment."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not _NUMBER.fullmatch(str(cursor.position)):
            raise NotFound()
        return cursor

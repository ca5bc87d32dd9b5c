from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from brands.api.pagination import KeysetPagination

_DIGITS = 9  # of a number that the column can hold


class NumberPagination(KeysetPagination):
    """The first said first."""

    ordering = "number"

    def decode_cursor(self, request: Request) -> Any:
        """NotFound, which the pages turn into an error that names the cursor, for what is no number of a comment."""
        cursor = super().decode_cursor(request)
        position = cursor and cursor.position
        if position is not None and not (position.isascii() and position.isdigit() and len(position) <= _DIGITS):
            raise NotFound()
        return cursor

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor
from rest_framework.request import Request

from ai_studio.models.collection import MAX_ITEMS
from brands.api.pagination import KeysetPagination


class PositionPagination(KeysetPagination):
    """In the order that people gave."""

    ordering = "position"

    def decode_cursor(self, request: Request) -> Any:
        cursor: Cursor | None = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not _is_position(cursor.position):
            raise NotFound(self.invalid_cursor_message)
        return cursor


def _is_position(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ITEMS))

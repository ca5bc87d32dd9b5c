from collections.abc import Callable
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from ai_studio.models.collection import MAX_ITEMS
from brands.api.pagination import KeysetPagination


class PositionPagination(KeysetPagination):
    """In the order that people gave."""

    ordering = "position"

    def decode_cursor(self, request: Request) -> Any:
        return _checked(super().decode_cursor(request), _is_position)


class NamePagination(KeysetPagination):
    """By name, where each name comes once."""

    ordering = "name"

    def decode_cursor(self, request: Request) -> Any:
        return _checked(super().decode_cursor(request), lambda text: "\0" not in text)


def _checked(cursor: Any, fits: Callable[[str], bool]) -> Any:
    """NotFound, which the pages turn into an error that names the cursor, for a place that the column cannot hold."""
    if cursor is not None and cursor.position is not None and not fits(cursor.position):
        raise NotFound()
    return cursor


def _is_position(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ITEMS))

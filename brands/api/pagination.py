import re
from typing import Any

from django.core.exceptions import ValidationError as ModelValidationError
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

MAX_PAGE = 200
# No leading zeros, and nothing that is slow to read as a number.
_PAGE_SIZE = re.compile(r"[1-9][0-9]{0,2}")


def page_size(request: Request, default: int) -> int:
    """`limit` of the query string, 1 to 200. Raises ValidationError naming it otherwise."""
    wanted = request.query_params.get("limit")
    if wanted is None:
        return default
    if not _PAGE_SIZE.fullmatch(wanted) or int(wanted) > MAX_PAGE:
        raise ValidationError({"limit": [f"A number from 1 to {MAX_PAGE}."]})
    return int(wanted)


class KeysetPagination(CursorPagination):
    """Newest first, by UUIDv7: a page costs the same however deep it is."""

    ordering = "-id"
    page_size_query_param = "limit"
    max_page_size = MAX_PAGE

    def get_page_size(self, request: Request) -> int | None:
        return page_size(request, self.page_size or MAX_PAGE)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (NotFound, ModelValidationError) as error:  # not base64, or not the position of a row
            raise ValidationError({"cursor": ["Not a cursor that this list gave."]}) from error

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data})

"""The OpenAPI document: the same for everybody, and a second's work to make, so a process makes it once."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView


@cache
def document() -> dict[str, Any]:
    with translation.override(settings.LANGUAGE_CODE):
        return SchemaGenerator().get_schema(public=True)


class MadeOnce(SchemaGenerator):
    def get_schema(  # the library's signature
        self,
        request: Any = None,
        public: bool = False,  # noqa: FBT001, FBT002
    ) -> dict[str, Any]:
        return document()


class SchemaView(SpectacularAPIView):
    generator_class = MadeOnce

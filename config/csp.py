"""Content-Security-Policy by path: nothing for the API, no more than its scripts need for each set of pages."""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE, WASM_UNSAFE_EVAL
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Directives = dict[str, list[str]]

API: Directives = {"default-src": [NONE], "base-uri": [NONE], "form-action": [NONE], "frame-ancestors": [NONE]}

_PAGES: Directives = {
    "default-src": [NONE],
    "script-src": [SELF],
    # The theme, Swagger and Redoc set style attributes and insert style elements.
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
PAGES: dict[str, Directives] = {
    # Alpine, in the theme, compiles its attributes: eval. The 3D viewer unpacks textures into blobs.
    "/admin/": {
        **_PAGES,
        "script-src": [SELF, UNSAFE_EVAL],
        "connect-src": [SELF, "blob:", "data:"],
        "media-src": [SELF],
    },
    "/api/docs/": _PAGES,
    # Redoc searches in a worker made of a blob.
    "/api/redoc/": {**_PAGES, "worker-src": ["blob:"]},
    "/accounts/": _PAGES,
    # Pages of guests: the same viewer, whose decoder is WebAssembly, and nothing else that compiles.
    "/s/": {
        **_PAGES,
        "script-src": [SELF, WASM_UNSAFE_EVAL],
        "connect-src": [SELF, "blob:", "data:"],
        "media-src": [SELF],
    },
}


class PolicyByPath(CSPMiddleware):
    """A response that brings its own policy (a signed file's) keeps it."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002 - django-csp's signature
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only:
            parts.config = policy_of(request.path_info)
        return parts


def policy_of(path: str) -> dict[str, Any]:
    return next((policy for prefix, policy in PAGES.items() if path.startswith(prefix)), API)

"""Refuses, before any view, what Django, allauth or PostgreSQL would break on."""

import codecs
import io

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import ParseError

from brands.api.exceptions import as_atelier_error, refusal
from brands.api.parsers import StrictJSONParser
from brands.errors import AtelierError, InvalidInput, TooLarge, UnsupportedCharset
from brands.middleware import GetResponse

# Not views of ours: allauth reads JSON there, whatever the content type, and takes what PostgreSQL does not.
SIGN_IN = "/auth/"


class ReadableMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            _check_charset(request)
            _check_cookies(request)
            _check_sign_in(request)
        except (AtelierError, ParseError) as error:
            return refusal(request, as_atelier_error(error) or AtelierError())
        return self.get_response(request)


def _check_charset(request: HttpRequest) -> None:
    """JSON is UTF-8 (RFC 8259), forms are; Django would read them, and names of files, by whatever codec is named."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    try:
        known = codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):  # ValueError: a name with NUL
        known = False
    if not known:
        raise UnsupportedCharset(fields={"Content-Type": ["The only charset is utf-8."]})


def _check_cookies(request: HttpRequest) -> None:
    """A quoted cookie may spell NUL as \\000; the session's is looked up in PostgreSQL."""
    if any("\x00" in value for value in request.COOKIES.values()):
        raise InvalidInput(fields={"Cookie": ["Holds a NUL character."]})


def _check_sign_in(request: HttpRequest) -> None:
    if not request.path.startswith(SIGN_IN) or request.method == "GET":
        return
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise TooLarge() from error
    if body:
        StrictJSONParser().parse(io.BytesIO(body))

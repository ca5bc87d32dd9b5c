"""One JSON object a line, with the request and the brand it belongs to."""

import json
import logging
import sys
from uuid import UUID

import pytest
from django.test import Client

from brands import context
from brands.logs import ContextFilter, JsonFormatter
from brands.tenancy import scope

BRAND = UUID(int=7)


def line(message: str, *args: object, **extra: object) -> dict[str, str]:
    record = logging.LogRecord("atelier", logging.INFO, __file__, 1, message, args, extra.pop("exc_info", None))
    for name, value in extra.items():
        setattr(record, name, value)
    ContextFilter().filter(record)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_line_says_when_what_and_where() -> None:
    said = line("made %s of %s", 1, "two")
    assert (said["level"], said["logger"], said["message"]) == ("INFO", "atelier", "made 1 of two")
    assert said["at"].endswith("+00:00")


def test_a_line_carries_the_request_and_the_brand() -> None:
    request = context.current.set(context.RequestContext("request-1", "203.0.113.1"))
    brand = scope._current.set(BRAND)
    try:
        said = line("x", generation_id=UUID(int=9))
    finally:
        scope._current.reset(brand)
        context.current.reset(request)
    assert (said["request_id"], said["brand_id"], said["generation_id"]) == ("request-1", str(BRAND), str(UUID(int=9)))
    assert "203.0.113.1" not in json.dumps(said)


def test_outside_any_request_nothing_is_made_up() -> None:
    assert not {"request_id", "brand_id"} & set(line("x"))


def test_a_traceback_stays_on_its_line() -> None:
    try:
        {}["missing"]
    except KeyError:
        assert "KeyError: 'missing'" in line("x", exc_info=sys.exc_info())["error"]


def test_a_line_break_in_a_message_cannot_forge_another_line() -> None:
    assert line('a\n{"level": "ERROR"}')["message"] == 'a\n{"level": "ERROR"}'


@pytest.mark.parametrize("method", ["head", "post"])
def test_the_key_that_an_address_is_stays_out_of_the_log(
    method: str, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    token = "Zk3_" * 10
    for path in (f"/s/{token}/", f"/s/{token}", f"/s/{token}/more/"):
        getattr(client, method)(path)
    said = "".join(JsonFormatter().format(record) for record in caplog.records)
    assert "/s/" in said
    assert token not in said

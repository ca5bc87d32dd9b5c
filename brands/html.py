"""Small pieces of HTML for lists and pages. Everything that comes from people is escaped by format_html."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

NOTHING = "–"


def swatches(colours: Iterable[str]) -> SafeString | str:
    """A palette: each colour as a square, its code as a tooltip."""
    pairs = [(colour, colour) for colour in colours]
    squares = format_html_join("", '<i class="at-swatch" style="background:{}" title="{}"></i>', pairs)
    return format_html('<span class="at-swatches">{}</span>', squares) if pairs else NOTHING


def usd(amount: Decimal | None) -> str:
    """An amount of US dollars: cents, and as many further digits as are not zero."""
    if amount is None:
        return NOTHING
    digits = f"{amount:,.6f}".rstrip("0")
    whole, _, part = digits.partition(".")
    return f"${whole}.{part.ljust(2, '0')}"


def used(*, spent: Decimal, reserved: Decimal, limit: Decimal) -> SafeString:
    """How much of a limit is spent (solid) and reserved (light), with the numbers beside it."""
    return format_html(
        '<span class="at-used"><span class="at-bar{}"><i class="at-spent" style="width:{}%"></i>'
        '<i class="at-reserved" style="width:{}%"></i></span><small>{} spent, {} reserved of {}</small></span>',
        " at-over" if spent + reserved > limit else "",
        *_shares(spent, reserved, limit),
        usd(spent),
        usd(reserved),
        usd(limit),
    )


def _shares(spent: Decimal, reserved: Decimal, limit: Decimal) -> tuple[str, str]:
    whole = max(limit, spent + reserved)
    if not whole:
        return ("0", "0")
    return (f"{100 * spent / whole:.2f}", f"{100 * reserved / whole:.2f}")


def pretty_json(value: Any) -> SafeString | str:
    if value in (None, {}, []):
        return NOTHING
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, cls=DjangoJSONEncoder)
    return format_html('<pre class="at-json">{}</pre>', text)


def mono(text: object) -> SafeString:
    return format_html('<code class="at-mono">{}</code>', text)

from typing import Any

from django.db import models


def usd(**options: Any) -> "models.DecimalField[Any, Any]":
    """An amount in US dollars, to a millionth."""
    return models.DecimalField(max_digits=12, decimal_places=6, **options)

"""Which events a question is about, from the words in which it is stored."""

from collections.abc import Mapping
from typing import Any

from analytics.stores.base import Operator, PropertyFilter, Selection


def selection(words: Mapping[str, Any]) -> Selection:
    """{event, filters: [{property, operator, values}]}"""
    filters = [
        PropertyFilter(each["property"], Operator(each["operator"]), tuple(each.get("values", ())))
        for each in words.get("filters", ())
    ]
    return Selection(words["event"], tuple(filters))

"""Funnels, cohorts, retention and correlations as pictures: for those who may see the answer, and safe to open."""

from collections.abc import Iterator
from typing import Any
from xml.dom import minidom

import pytest

from analytics.stores.connections import pool
from tests.factories import Tenant, client_for
from tests.integration.analytics.shop import HOSTILE, open_shop


@pytest.fixture(autouse=True)
def _connections(committed: None) -> Iterator[None]:
    yield
    pool().close()


def picture(client: Any, path: str, **query: Any) -> minidom.Document:
    answer = client.get(path, query)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml"), answer.content
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    return minidom.parseString(answer.content)  # noqa: S318 - our own


def words(svg: minidom.Document, tag: str) -> list[str]:
    found = svg.getElementsByTagName(tag)
    return ["".join(child.data for child in each.childNodes if child.nodeType == child.TEXT_NODE) for each in found]


def test_each_answer_is_a_picture_of_the_same_question_whose_names_are_text(ours: Tenant, theirs: Tenant) -> None:
    shop = open_shop(ours)
    client, base = client_for(ours.key), f"{ours.url}analytics/"
    funnel, metrics = f"{base}funnels/{shop.funnel.pk}/chart.svg", [str(each.pk) for each in shop.metrics]
    asked: list[tuple[str, dict[str, Any], str]] = [
        (funnel, {}, shop.funnel.name),
        (funnel, {"breakdown": "source"}, f"{shop.funnel.name}: conversion"),
        (f"{base}cohorts/chart.svg", {"grain": "WEEK", "measure": "ltv"}, "Revenue per person by week"),
        (f"{base}retention/chart.svg", {"period": "week", "columns": 4}, "Retention by week"),
        (f"{base}correlations/chart.svg", {"metric": metrics}, "Correlations"),
    ]
    for path, query, title in asked:
        svg = picture(client, path, **query, width=400, theme="light")
        assert words(svg, "title")[0] == title
        assert svg.documentElement.getAttribute("width") == "400"
        assert not svg.getElementsByTagName("script")
        assert not svg.getElementsByTagName("image")
        assert client.get(path, {**query, "width": 1}).json()["errors"].keys() == {"width"}
        assert client_for(theirs.key).get(path, query).status_code == 404
        assert client_for(ours.viewer).get(path, query).status_code == 403
    steps = words(picture(client, funnel), "desc")[0]
    assert f"Seen {HOSTILE}: " in steps
    assert "hatched" not in steps
    hatched = picture(client, f"{base}cohorts/chart.svg", grain="DAY").toxml().count('fill="url(#h')
    assert hatched > 40  # no day's cohort is 90 days old yet
    assert client.get(f"{base}cohorts/chart.svg", {"measure": "luck"}).json()["errors"].keys() == {"measure"}

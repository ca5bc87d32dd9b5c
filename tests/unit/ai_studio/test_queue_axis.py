"""The axes of the queue's charts show round times."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from ai_studio.admin.queue_charts import charts, span
from ai_studio.services.queue_history import Point

AT = datetime(2026, 11, 20, 16, 42, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "first", "step_minutes", "shown"),
    [
        (3, "13:30", 1, ["13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]),
        (24, "16:00", 5, ["16:00", "20:00", "00:00", "04:00", "08:00", "12:00", "16:00"]),
        (168, "13 Nov", 60, [f"{day} Nov" for day in range(13, 21)]),
    ],
)
def test_every_tick_is_a_round_time(hours, first, step_minutes, shown):
    found = span(at=AT, hours=hours)
    assert found.until == AT
    assert found.until - found.since >= timedelta(hours=hours)
    assert found.step == timedelta(minutes=step_minutes)
    drawn = json.loads(charts([Point(found.since, 1, 0, 0, 1.0, 0, 0)], found, hours)[0].data)
    ticks = drawn["datasets"][0]["maxTicksXLimit"]
    assert drawn["labels"][0] == first
    assert drawn["labels"][:: len(drawn["labels"]) // ticks] == shown


def test_the_age_is_told_in_the_unit_that_reads_best():
    found = span(at=AT, hours=3)
    for seconds, unit, value in ((179.0, "s", 179), (180.0, "min", 3), (10_800.0, "h", 3)):
        age = charts([Point(found.since, 1, 0, 0, seconds, 0, 0)], found, 3)[1]
        assert (age.unit, json.loads(age.data)["datasets"][0]["data"]) == (unit, [value])

"""What PostHog, Mixpanel, Amplitude, ClickHouse, retentioneering and Plausible publish about funnels."""

import pytest

from analytics.metrics.funnel import kernel
from analytics.metrics.funnel.cells import Fate, people_behind
from analytics.metrics.funnel.drivers import drivers
from analytics.metrics.funnel.question import Entry
from analytics.metrics.funnel.report import Report, report
from analytics.metrics.funnel.times import time_to_convert
from analytics.metrics.funnel.totals import totals
from analytics.metrics.funnel.trend import trend
from analytics.metrics.periods import Period, buckets
from analytics.metrics.stream import Occurrences, Stream
from tests.unit.analytics.metrics.funnel.cases import (
    Case,
    cases,
    end_of,
    moment,
    named,
    question,
    stream,
    window_funnel,
)

# In ClickHouse's default mode one event fills all steps it matches; here it fills one, so this person is at the first.
ONE_EVENT_FILLS_ALL_ITS_STEPS = "ch_one_event_three_steps_default"

FUNNELS = [
    pytest.param(case, order, id=f"{case['id']}-{order}")
    for case in cases("funnel")
    for order in ([case["order"]] if isinstance(case["order"], str) else case["order"])
]


def asserted(expected: list) -> list[int]:
    """The steps that the source says something about."""
    return [step for step, value in enumerate(expected) if value is not None]


def counts(answer: Report) -> list[int]:
    return [step.people for step in answer.steps]


@pytest.mark.parametrize(("case", "order"), FUNNELS)
def test_as_many_people_reach_each_step(case: Case, order: str) -> None:
    events, _ = stream(case)
    expected = case["expected"]
    if case.get("counting") == "totals":
        found = totals(events, question(case, order))
    else:
        entry = Entry.FIRST if case["semantics"] == "mixpanel" else Entry.ANY
        found = kernel.people(events, question(case, order, entry=entry))
    reached = counts(report(found, question(case, order)))
    for step in asserted(expected["counts"]):
        assert reached[step] == expected["counts"][step]
    if "counts_any_entry" in expected:
        any_entry = kernel.people(events, question(case, order))
        assert counts(report(any_entry, question(case, order))) == expected["counts_any_entry"]


@pytest.mark.parametrize(("case", "order"), [one for one in FUNNELS if "users_at_step" in one.values[0]["expected"]])
def test_the_people_at_a_step_are_those_of_the_source(case: Case, order: str) -> None:
    events, people = stream(case)
    asked = question(case, order)
    found = kernel.people(events, asked)
    for cell, names in case["expected"]["users_at_step"].items():
        fate = Fate.DROPPED if cell.startswith("dropped_") else Fate.REACHED
        step = int(cell.removeprefix("dropped_")) - 1
        assert people.named(people_behind(found, asked, step, fate)) == sorted(names)


@pytest.mark.parametrize(
    ("case", "order"), [one for one in FUNNELS if "avg_conversion_time" in one.values[0]["expected"]]
)
def test_people_take_as_long_from_step_to_step(case: Case, order: str) -> None:
    events, _ = stream(case)
    asked = question(case, order)
    steps = report(kernel.people(events, asked), asked).steps
    expected = case["expected"]
    for step in asserted(expected["avg_conversion_time"]):
        assert steps[step].seconds.average == expected["avg_conversion_time"][step]
    for step in asserted(expected.get("median_conversion_time", [])):
        assert steps[step].seconds.median == expected["median_conversion_time"][step]


def test_plausibles_percentages_follow_from_the_report() -> None:
    (case,) = [case for case in cases("funnel") if case["id"] == "plausible_evaluate"]
    events, people = stream(case)
    answer = report(kernel.people(events, question(case)), question(case))
    expected = case["expected"]
    assert len(people.names) == expected["all_visitors"]
    assert answer.people == expected["entering_visitors"]
    assert len(people.names) - answer.people == expected["never_entering"]
    assert [step.from_first.value * 100 for step in answer.steps] == expected["conversion_rate"]
    assert [0, *[step.from_previous.value * 100 for step in answer.steps[1:]]] == expected["conversion_rate_step"]
    assert [step.dropped for step in answer.steps] == expected["dropoff"]
    assert [step.dropped / max(step.from_previous.of, 1) * 100 for step in answer.steps] == expected[
        "dropoff_percentage"
    ]


@pytest.mark.parametrize(
    "case", [case for case in cases("funnel") if "step_conversion_rate" in case["expected"]], ids=named
)
def test_retentioneerings_rates_follow_from_the_report(case: Case) -> None:
    """Its first rate is of everybody seen; a rate of nobody is 0 there and None here."""
    events, people = stream(case)
    answer = report(kernel.people(events, question(case)), question(case))
    first = answer.people / len(people.names)
    expected = case["expected"]["step_conversion_rate"]
    assert [first, *[step.from_previous.value or 0.0 for step in answer.steps[1:]]] == pytest.approx(expected)


@pytest.mark.parametrize("case", cases("window_funnel"), ids=named)
def test_clickhouses_levels_come_out(case: Case) -> None:
    levels = {}
    for user in case["events"]:
        events, asked = window_funnel(case, user)
        found = kernel.people(events, asked)
        levels[user] = int(found.level[0]) if len(found) else 0
    if case["id"] == ONE_EVENT_FILLS_ALL_ITS_STEPS:
        assert (levels, case["expected_level"]) == ({"0": 1}, {"0": 3})
        return
    assert levels == case["expected_level"]


@pytest.mark.parametrize("case", cases("funnel_trend"), ids=named)
def test_trends_by_entry_come_out(case: Case) -> None:
    """A rate of nobody is 0 there and None here."""
    events, _ = stream(case)
    asked = question(case)
    days = buckets(moment(case["date_from"]), end_of(case["date_to"]), Period(case["interval"]), "UTC")
    found = {period.label: period for period in trend(events, asked, days)}
    expected = case["expected"]
    if case["semantics"] == "amplitude":
        assert counts(report(kernel.people(events, asked), asked)) == expected["funnel_counts"]
        assert {day: found[day].conversion.value * 100 for day in expected["trend"]} == expected["trend"]
        return
    assert [
        {
            "period": period.label,
            "entered": period.people,
            "converted": period.converted,
            "rate": (period.conversion.value or 0) * 100,
        }
        for period in found.values()
    ] == expected


@pytest.mark.parametrize("case", cases("time_to_convert"), ids=named)
def test_times_to_convert_fall_into_the_same_bins(case: Case) -> None:
    events, _ = stream(case)
    found = time_to_convert(
        kernel.people(events, question(case)), case["from_step"], case["to_step"], case["bin_count"]
    )
    assert [[one.from_seconds, one.people] for one in found.bins] == case["expected"]["bins"]
    assert found.spread.average == case["expected"]["average_conversion_time"]


@pytest.mark.parametrize("case", cases("funnel_correlation"), ids=named)
def test_the_same_events_drive_conversion_as_strongly(case: Case) -> None:
    events, _ = stream(case)
    asked = question(case)
    steps = {step["event"] for step in case["steps"]}
    names = {event["event"] for event in case["events"]} - steps
    found = drivers(kernel.people(events, asked), asked, {name: of_name(case, events, name) for name in names})
    assert [
        {
            "event": driver.name,
            "success_count": driver.converted_with,
            "failure_count": driver.others_with,
            "odds_ratio": pytest.approx(driver.odds_ratio),
            "correlation_type": "success" if driver.helps else "failure",
        }
        for driver in sorted(found, key=lambda driver: -driver.odds_ratio)
    ] == case["expected"]


def of_name(case: Case, events: Stream, name: str) -> Occurrences:
    places = [place for place, event in enumerate(case["events"]) if event["event"] == name]
    return Occurrences(person=events.person[places], at=events.at[places])

import pytest

from tests.unit.analytics.metrics.retention_cases import cases, function, openpanel, picked, posthog, shown, weekly


def named(case):
    return case["id"]


def groups(case):
    """The events of each value of the breakdown."""
    name = case["breakdown"]["property"]
    for value in case["expected_by_breakdown"]:
        if case["breakdown"]["type"] == "person":
            whose = case["user_properties"]
            yield value, [event for event in case["events"] if whose[event["user"]].get(name) == value]
        else:
            yield value, picked(case["events"], None, {name: value})


@pytest.mark.parametrize("case", cases("retention"), ids=named)
def test_posthogs_cases_come_out_as_its_tests_say(case):
    if case.get("expected_by_breakdown"):
        assert {value: shown(posthog(case, events)) for value, events in groups(case)} == case["expected_by_breakdown"]
        return
    found = posthog(case, case["events"])
    if case.get("expected_first_period"):
        assert found.rows[0].label == case["expected_first_period"]
    if case.get("expected_matrix"):
        assert shown(found) == case["expected_matrix"]
    for number, values in enumerate(case.get("expected_matrix_prefix") or []):
        assert shown(found)[number][: len(values)] == values
    assert case.get("expected_matrix") or case.get("expected_matrix_prefix")


@pytest.mark.parametrize("case", cases("retention_first_touch"), ids=named)
def test_openpanels_cohorts_come_out_as_its_tests_say(case):
    assert openpanel(case) == case["expected"]


@pytest.mark.parametrize("case", cases("weekly_active_retention"), ids=named)
def test_openpanels_weekly_retention_comes_out_as_its_tests_say(case):
    assert weekly(case) == case["expected"]


@pytest.mark.parametrize("case", cases("retention_function"), ids=named)
def test_clickhouses_retention_comes_out_as_its_manual_says(case):
    assert function(case) == case["expected"]

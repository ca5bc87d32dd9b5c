"""docs/watching/: every expression parses and asks for metrics and labels that /metrics really has."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import promql_parser
import pytest
import yaml
from django.test import Client
from prometheus_client import REGISTRY

from config.metrics import shared
from config.metrics.state import StateCollector
from tests.deployment import CHECKOUT
from tests.factories import Tenant

FOLDER = CHECKOUT / "docs" / "watching"
# Prometheus itself adds these.
OF_PROMETHEUS = {"up": {"job"}}
SERIES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("_total",), "gauge": ("",)}


@dataclass(frozen=True)
class Expression:
    where: str
    text: str


def alerts() -> list[dict[str, str]]:
    document = yaml.safe_load((FOLDER / "alerts.yml").read_text())
    return [rule for group in document["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, object]]:
    return list(json.loads((FOLDER / "grafana-dashboard.json").read_text())["panels"])


def expressions() -> list[Expression]:
    found = [Expression(rule["alert"], rule["expr"]) for rule in alerts()]
    for panel in panels():
        found += [Expression(panel["title"], target["expr"]) for target in panel["targets"]]
    return [Expression(e.where, e.text.replace("$__rate_interval", "5m")) for e in found]


def selectors(node: object) -> Iterator[promql_parser.VectorSelector]:
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for attribute in ("expr", "lhs", "rhs", "vector_selector", "args"):
        below = getattr(node, attribute, None)
        for part in below if isinstance(below, list) else [below]:
            if part is not None:
                yield from selectors(part)


def aggregated_by(node: object) -> Iterator[str]:
    modifier = getattr(node, "modifier", None)
    if isinstance(node, promql_parser.AggregateExpr) and modifier is not None:
        yield from modifier.labels
    for attribute in ("expr", "lhs", "rhs", "args"):
        below = getattr(node, attribute, None)
        for part in below if isinstance(below, list) else [below]:
            if part is not None:
                yield from aggregated_by(part)


@pytest.fixture
def available(committed: None, ours: Tenant) -> dict[str, set[str]]:
    """Series → labels, from a scrape; for what has not happened yet, from its declaration."""
    Client().get("/health/live")
    text = Client().get("/metrics").content.decode()
    kinds = dict(line.split()[2:4] for line in text.splitlines() if line.startswith("# TYPE "))
    found = dict(OF_PROMETHEUS)
    for name, kind in kinds.items():
        base = name.removesuffix("_total")
        for suffix in SERIES[kind]:
            found[base + suffix] = declared_labels(base) | ({"le"} if suffix == "_bucket" else set())
    return found


def declared_labels(family: str) -> set[str]:
    collector = REGISTRY._names_to_collectors.get(family)
    if collector is not None:
        return set(collector._labelnames)
    declared = {metric.name: metric for metric in StateCollector().collect()}
    return set(getattr(declared[family], "_labelnames", ()))


def test_every_expression_asks_for_what_there_is(available: dict[str, set[str]]) -> None:
    for expression in expressions():
        tree = promql_parser.parse(expression.text)
        asked = list(selectors(tree))
        assert asked, expression
        assert {selector.name for selector in asked} <= set(available), expression
        for selector in asked:
            assert {matcher.name for matcher in selector.matchers.matchers} <= available[selector.name], expression
        all_labels = set().union(*(available[selector.name] for selector in asked))
        assert set(aggregated_by(tree)) <= all_labels, expression


def test_every_metric_of_ours_is_on_the_dashboard_or_wakes_somebody(available: dict[str, set[str]]) -> None:
    families = {f.name for f in REGISTRY.collect() if f.name.startswith(shared.PREFIX)}
    wanted = families | {name for name in available if name.startswith("atelier_") and available_is_state(name)}
    text = " ".join(e.text for e in expressions())
    assert [name for name in sorted(wanted) if name not in text and "test" not in name] == []


def available_is_state(name: str) -> bool:
    return not name.endswith(("_bucket", "_sum", "_count"))


def test_every_alert_says_who_must_act_and_what_happened() -> None:
    for rule in alerts():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["for"]


@pytest.mark.usefixtures("committed")
def test_the_prometheus_configuration_scrapes_the_route_that_exists() -> None:
    (job,) = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"]
    assert Client().get(job["metrics_path"]).status_code == 200
    assert job["job_name"] == "atelier"
    assert job["static_configs"][0]["targets"] == ["web:8000"]

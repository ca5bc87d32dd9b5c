"""What to look at first, by what departed: rules in a table, the first that fits."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.metrics.anomalies.found import Side
from analytics.metrics.anomalies.subjects import Subject


@dataclass(frozen=True)
class Rule:
    """`dimension`: that explains most; None: whichever, also none. `{cause}` is its value."""

    subject: Subject
    side: Side
    dimension: str | None
    action: str


_ABOVE, _BELOW = Side.ABOVE, Side.BELOW
RULES: Sequence[Rule] = (
    Rule(Subject.COST, _ABOVE, "provider", "Limit {cause} or route to a cheaper provider, and check its prices."),
    Rule(Subject.COST, _ABOVE, "model", "Check who uses {cause}, and whether a cheaper model does."),
    Rule(Subject.COST, _ABOVE, "user", "Ask {cause} what is being made, or set a quota."),
    Rule(Subject.COST, _ABOVE, None, "Look at the costs by provider, model and user, and set a budget."),
    Rule(Subject.COST, _BELOW, None, "Check that generations still run and that their costs are recorded."),
    Rule(Subject.PROVIDER_FAILURES, _ABOVE, "provider", "Take {cause} out of the route until it is healthy again."),
    Rule(Subject.PROVIDER_FAILURES, _ABOVE, None, "Look at the providers' health and the errors of the failed jobs."),
    Rule(Subject.GENERATION_TIME, _ABOVE, "provider", "Route by speed, or less to {cause}."),
    Rule(Subject.GENERATION_TIME, _ABOVE, None, "Look at the queue: jobs may wait for workers or for a provider."),
    Rule(Subject.FUNNEL_STEP, _BELOW, None, "Try this step yourself{where}, and see what was released before it."),
    Rule(Subject.FUNNEL_STEP, _ABOVE, None, "Find out what changed{where}, keep it, and check for events sent twice."),
    Rule(Subject.REVENUE, _BELOW, None, "Check payments{where}, then the funnel step that lost most people."),
    Rule(
        Subject.REVENUE, _ABOVE, None, "Check for purchases sent twice{where}; if they are real, see what brought them."
    ),
    Rule(Subject.EVENTS, _BELOW, None, "Check that the tracking still sends{where}, and the dead letters."),
    Rule(Subject.EVENTS, _ABOVE, None, "Check for events sent twice or by robots{where}."),
    Rule(Subject.PEOPLE, _BELOW, None, "Check campaigns and sources{where}, and that the tracking still sends."),
    Rule(Subject.PEOPLE, _ABOVE, None, "See which source brought them{where}, and whether they are robots."),
    Rule(
        Subject.RETENTION,
        _BELOW,
        None,
        "Compare these people with earlier ones{where}: source, product, first experience.",
    ),
)
_ANY = "See which part of it changed{where}, and what was released or launched then."


def suggested_action(subject: Subject, side: Side, *, dimension: str = "", cause: str = "") -> str:
    """`cause`: the value of the dimension that explains most of the change; empty where none does."""
    fitting = (
        rule.action
        for rule in RULES
        if (rule.subject, rule.side) == (subject, side) and rule.dimension in {None, dimension if cause else None}
    )
    # Replaced, not formatted: the cause is somebody's text.
    action = next(fitting, _ANY).replace("{where}", " where {dimension} is {cause}" if cause else "")
    return action.replace("{dimension}", dimension).replace("{cause}", cause)

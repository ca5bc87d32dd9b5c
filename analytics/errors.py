"""Refusals of analytics."""

from brands.errors import Conflict


class TooManyMetrics(Conflict):
    code = "too_many_metrics"
    title = "The brand keeps as many metrics as it can"


class WrongAnomalyState(Conflict):
    code = "anomaly_state"
    title = "The anomaly's state does not allow it"

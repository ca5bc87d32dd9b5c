"""Refusals of analytics."""

from brands.errors import Conflict


class TooManyMetrics(Conflict):
    code = "too_many_metrics"
    title = "The brand keeps as many metrics as it can"


class TooManySegments(Conflict):
    code = "too_many_segments"
    title = "The brand keeps as many segments as it can"


class SegmentInUse(Conflict):
    code = "segment_in_use"
    title = "Other segments refer to it"


class TooManyReports(Conflict):
    code = "too_many_reports"
    title = "The brand keeps as many reports as it can"


class WrongAnomalyState(Conflict):
    code = "anomaly_state"
    title = "The anomaly's state does not allow it"

"""Words that are stored. The metrics speak the same in lower case."""

from django.db import models


class FunnelOrder(models.TextChoices):
    ORDERED = "ORDERED", "One after the other, others may come between"
    STRICT = "STRICT", "One after the other, no other event between"
    UNORDERED = "UNORDERED", "In any order"


class FunnelEntry(models.TextChoices):
    ANY = "ANY", "Each first-step event opens an attempt"
    FIRST = "FIRST", "Only a person's first one does"


class ExclusionMode(models.TextChoices):
    DROP_USER = "DROP_USER", "The person leaves the funnel"
    RESET = "RESET", "The attempt begins anew"
    STOP_AT = "STOP_AT", "The attempt ends there"


class Attribution(models.TextChoices):
    FIRST = "FIRST", "The value at the first step"
    LAST = "LAST", "The value at the last step reached"
    STEP = "STEP", "The value at a given step"
    ALL = "ALL", "Every step must have the same value"


class Grain(models.TextChoices):
    DAY = "DAY", "Who came on the same day"
    WEEK = "WEEK", "Who came in the same week"
    MONTH = "MONTH", "Who came in the same month"


class Trend(models.TextChoices):
    UP = "UP", "A test says so, and the change is large enough"
    DOWN = "DOWN", "A test says so, and the change is large enough"
    STABLE = "STABLE", "No test says otherwise, or the change is small"


class SegmentKind(models.TextChoices):
    DYNAMIC = "DYNAMIC", "Whoever meets its criteria"
    STATIC = "STATIC", "Whoever was put in"


class ReportKind(models.TextChoices):
    FUNNEL = "FUNNEL", "A funnel's result"
    FUNNEL_TREND = "FUNNEL_TREND", "A funnel's conversion over time"
    FUNNEL_TIMES = "FUNNEL_TIMES", "How long people take through a funnel"
    RETENTION = "RETENTION", "Who comes back"
    COHORTS = "COHORTS", "What became of those who came together"
    METRIC = "METRIC", "A metric's values"
    CORRELATIONS = "CORRELATIONS", "Which metrics move together"


class Interval(models.TextChoices):
    HOUR = "HOUR", "Hour"
    DAY = "DAY", "Day"
    WEEK = "WEEK", "Week"
    MONTH = "MONTH", "Month"


class Detector(models.TextChoices):
    """How a period is judged. A learned detector becomes a further word here: its anomalies lie beside these."""

    MAD = "MAD", "Median and median deviation"
    ZSCORE = "ZSCORE", "Mean and standard deviation"
    IQR = "IQR", "Quartiles"


class Severity(models.TextChoices):
    MEDIUM = "MEDIUM", "Medium"
    HIGH = "HIGH", "High"


class Direction(models.TextChoices):
    ABOVE = "ABOVE", "Above what was expected"
    BELOW = "BELOW", "Below what was expected"


class AnomalyStatus(models.TextChoices):
    OPEN = "OPEN", "Open"
    ACKNOWLEDGED = "ACKNOWLEDGED", "Acknowledged"
    MUTED = "MUTED", "Muted"
    RESOLVED = "RESOLVED", "Resolved"


class NotJudged(models.TextChoices):
    NO_EVENTS = "NO_EVENTS", "There are no events of it"
    TOO_SHORT = "TOO_SHORT", "Fewer than 14 values before each"
    ZERO_VARIANCE = "ZERO_VARIANCE", "Its values never varied"


class ImportFormat(models.TextChoices):
    CSV = "CSV", "CSV"
    NDJSON = "NDJSON", "NDJSON"
    PARQUET = "PARQUET", "Parquet"


class ImportStatus(models.TextChoices):
    UPLOADING = "UPLOADING", "Uploading"
    QUEUED = "QUEUED", "Queued"
    RUNNING = "RUNNING", "Running"
    DONE = "DONE", "Done"
    FAILED = "FAILED", "Failed"
    CANCELLED = "CANCELLED", "Cancelled"


class QuestionStatus(models.TextChoices):
    QUEUED = "QUEUED", "Queued"
    RUNNING = "RUNNING", "Running"
    DONE = "DONE", "Done"
    FAILED = "FAILED", "Failed"
    CANCELLED = "CANCELLED", "Cancelled"


class Phase(models.TextChoices):
    """Of answering a question, in their order."""

    WAITING = "WAITING", "Waiting for a worker"
    READING = "READING", "Reading events"
    COUNTING = "COUNTING", "Counting"
    ANSWERED = "ANSWERED", "Answered"

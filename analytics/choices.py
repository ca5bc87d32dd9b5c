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

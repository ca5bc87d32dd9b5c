"""What the pipeline counts. config/metrics adds up the figures of all processes."""

from prometheus_client import Counter, Histogram

# From a poll (milliseconds) to a long rendering (minutes).
_BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

step_seconds = Histogram("atelier_step_seconds", "Duration of pipeline steps.", ["step", "provider"], buckets=_BUCKETS)
provider_errors = Counter("atelier_provider_errors_total", "Errors that providers gave.", ["provider", "code", "fault"])

from prometheus_client import Counter, Histogram

closed = Counter("atelier_stream_closed_total", "Live streams ended, by why.", ["reason"])
events = Counter("atelier_stream_events_total", "Domain events sent on live streams.")
seconds = Histogram(
    "atelier_stream_delivery_seconds",
    "From the event, by PostgreSQL's clock, to where it is sent, by this machine's.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

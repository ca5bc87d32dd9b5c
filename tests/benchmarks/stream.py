"""Live streams: python -m tests.benchmarks.stream [--streams 1000] [--brands 50] [--rate 200] [--seconds 24]

One uvicorn process. Streams are opened and left idle, so that memory and database connections can be read; then events
happen, each in its own transaction as in production, while the server is restarted in the middle. Half of the
listeners of each brand see all of its events, the others, whose key may do less, two thirds. Afterwards what each
stream was told is compared with the log. Latency runs from PostgreSQL's clock when the event is written to the client.
"""

import argparse
import os
import sys

import django


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stream", description=__doc__)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--brands", type=int, default=50)
    parser.add_argument("--rate", type=float, default=200.0, help="events per second, over all brands")
    parser.add_argument("--seconds", type=float, default=24.0, help="of events")
    parser.add_argument("--idle-seconds", type=float, default=16.0, help="before them")
    return parser.parse_args()


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.benchmarks.live_streams import Plan, measure

    given = arguments()
    return measure(Plan(given.streams, given.brands, given.rate, given.seconds, given.idle_seconds))


if __name__ == "__main__":
    sys.exit(main())

"""Events over HTTP: python -m tests.benchmarks.ingest [--events 300000] [--seconds 25] [--clients 6]

The server as the image runs it (gunicorn, two processes), one brand, and clients that send as native senders (batches
of 1,000 and 2,000) and PostHog's SDKs (500 at once, some gzipped) do, half of the events each way. First as fast as
answers come, from the first byte sent to the last answer; then for some seconds while all of the server's processes
are SIGKILLed, twice, and started again: clients retry, and every event must be there once. The floor is the same rows
put into a table with the same indexes by a bare INSERT, parsed beforehand and with nothing checked.
"""

import argparse
import os
import sys

import django


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ingest", description=__doc__)
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--seconds", type=float, default=25.0, help="of sending while the server is killed")
    parser.add_argument("--clients", type=int, default=6)
    return parser.parse_args()


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["EVENTS_RATE_LIMIT"] = "1000000/minute"
    django.setup()
    from tests.benchmarks.events_over_http import measure

    given = arguments()
    return measure(events=given.events, seconds=given.seconds, clients=given.clients)


if __name__ == "__main__":
    sys.exit(main())

"""The REST API of a busy brand: python -m tests.benchmarks.api [--rows 100000] [--clients 16] [--requests 480]

The server as the image runs it (gunicorn, two processes), a brand with 100,000 generations, 16 clients that ask
as fast as they are answered. Beside each clever way stands the plain one: pages by OFFSET, search by ILIKE.
"""

import argparse
import os
import sys

import django


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.api", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--requests", type=int, default=480)
    return parser.parse_args()


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["RATE_LIMIT"] = "1000000/minute"
    django.setup()
    from tests.benchmarks.requests_under_load import measure

    given = arguments()
    measure(rows=given.rows, clients=given.clients, requests=given.requests)
    return 0


if __name__ == "__main__":
    sys.exit(main())

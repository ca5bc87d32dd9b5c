"""This pipeline beside BullMQ: python -m tests.benchmarks.queue [--jobs 2000] [--rounds 3] [--posts 300]

Same PostgreSQL and Redis, same provider that takes 200 ms, 50 slots each, same files and same rows. A rate is
taken from the first start to the last completion as the database saw them, with all jobs queued beforehand.
Rounds alternate; each figure is the median round's. `start` is from sending a POST to the committed start of
the work. Ends with the invariants of both sides: a wrong cent or a lost job fails the run.
"""

import argparse
import os
import sys

import django


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.queue", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--posts", type=int, default=300)
    return parser.parse_args()


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["STUDIO_PROVIDERS"] = "tests.benchmarks.slow_provider.SlowProvider"
    os.environ["SLOW_PROVIDER_URL"] = "http://127.0.0.1:1/"  # this process asks for work, it does none
    os.environ["RATE_LIMIT"] = "1000000/minute"
    django.setup()
    from tests.benchmarks.comparison import compare

    given = arguments()
    return compare(jobs=given.jobs, rounds=given.rounds, posts=given.posts)


if __name__ == "__main__":
    sys.exit(main())

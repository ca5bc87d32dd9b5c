"""One brand floods, the others go on: python -m tests.benchmarks.fairness [--flood 20000] [--brands 9] [--jobs 300]

Real web and worker processes, the provider that takes 200 ms, 50 slots. Rounds alternate: `--brands` brands that
each have `--jobs` waiting jobs and a neighbour who posts one at a time, with the flood paused and with it running.
Shares are turns begun while every brand with waiting work still had some. Estimates are compared with what came.
At last the plain way: the same claim, but first come, first served. Ends with the invariants: a wrong cent or a
lost job fails the run.
"""

import argparse
import os
import sys

import django


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.fairness", description=__doc__)
    parser.add_argument("--flood", type=int, default=20_000, help="waiting jobs of the flooding brand")
    parser.add_argument("--brands", type=int, default=9, help="brands that have steady work")
    parser.add_argument("--jobs", type=int, default=300, help="waiting jobs of each of them, each round")
    parser.add_argument("--rounds", type=int, default=2, help="of both kinds")
    parser.add_argument("--plain-seconds", type=float, default=12.0, help="how long the plain way is watched")
    return parser.parse_args()


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["STUDIO_PROVIDERS"] = "tests.benchmarks.slow_provider.SlowProvider"
    os.environ["SLOW_PROVIDER_URL"] = "http://127.0.0.1:1/"  # this process asks for work, it does none
    os.environ["RATE_LIMIT"] = "1000000/minute"
    django.setup()
    from tests.benchmarks.crowd import Plan, measure

    given = arguments()
    return measure(Plan(given.flood, given.brands, given.jobs, given.rounds, given.plain_seconds))


if __name__ == "__main__":
    sys.exit(main())

"""make api-fuzz: the API asked what its own schema allows, and what it forbids, with two brands' credentials.

python -m tests.fuzz [--seconds 180] [--seed 7]. A real web process; schemathesis makes up the requests, single ones
and sequences that go on with what was answered. Prints FIGURE lines."""

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path

PLENTY = "1000000/minute"
SHOWN = 40


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ |= {"RATE_LIMIT": PLENTY, "FAILED_AUTHENTICATION_RATE_LIMIT": PLENTY}

    import django

    django.setup()
    from django.test.utils import setup_test_environment

    from tests.benchmarks.figures import figure, say
    from tests.fuzz.run import fuzz
    from tests.programs import live

    setup_test_environment()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, live(Path(folder), environment={}) as programs:
        seen = fuzz(programs.web(), seconds=given.seconds, seed=given.seed)
    say(f"statuses: {dict(sorted(seen.statuses.items()))}")
    for what, example in sorted({**seen.server_errors, **seen.foreign_reads}.items())[:SHOWN]:
        say(f"  {what}: {example}")
    figure("fuzz_cases", seen.cases)
    figure("fuzz_stateful_cases", seen.stateful)
    figure("fuzz_operations", len(seen.operations))
    figure("own_reads", seen.own_reads)
    figure("server_errors", len(seen.server_errors))
    figure("foreign_reads", len(seen.foreign_reads))
    return 1 if seen.server_errors or seen.foreign_reads or not (seen.own_reads and seen.stateful) else 0


if __name__ == "__main__":
    sys.exit(main())

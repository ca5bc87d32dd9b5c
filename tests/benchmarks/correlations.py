"""Correlations of unrelated and of related metrics: python -m tests.benchmarks.correlations [--rounds 60]

Series with trend, weekdays and memory, seeded. The false positive rates are the worse of 90 and 365 days; power is of
a planted r = .3 over 90 days. Naive is Pearson's test on the series as they are.
"""

import argparse
import sys

import numpy as np

from tests.benchmarks.figures import figure, say
from tests.benchmarks.unrelated_series import power, unrelated

METRICS = 12


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.correlations", description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="of 12 metrics for each length")
    rounds = parser.parse_args().rounds
    rng = np.random.default_rng(20260101)
    found = [unrelated(rng, n=n, metrics=METRICS, rounds=rounds) for n in (90, 365)]
    for n, each in zip((90, 365), found, strict=True):
        say(f"{n} days: {each.false_positives:.3f} falsely related, naive Pearson {each.naive_false_positives:.3f}")
    led = unrelated(rng, n=90, metrics=METRICS, rounds=max(1, rounds // 6), most_lead=7)
    for n, r in ((30, 0.5), (45, 0.5), (90, 0.5), (365, 0.3)):
        say(f"{n} days, planted r = {r}: found {power(rng, n=n, r=r, rounds=5 * rounds):.2f}")
    figure("correlation_false_positive_rate", max(each.false_positives for each in found), digits=3)
    figure("naive_false_positive_rate", max(each.naive_false_positives for each in found), digits=3)
    figure("correlation_false_positive_rate_7_leads", led.false_positives, digits=3)
    figure("false_insights_of_12_metrics", max(each.insights for each in found), digits=2)
    figure("naive_false_insights_of_12_metrics", max(each.naive_insights for each in found), digits=1)
    figure("power", power(rng, n=90, r=0.3, rounds=10 * rounds), digits=3)
    figure("power_7_leads", power(rng, n=365, r=0.3, rounds=2 * rounds, lead=2, most_lead=7), digits=3)
    return 0


if __name__ == "__main__":
    sys.exit(main())

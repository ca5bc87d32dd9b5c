"""A short `make faults`: real servers and workers, killed and started again; nothing lost, doubled or mispriced."""

import re
import subprocess
import sys

import pytest

from config.local.folder import CHECKOUT

# Beside other tests on two cores; the full run, alone, is held to its own limit.
PATIENCE_SECONDS = 60


@pytest.mark.timeout(400)
def test_a_site_under_fire_loses_nothing_does_nothing_twice_and_charges_right() -> None:
    command = [sys.executable, "-m", "tests.faults.run", "--seconds", "6", "--recovery-limit", str(PATIENCE_SECONDS)]
    result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    figures = dict(re.findall(r"^FIGURE (\w+)=(\S+)$", result.stdout, re.MULTILINE))
    assert result.returncode == 0, result.stdout + result.stderr
    assert int(figures["kills"]) > 0
    assert figures["parallel_creates_accepted"] == figures["redis_away_accepted"] == "10"
    assert figures["lost"] == figures["double_effects"] == figures["wrong_cents"] == figures["overspend_usd"] == "0"

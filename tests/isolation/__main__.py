"""make isolation: the walk and its three controls, on a database of its own. Prints FIGURE lines."""

import logging
import os
import sys
from contextlib import AbstractContextManager, nullcontext

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
SHOWN = 20


def main() -> int:
    import django

    django.setup()
    from django.test.utils import override_settings, setup_test_environment

    from tests.isolation import controls
    from tests.isolation.conftest import PLENTY

    setup_test_environment()
    logging.disable(logging.CRITICAL)  # thousands of refusals are what this is about
    with override_settings(RATE_LIMIT=PLENTY, FAILED_AUTHENTICATION_RATE_LIMIT=PLENTY):
        probes, leaks = report("everything on", nullcontext())
        without_orm = report("the ORM layer off", controls.orm_layer_off(), **controls.NARROW)
        without_rows = report("row-level security off", controls.row_security_off(), **controls.NARROW)
        without_both = report("both off", controls.both_off(), **controls.NARROW)
    caught = (without_orm[1] == 0) + (without_rows[1] == 0) + (without_both[1] > 0)
    say(f"FIGURE probes={probes}")
    say(f"FIGURE leaks={leaks}")
    say(f"FIGURE controls_caught={caught}")
    return 0 if (leaks, caught) == (0, 3) and probes >= 500 else 1


def report(name: str, layers: AbstractContextManager[None], **narrow: object) -> tuple[int, int]:
    from tests.isolation.walk import walk

    with layers:
        findings = walk(**narrow)  # type: ignore[arg-type]
    say(f"{name}: {findings.probes} probes, {len(findings.leaks)} leaks")
    if name != "both off":
        for leak in findings.leaks[:SHOWN]:
            say(f"  {leak}")
    return findings.probes, len(findings.leaks)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

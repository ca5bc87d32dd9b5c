"""Migrate and seed in one process: starting Django takes longer than either when there is nothing to do.

Usage: python -m config.local.prepare FILE; the seed's answer (brand, key, people) is written to FILE as JSON.
"""

import io
import os
import sys
from pathlib import Path

import django
from django.core.management import call_command


def main(answer: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("migrate", database="migrate", interactive=False)
    output = io.StringIO()
    call_command("seed_demo", "--json", stdout=output)
    answer.touch(mode=0o600)
    answer.write_text(output.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]))

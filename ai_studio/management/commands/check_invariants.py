from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ai_studio.services import invariants


class Command(BaseCommand):
    help = "Check what must always hold between jobs, money, files, events and audit; fails where one is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-files", action="store_true", help="Do not read and hash the artifacts.")

    def handle(self, *args: Any, **options: Any) -> None:
        violations = list(invariants.check(files=not options["no_files"]))
        for violation in violations:
            self.stderr.write(f"brand {violation.brand_id}, row {violation.row_id}: not so: {violation.rule}")
        if violations:
            raise CommandError(f"{len(violations)} violations.")
        self.stdout.write(f"All {len(invariants.RULES) + 1 + (not options['no_files'])} invariants hold.")

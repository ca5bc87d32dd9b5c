from argparse import ArgumentTypeError
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brands.services import audit_verification


class Command(BaseCommand):
    help = "Verify the chains of audit entries; exit code 1 when one is broken, naming its first broken entry."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--brand", type=_uuid, help="The id of the only brand whose chain is read.")

    def handle(self, *args: Any, **options: Any) -> None:
        read = broken = 0
        for found in audit_verification.verify(brand_id=options["brand"]):
            audit_verification.note(found)
            read += 1
            broken += bool(found.finding)
            told = f"broken after {found.entries} entries: {found.finding}" if found.finding else "unbroken"
            self.stdout.write(f"brand {found.brand_id}: {found.entries} entries, last {found.hash}: {told}")
        if options["brand"] and not read:
            raise CommandError(f"There is no brand {options['brand']}.")
        if broken:
            raise CommandError(f"{broken} of {read} chains are broken.", returncode=1)
        self.stdout.write(f"{read} chains are unbroken.")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not an id.") from error

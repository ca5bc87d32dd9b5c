from datetime import date
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ai_studio.services import cost_csv
from ai_studio.services.cost_report import DIMENSIONS, cost_report
from brands.admin.base import sentence
from brands.errors import AtelierError
from brands.models import Brand
from brands.permissions import system_actor
from brands.tenancy.scope import brand_scope


class Command(BaseCommand):
    help = "What a brand spent, as CSV: the sums of its cost records."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", type=UUID)
        parser.add_argument("--from", dest="from_date", type=date.fromisoformat, help="Default: 30 days in all.")
        parser.add_argument("--to", dest="to_date", type=date.fromisoformat, help="Default: today.")
        parser.add_argument("--group-by", nargs="*", default=["provider", "model"], choices=DIMENSIONS)

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = {name: options[name] for name in ("from_date", "to_date", "group_by")}
        try:
            with brand_scope(options["brand"]):
                report = cost_report(actor=system_actor(options["brand"]), at=timezone.now(), **wanted)
        except Brand.DoesNotExist as error:
            raise CommandError("There is no such brand.") from error
        except AtelierError as error:
            raise CommandError(sentence(error)) from error
        for line in cost_csv.lines(report):
            self.stdout.write(line, ending="")

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ai_studio.models import Generation
from ai_studio.services.adjustments import adjust
from brands.admin.base import sentence
from brands.errors import AtelierError
from brands.permissions import system_actor
from brands.tenancy.scope import brand_scope


class Command(BaseCommand):
    help = "Correct what a generation cost: adds a line ADJUST to the ledger and one to the cost records."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", type=UUID)
        parser.add_argument("generation", type=UUID)
        parser.add_argument("amount_usd", help="What it cost more; negative: less.")
        parser.add_argument("--note", required=True)
        parser.add_argument("--key", required=True, help="Names this adjustment: repeating it changes nothing more.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = self._adjust(options)
        except (AtelierError, InvalidOperation) as error:
            raise CommandError(sentence(error) if isinstance(error, AtelierError) else "No amount.") from error
        except Generation.DoesNotExist as error:
            raise CommandError("The brand has no such generation.") from error
        self.stdout.write("Adjusted." if done else "It was done before.")

    def _adjust(self, options: dict[str, Any]) -> bool:
        with brand_scope(options["brand"]):
            return adjust(
                actor=system_actor(options["brand"]),
                generation=Generation.objects.get(pk=options["generation"]),
                amount_usd=Decimal(options["amount_usd"]),
                note=options["note"],
                effect_key=options["key"],
            )

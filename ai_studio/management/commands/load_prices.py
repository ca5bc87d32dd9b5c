from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ai_studio.prices.files import BadPriceFile
from ai_studio.prices.loading import load


class Command(BaseCommand):
    help = "Add the rows of ai_studio/prices/data/*.csv that the price table lacks. `migrate` does it too."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(f"{load()} new prices.")
        except BadPriceFile as error:
            raise CommandError(str(error)) from error

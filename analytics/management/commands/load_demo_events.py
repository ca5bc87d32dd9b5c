import argparse
from collections.abc import Callable
from typing import IO, Any, cast
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analytics.services import demo
from brands.errors import NotFound


class Command(BaseCommand):
    help = (
        "Load a year of a shop's events into a brand, with funnels and metrics. Again it adds what happened since. "
        "They cannot be told from real ones: do not load them into a brand that counts."
    )
    requires_system_checks = []  # they take longer than it does where nothing is to be added

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", type=UUID, help="The brand's id.")
        parser.add_argument("--events", type=_between(1, 3_000_000), default=300_000, help="About so many.")
        parser.add_argument("--days", type=_between(30, 366), default=365, help="Up to this moment.")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(file=cast("IO[str]", self.stdout))
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task("Events", total=None)

            def progress(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)
                if not console.is_terminal:
                    self.stdout.write(f"PROGRESS {done} {total}")

            wanted = {name: options[name] for name in ("events", "days")}
            try:
                added = demo.load(brand_id=options["brand"], at=timezone.now(), progress=progress, **wanted)
            except NotFound as error:
                raise CommandError("There is no such brand.") from error
        self.stdout.write(f"{added:,} events were added.")


def _between(low: int, high: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"{low} to {high:,}.")
        return int(text)

    return number

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analytics.services import demo


class Command(BaseCommand):
    help = (
        "Load a year of a shop's events into a brand, with funnels and metrics. Again it adds what happened since. "
        "They cannot be told from real ones: do not load them into a brand that counts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", type=UUID, help="The brand's id.")
        parser.add_argument("--events", type=int, default=300_000, help="About so many.")
        parser.add_argument("--days", type=int, default=365, help="Up to this moment.")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(file=self.stdout)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task("Events", total=None)

            def progress(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)
                if not console.is_terminal:
                    self.stdout.write(f"PROGRESS {done} {total}")

            added = demo.load(
                brand_id=options["brand"],
                events=options["events"],
                days=options["days"],
                at=timezone.now(),
                progress=progress,
            )
        self.stdout.write(f"{added:,} events were added.")

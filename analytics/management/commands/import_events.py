import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from analytics.choices import ImportFormat, ImportStatus
from analytics.imports import opening
from analytics.services import import_runs, local_imports
from brands.admin.base import sentence
from brands.errors import AtelierError
from brands.models import Brand

SOME_REJECTED = 3
LEAST_SET, LARGEST_SET = 1, 20_000


class Command(BaseCommand):
    help = (
        "Bring a file of history in as a brand's events: CSV, NDJSON (both perhaps gzipped) or Parquet. Stopped "
        "anywhere and started again it goes on where it was. Exits with 0; with 3 when rows were rejected, which dead "
        "letters tell of; with 1 when the file could not be read to its end."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", type=UUID)
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--format", choices=[name.lower() for name in ImportFormat.values], help="Else by its name."
        )
        parser.add_argument(
            "--map", type=_mapping, default={}, metavar="FIELD=COLUMN,…", help="As at=timestamp,name=event."
        )
        parser.add_argument("--batch", type=_size, default=import_runs.SET_ROWS, help="Rows at once.")
        parser.add_argument("--dry-run", action="store_true", help="Store nothing, tell what would be.")
        parser.add_argument("--again", action="store_true", help="Also a file that is in already.")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            size = local_imports.size_of(path)
            format_ = (options["format"] or opening.format_of(path.name)).upper()
            with path.open("rb") as file:
                work = self._try if options["dry_run"] else self._import
                rejected = work(file, size, format_, options)
        except Brand.DoesNotExist as error:
            raise CommandError("There is no such brand.") from error
        except AtelierError as error:
            raise CommandError(sentence(error)) from error
        if rejected:
            sys.exit(SOME_REJECTED)

    def _import(self, file: BinaryIO, size: int, format_: str, options: dict[str, Any]) -> int:
        job = local_imports.begin(
            brand_id=options["brand"],
            file=file,
            name=options["file"].name,
            size=size,
            format=format_,
            mapping=options["map"],
            again=options["again"],
        )
        if job.status == ImportStatus.DONE:
            self.stdout.write(f"This file is in already, since {job.finished_at:%Y-%m-%d %H:%M} UTC: {_told(job)}.")
            return job.rejected
        if job.rows_done:
            self.stdout.write(f"Going on behind row {job.rows_done:,}.")
        claimed = import_runs.claim(brand_id=job.brand_id, import_id=job.pk, take_over=True)
        if claimed is None:
            raise CommandError("This import was called off.")
        try:
            with self._progress() as show:
                for job in import_runs.run(claimed, file, size=options["batch"]):
                    show(job.share_done, _told(job))
        except KeyboardInterrupt as error:
            message = f"Stopped behind row {claimed.rows_done:,}; the same command goes on there."
            raise CommandError(message, returncode=130) from error
        if job.status == ImportStatus.FAILED:
            raise CommandError(f"{job.error} Until then: {_told(job)}.")
        self.stdout.write(f"Done: {_told(job)}.")
        if job.rejected:
            self.stdout.write("Dead letters (analytics/dead-letters/?source=import) tell of each why.")
        return job.rejected

    def _try(self, file: BinaryIO, size: int, format_: str, options: dict[str, Any]) -> int:
        found = None
        with self._progress() as show:
            for found in import_runs.tried(file, format=format_, size=size, mapping=options["map"]):
                show(found.share, f"{found.rows:,} rows")
        if found is None:
            self.stdout.write("Nothing was stored. The file has no rows.")
            return 0
        self.stdout.write(f"Nothing was stored. {found.good:,} of {found.rows:,} rows are events.")
        for reason in found.bad:
            self.stdout.write(f"  {reason}")
        if found.rejected > len(found.bad):
            self.stdout.write(f"  and {found.rejected - len(found.bad):,} more")
        return found.rejected

    @contextmanager
    def _progress(self) -> Iterator[Any]:
        """A bar, or a line for each tenth where no terminal is."""
        console = Console(file=sys.stderr)
        if not console.is_terminal:
            yield _Lines(self.stdout).show
            return
        bar = Progress(
            BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn(), console=console
        )
        with bar:
            task = bar.add_task("", total=1.0)
            yield lambda share, words: bar.update(task, completed=share, description=words)


class _Lines:
    def __init__(self, out: Any) -> None:
        self._out, self._shown = out, 0

    def show(self, share: float, words: str) -> None:
        if int(share * 10) > self._shown:
            self._shown = int(share * 10)
            self._out.write(f"{share:4.0%}  {words}")
            self._out.flush()


def _told(job: Any) -> str:
    return (
        f"{job.rows_done:,} rows, {job.stored:,} stored, {job.duplicates:,} were here already, "
        f"{job.rejected:,} rejected"
    )


def _mapping(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(",") if part]
    if any(not (field and column) for field, _, column in pairs):
        raise ValueError(text)
    return {field.strip(): column for field, _, column in pairs}


def _size(text: str) -> int:
    size = int(text)
    if not LEAST_SET <= size <= LARGEST_SET:
        raise ValueError(text)
    return size

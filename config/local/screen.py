"""What the person at the terminal sees: live bars in a terminal, plain lines in a log."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

LABEL_WIDTH = 34


@dataclass
class Bar:
    """One line of progress. `note` says what happens right now."""

    label: str
    started: float = field(default_factory=time.monotonic)
    percent: float | None = None
    note: str = ""

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


class Screen:
    """Bars for steps and jobs, then text. Use `bars()` around everything that shows a bar."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self._progress: Progress | None = None
        self._tasks: dict[int, TaskID] = {}

    @contextmanager
    def bars(self) -> Iterator[None]:
        if not self.console.is_terminal:
            yield
            return
        columns = (
            TextColumn(f"{{task.description:<{LABEL_WIDTH}}}"),
            # Named colours: a terminal with 16 of them shows the default shades as one grey.
            BarColumn(bar_width=30, complete_style="cyan", finished_style="green", pulse_style="cyan"),
            TaskProgressColumn(),
            TextColumn("{task.fields[note]:<12}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console) as self._progress:
            yield
        self._tasks.clear()
        self._progress = None

    def bar(self, label: str) -> Bar:
        bar = Bar(label)
        if self._progress:
            self._tasks[id(bar)] = self._progress.add_task(label, total=None, note="")
        return bar

    def update(self, bar: Bar, *, percent: float, note: str) -> None:
        if (bar.percent, bar.note) == (percent, note):
            return
        changed_note = note != bar.note
        bar.percent, bar.note = percent, note
        if self._progress:
            self._progress.update(self._tasks[id(bar)], total=100, completed=percent, note=note)
        elif changed_note:
            self.line(f"{bar.label:<{LABEL_WIDTH}} {note} {percent:.0f} %")

    def finish(self, bar: Bar, *, note: str, ok: bool = True) -> None:
        if self._progress:
            completed = 100 if ok else (bar.percent or 0)
            self._progress.update(self._tasks[id(bar)], total=100, completed=completed, note=note)
            self._progress.stop_task(self._tasks[id(bar)])
        else:
            self.line(f"{bar.label:<{LABEL_WIDTH}} {note} in {bar.seconds:.1f} s")

    @contextmanager
    def step(self, label: str) -> Iterator[Bar]:
        bar = self.bar(label)
        try:
            yield bar
        except KeyboardInterrupt:
            self.finish(bar, note="called off", ok=False)
            raise
        except BaseException:
            self.finish(bar, note="failed", ok=False)
            raise
        self.finish(bar, note="done")

    def line(self, text: str = "", *, style: str | None = None) -> None:
        """One line, never wrapped or cut: what is printed is meant to be copied."""
        self.console.print(Text(text, style=style or ""), soft_wrap=True)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns without borders; the last one may be longer than the terminal is wide and stays whole."""
        lines = [headings, *rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(headings) - 1)]
        for number, line in enumerate(lines):
            padded = [text.ljust(width) for text, width in zip(line, widths, strict=False)]
            self.line("  ".join([*padded, line[-1]]), style="bold" if number == 0 else None)

"""A cost report as CSV, for people who open it in a spreadsheet."""

import csv
from collections.abc import Iterator
from typing import Any

from ai_studio.services.cost_report import CostReport, Spent

# What a spreadsheet would take for a formula (OWASP, CSV injection): a quote before it makes it text.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Line:
    """The writer's file: gives each line back at once."""

    def write(self, line: str) -> str:
        return line


def lines(report: CostReport) -> Iterator[str]:
    """A header, a line for each row, the total. Amounts exact, in US dollars; generations in the period's grouping."""
    writer = csv.writer(_Line())
    yield writer.writerow([*_columns(report.group_by), "generations", "amount_usd"])
    for row in report.rows:
        yield writer.writerow([*_cells(report.group_by, row), row.generations, row.amount_usd])
    if report.group_by:
        blanks = [""] * (len(_columns(report.group_by)) - 1)
        yield writer.writerow(["total", *blanks, report.total.generations, report.total.amount_usd])
    else:
        yield writer.writerow([report.total.generations, report.total.amount_usd])


def safe(text: object) -> str:
    words = str(text)
    return f"'{words}" if words.startswith(FORMULA_SIGNS) else words


def _columns(group_by: tuple[str, ...]) -> list[str]:
    return [column for name in group_by for column in (("user", "user_email") if name == "user" else (name,))]


def _cells(group_by: tuple[str, ...], row: Spent) -> list[str]:
    found: list[Any] = []
    for name in group_by:
        value = row.keys[name]
        found += value if name == "user" else [f"{value:%Y-%m}" if name == "month" else value]
    return [safe(value) for value in found]

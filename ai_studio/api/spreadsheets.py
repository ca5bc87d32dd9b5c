"""Reports as files for spreadsheets, sent as they are written."""

from django.http import StreamingHttpResponse

from ai_studio.services import cost_csv
from ai_studio.services.cost_report import CostReport


def csv_response(report: CostReport) -> StreamingHttpResponse:
    response = StreamingHttpResponse(cost_csv.lines(report), content_type="text/csv; charset=utf-8")
    name = f"costs-{report.period.from_date}-{report.period.to_date}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response

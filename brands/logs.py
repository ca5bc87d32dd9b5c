"""Logs: one JSON object a line, with the request and the brand."""

import json
import logging
import re
from datetime import UTC, datetime

from brands import context
from brands.tenancy.scope import current_brand_id

# Django's log of refusals names the path, and the path of a share link is its key.
_KEY = re.compile(r"(/s/)[\w-]{16,}")


class ContextFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        # Django logs refusals when the context is gone, and brings the request along.
        request = getattr(record, "request", None)
        record.request_id = context.current.get().request_id or getattr(request, "request_id", "")
        record.brand_id = current_brand_id()
        return True


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _KEY.sub(r"\1…", record.getMessage()),
        }
        for name in ("request_id", "brand_id", "generation_id"):
            if value := getattr(record, name, None):
                line[name] = str(value)
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)

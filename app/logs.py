"""Logging: one JSON line an event, with a request id and no personal data."""

from __future__ import annotations

import json
import logging
import sys
import uuid
from datetime import UTC, datetime

from flask import Flask, g, has_request_context, request
from werkzeug.wrappers import Response

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """A record as one JSON object; what was passed as `extra` stands beside the fixed fields."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", record.name),
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in STANDARD | {"event"}}
        if has_request_context():
            line["request_id"] = g.get("request_id")
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def init_app(app: Flask) -> None:
    """Log to standard error; every request gets an id, its line names endpoint and status, never the person."""
    root = logging.getLogger()
    if not any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        logging.getLogger("alembic").setLevel(logging.WARNING)
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
    app.before_request(_name_request)
    app.after_request(_log_request)


def _name_request() -> None:
    g.request_id = uuid.uuid4().hex[:12]


def _log_request(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    logging.getLogger("app.requests").info(
        "%s %s",
        request.method,
        request.endpoint,
        extra={"event": "request", "endpoint": request.endpoint, "status": response.status_code},
    )
    return response

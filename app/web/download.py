"""Files a person takes along."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.wrappers import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(content: bytes, filename: str) -> Response:
    """A workbook to be saved under that name, which may be Chinese."""
    answer = Response(content, mimetype=XLSX)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
    return answer

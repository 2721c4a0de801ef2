"""Files a person takes along."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.wrappers import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


def workbook(content: bytes, filename: str) -> Response:
    """A workbook to be saved under that name, which may be Chinese."""
    return _saved(content, filename, XLSX)


def word(content: bytes, filename: str) -> Response:
    """A Word file to be saved under that name."""
    return _saved(content, filename, DOCX)


def printed(content: bytes, filename: str) -> Response:
    """A PDF to be saved under that name."""
    return _saved(content, filename, PDF)


def _saved(content: bytes, filename: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
    return answer

"""The files that prove what was said (佐证), on disk: each lies under its own hash, whole or not at all.

A file is written beside its place, forced to the disk, and renamed; a database row may speak of it from then on. A crash
between the two leaves a file that no row speaks of, never a row without its file.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import current_app

from workflows.errors import Refused

_NAME = re.compile(r"[0-9a-f]{64}")
_HALF_WRITTEN = ".part"
FULL = "文件没有存下来，服务器存放佐证的磁盘可能已满。您填写的文字没有丢失；请稍后再传，或先写明纸质佐证存放处及文号。"

log = logging.getLogger(__name__)


def folder() -> Path:
    """Where the files lie: EVIDENCE_DIR."""
    return Path(current_app.config["EVIDENCE_DIR"])


def put(content: bytes) -> str:
    """Keep the bytes and return their SHA-256; the same bytes lie there once.

    Raises Refused invalid when the disk does not take them.
    """
    digest = hashlib.sha256(content).hexdigest()
    place = _place(digest)
    try:
        if not _holds(place, len(content)):
            _write(place, content)
    except OSError as error:
        log.exception("a file was not kept", extra={"event": "evidence.failed"})
        raise Refused("invalid", FULL) from error
    return digest


def path_of(digest: str) -> Path | None:
    """Where the file with that SHA-256 lies; None when it is not there."""
    if not _NAME.fullmatch(digest):
        return None
    place = _place(digest)
    return place if place.is_file() else None


def is_whole(digest: str) -> bool:
    """Whether the file is there and still has the bytes it is named after."""
    place = path_of(digest)
    if place is None:
        return False
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def kept() -> Iterator[str]:
    """The SHA-256 of every file that lies there."""
    return (file.name for file in folder().glob("??/*") if _NAME.fullmatch(file.name))


def half_written() -> list[Path]:
    """What writers that were ended left behind; of no use to anybody."""
    return sorted(folder().glob(f"??/*{_HALF_WRITTEN}"))


def try_out() -> None:
    """Write, and take away again; raises OSError when the folder cannot be written to."""
    folder().mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder(), suffix=_HALF_WRITTEN) as trial:
        trial.write(b"1")
        trial.flush()
        os.fsync(trial.fileno())


def _place(digest: str) -> Path:
    return folder() / digest[:2] / digest


def _holds(place: Path, size: int) -> bool:
    return place.is_file() and place.stat().st_size == size


def _write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, suffix=_HALF_WRITTEN)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _force(place.parent)


def _force(directory: Path) -> None:
    """Force a rename to the disk."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

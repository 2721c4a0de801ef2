"""Reading at arm's length: a child process reads the document and is ended when it takes too long (decision 0012)."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
from pathlib import Path

from flask import current_app

from app.intake.kinds import is_plain_text
from app.intake.readers import Sheets, text_of
from workflows.errors import Refused

_CHILD = Path(__file__).with_name("child.py")
_SAVE_AGAIN = "请用 WPS 或 Word 打开，另存为 .docx（表格另存为 .xlsx）后再上传，或直接粘贴文字。"
_OUT_OF_MEMORY = b"MemoryError"

log = logging.getLogger(__name__)


def read(filename: str, content: bytes) -> str:
    """The text of a document; raises Refused too-large or unreadable with the sentence that says what to do.

    Plain text is read here, all else in a child process within LUOSHI_READ_SECONDS and LUOSHI_READ_MEMORY_MB.
    """
    _refuse_large(content)
    if is_plain_text(filename, content):
        return text_of(filename, content)
    return _answer("text", filename, content)


def read_rows(filename: str, content: bytes) -> Sheets:
    """The sheets of an .xlsx or .csv, cell by cell, read in a child as `read` does; raises Refused as it does."""
    _refuse_large(content)
    return [(name, rows) for name, rows in json.loads(_answer("rows", filename, content))]


def _refuse_large(content: bytes) -> None:
    limit = current_app.config["MAX_UPLOAD_MB"]
    if len(content) > limit * 1024 * 1024:
        raise Refused("too-large", f"文件超过{limit}MB。请删去图片后重新保存，或只上传任务部分。")


def _answer(what: str, filename: str, content: bytes) -> str:
    """What the child says; it is dead and gone when this returns or raises."""
    seconds, mebibytes = current_app.config["READ_SECONDS"], current_app.config["READ_MEMORY_MB"]
    head = json.dumps([what, filename, seconds, mebibytes]).encode()
    try:
        ended = subprocess.run(
            [sys.executable, "-I", _CHILD],
            input=head + b"\n" + content,
            capture_output=True,
            timeout=seconds,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_long(seconds) from None
    if ended.returncode:
        raise _failed(ended.returncode, ended.stderr, seconds)
    code, _, words = ended.stdout.decode().partition("\n")
    if code != "ok":
        raise Refused(code, words)
    return words


def _too_long(seconds: int) -> Refused:
    return Refused("too-large", f"文件结构过于复杂，读了{seconds}秒还没有读完。{_SAVE_AGAIN}")


def _failed(status: int, said: bytes, seconds: int) -> Refused:
    """The refusal for a child that ended without an answer; the last line of its trace goes to the log."""
    if status == -signal.SIGXCPU:
        return _too_long(seconds)
    if _OUT_OF_MEMORY in said:
        return Refused("too-large", f"文件结构过于复杂，读取时内存不够。{_SAVE_AGAIN}")
    trace = said.decode(errors="replace")[-4000:]
    log.error("a reader ended with %d", status, extra={"event": "intake.failed", "trace": trace})
    return Refused("unreadable", f"读取这个文件时出了错。{_SAVE_AGAIN}")

"""Documents in: bytes of .txt or .docx → the text the parser reads. Well-kept libraries read the formats."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import PurePath

import docx
from charset_normalizer import from_bytes
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph
from flask import current_app

from workflows.errors import Refused

UNPACKED_LIMIT = 200 * 1024 * 1024
"""Bytes a .docx may unpack to; beyond it is a bomb, not a plan."""

TEXT_ENCODINGS = ("utf-8-sig", "gb18030")


def read(filename: str, content: bytes) -> str:
    """The text of a document; raises Refused too-large or unreadable with the sentence that says what to do."""
    limit = current_app.config["MAX_UPLOAD_MB"]
    if len(content) > limit * 1024 * 1024:
        raise Refused("too-large", f"文件超过{limit}MB。请删去图片后重新保存，或只上传任务部分。")
    suffix = PurePath(filename).suffix.lower()
    if suffix == ".docx":
        text = _read_docx(content)
    elif suffix in {".txt", ""}:
        text = _read_text(content)
    elif suffix == ".doc":
        raise Refused(
            "unreadable", "这是旧版 Word 格式（.doc）。请用 WPS 或 Word 打开，另存为 .docx 后再上传。"
        )
    else:
        raise Refused("unreadable", f"暂不支持 {suffix} 格式。请上传 .docx 或 .txt，或直接粘贴文字。")
    if not text.strip():
        raise Refused("unreadable", "文件里没有文字。如果是扫描件，请先识别成文字再上传，或直接粘贴文字。")
    return text


def _read_text(content: bytes) -> str:
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("unreadable", "这不是文本文件。请上传 .docx 或 .txt，或直接粘贴文字。")
    for encoding in TEXT_ENCODINGS:
        try:
            return _with_plain_line_ends(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    best = from_bytes(content).best()
    if best is None:
        raise Refused("unreadable", "认不出文件的文字编码。请用记事本另存为 UTF-8 编码后再上传。")
    return _with_plain_line_ends(str(best))


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _read_docx(content: bytes) -> str:
    broken = Refused("unreadable", "这不是有效的 Word 文件。请用 WPS 或 Word 打开，另存为 .docx 后再上传。")
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            if sum(entry.file_size for entry in package.infolist()) > UNPACKED_LIMIT:
                raise Refused("too-large", "文件展开后过大。请删去图片和附件，只保留任务正文后再上传。")
        document = docx.Document(BytesIO(content))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError):
        raise broken from None
    return "\n".join(_lines(document))


def _lines(document: Document) -> list[str]:
    lines: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, Table):
            lines.extend("\t".join(cell.text for cell in row.cells) for row in block.rows)
    return lines

"""What may be kept as proof (佐证), told by its bytes: documents, tables, pictures and plain text; nothing that runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from types import MappingProxyType

from app.intake.kinds import LOCKED
from app.intake.package import Package
from workflows.errors import Refused


class Proof(StrEnum):
    """The kinds of file that are kept."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    DOC = "doc"
    XLS = "xls"
    OFD = "ofd"
    JPEG = "jpg"
    PNG = "png"
    TEXT = "txt"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class _Form:
    media_type: str
    endings: tuple[str, ...]


FORMS: Mapping[Proof, _Form] = MappingProxyType(
    {
        Proof.PDF: _Form("application/pdf", (".pdf",)),
        Proof.DOCX: _Form(
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)
        ),
        Proof.XLSX: _Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
        Proof.DOC: _Form("application/msword", (".doc", ".wps")),
        Proof.XLS: _Form("application/vnd.ms-excel", (".xls", ".et")),
        Proof.OFD: _Form("application/ofd", (".ofd",)),
        Proof.JPEG: _Form("image/jpeg", (".jpg", ".jpeg")),
        Proof.PNG: _Form("image/png", (".png",)),
        Proof.TEXT: _Form("text/plain", (".txt",)),
        Proof.CSV: _Form("text/csv", (".csv",)),
    }
)
ACCEPTED = ",".join(ending for form in FORMS.values() for ending in form.endings)
"""What a file chooser may offer."""

HOPE = "请上传 PDF、Word、Excel、WPS、OFD、JPG、PNG、TXT 或 CSV 文件。"
CLASSIFIED = "文件带有密级标志（绝密、机密、秘密★）。涉密禁入：涉密内容不得上传本系统，请改为写明纸质佐证存放处及文号。"

_PROGRAM = "这是程序或脚本，不能作为佐证。" + HOPE
_PAGE = "这是网页或矢量图文件（html、svg），里面可能带有脚本，不能作为佐证。请打印成 PDF 再上传。"
_MACROS = "文件里带有宏程序，不能作为佐证。请用 WPS 或 Office 打开，另存为 .docx、.xlsx 或 PDF 再上传。"
_ARCHIVE = "压缩包不能作为佐证。请解压后逐个上传里面的文件。"
_EMPTY = "文件是空的，请核对后重新选择。"
_UNKNOWN = "认不出这是什么文件。" + HOPE

_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"L\0\0\0\x01\x14\x02\0")
_ARCHIVES = (b"Rar!\x1a", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_SCRIPTED = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?xml|\?php|%@)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_SNIFFED = 64 * 1024

_STARRED = re.compile(r"(?:绝\s?密|机\s?密|秘\s?密)\s*[★☆]")
_MARKED_LINE = re.compile(r"^\s*[【\[（(]?\s*(?:绝密|机密|秘密)(?:级|件)?\s*[】\]）)]?\s*$", re.MULTILINE)
_MARKED_NAME = re.compile(r"绝密|机密|[【\[（(_\-—]\s*秘密\s*[】\]）)_\-—.]|^秘密[_\-—.]")
_MARKS = tuple(
    f"{word}★".encode(coding)
    for word in ("绝密", "机密", "秘密")
    for coding in ("utf-8", "gb18030", "utf-16-le")
)
_PARTS_SEEN = 32 * 1024 * 1024


def kind_of_proof(filename: str, content: bytes) -> Proof:
    """What a file is, which its name must not belie; raises Refused unreadable or too-large for all that is not kept."""
    kind = _told(filename, content)
    ending = PurePath(filename).suffix.lower()
    if ending not in FORMS[kind].endings:
        named = f"文件名以“{ending}”结尾" if ending else "文件名没有后缀"
        raise Refused("unreadable", f"{named}，内容却是{kind.value.upper()}。请改正文件名，或核对选的文件。")
    return kind


def _told(filename: str, content: bytes) -> Proof:
    if not content.strip(b"\0 \t\r\n"):
        raise Refused("unreadable", _EMPTY)
    if content.startswith(_PROGRAMS):
        raise Refused("unreadable", _PROGRAM)
    if content.startswith(_ARCHIVES):
        raise Refused("unreadable", _ARCHIVE)
    if content.startswith(b"%PDF-"):
        return Proof.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return Proof.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Proof.PNG
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _in_zip(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _in_ole(content)
    return _in_text(filename, content)


def _in_zip(content: bytes) -> Proof:
    names = set(Package(content).names())
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Refused("unreadable", _MACROS)
    for member, kind in (
        ("OFD.xml", Proof.OFD),
        ("word/document.xml", Proof.DOCX),
        ("xl/workbook.xml", Proof.XLSX),
    ):
        if member in names:
            return kind
    raise Refused("unreadable", _ARCHIVE)


def _in_ole(content: bytes) -> Proof:
    if _wide("EncryptedPackage") in content:
        raise Refused("unreadable", LOCKED)
    if _wide("_VBA_PROJECT") in content:
        raise Refused("unreadable", _MACROS)
    if _wide("WordDocument") in content:
        return Proof.DOC
    if _wide("Workbook") in content or _wide("Book") in content:
        return Proof.XLS
    raise Refused("unreadable", _UNKNOWN)


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")


def _in_text(filename: str, content: bytes) -> Proof:
    if _SCRIPTED.search(content[:_SNIFFED].replace(b"\0", b"")):
        raise Refused("unreadable", _PAGE)
    text = _decoded(content)
    if text is None or _CONTROLS.search(text):
        raise Refused("unreadable", _UNKNOWN)
    ending = PurePath(filename).suffix.lower()
    if ending not in {".txt", ".csv"}:
        raise Refused("unreadable", _PROGRAM if ending in _RUNNABLE else _UNKNOWN)
    return Proof.CSV if ending == ".csv" else Proof.TEXT


_RUNNABLE = frozenset({".bat", ".cmd", ".js", ".vbs", ".ps1", ".sh", ".py", ".hta", ".reg", ".wsf", ".jse"})


def _decoded(content: bytes) -> str | None:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for coding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(coding)
        except UnicodeDecodeError:
            continue
    return None


def refuse_classified(filename: str, content: bytes, kind: Proof, text: str) -> None:
    """Raises Refused invalid for a file whose name, bytes or `text` (as far as it can be read) carry a 密级标志.

    What is neither marked nor readable, a scan for one, rests on the word of the person who uploads it.
    """
    marked = bool(_MARKED_NAME.search(filename) or _STARRED.search(filename) or _STARRED.search(text))
    marked = marked or bool(_MARKED_LINE.search(text)) or any(mark in content for mark in _MARKS)
    if marked or (kind is Proof.OFD and _marked_inside(content)):
        raise Refused("invalid", CLASSIFIED)


def _marked_inside(content: bytes) -> bool:
    package, seen = Package(content), 0
    for name in package.names():
        if name.endswith(".xml"):
            part = package.part(name) or b""
            if any(mark in part for mark in _MARKS):
                return True
            seen += len(part)
            if seen > _PARTS_SEEN:
                return False
    return False

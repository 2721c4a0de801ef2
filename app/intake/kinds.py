"""What a file really is: told by its bytes, for names lie (a government site's page named .doc, an .exe named .docx)."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from io import BytesIO
from pathlib import PurePath

from workflows.errors import Refused

_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0"
_SNIFFED = 4096
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_MHT = re.compile(rb"^(?:From:|MIME-Version:|Subject:|Date:|X-[\w-]+:)", re.IGNORECASE | re.MULTILINE)


class Kind(StrEnum):
    """The kinds of file that can be read."""

    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"
    HTML = "html"
    MHT = "mht"
    CSV = "csv"
    TEXT = "txt"


HOPE = "请上传 .docx、.pdf、.xlsx、.csv、.html 或 .txt，或直接粘贴文字。"
LOCKED = "文件设了打开密码，读不出内容。请用 WPS 或 Word 打开，取消密码后另存一份再上传。"
_OLD_SHEET = "这是旧版表格（.xls/.et）。请用 WPS 表格或 Excel 打开，另存为 .xlsx 后再上传。"
_OLD_WORD = "这是旧版 Word 格式（.doc）。请用 WPS 或 Word 打开，另存为 .docx 后再上传。"
_WPS = "这是 WPS 文字的旧格式（.wps）。请用 WPS 打开，另存为 .docx 后再上传。"
_SLIDES = "这是演示文稿，里面没有成文的任务。请上传文件正文，或把文字复制出来粘贴。"
_OFD = "暂不能读 OFD 版式文件。请用 OFD 阅读器另存（或打印）为 PDF，或把文字复制出来粘贴。"
_ODF = "这是 OpenDocument 格式。请用 WPS 或 Word 打开，另存为 .docx（表格另存为 .xlsx）后再上传。"
_BINARY_SHEET = "这是二进制表格（.xlsb）。请用 Excel 打开，另存为 .xlsx 后再上传。"
_ARCHIVE = "这是压缩包。请解压后上传里面的文件。"
_IMAGE = "这是图片，里面没有文字。请先用 WPS 或扫描软件识别成文字（OCR），存为 .docx 后再上传。"
_PROGRAM = "这不是有效的 Word 文件或别的文档，是一个程序。请核对选的文件。" + HOPE
_RTF = "这是 RTF 文件。请用 WPS 或 Word 打开，另存为 .docx 后再上传。"
_WORD_XML = "这是 Word 的 XML 文件。请用 WPS 或 Word 打开，另存为 .docx 后再上传。"
_UNKNOWN = "认不出这是什么文件。" + HOPE

_REFUSED_HEADS: tuple[tuple[tuple[bytes, ...], str], ...] = (
    ((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*"), _IMAGE),
    ((b"Rar!\x1a", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"), _ARCHIVE),
    ((b"{\\rtf",), _RTF),
    ((b"MZ", b"\x7fELF"), _PROGRAM),
)
_OLE_STREAMS = (
    ("EncryptedPackage", LOCKED),
    ("PowerPoint Document", _SLIDES),
    ("Workbook", _OLD_SHEET),
    ("WordDocument", _OLD_WORD),
)
_BY_NAME = {
    ".doc": _OLD_WORD, ".wps": _WPS, ".xls": _OLD_SHEET, ".et": _OLD_SHEET, ".ofd": _OFD, ".ppt": _SLIDES,
    ".bmp": _IMAGE, ".webp": _IMAGE, ".heic": _IMAGE,
}  # fmt: skip
_ZIP_MEMBERS = (
    ("xl/workbook.bin", _BINARY_SHEET),
    ("ppt/presentation.xml", _SLIDES),
    ("OFD.xml", _OFD),
    ("mimetype", _ODF),
)


def recognise(filename: str, content: bytes) -> Kind:
    """The kind of a file; raises Refused unreadable, with the way to convert it, for one that is not read here."""
    head, suffix = content[:_SNIFFED], PurePath(filename).suffix.lower()
    if content.startswith(_ZIP):
        return _in_zip(content)
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if content.startswith(_OLE):
        raise Refused("unreadable", _in_ole(content, suffix))
    for starts, sentence in _REFUSED_HEADS:
        if content.startswith(starts):
            raise Refused("unreadable", sentence)
    if suffix in _BY_NAME and _is_binary(head):
        raise Refused("unreadable", _BY_NAME[suffix])
    return _in_text(head, suffix)


def is_plain_text(filename: str, content: bytes) -> bool:
    """Whether the file is text without any structure; raises Refused as `recognise` does, but opens no package."""
    return not content.startswith(_ZIP) and recognise(filename, content) is Kind.TEXT


def _in_zip(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        raise Refused(
            "unreadable", "文件不完整或已损坏。请重新下载，或用 WPS、Word 打开后另存一份再上传。"
        ) from None
    if any(name.startswith("word/") for name in names):
        return Kind.DOCX
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    raise Refused("unreadable", next((why for member, why in _ZIP_MEMBERS if member in names), _ARCHIVE))


def _in_ole(content: bytes, suffix: str) -> str:
    found = (why for stream, why in _OLE_STREAMS if stream.encode("utf-16-le") in content)
    sentence = next(found, _BY_NAME.get(suffix, _OLD_WORD))
    return _WPS if suffix == ".wps" and sentence is _OLD_WORD else sentence


def _in_text(head: bytes, suffix: str) -> Kind:
    ascii_part = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if b"<?mso-application" in ascii_part or b"schemas.microsoft.com/office/word/2003" in ascii_part[:1024]:
        raise Refused("unreadable", _WORD_XML)
    if _HTML.match(ascii_part) or (suffix in {".html", ".htm"} and b"<" in ascii_part):
        return Kind.HTML
    if suffix in {".mht", ".mhtml"} or len(_MHT.findall(ascii_part[:2048])) >= 2:
        return Kind.MHT
    if _is_binary(head):
        raise Refused("unreadable", _UNKNOWN)
    return Kind.CSV if suffix == ".csv" else Kind.TEXT


def _is_binary(head: bytes) -> bool:
    """Whether the bytes hold zeros and are no UTF-16 text."""
    return b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))

"""An Office file as a package of parts: read in memory, part by part, within bounds; nothing is unpacked to disk, no
link is followed, and what is embedded stays closed."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat

from lxml import etree

from app.intake.kinds import LOCKED
from workflows.errors import Refused

UNPACKED_LIMIT = 200 * 1024 * 1024
"""Bytes all parts together may unpack to; beyond it is a bomb, not a plan."""

PART_LIMIT = 64 * 1024 * 1024
"""Bytes of one part that is read; a thousand pages of text take about half of it."""

RATIO_LIMIT = 400
RATIO_FLOOR = 4 * 1024 * 1024
"""Packed to less than a 400th is no text a person wrote; small parts may be."""

MOST_PARTS = 10_000

_BROKEN = "文件不完整或已损坏。请重新下载，或用 WPS、Word 打开后另存一份再上传。"
_TOO_LARGE = "文件展开后过大。请删去图片和附件，只保留任务正文后再上传。"
_UNSAFE = "文件里有不该出现的实体定义，可能不安全，没有读取。请用 WPS 或 Word 打开后另存一份再上传。"
_PIECE = 64 * 1024
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)


def broken() -> Refused:
    """The refusal of a file that does not hold what its kind needs."""
    return Refused("unreadable", _BROKEN)


class Package:
    """The parts of a .docx or .xlsx by name."""

    def __init__(self, content: bytes) -> None:
        """Raises Refused unreadable for a broken or locked file, too-large for one that would unpack beyond bounds."""
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except _ZIP_ERRORS:
            raise broken() from None
        entries = self._zip.infolist()
        if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
            raise Refused("too-large", _TOO_LARGE)
        for entry in entries:
            _refuse_unsafe(entry)

    def names(self) -> list[str]:
        """The names of all parts."""
        return self._zip.namelist()

    def part(self, name: str) -> bytes | None:
        """The bytes of a part, or None where there is none."""
        try:
            entry = self._zip.getinfo(name)
            if entry.file_size > PART_LIMIT:
                raise Refused("too-large", _TOO_LARGE)
            return self._zip.read(entry)
        except KeyError:
            return None
        except _ZIP_ERRORS:
            raise broken() from None

    def tree(self, name: str) -> etree._Element | None:
        """The root of an XML part, or None where there is none; no entity is ever resolved."""
        content = self.part(name)
        if content is None:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError):
            raise broken() from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise Refused("unreadable", _UNSAFE)
        return root

    def related(self, name: str = "") -> list[tuple[str, str, str]]:
        """What a part (or the package) refers to inside the package: (id, kind, name); outer links are left out."""
        folder, _, file = name.rpartition("/")
        root = self.tree(posixpath.join(folder, "_rels", f"{file}.rels"))
        found = []
        for relation in root if root is not None else ():
            if relation.get("TargetMode") != "External":
                kind = relation.get("Type", "").rpartition("/")[2]
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
                found.append((relation.get("Id", ""), kind, target.lstrip("/")))
        return found

    def main_part(self, usual: str) -> str:
        """The name of the part that holds the document itself."""
        return next((target for _, kind, target in self.related() if kind == "officeDocument"), usual)

    def refuse_entities(self) -> None:
        """Raises Refused unreadable if any part defines entities: for readers that parse the parts on their own."""
        for entry in self._zip.infolist():
            if _has_doctype(self._pieces(entry)):
                raise Refused("unreadable", _UNSAFE)

    def _pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            with self._zip.open(entry) as part:
                while piece := part.read(_PIECE):
                    yield piece
        except _ZIP_ERRORS:
            raise broken() from None


def _refuse_unsafe(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1:
        raise Refused("unreadable", LOCKED)
    if entry.file_size > RATIO_FLOOR and entry.file_size > RATIO_LIMIT * max(entry.compress_size, 1):
        raise Refused("too-large", _TOO_LARGE)


class _RootSeen(Exception):
    """The prolog is over."""


class _DoctypeSeen(Exception):
    """There is a document type, and with it a place for entities."""


def _has_doctype(pieces: Iterator[bytes]) -> bool:
    parser = expat.ParserCreate()
    parser.StartElementHandler = _on_root
    parser.StartDoctypeDeclHandler = _on_doctype
    try:
        for piece in pieces:
            parser.Parse(piece, False)
    except _DoctypeSeen:
        return True
    except (_RootSeen, expat.ExpatError, ValueError, LookupError):
        return False  # the prolog was clean, or it is no XML at all
    return False


def _on_root(*_root: object) -> None:
    raise _RootSeen


def _on_doctype(*_doctype: object) -> None:
    raise _DoctypeSeen

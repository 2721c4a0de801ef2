"""Formal documents (公文) in the format of GB/T 9704-2012: a `Paper` in, a .docx or a .pdf out.

`standard` says the format once, `styles` and `shipped` build the Word templates from it, `filling` fills them (or a
county's own, which `vetting` lets in), `typesetting` prints the same value through typst.
"""

from __future__ import annotations

from app.documents.official.filling import official
from app.documents.official.kinds import PAPER_LABELS, PaperKind
from app.documents.official.paper import (
    Attachment,
    Block,
    Heading,
    Imprint,
    Note,
    Paper,
    Paragraph,
    Table,
)
from app.documents.official.typesetting import official_pdf

__all__ = [
    "PAPER_LABELS",
    "Attachment",
    "Block",
    "Heading",
    "Imprint",
    "Note",
    "Paper",
    "PaperKind",
    "Paragraph",
    "Table",
    "official",
    "official_pdf",
]

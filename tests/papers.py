"""Documents for the tests of the readers, made on the spot: Word from its XML, PDF by reportlab, sheets by openpyxl."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO

import openpyxl
import pypdf
from pypdf.generic import DictionaryObject, NameObject, StreamObject
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
)
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def run(words: str) -> str:
    """A run of words."""
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(words: str, properties: str = "") -> str:
    """A paragraph; words that begin with < are XML."""
    inner = words if words.startswith("<") else run(words)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def cell(words: str, properties: str = "") -> str:
    """A table's cell with one paragraph, or with the XML given."""
    inner = words if words.startswith(("<w:p>", "<w:tbl>")) else paragraph(words)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows: str) -> str:
    """A table of rows, each the XML of its cells."""
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def word(
    body: str, parts: Mapping[str, str] | None = None, extra: Mapping[str, bytes] | None = None
) -> bytes:
    """A .docx with that body; `parts` are numbering, styles, footnotes, header with the XML inside their root."""
    roots = {"numbering": "numbering", "styles": "styles", "footnotes": "footnotes", "header": "hdr"}
    members = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'<Relationships {_RELATIONS}><Relationship Id="r1" Type="{_KINDS}/officeDocument"'
        ' Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>",
    }
    relations = []
    for number, (kind, inner) in enumerate((parts or {}).items(), 1):
        members[f"word/{kind}.xml"] = f"<w:{roots[kind]} {_SPACES}>{inner}</w:{roots[kind]}>"
        relations.append(f'<Relationship Id="r{number}" Type="{_KINDS}/{kind}" Target="{kind}.xml"/>')
    members["word/_rels/document.xml.rels"] = (
        f"<Relationships {_RELATIONS}>{''.join(relations)}</Relationships>"
    )
    return zipped({**{name: text.encode() for name, text in members.items()}, **(extra or {})})


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP of those members."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return packed.getvalue()


def repacked(package: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The package with those members put in or replaced."""
    with zipfile.ZipFile(BytesIO(package)) as source:
        return zipped({**{name: source.read(name) for name in source.namelist()}, **changed})


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]], merged: Iterable[str] = ()) -> bytes:
    """An .xlsx with those sheets; `merged` ranges are of every sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for span in merged:
            sheet.merge_cells(span)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


Painted = tuple[float, float, float, str]
"""x, y and size in points, and the words."""


def pdf(
    pages: Iterable[Iterable[Painted]],
    password: str = "",
    owner: str = "",
    drawn: Callable[[Canvas, int], None] = lambda _canvas, _page: None,
    packed: bool = True,
) -> bytes:
    """A PDF with those words on its pages; `drawn` draws what else the page of that number, from 0, shows."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    saved = BytesIO()
    canvas = Canvas(saved, pagesize=(595, 842), pageCompression=int(packed))
    if password or owner:
        from reportlab.lib.pdfencrypt import StandardEncryption

        canvas.setEncrypt(StandardEncryption(password, owner or None, canPrint=0))
    for number, page in enumerate(pages):
        drawn(canvas, number)
        for x, y, size, words in page:
            canvas.setFont("STSong-Light", size)
            canvas.drawString(x, y, words)
        canvas.showPage()
    canvas.save()
    return saved.getvalue()


def painting(steps: bytes) -> bytes:
    """A PDF whose only page is painted by those steps, packed; /F1 is Helvetica."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(595, 842)
    names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(key): NameObject(name) for key, name in names.items()})
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    stream = StreamObject()
    stream.set_data(steps)
    page[NameObject("/Contents")] = stream.flate_encode()
    saved = BytesIO()
    writer.write(saved)
    return saved.getvalue()


def typeset(paragraphs: Iterable[str], top: float = 760, columns: int = 28) -> list[Painted]:
    """Paragraphs as an official page sets them: 16 points, first lines two characters in, 28 characters a line."""
    painted: list[Painted] = []
    for words in paragraphs:
        indent, rest = 2, words
        while rest:
            line, rest = rest[: columns - indent], rest[columns - indent :]
            painted.append((74.0 + 16 * indent, top, 16, line))
            indent, top = 0, top - 28.8
    return painted

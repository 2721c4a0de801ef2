"""A paper into Word: the template is filled in, then tables and pages laid across are put where it marks them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from io import BytesIO

from docx.document import Document
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from app.documents.official.fields import ACROSS, BEGIN, CLOSE, END, TABLE, fields
from app.documents.official.paper import Paper, Table
from app.documents.official.shipped import shipped
from app.documents.official.styles import Style
from app.documents.official.tables import laid

_PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")


def official(paper: Paper, template: bytes | None = None) -> bytes:
    """The .docx; `template` is a county's own, vetted when it was taken in, else the shipped one is filled."""
    filled = DocxTemplate(BytesIO(template or shipped(paper.kind)))
    filled.init_docx()
    document: Document = filled.docx
    for name in _PROPERTIES:  # the library would read tags in them
        setattr(document.core_properties, name, "")
    values, tables = fields(paper)
    filled.render(values, sandbox())
    _arrange(document, tables)
    document.core_properties.title, document.core_properties.author = paper.title[:255], "落实"
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def sandbox() -> ImmutableSandboxedEnvironment:
    """The only world a template lives in: the fields, the count of a list, and nothing that could be called."""
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.globals.clear()
    environment.filters = {"length": len}
    environment.tests = {}
    return environment


def _arrange(document: Document, tables: Sequence[Table]) -> None:
    """Put tables and sections where the marks stand, and take the marks away."""
    body: etree._Element = document.element.body
    upright = deepcopy(body.findall(qn("w:sectPr"))[-1])
    page, turned = upright, _turned(upright)
    for paragraph in list(body.iter(qn("w:p"))):
        words = "".join(str(text) for text in paragraph.itertext())
        if TABLE in words:
            at = int(words.partition(TABLE)[2].partition(CLOSE)[0])
            _put(paragraph, laid(tables[at], _line(page)))
        elif f"{BEGIN}{ACROSS}" in words:
            page = turned
            _end_section(paragraph, upright)
        elif f"{END}{ACROSS}" in words:
            page = upright
            _end_section(paragraph, turned)
        elif BEGIN in words or END in words:
            parent = paragraph.getparent()
            assert parent is not None  # every paragraph stands in a document
            parent.remove(paragraph)


def _put(paragraph: etree._Element, table: etree._Element) -> None:
    """The table in the place of the paragraph; one without a paragraph behind it would grow into its neighbour."""
    paragraph.addprevious(table)
    _strip(paragraph)
    _named(_properties(paragraph), "w:pStyle").set(qn("w:val"), Style.TINY)


def _end_section(paragraph: etree._Element, page: etree._Element) -> None:
    """Let what is before the mark lie on such pages, and what follows begin on a new one."""
    above, body, following = paragraph.getprevious(), paragraph.getparent(), paragraph.getnext()
    assert body is not None  # a mark stands in a document
    if following is not None and following.tag == qn("w:sectPr"):
        body.replace(following, deepcopy(page))
        body.remove(paragraph)
    elif above is not None and above.tag == qn("w:p"):
        _properties(above).append(deepcopy(page))
        body.remove(paragraph)
    else:
        _strip(paragraph)
        _properties(paragraph).append(deepcopy(page))


def _strip(paragraph: etree._Element) -> None:
    for run in paragraph.findall(qn("w:r")):
        paragraph.remove(run)


def _properties(paragraph: etree._Element) -> etree._Element:
    found = paragraph.find(qn("w:pPr"))
    if found is None:
        found = paragraph.makeelement(qn("w:pPr"))
        paragraph.insert(0, found)
    return found


def _named(properties: etree._Element, name: str) -> etree._Element:
    found = properties.find(qn(name))
    if found is None:
        found = properties.makeelement(qn(name))
        properties.insert(0, found)
    return found


def _turned(upright: etree._Element) -> etree._Element:
    """The same pages laid across: the binding edge at the top; pages that lie across already stay."""
    page = deepcopy(upright)
    size, margins = _named(page, "w:pgSz"), _named(page, "w:pgMar")
    width, height = _twips(size, "w"), _twips(size, "h")
    if width > height:
        return page
    size.set(qn("w:orient"), "landscape")
    top, right, bottom, left = (_twips(margins, side) for side in ("top", "right", "bottom", "left"))
    footer = right - (bottom - _twips(margins, "footer"))
    turned = {"top": left, "right": top, "bottom": right, "left": bottom, "footer": footer}
    for element, values in ((size, {"w": height, "h": width}), (margins, turned)):
        for name, value in values.items():
            element.set(qn(f"w:{name}"), str(value))
    return page


def _line(page: etree._Element) -> int:
    """Twips from margin to margin."""
    margins = _named(page, "w:pgMar")
    return _twips(_named(page, "w:pgSz"), "w") - _twips(margins, "left") - _twips(margins, "right")


def _twips(element: etree._Element, name: str) -> int:
    return int(element.get(qn(f"w:{name}")) or 0)

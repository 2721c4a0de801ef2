"""The templates the product ships, built when they are asked for: a Word file with the styles of GB/T 9704-2012 and
the places where values go. A county may export one, change it in Word and hand it back."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from lxml import etree

from app.documents.official import standard
from app.documents.official.kinds import PAPER_LABELS, SHAPES, PaperKind, Shape
from app.documents.official.standard import FONTS, Face
from app.documents.official.styles import FOOT_FRAME, LINE, SPECIMENS, Specimen, Style, type_of

Line = tuple[Style, str]

_LEAD, _LEAD_ENDS = "公文段首", "\x00"
"""The style of a paragraph's opening words, and where they end in the lines below."""

_HEAD: dict[Shape, tuple[Line, ...]] = {
    Shape.HEADED: (
        (Style.BODY, "{%p if 机关标志 %}"),
        (Style.BODY, "{%p if 机关标志|length > " + str(standard.MASTHEAD_FITS) + " %}"),
        (Style.MASTHEAD_LONG, "{{ 机关标志 }}"),
        (Style.BODY, "{%p else %}"),
        (Style.MASTHEAD, "{{ 机关标志 }}"),
        (Style.BODY, "{%p endif %}"),
        (Style.NUMBER_ASIDE, ""),
        (Style.NUMBER_ASIDE, ""),
        (Style.NUMBER, "{{ 文号 }}"),
        (Style.BODY, "{%p endif %}"),
        (Style.BODY, ""),
        (Style.BODY, ""),
    ),
    Shape.PLAIN: (
        (Style.BODY, "{%p if 文号 %}"),
        (Style.NUMBER_ASIDE, "{{ 文号 }}"),
        (Style.BODY, ""),
        (Style.BODY, "{%p endif %}"),
    ),
    Shape.ACROSS: (),
}

_BLOCKS: tuple[Line, ...] = (
    (Style.BODY, "{%p if 段.类别 == '一级标题' %}"),
    (Style.HEADING_1, "{{ 段.文字 }}"),
    (Style.BODY, "{%p elif 段.类别 == '二级标题' %}"),
    (Style.HEADING_2, "{{ 段.文字 }}"),
    (Style.BODY, "{%p elif 段.类别 == '注释' %}"),
    (Style.NOTE, "{{ 段.文字 }}"),
    (Style.BODY, "{%p elif 段.类别 == '表格' %}"),
    (Style.CELL, "{{ 段.表格 }}"),
    (Style.BODY, "{%p else %}"),
    (Style.BODY, "{{ 段.段首 }}" + _LEAD_ENDS + "{{ 段.文字 }}"),
    (Style.BODY, "{%p endif %}"),
)

_BODY: tuple[Line, ...] = (
    (Style.TITLE, "{{ 标题 }}"),
    (Style.BODY, "{%p if 主送 %}"),
    (Style.BODY, ""),
    (Style.RECIPIENTS, "{{ 主送 }}："),
    (Style.BODY, "{%p endif %}"),
    (Style.BODY, "{%p if 空行 %}"),
    (Style.BODY, ""),
    (Style.BODY, "{%p endif %}"),
    (Style.BODY, "{%p for 段 in 正文 %}"),
    *_BLOCKS,
    (Style.BODY, "{%p endfor %}"),
    (Style.BODY, "{%p if 附件 %}"),
    (Style.BODY, ""),
    (Style.BODY, "{%p endif %}"),
    (Style.BODY, "{%p for 附 in 附件 %}"),
    (Style.ENCLOSED, "{{ 附.说明 }}"),
    (Style.BODY, "{%p endfor %}"),
    (Style.BODY, "{%p if 署名 %}"),
    (Style.BODY, ""),
    (Style.BODY, ""),
    (Style.BODY, "{%p endif %}"),
    (Style.BODY, "{%p for 机关 in 署名 %}"),
    (Style.SIGNED, "{{ 机关 }}"),
    (Style.BODY, "{%p endfor %}"),
    (Style.BODY, "{%p if 成文日期 %}"),
    (Style.SIGNED, "{{ 成文日期 }}"),
    (Style.BODY, "{%p endif %}"),
    (Style.BODY, "{%p for 附 in 附件 %}"),
    (Style.TINY, "{{ 附.分节起 }}"),
    (Style.ANNEX, "附件{{ 附.序号 }}"),
    (Style.BODY, ""),
    (Style.TITLE, "{{ 附.标题 }}"),
    (Style.BODY, ""),
    (Style.BODY, "{%p for 段 in 附.正文 %}"),
    *_BLOCKS,
    (Style.BODY, "{%p endfor %}"),
    (Style.TINY, "{{ 附.分节止 }}"),
    (Style.BODY, "{%p endfor %}"),
)

_PRINTED = "　{{ 印发机关 }}\t{{ 印发日期 }}印发"
_IMPRINT: tuple[Line, ...] = (
    (Style.BODY, "{%p if 印发机关 %}"),
    (Style.BODY, "{%p if 抄送 %}"),
    (Style.COPIES, "　抄送：{{ 抄送 }}。"),
    (Style.IMPRINT, _PRINTED),
    (Style.BODY, "{%p else %}"),
    (Style.IMPRINT_ALONE, _PRINTED),
    (Style.BODY, "{%p endif %}"),
    (Style.TINY, ""),
    (Style.BODY, "{%p endif %}"),
)
_FRAMED = frozenset({Style.COPIES, Style.IMPRINT, Style.IMPRINT_ALONE})


@cache
def shipped(kind: PaperKind) -> bytes:
    """The .docx template of that document as it is shipped."""
    shape = SHAPES[kind]
    document = _blank(shape)
    for line in (*_HEAD[shape], *_BODY, *_IMPRINT):
        _write(document, *line)
    document.core_properties.title = f"{PAPER_LABELS[kind]}（模板）"
    document.core_properties.author = "落实"
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _blank(shape: Shape) -> Document:
    document = docx.Document()
    _declare_fonts(document)
    _set_defaults(document)
    for style, specimen in SPECIMENS.items():
        _add_style(document, style, specimen)
    lead = document.styles.add_style(_LEAD, WD_STYLE_TYPE.CHARACTER)
    lead.element.set(qn("w:styleId"), Style.LEAD)
    lead.element.append(_properties("rPr", type_of(Face.KAI, standard.BODY)))
    document.settings.odd_and_even_pages_header_footer = True
    _lay_page(document.sections[0], shape)
    return document


def _properties(name: str, inside: str) -> BaseOxmlElement:
    return parse_xml(f"<w:{name} {nsdecls('w')}>{inside}</w:{name}>")


def _add_style(document: Document, style: Style, specimen: Specimen) -> None:
    added = document.styles.add_style(specimen.label, WD_STYLE_TYPE.PARAGRAPH)
    added.element.set(qn("w:styleId"), style)
    added.quick_style = True
    added.base_style = document.styles["Normal"]
    added.element.append(_properties("pPr", specimen.paragraph))
    added.element.append(_properties("rPr", specimen.run))


def _set_defaults(document: Document) -> None:
    """What stands under every style: the body's type, no theme fonts, Chinese, no space between paragraphs."""
    normal = document.styles["Normal"].element
    for old in normal.findall(qn("w:rPr")):
        normal.remove(old)
    normal.append(
        _properties(
            "rPr", type_of(Face.FANGSONG, standard.BODY) + '<w:lang w:val="en-US" w:eastAsia="zh-CN"/>'
        )
    )
    for defaults in document.styles.element.iter(qn("w:docDefaults")):
        document.styles.element.replace(defaults, OxmlElement("w:docDefaults"))


def _declare_fonts(document: Document) -> None:
    """Names by which other machines know the same faces (w:altName)."""
    fonts = "".join(
        f'<w:font w:name="{font.name}"><w:altName w:val="{",".join(font.others)}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for font in FONTS.values()
    )
    table = next(
        part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml"
    )
    assert isinstance(table, Part)
    table._blob = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'.encode()


def _lay_page(section: Section, shape: Shape) -> None:
    """The type area upright; across, as much as a wide table may have."""
    upright = shape is not Shape.ACROSS
    section.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE
    sides = (standard.PAGE_WIDTH, standard.PAGE_HEIGHT)
    width, height = sides if upright else sides[::-1]
    section.page_width, section.page_height = Mm(width), Mm(height)
    upright_margins = (standard.TOP, standard.OUTER, standard.BOTTOM, standard.BINDING)
    top, right, bottom, left = upright_margins if upright else (standard.ACROSS_MARGIN,) * 4
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    folio = standard.SMALL * 25.4 / 72
    section.header_distance, section.footer_distance = Mm(15), Mm(bottom - standard.FOLIO_DROP - folio)
    for grid in section._sectPr.iter(qn("w:docGrid")):
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), str(LINE))
    for footer, style in ((section.footer, Style.FOLIO_ODD), (section.even_page_footer, Style.FOLIO_EVEN)):
        footer.is_linked_to_previous = False
        _number_pages(footer.paragraphs[0], style)


def _number_pages(paragraph: Paragraph, style: Style) -> None:
    """— 1 —, a field that Word counts."""
    paragraph.style = SPECIMENS[style].label
    field = (
        '<w:r><w:t xml:space="preserve">— </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> —</w:t></w:r>'
    )
    of_field: etree._Element = parse_xml(f"<w:p {nsdecls('w')}>{field}</w:p>")
    into: etree._Element = paragraph._p
    into.extend(list(of_field))


def _write(document: Document, style: Style, words: str) -> None:
    paragraph = document.add_paragraph(style=SPECIMENS[style].label)
    lead, between, rest = words.partition(_LEAD_ENDS)
    if between:
        paragraph.add_run(lead, style=_LEAD)
    if words:
        paragraph.add_run(rest if between else words)
    if style in _FRAMED:
        paragraph._p.get_or_add_pPr().insert_element_before(
            parse_xml(FOOT_FRAME), "w:spacing", "w:ind", "w:jc"
        )

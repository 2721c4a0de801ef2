"""The paragraph styles of a Word paper (GB/T 9704-2012, part 7), under the names a county finds in Word's own list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import floor
from types import MappingProxyType

from docx.oxml.ns import nsdecls

from app.documents.official import standard
from app.documents.official.standard import FONTS, Face

TWIPS = 20
"""In a point."""

LINE = floor(standard.LINE_PITCH * TWIPS)
SQUEEZE = floor((standard.CHARACTER_PITCH - standard.BODY) * TWIPS)
"""Twips taken from every character, so that 28 of 16 points fit into 156 millimetres."""

RED = "FF0000"
WESTERN = "Times New Roman"


class Style(StrEnum):
    """Ids of styles; what a county sees is the label in `SPECIMENS`."""

    MASTHEAD = "LuoshiMasthead"
    MASTHEAD_LONG = "LuoshiMastheadLong"
    NUMBER = "LuoshiNumber"
    NUMBER_ASIDE = "LuoshiNumberAside"
    TITLE = "LuoshiTitle"
    RECIPIENTS = "LuoshiRecipients"
    BODY = "LuoshiBody"
    HEADING_1 = "LuoshiHeading1"
    HEADING_2 = "LuoshiHeading2"
    LEAD = "LuoshiLead"
    NOTE = "LuoshiNote"
    ENCLOSED = "LuoshiEnclosed"
    SIGNED = "LuoshiSigned"
    ANNEX = "LuoshiAnnex"
    COPIES = "LuoshiCopies"
    IMPRINT = "LuoshiImprint"
    IMPRINT_ALONE = "LuoshiImprintAlone"
    CELL = "LuoshiCell"
    CELL_HEAD = "LuoshiCellHead"
    FOLIO_ODD = "LuoshiFolioOdd"
    FOLIO_EVEN = "LuoshiFolioEven"
    TINY = "LuoshiTiny"


@dataclass(frozen=True, slots=True)
class Specimen:
    """How a style looks.

    `line` and `drop` (the space above) in twips, `line` exact or, where it is 0, as high as the type; `before` and
    `indent` are XML that belongs before and behind the spacing.
    """

    label: str
    face: Face
    size: float
    align: str = "both"
    line: int = LINE
    before: str = ""
    indent: str = ""
    drop: int = 0
    colour: str = ""
    squeeze: int = SQUEEZE

    @property
    def paragraph(self) -> str:
        """Properties of the paragraph, as XML, in the order the format demands."""
        rule = "exact" if self.line else "auto"
        spacing = (
            f'<w:spacing w:before="{self.drop}" w:after="0" w:line="{self.line or 240}" w:lineRule="{rule}"/>'
        )
        return f'{self.before}<w:snapToGrid w:val="0"/>{spacing}{self.indent}<w:jc w:val="{self.align}"/>'

    @property
    def run(self) -> str:
        """Properties of its characters, as XML."""
        return type_of(self.face, self.size, self.squeeze, self.colour)


def type_of(face: Face, size: float, squeeze: int = 0, colour: str = "") -> str:
    """Run properties: the face for Chinese characters, a serif for figures and letters, the size in half points."""
    name = FONTS[face].name
    western = name if face in {Face.SONG, Face.HEI} else WESTERN
    return (
        f'<w:rFonts w:ascii="{western}" w:hAnsi="{western}" w:eastAsia="{name}" w:cs="{western}"/>'
        + (f'<w:color w:val="{colour}"/>' if colour else "")
        + (f'<w:spacing w:val="{squeeze}"/>' if squeeze else "")
        + f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    )


def characters(count: float) -> int:
    """Twips that so many characters of the body take."""
    return round(count * (standard.BODY * TWIPS + SQUEEZE))


def _indent(first: int = 0, left: float = 0, hanging: float = 0, right: int = 0) -> str:
    """Indents in characters; Word counts characters where it is told to, other programs read the twips."""
    said = {"left": left, "right": right, "hanging": hanging, "firstLine": first}
    return f"<w:ind {' '.join(_both(name, count) for name, count in said.items() if count)}/>"


def _both(name: str, count: float) -> str:
    return f'w:{name}Chars="{round(count * 100)}" w:{name}="{characters(count)}"'


def _points(millimetres: float) -> float:
    return millimetres * 72 / 25.4


WIDTH = round(_points(standard.TYPE_WIDTH) * TWIPS)
"""Of the type area, in twips."""

_THICK, _THIN = (round(_points(rule) * 8) for rule in (standard.THICK, standard.THIN))
_RED_RULE = (
    '<w:pBdr><w:bottom w:val="single" w:sz="12" '
    f'w:space="{round(_points(standard.RULE_DROP))}" w:color="{RED}"/></w:pBdr>'
)
FOOT_FRAME = (
    f'<w:framePr {nsdecls("w")} w:w="{WIDTH}" w:wrap="notBeside" w:vAnchor="margin" w:hAnchor="margin"'
    ' w:xAlign="center" w:yAlign="bottom"/>'
)
"""Where the 版记 stands; said in the paragraph, because not every program reads frames out of styles."""


def _ruled(**edges: int) -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="1" w:color="000000"/>'
        for side, size in edges.items()
    )
    return f'<w:pBdr>{sides}</w:pBdr><w:tabs><w:tab w:val="right" w:pos="{_FOOT_END}"/></w:tabs>'


_FOOT_END = WIDTH - round(standard.SMALL * TWIPS)
_KEEP = "<w:keepNext/>"
_DROP = round(_points(standard.HEAD_DROP) * TWIPS)
_TITLE_LINE, _SMALL_LINE, _CELL_LINE = 660, 480, 250
_BODY, _SMALL = standard.BODY, standard.SMALL


def _imprint(label: str, **edges: int) -> Specimen:
    return Specimen(label, Face.FANGSONG, _SMALL, "left", _SMALL_LINE, before=_ruled(**edges), squeeze=0)


SPECIMENS: Mapping[Style, Specimen] = MappingProxyType(
    {
        Style.MASTHEAD: Specimen(
            "公文发文机关标志",
            Face.BIAOSONG,
            standard.MASTHEAD,
            "center",
            0,
            drop=_DROP,
            colour=RED,
            squeeze=0,
        ),
        Style.MASTHEAD_LONG: Specimen(
            "公文发文机关标志（长）",
            Face.BIAOSONG,
            standard.MASTHEAD_LONG,
            "center",
            0,
            drop=_DROP,
            colour=RED,
            squeeze=0,
        ),
        Style.NUMBER: Specimen("公文发文字号", Face.FANGSONG, _BODY, "center", before=_RED_RULE),
        Style.NUMBER_ASIDE: Specimen("公文发文字号（函）", Face.FANGSONG, _BODY, "right"),
        Style.TITLE: Specimen("公文标题", Face.BIAOSONG, standard.TITLE, "center", _TITLE_LINE, squeeze=0),
        Style.RECIPIENTS: Specimen("公文主送机关", Face.FANGSONG, _BODY),
        Style.BODY: Specimen("公文正文", Face.FANGSONG, _BODY, indent=_indent(first=2)),
        Style.HEADING_1: Specimen("公文一级标题", Face.HEI, _BODY, before=_KEEP, indent=_indent(first=2)),
        Style.HEADING_2: Specimen("公文二级标题", Face.KAI, _BODY, before=_KEEP, indent=_indent(first=2)),
        Style.NOTE: Specimen("公文注释", Face.KAI, _SMALL, "left", _SMALL_LINE, squeeze=0),
        Style.ENCLOSED: Specimen(
            "公文附件说明", Face.FANGSONG, _BODY, "left", indent=_indent(left=6, hanging=4)
        ),
        Style.SIGNED: Specimen(
            "公文落款",
            Face.FANGSONG,
            _BODY,
            "center",
            before="<w:keepLines/>",
            indent=_indent(left=standard.SIGNED_BY),
        ),
        Style.ANNEX: Specimen(
            "公文附件序号", Face.HEI, _BODY, "left", before="<w:keepNext/><w:pageBreakBefore/>"
        ),
        Style.COPIES: _imprint("公文版记（抄送）", top=_THICK, bottom=_THIN),
        Style.IMPRINT: _imprint("公文版记（印发）", bottom=_THICK),
        Style.IMPRINT_ALONE: _imprint("公文版记（无抄送）", top=_THICK, bottom=_THICK),
        Style.CELL: Specimen("公文表格", Face.FANGSONG, standard.CELL, "left", _CELL_LINE, squeeze=0),
        Style.CELL_HEAD: Specimen("公文表头", Face.HEI, standard.CELL, "center", _CELL_LINE, squeeze=0),
        Style.FOLIO_ODD: Specimen(
            "公文页码（单）", Face.SONG, _SMALL, "right", 0, indent='<w:ind w:right="280"/>', squeeze=0
        ),
        Style.FOLIO_EVEN: Specimen(
            "公文页码（双）", Face.SONG, _SMALL, "left", 0, indent='<w:ind w:left="280"/>', squeeze=0
        ),
        Style.TINY: Specimen("公文分隔", Face.FANGSONG, 1, "left", TWIPS, squeeze=0),
    }
)

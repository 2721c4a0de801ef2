"""GB/T 9704-2012 党政机关公文格式, said once: both writers and the test that measures their work read it here.

Lengths are in millimetres, sizes of type in points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

PAGE_WIDTH, PAGE_HEIGHT = 210, 297
"""A4 (5.1)."""

TOP, BINDING = 37, 28
"""天头 and 订口 (5.2.1)."""

TYPE_WIDTH, TYPE_HEIGHT = 156, 225
"""版心 (5.2.1)."""

BOTTOM, OUTER = PAGE_HEIGHT - TOP - TYPE_HEIGHT, PAGE_WIDTH - BINDING - TYPE_WIDTH

ACROSS_MARGIN = 20
"""On every side of a document that is one wide table; the standard says only that such pages lie across (7.3.4)."""

LINES, CHARACTERS = 22, 28
"""每面排22行, 每行排28个字 (5.2.3)."""

TITLE, BODY, SMALL, CELL = 22.0, 16.0, 14.0, 9.0
"""2号, 3号, 4号 (7.3.1, 7.3.3, 7.4), and 小五 for what stands in tables, of which the standard says nothing."""

MASTHEAD, MASTHEAD_LONG, MASTHEAD_FITS = 44.0, 26.0, 10
"""Sizes of the 发文机关标志, and how many characters of the larger one fill a line (7.2.4: 醒目、美观、庄重)."""

HEAD_DROP, RULE_DROP, FOLIO_DROP = 35, 4, 7
"""From the type area to the 发文机关标志 (7.2.4), from the number to the red rule (7.2.7), to the page number (7.5)."""

THICK, THIN = 0.35, 0.25
"""Rules of the 版记: the first and last, and those between (7.4.1)."""

SIGNED_BY = 13
"""Characters left free before the block in which signature and date stand centred, four free after the date (7.3.5)."""

_POINTS_PER_MM = 72 / 25.4

TITLE_FITS = int(TYPE_WIDTH * _POINTS_PER_MM / TITLE)
"""Characters of the title's size in a line."""

LINE_PITCH = TYPE_HEIGHT * _POINTS_PER_MM / LINES
CHARACTER_PITCH = TYPE_WIDTH * _POINTS_PER_MM / CHARACTERS
"""Points from line to line and from character to character."""


class Face(StrEnum):
    """仿宋 (body), 小标宋 (title), 黑体 (一级标题), 楷体 (二级标题), 宋体 (页码)."""

    FANGSONG = "fangsong"
    BIAOSONG = "biaosong"
    HEI = "hei"
    KAI = "kai"
    SONG = "song"


@dataclass(frozen=True, slots=True)
class Fonts:
    """The name an office's own programs know, and others for the same face, best first."""

    name: str
    others: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.others)


_SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC")
_SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")

FONTS: Mapping[Face, Fonts] = MappingProxyType(
    {
        Face.FANGSONG: Fonts("仿宋_GB2312", ("FangSong_GB2312", "仿宋", "FangSong", "STFangsong", *_SERIF)),
        Face.BIAOSONG: Fonts(
            "方正小标宋简体",
            ("FZXiaoBiaoSong-B05S", "华文中宋", "STZhongsong", "宋体", "SimSun", *_SERIF),
        ),
        Face.HEI: Fonts("黑体", ("SimHei", "STHeiti", *_SANS)),
        Face.KAI: Fonts("楷体_GB2312", ("KaiTi_GB2312", "楷体", "KaiTi", "STKaiti", *_SERIF)),
        Face.SONG: Fonts("宋体", ("SimSun", "NSimSun", "STSong", *_SERIF)),
    }
)

"""The fonts a PDF is set in: those of the machine, and those in a folder the operator names (LUOSHI_FONT_DIR)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

import typst

from app.documents.official.standard import FONTS, Face
from workflows.errors import Refused

_LACKING = (
    "服务器上没有可用的中文字体，暂时不能生成PDF，Word 文件不受影响。请系统管理员安装思源宋体、思源黑体（fonts-noto-cjk），"
    "或者把仿宋、小标宋、黑体、楷体等字体文件放进一个文件夹，用 LUOSHI_FONT_DIR 指明，然后重新启动。"
)


@dataclass(frozen=True, slots=True)
class Found:
    """The fonts there are, and which of them stands for each face."""

    library: typst.Fonts
    families: Mapping[Face, str]


@cache
def found(folder: str = "") -> Found:
    """What this machine has; `folder` may hold further fonts. Read once. Raises Refused unready without Chinese fonts."""
    library = typst.Fonts(include_embedded_fonts=False, font_paths=[folder] if folder else [])
    return Found(library, chosen(library.families()))


def chosen(families: Collection[str]) -> Mapping[Face, str]:
    """For each face the best of these families; raises Refused unready where there is none."""
    present = {family.casefold(): family for family in families}
    best = {
        face: next((present[name.casefold()] for name in fonts.names if name.casefold() in present), None)
        for face, fonts in FONTS.items()
    }
    if None in best.values():
        raise Refused("unready", _LACKING)
    return {face: name for face, name in best.items() if name}

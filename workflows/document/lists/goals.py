"""The goals of the year that a record prints below its clause (年度阶段性工作目标：第一季度：…；第四季度：…)."""

from __future__ import annotations

import re

Place = tuple[int, int]

_HEAD = re.compile(
    r"[。;\s]*[(\[]?[\u4e00-\u9fff]{0,10}(?:目标|节点|进度|计划|安排)[)\]]?[ ]{0,3}(?::|\t|\n|(?=第?[一二三四1-4]季度))\s*"
)
_STAGE = re.compile(
    r"[ \t(\[]{0,4}(?:20\d\d年)?(?:第?[一二三四1-4]季度|[上下]半年|\d{1,2}月份?|年底)(?:底|末|前){0,2}[)\]]?[ \t]?[:,、\t完]"
)
_LONGEST = 1500


def goals_below(folded: str, start: int, end: int) -> Place | None:
    """Where the goals stand that begin right behind `start`, up to the last line that names a stage; None if none do."""
    head = _HEAD.match(folded, start, end)
    position = head.end() if head else start
    end = min(end, position + _LONGEST)
    last = position
    while head and _STAGE.match(folded, last, end):
        line_end = folded.find("\n", last, end)
        if line_end < 0:
            return position, end
        last = line_end + 1
    return (position, last - 1) if last > position else None


def is_goals(folded: str, cell: Place) -> bool:
    """Whether a table's cell begins with a stage of the year."""
    return bool(_STAGE.match(folded, *cell))

"""The time a unit clause names for the whole task (时限): 2024年底前, 持续推进, 长期坚持, 立行立改, 按进度推进."""

from __future__ import annotations

import re

from workflows.document.naming.unitnames import looks_like_unit
from workflows.document.times.dates import counted_times, moments
from workflows.document.times.recurrence import CONTINUOUS

_OPEN_TIMES = re.compile(
    rf"^(?:{CONTINUOUS.pattern}|按(?:照|时|期|序时|计划|进度|时序|要求|时间|既定)\w{{0,8}}(?:推进|完成|落实|进行|实施)?"
    r"|(?:立行|立知|即知|立查|边查)\w{0,2}(?:立改|即改|改)|即时\w{0,4}|立即\w{0,4}|随时\w{0,3}|全年\w{0,4}|每\w{1,10}|年内|近期|尽快|分年度\w{0,4}"
    r"|定期\w{0,4}|适时\w{0,4})$"
)


def is_time_slot(folded: str, start: int, end: int) -> bool:
    """Whether the piece of a clause between `start` and `end` names a time and no unit."""
    words = folded[start:end].strip("() []")
    if _OPEN_TIMES.match(words):
        return True
    if len(words) > 40 or (looks_like_unit(words) and not words.endswith(("行", "完成"))):
        return False
    first = next(iter(moments(folded, start, end)), None) or next(counted_times(folded, start, end), None)
    return first is not None and first.start - start <= 8

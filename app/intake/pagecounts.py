"""Pages shared as text, with their numbers 1、 2、 3、 dropped into the middle of sentences: 加强学2、 校管理."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_HAN = "\u4e00-\u9fff"
_NAMED = "(?<!附件)(?<!附表)(?<!附录)(?<!专栏)(?<!任务)(?<!指标)(?<!措施)(?<!事项)(?<!项目)(?<!清单)(?<!方案)(?<!第)"
_AMID = re.compile(
    rf"(?<=[{_HAN}，、]){_NAMED}(?:(?P<tight>\d{{1,3}})、[ \t\u3000]+"
    rf"|[ \t\u3000]+(?P<spaced>\d{{1,3}})、[ \t\u3000]*"
    rf"|[ \t\u3000]*\n[ \t\u3000]*(?P<alone>\d{{1,3}})、[ \t\u3000]*\n[ \t\u3000]*)(?=[{_HAN}])"
)
_NEAREST = 6
_NEAREST_SPACED = 150
"""Characters a page holds at least, where a blank before the number lets it look like an item's."""


def without_page_counts(text: str) -> str:
    """The text without them: two or more that count the pages through, each in mid-sentence."""
    found = list(_AMID.finditer(text))
    if len(found) < 2 or not _count_pages(found):
        return text
    edges = [0, *(edge for number in found for edge in number.span()), len(text)]
    return "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _count_pages(found: Sequence[re.Match[str]]) -> bool:
    """Whether the numbers rise with the pages, a page's number missing where it fell between two sentences."""
    for first, second in pairwise(found):
        pages = int(second[second.lastgroup or ""]) - int(first[first.lastgroup or ""])
        shortest = _NEAREST_SPACED if "spaced" in {first.lastgroup, second.lastgroup} else _NEAREST
        if not 1 <= pages <= 3 or second.start() - first.end() < shortest * pages:
            return False
    return True

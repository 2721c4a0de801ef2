"""The heads of a task list's columns (序号、任务、牵头单位、责任单位、完成时限), in any order and wording."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workflows.document.naming.labels import Role, column_role

_HEADS = re.compile(
    r"^(?:序号|编号|类别|分类|备注|分值|权重|单位|(?:[\u4e00-\u9fff]{0,7})"
    r"(?:任务|工作|内容|事项|项目|指标|目标|措施|举措|要求|标准|名称|要点|问题|成果|形式|方面|领域|来源|责任|清单|情况))(?:\([^()\n]{1,8}\))?$"
)
_CONTENT = re.compile(r"任务|工作$|内容|事项|项目|指标|措施|举措|要点|问题|目标|要求|标准")
_NAMES = re.compile(r"^(?:工作|重点)?(?:任务|事项)名称$")
_FIGURES = re.compile(r"分值|权重|目标值|得分|数量")
UNIT_ROLES = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)
"""The roles of columns that name units which have a share."""

_LONGEST_HEAD = 16


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its head: `role` for units and times, `content` for the words of the task, `counts` for the
    rows' numbers, `figures` for other numbers, `names` for what tasks are called where another column holds what they
    ask; `printed` is False for a column of numbers that has no head."""

    role: Role | None
    content: bool
    counts: bool
    figures: bool = False
    printed: bool = True
    names: bool = False


def head_column(head: str) -> Column | None:
    """The column under the folded `head`, or None if no task list heads a column so."""
    words = head.replace(" ", "")
    if not 0 < len(words) <= _LONGEST_HEAD:
        return None
    role = column_role(words)
    if role is None and not _HEADS.match(words):
        return None
    content = role is None and bool(_CONTENT.search(words)) and not _FIGURES.search(words)
    figures, names = bool(_FIGURES.search(words)), bool(_NAMES.match(words))
    return Column(role, content, words in {"序号", "编号"}, figures, names=names)


def head_columns(heads: Sequence[str]) -> tuple[Column, ...] | None:
    """The columns, if the heads are those of a task list: at least one of units and one of content."""
    found = [head_column(head) for head in heads]
    known = [each for each in found if each]
    if len(known) * 2 < len(heads) or not any(each.role in UNIT_ROLES for each in known):
        return None
    if not any(each.content for each in known):
        return None
    if any(each.role is Role.SUPPORT for each in known):
        leads = ["主要责任" in head.replace(" ", "") for head in heads]
        found = [
            replace(each, role=Role.LEAD) if each and main else each
            for each, main in zip(found, leads, strict=True)
        ]
    return tuple(each or Column(None, content=False, counts=False) for each in found)

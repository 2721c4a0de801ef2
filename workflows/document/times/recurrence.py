"""How often a task comes round (周期): 每月、每季度、每年 as a demand, 持续推进 as the clause's time; not rates of pay."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workflows.document.model import Recurrence

Place = tuple[int, int]

CONTINUOUS = re.compile(
    r"长期(?:坚持|推进|开展|实施|任务|有效)?|持续\w{0,4}|常态化?\w{0,4}|经常性|全程|贯穿\w{0,4}|坚持"
)
"""The words of a time without an end, as a clause names it."""

_WORK = "调度|通报|报送|汇总|报告|更新|发布|公布|开展|考核|研判|分析|组织|推进|召开|督查|检查|评估|汇报|上报|总结|监测|统计|填报|抽查|排名"
_PER_HEAD = "(?<![人户家亩辆台件按高])"
_NO_RATE = r"(?!每人|\s?(?:给予|补助|补贴|奖励|发放|按|最高|不[高低超少]\w{0,2})?\s?[\d.]+\s?(?:元|万)|\s?(?:给予|补助|补贴|奖励|发放|最高))"
_RECURRING = re.compile(
    rf"(?=[每按逐实建落健执开做组编写发形出印公提撰])(?:{_PER_HEAD}(?P<monthly>每个?月(?:月?底|末|初|(?:组织|开展|召开)一次)?){_NO_RATE}"
    rf"|{_PER_HEAD}(?P<quarterly>每(?:个?季度?|一季度)(?:末|初)?){_NO_RATE}"
    rf"|{_PER_HEAD}(?P<yearly>每年度?(?![级龄])(?:(?:组织|开展|召开|举办)一次)?|每一年|每年年?[底末初]){_NO_RATE}"
    rf"|(?P<by_month>[按逐]月(?={_WORK}))|(?P<by_quarter>[按逐]季度?(?={_WORK}))|(?P<by_year>(?:按年度?|逐年)(?={_WORK}))"
    r"|(?:实行|实施|建立|落实|健全|执行|开展|做好|组织)[^。,;、”\"\s]{0,12}(?P<inspection>年检)(?!改)"
    r"|(?:编制|编写|发布|编发|形成|出台|印发|公布|提交|撰写)[^。,;\n]{0,20}(?P<product>年度)(?=(?:[^。,;、\n]{0,8})(?:报告|白皮书|蓝皮书)))"
)
_KINDS = {
    "monthly": Recurrence.MONTHLY, "by_month": Recurrence.MONTHLY,
    "quarterly": Recurrence.QUARTERLY, "by_quarter": Recurrence.QUARTERLY,
    "yearly": Recurrence.YEARLY, "by_year": Recurrence.YEARLY,
    "inspection": Recurrence.YEARLY, "product": Recurrence.YEARLY,
}  # fmt: skip


def read_recurrence(folded: str, text: Place, slots: Sequence[Place]) -> tuple[Recurrence, Place] | None:
    """The task's recurrence and where it is printed: the clause's own time first, then the first in the text."""
    for slot in slots:
        found = _in_words(folded, *slot)
        if found:
            return found
        lasting = CONTINUOUS.search(folded, *slot)
        if lasting:
            return Recurrence.CONTINUOUS, lasting.span()
    return _in_words(folded, *text) or _after_a_date(folded, *text)


def _in_words(folded: str, start: int, end: int) -> tuple[Recurrence, Place] | None:
    found = _RECURRING.search(folded, start, end)
    if not found or not found.lastgroup:
        return None
    return _KINDS[found.lastgroup], found.span(found.lastgroup)


_AND_ON = re.compile(
    r"[底末前日月](?:完成|建成|取得\w{2,5}成效|见效)[^。;\n]{0,4}并(?P<lasting>(?:长期坚持|持续\w{2}))"
)


def _after_a_date(folded: str, start: int, end: int) -> tuple[Recurrence, Place] | None:
    """2022年底前完成并持续推进 in the text: a date, and the work goes on."""
    found = _AND_ON.search(folded, start, end)
    return (Recurrence.CONTINUOUS, found.span("lasting")) if found else None

"""Which rhythms of reporting a document demands for its own execution: 月报告、季通报、年度考核, 每月25日前报送."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workflows.cadence import DutyKind
from workflows.document.model import CadenceDemand, Span

Place = tuple[int, int]

_REPORTS = "报告|报送|上报|填报|呈报|汇报|通报|反馈|调度|报(?=[省市州县区旗专领办督教送至到])"
_SYSTEMS = '报告|报送|通报|调度|推进|督查|督导|点评|分析|会商|报(?=制度|机制|表|[、,。;和及”")]|$)'
_REACH = r"[^。;\n]{0,36}?"
_COUNTED = r"(?<![\d一二三四五六七八九十两几个上本当次])"
_NOT_A_PERSON = "".join(
    f"(?<!{word})"
    for word in (
        "教师",
        "个人",
        "干部",
        "员工",
        "职工",
        "园长",
        "校长",
        "师德",
        "人员",
        "企业",
        "儿园",
        "学校",
    )
)

_SUMS_UP = "总结|自评|情况|报告"
_SENT = "报送|上报|呈报|报(?=[省市州县区旗专领办督教送至到])"

_NAMED = {
    DutyKind.MONTHLY_REPORT: re.compile(rf"{_COUNTED}月(?:工作|进展)?(?:{_SYSTEMS})(?!会)"),
    DutyKind.BULLETIN: re.compile(rf"{_COUNTED}季度?(?:工作|进展)?(?:{_SYSTEMS}|考核|考评|评估|小结)(?!会)"),
    DutyKind.ASSESSMENT: re.compile(
        rf"{_NOT_A_PERSON}(?:年度|年终|年底)(?:工作|目标|综合|绩效|责任|管理){{0,3}}(?:考核|考评)(?!优秀|等次|合格|不合格)"
        r"|(?<![\d一二三四五六七八九十两几半])年(?:考核|考评|总结|评估)(?=[制机、,。;和及”\"])"
        r"|半年(?:度)?(?:工作)?(?:报告|报(?=[、,。;和及制])|通报|督查|考核|总结|评估)"
    ),
}
"""Rhythms that go by a name of their own; 半年报 and 半年考核 count with the year's summing-up."""

_TOLD = {
    DutyKind.MONTHLY_REPORT: re.compile(
        rf"每个?月(?:度)?{_REACH}(?:{_REPORTS})|[按逐]月(?:{_REPORTS}|汇总)|一月一(?:{_REPORTS}|报)"
    ),
    DutyKind.BULLETIN: re.compile(
        rf"每个?季度?{_REACH}(?:{_REPORTS})|[按逐]季度?(?:{_REPORTS}|汇总)|一季一(?:{_REPORTS}|报|督|评|考)"
    ),
    DutyKind.ASSESSMENT: re.compile(
        rf"每年(?=\d{{1,2}}月|年?底|年?末|[^。;\n]{{0,12}}(?:总结|自评)){_REACH}"
        rf"(?:(?:{_SENT})[^。;\n]{{0,12}}?(?:{_SUMS_UP})|(?:{_SUMS_UP})[^。;\n]{{0,16}}?(?:{_SENT}))"
        rf"|每半年{_REACH}(?:{_REPORTS}|考核|总结|评估)"
    ),
}
"""Rhythms told in words: 于每月25日前将进展情况报送专班办公室."""

_DAY = re.compile(
    r"(?:(?P<month>1[0-2]|0?[1-9])月(?:份)?)?(?P<day>3[01]|[12]\d|0?[1-9])\s?[日号]|(?:(?P<of>1[0-2]|0?[1-9])月)?[底末](?!月)"
)
_OF_QUARTER = re.compile(r"(?P<last>末月|最后(?:一|1)个月|第三个月)|(?:首|次|第一个|后一个)月")
_MONTH_END = 31
_SAME_BREATH = 4


def cadence_demands(text: str, folded: str, tasks: Sequence[Place]) -> tuple[CadenceDemand, ...]:
    """The rhythms the document demands, each once; inside `tasks` (in order) only those that go by a name.

    What a task reports every month is that task's own duty, not the plan's rule.
    """
    named = [demand for kind, rule in _NAMED.items() for demand in _found(kind, rule, text, folded)]
    told = [demand for kind, rule in _TOLD.items() for demand in _found(kind, rule, text, folded)]
    outside = list(_outside(sorted(told, key=_start), tasks))
    return tuple(_each_once(sorted([*named, *outside], key=_start)))


def _start(demand: CadenceDemand) -> int:
    return demand.span.start


def _found(kind: DutyKind, rule: re.Pattern[str], text: str, folded: str) -> Iterator[CadenceDemand]:
    for match in rule.finditer(folded):
        day, month = _day(kind, match.group())
        yield CadenceDemand(kind, day, text[slice(*match.span())], Span(*match.span()), month)


def _day(kind: DutyKind, words: str) -> tuple[int | None, int | None]:
    """The day and the month the words name: the month of the year, or of the quarter (3 its last, 1 the one after)."""
    found = _DAY.search(words)
    if found is None:
        return None, None
    day = int(found.group("day") or _MONTH_END)
    if kind is DutyKind.ASSESSMENT:
        month = found.group("month") or found.group("of")
        return day, int(month) if month else (12 if day == _MONTH_END else None)
    if kind is DutyKind.MONTHLY_REPORT:
        return day, None
    place = _OF_QUARTER.search(words)
    last = place.group("last") if place else not found.group("day")
    return day, (3 if last else 1) if place or last else None


def _outside(found: Sequence[CadenceDemand], places: Sequence[Place]) -> Iterator[CadenceDemand]:
    index = 0
    for demand in found:
        while index < len(places) and places[index][1] <= demand.span.start:
            index += 1
        if index == len(places) or demand.span.start < places[index][0]:
            yield demand


def _each_once(found: Sequence[CadenceDemand]) -> Iterator[CadenceDemand]:
    """Each demand once; 月报告 says no more than 每月25日前报送, nor 季度小结 behind 每季度末报送."""
    dated = any(demand.day for demand in found if demand.kind is DutyKind.MONTHLY_REPORT)
    seen: set[tuple[DutyKind, int | None, int | None, str]] = set()
    reach: dict[DutyKind, int] = {}
    for demand in found:
        key = (demand.kind, demand.day, demand.month, "" if demand.day else demand.text)
        said = demand.span.start < reach.get(demand.kind, 0)
        vague = demand.day is None and demand.kind is DutyKind.MONTHLY_REPORT and dated
        if key not in seen and not said and not vague:
            seen.add(key)
            reach[demand.kind] = demand.span.end + _SAME_BREATH
            yield demand

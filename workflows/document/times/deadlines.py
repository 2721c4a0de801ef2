"""Which of the times in a task bind its units (完成时限), and which are starts, windows, or other people's dates."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from workflows.document.script import han_number
from workflows.document.times.dates import Counted, Moment, counted_times, moments

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the document says about its own time: the year its bare dates mean, and the period it plans for."""

    year: int | None
    period: tuple[date, date] | None
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A completion time as printed; `on` is None where it has no date (5年内, 每年2月底前, 持续推进)."""

    start: int
    end: int
    on: date | None
    implied_year: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """The time side of a task: the term that binds, the earlier ones, and where it starts."""

    deadline: Term | None
    milestones: tuple[Term, ...]
    start: Place | None


_QUOTED = re.compile(
    r"《[^《》]{0,120}》|\((?:19|20)\d\d\s?年?\s?[-~至到]{1,2}\s?(?:19|20)?\d\d\s?年?\)|[(\[](?:19|20)\d\d[)\]]\d*号?"
)
_STARTS = re.compile(r"\s?(?:起|开始(?!前)|以来)")
_START_BEFORE = re.compile(r"(?:从|自)\s?$")
_AFTER_NO_TERM = re.compile(
    r"\s?(?:止|起|开始|以来|之后|以后|后|期间|同期|新增|以上|出生|毕业|入学|度|的|、\d{1,2}月|[-~]\d|启动实施|期限)"
)
_BEFORE_TERM = re.compile(
    r"(?:到|至|不晚于|不迟于|赶在|最迟|最晚)(?:于|在|到|至)?\s?(?:20\d\d年?[底末]?[、和]\s?)?$"
)
_TO = re.compile(r"[到至]\s?$")
_IN = re.compile(r"(?:在|于|力争|确保|争取)\s?$")
_WINDOW_BEFORE = re.compile(
    r"(?:延长|延期|顺延|延|延续|展期|放宽|期限|有效期|执行期?|有效|暂缓|缓缴|实施|推迟|试行|施行|政策|保留|继续)\s?(?:到|至|截至|截止到?)\s?$"
    r"|[^。,;:\n(截]至\s?$"
    r"|(?:高于|低于|少于|多于|超过|较|比|同比|相比|基于|以)\s?$"
)
_RECURS_BEFORE = re.compile(
    r"(?:每年度?|每学年|每个?月|每季度?|次年|历年|逐年)的?\s?(?:(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:\d{1,2}日|[底末初])?(?:之?前)?[、和及]){0,4}$"
)
_ACHIEVES = re.compile(
    r"\s?(?:底|末|前|份)?,?\s?(?:全面|基本|全部|初步|正式|如期|率先)?(?:完成|实现|建成|达到|取得|出台|印发|形成|投入|投产|竣工|开工)"
)
_STAGES = re.compile(
    r"(?:20\d\d年(?:力争)?(?:完成|达到)\s?\d{1,3}(?:\.\d)?%[,;]\s?){1,6}20\d\d年(?:力争)?(?:全部|全面|基本)?(?:完成|达到)"
)
"""2024年完成60%,2025年全部完成: stages of the work. A bare year on its own is no term (LABELLING)."""

_OTHERS_AFTER = re.compile(
    r"\s?,?\s?(?:能够|有望|可以?|如数|未能|仍未|已|尚未|注册|签约|投产的|入库的|购买|到期)"
)
_OTHERS_SUBJECT = re.compile(
    r"(?:对于?|如果?|若|凡|凡是|对在|企业可|可|可在|的企业|纳税人|申请人|借款人|个人)(?:在|于)?\s?$"
)
_OTHERS_DUTY = (
    "暂免|暂退|暂不|免收|免征|减半|减免|缴纳|缴存|交还|交纳|补缴|补办|退税|免缴|缓缴|申领|纳税|缴清|还款|如数|延期缴|不予|给予|奖励|奖补|补助"
    "|补贴|贴息|享受|可按|可以|可申请|可享"
)
_POLICY_AFTER = re.compile(r"暂对|暂免|施行|执行|免征|减按|新增的")
_ADMINISTERS = (
    "安排资金|完成|优化|开展|建立|建成|建设|制定|制订|修订|出台|实现|启动|推动|推进|推行|形成|编制|印发|公布|清理|整治|修改|完善|提出|打造|培育|新建|改造|取消|健全|构建"
    "|达到|提高|提升|落实|引进|新增|覆盖|纳入|解决|消除|排查|上线|投用|发布|报送|完工|竣工|验收|设立|搭建|开工|审批|兑现|拨付|下达|组织|制作|梳理|部署|研究"
)
_GRANTED = "对于?(?:(?!兑现|拨付|落实|完成|开展|制定|组织)[^。;,]){1,24}?(?:给予|予以(?:奖|补|减)|奖励|奖补|补助|补贴|减免)"
_ATTRIBUTE = r"(?:[\u4e00-\u9fff]{0,4}的,?)"
_WHOSE = re.compile(
    rf"(?P<others>{_GRANTED}|{_OTHERS_DUTY})|(?P<administers>(?:{_ADMINISTERS})(?!{_ATTRIBUTE}))"
)
"""What is said first behind a date tells whose date it is: the office's that 制定s, or the payer's that 缴纳s."""
_PAST = re.compile(r"(?:截至|截止到?|到)\s?$")
_DONE = re.compile(r"[已共](?:经|有|建|完成|达|实现|累计|开|发|培)|达到?了|目前|累计(?:完成|实现|建成|投入)")
_SINCE_ISSUE = re.compile(
    r"(?=[自从在本文方通印发公下实])(?:自|从|在)?(?:本\w{1,4}|文件|方案|通知)?(?:(?:印发|发布|公布|下发|发文|实施)之?日起|(?:印发|下发|发布)之?后)\s?(?P<count>\d{1,3}|[一二三四五六七八九十两]{1,3})个?"
    r"(?P<unit>工作日|日|天|月|年)(?:之内|以内|内)"
)
_COUNTED_NO_TERM = re.compile(
    r"\s?(?:高校|的?毕业|享受|给予|免|不|关税|缴纳|补|还|向|办结|予以|新|有|申请|仍|未|的(?!时间))"
)
_WINDOW = 30


def read_terms(
    folded: str, text: Place, slots: Sequence[Place], calendar: Calendar, further: Sequence[Place] = ()
) -> Terms:
    """The terms of a task with its demand at `text` and `further` on, and its clause's times at `slots`."""
    read = [_text_terms(folded, *place, calendar) for place in (text, *further)]
    start = next((begins for begins, _ in read if begins), None)
    found = [term for _, terms in read for term in terms]
    in_slots = [term for slot in slots for term in _slot_terms(folded, slot, calendar)]
    dated = [term for term in found + in_slots if term.on]
    undated = [term for term in in_slots + found if not term.on]
    if not dated:
        return Terms(undated[0] if undated else None, (), start)
    latest = max(dated, key=lambda term: (term.on or date.min, term in in_slots, -dated.index(term)))
    deadline = _preferred(folded, latest, dated)
    others = {folded[term.start : term.end]: term for term in dated if term is not deadline}
    others.pop(folded[deadline.start : deadline.end], None)
    return Terms(
        deadline, tuple(sorted(others.values(), key=lambda term: (term.on or date.min, term.start))), start
    )


def _preferred(folded: str, latest: Term, dated: Sequence[Term]) -> Term:
    """Of two counted terms with one date the one that says by when (三年内) binds, not the one that says how long."""
    if latest.counted and folded[latest.start] == "用":
        return next((term for term in dated if term.on == latest.on and folded[term.start] != "用"), latest)
    return latest


def _slot_terms(folded: str, slot: Place, calendar: Calendar) -> list[Term]:
    """The terms of a clause's own time slot: there every date is a term, a range by its end."""
    terms: list[Term] = []
    year, printed, opening = calendar.year, False, None
    for moment in moments(folded, *slot):
        year, printed = moment.year or year, printed or moment.year is not None
        recurs = _RECURS_BEFORE.search(folded, max(slot[0], moment.start - 30), moment.start)
        if recurs:
            return [Term(recurs.start(), moment.end, None)]
        if moment.ranged == "first":
            opening = moment.start
        elif not _STARTS.match(folded, moment.end, slot[1]) and not _names_more(folded, moment, slot[1]):
            term = _term(folded, moment, year, slot[0])
            ranged = opening if moment.ranged and opening is not None else term.start
            terms.append(replace(term, start=ranged, implied_year=not printed))
    return terms or [Term(*slot, on=_counted_date(folded, slot, calendar))]


_MORE_THAN_YEAR = re.compile(r"\s{0,3}(?:[*＊×□_xX]{0,3}\s{0,3}月|[\u4e00-\u9fff]{1,7}前)")


def _names_more(folded: str, moment: Moment, end: int) -> bool:
    """Whether the year is only a part of the time named, whose rest has no date: 2025年*月底前, 2025年汛期前."""
    return moment.is_bare_year and not moment.bound and bool(_MORE_THAN_YEAR.match(folded, moment.end, end))


def _counted_date(folded: str, slot: Place, calendar: Calendar) -> date | None:
    counted = next(counted_times(folded, *slot), None)
    return _period_end(counted, calendar) if counted else None


def _term(folded: str, moment: Moment, year: int | None, floor: int) -> Term:
    begins = _TO.search(folded, max(floor, moment.start - 2), moment.start)
    start = begins.start() if begins and not moment.ranged else moment.start
    return Term(start, moment.end, moment.last_day(year), implied_year=moment.year is None)


def _text_terms(folded: str, start: int, end: int, calendar: Calendar) -> tuple[Place | None, list[Term]]:
    quoted = [found.span() for found in _QUOTED.finditer(folded, start, end)]
    begins: Place | None = None
    terms: list[Term] = []
    year = calendar.year
    joined: list[Moment] = []
    for moment in _outside(moments(folded, start, end), quoted):
        opening = _start_place(folded, moment, start, end)
        begins = begins or (opening if _starts_the_work(folded, moment, end, calendar) else None)
        joined = (
            [*joined[-_MOST_JOINED:], moment] if joined and _joins(folded, joined[-1], moment) else [moment]
        )
        if opening or not _binds(folded, moment, start, end, calendar):
            continue
        base = year
        for each in joined:
            term = _text_term(folded, each, base, start)
            base = each.year or base
            if term.on is None or calendar.year is None or term.on.year >= calendar.year:
                terms.append(term)
                year = base
        joined = []
    return begins, terms + _counted_terms(folded, start, end, calendar)


_MOST_JOINED = 11


def _joins(folded: str, first: Moment, second: Moment) -> bool:
    """Whether the first shares the 前 of the second: 2025年6月20日、12月20日前."""
    plain = first.month and second.month and not first.bound and not first.ranged and not second.year
    return bool(plain) and first.end + 1 == second.start and folded[first.end] in "、和及"


def _text_term(folded: str, moment: Moment, year: int | None, floor: int) -> Term:
    recurs = _RECURS_BEFORE.search(folded, max(floor, moment.start - 30), moment.start)
    if recurs:
        return Term(recurs.start(), moment.end, None)
    return _term(folded, moment, year, floor)


def _outside(found: Sequence[Moment], quoted: Sequence[Place]) -> Iterator[Moment]:
    """The moments that stand in no quoted title and no period in brackets; both sequences are in order."""
    index = 0
    for moment in found:
        while index < len(quoted) and quoted[index][1] <= moment.start:
            index += 1
        if index == len(quoted) or moment.start < quoted[index][0]:
            yield moment


def _start_place(folded: str, moment: Moment, floor: int, end: int) -> Place | None:
    after = _STARTS.match(folded, moment.end, end)
    if not after or moment.bound or moment.ranged:
        return None
    before = _START_BEFORE.search(folded, max(floor, moment.start - 2), moment.start)
    return (before.start() if before else moment.start, after.end())


def _starts_the_work(folded: str, moment: Moment, end: int, calendar: Calendar) -> bool:
    """Whether a start is the units' own, not that of a tax rule or of a time gone by."""
    if moment.year and calendar.year and moment.year < calendar.year - 1:
        return False
    return not _POLICY_AFTER.search(folded, moment.end, min(end, moment.end + 12))


def _binds(folded: str, moment: Moment, floor: int, end: int, calendar: Calendar) -> bool:
    """Whether the moment is a time by which the task's units have to be done."""
    before = (max(floor, moment.start - 10), moment.start)
    if moment.ranged or _WINDOW_BEFORE.search(folded, *before) or _OTHERS_SUBJECT.search(folded, *before):
        return False
    if not moment.bound and _AFTER_NO_TERM.match(folded, moment.end, end):
        return False
    if not _has_term_shape(folded, moment, before, end):
        return False
    if _binds_others(folded, moment, end):
        return False
    ahead = bool(moment.year and calendar.year and moment.year > calendar.year)
    return ahead or not _is_narration(folded, moment, before, end)


_CLOSING = frozenset({"底", "末", "年底", "年末", "期末", "时期末", "规划期末"})


def _has_term_shape(folded: str, moment: Moment, before: Place, end: int) -> bool:
    if moment.annual and not moment.edge and not moment.bound:
        return False
    if moment.bound or moment.edge in _CLOSING or _BEFORE_TERM.search(folded, *before):
        return True
    if moment.month and folded.startswith(":", moment.end):  # 第一季度：…；第二季度：…
        return True
    if moment.is_bare_year and _is_stage(folded, moment, end):
        return True
    achieves = bool(_ACHIEVES.match(folded, moment.end, end))
    return achieves and (not moment.is_bare_year or bool(_IN.search(folded, *before)))


def _is_stage(folded: str, moment: Moment, end: int) -> bool:
    """Whether the bare year is one of a row of stages."""
    near = _STAGES.finditer(folded, max(0, moment.start - _WINDOW * 3), min(end, moment.end + _WINDOW * 3))
    return any(row.start() <= moment.start < row.end() for row in near)


def _binds_others(folded: str, moment: Moment, end: int) -> bool:
    """Whether the words behind the date speak of enterprises, taxpayers or applicants."""
    if _OTHERS_AFTER.match(folded, moment.end, end):
        return True
    stop = folded.find("。", moment.end, min(end, moment.end + _WINDOW))
    first = _WHOSE.search(folded, moment.end, stop if stop >= 0 else min(end, moment.end + _WINDOW))
    return bool(first and first.lastgroup == "others")


def _is_narration(folded: str, moment: Moment, before: Place, end: int) -> bool:
    """截至2022年底，全县已建成…: a report of what was done."""
    if not _PAST.search(folded, *before):
        return False
    stop = folded.find("。", moment.end, min(end, moment.end + 40))
    return bool(_DONE.search(folded, moment.end, stop if stop >= 0 else min(end, moment.end + 40)))


_SENTENCE_START = "。,;:\n "


def _counted_terms(folded: str, start: int, end: int, calendar: Calendar) -> list[Term]:
    """三年内、5年内 at the head of a clause of the sentence, 用三年时间; 30天内 in running text is a service time."""
    terms = [
        Term(*found.span(), _since_issue(found, calendar))
        for found in _SINCE_ISSUE.finditer(folded, start, end)
    ]
    for counted in counted_times(folded, start, end):
        heads = (
            counted.start <= start
            or folded[counted.start - 1] in _SENTENCE_START
            or folded[counted.start] == "用"
        )
        if counted.years and heads and not _COUNTED_NO_TERM.match(folded, counted.end, end):
            terms.append(Term(counted.start, counted.end, _period_end(counted, calendar), counted=True))
    return terms


def _since_issue(found: re.Match[str], calendar: Calendar) -> date | None:
    """印发之日起30日内 from the printed date of issue; working days are left to the clerk's calendar."""
    count, issued, unit = han_number(found.group("count")), calendar.issued_on, found.group("unit")
    if issued is None or unit == "工作日":
        return None
    if unit in {"日", "天"}:
        return issued + timedelta(days=count)
    months = issued.month - 1 + (count * 12 if unit == "年" else count)
    year, month = issued.year + months // 12, months % 12 + 1
    return date(year, month, min(issued.day, monthrange(year, month)[1]))


def _period_end(counted: Counted, calendar: Calendar) -> date | None:
    """The plan's last day where the plan's own period has the length counted (三年内 in a three-year plan)."""
    if counted.years is None or calendar.period is None:
        return None
    first, last = calendar.period
    return last if last.year - first.year + 1 == counted.years else None

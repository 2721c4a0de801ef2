"""Hints while a report is written (填报提示): what the office would ask back about, said before it is sent.

They never block and are never scored (reference, innovations 11): a hint that is wrong costs a glance, so a rule would
rather stay silent. Every rule reads at most `READ` characters, each of them a fixed number of times.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

READ = 3000
"""Characters of a text that are looked at; a field holds fewer."""

SAME_PERCENT = 80
"""Percent of a text that may have stood in last month's before one is asked what is new."""

_TOO_SHORT = 12
_SHORT = 40
_QUOTED = 40


class HintCode(StrEnum):
    """空话, 与上月雷同, 数字不一致, 按计划而无变化."""

    EMPTY = "empty"
    REPEATED = "repeated"
    FIGURES = "figures"
    UNMOVED = "unmoved"


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint: what kind, the sentence that says what would help, and the words of the text it is about."""

    code: HintCode
    sentence: str
    words: str


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator beside the text: its value now and last month, and its target, as plain decimal text or empty."""

    name: str
    unit: str
    value: str
    before: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A row as it stands in the form. `excused`: 本月无变化 or 按计划等待 is ticked, and says itself that nothing moved."""

    done: str
    percent: int | None = None
    figures: tuple[Figure, ...] = ()
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the same unit said of the task last month."""

    done: str
    percent: int | None = None


def hints(written: Written, before: Earlier | None = None) -> tuple[Hint, ...]:
    """What to ask about the row, one hint a rule at most for its text, one an indicator for its figures."""
    text = written.done[:READ].strip()
    if not text:
        return ()
    said = Written(text, written.percent, written.figures, written.excused)
    earlier = Earlier(before.done[:READ], before.percent) if before else None
    return tuple(hint for rule in _RULES for hint in rule(said, earlier))


# ------------------------------------------------------------------------------------------ 空话

_EMPTY = re.compile(
    "高度重视|高位推[动进]|提高(?:思想)?认识|提高政治站位|统一思想|"
    "(?:积极|扎实|稳步|有序|大力|加快|全面|深入|持续|统筹|强力|纵深)(?:推进|推动|开展|落实)|"
    "(?:认真|狠抓|坚决|全力|切实|抓好)(?:贯彻)?落实|(?:切实|进一步|不断)(?:加强|强化|提升|完善)|"
    "(?:加强|强化)(?:组织)?领导|精心组织|周密部署|压实责任|齐抓共管|形成合力|凝聚共识|营造(?:良好|浓厚)?氛围|"
    "(?:取得|成效)(?:了)?(?:明显|显著|初步|阶段性|积极|良好)?(?:的)?(?:成效|进展|成果|显著|明显)|工作正在进行"
)
_COUNTED = re.compile(
    r"[0-9０-９]|[一二两三四五六七八九十百千万半]+"
    "(?:余|多)?(?:个|所|次|人|名|家|项|件|处|台|套|份|场|期|条|座|亩|公里|元|辆|栋|间|班|轮|批|组|户|层|米|天|年|月|日|季度)"
)
_DATED = re.compile("[上中下]旬|月[初底末]|年[初底末]|周[一二三四五六日]|春节|国庆|开学")
_TITLED = re.compile(r"《[^》\n]{1,60}》|“[^”\n]{2,40}”|〔")
_PLACED = re.compile(
    "([一-龥]{2})(?:幼儿园|小学|中学|学校|镇|乡|村|街道|社区|公司|医院|卫生院|水库|大桥|广场)"
)
_NOBODY = re.compile(
    "[各全每该本等的]|有关|相关|所有|部分|公办|民办|普惠|城区|农村|城乡|乡镇|重点|部门|学前|中心|我县|全县"
)
_FINISHED = re.compile(
    "印发|出台|建成|竣工|开工|动工|验收|挂牌|投入使用|投用|签订|签约|拨付|到位|中标|招标|公示|开园|审定|批复|获批|上报|"
    "下发|召开|举办|培训|招聘|聘用|取缔|关停|停办|安装|封顶|交付|发布|备案|移交|完成|通过|配备|划转|立项|建立了|制定了|报送"
)
_AHEAD = re.compile(
    "(?:确保|力争|争取|努力|将|拟|计划|准备|推动|尽快|尽早|加快|争|促进|等待|有望|预计|未|没有|尚)[^，。；,;]{0,6}$"
)
_SENTENCE = re.compile(r"[^。！？；!?;\n]+")


def _empty(written: Written, _before: Earlier | None) -> Iterator[Hint]:
    """Phrases that say nothing, and not a single fact in the whole text."""
    phrase = _EMPTY.search(written.done)
    if phrase and not _has_fact(written.done):
        yield Hint(
            HintCode.EMPTY,
            "这段话没有具体内容。写一写做了哪件事、什么时候、多少数量或在哪里，一句就够。",
            phrase.group(),
        )


def _has_fact(text: str) -> bool:
    """Whether a number, a date, something with a name, or something that was finished is spoken of."""
    return bool(
        _COUNTED.search(text)
        or _DATED.search(text)
        or _TITLED.search(text)
        or any(not _NOBODY.search(named.group(1)) for named in _PLACED.finditer(text))
        or any(
            not _AHEAD.search(text, max(0, verb.start() - 10), verb.start())
            for verb in _FINISHED.finditer(text)
        )
    )


# ------------------------------------------------------------------------------------------ 与上月雷同

_NO_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def _repeated(written: Written, before: Earlier | None) -> Iterator[Hint]:
    """More than `SAME_PERCENT` of the text stood there last month; a short text whose figures are new is news."""
    if before is None or written.excused:
        return
    now, then = _NO_WORD.sub("", written.done), _NO_WORD.sub("", before.done)
    if len(now) < _TOO_SHORT:
        return
    if len(now) < _SHORT and _DIGITS.findall(written.done) != _DIGITS.findall(before.done):
        return
    same = same_percent(now, then)
    if same > SAME_PERCENT:
        yield Hint(
            HintCode.REPEATED,
            f"与上月填报有{same}%相同。请写明本月新做了什么；确实没有变化，勾选“本月无变化”更省事。",
            _stood(written.done, before.done),
        )


def same_percent(now: str, then: str) -> int:
    """How much of `now` stood in `then`, 0–100, rounded down: by pairs of neighbouring characters, in linear time."""
    pairs, old = Counter(pairwise(now)), Counter(pairwise(then))
    total = pairs.total()
    return (pairs & old).total() * 100 // total if total else 0


def _stood(now: str, then: str) -> str:
    """The first sentence that stands in both, else how the text begins."""
    known = {sentence.strip() for sentence in _SENTENCE.findall(then)}
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(now)]
    found = next((sentence for sentence in sentences if len(sentence) > 3 and sentence in known), now)
    return found[:_QUOTED]


# ------------------------------------------------------------------------------------------ 数字不一致

_OVERALL = re.compile(
    r"(?:^|[，。；、：,;:\s])(?:目前|截至目前|截至本月底?|本月底)?(?:本任务|该任务|任务|该项任务|全部任务)?"
    r"(?:已)?(?:累计完成|总体进度|总进度|整体进度|完成进度|总体完成)(?:率)?(?:已)?(?:达到|达|为|约|到|至)?"
    r"\s*(\d{1,3}(?:\.\d{1,2})?)\s*[%％]"
)
_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{1,15}(?:\.\d{1,6})?)[ \u3000]{0,2}", re.ASCII)
_AIMED = re.compile("目标|要求|标准|应达|计划|不低于|以上|不超过|还差|年底")
_NEAR = 6
"""Characters on either side of a figure in which it may be called a target."""
_CLAUSE_END = re.compile(r"[。；;！!？?\n]")


def _figures(written: Written, _before: Earlier | None) -> Iterator[Hint]:
    """The text names another figure than the fields beside it."""
    overall = _OVERALL.search(written.done)
    if overall and written.percent is not None and Decimal(overall.group(1)) != written.percent:
        yield Hint(
            HintCode.FIGURES,
            f"文字里说完成{overall.group(1)}%，填的累计完成是{written.percent}%。请核对哪个对。",
            overall.group().strip("，。；、：,;: \n"),
        )
    for figure in written.figures:
        yield from _disagreeing(written.done, figure)


def _disagreeing(text: str, figure: Figure) -> Iterator[Hint]:
    """The clause that names the indicator has figures of its unit, and the value is none of them.

    Last month's value, and a figure that is called the target, may stand there as well and say nothing of this month.
    """
    at = text.find(figure.name) if len(figure.name) > 1 else -1
    value = _decimal(figure.value)
    if at < 0 or value is None:
        return
    end = _CLAUSE_END.search(text, at)
    clause = text[at + len(figure.name) : end.start() if end else None]
    before = _decimal(figure.before)
    said = [number for number in _numbers(clause, figure.unit) if number == value or number != before]
    if said and value not in said:
        yield Hint(
            HintCode.FIGURES,
            f"“{figure.name}”填的是{figure.value}{figure.unit}，文字里写的不一样。请核对哪个对。",
            f"{figure.name}{clause}"[:_QUOTED],
        )


def _numbers(clause: str, unit: str) -> list[Decimal]:
    """The figures of that unit in the clause that are not called a target; without a unit, none can be told."""
    if not unit:
        return []
    wanted = ("%", "％") if unit in {"%", "％"} else (unit,)
    return [
        Decimal(found.group(1).replace(",", ""))
        for found in _NUMBER.finditer(clause)
        if clause.startswith(wanted, found.end())
        and not _AIMED.search(clause, max(0, found.start() - _NEAR), found.end() + _NEAR)
    ]


def _decimal(words: str) -> Decimal | None:
    return Decimal(words) if _PLAIN.fullmatch(words) and words.isascii() else None


# ------------------------------------------------------------------------------------------ 按计划而无变化

_AS_PLANNED = re.compile(
    "(?:按|按照|依照)(?:原定|既定)?(?:计划|序时|进度|时序|节点)(?:进度)?(?:有序|稳步|正常)?(?:推进|进行|实施|开展)|正常推进"
)


def _unmoved(written: Written, before: Earlier | None) -> Iterator[Hint]:
    """按计划推进, while neither the share done nor any indicator has moved since last month, and no fact is given."""
    planned = _AS_PLANNED.search(written.done)
    if planned is None or before is None or written.excused or _has_fact(written.done):
        return
    same_share = written.percent is not None and written.percent == before.percent
    if same_share and all(figure.value == figure.before for figure in written.figures):
        yield Hint(
            HintCode.UNMOVED,
            "写了按计划推进，但进度和指标都没有变化。请写明推进到哪个节点；如果计划本来就是等待，勾选“按计划等待”。",
            planned.group(),
        )


_RULES: Sequence[Callable[[Written, Earlier | None], Iterator[Hint]]] = (
    _empty,
    _repeated,
    _figures,
    _unmoved,
)

"""The rules a county may change, in words: what one version says, and what is different in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from workflows.cadence import KIND_LABELS, RHYTHM_LABELS, ROLL_LABELS, SIGNOFF_LABELS, CadenceRules, DutyKind
from workflows.commitments import TASK_KIND_LABELS
from workflows.escalation import AUDIENCE_LABELS, LETTER_LABELS, Ladder, LadderBook, Rung, rung_words
from workflows.light import THRESHOLD_LABELS, LightRules
from workflows.requests import RequestRules


class Shape(StrEnum):
    """What kind of thing a rule's value is: so it is said, typed and read."""

    DAY = "day"
    COUNT = "count"
    DAYS = "days"
    DATE = "date"
    DATES = "dates"
    ROLL = "roll"
    SIGNOFF = "signoff"
    RHYTHM = "rhythm"


@dataclass(frozen=True, slots=True)
class Spec:
    """What a rule is called, the shape of its value, and what its figure counts."""

    label: str
    shape: Shape
    unit: str = ""


CADENCE: Mapping[str, Spec] = MappingProxyType(
    {
        "monthly_opens_day": Spec("月报开放日", Shape.DAY, "每月几日"),
        "monthly_due_day": Spec("月报截止日", Shape.DAY, "每月几日"),
        "consolidation_day": Spec("牵头汇总日", Shape.DAY, "每月几日"),
        "review_day": Spec("审核完成日", Shape.DAY, "次月几日"),
        "lock_day": Spec("锁定日", Shape.DAY, "次月几日，之后报送算补报"),
        "signoff": Spec("单位审签", Shape.SIGNOFF),
        "bulletin_due_day": Spec("季通报截止日", Shape.DAY, "季后首月几日"),
        "assessment_opens": Spec("年度考核开放日", Shape.DATE, "例如 12月20日"),
        "assessment_due": Spec("年度考核截止日", Shape.DATE, "次年，例如 1月10日"),
        "least_workdays_open": Spec("从开放到截止至少", Shape.COUNT, "工作日"),
        "sign_workdays": Spec("签收期限", Shape.COUNT, "工作日"),
        "correction_workdays": Spec("退回修改期限", Shape.COUNT, "工作日"),
        "roll": Spec("截止日遇休息日", Shape.ROLL),
        "cutoff_hour": Spec("截止时刻", Shape.COUNT, "点，24为当天结束"),
        "rhythm": Spec("报告频次", Shape.RHYTHM),
        "half_days": Spec("半月报截止日", Shape.DAYS, "每月两日，例如 8日、23日"),
        "term_ends": Spec("学期报告截止日", Shape.DATES, "秋季、春季各一日，例如 1月15日、6月30日"),
        "custom_days": Spec("自定报告日期", Shape.DATES, "例如 3月31日、9月30日"),
        "open_days": Spec("没有开放日的报告提前开放", Shape.COUNT, "日"),
    }
)
"""Every part of `CadenceRules`, in the order in which it is shown."""

REQUESTS: Mapping[str, Spec] = MappingProxyType(
    {
        "extension_ahead": Spec("延期至少提前", Shape.COUNT, "工作日"),
        "extension_share": Spec("单次延期不超过原期限的几分之一", Shape.COUNT, "3表示三分之一"),
        "extension_longest": Spec("单次延期最多", Shape.COUNT, "日"),
        "extension_times": Spec("不经专班会议的延期", Shape.COUNT, "次"),
        "objection_within": Spec("提出异议的期限", Shape.COUNT, "工作日"),
        "objection_stop": Spec("异议期间停表", Shape.COUNT, "工作日"),
        "answer_extension": Spec("答复延期", Shape.COUNT, "工作日"),
        "answer_objection": Spec("裁定异议", Shape.COUNT, "工作日"),
        "answer_coordination": Spec("答复协调", Shape.COUNT, "工作日"),
        "answer_change": Spec("答复调整、暂缓、撤销、转常态", Shape.COUNT, "工作日"),
    }
)
"""Every part of `RequestRules`, which stand in the same version as the report days."""


@dataclass(frozen=True, slots=True)
class Line:
    """One rule in words, under the heading it belongs to."""

    group: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that two versions word differently; an empty side means that it is not there."""

    group: str
    label: str
    before: str
    after: str


def changes(before: Sequence[Line], after: Sequence[Line]) -> list[Change]:
    """What is different, in the order of the later version, what fell away last."""
    former = {(line.group, line.label): line.words for line in before}
    present = {(line.group, line.label): line.words for line in after}
    both = [(key, former.get(key, ""), words) for key, words in present.items()]
    gone = [(key, words, "") for key, words in former.items() if key not in present]
    return [Change(*key, was, now) for key, was, now in [*both, *gone] if was != now]


def cadence_lines(days: CadenceRules, limits: RequestRules) -> list[Line]:
    """The report days, and the limits of requests."""
    said = [
        Line("报告周期", spec.label, said_of(spec, getattr(days, name))) for name, spec in CADENCE.items()
    ]
    bounds = [
        Line("请求的限度", spec.label, said_of(spec, getattr(limits, name)))
        for name, spec in REQUESTS.items()
    ]
    return said + bounds


def said_of(spec: Spec, value: Any) -> str:
    """The value of one rule as a person reads it."""
    if spec.shape is Shape.DAY:
        return f"{value}日"
    if spec.shape is Shape.COUNT:
        return f"{value}{spec.unit.partition('，')[0]}" if not spec.unit.startswith("3") else f"1/{value}"
    if spec.shape is Shape.ROLL:
        return ROLL_LABELS[value]
    if spec.shape is Shape.SIGNOFF:
        return SIGNOFF_LABELS[value]
    if spec.shape is Shape.RHYTHM:
        named = [f"{TASK_KIND_LABELS[kind]}任务{RHYTHM_LABELS[rhythm]}" for kind, rhythm in value.items()]
        return "，".join([*named, "其余每月" if named else "每月"])
    return typed_of(spec, value) or "无"


def typed_of(spec: Spec, value: Any) -> str:
    """The value as it stands in the field it is typed in."""
    if spec.shape is Shape.DATE:
        return _date(value)
    if spec.shape is Shape.DATES:
        return "、".join(_date(one) for one in value)
    if spec.shape is Shape.DAYS:
        return "、".join(f"{day}日" for day in value)
    return str(value)


def _date(value: tuple[int, int]) -> str:
    return f"{value[0]}月{value[1]}日"


def light_lines(rules: LightRules) -> list[Line]:
    """The thresholds of the lights."""
    values = rules.as_json()
    return [Line("亮灯规则", label, f"{values[name]:g}") for name, label in THRESHOLD_LABELS.items()]


def ladder_lines(book: LadderBook) -> list[Line]:
    """Every rung of every ladder, and the days for answers."""
    rungs = [line for kind in DutyKind for line in _ladder(KIND_LABELS[kind], book.ladders[kind])]
    days = [
        Line("督办单", f"{LETTER_LABELS[kind]}回复期限", f"{count}个工作日" if count else "不要求书面回复")
        for kind, count in book.reply_workdays.items()
    ]
    return rungs + days


def _ladder(kind: str, ladder: Ladder) -> Iterator[Line]:
    for rung in ladder.rungs:
        yield Line(kind, rung_words(rung), what_it_does(rung))
    yield Line(kind, "发出时刻", f"{ladder.hour}时")
    yield Line(kind, "补发后至少隔", f"{ladder.late_spacing}个工作日")
    yield Line(kind, "未确认收到时请督查室核实", f"最多{ladder.checks}次")


def what_it_does(rung: Rung) -> str:
    """One rung in words: 提级提醒，发联络员、分管领导，同时拟蓝色提醒单，收到上一封后才发，立即发."""
    parts = [LETTER_LABELS[rung.letter], f"发{'、'.join(AUDIENCE_LABELS[post] for post in rung.audience)}"]
    if rung.drafts is rung.letter:
        parts[0] = f"拟{parts[0]}，由人签发"
    if rung.copies:
        parts.append(f"抄送{'、'.join(AUDIENCE_LABELS[post] for post in rung.copies)}")
    if rung.slip:
        parts.append(f"同时拟{LETTER_LABELS[rung.slip]}，由人签发")
    if rung.times:
        parts.append(f"每{rung.every}个工作日重复，最多{rung.times}次")
    if rung.receipt:
        parts.append("确认收到上一封后才发")
    parts.append("立即发" if rung.urgent else "并入每日一封")
    return "，".join(parts)

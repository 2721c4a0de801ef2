"""The light of a task (灯): its colour, why, by which rule of which version, and what would turn it green."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil, floor
from types import MappingProxyType

from workflows.calendar import WorkCalendar
from workflows.lifecycle import OnTime
from workflows.light.rules import LightRules
from workflows.light.standing import Stage, Standing, expected_percent, planned_curve
from workflows.wording import chinese_date, urgency


class Colour(StrEnum):
    """绿 正常, 黄 预警, 红 滞后或逾期, 蓝 提示（不计）, 灰 未启动或不计."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    BLUE = "blue"
    GREY = "grey"


COLOUR_LABELS: Mapping[Colour, str] = MappingProxyType(
    {
        Colour.GREEN: "绿灯",
        Colour.YELLOW: "黄灯",
        Colour.RED: "红灯",
        Colour.BLUE: "蓝灯",
        Colour.GREY: "灰灯",
    }
)


HEALTHY = frozenset({Colour.GREEN, Colour.BLUE})
"""A blue light is a hint, not a warning: it is not counted (提示，不计; reference b.3)."""


class Rule(StrEnum):
    """Which rule gave the light, in the order in which they are asked."""

    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    UNISSUED = "unissued"
    SUSPENDED = "suspended"
    ADVOCACY = "advocacy"
    NOT_STARTED = "not_started"
    OVERDUE = "overdue"
    UNABLE = "unable"
    BEHIND = "behind"
    UNCHANGED = "unchanged"
    NEAR = "near"
    UNFILED = "unfiled"
    REPORT_DUE = "report_due"
    MILESTONE_DUE = "milestone_due"
    HEALTHY = "healthy"


RULE_LABELS: Mapping[Rule, str] = MappingProxyType(
    {
        Rule.CLOSED: "已办结",
        Rule.WITHDRAWN: "已撤销",
        Rule.UNISSUED: "未下达",
        Rule.SUSPENDED: "暂缓",
        Rule.ADVOCACY: "倡导型不计灯",
        Rule.NOT_STARTED: "未启动",
        Rule.OVERDUE: "逾期",
        Rule.UNABLE: "自报不能按期",
        Rule.BEHIND: "落后序时",
        Rule.UNCHANGED: "连续无变化",
        Rule.NEAR: "临近时限",
        Rule.UNFILED: "逾期未报",
        Rule.REPORT_DUE: "临近报送截止",
        Rule.MILESTONE_DUE: "临近阶段节点",
        Rule.HEALTHY: "正常",
    }
)


@dataclass(frozen=True, slots=True)
class Light:
    """`word` stands in the pill, `reason` beside it with the figures, `mend` says all that would turn it green.

    `mend` is empty when it is green, or when nothing would (已撤销, 倡导型). `expected` is 序时进度, rounded.
    """

    colour: Colour
    word: str
    reason: str
    mend: str
    expected: int | None
    version: int
    rule: Rule

    @property
    def is_done(self) -> bool:
        """Whether it is shown as a tick (已完成打勾)."""
        return self.rule is Rule.CLOSED

    @property
    def source(self) -> str:
        """By which rule of which version."""
        return f"规则：{RULE_LABELS[self.rule]}，亮灯规则第{self.version}版"

    @property
    def account(self) -> str:
        """Reason, rule and mend in one paragraph."""
        return f"{self.reason}（{self.source}）{f'怎样变绿：{self.mend}' if self.mend else ''}"


def light(standing: Standing, rules: LightRules, today: date, calendar: WorkCalendar) -> Light:
    """The task's light today: the gravest of what the rules find, and of those the first.

    `mend` joins what every rule that found something asks for: a task behind schedule with a report to file is not
    green before both are done. While the clock is stopped (停表) the light keeps its colour and its reason says so: a
    request that is being decided moves no date, so an overdue task is overdue until the extension is granted, and
    nobody gains a green light by asking; but whoever reads it learns why nobody is chased.
    """
    case = _Case(standing, rules, today, calendar, expected_percent(standing, today, calendar))
    findings = _outside(case) or [found for rule in _RULES if (found := rule(case))] or [_healthy(case)]
    gravest = min(findings, key=lambda found: _GRAVITY.index(found.colour))
    return Light(
        gravest.colour,
        gravest.word,
        gravest.reason + _held(case, gravest),
        _mend(findings),
        None if case.expected is None else round(case.expected),
        rules.version,
        gravest.rule,
    )


_GRAVITY = (Colour.RED, Colour.YELLOW, Colour.BLUE, Colour.GREEN, Colour.GREY)


@dataclass(frozen=True, slots=True)
class _Case:
    """What every rule looks at. `expected` is 序时进度, 0–100, None without a schedule."""

    standing: Standing
    rules: LightRules
    today: date
    calendar: WorkCalendar
    expected: float | None

    @property
    def is_past(self) -> bool:
        deadline = self.standing.deadline_on
        return deadline is not None and self.today > deadline

    @property
    def is_near(self) -> bool:
        """Within `near_days` calendar days of the deadline, or past it, with something left to do."""
        deadline = self.standing.deadline_on
        if deadline is None or self.standing.done >= 100:
            return False
        return (deadline - self.today).days <= self.rules.near_days

    def is_soon(self, day: date) -> bool:
        """Whether that day is today, or not more than `blue_workdays` working days ahead."""
        return self.today <= day and self.calendar.between(self.today, day) <= self.rules.blue_workdays

    def against_schedule(self) -> str:
        basis = "阶段节点" if len(planned_curve(self.standing)) > 2 else "工作日"
        return f"按{basis}应完成{self.expected:.4g}%，实际{self.standing.done}%"


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one rule says of a task. `mend` is a clause without its full stop, `need` the percentage that would do;
    `hint` is a sentence that may help.
    """

    rule: Rule
    colour: Colour
    word: str
    reason: str
    mend: str = ""
    need: int = 0
    hint: str = ""


_FINISH = "完成任务并申请办结，由督查室销号"
_EXTEND = "确有困难请在到期前申请延期。"


def _mend(findings: list[_Finding]) -> str:
    """All that is asked for, each thing once; closing the task settles everything else."""
    need = max(found.need for found in findings)
    asked = [f"进度达到{need}%以上"] if need else []
    asked += dict.fromkeys(found.mend for found in findings if found.mend)
    hints = "".join(dict.fromkeys(found.hint for found in findings))
    if not asked:
        return ""
    return f"{_FINISH if _FINISH in asked else '；并'.join(asked)}。{hints}"


def _held(case: _Case, found: _Finding) -> str:
    held = case.standing.held_reason
    if not held or found.rule in {Rule.CLOSED, Rule.WITHDRAWN, Rule.SUSPENDED}:
        return ""
    return f"{held}：期间不催办、不升级，灯色仍按现行时限计算。"


# ----------------------------------------------------------------------------------------------- not under way


def _outside(case: _Case) -> list[_Finding]:
    """Tasks no longer, or not yet, under way, and those that are only encouraged."""
    standing = case.standing
    if standing.closed:
        return [_Finding(Rule.CLOSED, Colour.GREEN, "已销号", "任务已办结销号。")]
    if standing.withdrawn:
        return [_grey(Rule.WITHDRAWN, "已撤销", "任务已经撤销，不计灯。")]
    if not standing.issued:
        return [_grey(Rule.UNISSUED, "未下达", "任务尚未下达，不计灯。", "下达后开始计算")]
    if standing.suspended:
        return [_grey(Rule.SUSPENDED, "暂缓", "任务经批准暂缓，期间不计灯。", "恢复办理后重新计算")]
    if standing.advocacy:
        words = "鼓励、支持、探索类任务只报做法，不计灯。"
        return [_grey(Rule.ADVOCACY, "倡导型", words)]
    return _not_started(case)


def _not_started(case: _Case) -> list[_Finding]:
    start, deadline = case.standing.starts_on, case.standing.deadline_on
    if start is None or case.today >= start or (deadline is not None and deadline <= start):
        return []
    reason = f"任务自{chinese_date(start)}起实施，尚未启动，不计灯。"
    return [_grey(Rule.NOT_STARTED, "未启动", reason, "启动后开始计算")]


def _grey(rule: Rule, word: str, reason: str, mend: str = "") -> _Finding:
    return _Finding(rule, Colour.GREY, word, reason, mend)


# ------------------------------------------------------------------------------------------------ red and yellow


def _overdue(case: _Case) -> _Finding | None:
    deadline = case.standing.deadline_on
    if deadline is None or not case.is_past:
        return None
    return _Finding(
        Rule.OVERDUE,
        Colour.RED,
        urgency(deadline, case.today, case.calendar),
        f"完成时限{chinese_date(deadline)}已过，任务尚未销号，完成{case.standing.done}%。",
        _FINISH,
    )


def _unable(case: _Case) -> _Finding | None:
    """The lead's own word in its latest report; a task all done is not held to it."""
    if case.standing.on_time is not OnTime.UNABLE or case.standing.done >= 100:
        return None
    reason = f"牵头单位在最近一期月报中填报“不能按期”，完成{case.standing.done}%。"
    mend = "在下一期月报中改报能够按期"
    return _Finding(Rule.UNABLE, Colour.RED, "不能按期", reason, mend, hint=_EXTEND)


def _behind(case: _Case) -> _Finding | None:
    """Behind schedule by the yellow line or more; close to the date no percentage short of all is a mend."""
    expected, done, rules = case.expected, case.standing.done, case.rules
    if case.is_past or expected is None or expected - done < rules.yellow_points:
        return None
    behind = expected - done
    red = behind > rules.red_points
    line = f"超过{rules.red_points:g}的红线" if red else f"达到{rules.yellow_points:g}的黄线"
    need = min(floor(expected - rules.yellow_points) + 1, 100)
    return _Finding(
        Rule.BEHIND,
        Colour.RED if red else Colour.YELLOW,
        f"欠序时{behind:.0f}%",
        f"{case.against_schedule()}，落后{behind:.4g}个百分点，{line}。",
        _FINISH if case.is_near else "",
        0 if case.is_near else need,
        _EXTEND if red else "",
    )


def _unchanged(case: _Case) -> _Finding | None:
    periods, standing = case.rules.unchanged_periods, case.standing
    if standing.unchanged_periods < periods or standing.done >= 100:
        return None
    reason = f"最近连续{periods}期月报没有变化，进度停在{standing.done}%，也没有注明按计划等待。"
    mend = "报送新的进展，或在月报中注明按计划等待"
    return _Finding(Rule.UNCHANGED, Colour.YELLOW, f"{periods}期无变化", reason, mend)


def _near(case: _Case) -> _Finding | None:
    deadline, today = case.standing.deadline_on, case.today
    if deadline is None or case.is_past or not case.is_near:
        return None
    left = f"还有{(deadline - today).days}日" if today < deadline else "就在今天"
    warned = f"（{case.rules.near_days}日内预警）"
    reason = f"距完成时限{chinese_date(deadline)}{left}{warned}，完成{case.standing.done}%。"
    return _Finding(Rule.NEAR, Colour.YELLOW, "临近时限", reason, _FINISH)


_BY_FILINGS = "任务没有可比的完成时限，按报送情况计灯："


def _unfiled(case: _Case) -> _Finding | None:
    """A task without a schedule is judged by what its units have filed."""
    late = case.standing.overdue_duties
    if case.expected is not None or not late:
        return None
    reason = f"{_BY_FILINGS}有{late}件事项逾期未办。"
    return _Finding(Rule.UNFILED, Colour.YELLOW, f"{late}件未报", reason, "补齐逾期事项")


# ------------------------------------------------------------------------------------------------ blue and green


def _report_due(case: _Case) -> _Finding | None:
    due_on = case.standing.reports_due_on
    if due_on is None or not case.is_soon(due_on):
        return None
    left = urgency(due_on, case.today, case.calendar)
    reason = f"月报{chinese_date(due_on)}截止（{left}），尚未报齐。"
    return _Finding(Rule.REPORT_DUE, Colour.BLUE, "月报待报", reason, "按时报齐月报")


def _milestone_due(case: _Case) -> _Finding | None:
    stage = _next_stage(case)
    if stage is None or case.standing.done >= stage.percent:
        return None
    left, need = urgency(stage.on, case.today, case.calendar), ceil(stage.percent)
    planned = f"该节点应完成{stage.percent:.4g}%，实际{case.standing.done}%"
    reason = f"阶段节点{chinese_date(stage.on)}临近（{left}），{planned}。"
    return _Finding(Rule.MILESTONE_DUE, Colour.BLUE, "临近节点", reason, need=need)


def _next_stage(case: _Case) -> Stage | None:
    """The milestone that comes next, when it is near; the ends of the curve are none."""
    stages = planned_curve(case.standing)[1:-1]
    return next((stage for stage in stages if case.is_soon(stage.on)), None)


def _healthy(case: _Case) -> _Finding:
    reason = f"{_BY_FILINGS}没有逾期事项。" if case.expected is None else f"{case.against_schedule()}。"
    return _Finding(Rule.HEALTHY, Colour.GREEN, "正常", reason)


_RULES: tuple[Callable[[_Case], _Finding | None], ...] = (
    _overdue,
    _unable,
    _behind,
    _unchanged,
    _near,
    _unfiled,
    _report_due,
    _milestone_due,
)

"""What stays visible of a report for good (留痕): 漏报, 迟报, 补报, 退回, 更正, 审签 pending; each said in a word."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.models import Commitment, Correction, Duty, Report, Unit
from app.queries.lateness import has_ended, late_workdays, was_late
from workflows.lifecycle import CAUSE_LABELS, ON_TIME_LABELS, STANDING_REPORTS, DutyState
from workflows.light import PACE_LABELS
from workflows.wording import chinese_date


@dataclass(frozen=True, slots=True)
class Mark:
    """A word, its tone (r grave, y a warning, n a note), and the sentence behind it."""

    word: str
    tone: str
    why: str


def marks(duty: Duty, now: datetime) -> tuple[Mark, ...]:
    """The marks of a month's report, the gravest first; its report and corrections are loaded.

    迟报 is held against the first date (reference b.5: 双口径), and stays when the report is returned and filed anew.
    """
    return tuple(mark for mark in (_lacking(duty, now), _late(duty), *_told(duty.report)) if mark)


def _lacking(duty: Duty, now: datetime) -> Mark | None:
    if duty.state is not DutyState.OPEN or duty.filed_at is not None or not has_ended(duty, now):
        return None
    return Mark("漏报", "r", "截止时间已过，还没有报送。")


def _late(duty: Duty) -> Mark | None:
    if duty.filed_at is None or not was_late(duty, duty.filed_at):
        return None
    days = late_workdays(duty, duty.filed_at)
    return Mark("迟报", "y", f"首次报送晚于原定期限{days}个工作日。" if days else "首次报送晚于原定期限。")


def _told(report: Report | None) -> list[Mark]:
    if report is None:
        return []
    found = []
    if report.after_lock and report.submitted_at:
        found.append(Mark("补报", "y", "本期锁定以后才报送。"))
    if report.returns:
        found.append(Mark(f"退回{report.returns}次", "n", "督查室曾退回修改。"))
    if report.corrections and report.state in STANDING_REPORTS:
        locked = any(one.after_lock for one in report.corrections)
        why = "报送后更正过，更正前后的内容都保留。"
        found.append(Mark(f"更正{len(report.corrections)}次", "y" if locked else "n", why))
    return found


SAID_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "percent": "完成进度（%）",
        "occurred": "本期是否开展",
        "schedule": "是否达序时",
        "done": "进展",
        "problems": "存在问题",
        "cause": "原因",
        "help_words": "需协调事项",
        "help_unit_id": "需哪个单位协调",
        "next_step": "下步打算",
        "next_on": "预计完成日期",
        "on_time": "能否按期",
        "waiting": "按计划等待",
        "unchanged": "无变化",
        "unchanged_reason": "无变化的原因",
    }
)
"""What a report says, by the names its fields have on the page."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One correction in words (更正留痕): `changes` says field by field what stood there and what stands there now."""

    at: datetime
    who: str
    reason: str
    after_lock: bool
    changes: tuple[str, ...]


def fixes_of(reports: Collection[Report]) -> Mapping[int, tuple[Fix, ...]]:
    """The corrections of each of these reports, by its id, oldest first; corrections and who made them are loaded."""
    corrected = {report.id: report.corrections for report in reports if report.corrections}
    if not corrected:
        return {}
    made = [one for some in corrected.values() for one in some]
    names = _Names(made)
    return {report_id: tuple(_fix(one, names) for one in some) for report_id, some in corrected.items()}


class _Names:
    """What the ids in corrections stand for."""

    def __init__(self, made: Sequence[Correction]) -> None:
        bodies = [body for one in made for body in (one.before, one.after)]
        units = {body["help_unit_id"] for body in bodies if body.get("help_unit_id")}
        indicators = {int(key) for body in bodies for key in body.get("measures", {})}
        s = session()
        named = s.execute(sa.select(Unit.id, Unit.name).where(Unit.id.in_(units))) if units else ()
        self.units = {unit_id: name for unit_id, name in named}  # noqa: C416
        promised = sa.select(Commitment.id, Commitment.name).where(Commitment.id.in_(indicators))
        self.indicators = {str(key): name for key, name in s.execute(promised)} if indicators else {}


def _fix(one: Correction, names: _Names) -> Fix:
    changes = tuple(_changes(one.before, one.after, names))
    return Fix(one.corrected_at, one.corrected_by.name, one.reason, one.after_lock, changes)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], names: _Names) -> Iterator[str]:
    for name, label in SAID_LABELS.items():
        if name in after:
            was, now = _said(name, before.get(name), names), _said(name, after[name], names)
            yield f"{label}：{was} → {now}"
    was_measured, measured = before.get("measures", {}), after.get("measures", {})
    for key in sorted({*was_measured, *measured}, key=int):
        if was_measured.get(key) != measured.get(key):
            label = names.indicators.get(key) or "指标值"
            yield f"{label}：{was_measured.get(key) or '（空）'} → {measured.get(key) or '（空）'}"


def _said(name: str, value: Any, names: _Names) -> str:
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "help_unit_id":
        return names.units.get(value, "")
    if name == "next_on":
        return chinese_date(date.fromisoformat(value))
    labels: Mapping[str, Mapping[Any, str]] = {
        "cause": CAUSE_LABELS,
        "on_time": ON_TIME_LABELS,
        "schedule": PACE_LABELS,
    }
    return labels[name][value] if name in labels else str(value)

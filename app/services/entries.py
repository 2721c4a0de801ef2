"""One task's row of the month's report as it was typed: what may stand in it, and what it lacks to be filed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.models import Duty, Measure, Report, Unit
from app.queries.background import Background
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.lifecycle import Cause, OnTime
from workflows.light import Pace
from workflows.measures import plain_figure

EMPTY_VERSION = 0
"""The version a page has seen of a report nobody has begun."""

LONGEST_WORDS = 300
"""Characters each field of the month's report may hold: 减负, not a limit of the machine (reference b.2)."""

SCHEDULES = (Pace.ON, Pace.BEHIND, Pace.AHEAD)
"""The unit's own word on 是否达序时."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One task's row on the month's page. `percent` (0–100) None means not filled in, or to be derived from `measures`,
    the values of the task's indicators by commitment, or from `occurred`, whether what recurs was held this period.

    `on_time` answers 能否按期; `waiting` says that no progress is what the plan wants (按计划等待); `unchanged` is 本月无变化,
    which from the second time in a row asks for `unchanged_reason`. `cause` goes with problems, `help_unit_id` with
    `help_words` (需协调事项及对象), `next_on` with the next step.
    """

    duty_id: int
    percent: int | None
    done: str
    problems: str
    next_step: str
    seen_version: int
    on_time: OnTime | None = None
    waiting: bool = False
    measures: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    occurred: bool | None = None
    schedule: Pace | None = None
    cause: Cause | None = None
    help_words: str = ""
    help_unit_id: int | None = None
    next_on: date | None = None
    unchanged: bool = False
    unchanged_reason: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        return (self.done, self.problems, self.next_step, self.help_words, self.unchanged_reason)

    @property
    def values(self) -> Mapping[int, str]:
        """The indicators' values that were given, as plain decimal text; raises Refused invalid."""
        plain = {commitment_id: plain_figure(words) for commitment_id, words in self.measures.items()}
        return {commitment_id: value for commitment_id, value in plain.items() if value}

    @property
    def is_blank(self) -> bool:
        """Whether nobody has said anything in it yet."""
        ticked = self.waiting or self.unchanged or self.occurred
        chosen = self.on_time or self.schedule or self.cause or self.help_unit_id or self.next_on
        return self.percent is None and not (ticked or chosen or self.values or "".join(self.words).strip())

    def figure(self, background: Background) -> int | None:
        """累计完成: as it was given, else as it follows from the indicators or from what was held."""
        if self.percent is not None:
            return self.percent
        return background.percent(self.values, self.occurred)

    def lacks(self, background: Background) -> tuple[str, ...]:
        """What has to be filled in before it can be filed, by the names of its fields; () when it can."""
        return tuple(_lacking(self, background))


def _lacking(entry: Entry, background: Background) -> Iterator[str]:
    if not entry.done.strip():
        yield "进展"
    if entry.figure(background) is None:
        yield "指标值" if background.is_measured else "本期是否开展" if background.recurs else "完成进度"
    if entry.problems.strip() and entry.cause is None:
        yield "问题的原因"
    if entry.help_words.strip() and entry.help_unit_id is None:
        yield "需协调的对象"
    if entry.help_unit_id is not None and not entry.help_words.strip():
        yield "需协调的事项"
    if entry.unchanged and background.was_unchanged and not entry.unchanged_reason.strip():
        yield "连续无变化的原因"


def refuse_unusable(s: Session, duty: Duty, entry: Entry) -> None:
    """Return when the row can be kept as a draft at least; raises Refused illegal-step or invalid."""
    if duty.kind is not DutyKind.MONTHLY_REPORT:
        raise Refused("illegal-step", "这件事项不是月报，请从“我的待办”进入。")
    if entry.percent is not None and not 0 <= entry.percent <= 100:
        raise Refused("invalid", "完成进度请填0到100之间的整数。")
    if max(map(len, entry.words)) > LONGEST_WORDS:
        raise Refused("invalid", f"每一栏最多{LONGEST_WORDS}字，请精简后再保存。")
    if entry.schedule is not None and entry.schedule not in SCHEDULES:
        raise Refused("invalid", "是否达序时请选达序时、欠序时或超序时。")
    if entry.help_unit_id is not None and s.get(Unit, entry.help_unit_id) is None:
        raise Refused("invalid", "没有找到需协调的单位，请从名单中选择。")
    if entry.help_unit_id == duty.unit_id:
        raise Refused("invalid", "需协调的对象不能是本单位，请选择其他单位。")
    promised = {one.id for one in duty.task.commitments} if duty.task else set()
    if not set(entry.values) <= promised:
        raise Refused("invalid", "填了不属于这项任务的指标值，请重新打开页面再填。")


SAID = ("percent", "occurred", "schedule", "done", "problems", "cause", "help_words", "help_unit_id", "next_step",
        "next_on", "on_time", "waiting", "unchanged", "unchanged_reason")  # fmt: skip
"""Everything a row says beside the values of its indicators: fields of an entry, and columns of a report."""


def write(s: Session, report: Report, entry: Entry) -> None:
    """Put what was typed into the report; a change of a value alone makes a new version of it too."""
    for name in SAID:
        setattr(report, name, getattr(entry, name))
    if values_of(report) != entry.values:
        for gone in [one for one in report.measures if one.commitment_id not in entry.values]:
            report.measures.remove(gone)
        kept = {one.commitment_id: one for one in report.measures}
        for commitment_id, value in entry.values.items():
            if commitment_id in kept:
                kept[commitment_id].value = value
            else:
                report.measures.append(Measure(commitment_id=commitment_id, value=value))
        flag_modified(report, "done")
    s.flush()


def values_of(report: Report) -> dict[int, str]:
    """The values a report gives, by commitment."""
    return {one.commitment_id: one.value for one in report.measures}


def said(report: Report) -> dict[str, Any]:
    """All that a report says, as the record keeps it: plain text, ISO dates, values by commitment."""
    told = {name: _plain(getattr(report, name)) for name in SAID}
    measures = {str(commitment_id): value for commitment_id, value in values_of(report).items()}
    return told | {"measures": measures}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value

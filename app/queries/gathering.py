"""The reports of one period taken together: what the lead of a task gathers (牵头汇总), what the office looks through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Consolidation, Duty, Report
from app.queries import nudges
from app.queries.lateness import has_ended, urgency_of, was_late
from app.queries.nudges import Nudged
from workflows.cadence import DutyKind
from workflows.calendar import is_late, local_date
from workflows.errors import Refused
from workflows.gathering import Gathered, Part, put_together
from workflows.lifecycle import CAUSE_LABELS, HOLD_LABELS, STANDING_REPORTS, DutyState, ReportState
from workflows.wording import short_date


def reports_of(plan_id: int, period_key: str, task_id: int | None = None) -> list[Duty]:
    """The reports of a plan's period that are still asked for or were filed, of one task or of all, with their units."""
    asked = (
        sa.select(Duty)
        .where(
            Duty.plan_id == plan_id,
            Duty.kind == DutyKind.MONTHLY_REPORT,
            Duty.period_key == period_key,
            Duty.state != DutyState.CANCELLED,
        )
        .options(selectinload(Duty.unit))
        .order_by(Duty.id)
    )
    if task_id is not None:
        asked = asked.where(Duty.task_id == task_id)
        asked = asked.options(selectinload(Duty.report).selectinload(Report.help_unit))
    return list(session().scalars(asked))


# ------------------------------------------------------------------------------------- what the lead makes of it


def consolidation(duty_id: int) -> Consolidation | None:
    """What the lead has written or filed for that duty, if anything."""
    return session().scalar(sa.select(Consolidation).where(Consolidation.duty_id == duty_id))


def written(row: Consolidation) -> Gathered | None:
    """The lead's own words; None while it has written none."""
    words = Gathered(row.percent, row.done, row.problems, row.next_step)
    return None if words == Gathered() else words


def prefilled(duty: Duty, reports: Sequence[Duty]) -> Gathered:
    """The parts that stand, put together under their units' names, the lead's own first."""
    return put_together(duty.unit.name, [part for report in reports if (part := part_of(report))])


def part_of(duty: Duty) -> Part | None:
    """What a unit's report says, in words; None while none of its stands."""
    report = duty.report
    if report is None or report.state not in STANDING_REPORTS:
        return None
    return Part(duty.unit.name, report.percent, report.done, trouble(report), following(report))


def trouble(report: Report) -> str:
    """存在问题 with its cause, and what is to be coordinated with whom."""
    cause = f"（原因：{CAUSE_LABELS[report.cause]}）" if report.cause and report.problems.strip() else ""
    of_whom = f"（{report.help_unit.name}）" if report.help_unit else ""
    asks = f"需协调：{report.help_words.strip()}{of_whom}" if report.help_words.strip() else ""
    problems = f"{report.problems.strip()}{cause}"
    return " ".join(filter(None, (problems, asks)))


def following(report: Report) -> str:
    """下步打算 with its date."""
    by = f"（{short_date(report.next_on)}前）" if report.next_on and report.next_step.strip() else ""
    return f"{report.next_step.strip()}{by}"


# ------------------------------------------------------------------------------------- who is there, who is not


def place_of(duty_id: int) -> tuple[int, str]:
    """The unit and the period of a duty: where its page of reports is; raises Refused missing."""
    row = session().execute(sa.select(Duty.unit_id, Duty.period_key).where(Duty.id == duty_id)).first()
    if row is None:
        raise Refused("missing", "没有找到这件事项，它可能已被撤销。请从“我的待办”进入。")
    return row.unit_id, row.period_key


def unfiled(reports: Sequence[Duty]) -> list[Duty]:
    """Those nobody has ever filed."""
    return [report for report in reports if report.state is DutyState.OPEN and report.filed_at is None]


def lacking(reports: Sequence[Duty], now: datetime) -> tuple[str, ...]:
    """Whose report is not there, each unit once: one that was returned, or has a later date of its own, is said to be so."""
    said: dict[str, str] = {}
    for report in reports:
        if report.state is DutyState.OPEN:
            said.setdefault(report.unit.name, f"{report.unit.name}{_why(report, now)}")
    return tuple(said.values())


def _why(report: Duty, now: datetime) -> str:
    if report.filed_at is not None:
        return "（退回待改）"
    ended = is_late(report.due_on, report.cutoff_hour, now)
    return "" if ended else f"（{short_date(report.due_on)}截止）"


@dataclass(frozen=True, slots=True)
class Gathering:
    """What the lead of one task gathers for a period: how many of the others have filed, and whose report is lacking.

    `waits` says in words why it cannot be done yet; empty when it can.
    """

    duty: Duty
    filed: int
    asked: int
    lacking: tuple[str, ...]
    urgency: str
    late: bool
    waits: str

    @property
    def open(self) -> bool:
        return self.duty.state is DutyState.OPEN

    @property
    def share(self) -> int:
        """齐套率 in percent: how many of the others have filed."""
        return full_share(self.filed, self.asked)


def full_share(filed: int, asked: int) -> int:
    """齐套率: the whole percent of what was asked that was filed, rounded down; nothing asked for is complete."""
    return 100 * filed // asked if asked else 100


def gatherings(unit_id: int, period_key: str, now: datetime) -> list[Gathering]:
    """What a unit gathers for that period as lead, in document order."""
    owed = (
        sa.select(Duty)
        .where(
            Duty.unit_id == unit_id,
            Duty.kind == DutyKind.CONSOLIDATION,
            Duty.period_key == period_key,
            Duty.state != DutyState.CANCELLED,
        )
        .options(selectinload(Duty.task), selectinload(Duty.unit))
    )
    found = sorted(session().scalars(owed), key=lambda d: (d.plan_id, d.task.position if d.task else 0))
    reports = _by_task(found, period_key)
    return [_gathering(duty, reports.get(duty.task_id, ()), now) for duty in found]


def _by_task(gathered: Sequence[Duty], period_key: str) -> Mapping[int | None, Sequence[Duty]]:
    asked = (
        sa.select(Duty)
        .where(
            Duty.task_id.in_({duty.task_id for duty in gathered}),
            Duty.kind == DutyKind.MONTHLY_REPORT,
            Duty.period_key == period_key,
            Duty.state != DutyState.CANCELLED,
        )
        .options(selectinload(Duty.unit))
        .order_by(Duty.id)
    )
    found: dict[int | None, list[Duty]] = defaultdict(list)
    for report in session().scalars(asked):
        found[report.task_id].append(report)
    return found


def _gathering(duty: Duty, reports: Sequence[Duty], now: datetime) -> Gathering:
    others = [report for report in reports if report.unit_id != duty.unit_id]
    return Gathering(
        duty,
        sum(report.state is not DutyState.OPEN for report in others),
        len(others),
        lacking(others, now),
        urgency_of(duty, local_date(now)),
        has_ended(duty, now),
        waits(duty, reports, now),
    )


def waits(duty: Duty, reports: Sequence[Duty], now: datetime) -> str:
    """Why the lead cannot gather yet: its own report comes first, and nobody is passed over before the date has come.

    A unit with a calendar of its own may owe its report later than the lead: it is named, and not waited for.
    """
    own = next((report for report in reports if report.unit_id == duty.unit_id), None)
    if own is None:
        return ""
    if own in unfiled(reports):
        return "请先报送本单位的这份报告，再汇总。"
    if unfiled(reports) and not is_late(own.original_due_on, own.cutoff_hour, now):
        return f"还有单位没有报送，{short_date(own.original_due_on)}截止以后才能带缺汇总。"
    return ""


# ------------------------------------------------------------------------------------- one task, one period


@dataclass(frozen=True, slots=True)
class Member:
    """One unit's part: `part` is None while none stands; `word` says how it is (已报, 迟报, 单位待审签, 退回待改, 未报, 停表)."""

    duty: Duty
    part: Part | None
    tone: str
    word: str
    urgency: str
    late: bool
    nudged: Nudged | None
    nudgeable: bool


@dataclass(frozen=True, slots=True)
class GatherPage:
    """One task and period as its lead sees it: the lead's own part, the others', and what it makes of them.

    `share` is the 齐套率 in percent: how many of the other units have filed. `again_on` is when one may nudge again,
    None when somebody may be nudged now or nobody has to be.
    """

    duty: Duty
    own: Member | None
    members: tuple[Member, ...]
    filed: int
    share: int
    lacking: tuple[str, ...]
    waits: str
    saved: Consolidation | None
    prefilled: Gathered
    may_nudge: bool
    again_on: date | None

    @property
    def open(self) -> bool:
        return self.duty.state is DutyState.OPEN

    @property
    def words(self) -> Gathered:
        """What was saved or filed; else the parts put together."""
        return (self.saved and written(self.saved)) or self.prefilled

    @property
    def missing(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.part is None)

    @property
    def filed_members(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.part is not None)


def gather_page(duty_id: int, now: datetime) -> GatherPage:
    """The page of one consolidation: a constant number of queries, however many units; raises Refused missing."""
    wanted = (
        sa.select(Duty)
        .where(Duty.id == duty_id, Duty.kind == DutyKind.CONSOLIDATION)
        .options(selectinload(Duty.task), selectinload(Duty.unit), selectinload(Duty.plan))
    )
    duty = session().scalar(wanted)
    if duty is None:
        raise Refused("missing", "没有找到这项牵头汇总，任务可能已经销号。请从“我的待办”进入。")
    reports = reports_of(duty.plan_id, duty.period_key, duty.task_id)
    nudged = nudges.latest([report.id for report in reports])
    members = [_member(report, nudged.get(report.id), now) for report in reports]
    own = next((member for member in members if member.duty.unit_id == duty.unit_id), None)
    others = tuple(
        sorted((m for m in members if m is not own), key=lambda m: (m.duty.unit.position, m.duty.unit_id))
    )
    filed = sum(member.duty.state is not DutyState.OPEN for member in others)
    waiting = [member.nudged for member in others if member.nudgeable]
    return GatherPage(
        duty,
        own,
        others,
        filed,
        full_share(filed, len(others)),
        lacking([member.duty for member in others], now),
        waits(duty, reports, now),
        consolidation(duty.id),
        prefilled(duty, reports),
        nudges.may_nudge(waiting, local_date(now)),
        nudges.again_on(waiting, local_date(now)),
    )


def _member(duty: Duty, nudged: Nudged | None, now: datetime) -> Member:
    tone, word = _standing(duty, now)
    return Member(
        duty,
        part_of(duty),
        tone,
        word,
        urgency_of(duty, local_date(now)),
        has_ended(duty, now),
        nudged,
        nudges.nudgeable(duty),
    )


def _standing(duty: Duty, now: datetime) -> tuple[str, str]:
    if duty.state is not DutyState.OPEN:
        late = duty.filed_at is not None and was_late(duty, duty.filed_at)
        return ("y", "迟报") if late else ("g", "已报")
    if duty.hold and not nudges.nudgeable(duty):
        return "n", HOLD_LABELS[duty.hold]
    if duty.report is not None and duty.report.state is ReportState.SIGNOFF:
        return "y", "单位待审签"
    if duty.filed_at is not None:
        return "r", "退回待改"
    return ("r", "未报") if has_ended(duty, now) else ("n", "未报")

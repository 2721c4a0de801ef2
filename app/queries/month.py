"""The month's page (月报): all one unit reports on for one period, and what each report builds on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Correction, Duty, Report, Request, Unit
from app.queries import rules
from app.queries.background import Background, backgrounds
from app.queries.desk import Parts, parts_of
from app.queries.lateness import has_ended, is_locked, urgency_of
from app.queries.marks import Fix, Mark, fixes_of, marks
from app.queries.signers import Signer, signers
from app.queries.tasks import role_words
from workflows.cadence import DutyKind, Rhythm, Signoff, rhythm_of
from workflows.calendar import local_date
from workflows.lifecycle import (
    REPORT,
    STANDING_REPORTS,
    DutyState,
    ReportEvent,
    ReportState,
)
from workflows.requests import RequestKind
from workflows.units import UnitKind


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One task on the month's page: its duty, its report so far, what it builds on, and what stays visible of it.

    `signoff` is how the rules of its plan want it signed in the unit, `locked` whether its period is closed (a report
    filed now is 补报); `asked_at` is when the unit last asked for another's help in this task (协调), if it did; `fixes` are the corrections of its report (更正), oldest first.
    """

    duty: Duty
    report: Report | None
    background: Background
    role: str
    marks: tuple[Mark, ...]
    signoff: Signoff
    locked: bool
    asked_at: datetime | None
    fixes: tuple[Fix, ...]

    @property
    def before(self) -> Report | None:
        """The report before, of any rhythm."""
        return self.background.before

    @property
    def open(self) -> bool:
        """Whether the row can still be written: not begun, a draft, or returned."""
        settled = self.report is not None and not REPORT.allows(self.report.state, ReportEvent.SAVE)
        return self.duty.state is DutyState.OPEN and not settled

    @property
    def waits(self) -> bool:
        """Whether it waits for the unit's leader to sign (待审签)."""
        signing = self.report is not None and self.report.state is ReportState.SIGNOFF
        return signing and self.duty.state is DutyState.OPEN

    @property
    def correctable(self) -> bool:
        return self.report is not None and self.report.state in STANDING_REPORTS

    @property
    def needs_help(self) -> bool:
        """Whether a filed report asks another unit's help that nobody has requested yet (需协调事项)."""
        report = self.report
        if report is None or not self.correctable or not report.help_unit_id or not report.submitted_at:
            return False
        return self.asked_at is None or self.asked_at < report.submitted_at


@dataclass(frozen=True, slots=True)
class MonthPage:
    """One unit's month. `due_on` is the first date on which something still open falls due."""

    unit_id: int
    unit_name: str
    unit_kind: UnitKind
    period_key: str
    opens_on: date
    due_on: date
    urgency: str
    late: bool
    rows: tuple[MonthRow, ...]
    months: tuple[str, ...]
    signers: tuple[Signer, ...]

    @property
    def is_monthly(self) -> bool:
        """Whether it is a month's report; those of other rhythms speak of the period (本期)."""
        return rhythm_of(self.period_key) is Rhythm.MONTHLY

    @property
    def names_signer(self) -> bool:
        """Whether something that can be filed wants the name of whoever signs it."""
        return any(row.open and row.signoff is Signoff.NAMED for row in self.rows)

    @property
    def is_signed_in_person(self) -> bool:
        return any(row.open and row.signoff is Signoff.PERSONAL for row in self.rows)

    @property
    def waiting(self) -> tuple[MonthRow, ...]:
        """What waits for the unit's leader to sign."""
        return tuple(row for row in self.rows if row.waits)

    @property
    def last_signer(self) -> str:
        """Who signed last, else the first who may: what the field is filled with."""
        signed = {
            row.before.signed_by: row.before.signed_at
            for row in self.rows
            if row.before and row.before.signed_at
        }
        if signed:
            return max(signed, key=lambda name: signed[name])
        return self.signers[0].name if self.signers else ""


def month_page(unit_id: int, period_key: str, now: datetime) -> MonthPage | None:
    """All tasks one unit reports on for one period, in document order; None when it owes nothing then."""
    duties = sorted(
        session().scalars(_asked(unit_id, period_key)),
        key=lambda d: (d.plan_id, d.task.position if d.task else 0),
    )
    if not duties:
        return None
    still_open = [duty for duty in duties if duty.state is DutyState.OPEN]
    first = min(still_open or duties, key=lambda duty: duty.due_on)
    return MonthPage(
        unit_id,
        duties[0].unit.name,
        duties[0].unit.kind,
        period_key,
        duties[0].opens_on,
        first.due_on,
        urgency_of(first, local_date(now)),
        bool(still_open) and has_ended(first, now),
        _rows(duties, now),
        tuple(months_of(unit_id)),
        signers([unit_id]).get(unit_id, ()),
    )


def _asked(unit_id: int, period_key: str) -> sa.Select[Duty]:
    report = selectinload(Duty.report)
    return (
        sa.select(Duty)
        .where(
            Duty.unit_id == unit_id,
            Duty.kind == DutyKind.MONTHLY_REPORT,
            Duty.period_key == period_key,
            Duty.state != DutyState.CANCELLED,
        )
        .options(
            selectinload(Duty.task),
            selectinload(Duty.unit),
            selectinload(Duty.plan),
            report.selectinload(Report.measures),
            report.selectinload(Report.help_unit),
            report.selectinload(Report.corrections).selectinload(Correction.corrected_by),
        )
        .execution_options(populate_existing=True)  # a page shown after its own form was saved
    )


def _rows(duties: Sequence[Duty], now: datetime) -> tuple[MonthRow, ...]:
    grounds, parts, asked = backgrounds(duties), parts_of(duties), _asked_at(duties)
    fixes = fixes_of([duty.report for duty in duties if duty.report])
    return tuple(
        MonthRow(
            duty,
            duty.report,
            grounds[duty.id],
            _role(duty, parts),
            marks(duty, now),
            rules.cadence_of(duty.plan).signoff,
            is_locked(duty, now),
            asked.get(duty.task_id),
            fixes.get(duty.report.id, ()) if duty.report else (),
        )
        for duty in duties
    )


def _role(duty: Duty, parts: Parts) -> str:
    part = parts.get((duty.task_id, duty.unit_id))
    return role_words(part) if part else ""


def _asked_at(duties: Sequence[Duty]) -> Mapping[int | None, datetime]:
    """When the unit last requested another's help, by task."""
    raised = (
        sa.select(Request.task_id, sa.func.max(Request.raised_at))
        .where(
            Request.unit_id == duties[0].unit_id,
            Request.task_id.in_({duty.task_id for duty in duties}),
            Request.kind == RequestKind.COORDINATION,
        )
        .group_by(Request.task_id)
    )
    return {task_id: raised_at for task_id, raised_at in session().execute(raised)}  # noqa: C416


@dataclass(frozen=True, slots=True)
class ToSign:
    """The reports of one unit and period that wait for its leader to sign, and by when they are due."""

    unit_id: int
    unit_name: str
    period_key: str
    count: int
    due_on: date


def to_sign(unit_ids: Collection[int]) -> list[ToSign]:
    """What waits for a signature in these units (待审签), the soonest due first."""
    waiting = (
        sa.select(Unit.id, Unit.name, Duty.period_key, sa.func.count(), sa.func.min(Duty.due_on))
        .join(Duty, Duty.unit_id == Unit.id)
        .join(Report)
        .where(Unit.id.in_(unit_ids), Duty.state == DutyState.OPEN, Report.state == ReportState.SIGNOFF)
        .group_by(Unit.id, Unit.name, Duty.period_key)
        .order_by(sa.func.min(Duty.due_on), Unit.id)
    )
    return [ToSign(*row) for row in session().execute(waiting)]


def months_of(unit_id: int) -> list[str]:
    """The periods a unit owes or owed reports for, latest first."""
    keys = (
        sa.select(Duty.period_key)
        .where(Duty.unit_id == unit_id, Duty.kind == DutyKind.MONTHLY_REPORT)
        .group_by(Duty.period_key)
        .order_by(sa.func.max(Duty.opens_on).desc(), Duty.period_key.desc())
    )
    return list(session().scalars(keys))


def latest_month(unit_ids: Collection[int]) -> tuple[int, str] | None:
    """The unit and month whose reports are open and due first, else the latest month; None when there is none."""
    monthly = sa.select(Duty.unit_id, Duty.period_key).where(
        Duty.unit_id.in_(unit_ids), Duty.kind == DutyKind.MONTHLY_REPORT
    )
    still_open = monthly.where(Duty.state == DutyState.OPEN).order_by(Duty.due_on, Duty.unit_id).limit(1)
    newest = monthly.order_by(Duty.opens_on.desc(), Duty.period_key.desc(), Duty.unit_id).limit(1)
    s = session()
    found = s.execute(still_open).first() or s.execute(newest).first()
    return (found.unit_id, found.period_key) if found else None

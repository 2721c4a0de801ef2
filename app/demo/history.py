"""The months since the plan was issued, lived through day by day: the people by the services, the engine by itself.

Nothing here writes a row of its own. Letters of the past are composed and recorded like any other, and carried by a
post that keeps silent, so that no inbox is flooded with months of mail; those of the last working day are left to the
real engine, which finds them owed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.clock import StoppedClock
from app.db import session
from app.demo import document, story
from app.demo.county import County
from app.demo.owed import Owed, lead_part, owed_of, task_of
from app.demo.papers import Papers
from app.engine import outbox, tick
from app.mail import Carry
from app.models import Commitment, Consolidation, Duty, Plan, Task
from app.queries import gathering, rules, units
from app.queries.signers import signers
from app.services import corrections, evidence, plans, progress, reading, receipt, reports, verdicts
from app.services import gathering as gathered
from app.services.evidence import Backing, Upload
from workflows.cadence import DutyKind, openings
from workflows.calendar import WorkCalendar, instant, local_date
from workflows.commitments import CommitmentKind, Comparison
from workflows.gathering import Gathered
from workflows.lifecycle import STANDING_REPORTS, ClosingGrade, DutyState, Hold, ReportState, ReturnReason
from workflows.light import Standing, expected_percent
from workflows.units import Share


class SilentPost:
    """A post that takes every letter and carries none."""

    @contextmanager
    def open(self) -> Iterator[Carry]:
        yield lambda _envelope: None


@dataclass(slots=True)
class Story:
    """One plan's life. `moment` is the story's present; every act takes a minute."""

    county: County
    days: document.Dates
    plan_id: int
    calendar: WorkCalendar
    months: tuple[str, ...]
    latest: str
    moment: datetime

    # ------------------------------------------------------------------------------------------ the days

    def live(self) -> None:
        """Let every day come, from the day after the issue to yesterday: weekends too, for the engine."""
        last = self._last_workday
        papers = Papers(self.county, self.days, self.plan_id, self.calendar, last, self._now)
        day = self.days.issued_on
        self._engine(day, 18)
        while (day := day + timedelta(days=1)) <= self.days.last_on:
            self._engine(day, 9)
            if self.calendar.is_workday(day):
                self._people(day)
                papers.work(day)
                self._engine(day, 18)

    def _engine(self, day: date, hour: int) -> None:
        self._go_to(day, hour)
        tick.tick(self.moment)
        if day < self._last_workday:
            outbox.deliver(SilentPost(), self.moment)

    def _go_to(self, day: date, hour: int) -> None:
        self.moment = max(self.moment, instant(day, hour))
        current_app.extensions["clock"] = StoppedClock(self.moment)

    def _now(self) -> datetime:
        self.moment += timedelta(minutes=1)
        return self.moment

    def _people(self, day: date) -> None:
        self._go_to(day, 10)
        owed = owed_of(self.plan_id, DutyState.OPEN)
        self._sign(day, [o for o in owed if o.kind is DutyKind.SIGN])
        self._report(day, [o for o in owed if o.kind is DutyKind.MONTHLY_REPORT])
        self._update(day)
        self._gather(day, [o for o in owed if o.kind is DutyKind.CONSOLIDATION])
        self._go_to(day, 15)
        self._telephone(day)
        self._review(day)
        self._finish(day, [o for o in owed if o.kind is DutyKind.REVIEW])
        self._close(day)
        if day == self._last_workday:
            self._doubt()
            self._correct(day)

    # ------------------------------------------------------------------------------------------ the units

    def _sign(self, day: date, owed: Sequence[Owed]) -> None:
        for unit_id, unit in dict.fromkeys((o.unit_id, o.unit) for o in owed):
            patience = story.LATE_SIGNERS.get(unit, 1)
            if day >= self.calendar.shift(self.days.issued_on, patience):
                progress.sign_all(self.county.liaisons[unit_id], self._now())

    def _report(self, day: date, owed: Sequence[Owed]) -> None:
        for (unit_id, _), month in groupby(owed, key=lambda o: (o.unit_id, o.period_key)):
            entries = [self._entry(o, day) for o in month if self._files(o, day)]
            if entries:
                self._prove(unit_id, entries)
                leaders = signers([unit_id]).get(unit_id, ())
                reports.save_month(
                    self.county.liaisons[unit_id],
                    entries,
                    submit=True,
                    now=self._now(),
                    signed_by=leaders[0].name if leaders else "主要负责人",
                )

    def _prove(self, unit_id: int, entries: Sequence[reports.Entry]) -> None:
        """A file is laid beside the latest report of one unit on one task."""
        unit, number = story.PROVED
        if unit_id != self.county.unit_ids[unit]:
            return
        proved = (
            sa.select(Duty.id)
            .join(Task)
            .where(
                Duty.id.in_([entry.duty_id for entry in entries]),
                Duty.period_key == self.latest,
                Task.number == number,
            )
        )
        for duty_id in session().scalars(proved).all():
            kept = self._keep(unit_id, story.PROOF_NAME, story.PROOF)
            evidence.use_in_report(self.county.liaisons[unit_id], duty_id, [kept], now=self._now())

    def _keep(self, unit_id: int, name: str, words: str) -> int:
        upload = Upload(name, words.encode(), unclassified=True)
        return evidence.store(self.county.liaisons[unit_id], unit_id, upload, self._now())

    def _files(self, owed: Owed, day: date) -> bool:
        if owed.report is ReportState.RETURNED and owed.reviewed_at:
            return day > local_date(owed.reviewed_at)
        month = self.months.index(owed.period_key)
        if not story.files(owed.unit, latest=owed.period_key >= self.latest):
            return False
        return day >= self.calendar.shift(owed.original_due_on, story.filing_shift(owed.unit, month))

    def _entry(self, owed: Owed, day: date) -> reports.Entry:
        assert owed.share is not None
        number, month = owed.number, self.months.index(owed.period_key)
        done, problems, next_step = story.words(number, owed.share, month, owed.unit)
        if owed.report is ReportState.RETURNED:
            done += story.ADDED
        expected = self._expected(owed.deadline_on, day)
        percent = story.percent(number, expected, month, owed.unit)
        leads = owed.share is Share.LEAD
        return reports.Entry(
            owed.id,
            percent,
            done,
            problems,
            next_step,
            owed.report_version,
            on_time=story.on_time(number) if leads else None,
            measures=self._measures(number, percent) if leads else {},
            schedule=story.schedule(percent, expected) if leads else None,
            cause=story.CAUSES.get(number) if problems else None,
            next_on=self.calendar.shift(day, 20) if next_step else None,
            **self._help(owed),
        )

    def _measures(self, number: str, percent: int) -> dict[int, str]:
        """The values of the task's indicators that go with its figure."""
        promised = (
            sa.select(Commitment.id, Commitment.target)
            .join(Task)
            .where(
                Task.plan_id == self.plan_id,
                Task.number == number,
                Commitment.kind == CommitmentKind.INDICATOR,
                Commitment.comparison.in_([Comparison.REACH, Comparison.AT_LEAST]),
            )
        )
        return {key: story.measured(target, percent) for key, target in session().execute(promised)}

    def _help(self, owed: Owed) -> dict[str, Any]:
        """需协调事项及对象, where the lead of the task asks for any."""
        words, unit = story.HELP.get(owed.number, ("", ""))
        if not words or owed.share is not Share.LEAD or unit == owed.unit:
            return {}
        return {"help_words": words, "help_unit_id": units.by_name(unit).id}

    def _expected(self, deadline_on: date | None, day: date) -> float | None:
        standing = Standing(self.days.issued_on, deadline_on, None, closed=False, issued=True)
        return expected_percent(standing, day, self.calendar)

    def _gather(self, day: date, owed: Sequence[Owed]) -> None:
        """Each lead sends in on the last day what it gathered, unless its own report is still lacking."""
        for one in owed:
            by_hand = one.number == story.GATHERED and one.period_key >= self.latest
            if by_hand and day in {self.calendar.shift(one.original_due_on, -1), self._last_workday}:
                self._write(one)
            duty = session().get_one(Duty, one.id)
            asked = gathering.reports_of(duty.plan_id, duty.period_key, duty.task_id)
            if day >= one.original_due_on and not gathering.waits(duty, asked, self._now()):
                gathered.consolidate(self.county.liaisons[one.unit_id], one.id, self._now())

    def _write(self, owed: Owed) -> None:
        """One lead keeps its own words as a draft before it sends them."""
        row = session().scalar(sa.select(Consolidation).where(Consolidation.duty_id == owed.id))
        if row is None:
            percent = lead_part(self.plan_id, owed.number).percent
            words = Gathered(percent, story.GATHERED_DONE, story.GATHERED_PROBLEMS, story.GATHERED_NEXT)
            actor = self.county.liaisons[owed.unit_id]
            gathered.save(actor, owed.id, words, seen_version=gathered.UNWRITTEN)

    def _correct(self, day: date) -> None:
        """One unit finds a mistake in what it filed and corrects it; the office has not seen it yet."""
        one = self._of_latest(story.CORRECTED)
        done, reason = story.CORRECTION
        entry = replace(self._entry(one, local_date(one.submitted_at or self.moment)), done=done)
        actor = self.county.liaisons[one.unit_id]
        corrections.correct(actor, one.id, entry, reason, one.report_version, self._now())

    def _of_latest(self, unit: str) -> Owed:
        """What that unit filed as a lead for the latest month."""
        filed = [*owed_of(self.plan_id, DutyState.FILED), *owed_of(self.plan_id, DutyState.DONE)]
        return next(
            one
            for one in filed
            if (one.kind, one.period_key) == (DutyKind.MONTHLY_REPORT, self.latest)
            and (one.unit, one.share) == (unit, Share.LEAD)
            and one.report in STANDING_REPORTS
        )

    def _update(self, day: date) -> None:
        """In the middle of a month some leads speak without being asked."""
        if day != self.calendar.shift(day.replace(day=1), story.UPDATE_WORKDAY):
            return
        for number, done in story.UPDATES.items():
            part = lead_part(self.plan_id, number)
            percent = story.percent(number, self._expected(part.task.deadline_on, day), 0, "")
            word = progress.Word(max(percent, part.percent or 0), done)
            progress.update(
                self.county.liaisons[part.unit_id], part.id, word, seen_version=part.version, now=self._now()
            )

    # ------------------------------------------------------------------------------------------ the office

    @property
    def _last_workday(self) -> date:
        return self.calendar.on_or_before(self.days.last_on)

    def _telephone(self, day: date) -> None:
        """The office rings up whoever was not heard of, the working day after it was asked; of today's some wait."""
        asked = sa.select(Duty.id).where(
            Duty.plan_id == self.plan_id,
            Duty.hold == Hold.RECEIPT,
            Duty.held_at < instant(day, 0),
        )
        if day < self._last_workday:
            for duty_id in session().scalars(asked.order_by(Duty.id)).all():
                receipt.record_by_phone(self.county.office, duty_id, story.ANSWERED_THE_PHONE, self._now())

    def _review(self, day: date) -> None:
        returned_today = False
        for owed in owed_of(self.plan_id, DutyState.FILED):
            latest = owed.period_key == self.latest
            if latest and (owed.unit, owed.share) == (story.DOUBTED, Share.LEAD):
                continue
            if owed.kind is not DutyKind.MONTHLY_REPORT or (latest and owed.unit in story.UNREVIEWED):
                continue
            if latest and owed.unit == story.RETURNED:
                if day == self._last_workday:
                    self._judge(owed, back=not returned_today)
                    returned_today = True
            elif owed.submitted_at and day > local_date(owed.submitted_at):
                key = (owed.unit, owed.number, str(self.months.index(owed.period_key)))
                self._judge(owed, back=owed.unit in story.CARELESS and not story.dice(3, *key))

    def _finish(self, day: date, owed: Sequence[Owed]) -> None:
        """The office says on the last day that it has looked through a month, when no report of it waits."""
        waiting = {one.period_key for one in owed_of(self.plan_id, DutyState.FILED)}
        still_open = {one.id for one in owed_of(self.plan_id, DutyState.OPEN)}
        for one in owed:
            due = day >= one.original_due_on and one.id in still_open
            if due and one.period_key not in waiting:
                gathered.finish_review(self.county.office, one.id, self._now())

    def _judge(self, owed: Owed, *, back: bool) -> None:
        if back and not owed.returns:
            words = story.RETURN_WORDS[story.dice(len(story.RETURN_WORDS), owed.unit, owed.number)]
            verdicts.return_(self.county.office, owed.id, ReturnReason.NO_FACTS, words, self._now())
        else:
            verdicts.accept(self.county.office, owed.id, self._now())

    def _doubt(self) -> None:
        """One report of the latest month is set apart to be looked at on the spot."""
        verdicts.check(self.county.office, self._of_latest(story.DOUBTED).id, story.DOUBT, self._now())

    def _close(self, day: date) -> None:
        """One task is closed at its second request; another asks on the last day of the story."""
        before, shift = self.days.closed_on, self.calendar.shift
        if day == shift(before, -8):
            self._ask(story.CLOSED_TASK, story.CLOSE_REQUESTS[0])
        elif day == shift(before, -7):
            task = task_of(self.plan_id, story.CLOSED_TASK)
            progress.send_back(
                self.county.office, task.id, story.SENT_BACK, seen_version=task.version, now=self._now()
            )
        elif day == shift(before, -2):
            self._ask(story.CLOSED_TASK, story.CLOSE_REQUESTS[1])
        elif day == shift(before, 1):
            task = task_of(self.plan_id, story.CLOSED_TASK)
            progress.close(
                self.county.office,
                task.id,
                story.CLOSE_WORDS,
                grade=ClosingGrade.EXCELLENT,
                seen_version=task.version,
                now=self._now(),
            )
        if day == self._last_workday:
            self._ask(story.ASKED_TASK, story.ASK_WORDS)

    def _ask(self, number: str, words: str) -> None:
        part = lead_part(self.plan_id, number)
        actor, version = self.county.liaisons[part.unit_id], part.task.version
        kept = self._keep(part.unit_id, *story.CLOSE_FILES[number])
        backing = Backing((kept,), story.CLOSE_PAPERS[number])
        progress.request_close(
            actor, part.task_id, words, backing=backing, seen_version=version, now=self._now()
        )


def begin(county: County, days: document.Dates, content: bytes) -> Story:
    """Read the document in the day before and issue it at ten in the morning of its day; returns the story to live."""
    calendar = rules.calendar()
    eve = instant(calendar.shift(days.issued_on, -1), 16)
    plan_id = reading.read_in(county.office, document.FILENAME, content, eve)
    moment = instant(days.issued_on, 10)
    plans.issue(
        county.office, plan_id, office_id=county.office_id, leader_id=county.leader.person_id, now=moment
    )
    cadence = rules.cadence(_cadence_version(plan_id))
    opened = openings(days.issued_on - timedelta(days=1), days.last_on, cadence, calendar)
    monthly = [period for period in opened if period.kind is DutyKind.MONTHLY_REPORT]
    latest = max(period.key for period in monthly if period.due_on <= days.last_on)
    months = tuple(period.key for period in monthly)
    return Story(county, days, plan_id, calendar, months, latest, moment)


def _cadence_version(plan_id: int) -> int:
    version_id = session().scalars(sa.select(Plan.cadence_version_id).where(Plan.id == plan_id)).one()
    assert version_id is not None
    return version_id

"""What the office prints and scores: the quarters' bulletins, the month's on projects, the year's assessment.

Every step is a service's, on the working day on which it would be taken. The last working day leaves things as they
are met on any morning: a bulletin in draft, units told and waiting, an assessment that runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.db import session
from app.demo import document, story
from app.demo.county import County
from app.models import (
    Appeal,
    Assessment,
    Bulletin,
    BulletinNaming,
    BulletinSection,
    Letter,
    Notice,
    Task,
)
from app.queries.bulletins import MONTH_END, next_number
from app.services import appeals, assessment_entries, assessments, bulletins, issuing, naming, receipt
from app.services.appeals import Decision, Raised
from app.services.assessment_entries import Entered
from app.services.issuing import Imprint
from workflows.bulletins import Figures, key_of, span
from workflows.calendar import WorkCalendar
from workflows.lifecycle import AssessmentState, BulletinKind, BulletinState, EntryKind, LetterState

LOOKED_AT_AFTER, PRINTED_AFTER, RECEIVED_AFTER = 2, 3, 4
"""Working days from the first draft of a quarter's bulletin to its 审核, to its 签发 and 印发, and to its receipt."""

ASSESSED_FROM = (1, 5)
"""Month and day from which on the year before is scored."""

APPEALED_AFTER, DECIDED_AFTER, SETTLED_AFTER, ARCHIVED_AFTER = 1, 3, 6, 7
"""Working days after the 预公示; the units have five to appeal."""


@dataclass(slots=True)
class Papers:
    """The office at its desk, one working day after the other; `now` gives the moment of the next act."""

    county: County
    days: document.Dates
    plan_id: int
    calendar: WorkCalendar
    last_workday: date
    now: Callable[[], datetime]
    _steps: dict[date, list[Callable[[date], None]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first = self.days.issued_on
        while (key := key_of(BulletinKind.QUARTERLY, first)) and first <= self.days.last_on:
            first = span(BulletinKind.QUARTERLY, key)[1] + timedelta(days=1)
            self._plan_bulletin(key, self.calendar.on_or_after(first))
        for year in range(self.days.issued_on.year, self.days.last_on.year):
            self._plan_assessment(year, self.calendar.on_or_after(date(year + 1, *ASSESSED_FROM)))

    def work(self, day: date) -> None:
        """Take the steps of that day, and on the last one leave what is to be met."""
        for step in self._steps.get(day, ()):
            step(day)
        if day == self.last_workday:
            self._leave_a_draft(day)
            self._leave_an_assessment(day)

    def _on(self, day: date, workdays: int, step: Callable[[date], None]) -> None:
        self._steps.setdefault(self.calendar.shift(day, workdays), []).append(step)

    # ------------------------------------------------------------------------------------------ 通报

    def _plan_bulletin(self, key: str, day: date) -> None:
        self._on(day, 0, lambda _day: self._draft(BulletinKind.QUARTERLY, key))
        self._on(day, 1, lambda _day: self._explain(key))
        self._on(day, LOOKED_AT_AFTER, lambda _day: self._look_through(key))
        self._on(day, PRINTED_AFTER, lambda day: self._print(key, day))
        self._on(day, RECEIVED_AFTER, lambda _day: self._receive(key))

    def _draft(self, kind: BulletinKind, key: str) -> None:
        """Figures and text drafted, one part changed by hand, who is to be named told."""
        office = self.county.office
        bulletin_id = bulletins.draft(office, self.plan_id, kind, key, self.now())
        part = (
            session()
            .scalars(
                sa.select(BulletinSection).where(
                    BulletinSection.bulletin_id == bulletin_id, BulletinSection.key == "demands"
                )
            )
            .one()
        )
        words = f"{part.text}\n{story.DEMAND}"
        bulletins.edit_section(
            office, bulletin_id, part.key, words, seen_version=part.version, now=self.now()
        )
        bulletin = session().get_one(Bulletin, bulletin_id)
        if named := self._to_be_named(bulletin):
            naming.choose(office, bulletin_id, named, seen_version=bulletin.version, now=self.now())
            naming.tell(office, bulletin_id, self.now())

    def _to_be_named(self, bulletin: Bulletin) -> list[str]:
        """Whoever lags furthest, and who never reports: of the units that have people to answer.

        Nobody is, while no report was asked for yet.
        """
        if not Figures.from_json(bulletin.figures).count("reports-owed"):
            return []
        offered = naming.candidates_of(bulletin)
        known = [each for each in offered if each.unit_id in self.county.liaisons]
        silent = [each for each in known if each.unit_id == self.county.unit_ids[story.NEVER]]
        return list(dict.fromkeys(each.key for each in (*known[:1], *silent)))

    def _explain(self, key: str) -> None:
        """Whoever lags explains itself; who never reports says nothing."""
        told = sa.select(BulletinNaming).where(BulletinNaming.bulletin_id == self._quarterly(key).id)
        for named in session().scalars(told.order_by(BulletinNaming.id)).all():
            if named.unit_id != self.county.unit_ids[story.NEVER]:
                actor, version = self.county.liaisons[named.unit_id], named.version
                words = story.explanation(self._number_of(named.task_id))
                naming.explain(actor, named.id, words, seen_version=version, now=self.now())

    def _number_of(self, task_id: int | None) -> str:
        return session().get_one(Task, task_id).number if task_id else ""

    def _look_through(self, key: str) -> None:
        bulletin = self._quarterly(key)
        issuing.submit(self.county.office, bulletin.id, seen_version=bulletin.version, now=self.now())
        bulletin = self._quarterly(key)
        issuing.pass_(self.county.reviewer, bulletin.id, seen_version=bulletin.version, now=self.now())

    def _print(self, key: str, day: date) -> None:
        bulletin = self._quarterly(key)
        issuing.sign(self.county.leader, bulletin.id, "", seen_version=bulletin.version, now=self.now())
        bulletin = self._quarterly(key)
        number, issue = next_number(bulletin, day.year)
        imprint = Imprint(number or story.first_number(day.year), issue or 1)
        issuing.publish(
            self.county.office, bulletin.id, imprint, seen_version=bulletin.version, now=self.now()
        )

    def _receive(self, key: str) -> None:
        """The liaisons say that they have it; of two units nobody does."""
        about = f"issued:/bulletins/{self._quarterly(key).id}:"
        told = sa.select(Notice.person_id, Letter.id).join(Letter, Notice.letter_id == Letter.id)
        sent = told.where(Notice.dedup_key.startswith(about), Letter.state == LetterState.SENT).distinct()
        silent = {self.county.unit_ids[unit] for unit in (story.NEVER, story.FADED)}
        readers = {
            actor.person_id: actor for unit_id, actor in self.county.liaisons.items() if unit_id not in silent
        }
        for person_id, letter_id in session().execute(sent.order_by(Letter.id)).all():
            if person_id in readers:
                receipt.confirm(readers[person_id], letter_id, self.now())

    def _quarterly(self, key: str) -> Bulletin:
        wanted = sa.select(Bulletin).where(
            Bulletin.kind == BulletinKind.QUARTERLY, Bulletin.period_key == key
        )
        return session().scalars(wanted.execution_options(populate_existing=True)).one()

    def _leave_a_draft(self, day: date) -> None:
        """While no quarter's is being written, the month's on projects is: this month's towards its end."""
        writing = sa.select(Bulletin.id).where(Bulletin.state == BulletinState.DRAFT).limit(1)
        if session().scalar(writing) is None:
            month = day if day.day >= MONTH_END else day.replace(day=1) - timedelta(days=1)
            self._draft(BulletinKind.PROJECT, key_of(BulletinKind.PROJECT, month))

    # ------------------------------------------------------------------------------------------ 年度考核

    def _plan_assessment(self, year: int, day: date) -> None:
        self._on(day, 0, lambda _day: self._show(year))
        self._on(day, APPEALED_AFTER, lambda _day: self._appeal(year))
        self._on(day, DECIDED_AFTER, lambda _day: self._decide(year))
        self._on(day, SETTLED_AFTER, lambda _day: self._settle(year))
        self._on(day, ARCHIVED_AFTER, lambda day: self._archive(year, day))

    def _begin(self, year: int) -> int:
        """Begun, with points added on the strength of a document."""
        office, unit_id = self.county.office, self.county.unit_ids[story.COMMENDED]
        assessment_id = assessments.begin(office, self.plan_id, year, self.now())
        added = Entered(unit_id, EntryKind.ADDITION, *story.commendation(year))
        assessment_entries.enter(office, assessment_id, added, None, self.now())
        return assessment_id

    def _show(self, year: int) -> None:
        self._begin(year)
        assessment = self._assessment(year)
        assessments.prepublish(
            self.county.office,
            assessment.id,
            date(year, 12, 31),
            seen_version=assessment.version,
            now=self.now(),
        )

    def _appeal(self, year: int) -> None:
        assessment, unit_id = self._assessment(year), self.county.unit_ids[story.APPELLANT]
        raised = Raised(unit_id, "", story.APPEALED, f"演示·{story.APPELLANT}主要领导")
        appeals.appeal(self.county.liaisons[unit_id], assessment.id, raised, self.now())

    def _decide(self, year: int) -> None:
        waiting = sa.select(Appeal).where(Appeal.assessment_id == self._assessment(year).id)
        raised = session().scalars(waiting).one()
        decision = Decision(upheld=True, change=story.GRANTED, reason=story.DECIDED)
        appeals.decide(self.county.reviewer, raised.id, decision, seen_version=raised.version, now=self.now())

    def _settle(self, year: int) -> None:
        assessment = self._assessment(year)
        assessments.settle(self.county.office, assessment.id, seen_version=assessment.version, now=self.now())

    def _archive(self, year: int, day: date) -> None:
        assessment = self._assessment(year)
        number = story.result_number(day.year)
        assessments.archive(
            self.county.office, assessment.id, number, seen_version=assessment.version, now=self.now()
        )

    def _assessment(self, year: int) -> Assessment:
        wanted = sa.select(Assessment).where(Assessment.plan_id == self.plan_id, Assessment.year == year)
        return session().scalars(wanted.execution_options(populate_existing=True)).one()

    def _leave_an_assessment(self, day: date) -> None:
        """The year's assessment runs; in the first days of January it is still that of the year before."""
        begun = sa.select(Assessment.year).where(
            Assessment.state.in_([AssessmentState.RUNNING, AssessmentState.PREPUBLISHED])
        )
        if session().scalar(begun.limit(1)) is not None:
            return
        last = day.year - 1
        scored = session().scalar(sa.select(Assessment.id).where(Assessment.year == last))
        lived = self.days.issued_on.year <= last
        self._begin(last if lived and scored is None else day.year)

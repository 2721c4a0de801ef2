"""Bulletins (通报) for reading: the list, one with everything around it, what is printed, and who has received it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.db import session
from app.models import (
    Assignment,
    Bulletin,
    BulletinNaming,
    BulletinSection,
    Duty,
    Letter,
    Notice,
    Plan,
    Task,
    Unit,
)
from app.queries.items import unit_told
from workflows.bulletins import (
    BulletinPaper,
    Figures,
    PaperSection,
    annexes,
    following,
    key_of,
)
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.escalation import LetterKind
from workflows.lifecycle import BulletinKind, BulletinState, DutyState, NoticeState, PlanState
from workflows.policy import Actor, Relation
from workflows.units import UnitKind

BulletinRow: TypeAlias = Bulletin
"""What pages are made of, by a name that they may use."""

MOST_NAMED = 12
"""Recipients up to this number stand in the line 主送 by name; more of one kind are said together."""

COLLECTIVE = {
    UnitKind.TOWNSHIP: "各有关乡镇（街道）",
    UnitKind.KINDERGARTEN: "各有关幼儿园",
    UnitKind.SCHOOL: "各有关学校",
}
OTHERS = "各有关单位"

MONTH_END = 20
"""The day from which on this month's bulletin on projects may be begun."""


def loaded(s: Session, bulletin_id: int) -> Bulletin:
    """The bulletin with its sections, namings and plan; raises Refused missing."""
    wanted = (
        sa.select(Bulletin)
        .where(Bulletin.id == bulletin_id)
        .options(
            selectinload(Bulletin.sections).selectinload(BulletinSection.edited_by),
            selectinload(Bulletin.namings).selectinload(BulletinNaming.unit),
            selectinload(Bulletin.namings).selectinload(BulletinNaming.task),
            selectinload(Bulletin.namings).selectinload(BulletinNaming.duty),
            selectinload(Bulletin.plan),
            selectinload(Bulletin.duty),
            selectinload(Bulletin.corrects),
            selectinload(Bulletin.drafted_by),
            selectinload(Bulletin.reviewed_by),
            selectinload(Bulletin.signed_by),
        )
        .execution_options(populate_existing=True)
    )
    found = s.scalar(wanted)
    if found is None:
        raise Refused("missing", "没有找到这期通报。请从“通报”进入。")
    return found


def one(bulletin_id: int) -> Bulletin:
    """The bulletin as `loaded` has it; raises Refused missing."""
    return loaded(session(), bulletin_id)


def duties_of(bulletin_id: int) -> list[int]:
    """The duties printing it settles: the office's own and those to explain."""
    s = session()
    own = s.scalars(sa.select(Bulletin.duty_id).where(Bulletin.id == bulletin_id))
    explaining = s.scalars(sa.select(BulletinNaming.duty_id).where(BulletinNaming.bulletin_id == bulletin_id))
    return sorted({duty_id for duty_id in (*own, *explaining) if duty_id is not None})


def relation_to(actor: Actor, bulletin: Bulletin) -> Relation:
    """OWNER for the people of a unit that is to be named, PARTY for other units of the plan once it is printed."""
    told = {n.unit_id for n in bulletin.namings if n.told_at and not n.dropped_at}
    if bulletin.state is not BulletinState.PUBLISHED:
        return Relation.OWNER if told & actor.unit_ids else Relation.STRANGER
    taking_part = (
        sa.select(Assignment.id)
        .join(Task)
        .where(Task.plan_id == bulletin.plan_id, Assignment.unit_id.in_(actor.unit_ids))
    )
    ours = actor.unit_ids & {*bulletin.recipients, *told}
    return Relation.PARTY if ours or session().scalar(taking_part.limit(1)) else Relation.STRANGER


# ----------------------------------------------------------------------------------------- the list


@dataclass(frozen=True, slots=True)
class Beginnable:
    """A bulletin that can be begun: of which plan, kind and period; `due_on` where the office owes it already."""

    plan_id: int
    plan_title: str
    kind: BulletinKind
    period_key: str
    due_on: date | None


def listed(unit_ids: Collection[int] | None) -> Sequence[Bulletin]:
    """Bulletins, latest first: all, or (with `unit_ids`) the printed ones of plans these units take part in."""
    wanted = (
        sa.select(Bulletin)
        .options(selectinload(Bulletin.plan), selectinload(Bulletin.duty))
        .order_by(Bulletin.cutoff_at.desc(), Bulletin.id.desc())
    )
    if unit_ids is not None:
        plans = sa.select(Task.plan_id).join(Assignment).where(Assignment.unit_id.in_(unit_ids))
        wanted = wanted.where(Bulletin.state == BulletinState.PUBLISHED, Bulletin.plan_id.in_(plans))
    return session().scalars(wanted).all()


def count() -> int:
    """How many bulletins are under way, for the rail."""
    under_way = sa.select(sa.func.count()).select_from(Bulletin)
    return session().scalar(under_way.where(Bulletin.state != BulletinState.PUBLISHED)) or 0


def explaining(unit_ids: Collection[int]) -> Sequence[BulletinNaming]:
    """Where these units are to be named and the bulletin is not printed yet."""
    wanted = (
        sa.select(BulletinNaming)
        .join(Bulletin)
        .where(
            BulletinNaming.unit_id.in_(unit_ids),
            BulletinNaming.told_at.is_not(None),
            BulletinNaming.dropped_at.is_(None),
            Bulletin.state != BulletinState.PUBLISHED,
        )
        .options(selectinload(BulletinNaming.bulletin), selectinload(BulletinNaming.task))
        .order_by(BulletinNaming.answer_by_on, BulletinNaming.id)
    )
    return session().scalars(wanted).all()


def beginnable(today: date) -> list[Beginnable]:
    """What may be begun now: the quarters the office owes, and this month of plans that have construction projects."""
    s = session()
    begun = {tuple(row) for row in s.execute(sa.select(Bulletin.plan_id, Bulletin.kind, Bulletin.period_key))}
    owed = (
        sa.select(Duty.plan_id, Plan.title, Duty.period_key, Duty.due_on)
        .join(Plan, Plan.id == Duty.plan_id)
        .where(Duty.kind == DutyKind.BULLETIN, Duty.state == DutyState.OPEN)
        .order_by(Duty.due_on, Duty.id)
    )
    quarter = BulletinKind.QUARTERLY
    found = [
        Beginnable(plan_id, title, quarter, key, due_on)
        for plan_id, title, key, due_on in s.execute(owed)
        if "Q" in key and (plan_id, quarter, key) not in begun
    ]
    return found + [
        each for each in _months(s, today) if (each.plan_id, each.kind, each.period_key) not in begun
    ]


def _months(s: Session, today: date) -> list[Beginnable]:
    """The last month, and towards its end this one, of every running plan with projects."""
    plans = sa.select(Plan.id, Plan.title).where(
        Plan.state == PlanState.ISSUED,
        sa.exists().where(Task.plan_id == Plan.id, Task.kind == "project"),
    )
    this = key_of(BulletinKind.PROJECT, today)
    last = key_of(BulletinKind.PROJECT, date.fromordinal(today.replace(day=1).toordinal() - 1))
    return [
        Beginnable(plan_id, title, BulletinKind.PROJECT, key, None)
        for plan_id, title in s.execute(plans.order_by(Plan.id))
        for key in ((last, this) if today.day >= MONTH_END else (last,))
    ]


def next_number(bulletin: Bulletin, year: int) -> tuple[str, int | None]:
    """文号 and 期号 that would follow the last printed bulletin; empty and None before the first."""
    printed = (
        sa.select(Bulletin.number, Bulletin.issue)
        .where(Bulletin.state == BulletinState.PUBLISHED)
        .order_by(Bulletin.published_at.desc(), Bulletin.id.desc())
    )
    last = session().execute(printed.limit(1)).first()
    of_kind = session().execute(printed.where(Bulletin.kind == bulletin.kind).limit(1)).first()
    issue = of_kind.issue + 1 if of_kind and of_kind.issue else None
    return (following(last.number, year) if last else ""), issue


# ------------------------------------------------------------------------------------------ the paper


def paper(bulletin: Bulletin) -> BulletinPaper:
    """What was printed, as it was kept that day; before, what would be: the words and names as they stand now."""
    return BulletinPaper.from_json(bulletin.paper) if bulletin.paper else _assembled(bulletin)


def _assembled(bulletin: Bulletin) -> BulletinPaper:
    """The words of every part, with what named units had to say."""
    figures = Figures.from_json(bulletin.figures)
    opening = tuple(line for part in bulletin.sections if not part.heading for line in part.text.splitlines())
    sections = tuple(_part(bulletin, part) for part in bulletin.sections if part.heading)
    on = local_date(bulletin.published_at) if bulletin.published_at else None
    return BulletinPaper(
        bulletin.title,
        bulletin.number,
        bulletin.issue,
        recipients_line(bulletin.recipients),
        opening,
        sections,
        annexes(figures, bulletin.kind, ranking=bulletin.ranking),
        tuple(bulletin.issuers),
        on,
        printed_by=bulletin.issuers[0] if bulletin.issuers else "",
        printed_on=on,
    )


def _part(bulletin: Bulletin, part: BulletinSection) -> PaperSection:
    lines = tuple(part.text.splitlines())
    return PaperSection(part.heading, lines + (explained(bulletin) if part.key == "lagging" else ()))


def explained(bulletin: Bulletin) -> tuple[str, ...]:
    """What units that are named said before (通报前说明), each a paragraph; who had its days and said nothing, too."""
    told = [n for n in bulletin.namings if n.told_at and not n.dropped_at]
    if not told:
        return ()
    silent = "在规定期限内没有说明。" if bulletin.published_at else "（等待单位说明）"
    lines = [f"{_about(n)}{' '.join(n.explanation.split()) or silent}" for n in told]
    return ("通报前已告知被点名单位，有关单位说明如下：", *lines)


def _about(naming: BulletinNaming) -> str:
    if naming.task is None:
        return f"{naming.unit.name}关于月报报送："
    number = f"第{naming.task.number}项" if naming.task.number else ""
    return f"{naming.unit.name}关于{number}“{naming.task.title}”："


def recipients_line(unit_ids: Sequence[int]) -> str:
    """县教育局、县财政局; where there are many, 各有关乡镇（街道）、各有关单位 instead of the names."""
    found = session().execute(
        sa.select(Unit.id, Unit.name, Unit.kind).where(Unit.id.in_(unit_ids)).order_by(Unit.position, Unit.id)
    )
    units = [(name, kind) for _, name, kind in found]
    if len(units) <= MOST_NAMED:
        return "、".join(name for name, _ in units)
    kinds = {COLLECTIVE.get(kind, OTHERS) for _, kind in units}
    return "、".join(words for words in (*COLLECTIVE.values(), OTHERS) if words in kinds)


# --------------------------------------------------------------------------------------------- receipts


@dataclass(frozen=True, slots=True)
class Received:
    """One recipient unit: when its people were sent the bulletin, when one of them said 已收到, who were written to."""

    unit_id: int
    unit_name: str
    people: tuple[str, ...]
    sent_at: datetime | None
    received_at: datetime | None
    failed: bool


def receipts(bulletin: Bulletin) -> list[Received]:
    """Every recipient unit of a printed bulletin, those that have not received it first."""
    told = (
        sa.select(Notice)
        .where(
            Notice.duty_id == bulletin.duty_id,
            Notice.kind == LetterKind.ISSUED,
            Notice.dedup_key.startswith(f"issued:/bulletins/{bulletin.id}:"),
        )
        .options(selectinload(Notice.letter), selectinload(Notice.person), selectinload(Notice.duty))
        .order_by(Notice.id)
    )
    by_unit: dict[int, list[Notice]] = defaultdict(list)
    for notice in session().scalars(told):
        by_unit[unit_told(notice)].append(notice)
    names = _names(bulletin.recipients)
    found = [
        _received(unit_id, names[unit_id], by_unit[unit_id])
        for unit_id in bulletin.recipients
        if unit_id in names
    ]
    return sorted(found, key=lambda each: each.received_at is not None)


def _received(unit_id: int, name: str, notices: Sequence[Notice]) -> Received:
    letters: list[Letter] = [notice.letter for notice in notices if notice.letter]
    return Received(
        unit_id,
        name,
        tuple(dict.fromkeys(notice.person.name for notice in notices)),
        min((letter.sent_at for letter in letters if letter.sent_at), default=None),
        min((letter.received_at for letter in letters if letter.received_at), default=None),
        bool(notices) and all(notice.state is NoticeState.FAILED for notice in notices),
    )


def _names(unit_ids: Collection[int]) -> Mapping[int, str]:
    named = sa.select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids))
    return {unit_id: name for unit_id, name in session().execute(named)}  # noqa: C416


def units_of(plan_id: int) -> Sequence[Unit]:
    """The units that take part in the plan, to choose recipients from."""
    taking_part = sa.select(Assignment.unit_id).join(Task).where(Task.plan_id == plan_id)
    wanted = sa.select(Unit).where(Unit.id.in_(taking_part)).order_by(Unit.position, Unit.id)
    return session().scalars(wanted).all()


def correction_of(bulletin_id: int) -> int | None:
    """The bulletin that corrects this one, if there is one."""
    return session().scalar(sa.select(Bulletin.id).where(Bulletin.corrects_id == bulletin_id))


def by_duty(duty_id: int) -> int | None:
    """The bulletin that answers the office's duty, once it is begun."""
    own = sa.select(Bulletin.id).where(Bulletin.duty_id == duty_id, Bulletin.corrects_id.is_(None))
    return session().scalar(own)

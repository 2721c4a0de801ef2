"""Bulletins (通报) in draft: begun, their figures frozen, their text edited by hand beside what was generated.

What the office may do with one that is drafted stands in `issuing`, the units to be named in `naming`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app import duties, ledger
from app.db import STALE, get, transaction
from app.models import Assignment, Bulletin, BulletinNaming, BulletinSection, Duty, Plan, Task, Unit
from app.queries import accounts, rules
from app.queries.accounts import Span
from workflows.bulletins import Figures, Named, drafted, figures_of, span, span_before, title_of
from workflows.cadence import DutyKind, due_of, duty_words, period_of
from workflows.calendar import MIDNIGHT, closing, local_date
from workflows.errors import Refused
from workflows.lifecycle import BULLETIN, BulletinKind, BulletinState, DutyState, PlanState
from workflows.policy import Act, Actor, require
from workflows.wording import chinese_date, chinese_time

LONGEST_TEXT = 20_000
MOST_ISSUERS = 6
FIXED = "通报已经印发，不能再改。确有错误的，请另发一期更正通报。"


def draft(
    actor: Actor,
    plan_id: int,
    kind: BulletinKind,
    period_key: str,
    now: datetime,
    cutoff_at: datetime | None = None,
) -> int:
    """Begin the bulletin of one period (拟稿): its figures frozen, its text drafted; returns its id.

    It hangs on the office's duty to issue it; the month-end one on projects opens that duty itself. Raises Refused
    forbidden, missing, invalid, illegal-step (the period has not come or already has its bulletin).
    """
    require(actor, Act.EDIT_BULLETIN)
    cutoff = _cutoff(kind, period_key, cutoff_at, now)
    plan = get(Plan, plan_id)
    figures = count(plan, kind, period_key, cutoff)
    with transaction() as s:
        s.execute(sa.select(Plan.id).where(Plan.id == plan_id).with_for_update())
        plan = s.get_one(Plan, plan_id)
        _refuse_second(s, plan, kind, period_key)
        duty = _duty(s, plan, kind, period_key, now)
        bulletin = Bulletin(
            plan_id=plan_id,
            kind=kind,
            period_key=period_key,
            duty_id=duty.id,
            title=title_of(kind, plan.title, period_key),
            issuers=[duty.unit.name],
            recipients=recipients_of(s, plan_id),
            cutoff_at=cutoff,
            frozen_at=now,
            figures=figures.as_json(),
            drafted_at=now,
            drafted_by_id=actor.person_id,
        )
        s.add(bulletin)
        s.flush()
        redraft(s, bulletin)
        record(s, "bulletin.draft", actor, bulletin, now, {"cutoff": cutoff.isoformat()})
    return bulletin.id


def _cutoff(kind: BulletinKind, period_key: str, asked: datetime | None, now: datetime) -> datetime:
    """Where the figures are cut off (截止时点): as asked, else with the period's last day, or now while it runs."""
    first, last = span(kind, period_key)
    ends_at = closing(last, MIDNIGHT) - timedelta(seconds=1)
    today = local_date(now)
    if today < first or (kind is BulletinKind.QUARTERLY and today <= last):
        raise Refused("illegal-step", f"本期到{chinese_date(last)}才结束，请到期后再拟通报。")
    if asked is None:
        return min(ends_at, now)
    if asked > now:
        raise Refused("invalid", "截止时点不能晚于现在，请改为已经过去的时间。")
    if local_date(asked) < first:
        raise Refused("invalid", f"截止时点不能早于本期第一天{chinese_date(first)}。")
    return asked


def count(plan: Plan, kind: BulletinKind, period_key: str, cutoff: datetime) -> Figures:
    """The figures of that period as they were known at the cut-off, held against the period before.

    There is nothing to hold them against where the plan was issued, or put on record, only later.
    """
    since = accounts.known_since(plan.id)
    if plan.state is PlanState.DRAFT or since is None:
        raise Refused("illegal-step", "计划下达以后才能拟通报。")
    if cutoff < since:
        raise Refused(
            "illegal-step", f"这个计划从{chinese_time(since)}起才有完整的记录，更早的数据不能统计。"
        )
    first, last = span_before(kind, period_key)
    known = closing(last, MIDNIGHT) - timedelta(seconds=1)
    spans = [Span(*span(kind, period_key), cutoff)]
    if since <= known:
        spans.append(Span(first, last, known))
    account, *before = accounts.accounts(plan.id, spans)
    return figures_of(account, before[0] if before else None, kind)


def _refuse_second(s: Session, plan: Plan, kind: BulletinKind, period_key: str) -> None:
    same = sa.select(Bulletin.id).where(
        Bulletin.plan_id == plan.id,
        Bulletin.kind == kind,
        Bulletin.period_key == period_key,
        Bulletin.corrects_id.is_(None),
    )
    if s.scalar(same):
        what = duty_words(DutyKind.BULLETIN, period_key)
        raise Refused("illegal-step", f"{what}已经有稿，请在“通报”里打开。已印发的可以另发更正。")


def _duty(s: Session, plan: Plan, kind: BulletinKind, period_key: str, now: datetime) -> Duty:
    """The office's duty to issue it, opened where the engine has not; raises Refused illegal-step once it is settled."""
    assert plan.office_id is not None
    assert plan.cadence_version_id is not None
    cadence, calendar, today = rules.cadence(plan.cadence_version_id), rules.calendar(), local_date(now)
    if kind is BulletinKind.QUARTERLY:
        period = period_of(DutyKind.BULLETIN, period_key, cadence, calendar)
        opens_on, due_on = period.opens_on, period.due_on
    else:
        opens_on = today
        due_on = due_of(DutyKind.BULLETIN, period_key, today, cadence, calendar)
    owed = duties.Owed(None, plan.office_id, DutyKind.BULLETIN, period_key, opens_on, due_on)
    duties.open_all(s, plan, [owed], now)
    duty = s.scalars(
        sa.select(Duty).where(
            Duty.plan_id == plan.id,
            Duty.task_id.is_(None),
            Duty.unit_id == plan.office_id,
            Duty.kind == DutyKind.BULLETIN,
            Duty.period_key == period_key,
        )
    ).one()
    if duty.state is DutyState.DONE:
        raise Refused("illegal-step", f"这一期已经登记印发（{duty.outcome}），不用再拟。")
    return duty


def recipients_of(s: Session, plan_id: int) -> list[int]:
    """Every unit that takes part in the plan, in the order of the register."""
    taking_part = sa.select(Assignment.unit_id).join(Task).where(Task.plan_id == plan_id)
    units = sa.select(Unit.id).where(Unit.id.in_(taking_part)).order_by(Unit.position, Unit.id)
    return list(s.scalars(units))


# ------------------------------------------------------------------------------- figures, text, heading


def freeze(
    actor: Actor, bulletin_id: int, cutoff_at: datetime | None, *, seen_version: int, now: datetime
) -> None:
    """Count the figures anew as of another cut-off (重新取数); only in draft. What a hand wrote stays.

    Raises Refused forbidden, missing, stale, invalid, illegal-step.
    """
    require(actor, Act.EDIT_BULLETIN)
    found = get(Bulletin, bulletin_id)
    refuse_fixed(found)
    cutoff = _cutoff(found.kind, found.period_key, cutoff_at, now)
    figures = count(get(Plan, found.plan_id), found.kind, found.period_key, cutoff)
    with transaction() as s:
        bulletin = in_draft(s, bulletin_id)
        refuse_stale(bulletin, seen_version)
        bulletin.cutoff_at, bulletin.frozen_at, bulletin.figures = cutoff, now, figures.as_json()
        redraft(s, bulletin)
        record(s, "bulletin.freeze", actor, bulletin, now, {"cutoff": cutoff.isoformat()})


def redraft(s: Session, bulletin: Bulletin) -> None:
    """Generate the text anew from the frozen figures and the names that stand; a section a hand changed keeps its
    words, the new draft beside them."""
    named = [Named(n.unit_id, n.task_id) for n in namings_of(s, bulletin.id) if n.dropped_at is None]
    figures = Figures.from_json(bulletin.figures)
    standing = {section.key: section for section in sections_of(s, bulletin.id)}
    for position, words in enumerate(drafted(figures, bulletin.kind, bulletin.period_key, named)):
        section = standing.get(words.key)
        if section is None:
            s.add(
                BulletinSection(
                    bulletin_id=bulletin.id,
                    position=position,
                    key=words.key,
                    heading=words.heading,
                    generated=words.text,
                    text=words.text,
                )
            )
        elif section.generated != words.text:
            section.text = words.text if section.text == section.generated else section.text
            section.generated = words.text


def edit_section(
    actor: Actor, bulletin_id: int, key: str, text: str, *, seen_version: int, now: datetime
) -> None:
    """Change the words of one section by hand; the generated ones are kept beside them.

    Raises Refused forbidden, missing, stale, invalid, illegal-step.
    """
    require(actor, Act.EDIT_BULLETIN)
    words = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    if not words:
        raise Refused("invalid", "这一部分不能空着。不想要这些文字，可以改写，或者点“恢复生成稿”。")
    if len(words) > LONGEST_TEXT:
        raise Refused("invalid", f"每一部分最多{LONGEST_TEXT}字，请精简后再保存。")
    with transaction() as s:
        bulletin = in_draft(s, bulletin_id)
        section = _section(s, bulletin_id, key)
        if section.version != seen_version:
            raise Refused("stale", STALE)
        section.text = words
        by_hand = words != section.generated
        section.edited_at, section.edited_by_id = (now, actor.person_id) if by_hand else (None, None)
        record(s, "bulletin.edit", actor, bulletin, now, {"section": key, "text": words})


def restore_section(actor: Actor, bulletin_id: int, key: str, *, seen_version: int, now: datetime) -> None:
    """Put the generated words back (恢复生成稿); raises Refused forbidden, missing, stale, illegal-step."""
    require(actor, Act.EDIT_BULLETIN)
    with transaction() as s:
        bulletin = in_draft(s, bulletin_id)
        section = _section(s, bulletin_id, key)
        if section.version != seen_version:
            raise Refused("stale", STALE)
        section.text, section.edited_at, section.edited_by_id = section.generated, None, None
        record(s, "bulletin.restore", actor, bulletin, now, {"section": key})


def _section(s: Session, bulletin_id: int, key: str) -> BulletinSection:
    for section in sections_of(s, bulletin_id):
        if section.key == key:
            return section
    raise Refused("missing", "通报没有这一部分。请刷新页面看最新情况。")


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands around the text: the title, who signs it, who gets it, whether units are ranked in an annex."""

    title: str
    issuers: tuple[str, ...]
    recipient_ids: tuple[int, ...]
    ranking: bool

    def check(self) -> None:
        """Return when it can be printed; raises Refused invalid."""
        if not 0 < len(self.title) <= 300:
            raise Refused("invalid", "请填写标题，最多300字。")
        if not 0 < len(self.issuers) <= MOST_ISSUERS:
            raise Refused("invalid", f"请填写发文机关，每行一个，联合行文最多{MOST_ISSUERS}个。")
        if any(len(name) > 60 for name in self.issuers) or len(set(self.issuers)) < len(self.issuers):
            raise Refused("invalid", "发文机关每个最多60字，不能重复，请核对。")
        if not self.recipient_ids:
            raise Refused("invalid", "请至少选择一个发送单位。")


def arrange(actor: Actor, bulletin_id: int, heading: Heading, *, seen_version: int, now: datetime) -> None:
    """Set title, issuers (联合落款), recipients and the ranking; only in draft.

    Raises Refused forbidden, missing, stale, invalid, illegal-step.
    """
    require(actor, Act.EDIT_BULLETIN)
    heading.check()
    with transaction() as s:
        bulletin = in_draft(s, bulletin_id)
        refuse_stale(bulletin, seen_version)
        known = s.scalars(sa.select(Unit.id).where(Unit.id.in_(heading.recipient_ids), Unit.active))
        wanted = frozenset(known)
        bulletin.title, bulletin.issuers = heading.title, list(heading.issuers)
        bulletin.recipients = [unit_id for unit_id in heading.recipient_ids if unit_id in wanted]
        bulletin.ranking = heading.ranking
        detail = {"title": heading.title, "recipients": len(bulletin.recipients), "ranking": heading.ranking}
        record(s, "bulletin.arrange", actor, bulletin, now, detail)


# --------------------------------------------------------------------------------- what all steps share


def held(s: Session, bulletin_id: int) -> Bulletin:
    """The bulletin, held until the transaction ends; raises Refused missing, and illegal-step for a printed one."""
    wanted = (
        sa.select(Bulletin)
        .where(Bulletin.id == bulletin_id)
        .options(selectinload(Bulletin.plan))
        .with_for_update(of=Bulletin)
    )
    bulletin = s.scalar(wanted)
    if bulletin is None:
        raise Refused("missing", "没有找到这期通报。请从“通报”进入。")
    refuse_fixed(bulletin)
    return bulletin


def refuse_fixed(bulletin: Bulletin) -> None:
    """Return for one that is not printed yet; raises Refused illegal-step."""
    if bulletin.state is BulletinState.PUBLISHED:
        raise Refused("illegal-step", FIXED)


def in_draft(s: Session, bulletin_id: int) -> Bulletin:
    """The bulletin, held, while its text may change; raises Refused missing, illegal-step."""
    bulletin = held(s, bulletin_id)
    if bulletin.state is not BulletinState.DRAFT:
        stands = BULLETIN.states[bulletin.state]
        raise Refused("illegal-step", f"通报现在是“{stands}”，要先退回拟稿才能修改。")
    return bulletin


def refuse_stale(bulletin: Bulletin, seen_version: int) -> None:
    """Return when nobody changed it since it was seen; raises Refused stale."""
    if bulletin.version != seen_version:
        raise Refused("stale", STALE)


def sections_of(s: Session, bulletin_id: int) -> Sequence[BulletinSection]:
    """The sections in order, read anew."""
    wanted = sa.select(BulletinSection).where(BulletinSection.bulletin_id == bulletin_id)
    return s.scalars(wanted.order_by(BulletinSection.position)).all()


def namings_of(s: Session, bulletin_id: int) -> Sequence[BulletinNaming]:
    """Who is, or was, to be named, by id, read anew and held."""
    wanted = sa.select(BulletinNaming).where(BulletinNaming.bulletin_id == bulletin_id)
    return s.scalars(wanted.order_by(BulletinNaming.id).with_for_update()).all()


def record(
    s: Session,
    act: str,
    actor: Actor,
    bulletin: Bulletin,
    now: datetime,
    detail: Mapping[str, object],
    *,
    unit_id: int | None = None,
    task_id: int | None = None,
) -> None:
    """Add one entry about the bulletin to the ledger."""
    about = ledger.Subject(bulletin.plan_id, task_id, unit_id, bulletin.duty_id)
    said = {"bulletin": bulletin.id, **detail}
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=about, detail=said)

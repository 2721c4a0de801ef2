"""送审, 审核, 签发, 印发: a drafted bulletin is looked through, signed, printed and sent; then it never changes again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import channels, duties
from app.db import get, insert_new, transaction
from app.models import Bulletin, BulletinNaming, BulletinSection, Duty, Notice
from app.queries import bulletins as rows
from app.queries import items, rules
from app.queries.directory import Contacts, Directory
from app.services import naming
from app.services.bulletins import held, namings_of, recipients_of, record, refuse_stale, sections_of
from workflows.bulletins import corrected, numbered
from workflows.calendar import MIDNIGHT, is_late, local_date
from workflows.digest import leaves_at
from workflows.errors import Refused
from workflows.escalation import Audience, LetterKind, reach
from workflows.lifecycle import BULLETIN, BulletinEvent, BulletinState, DutyEvent, DutyState
from workflows.policy import Act, Actor, Role, allows, require
from workflows.wording import chinese_date

NO_RUNG = -1
LONGEST_APPROVAL, LONGEST_BACK = 200, 400
HIGHEST_ISSUE = 9999


def submit(actor: Actor, bulletin_id: int, *, seen_version: int, now: datetime) -> None:
    """Send the draft to be looked through (送审); whoever is to be named has been told by then.

    Raises Refused forbidden, missing, stale, illegal-step.
    """
    require(actor, Act.EDIT_BULLETIN)
    with transaction() as s:
        bulletin = _taken(s, bulletin_id, seen_version)
        untold = [n for n in namings_of(s, bulletin_id) if n.told_at is None and n.dropped_at is None]
        if untold:
            raise Refused(
                "illegal-step", f"还有{len(untold)}项点名没有告知单位。请先“告知单位”，或者取消点名。"
            )
        _step(s, actor, bulletin, BulletinEvent.SUBMIT, now, {})


def pass_(actor: Actor, bulletin_id: int, *, seen_version: int, now: datetime) -> None:
    """Find it right (审核通过): it goes to be signed; raises Refused forbidden, missing, stale, illegal-step."""
    require(actor, Act.EDIT_BULLETIN)
    with transaction() as s:
        bulletin = _taken(s, bulletin_id, seen_version)
        _step(s, actor, bulletin, BulletinEvent.PASS, now, {})
        bulletin.reviewed_at, bulletin.reviewed_by_id = now, actor.person_id


def sign(actor: Actor, bulletin_id: int, approval: str, *, seen_version: int, now: datetime) -> None:
    """Sign it (签发): a county leader does, or the office notes who approved it on paper. Never whoever drafted it.

    Raises Refused forbidden, missing, stale, invalid, illegal-step.
    """
    require(actor, Act.SIGN_BULLETIN)
    approval = approval.strip()
    if len(approval) > LONGEST_APPROVAL or (Role.LEADER not in actor.roles and not approval):
        raise Refused(
            "invalid", f"请写明签发人的姓名职务和签批日期，最多{LONGEST_APPROVAL}字；或请县领导登录签发。"
        )
    with transaction() as s:
        bulletin = _taken(s, bulletin_id, seen_version)
        if bulletin.drafted_by_id == actor.person_id:
            raise Refused("illegal-step", "拟稿人不能自己签发。请县领导登录签发，或由督查室其他同志登记。")
        _step(s, actor, bulletin, BulletinEvent.SIGN, now, {"approval": approval})
        bulletin.signed_at, bulletin.signed_by_id, bulletin.approval = now, actor.person_id, approval


def send_back(actor: Actor, bulletin_id: int, words: str, *, seen_version: int, now: datetime) -> None:
    """Give it back to be changed (退回修改) with what is wrong; who looked through and signed it is forgotten.

    Raises Refused forbidden, missing, stale, invalid, illegal-step.
    """
    require(actor, Act.EDIT_BULLETIN if allows(actor, Act.EDIT_BULLETIN) else Act.SIGN_BULLETIN)
    words = words.strip()
    if not 0 < len(words) <= LONGEST_BACK:
        raise Refused("invalid", f"请写明退回修改的意见，最多{LONGEST_BACK}字。")
    with transaction() as s:
        bulletin = _taken(s, bulletin_id, seen_version)
        _step(s, actor, bulletin, BulletinEvent.SEND_BACK, now, {"words": words})
        bulletin.back_words = words
        bulletin.reviewed_at = bulletin.reviewed_by_id = None
        bulletin.signed_at = bulletin.signed_by_id = None
        bulletin.approval = ""


def _taken(s: Session, bulletin_id: int, seen_version: int) -> Bulletin:
    bulletin = held(s, bulletin_id)
    refuse_stale(bulletin, seen_version)
    return bulletin


def _step(
    s: Session,
    actor: Actor,
    bulletin: Bulletin,
    event: BulletinEvent,
    now: datetime,
    detail: Mapping[str, object],
) -> None:
    bulletin.state = BULLETIN.advance(bulletin.state, event)
    record(s, f"bulletin.{event.replace('_', '-')}", actor, bulletin, now, detail)


# -------------------------------------------------------------------------------------------- 印发


@dataclass(frozen=True, slots=True)
class Imprint:
    """文号 and 期号 a bulletin is printed under; no issue where the county does not count them."""

    number: str
    issue: int | None = None

    def check(self) -> str:
        """The number as it is printed; raises Refused invalid."""
        if self.issue is not None and not 0 < self.issue <= HIGHEST_ISSUE:
            raise Refused("invalid", f"期号要在1至{HIGHEST_ISSUE}之间。")
        return numbered(self.number)


def publish(actor: Actor, bulletin_id: int, imprint: Imprint, *, seen_version: int, now: datetime) -> int:
    """Print and send it (印发): the office's duty is done, every recipient unit is told; returns how many people are.

    Raises Refused forbidden, missing, stale, invalid, illegal-step while a unit to be named may still explain.
    """
    require(actor, Act.EDIT_BULLETIN)
    number = imprint.check()
    duty_ids = rows.duties_of(bulletin_id)
    with transaction() as s:
        bulletin = _taken(s, bulletin_id, seen_version)
        BULLETIN.advance(bulletin.state, BulletinEvent.PUBLISH)
        namings = namings_of(s, bulletin_id)
        _refuse_unheard(namings, now)
        _refuse_taken(s, bulletin, number)
        s.execute(sa.select(Duty.id).where(Duty.id.in_(duty_ids)).order_by(Duty.id).with_for_update())
        naming.release(s, namings, now)
        _settle(s, bulletin, number, now)
        bulletin.number, bulletin.issue = number, imprint.issue
        bulletin.published_at, bulletin.published_by_id = now, actor.person_id
        s.flush()  # the parts before the whole: from its own row on the database refuses every change
        paper = rows.paper(rows.loaded(s, bulletin_id))
        bulletin.paper, bulletin.digest = paper.as_json(), paper.digest
        _step(s, actor, bulletin, BulletinEvent.PUBLISH, now, {"number": number, "digest": bulletin.digest})
        told = [*_notices(bulletin, now)]
        insert_new(s, Notice, told)
    return len({row["person_id"] for row in told})


def _refuse_unheard(namings: Sequence[BulletinNaming], now: datetime) -> None:
    """Return when every unit to be named was heard, or had its two working days."""
    for each in namings:
        if each.dropped_at or each.explained_at:
            continue
        if each.answer_by_on is None:
            raise Refused("illegal-step", "有拟点名的单位还没有告知。请退回拟稿，先告知单位。")
        if not is_late(each.answer_by_on, MIDNIGHT, now):
            until = chinese_date(each.answer_by_on)
            raise Refused("illegal-step", f"拟点名单位的说明期到{until}为止，还没有说明。到期后再印发。")


def _refuse_taken(s: Session, bulletin: Bulletin, number: str) -> None:
    same = sa.select(Bulletin.title).where(Bulletin.number == number, Bulletin.id != bulletin.id).limit(1)
    if title := s.scalar(same):
        raise Refused("invalid", f"文号{number}已经用于“{title}”，请核对。")


def _settle(s: Session, bulletin: Bulletin, number: str, now: datetime) -> None:
    """The office's duty is done, unless somebody recorded an issue before."""
    assert bulletin.duty_id is not None
    duty = duties.locked(s, bulletin.duty_id)
    if duty.state is DutyState.OPEN:
        duties.move(duty, DutyEvent.FULFIL, now)
        duty.outcome = number


def _notices(bulletin: Bulletin, now: datetime) -> Iterator[dict[str, object]]:
    """One notice for each 联络员 of a recipient unit, a copy for its 主要领导, by mail with the day's digest."""
    assert bulletin.duty is not None
    directory = Directory(bulletin.recipients, local_date(now), office_ids=[bulletin.plan.office_id])
    for unit_id in bulletin.recipients:
        contacts = directory.contacts(unit_id, local_date(now), office_id=bulletin.plan.office_id)
        for person_id, (audience, copied) in _addressed(contacts).items():
            hour = directory.people[person_id].hour
            calendar = rules.calendar(unit_id)
            yield {
                "dedup_key": items.issued_key(
                    f"/bulletins/{bulletin.id}", unit_id, person_id, channels.EMAIL
                ),
                "channel": channels.EMAIL,
                "duty_id": bulletin.duty_id,
                "epoch": bulletin.duty.epoch,
                "rung": NO_RUNG,
                "kind": LetterKind.ISSUED,
                "audience": audience,
                "person_id": person_id,
                "reason": f"{bulletin.title}：{bulletin.number}"[:400],
                "copied": copied,
                "created_at": now,
                "not_before_at": leaves_at(now, calendar, hour, urgent=False),
            }


def _addressed(contacts: Contacts) -> dict[int, tuple[Audience, bool]]:
    """Person → the post that makes him a recipient, and whether for information only (抄送主要领导)."""
    told = {person: (post, False) for person, post in reach((Audience.LIAISON,), contacts).items()}
    for person in contacts.get(Audience.HEAD, ()):
        told.setdefault(person, (Audience.HEAD, True))
    return told


def correct(actor: Actor, bulletin_id: int, now: datetime) -> int:
    """Begin a bulletin that corrects a printed one (更正): its figures and words, to be changed; returns its id.

    Raises Refused forbidden, missing, illegal-step for one that is not printed or is being corrected already.
    """
    require(actor, Act.EDIT_BULLETIN)
    printed = get(Bulletin, bulletin_id)
    if printed.state is not BulletinState.PUBLISHED:
        raise Refused("illegal-step", "还没有印发的通报可以直接修改，不用更正。")
    with transaction() as s:
        s.execute(sa.select(Bulletin.id).where(Bulletin.id == bulletin_id).with_for_update())
        printed = s.get_one(Bulletin, bulletin_id)
        if s.scalar(sa.select(Bulletin.id).where(Bulletin.corrects_id == bulletin_id)):
            raise Refused("illegal-step", "这期通报已经有更正稿，请打开更正稿修改。")
        bulletin = _correction(s, actor, printed, now)
        s.add(bulletin)
        s.flush()
        for part in sections_of(s, bulletin_id):
            s.add(_copied(part, bulletin.id))
        for named in namings_of(s, bulletin_id):
            if named.dropped_at is None:
                s.add(_heard(named, bulletin.id))
        record(s, "bulletin.correct", actor, bulletin, now, {"corrects": printed.number})
    return bulletin.id


def _correction(s: Session, actor: Actor, printed: Bulletin, now: datetime) -> Bulletin:
    return Bulletin(
        plan_id=printed.plan_id,
        kind=printed.kind,
        period_key=printed.period_key,
        duty_id=printed.duty_id,
        corrects_id=printed.id,
        title=corrected(printed.title),
        issuers=list(printed.issuers),
        recipients=list(printed.recipients) or recipients_of(s, printed.plan_id),
        ranking=printed.ranking,
        cutoff_at=printed.cutoff_at,
        frozen_at=printed.frozen_at,
        figures=printed.figures,
        drafted_at=now,
        drafted_by_id=actor.person_id,
    )


def _copied(part: BulletinSection, bulletin_id: int) -> BulletinSection:
    """The printed words, by hand as they now are: what was generated stands beside them."""
    return BulletinSection(
        bulletin_id=bulletin_id,
        position=part.position,
        key=part.key,
        heading=part.heading,
        generated=part.generated,
        text=part.text,
        edited_at=part.edited_at,
        edited_by_id=part.edited_by_id,
    )


def _heard(named: BulletinNaming, bulletin_id: int) -> BulletinNaming:
    """A unit that was named and heard before the first printing: its words are printed again."""
    return BulletinNaming(
        bulletin_id=bulletin_id,
        unit_id=named.unit_id,
        task_id=named.task_id,
        duty_id=named.duty_id,
        reason=named.reason,
        told_at=named.told_at,
        answer_by_on=named.answer_by_on,
        explanation=named.explanation,
        explained_at=named.explained_at,
        explained_by_id=named.explained_by_id,
    )

"""The story of one task (经过): what was done, said and sent, in plain sentences, newest first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Duty, LedgerEntry, Notice, Person, Progress, Task, Unit
from app.queries.lateness import late_workdays, was_late
from workflows.cadence import duty_words
from workflows.escalation import AUDIENCE_LABELS, LETTER_LABELS, LetterKind
from workflows.lifecycle import NOTICE_LABELS, NoticeState

SHOWN = 60
"""Entries of the record a page shows before it is asked for all of them."""

SENTENCES: Mapping[str, str] = {
    "plan.issue": "计划下达",
    "task.sign": "{unit}签收",
    "task.update": "{unit}更新进展，完成{percent}%",
    "task.request-close": "{who}申请办结",
    "task.close": "{who}核准销号{grade}",
    "task.send-back": "{who}退回重办",
    "report.ask-signoff": "{unit}填好{what}，送单位审签",
    "report.take-back": "{unit}撤回待审签的{what}",
    "report.refuse-signoff": "{who}审签时退回修改{what}",
    "report.submit": "{unit}报送{what}，完成{percent}%{signed}{late}{locked}",
    "report.correct": "{unit}更正{what}{corrected}{locked}",
    "report.accept": "{who}审核通过{unit}的{what}",
    "report.return": "{who}退回{unit}的{what}",
    "report.check": "{who}将{unit}的{what}列为存疑待核查",
    "report.talk": "{who}就{what}与{unit}面谈",
    "report.note": "{who}阅知{unit}对{what}的更正",
    "report.nudge": "{who}催报{unit}的{what}",
    "report.consolidate": "{unit}汇总报送{what}{missing}",
    "version.add": "{who}采用新版文件，新增本任务",
    "version.change": "{who}采用新版文件，本任务的{changed}有变化",
    "version.withdraw": "{who}采用新版文件，不再列入本任务，任务撤销",
    "version.drop": "{who}采用新版文件，不再列入本任务，销号结果保留",
    "version.revive": "{who}采用新版文件，重新列入本任务，恢复办理",
    "slip.send": "{who}签发{slip}",
    "slip.answer": "{unit}回复{slip}",
    "request.raise": "{unit}申请{label}",
    "request.answer": "{who}答复{unit}的{label}申请：{said}",
    "request.forward": "{who}将{unit}的{label}申请报责任领导",
    "request.pass-on": "{unit}的{label}申请转督查室",
    "request.withdraw": "{unit}撤回{label}申请",
    "request.moot": "{unit}的{label}申请因任务变化终止",
    "task.resume": "{who}恢复办理",
    "notice.unaddressed": "{unit}的{what}到了提醒时间，但没有可以通知的人",
}
"""One sentence an act of the record; acts without one are not part of a task's story."""

GRAVE = frozenset({LetterKind.URGE, LetterKind.ESCALATE})


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when, what happened, the words said with it, and its tone: act, warn, or plain ("")."""

    at: datetime
    sentence: str
    words: tuple[str, ...] = ()
    tone: str = ""


def story(task: Task, *, letters_of: Collection[int] | None, whole: bool = False) -> tuple[list[Line], bool]:
    """The lines, and whether earlier ones were left out.

    Letters are told of the duties of the units in `letters_of`; of all units when it is None.
    """
    entries = _entries(task, None if whole else SHOWN + 1)
    shown = entries if whole else entries[:SHOWN]
    lines = _done(task, shown) + _sent(task.id, letters_of)
    if len(shown) < len(entries):
        lines = [line for line in lines if line.at >= shown[-1].entry.recorded_at]
    return sorted(lines, key=lambda line: line.at, reverse=True), len(shown) < len(entries)


@dataclass(frozen=True, slots=True)
class _Entry:
    entry: LedgerEntry
    who: str
    unit: str
    duty: Duty | None


def _entries(task: Task, limit: int | None) -> list[_Entry]:
    about = sa.or_(
        LedgerEntry.task_id == task.id,
        sa.and_(LedgerEntry.plan_id == task.plan_id, LedgerEntry.act == "plan.issue"),
        LedgerEntry.duty_id.in_(sa.select(Duty.id).where(Duty.task_id == task.id)),
    )
    told = (
        sa.select(LedgerEntry, Person.name, Unit.name, Duty)
        .outerjoin(Person, Person.id == LedgerEntry.actor_id)
        .outerjoin(Unit, Unit.id == LedgerEntry.unit_id)
        .outerjoin(Duty, Duty.id == LedgerEntry.duty_id)
        .where(about, LedgerEntry.act.in_(SENTENCES))
        .order_by(LedgerEntry.id.desc())
        .limit(limit)
    )
    rows = session().execute(told)
    return [_Entry(entry, who or "系统", unit or "", duty) for entry, who, unit, duty in rows]


def _done(task: Task, entries: Sequence[_Entry]) -> list[Line]:
    said = _words_said(task.id)
    return [_line(entry, said.get((entry.entry.unit_id, entry.entry.recorded_at), ())) for entry in entries]


def _words_said(task_id: int) -> Mapping[tuple[int | None, datetime], tuple[str, ...]]:
    """What each unit said at each moment it spoke."""
    spoken = session().scalars(sa.select(Progress).where(Progress.task_id == task_id))
    return {(word.unit_id, word.recorded_at): _labelled(word) for word in spoken}


def _labelled(word: Progress) -> tuple[str, ...]:
    problems = f"存在问题：{word.problems}" if word.problems.strip() else ""
    following = f"下步打算：{word.next_step}" if word.next_step.strip() else ""
    return tuple(words for words in (word.done, problems, following) if words.strip())


def _line(told: _Entry, words: tuple[str, ...]) -> Line:
    entry = told.entry
    sentence = SENTENCES[entry.act].format(
        who=told.who,
        unit=told.unit,
        what=_what(told.duty) if told.duty else "",
        percent=entry.detail.get("percent", ""),
        changed=entry.detail.get("changed", ""),
        label=entry.detail.get("label", ""),
        said=entry.detail.get("said", ""),
        slip=LETTER_LABELS[LetterKind(entry.detail["slip"])] if "slip" in entry.detail else "",
        missing=_missing(entry.detail),
        grade=f"，评价{entry.detail['label']}"
        if entry.act == "task.close" and "label" in entry.detail
        else "",
        signed=_signed(entry.detail),
        locked=_locked(entry),
        corrected=_corrected(entry.detail),
        late=_lateness(told.duty, entry.recorded_at) if told.duty else "",
    )
    given = str(entry.detail.get("words") or "")
    if entry.act == "report.correct":
        given = f"更正原因：{entry.detail.get('reason', '')}"
    warned = entry.act in {"report.return", "report.refuse-signoff", "task.send-back", "notice.unaddressed"}
    return Line(entry.recorded_at, sentence, (given,) if given else words, "warn" if warned else "act")


def _missing(detail: Mapping[str, object]) -> str:
    named = detail.get("missing")
    return f"（缺报：{'、'.join(named)}）" if isinstance(named, list) and named else ""


def _signed(detail: Mapping[str, object]) -> str:
    return f"，{detail['signed_by']}审签" if detail.get("signed_by") else ""


def _locked(entry: LedgerEntry) -> str:
    """What came after its period was closed says so for good."""
    if not entry.detail.get("after_lock"):
        return ""
    return "（锁定后更正）" if entry.act == "report.correct" else "（锁定后补报）"


def _corrected(detail: Mapping[str, object]) -> str:
    """What the figure was and is, where a correction changed it."""
    before, after = detail.get("before"), detail.get("after")
    if not (isinstance(before, Mapping) and isinstance(after, Mapping) and "percent" in after):
        return ""
    return f"，完成{before['percent']}%改为{after['percent']}%"


def _what(duty: Duty) -> str:
    return duty_words(duty.kind, duty.period_key)


def _lateness(duty: Duty, at: datetime) -> str:
    if not was_late(duty, at):
        return ""
    days = late_workdays(duty, at)
    return f"（晚于原定期限{days}个工作日）" if days else "（晚于原定期限）"


def _sent(task_id: int, unit_ids: Collection[int] | None) -> list[Line]:
    """One line a rung: everybody who was told the same thing at the same moment."""
    told = (
        sa.select(Notice)
        .join(Duty)
        .where(Duty.task_id == task_id, Notice.state != NoticeState.SUPPRESSED)
        .options(
            selectinload(Notice.duty).selectinload(Duty.unit),
            selectinload(Notice.person),
            selectinload(Notice.letter),
        )
        .order_by(Notice.duty_id, Notice.epoch, Notice.rung, Notice.state, Notice.id)
    )
    if unit_ids is not None:
        told = told.where(Duty.unit_id.in_(unit_ids))
    notices = session().scalars(told)
    rungs = groupby(notices, key=lambda n: (n.duty_id, n.epoch, n.rung, n.state, n.created_at))
    return [_rung(list(group)) for _, group in rungs]


def _rung(notices: Sequence[Notice]) -> Line:
    first = notices[0]
    people = "、".join(f"{n.person.name}（{AUDIENCE_LABELS[n.audience]}）" for n in notices)
    sent_at = max((n.letter.sent_at for n in notices if n.letter and n.letter.sent_at), default=None)
    sentence = f"{LETTER_LABELS[first.kind]}：{first.duty.unit.name}{_what(first.duty)}，发{people}"
    why = first.reason.partition("，对象")[0]  # whom it was for stands in the sentence
    if first.state is not NoticeState.SENT:
        sentence += f"（{NOTICE_LABELS[first.state]}）"
    return Line(
        sent_at or first.created_at, sentence, (why,) if why else (), "warn" if first.kind in GRAVE else ""
    )

"""What a letter says of each notice: whether it is still true, in which words, and which page it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.mail import Item
from app.models import Duty, Notice, Slip
from app.queries import requests, rules
from workflows.cadence import DutyKind, duty_words
from workflows.escalation import Audience, LetterKind
from workflows.lifecycle import DutyState, Hold, ReportState, SlipState
from workflows.requests import REQUEST_HOLDS, answers
from workflows.wording import chinese_date, urgency

CONTACT = "contact:"
"""How the keys of notices begin that tell an administrator about a contact; the duty is only where it showed."""


ISSUED = "issued:"
"""How the keys of notices begin that bring what was issued (印发); page, unit and person follow."""


ANSWERED_AT = {
    DutyKind.SLIP_REPLY: "/slips/{}",
    DutyKind.EXPLANATION: "/bulletins/{}/explain",
    DutyKind.APPEAL: "/appeals/{}",
}
"""Kind of duty → the page where it is answered; the key of the duty names what it is about."""


def issued_key(path: str, unit_id: int, person_id: int, channel: str) -> str:
    """The key of a notice that what stands on that page was issued, for one person of one recipient unit."""
    return f"{ISSUED}{path}:{unit_id}:{person_id}:{channel}"


def unit_told(notice: Notice) -> int:
    """The unit whose people the notice speaks to: the recipient of what was issued, else who owes the duty."""
    if notice.kind is LetterKind.ISSUED and notice.dedup_key.startswith(ISSUED):
        return int(notice.dedup_key.split(":")[2])
    return notice.duty.unit_id


def is_about_contact(notice: Notice) -> bool:
    return notice.dedup_key.startswith(CONTACT)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What decides whether a notice is still true: facts of the notice itself, its duty and its slip (督办单)."""

    kind: LetterKind
    dedup_key: str
    epoch: int
    slip_id: int | None
    slip_state: SlipState | None
    duty_state: DutyState
    duty_epoch: int
    duty_hold: Hold | None


def is_owed(on: Grounds) -> bool:
    """Whether the notice is still true: its duty open and in the same epoch, its clock not stopped by a request.

    A draft of a slip has to be undecided; a slip that a person sent goes out whatever was asked for since.
    """
    if on.dedup_key.startswith(CONTACT) or on.kind in {LetterKind.ANSWER, LetterKind.ISSUED}:
        return True  # whatever became of the duty, the contact has to be mended, the answer told
    asks = _asks_to_send(on.slip_id, on.dedup_key)
    if asks and on.slip_state is not SlipState.DRAFT:
        return False
    if on.duty_hold in REQUEST_HOLDS and (on.slip_id is None or asks):
        return False
    return on.duty_state is DutyState.OPEN and on.duty_epoch == on.epoch


def still_owed(notice: Notice) -> bool:
    """`is_owed` of a notice whose duty and slip are loaded."""
    n, duty = notice, notice.duty
    slip_state = n.slip.state if n.slip else None
    return is_owed(
        Grounds(n.kind, n.dedup_key, n.epoch, n.slip_id, slip_state, duty.state, duty.epoch, duty.hold)
    )


def asks_to_send(notice: Notice) -> bool:
    """Whether the notice asks the office to decide on a slip, and does not deliver one."""
    return _asks_to_send(notice.slip_id, notice.dedup_key)


def _asks_to_send(slip_id: int | None, dedup_key: str) -> bool:
    """The place of such a notice, third in its key, ends so."""
    return slip_id is not None and dedup_key.split(":")[2].endswith("d")


def letter_items(notices: Sequence[Notice], today: date) -> list[Item]:
    """What a letter made of these notices says: the same thing owed for several tasks is said once."""

    def together(notice: Notice) -> tuple[object, ...]:
        d = notice.duty
        if is_about_contact(notice) or notice.kind is LetterKind.ANSWER:
            return ("alone", notice.id)
        if notice.kind is LetterKind.ISSUED:  # who acts for two units reads of it once
            return ("issued", _issued_path(notice))
        asks = asks_to_send(notice)
        shown_as = (notice.kind, notice.copied, asks, 0 if asks else notice.slip_id)
        return (*shown_as, d.kind, d.unit_id, d.period_key, d.due_on, _was_returned(d))

    ordered = sorted(notices, key=lambda n: (str(together(n)), n.id))
    return [_item(list(group), today) for _, group in groupby(ordered, key=together)]


def _item(notices: Sequence[Notice], today: date) -> Item:
    duty = notices[0].duty
    if is_about_contact(notices[0]):
        return _about_contact(notices[0])
    if notices[0].kind is LetterKind.ANSWER:
        return _about_answer(notices[0])
    if notices[0].kind is LetterKind.ISSUED:
        return _about_issue(notices[0])
    numbered = [f"{n.duty.task.number}. {n.duty.task.title}" for n in notices if n.duty.task]
    return Item(
        _kind_today(notices[0], today),
        _what(duty),
        duty.unit.name,
        tuple(title.removeprefix(". ") for title in numbered),
        duty.due_on,
        duty.original_due_on,
        duty.opens_on,
        urgency(duty.due_on, today, rules.calendar(duty.unit_id), duty.cutoff_hour),
        _note(notices),
        _path(notices[0], len(notices)),
        tuple(dict.fromkeys(notice.reason for notice in notices)),
        notices[0].copied,
        asks_to_send(notices[0]),
    )


def _about_contact(notice: Notice) -> Item:
    """What an administrator reads about a post or an address that letters do not reach."""
    duty = notice.duty
    return Item(
        notice.kind,
        "联系人收不到信",
        duty.unit.name,
        (),
        duty.due_on,
        duty.original_due_on,
        duty.opens_on,
        "请更新联系人",
        "",
        f"/units/{duty.unit_id}",
        (notice.reason,),
        contact=True,
    )


def _about_answer(notice: Notice) -> Item:
    """What a unit reads of the answer to a request: the sentence itself, and the page of the request."""
    duty, (asked, _, said) = notice.duty, notice.reason.partition("：")
    title = [f"{duty.task.number}. {duty.task.title}".removeprefix(". ")] if duty.task else []
    return Item(
        notice.kind,
        f"{asked}，已答复" if said else "任务有变化",
        duty.unit.name,
        tuple(title),
        duty.due_on,
        duty.original_due_on,
        duty.opens_on,
        said or notice.reason,
        "",
        f"/requests/{requests.told_of(notice.dedup_key)}",
    )


def _issued_path(notice: Notice) -> str:
    return notice.dedup_key.split(":")[1]


def _about_issue(notice: Notice) -> Item:
    """What a recipient reads of something issued: its title and number, and the page that holds it."""
    duty, (title, _, number) = notice.duty, notice.reason.rpartition("：")
    return Item(
        notice.kind,
        title or notice.reason,
        duty.unit.name,
        (),
        duty.due_on,
        duty.original_due_on,
        duty.opens_on,
        f"{number}，已印发" if title else "已印发",
        "",
        _issued_path(notice),
        ("您的单位在发送范围内",),
        notice.copied,
    )


def _kind_today(notice: Notice, today: date) -> LetterKind:
    """The kind a letter speaks in today: 今日到期 is said on that very day only, not before a rest day nor over late."""
    if notice.kind is not LetterKind.DUE or notice.duty.due_on == today:
        return notice.kind
    return LetterKind.ADVANCE if today < notice.duty.due_on else LetterKind.URGE


def _what(duty: Duty) -> str:
    words = {DutyKind.SIGN: "签收任务", DutyKind.COMPLETION: "完成任务"}
    if duty.kind is DutyKind.ANSWER:
        words |= {duty.kind: requests.spoken_of([duty.period_key]).get(duty.period_key, "")}
    return words.get(duty.kind) or duty_words(duty.kind, duty.period_key)


def _was_returned(duty: Duty) -> bool:
    """Whether the unit has it again after a look (退回): its report came back, or its request to close the task."""
    if duty.kind is DutyKind.MONTHLY_REPORT:
        return duty.report is not None and duty.report.state is ReportState.RETURNED
    return duty.kind is DutyKind.COMPLETION and duty.task is not None and bool(duty.task.close_request)


def _note(notices: Sequence[Notice]) -> str:
    first = notices[0]
    notes = []
    if first.slip and not asks_to_send(first):
        notes.append(_slip_words(first.slip))
    if _was_returned(first.duty):
        notes.append("已退回，请按意见修改后重新报送。")
    if any(notice.skipped for notice in notices):
        notes.append("系统曾停运，期间应发的提醒合并于此。")
    return "".join(notes)


def _slip_words(slip: Slip) -> str:
    """What the slip says, in one paragraph, and by when it is to be answered."""
    said = " ".join(slip.words.split())
    return f"{said} 请于{chinese_date(slip.reply_duty.due_on)}前在系统里回复。" if slip.reply_duty else said


def _path(notice: Notice, count: int) -> str:
    """The page that shows exactly what the letter speaks of."""
    duty = notice.duty
    if notice.slip_id:
        return "/supervision/slips" if asks_to_send(notice) else f"/slips/{notice.slip_id}"
    if duty.kind in ANSWERED_AT:
        return ANSWERED_AT[duty.kind].format(duty.period_key[1:])
    if asked := answers(duty.period_key):
        return f"/requests/{asked[0]}"
    if duty.kind in {DutyKind.MONTHLY_REPORT, DutyKind.CONSOLIDATION}:
        return f"/reports/{duty.unit_id}/{duty.period_key}"
    if duty.task_id is None or count == 1:
        return f"/tasks/{duty.task_id}" if duty.task_id else f"/duties/{duty.id}"
    above = notice.audience in {Audience.OFFICE, Audience.COUNTY_LEADER}
    return f"/supervision/overdue?unit={duty.unit_id}" if above else "/desk"

"""What a granted request does to its task: dates moved, parts handed over, the task held, ended or made routine.

Whatever becomes of duties is decided by `workflows.succession`, as for a new version of the plan (decision 0019).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app import requests
from app.models import Request, Task
from app.queries import requests as rows
from app.queries import rules, succession, units
from app.services.succession import assign, take_steps
from workflows.assignment import RANK, Part, filing_unit
from workflows.calendar import FIRST_YEAR, LAST_YEAR, local_date
from workflows.commitments import TaskKind
from workflows.errors import Refused
from workflows.lifecycle import TASK, TaskEvent
from workflows.requests import RequestKind, extension_date_faults
from workflows.succession import Step
from workflows.units import Share
from workflows.wording import chinese_date

LONGEST_DOCUMENT = 80
LONGEST_REQUIREMENT = 4000


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered. `granted_on` is the date given (延期, 调整, 暂缓; None: as asked for, 暂缓: until further notice);
    `document` the number of the document that decides; `other_unit_id` who acts instead; `requirement` the new words."""

    grant: bool
    words: str = ""
    granted_on: date | None = None
    document: str = ""
    other_unit_id: int | None = None
    requirement: str = ""


def grant(s: Session, request: Request, given: Answer, now: datetime) -> str:
    """Do what was granted; returns the sentence that says it. Raises Refused invalid, illegal-step."""
    if given.granted_on and not FIRST_YEAR < given.granted_on.year < LAST_YEAR:
        raise Refused("invalid", f"日期要在{FIRST_YEAR}年至{LAST_YEAR}年之间，请核对年份。")
    if len(given.document) > LONGEST_DOCUMENT:
        raise Refused("invalid", f"文号最多{LONGEST_DOCUMENT}字。")
    said = _DO[request.kind](s, request, given, now)
    note(request, **{rows.DOCUMENT: given.document.strip()} if given.document.strip() else {})
    return said


def note(request: Request, **facts: object) -> None:
    """Keep something with the request."""
    request.detail = {**request.detail, **facts}


def _need_document(given: Answer, sentence: str) -> None:
    if not given.document.strip():
        raise Refused("invalid", sentence)


def _extend(s: Session, request: Request, given: Answer, now: datetime) -> str:
    """延期: every lead's completion gets the new date; the first date stays on the duty."""
    task, today = request.task, local_date(now)
    granted_on = given.granted_on or request.wanted_on
    assert granted_on is not None
    assert request.wanted_on is not None
    facts, limits = rows.facts_of(task, request.unit_id), rules.request_rules_of(task.plan)
    if facts.deadline_on is None:
        raise Refused("illegal-step", "任务现在没有完成时限，不需要延期，请答复“不同意”并说明。")
    if granted_on > request.wanted_on:
        raise Refused("invalid", f"批准的日期不能晚于申请的日期（{chinese_date(request.wanted_on)}）。")
    for fault in extension_date_faults(granted_on, facts, limits, today):
        raise Refused("invalid", fault)
    extended = rows.extensions(task.id, besides=request.id)
    if extended >= limits.extension_times:
        _need_document(given, f"第{extended + 1}次延期须经专班会议同意，请填写会议文件的文号。")
    request.granted_on = granted_on
    _redate(s, task, granted_on, now)
    return f"同意，完成时限改为{chinese_date(granted_on)}"


def _redate(s: Session, task: Task, deadline_on: date | None, now: datetime) -> None:
    steps = succession.ground(task.plan, now).steps(task, deadline_on, task.kind)
    task.deadline_on = deadline_on
    _take(s, task, steps, now)


def _take(s: Session, task: Task, steps: tuple[Step, ...], now: datetime) -> None:
    take_steps(s, task.plan, [(task.id, step) for step in steps], now)


def _hand_over(s: Session, request: Request, given: Answer, now: datetime) -> str:
    """转办: the unit's part goes to another, which signs and reports from now on; what the first one owed is dropped."""
    chosen = given.other_unit_id or request.other_unit_id
    if chosen is None:
        raise Refused("invalid", "同意转办的，请选择改由哪个单位承担。")
    acting = acting_unit(chosen)
    if acting == request.unit_id:
        raise Refused("invalid", "不能转办给提出异议的单位自己，请另选单位。")
    task = request.task
    parts = _parts_without(task, request.unit_id, acting, chosen)
    shares = {unit_id: part.share for unit_id, part in parts.items()}
    steps = succession.ground(task.plan, now).steps(task, task.deadline_on, task.kind, shares)
    assign(s, task, parts.values())
    s.flush()
    _take(s, task, steps, now)
    s.refresh(task, ["assignments"])
    requests.end_moot(s, task, now)
    request.other_unit_id = chosen
    return f"同意，改由{units.one(chosen).name}承担，本单位不再负责这项任务"


def acting_unit(unit_id: int) -> int:
    """The unit that acts for an active one (归口); raises Refused invalid."""
    if unit_id not in dict(units.choices()):
        raise Refused("invalid", "所选单位已停用，请另选单位。")
    return filing_unit(unit_id, units.files_through())


def _parts_without(task: Task, leaver: int, acting: int, named: int) -> Mapping[int, Part]:
    present = {p.unit_id: Part(p.unit_id, p.share, p.on_behalf_of_id, p.group_id) for p in task.assignments}
    former = present.pop(leaver)
    behalf = former.on_behalf_of or (named if named != acting else None)
    taken = Part(acting, former.share, behalf)
    known = present.get(acting)
    if known:
        share = min(known.share, former.share, key=RANK.__getitem__)
        taken = Part(acting, share, known.on_behalf_of, known.group_id if share is not Share.LEAD else None)
    return {**present, acting: taken}


def _coordinated(_s: Session, _request: Request, _given: Answer, _now: datetime) -> str:
    return "已协调解决，停表的工作日顺延到各项期限"


def _adjust(s: Session, request: Request, given: Answer, now: datetime) -> str:
    """调整: a new date, new words of the requirement, or both, by a document."""
    _need_document(given, "调整任务须有文件依据，请填写文号。")
    task, requirement = request.task, given.requirement.strip()
    if given.granted_on is None and not requirement:
        raise Refused("invalid", "请填写新的完成时限或调整后的任务要求，至少一项。")
    if given.granted_on and given.granted_on <= local_date(now):
        raise Refused("invalid", "新的完成时限要在今天之后。")
    if len(requirement) > LONGEST_REQUIREMENT:
        raise Refused("invalid", f"任务要求最多{LONGEST_REQUIREMENT}字，请精简。")
    said = []
    if given.granted_on:
        request.granted_on = given.granted_on
        _redate(s, task, given.granted_on, now)
        said.append(f"完成时限改为{chinese_date(given.granted_on)}")
    if requirement:
        note(request, **{rows.FORMER: task.text, rows.REQUIREMENT: requirement})
        _reword(task, requirement)
        said.append("任务要求按批准的文字执行")
    return f"同意，{'，'.join(said)}"


def _reword(task: Task, words: str) -> None:
    """The document no longer says what is asked: the words change, and their places in the source are given up."""
    task.text, task.start, task.end = words, None, None
    task.marks = []
    for commitment in task.commitments:
        commitment.start = commitment.end = None


def _suspend(_s: Session, request: Request, given: Answer, now: datetime) -> str:
    """暂缓: everything the task owes stands still until the day, or until the office lets it go on."""
    if given.granted_on and given.granted_on <= local_date(now):
        raise Refused("invalid", "恢复办理的日期要在今天之后；不能确定何时恢复的，请留空。")
    task = request.task
    task.state = TASK.advance(task.state, TaskEvent.SUSPEND)
    request.granted_on = given.granted_on
    until = f"到{chinese_date(given.granted_on)}恢复办理" if given.granted_on else "由督查室通知恢复"
    return f"同意暂缓，{until}，期间不催办，停表的工作日顺延"


def _withdraw(s: Session, request: Request, given: Answer, now: datetime) -> str:
    """撤销: nothing more is asked of the task; reports that were filed stay."""
    _need_document(given, "撤销任务须有文件依据，请填写文号。")
    task = request.task
    steps = succession.ground(task.plan, now).ending(task)
    task.state = TASK.advance(task.state, TaskEvent.WITHDRAW)
    _take(s, task, steps, now)
    requests.end_moot(s, task, now)
    return "同意，任务已撤销，没有办完的事项不再要求"


def _make_routine(s: Session, request: Request, _given: Answer, now: datetime) -> str:
    """转常态: no date any more; reports go on."""
    task = request.task
    steps = succession.ground(task.plan, now).steps(task, None, TaskKind.CONTINUING)
    task.deadline_on, task.kind, task.kind_reason = None, TaskKind.CONTINUING, "经批准转为常态工作。"
    _take(s, task, steps, now)
    return "同意，转为常态工作，不再有完成时限，按期报告照常"


_DO: Mapping[RequestKind, Callable[[Session, Request, Answer, datetime], str]] = {
    RequestKind.EXTENSION: _extend,
    RequestKind.OBJECTION: _hand_over,
    RequestKind.COORDINATION: _coordinated,
    RequestKind.ADJUSTMENT: _adjust,
    RequestKind.SUSPENSION: _suspend,
    RequestKind.WITHDRAWAL: _withdraw,
    RequestKind.ROUTINE: _make_routine,
}

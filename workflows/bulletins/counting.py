"""From an account to the figures of a bulletin: the five classes, the reports, the indicators, and every row behind.

The classes and their shares follow reference 0.8 (五分法); withdrawn tasks are counted apart. A project bulletin
(seed 002) speaks of the tasks of the construction kind alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from workflows.accounts import (
    Account,
    CoordinationAccount,
    DutyAccount,
    IndicatorAccount,
    Said,
    SlipAccount,
    TaskAccount,
)
from workflows.bulletins.frozen import (
    DutyRow,
    Figure,
    Figures,
    GapRow,
    IndicatorRow,
    RequestRow,
    RowKind,
    SlipRow,
    TaskRow,
    UnitRow,
)
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.commitments import TaskKind
from workflows.lifecycle import CAUSE_LABELS, BulletinKind, OnTime, TaskState
from workflows.light import PACE_LABELS, Pace

WHOLE = 1000
"""A whole in tenths of a per cent."""

RESTING = frozenset({TaskState.CLOSED, TaskState.SUSPENDED, TaskState.WITHDRAWN})
AT_RISK = frozenset({OnTime.RISKY, OnTime.UNABLE})
NOT_COUNTED = frozenset({TaskState.DRAFT, TaskState.WITHDRAWN})


def figures_of(account: Account, before: Account | None, kind: BulletinKind) -> Figures:
    """What a bulletin of that kind counts in `account`, held against the account of the period before."""
    spoken_of = [task for task in account.tasks if kind is BulletinKind.QUARTERLY or _is_project(task)]
    ids = None if kind is BulletinKind.QUARTERLY else {task.task_id for task in spoken_of}
    rows = tuple(_task_rows(spoken_of, before))
    duties = tuple(_duty_rows(d for d in account.duties if ids is None or d.task_id in ids))
    indicators = tuple(_indicator_rows(spoken_of, before))
    slips = tuple(_slip_rows(slip for slip in account.slips if ids is None or slip.task_id in ids))
    requests = tuple(_request_rows(c for c in account.coordinations if ids is None or c.task_id in ids))
    gaps = tuple(GapRow(number, gap.from_at, gap.until_at) for number, gap in enumerate(account.gaps, 1))
    units = _unit_rows(account, rows, (*duties, *slips, *requests))
    tasks = [row for row in rows if row.state not in NOT_COUNTED]
    counts = (
        *_of_tasks(tasks, rows, account),
        _taking_part(tasks, units),
        *(_changes(tasks) if before else ()),
        *_of_reports(duties),
        *_of_indicators(indicators),
        *_of_slips(slips),
        *_of_requests(requests),
        Figure("gaps", "引擎停止运行", len(gaps), "次", RowKind.GAP, tuple(gap.id for gap in gaps)),
        *_of_others(units, tasks, duties),
        *_of_units(units, tasks, duties),
    )
    days = (account.from_on, min(account.to_on, local_date(account.at)), before.to_on if before else None)
    return Figures(account.title, *days, counts, units, rows, duties, indicators, slips, requests, gaps)


def _is_project(task: TaskAccount) -> bool:
    return task.kind is TaskKind.PROJECT


def _unit_rows(
    account: Account, tasks: Iterable[TaskRow], others: Iterable[DutyRow | SlipRow | RequestRow]
) -> tuple[UnitRow, ...]:
    """Every unit that a row speaks of."""
    named: set[int | None] = set()
    for task in tasks:
        named |= {*task.unit_ids, task.help_unit_id, task.speaker_id}
    for row in others:
        named |= {row.unit_id, row.asked_unit_id if isinstance(row, RequestRow) else None}
    return tuple(UnitRow(u.unit_id, u.name, u.kind) for u in account.units.values() if u.unit_id in named)


def _taking_part(tasks: Iterable[TaskRow], units: Sequence[UnitRow]) -> Figure:
    wanted = {unit_id for task in tasks for unit_id in task.unit_ids}
    rows = tuple(unit.id for unit in units if unit.id in wanted)
    return Figure("units", "参与单位", len(rows), "个", RowKind.UNIT, rows)


# ---------------------------------------------------------------------------------------------- rows


def _task_rows(tasks: Iterable[TaskAccount], before: Account | None) -> Iterator[TaskRow]:
    earlier = {task.task_id: task for task in before.tasks} if before else {}
    for task in tasks:
        yield _task_row(task, earlier.get(task.task_id))


def _task_row(task: TaskAccount, before: TaskAccount | None) -> TaskRow:
    speaker = _speaker(task)
    said = task.said.get(speaker) if speaker else None
    counted_before = before is not None and before.state not in NOT_COUNTED
    risen = None
    if before is not None and task.percent is not None:
        risen = task.percent - (before.percent or 0)
    return TaskRow(
        task.task_id,
        task.number,
        task.title,
        task.kind,
        task.state,
        task.deadline_on,
        task.original_deadline_on,
        task.percent,
        None if task.expected is None else round(task.expected),
        task.pace,
        task.pace_reason,
        before.pace if before is not None and counted_before else None,
        before.percent if before is not None else None,
        risen,
        task.closed_on,
        task.closing_grade,
        task.leads,
        tuple(task.shares),
        speaker,
        said.done if said else "",
        said.problems if said else "",
        said.cause if said else None,
        said.next_step if said else "",
        said.next_on if said else None,
        said.on_time if said else None,
        said.help_words if said else "",
        said.help_unit_id if said else None,
    )


def _speaker(task: TaskAccount) -> int | None:
    """The unit whose words stand for the task: the lead that spoke last, else whoever did."""
    leads = [unit_id for unit_id in task.leads if unit_id in task.said]
    spoken: list[tuple[int, Said]] = [(unit_id, task.said[unit_id]) for unit_id in leads]
    spoken = spoken or list(task.said.items())
    return max(spoken, key=lambda each: (each[1].said_at, -each[0]))[0] if spoken else None


def _duty_rows(duties: Iterable[DutyAccount]) -> Iterator[DutyRow]:
    for d in duties:
        yield DutyRow(
            d.duty_id,
            d.kind,
            d.period_key,
            d.task_id,
            d.unit_id,
            d.due_on,
            d.filed_on,
            d.late,
            d.missing,
            d.returns,
        )


def _slip_rows(slips: Iterable[SlipAccount]) -> Iterator[SlipRow]:
    for s in slips:
        yield SlipRow(s.slip_id, s.kind, s.unit_id, s.task_id, s.sent_on, s.answered_on, s.in_time)


def _request_rows(asked: Iterable[CoordinationAccount]) -> Iterator[RequestRow]:
    for c in asked:
        parties = (c.unit_id, c.asked_unit_id)
        yield RequestRow(c.request_id, c.task_id, *parties, c.raised_on, c.answered_on, c.in_time)


def _indicator_rows(tasks: Iterable[TaskAccount], before: Account | None) -> Iterator[IndicatorRow]:
    earlier = {i.commitment_id: i for task in (before.tasks if before else ()) for i in task.indicators}
    for task in tasks:
        if task.state in NOT_COUNTED:
            continue
        for each in task.indicators:
            past = earlier.get(each.commitment_id)
            yield IndicatorRow(
                each.commitment_id,
                task.task_id,
                each.name,
                _amount(each.target, each),
                _amount(each.value, each),
                each.reached,
                past.reached if past else None,
            )


def _amount(amount: float | None, of: IndicatorAccount) -> str:
    return "" if amount is None else f"{amount:.10g}{of.unit}"


# -------------------------------------------------------------------------------------------- counts


def shares(counts: Sequence[int]) -> tuple[int, ...]:
    """Each count's part of their sum in tenths of a per cent; together exactly 1000 (largest remainders first)."""
    total = sum(counts)
    if not total:
        return tuple(0 for _ in counts)
    parts = [count * WHOLE // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: (-(counts[i] * WHOLE % total), i))
    for index in by_remainder[: WHOLE - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


def _tasks(key: str, label: str, tasks: Iterable[TaskRow], share: int | None = None) -> Figure:
    rows = tuple(task.id for task in tasks)
    return Figure(key, label, len(rows), "项", RowKind.TASK, rows, share)


def _of_tasks(tasks: Sequence[TaskRow], rows: Sequence[TaskRow], account: Account) -> Iterator[Figure]:
    yield _tasks("tasks", "任务总数", tasks)
    by_pace = {pace: [task for task in tasks if task.pace is pace] for pace in Pace}
    parts = shares([len(found) for found in by_pace.values()])
    for (pace, found), share in zip(by_pace.items(), parts, strict=True):
        yield _tasks(f"pace-{pace}", f"{PACE_LABELS[pace]}任务", found, share)
    today = min(account.to_on, local_date(account.at))
    soon = _next_period_end(account)
    for key, label, is_one in _kinds_of_task(account, today, soon):
        yield _tasks(key, label, filter(is_one, tasks))
    yield _tasks("withdrawn", "已撤销任务", (t for t in rows if t.state is TaskState.WITHDRAWN))
    for cause, words in CAUSE_LABELS.items():
        held = [task for task in by_pace[Pace.BEHIND] if task.cause is cause]
        yield _tasks(f"cause-{cause}", f"因{words}滞后的任务", held)


Test = Callable[[TaskRow], bool]


def _kinds_of_task(account: Account, today: date, soon: date) -> Iterator[tuple[str, str, Test]]:
    def running(task: TaskRow) -> bool:
        return task.state not in RESTING

    def closed(task: TaskRow) -> bool:
        return task.closed_on is not None and account.from_on <= task.closed_on <= account.to_on

    def due(task: TaskRow, since: date, until: date) -> bool:
        return running(task) and task.deadline_on is not None and since <= task.deadline_on <= until

    yield "closed", "本期办结销号", closed
    yield "overdue", "已过时限未销号", lambda t: due(t, date.min, today - timedelta(days=1))
    yield "due-next", "下期到期任务", lambda t: due(t, today, soon)
    yield "extended", "经批准延期的任务", lambda t: running(t) and t.deadline_on != t.original_deadline_on
    yield "moved", "本期有进展的任务", lambda t: bool(t.risen and t.risen > 0)
    yield "still", "本期没有进展的任务", lambda t: running(t) and t.risen == 0
    yield "at-risk", "单位报告有风险或者不能按期", lambda t: running(t) and t.on_time in AT_RISK
    yield "asking", "提出协调的任务", lambda t: running(t) and bool(t.help_words)


def _next_period_end(account: Account) -> date:
    """The last day of the period that follows, as long in months as the account's own."""
    months = (
        (account.to_on.year - account.from_on.year) * 12 + account.to_on.month - account.from_on.month + 1
    )
    index = account.to_on.year * 12 + account.to_on.month - 1 + months + 1
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)


def _changes(tasks: Sequence[TaskRow]) -> Iterator[Figure]:
    """How many more, or fewer, each class holds than before; the rows are the tasks that came into it or left it."""
    for pace in Pace:
        came = [task.id for task in tasks if task.pace is pace and task.pace_before is not pace]
        left = [task.id for task in tasks if task.pace_before is pace and task.pace is not pace]
        moved = frozenset((*came, *left))
        rows = tuple(task.id for task in tasks if task.id in moved)
        label = f"{PACE_LABELS[pace]}任务比上期增减"
        yield Figure(f"change-{pace}", label, len(came) - len(left), "项", RowKind.TASK, rows)


def _duties(key: str, label: str, duties: Iterable[DutyRow], share: int | None = None) -> Figure:
    rows = tuple(duty.id for duty in duties)
    return Figure(key, label, len(rows), "份", RowKind.DUTY, rows, share)


def _of_reports(duties: Sequence[DutyRow], prefix: str = "", whose: str = "") -> Iterator[Figure]:
    """应报, 已报, 按时, 迟报, 漏报; the share of 按时 is of what has fallen due."""
    owed = [duty for duty in duties if duty.kind is DutyKind.MONTHLY_REPORT]
    in_time = [duty for duty in owed if duty.filed_on and not duty.late]
    waiting = [duty for duty in owed if not duty.filed_on and not duty.missing]
    due = len(owed) - len(waiting)
    rate = shares([len(in_time), due - len(in_time)])[0] if due else None
    yield _duties(f"{prefix}reports-owed", f"{whose}应报月报", owed)
    yield _duties(f"{prefix}reports-filed", f"{whose}已报月报", (d for d in owed if d.filed_on))
    yield _duties(f"{prefix}reports-in-time", f"{whose}按时报送", in_time, rate)
    yield _duties(f"{prefix}reports-late", f"{whose}迟报", (d for d in owed if d.late))
    yield _duties(f"{prefix}reports-missing", f"{whose}漏报", (d for d in owed if d.missing))
    if not prefix:
        yield _duties("reports-waiting", "尚未到期的月报", waiting)
        yield _duties("reports-returned", "退回修改的月报", (d for d in owed if d.returns))


def _of_indicators(indicators: Sequence[IndicatorRow]) -> Iterator[Figure]:
    def figure(key: str, label: str, found: Iterable[IndicatorRow]) -> Figure:
        rows = tuple(each.id for each in found)
        return Figure(key, label, len(rows), "项", RowKind.INDICATOR, rows)

    yield figure("indicators", "量化指标", indicators)
    yield figure("indicators-reached", "已达到目标值的指标", (i for i in indicators if i.reached))
    newly = (i for i in indicators if i.reached and i.reached_before is False)
    yield figure("indicators-newly", "本期新达到目标值的指标", newly)
    yield figure("indicators-blank", "尚未填报数值的指标", (i for i in indicators if not i.value))


def _of_slips(slips: Sequence[SlipRow]) -> Iterator[Figure]:
    def figure(key: str, label: str, found: Iterable[SlipRow]) -> Figure:
        rows = tuple(each.id for each in found)
        return Figure(key, label, len(rows), "张", RowKind.SLIP, rows)

    yield figure("slips", "发出督办单", slips)
    yield figure("slips-in-time", "按期答复的督办单", (s for s in slips if s.in_time))
    yield figure("slips-late", "逾期答复或者没有答复的督办单", (s for s in slips if s.in_time is False))


def _of_requests(requests: Sequence[RequestRow]) -> Iterator[Figure]:
    def figure(key: str, label: str, found: Iterable[RequestRow]) -> Figure:
        rows = tuple(each.id for each in found)
        return Figure(key, label, len(rows), "件", RowKind.REQUEST, rows)

    yield figure("requests", "提出协调事项", requests)
    yield figure("requests-answered", "已答复的协调事项", (r for r in requests if r.answered_on))


def _of_others(
    units: Sequence[UnitRow], tasks: Sequence[TaskRow], duties: Sequence[DutyRow]
) -> Iterator[Figure]:
    """The units that take part and lead nothing, together."""
    part = {unit_id for task in tasks for unit_id in task.unit_ids}
    part -= {unit_id for task in tasks for unit_id in task.lead_ids}
    rows = tuple(unit.id for unit in units if unit.id in part)
    yield Figure("others", "其他责任单位", len(rows), "个", RowKind.UNIT, rows)
    yield from _of_reports([d for d in duties if d.unit_id in part], "others-", "其他责任单位")


def _of_units(
    units: Sequence[UnitRow], tasks: Sequence[TaskRow], duties: Sequence[DutyRow]
) -> Iterator[Figure]:
    """What each unit leads, class by class, what it takes part in, and how it reports."""
    led: defaultdict[int, list[TaskRow]] = defaultdict(list)
    part: defaultdict[int, list[TaskRow]] = defaultdict(list)
    owed: defaultdict[int, list[DutyRow]] = defaultdict(list)
    for task in tasks:
        for unit_id in task.lead_ids:
            led[unit_id].append(task)
        for unit_id in task.unit_ids:
            part[unit_id].append(task)
    for duty in duties:
        owed[duty.unit_id].append(duty)
    for unit in units:
        prefix = f"unit-{unit.id}-"
        yield _tasks(f"{prefix}led", f"{unit.name}牵头任务", led[unit.id])
        for pace in Pace:
            found = (task for task in led[unit.id] if task.pace is pace)
            yield _tasks(f"{prefix}pace-{pace}", f"{unit.name}{PACE_LABELS[pace]}任务", found)
        yield _tasks(f"{prefix}part", f"{unit.name}参与任务", part[unit.id])
        yield from _of_reports(owed[unit.id], prefix, unit.name)

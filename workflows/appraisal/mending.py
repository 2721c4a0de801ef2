"""What would bring points back (还能怎样补回), and how many: each deed is supposed done, and the unit scored again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from workflows.accounts import CoordinationAccount, DutyAccount, SlipAccount, TaskAccount
from workflows.appraisal.figures import REPORTS, Holding, RowKind, is_asked
from workflows.appraisal.scheme import Scheme
from workflows.appraisal.score import Part, tallied
from workflows.cadence import duty_words
from workflows.escalation import LETTER_LABELS
from workflows.lifecycle import TaskState
from workflows.light import Pace
from workflows.units import OWING
from workflows.wording import chinese_date


@dataclass(frozen=True, slots=True)
class Mend:
    """One deed: in words, the points (hundredths) it would bring, and the rows it concerns."""

    words: str
    points: int
    kind: RowKind
    ids: tuple[int, ...]
    until: date | None = None


@dataclass(frozen=True, slots=True)
class _Deed:
    words: str
    kind: RowKind
    ids: tuple[int, ...]
    done: Callable[[Holding], Holding]
    until: date | None = None


def mends(part: Part, scheme: Scheme, weights: Mapping[int, int]) -> list[Mend]:
    """The deeds that would bring points, most first. What was late stays late: it is not among them."""
    before = tallied(part, scheme, weights)
    if before is None:
        return []
    found = []
    for deed in _deeds(part.year):
        after = tallied(_with(part, deed.done), scheme, weights)
        gain = after.points - before.points if after else 0
        if gain > 0:
            found.append(Mend(deed.words, gain, deed.kind, deed.ids, deed.until))
    return sorted(found, key=lambda mend: (-mend.points, mend.until or date.max, mend.words))


def _with(part: Part, done: Callable[[Holding], Holding]) -> Part:
    quarters = {key: done(held) for key, held in part.quarters.items()}
    return Part(done(part.year), quarters, part.kind)


def _deeds(held: Holding) -> Iterator[_Deed]:
    for task, share in held.tasks:
        if share in OWING:
            yield from _of_task(task, held)
    yield from _of_reports(held)
    for slip in held.slips:
        if slip.answered_on is None and slip.in_time is None:
            words = f"按期回复{LETTER_LABELS[slip.kind]}"
            yield _Deed(words, RowKind.SLIP, (slip.slip_id,), _slip_answered(slip.slip_id))
    for asked in held.coordinations:
        if asked.answered_on is None and asked.in_time is None:
            title = held.titles.get(asked.task_id, "")
            words = f"按期答复协调请求：{title}"
            yield _Deed(
                words, RowKind.COORDINATION, (asked.request_id,), _coordination_answered(asked.request_id)
            )


def _of_task(task: TaskAccount, held: Holding) -> Iterator[_Deed]:
    title = held.titles[task.task_id]
    if task.state is not TaskState.CLOSED:
        closed = _task_changed(task.task_id, lambda was: _closed(was, held.as_of))
        words = f"办结并销号：{title}（办结评价另计）"
        yield _Deed(words, RowKind.TASK, (task.task_id,), closed, task.deadline_on)
    if task.pace is Pace.BEHIND:
        words = f"赶上序时进度：{title}"
        on_pace = _task_changed(task.task_id, lambda was: replace(was, pace=Pace.ON))
        yield _Deed(words, RowKind.TASK, (task.task_id,), on_pace, task.deadline_on)
    for at, one in enumerate(task.indicators):
        if is_asked(one, held.counted_to) and not one.reached:
            reached = _task_changed(task.task_id, lambda was, at=at: _reached(was, at))  # type: ignore[misc]
            yield _Deed(
                f"指标达标：{one.name}（{title}）", RowKind.TASK, (task.task_id,), reached, one.due_on
            )


def _closed(task: TaskAccount, on: date) -> TaskAccount:
    return replace(task, state=TaskState.CLOSED, closed_on=on, percent=100, pace=Pace.DONE)


def _reached(task: TaskAccount, at: int) -> TaskAccount:
    own = list(task.indicators)
    own[at] = replace(own[at], reached=True)
    return replace(task, indicators=tuple(own))


def _task_changed(task_id: int, change: Callable[[TaskAccount], TaskAccount]) -> Callable[[Holding], Holding]:
    def done(held: Holding) -> Holding:
        tasks = tuple(
            (change(task) if task.task_id == task_id else task, share) for task, share in held.tasks
        )
        return replace(held, tasks=tasks)

    return done


def _of_reports(held: Holding) -> Iterator[_Deed]:
    """Reports that are missing, returned, or still open, one period at a time: they are filed on one page."""
    periods: dict[tuple[str, str], list[DutyAccount]] = defaultdict(list)
    for duty in held.duties:
        if duty.kind in REPORTS and (duty.filed_on is None or duty.unmended):
            verb = "改报退回的" if duty.unmended else "补报" if duty.missing else "按期报送"
            periods[verb, duty_words(duty.kind, duty.period_key)].append(duty)
    for (verb, what), asked in periods.items():
        until = min(duty.due_on for duty in asked) if verb == "按期报送" else None
        words = f"{f'{chinese_date(until)}前' if until else ''}{verb}{what}（{len(asked)}项任务）"
        ids = frozenset(duty.duty_id for duty in asked)
        done = _filed(ids, held.as_of, late=verb == "补报")
        yield _Deed(words, RowKind.DUTY, tuple(sorted(ids)), done, until)


def _filed(ids: frozenset[int], on: date, *, late: bool) -> Callable[[Holding], Holding]:
    def filed(duty: DutyAccount) -> DutyAccount:
        if duty.duty_id not in ids:
            return duty
        first = duty.filed_on or on
        return replace(duty, filed_on=first, late=late or duty.late, missing=False, unmended=False)

    return lambda held: replace(held, duties=tuple(map(filed, held.duties)))


def _slip_answered(slip_id: int) -> Callable[[Holding], Holding]:
    def answered(slip: SlipAccount) -> SlipAccount:
        return replace(slip, in_time=True) if slip.slip_id == slip_id else slip

    return lambda held: replace(held, slips=tuple(map(answered, held.slips)))


def _coordination_answered(request_id: int) -> Callable[[Holding], Holding]:
    def answered(one: CoordinationAccount) -> CoordinationAccount:
        return replace(one, in_time=True) if one.request_id == request_id else one

    return lambda held: replace(held, coordinations=tuple(map(answered, held.coordinations)))

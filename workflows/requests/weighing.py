"""Whether a request can be raised, who answers it by when, and what it stops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.calendar import FIRST_YEAR, LAST_YEAR, WorkCalendar
from workflows.lifecycle import TASK, TaskEvent, TaskState
from workflows.requests.kinds import (
    CAUSES,
    FOR_THE_LEAD,
    NEED_DOCUMENT,
    REQUEST_LABELS,
    Cause,
    RequestKind,
    Stage,
)
from workflows.requests.limits import RequestRules
from workflows.wording import chinese_date


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a unit words it. What a kind has no use for stays empty.

    `wanted_on` is the new date (延期, 调整) or the day the task goes on (暂缓; None: until further notice);
    `other_unit_id` the unit that should act instead (异议) or that blocks (协调); `requirement` new words (调整).
    """

    kind: RequestKind
    reason: str
    progress: str = ""
    wanted_on: date | None = None
    other_unit_id: int | None = None
    signed_by: str = ""
    cause: Cause | None = None
    requirement: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """How things stand between one unit and one task. `leads`: it leads, or nobody does and it is responsible.

    `original_on` is the first date the task had; `received_on` when the unit was told to act (its 签收 opened).
    `extended` counts granted extensions; `objected` says that the unit has objected before; `pending` what of it is
    waiting for an answer.
    """

    state: TaskState
    leads: bool
    issued_on: date
    received_on: date
    deadline_on: date | None = None
    original_on: date | None = None
    extended: int = 0
    objected: bool = False
    pending: frozenset[RequestKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a request: `wrong` says why it cannot be raised, one sentence each; empty when it can.

    `stage` has to answer by `answer_by`. `stops`: the chase stops meanwhile, for an objection until `stop_until` at
    the latest. `late`: raised after the date, the days overdue count. `latest_on` is the last date an extension may
    name. `meeting`: a grant needs the number of a 专班会议 document; `document`: of some document.
    """

    wrong: tuple[str, ...]
    stage: Stage
    answer_by: date
    stops: bool = False
    stop_until: date | None = None
    late: bool = False
    latest_on: date | None = None
    meeting: bool = False
    document: bool = False


def weigh(asked: Asked, facts: Facts, rules: RequestRules, calendar: WorkCalendar, today: date) -> Verdict:
    """Who has to answer the request by when, what stands still, and what is wrong with it."""
    barred = bar(asked.kind, facts, rules, calendar, today)
    wrong = (barred,) if barred else tuple(_faults(asked, facts, rules, today))
    return _verdict(asked.kind, wrong, facts, rules, calendar, today)


def outlook(
    kind: RequestKind, facts: Facts, rules: RequestRules, calendar: WorkCalendar, today: date
) -> Verdict:
    """The same before anything is typed: whether the kind is open to the unit now, and its limits."""
    barred = bar(kind, facts, rules, calendar, today)
    return _verdict(kind, (barred,) if barred else (), facts, rules, calendar, today)


def _verdict(
    kind: RequestKind,
    wrong: tuple[str, ...],
    facts: Facts,
    rules: RequestRules,
    calendar: WorkCalendar,
    today: date,
) -> Verdict:
    extension, objection = kind is RequestKind.EXTENSION, kind is RequestKind.OBJECTION
    return Verdict(
        wrong,
        Stage.UNIT if kind is RequestKind.COORDINATION else Stage.OFFICE,
        calendar.shift(today, rules.answer_days(kind)),
        stops=_stops(kind, facts, rules, calendar, today),
        stop_until=calendar.shift(today, rules.objection_stop) if objection else None,
        late=extension and facts.deadline_on is not None and today > facts.deadline_on,
        latest_on=latest_extension(facts, rules) if extension else None,
        meeting=extension and facts.extended >= rules.extension_times,
        document=kind in NEED_DOCUMENT,
    )


def _stops(kind: RequestKind, facts: Facts, rules: RequestRules, calendar: WorkCalendar, today: date) -> bool:
    """An extension stops the chase only when it is asked for early enough: lateness must not buy time."""
    if kind is RequestKind.EXTENSION:
        return (
            facts.deadline_on is not None
            and calendar.between(today, facts.deadline_on) >= rules.extension_ahead
        )
    if kind is RequestKind.OBJECTION:
        return rules.objection_stop > 0
    return kind is RequestKind.COORDINATION


def latest_extension(facts: Facts, rules: RequestRules) -> date | None:
    """The last date one extension may name: its share of the original term, at most so many days, from the date that
    holds now; None without a date."""
    if facts.deadline_on is None:
        return None
    term = ((facts.original_on or facts.deadline_on) - facts.issued_on).days
    return facts.deadline_on + timedelta(
        days=max(0, min(term // rules.extension_share, rules.extension_longest))
    )


def bar(kind: RequestKind, facts: Facts, rules: RequestRules, calendar: WorkCalendar, today: date) -> str:
    """Why the unit cannot raise that kind now, as a sentence; empty when it can."""
    label = REQUEST_LABELS[kind]
    if kind in facts.pending:
        return f"本单位已有一件{label}申请在等待答复，请先等答复，或撤回后重提。"
    if not _allows(kind, facts.state):
        return f"任务现在是“{TASK.states[facts.state]}”，不能申请{label}。"
    if kind in FOR_THE_LEAD and not facts.leads:
        return f"{label}由牵头单位提出，请与牵头单位商定。"
    if kind is RequestKind.OBJECTION:
        return _objection_bar(facts, rules, calendar, today)
    return _date_bar(kind, facts, rules, today)


def _date_bar(kind: RequestKind, facts: Facts, rules: RequestRules, today: date) -> str:
    if kind not in {RequestKind.EXTENSION, RequestKind.ROUTINE}:
        return ""
    if facts.deadline_on is None:
        return f"任务没有完成时限，不需要申请{REQUEST_LABELS[kind]}。"
    latest = latest_extension(facts, rules)
    if kind is not RequestKind.EXTENSION or latest is None:
        return ""
    if today >= latest > facts.deadline_on:
        return f"这次最多只能延至{chinese_date(latest)}，已来不及延期，请按文件申请调整。"
    if latest == facts.deadline_on:
        return f"任务期限太短，按单次延期不超过原期限的{rules.extension_share}分之一，已没有可延的天数。"
    return ""


def _allows(kind: RequestKind, state: TaskState) -> bool:
    if kind is RequestKind.WITHDRAWAL:
        return TASK.allows(state, TaskEvent.WITHDRAW)
    return TASK.allows(state, TaskEvent.SUSPEND)


def _objection_bar(facts: Facts, rules: RequestRules, calendar: WorkCalendar, today: date) -> str:
    if facts.objected:
        return "本单位对这项任务已提出过一次异议，不再受理；办理有困难请申请协调或延期。"
    last = calendar.shift(facts.received_on, rules.objection_within)
    if today > last:
        return f"异议要在收到任务{rules.objection_within}个工作日内提出，已于{chinese_date(last)}截止。"
    return ""


def _faults(asked: Asked, facts: Facts, rules: RequestRules, today: date) -> Iterator[str]:
    if not asked.reason.strip():
        yield "请写明理由。"
    if asked.wanted_on and not FIRST_YEAR <= asked.wanted_on.year <= LAST_YEAR:
        yield f"日期要在{FIRST_YEAR}年至{LAST_YEAR}年之间，请核对年份。"
    if asked.kind in CAUSES and asked.cause not in CAUSES[asked.kind]:
        yield "请选择事由。"
    if asked.kind is RequestKind.EXTENSION:
        yield from _extension_faults(asked, facts, rules, today)
    if asked.kind is RequestKind.OBJECTION and not asked.signed_by.strip():
        yield "异议须由单位主要负责人签字，请填写签字人姓名。"
    if asked.kind is RequestKind.COORDINATION and asked.other_unit_id is None:
        yield "请选择需要哪个单位配合解决。"
    if asked.kind is RequestKind.SUSPENSION and asked.wanted_on and asked.wanted_on <= today:
        yield "恢复办理的日期要在今天之后；不能确定何时恢复的，请留空。"
    if asked.kind is RequestKind.ADJUSTMENT:
        yield from _adjustment_faults(asked, facts, today)


def _extension_faults(asked: Asked, facts: Facts, rules: RequestRules, today: date) -> Iterator[str]:
    if not asked.progress.strip():
        yield "请写明目前进展。"
    if asked.wanted_on is None:
        yield "请填写预计完成日期。"
        return
    yield from extension_date_faults(asked.wanted_on, facts, rules, today)


def extension_date_faults(wanted: date, facts: Facts, rules: RequestRules, today: date) -> Iterator[str]:
    """What is wrong with the date of an extension, asked for or granted."""
    latest = latest_extension(facts, rules)
    assert facts.deadline_on is not None
    assert latest is not None
    if wanted <= max(facts.deadline_on, today):
        yield f"新的完成日期要晚于现在的时限（{chinese_date(facts.deadline_on)}），也要在今天之后。"
    elif wanted > latest:
        yield (
            f"单次延期不超过原期限的{rules.extension_share}分之一，最多{rules.extension_longest}天，"
            f"这次最多可延至{chinese_date(latest)}。"
        )


def _adjustment_faults(asked: Asked, facts: Facts, today: date) -> Iterator[str]:
    if asked.wanted_on is None and not asked.requirement.strip():
        yield "请填写新的完成时限或调整后的任务要求，至少一项。"
    if asked.wanted_on is not None and asked.wanted_on <= today:
        yield "新的完成时限要在今天之后。"
    if asked.wanted_on is not None and asked.wanted_on == facts.deadline_on:
        yield "新的完成时限和现在的一样，请核对。"

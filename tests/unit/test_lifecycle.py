"""The whole transition table of each life, every state against every event."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from workflows.errors import Refused
from workflows.lifecycle import (
    APPEAL,
    ASSESSMENT,
    BULLETIN,
    DUTY,
    NOTICE_LABELS,
    PLAN,
    REPORT,
    REQUEST,
    TASK,
    AppealEvent,
    AppealState,
    AssessmentEvent,
    AssessmentState,
    BulletinEvent,
    BulletinState,
    DutyEvent,
    DutyState,
    Lifecycle,
    NoticeState,
    PlanEvent,
    PlanState,
    ReportEvent,
    ReportState,
    RequestEvent,
    RequestState,
    TaskEvent,
    TaskState,
)

# One line a state, one column an event, the next state in the cell; "-" is a step that is refused.

PLAN_TABLE = """
          issue   archive
draft     issued  -
issued    -       archived
archived  -       -
"""

TASK_TABLE = """
           issue   sign       update     request_close  close   send_back  reopen    withdraw   suspend    resume
draft      issued  -          -          -              -       -          -         -          -          -
issued     -       underway   underway   -              -       -          -         withdrawn  suspended  -
underway   -       underway   underway   closing        closed  -          -         withdrawn  suspended  -
closing    -       closing    closing    -              closed  underway   -         withdrawn  -          -
closed     -       -          -          -              -       -          underway  -          -          -
withdrawn  -       -          -          -              -       -          underway  -          -          -
suspended  -       suspended  suspended  -              -       -          -         withdrawn  -          underway
"""

DUTY_TABLE = """
           file   return  accept  fulfil  cancel     reopen
open       filed  -       -       done    cancelled  -
filed      -      open    done    -       cancelled  -
done       -      -       -       -       -          -
cancelled  -      -       -       -       -          open
"""

REPORT_TABLE = """
           save      ask_signoff  refuse_signoff  submit     return    check     accept
draft      draft     signoff      -               submitted  -         -         -
signoff    -         -            draft           submitted  -         -         -
submitted  -         -            -               -          returned  checking  accepted
returned   returned  signoff      -               submitted  -         -         -
checking   -         -            -               -          returned  -         accepted
accepted   -         -            -               -          -         -         -
"""

REQUEST_TABLE = """
           grant    refuse   withdraw
pending    granted  refused  withdrawn
granted    -        -        -
refused    -        -        -
withdrawn  -        -        -
"""

BULLETIN_TABLE = """
           submit  pass     sign    send_back  publish
draft      review  -        -       -          -
review     -       signing  -       draft      -
signing    -       -        signed  draft      -
signed     -       -        -       draft      published
published  -       -        -       -          -
"""

ASSESSMENT_TABLE = """
              prepublish    settle   archive
running       prepublished  -        -
prepublished  -             settled  -
settled       -             -        archived
archived      -             -        -
"""

APPEAL_TABLE = """
           uphold  reject    withdraw
pending    upheld  rejected  withdrawn
upheld     -       -         -
rejected   -       -         -
withdrawn  -       -         -
"""

LIVES: list[tuple[str, Lifecycle[Any, Any], type[StrEnum], type[StrEnum], str, set[str]]] = [
    ("plan", PLAN, PlanState, PlanEvent, PLAN_TABLE, {"archived"}),
    ("task", TASK, TaskState, TaskEvent, TASK_TABLE, set()),
    ("duty", DUTY, DutyState, DutyEvent, DUTY_TABLE, {"done"}),
    ("report", REPORT, ReportState, ReportEvent, REPORT_TABLE, {"accepted"}),
    ("bulletin", BULLETIN, BulletinState, BulletinEvent, BULLETIN_TABLE, {"published"}),
    ("assessment", ASSESSMENT, AssessmentState, AssessmentEvent, ASSESSMENT_TABLE, {"archived"}),
    ("appeal", APPEAL, AppealState, AppealEvent, APPEAL_TABLE, {"upheld", "rejected", "withdrawn"}),
    ("request", REQUEST, RequestState, RequestEvent, REQUEST_TABLE, {"granted", "refused", "withdrawn"}),
]

STEPS = [
    pytest.param(life, states(state), events(event), cell, id=f"{name}: {state} {event} {cell}")
    for name, life, states, events, table, _ in LIVES
    for header, *lines in [table.strip().splitlines()]
    for state, *cells in [line.split() for line in lines]
    for event, cell in zip(header.split(), cells, strict=True)
]


def test_the_tables_above_are_whole() -> None:
    assert len(STEPS) == sum(len(states) * len(events) for _, _, states, events, _, _ in LIVES)


@pytest.mark.parametrize(("life", "state", "event", "cell"), STEPS)
def test_a_step_leads_where_the_table_says_or_is_refused(
    life: Lifecycle[Any, Any], state: StrEnum, event: StrEnum, cell: str
) -> None:
    assert life.allows(state, event) is (cell != "-")
    if cell != "-":
        assert life.advance(state, event) == cell
        return
    with pytest.raises(Refused) as refusal:
        life.advance(state, event)
    assert refusal.value.code == "illegal-step"
    assert str(refusal.value) == (
        f"{life.subject}现在是“{life.states[state]}”，不能{life.events[event]}。请刷新页面看最新情况。"
    )


@pytest.mark.parametrize(("name", "life", "states", "events", "table", "final"), LIVES)
def test_only_the_final_states_have_no_exit(
    name: str,
    life: Lifecycle[Any, Any],
    states: type[StrEnum],
    events: type[StrEnum],
    table: str,
    final: set[str],
) -> None:
    left = {state for (state, _), after in life.transitions.items() if after != state}
    assert set(states) - left == final


@pytest.mark.parametrize(("name", "life", "states", "events", "table", "final"), LIVES)
def test_every_state_is_reached_from_the_first(
    name: str,
    life: Lifecycle[Any, Any],
    states: type[StrEnum],
    events: type[StrEnum],
    table: str,
    final: set[str],
) -> None:
    reached = {next(iter(states))}
    while new := {after for (state, _), after in life.transitions.items() if state in reached} - reached:
        reached |= new
    assert reached == set(states)


@pytest.mark.parametrize(("name", "life", "states", "events", "table", "final"), LIVES)
def test_every_state_and_event_has_its_own_name(
    name: str,
    life: Lifecycle[Any, Any],
    states: type[StrEnum],
    events: type[StrEnum],
    table: str,
    final: set[str],
) -> None:
    assert set(life.states) == set(states)
    assert set(life.events) == set(events)
    assert all(life.states.values())
    assert all(life.events.values())
    assert len(set(life.states.values())) == len(life.states)
    assert len(set(life.events.values())) == len(life.events)


def test_a_refusal_says_what_is_so_and_what_to_do() -> None:
    with pytest.raises(Refused) as refusal:
        TASK.advance(TaskState.CLOSED, TaskEvent.UPDATE)
    assert str(refusal.value) == "任务现在是“已销号”，不能更新进展。请刷新页面看最新情况。"


def test_every_state_of_a_notice_has_its_own_name() -> None:
    assert set(NOTICE_LABELS) == set(NoticeState)
    assert len(set(NOTICE_LABELS.values())) == len(NOTICE_LABELS)

"""The record alone tells what stands: the traces of every act, laid over one another, are the tables themselves."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app import ledger, traces
from app.db import Base, session
from app.models import Assignment, Duty, Plan, Report, Task, Unit
from app.queries import then
from tests.turns import Turns
from tests.world import World
from workflows.lifecycle import ReportState, TaskState

UNSENT = {ReportState.DRAFT, ReportState.SIGNOFF}


def told(world: World, plan_id: int) -> dict[str, dict[int, dict[str, object]]]:
    """What the record says now, in the columns it tells of."""
    with world.app.app_context():
        stood = then.then(plan_id, [world.now])[world.now]
    found = {"unit": stood.units, "task": stood.tasks, "assignment": stood.parts, "duty": stood.duties}
    rows = {**found, "report": stood.reports, "plan": {plan_id: stood.plan}}
    columns = {model.__tablename__: names for model, names in traces.TRACKED.items()}
    return {
        table: {key: {name: row[name] for name in columns[table]} for key, row in of_table.items()}
        for table, of_table in rows.items()
    }


def standing(world: World, plan_id: int) -> dict[str, dict[int, dict[str, object]]]:
    """The same columns, from the tables."""
    with world.app.app_context():
        s = session()
        tasks = sa.select(Task).where(Task.plan_id == plan_id, Task.state != TaskState.DRAFT)
        parts = sa.select(Assignment).join(Task).where(Task.plan_id == plan_id)
        of_plan = sa.select(Report).join(Duty).where(Duty.plan_id == plan_id, Report.state.not_in(UNSENT))
        rows: dict[type[Base], sa.Select[Any]] = {
            Plan: sa.select(Plan).where(Plan.id == plan_id),
            Unit: sa.select(Unit),
            Task: tasks,
            Assignment: parts,
            Duty: sa.select(Duty).where(Duty.plan_id == plan_id),
            Report: of_plan,
        }
        return {
            model.__tablename__: {
                getattr(row, "duty_id" if model is Report else "id"): {
                    name: traces.fact(row, name) for name in traces.TRACKED[model]
                }
                for row in s.scalars(wanted)
            }
            for model, wanted in rows.items()
        }


@pytest.mark.parametrize("seed", [1, 2])
def test_the_record_alone_tells_every_fact_that_stands_in_the_tables(world: World, seed: int) -> None:
    turns = Turns(world, seed)
    for _ in range(6):
        turns.take(15)
        assert told(world, turns.plan_id) == standing(world, turns.plan_id)
    with world.app.app_context():
        assert ledger.first_broken(session()) is None

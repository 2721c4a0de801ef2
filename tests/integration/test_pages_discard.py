"""删除草稿: a draft that is not wanted goes, with everything that hangs on it; what runs stays."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import Base
from app.models import (
    Candidate,
    Commitment,
    ForceMember,
    LedgerEntry,
    Mention,
    Plan,
    Revision,
    SourceDocument,
    Task,
)
from app.services import plans, reading, review
from tests.pages import signed_in
from tests.world import Asked, World
from workflows.errors import Refused

PLAN = """云岭县演示行动计划（2025—2026年）
云政发〔2025〕9号
一、主要任务
1.改善办园条件。制定配备方案，2025年底前新建幼儿园2所。（牵头单位：县教育局。责任单位：县财政局）
2.培训教师。每年组织一次培训。（牵头单位：县教育局。责任单位：县民政局）
二、保障措施
成立推进专班，组长由县人民政府分管教育的副县长担任，成员单位为县教育局、县财政局，专班办公室设在县教育局。
"""
SPEECH = "在全县工作会议上的讲话\n一、抓好落实\n（一）抓好建设。县教育局要在2025年底前新建幼儿园2所。\n"
HANGING: tuple[type[Base], ...] = (
    Plan, Task, Mention, Commitment, Candidate, ForceMember, Revision, SourceDocument,
)  # fmt: skip


def read(world: World, text: str) -> int:
    with world.app.app_context():
        return reading.read_in(world.office, "演示.txt", text.encode(), world.now)


def counts(world: World) -> dict[str, int]:
    return {table.__name__: world.count(table) for table in HANGING}


def test_a_draft_goes_with_everything_that_hangs_on_it(world: World) -> None:
    world.issue(Asked("正在办理的任务"))
    before = counts(world)
    plan_id = read(world, PLAN)
    with world.app.app_context():
        first = world.tasks(plan_id)[0]
        review.accept(world.office, first.id, seen_version=first.version, now=world.now)
    full = counts(world)
    assert all(full[name] > before[name] for name in full if name != "Candidate")
    with world.app.app_context():
        plans.discard(world.office, plan_id, world.now)
    assert counts(world) == before
    [entry] = world.all(sa.select(LedgerEntry).where(LedgerEntry.act == "plan.discard"))
    assert entry.detail["title"] == "云岭县演示行动计划（2025—2026年）"


def test_a_speech_goes_too(world: World) -> None:
    before = counts(world)
    plan_id = read(world, SPEECH)
    assert world.count(Candidate) > 0
    with world.app.app_context():
        plans.discard(world.office, plan_id, world.now)
    assert counts(world) == before


def test_a_plan_that_runs_is_not_deleted(world: World) -> None:
    plan_id = world.issue(Asked("正在办理的任务"))
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        plans.discard(world.office, plan_id, world.now)
    assert refusal.value.code == "illegal-step"
    assert world.count(Plan) == 1


def test_a_draft_whose_new_version_is_reviewed_waits_for_it(world: World) -> None:
    plan_id, newer = read(world, PLAN), read(world, PLAN)
    with world.writing() as s:
        s.execute(sa.update(Plan).where(Plan.id == newer).values(replaces_id=plan_id))
    with world.app.app_context(), pytest.raises(Refused, match="还在核对"):
        plans.discard(world.office, plan_id, world.now)
    with world.app.app_context():
        plans.discard(world.office, newer, world.now)
        plans.discard(world.office, plan_id, world.now)
    assert world.count(Plan) == 0


def test_the_page_says_what_goes_before_it_goes(sqlite_world: World) -> None:
    plan_id = read(sqlite_world, PLAN)
    office = signed_in(sqlite_world.app, "zhuanban")
    page = office.get(f"/plans/{plan_id}/discard")
    assert "将删除这份草稿的2项任务" in page.text
    assert sqlite_world.count(Plan) == 1
    assert "草稿《云岭县演示行动计划（2025—2026年）》已删除。" in office.press(page, "删除草稿").text
    assert sqlite_world.count(Plan) == 0

"""A plan of three tasks read in for review, for the tests of the desk."""

from __future__ import annotations

from app.services import reading
from tests.pages import Reader, signed_in
from tests.world import OFFICE, World
from workflows.policy import Role

TEXT = """云岭县学前教育行动计划
（2023—2025年）
一、重点任务
1.改善办园条件。制定玩教具配备方案，到2024年底完成采购。到2025年底，全县公办幼儿园玩教具配备率达到100%。（牵头单位：县教育局。责任单位：县财政局）
2.规范办园行为。每年开展一次年检，新建公办园*所。（牵头单位：县教育局。责任单位：县民政局）
3.强化安全监管。到2025年6月底，完成警务室建设。（牵头单位：县财政局。责任单位：县教育局、县民政局
"""
DESK = "/plans/1"


def read(world: World) -> int:
    """The plan read in by the office; returns its id."""
    with world.app.app_context():
        return reading.read_in(world.office, "计划.txt", TEXT.encode(), world.now)


def colleague(world: World) -> Reader:
    """A second person of the office, signed in."""
    world.person("第二人", unit=OFFICE, roles=(Role.OFFICE,), username="dierren")
    return signed_in(world.app, "dierren")

"""Editions of one document, as tests word them: a numbered list of tasks that the parser reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.services import reading, versions
from tests.world import LEAD, SHARER, World

TITLE = "云岭县学前教育普及普惠行动计划"


@dataclass(frozen=True)
class Item:
    """A task in print."""

    title: str
    words: str
    lead: str = LEAD
    responsible: tuple[str, ...] = (SHARER,)
    due: date | None = None

    def but(self, **changes: object) -> Item:
        """The same, printed otherwise."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def print(self, number: int) -> str:
        by = f"；完成时限：{self.due.year}年{self.due.month}月{self.due.day}日" if self.due else ""
        others = f"；责任单位：{'、'.join(self.responsible)}" if self.responsible else ""
        return f"{number}．{self.title}。{self.words}（牵头单位：{self.lead}{others}{by}）"


def edition(*items: Item) -> bytes:
    """The document with these tasks, numbered from 1."""
    body = "\n".join(item.print(number) for number, item in enumerate(items, start=1))
    return f"{TITLE}\n一、重点任务\n{body}\n".encode()


KINDERGARTENS = Item("改善办园条件", "改造农村幼儿园十二所，配齐教玩具和安全设施。", due=date(2025, 3, 28))
TEACHERS = Item("加强教师队伍", "组织园长和骨干教师全员培训，建立教研帮扶机制。", due=date(2025, 6, 30))
FUNDS = Item("落实经费保障", "按生均标准足额拨付公用经费，开展专项检查。", lead=SHARER, responsible=(LEAD,))
HEALTH = Item("做好卫生保健", "定期开展幼儿体检和膳食营养监测，公布结果。", responsible=(SHARER, "县民政局"))
PLACES = Item(
    "扩大普惠学位",
    "新建公办幼儿园三所，新增普惠学位九百个。",
    responsible=("县民政局",),
    due=date(2025, 9, 30),
)

FIRST = (KINDERGARTENS, TEACHERS, FUNDS, HEALTH)
"""The edition that runs."""

SECOND = (
    KINDERGARTENS.but(words="改造农村幼儿园十五所，配齐教玩具、图书和安全设施。"),
    PLACES,
    TEACHERS.but(due=date(2025, 12, 31)),
    HEALTH.but(responsible=(SHARER,)),
)
"""Words of the first changed, a task added behind it, a date moved, a unit gone, 落实经费保障 gone."""


def running(world: World, *items: Item) -> int:
    """A plan read from that edition and issued; returns its id."""
    plan_id = read(world, *items)
    world.issue_draft(plan_id)
    return plan_id


def read(world: World, *items: Item) -> int:
    """A draft read from that edition; returns its id."""
    with world.app.app_context():
        return reading.read_in(world.office, "计划.txt", edition(*items), world.now)


def renew(world: World, plan_id: int, *items: Item) -> int:
    """A new version of the plan read from that edition; returns the draft's id."""
    with world.app.app_context():
        return versions.read_version(world.office, plan_id, "计划（修订）.txt", edition(*items), world.now)


def take(world: World, draft_id: int) -> int:
    """Take the new version as it is seen now; returns the plan's id."""
    with world.app.app_context():
        seal = versions.preview(draft_id, world.now).seal
        return versions.take(world.office, draft_id, seen=seal, now=world.now)

"""The facts of the story: who is named in the seventeen tasks, who holds which post, who files for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.queries import units as unit_queries
from app.services import reading, review
from tests.unit.document.reading import seed
from tests.world import LEAD, OFFICE, World
from workflows.policy import Role
from workflows.units import Post, UnitKind

KINDERGARTENS = ("县第一幼儿园", "城关镇中心幼儿园")
TOWNSHIPS = ("城关镇政府", "河口乡政府")
MEMBERS = {"各幼儿园": KINDERGARTENS, "各乡镇政府": TOWNSHIPS}
FILES_FOR = {"县政府": LEAD}
"""Who is named → who acts (归口填报单位)."""

ANSWERS_FOR = {"县政府": "常务副县长", "县公安局": "公安副县长"}
"""责任领导 of a named unit; everybody else has the leader of the plan."""

PLAN_LEADER = "副县长"
OFFICE_PEOPLE = ("专班办公室联络员", "专班办公室督查员")
BYSTANDER = "县教研中心"
"""A unit of the county that no task names."""

LIAISON, SECTION, DEPUTY, HEAD = "联络员", "科长", "副局长", "局长"
ALL_POSTS = (LIAISON, SECTION, DEPUTY, HEAD)
STAFF: dict[str, tuple[str, ...]] = {
    "县教育局": ALL_POSTS,
    "县财政局": ALL_POSTS,
    "县民政局": ALL_POSTS,
    "县人社局": ALL_POSTS,
    "县残联": (LIAISON, HEAD),
    "县委编办": (LIAISON,),
    "县妇联": (SECTION, DEPUTY),
    "县公安局": ALL_POSTS,
    "县市场监管局": (LIAISON, DEPUTY, HEAD),
    "县第一幼儿园": (LIAISON, HEAD),
    "城关镇中心幼儿园": (HEAD,),
    "城关镇政府": (LIAISON, DEPUTY, HEAD),
    "河口乡政府": (LIAISON, SECTION, HEAD),
}
"""The reachable people of every unit that acts, by post; whoever is missing here cannot be written to."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A numbered task as the plan prints it."""

    number: int
    title: str
    lead: str
    responsible: tuple[str, ...]
    deadline: date | None = None


def _task(number: int, title: str, lead: str, responsible: str, deadline: date | None = None) -> Numbered:
    return Numbered(number, title, lead, tuple(responsible.split()), deadline)


END_2024, END_2025 = date(2024, 12, 31), date(2025, 12, 31)
TASKS = (
    _task(1, "改善幼儿园办园条件", "县政府", "县教育局 县财政局", END_2025),
    _task(2, "落实困难群体资助政策", "县政府", "县民政局 县财政局 县残联 县教育局"),
    _task(3, "保障特殊幼儿入园需求", "县政府", "县民政局 县教育局"),
    _task(4, "强化师德师风建设", "县教育局", "县人社局 各幼儿园"),
    _task(5, "全力解决教师短缺问题", "县政府", "县委编办 县人社局 县财政局 县教育局"),
    _task(6, "依法落实教师待遇", "县政府", "县人社局 县财政局 县教育局"),
    _task(7, "提升教师专业化水平", "县政府", "县财政局 县人社局 县教育局", END_2025),
    _task(8, "加强园长队伍建设", "县政府", "县教育局 县人社局", END_2025),
    _task(9, "深化办园方式改革", "县政府", "县教育局 县人社局"),
    _task(10, "实施“名优”带动计划", "县教育局", "各幼儿园"),
    _task(11, "强化专业支持", "县教育局", "县委编办 县人社局 县财政局 各幼儿园"),
    _task(12, "落实课程游戏化要求", "县教育局", "各幼儿园", END_2025),
    _task(13, "重视家园共育指导", "县政府", "县妇联 县教育局", END_2025),
    _task(14, "提升幼儿园保教质量", "县教育局", "各幼儿园"),
    _task(15, "规范办园行为", "县政府", "县教育局"),
    _task(16, "强化安全监管", "县政府", "县公安局 县市场监管局 县教育局 各乡镇政府", END_2024),
    _task(17, "完善测评制度", "县教育局", "各幼儿园"),
)


def found(world: World) -> None:
    """Enter the units and people of the story beside the standing cast."""
    present = {"县教育局": ALL_POSTS, "县财政局": ALL_POSTS, "县民政局": ALL_POSTS}
    kinds = dict.fromkeys(KINDERGARTENS, UnitKind.KINDERGARTEN) | dict.fromkeys(TOWNSHIPS, UnitKind.TOWNSHIP)
    posts = {LIAISON: Post.LIAISON, SECTION: Post.SECTION_HEAD, DEPUTY: Post.DEPUTY_HEAD, HEAD: Post.HEAD}
    for unit, staff in STAFF.items():
        if unit in present:
            continue
        answerable = ANSWERS_FOR.get(unit)
        leader = world.person(answerable) if answerable else None
        world.unit(unit, kinds.get(unit, UnitKind.DEPARTMENT), staffed=False, answerable=leader)
        world.staff(unit, [posts[post] for post in staff])
    world.person("县残联无邮箱副局长", unit="县残联", post=Post.DEPUTY_HEAD, email="")
    world.person("专班办公室督查员", unit=OFFICE, roles=(Role.OFFICE,))
    world.unit(BYSTANDER)
    world.group("各幼儿园", UnitKind.KINDERGARTEN)
    world.group("各乡镇政府", members=TOWNSHIPS)
    world.answer_for("县政府", world.person("常务副县长"))


def read_in(world: World) -> int:
    """Read the real county plan in, check that it was understood and its doubts looked at; returns the draft's id."""
    with world.app.app_context():
        plan_id = reading.read_in(world.office, "行动计划.txt", seed("001").encode(), world.now)
        known = unit_queries.name_index()
        assert (
            review.accept_doubts(world.office, plan_id, world.now) == 2
        )  # a bracket and a stop are lost in print
    assert {name for task in TASKS for name in (task.lead, *task.responsible)} <= set(known)
    read = [(task.number, task.title, task.deadline_on) for task in world.tasks(plan_id)]
    assert read == [(str(task.number), task.title, task.deadline) for task in TASKS]
    return plan_id

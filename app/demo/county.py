"""Who there is in 云岭县（演示）: every name of a person says that it is a demonstration's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.db import transaction
from app.models import Person
from app.services import people, units
from app.services.people import NewPerson
from app.services.units import UnitFacts
from workflows.policy import Actor, Role
from workflows.units import POST_LABELS, Post, UnitKind

PASSWORD = "Yunling-demo1"  # noqa: S105 - public on purpose
"""Of every account of the demo; it need not be changed at the first sign-in."""

FIRST_ACCOUNT = "fuxianzhang"
OFFICE, GOVERNMENT = "县政府督查室", "县政府"
STAFFED, SMALL = tuple(Post), (Post.LIAISON, Post.HEAD)


@dataclass(frozen=True, slots=True)
class Sample:
    """A unit of the demo. `slug` is its liaison's username and begins its people's addresses."""

    slug: str
    name: str
    full_name: str
    kind: UnitKind
    aliases: tuple[str, ...] = ()
    posts: tuple[Post, ...] = STAFFED
    files_through: str | None = None


def _department(slug: str, name: str, full: str, *aliases: str) -> Sample:
    return Sample(slug, name, f"云岭县{full}", UnitKind.DEPARTMENT, aliases)


def _township(slug: str, name: str) -> Sample:
    full = f"{name}人民政府"
    return Sample(slug, name, full, UnitKind.TOWNSHIP, (f"{name}政府", f"云岭县{full}"), SMALL)


SAMPLES: tuple[Sample, ...] = (
    Sample(
        "chengguan", "县城管局", "云岭县城市管理局", UnitKind.DEPARTMENT, ("县综合执法局", "县城市管理局")
    ),
    Sample(
        "xianzhengfu",
        GOVERNMENT,
        "云岭县人民政府",
        UnitKind.GOVERNMENT,
        ("县人民政府",),
        (),
        files_through="县城管局",
    ),
    Sample("duchashi", OFFICE, "云岭县人民政府督查室", UnitKind.TASK_FORCE, ("督查室", "专班办公室"), ()),
    Sample("xuanchuan", "县委宣传部", "中共云岭县委宣传部", UnitKind.PARTY, ("宣传部",)),
    Sample("bianban", "县委编办", "中共云岭县委机构编制委员会办公室", UnitKind.PARTY, ("县编办", "编办")),
    _department("jiaoyu", "县教育局", "教育局", "县教体局", "县教育和体育局"),
    _department("zhujian", "县住建局", "住房和城乡建设局", "县住房和城乡建设局", "住建局"),
    _department("nongye", "县农业农村局", "农业农村局", "县乡村振兴局", "农业农村局"),
    _department("weijian", "县卫健局", "卫生健康局", "县卫健委", "县卫生健康局"),
    _department("caizheng", "县财政局", "财政局", "财政局"),
    _department("minzheng", "县民政局", "民政局", "民政局"),
    _department("renshe", "县人社局", "人力资源和社会保障局", "县人力资源和社会保障局", "人社局"),
    _department("gongan", "县公安局", "公安局", "公安局"),
    _department("jiaotong", "县交通运输局", "交通运输局", "县交通局", "交通运输局"),
    _department("shichang", "县市场监管局", "市场监督管理局", "县市监局", "县市场监督管理局"),
    _department("shenpi", "县行政审批局", "行政审批服务局", "县审批局", "县政务服务局"),
    Sample(
        "huanbao",
        "县生态环境局",
        "市生态环境局云岭分局",
        UnitKind.VERTICAL,
        ("生态环境分局", "县生态环境分局"),
    ),
    Sample("tuanwei", "团县委", "共青团云岭县委员会", UnitKind.MASS, ("共青团县委",)),
    Sample("fulian", "县妇联", "云岭县妇女联合会", UnitKind.MASS, ("县妇女联合会",)),
    Sample("canlian", "县残联", "云岭县残疾人联合会", UnitKind.MASS, ("县残疾人联合会",)),
    _township("chengguanzhen", "城关镇"),
    _township("qingxi", "清溪镇"),
    _township("shiqiao", "石桥镇"),
    _township("songping", "松坪乡"),
    Sample("yizhong", "县第一中学", "云岭县第一中学", UnitKind.SCHOOL, ("县一中",), SMALL),
    Sample("shixiao", "县实验小学", "云岭县实验小学", UnitKind.SCHOOL, ("实验小学",), SMALL),
    Sample("yiyou", "县第一幼儿园", "云岭县第一幼儿园", UnitKind.KINDERGARTEN, ("县一幼",), SMALL),
    Sample(
        "qingxiyou",
        "清溪镇中心幼儿园",
        "云岭县清溪镇中心幼儿园",
        UnitKind.KINDERGARTEN,
        ("清溪镇中心园",),
        SMALL,
    ),
)

GROUPS: Mapping[str, UnitKind] = {
    "各乡镇政府": UnitKind.TOWNSHIP,
    "各乡镇人民政府": UnitKind.TOWNSHIP,
    "各乡镇": UnitKind.TOWNSHIP,
    "各学校": UnitKind.SCHOOL,
    "各幼儿园": UnitKind.KINDERGARTEN,
}

SHOWN: Mapping[str, str] = {
    "duchashi": "督查室（专班办公室）经办：下达计划、审核月报、销号，拟通报，办考核",
    "duchashi-zhuren": "督查室主要领导：审核通报，复核申诉",
    "fuxianzhang": "分管副县长：看全局，签发通报",
    "guanli": "系统管理员：单位、人员",
    "chengguan": "县城管局联络员：牵头单位，并代县政府归口填报",
    "jiaotong": "县交通运输局联络员：经常迟报，申请办结一项",
    "nongye": "县农业农村局联络员：有一份月报被退回",
    "songping": "松坪乡联络员：有逾期未报的月报",
    "yiyou": "县第一幼儿园联络员：集体单位“各幼儿园”的一员",
}
"""The sign-ins worth trying first, username and who it is."""


@dataclass(frozen=True, slots=True)
class County:
    """The demo as it stands in the database: unit ids by name, who acts for each unit, and who in the office drafts and
    reviews; the leader signs."""

    unit_ids: Mapping[str, int]
    liaisons: Mapping[int, Actor]
    office: Actor
    reviewer: Actor
    leader: Actor

    @property
    def office_id(self) -> int:
        return self.unit_ids[OFFICE]


def enter(now: datetime) -> County:
    """Enter all units, collective names and people; returns who they became."""
    leader_id = people.add(None, _person("副县长", "fuxianzhang", roles=(Role.LEADER,)), now)
    people.add(None, _person("县长", "xianzhang", roles=(Role.LEADER,)), now)
    unit_ids: dict[str, int] = {}
    for position, sample in enumerate(SAMPLES):
        unit_ids[sample.name] = _unit(sample, position, unit_ids, leader_id, now)
    for name, kind in GROUPS.items():
        units.add_group(None, name, kind, (), now)
    people.add(None, _person("系统管理员", "guanli", roles=(Role.ADMIN,)), now)
    liaisons = dict(_liaisons(unit_ids, now))
    office, reviewer = _office(unit_ids[OFFICE], now)
    _open_accounts()
    leader = Actor(leader_id, "演示·副县长", frozenset({Role.LEADER}), frozenset())
    return County(unit_ids, liaisons, office, reviewer, leader)


def _unit(sample: Sample, position: int, unit_ids: Mapping[str, int], leader_id: int, now: datetime) -> int:
    facts = UnitFacts(
        sample.name,
        sample.kind,
        sample.full_name,
        sample.aliases,
        unit_ids[sample.files_through] if sample.files_through else None,
        leader_id if sample.kind is UnitKind.GOVERNMENT else None,
        position,
    )
    return units.add(None, facts, now)


def _office(unit_id: int, now: datetime) -> tuple[Actor, Actor]:
    """Two people in the office; the first does the work of the story, the second looks through it."""
    posts = {"duchashi": Post.LIAISON, "duchashi-zhuren": Post.HEAD}
    drafts, reviews = (
        Actor(
            people.add(None, _person(title, username, roles=(Role.OFFICE,), posts=((unit_id, post),)), now),
            f"演示·{title}",
            frozenset({Role.OFFICE}),
            frozenset({unit_id}),
        )
        for username, post in posts.items()
        for title in (f"{OFFICE}{POST_LABELS[post]}",)
    )
    return drafts, reviews


def _liaisons(unit_ids: Mapping[str, int], now: datetime) -> Iterator[tuple[int, Actor]]:
    for sample in SAMPLES:
        unit_id = unit_ids[sample.name]
        for post in sample.posts:
            person_id = people.add(None, _staff(sample, unit_id, post), now)
            if post is Post.LIAISON:
                actor = Actor(person_id, sample.name, frozenset({Role.DEPARTMENT}), frozenset({unit_id}))
                yield unit_id, actor


def _staff(sample: Sample, unit_id: int, post: Post) -> NewPerson:
    name = f"{sample.name}{POST_LABELS[post]}"
    address = sample.slug if post is Post.LIAISON else f"{sample.slug}-{post.value.replace('_', '-')}"
    return _person(name, address, roles=(Role.DEPARTMENT,), posts=((unit_id, post),))


def _person(
    title: str, username: str, *, roles: tuple[Role, ...], posts: tuple[tuple[int, Post], ...] = ()
) -> NewPerson:
    """A person of the demo; the very first gets an account at once, and with it the hash of the password."""
    account = (username, PASSWORD) if username == FIRST_ACCOUNT else ("", "")
    address = f"{username}@yunling.example"
    return NewPerson(f"演示·{title}", address, *account, posts, roles, must_change_password=False)


def _open_accounts() -> None:
    """Give everybody the first one's password under the name of his address.

    They share the hash too: ninety Argon2 hashes would cost more time than all the months of the story.
    """
    with transaction() as s:
        first = s.scalars(sa.select(Person).where(Person.username == FIRST_ACCOUNT)).one()
        for person in s.scalars(sa.select(Person).where(Person.username.is_(None))):
            assert person.email
            person.username = person.email.partition("@")[0]
            person.password_hash, person.must_change_password = first.password_hash, False

"""考核方案 as versioned data: groups, items with their formulas, weights, tariff, vetoes, lines and the cap on 优秀.

The shipped scheme is the suggestion of reference b.6. Points are hundredths of a point, weights and shares per cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from workflows.appraisal.facts import refuse_banned
from workflows.appraisal.formula import parse
from workflows.appraisal.kinds import GROUP_LABELS, AppraisalGroup, Grade
from workflows.commitments import TaskKind
from workflows.errors import Refused
from workflows.lifecycle import ClosingGrade
from workflows.units import Share, UnitKind

FULL_MARKS = 100_00
"""The items of each group add up to so much: 100 points."""


class Charge(StrEnum):
    """What takes points away (扣分情形): 迟报, 漏报, 失实, 红色督办单, 约谈."""

    LATE = "late"
    MISSING = "missing"
    UNTRUE = "untrue"
    RED_SLIP = "red_slip"
    TALK = "talk"


CHARGE_LABELS: Mapping[Charge, str] = MappingProxyType(
    {
        Charge.LATE: "迟报",
        Charge.MISSING: "漏报",
        Charge.UNTRUE: "失实",
        Charge.RED_SLIP: "红色督办单",
        Charge.TALK: "约谈",
    }
)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the scheme (考核指标): its full marks, and the formula of the share of them; no groups means all."""

    key: str
    label: str
    full: int
    formula: str
    groups: frozenset[AppraisalGroup] = frozenset()

    def counts_for(self, group: AppraisalGroup) -> bool:
        return not self.groups or group in self.groups

    def as_json(self) -> dict[str, Any]:
        groups = sorted(group.value for group in self.groups)
        return {
            "key": self.key,
            "label": self.label,
            "full": self.full,
            "formula": self.formula,
            "groups": groups,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Item:
        groups = frozenset(map(AppraisalGroup, body.get("groups", ())))
        return cls(str(body["key"]), str(body["label"]), int(body["full"]), str(body["formula"]), groups)


@dataclass(frozen=True, slots=True)
class Membership:
    """Who belongs to a group: units of these kinds with one of these shares; an empty set asks for nothing."""

    group: AppraisalGroup
    kinds: frozenset[UnitKind] = frozenset()
    shares: frozenset[Share] = frozenset()

    def takes(self, kind: UnitKind, shares: frozenset[Share]) -> bool:
        return (not self.kinds or kind in self.kinds) and (not self.shares or bool(self.shares & shares))

    def as_json(self) -> dict[str, Any]:
        return {
            "group": self.group.value,
            "kinds": sorted(kind.value for kind in self.kinds),
            "shares": sorted(share.value for share in self.shares),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Membership:
        kinds, shares = frozenset(map(UnitKind, body["kinds"])), frozenset(map(Share, body["shares"]))
        return cls(AppraisalGroup(body["group"]), kinds, shares)


MEMBERSHIPS = (
    Membership(AppraisalGroup.KINDERGARTEN, frozenset({UnitKind.KINDERGARTEN})),
    Membership(AppraisalGroup.TOWNSHIP, frozenset({UnitKind.TOWNSHIP})),
    Membership(AppraisalGroup.LEAD, shares=frozenset({Share.LEAD})),
    Membership(AppraisalGroup.RESPONSIBLE, shares=frozenset({Share.RESPONSIBLE, Share.SUPPORT})),
)
ITEMS = (
    Item("completion", "任务完成", 50_00, "平均(办结率, 达序时率)"),
    Item("quality", "办结质量", 20_00, "平均(质量得分, 专项评估得分, 检查得分)"),
    Item("indicators", "指标达标", 15_00, "指标达标率"),
    Item("timeliness", "时效", 10_00, "平均(按期报送率, 按期反馈率)"),
    Item("cooperation", "协同", 5_00, "协调响应率"),
)
VETOES = ("弄虚作假", "重大安全责任事件", "重大师德责任事件")


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of the scheme. `weight_of_quarters`: with less than 100 the year is 四季均分 × that + 年度核查 × the rest.

    A unit belongs to the first of the `memberships` that takes it; units of the `exempt` kinds are not scored: they
    command, or are offices of the plan itself. `best_percent`: at most so many of a group are 优秀.
    """

    memberships: tuple[Membership, ...] = MEMBERSHIPS
    exempt: frozenset[UnitKind] = frozenset({UnitKind.GOVERNMENT, UnitKind.TASK_FORCE})
    items: tuple[Item, ...] = ITEMS
    shares: Mapping[Share, int] = field(
        default_factory=lambda: {Share.LEAD: 100, Share.RESPONSIBLE: 60, Share.SUPPORT: 30}
    )
    kinds: Mapping[TaskKind, int] = field(default_factory=lambda: dict.fromkeys(TaskKind, 100))
    quality: Mapping[ClosingGrade, int] = field(
        default_factory=lambda: {ClosingGrade.EXCELLENT: 100, ClosingGrade.GOOD: 85, ClosingGrade.PASS: 70}
    )
    additions_cap: int = 5_00
    deductions_cap: int = 10_00
    tariff: Mapping[Charge, int] = field(
        default_factory=lambda: {
            Charge.LATE: 10,
            Charge.MISSING: 50,
            Charge.UNTRUE: 2_00,
            Charge.RED_SLIP: 1_00,
            Charge.TALK: 3_00,
        }
    )
    vetoes: tuple[str, ...] = VETOES
    lines: Mapping[Grade, int] = field(
        default_factory=lambda: {Grade.EXCELLENT: 90_00, Grade.GOOD: 80_00, Grade.PASS: 60_00}
    )
    best_percent: int = 30
    weight_of_quarters: int = 100
    version: int = 1

    @property
    def by_quarters(self) -> bool:
        """Whether the year's score is made of its quarters' and of the year's check."""
        return self.weight_of_quarters < 100

    def items_of(self, group: AppraisalGroup) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.counts_for(group))

    def group_of(self, kind: UnitKind, shares: frozenset[Share]) -> AppraisalGroup | None:
        """The group a unit is compared in; None for one that is not scored."""
        if kind in self.exempt or not shares:
            return None
        return next((rule.group for rule in self.memberships if rule.takes(kind, shares)), None)

    def as_json(self) -> dict[str, Any]:
        """The body kept in the database; the version stands beside it."""
        return {
            "memberships": [rule.as_json() for rule in self.memberships],
            "exempt": sorted(kind.value for kind in self.exempt),
            "items": [item.as_json() for item in self.items],
            **{name: _plain(getattr(self, name)) for name in _TABLES},
            **{name: getattr(self, name) for name in _NUMBERS},
            "vetoes": list(self.vetoes),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any], version: int = 1) -> Scheme:
        """The scheme a body says; what it does not name keeps its default. Raises Refused invalid for what is no scheme."""
        try:
            return cls(version=version, **{name: _READERS[name](value) for name, value in body.items()})
        except (KeyError, TypeError, ValueError):
            raise Refused("invalid", "这份考核方案的内容不完整，请从现行方案重新起草。") from None

    def check(self) -> None:
        """Return when the scheme can be used; raises Refused invalid with every shortcoming in a sentence."""
        if faults := list(_shortcomings(self)):
            raise Refused("invalid", "".join(faults))


def _plain(table: Mapping[Any, int]) -> dict[str, int]:
    return {key.value: value for key, value in table.items()}


def _table(keys: type[StrEnum]) -> Any:
    return lambda body: {keys(key): int(value) for key, value in body.items()}


_TABLES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {"shares": Share, "kinds": TaskKind, "quality": ClosingGrade, "tariff": Charge, "lines": Grade}
)
_NUMBERS = ("additions_cap", "deductions_cap", "best_percent", "weight_of_quarters")
_READERS: Mapping[str, Any] = MappingProxyType(
    {
        "memberships": lambda body: tuple(map(Membership.from_json, body)),
        "exempt": lambda body: frozenset(map(UnitKind, body)),
        "items": lambda body: tuple(map(Item.from_json, body)),
        "vetoes": lambda body: tuple(map(str, body)),
        **{name: _table(keys) for name, keys in _TABLES.items()},
        **dict.fromkeys(_NUMBERS, int),
    }
)


def _shortcomings(scheme: Scheme) -> Iterator[str]:
    yield from _odd_items(scheme)
    yield from _odd_figures(scheme)
    lines = [scheme.lines.get(grade, -1) for grade in (Grade.EXCELLENT, Grade.GOOD, Grade.PASS)]
    if not FULL_MARKS >= lines[0] > lines[1] > lines[2] > 0:
        yield "等次线要从高到低：优秀高于良好，良好高于合格，都在0到100分之间。"
    if len({rule.group for rule in scheme.memberships}) != len(scheme.memberships) or not scheme.memberships:
        yield "每个考核组写一次，至少一个组。"
    if not all(veto.strip() and len(veto) <= 60 for veto in scheme.vetoes):
        yield "否决项要写明情形，每项最多60字。"


def _odd_items(scheme: Scheme) -> Iterator[str]:
    if len({item.key for item in scheme.items}) < len(scheme.items):
        yield "有两个考核项用了同一个编号，请改正。"
    for item in scheme.items:
        if not item.label.strip() or item.full <= 0:
            yield "每个考核项要有名称，满分要大于0。"
        for check, text in ((refuse_banned, item.label), (parse, item.formula)):
            try:
                check(text)
            except Refused as refusal:
                yield f"考核项“{item.label}”：{refusal}"
    for rule in scheme.memberships:
        total = sum(item.full for item in scheme.items_of(rule.group))
        if total != FULL_MARKS:
            yield f"{GROUP_LABELS[rule.group]}各项满分合计{total / 100:g}分，应当是100分。"


def _odd_figures(scheme: Scheme) -> Iterator[str]:
    for name, (words, least, most) in _BOUNDS.items():
        value = getattr(scheme, name)
        keys = _TABLES.get(name, ())
        if (
            any(not least <= value.get(key, -1) <= most for key in keys)
            if keys
            else not least <= value <= most
        ):
            yield words


_BOUNDS: Mapping[str, tuple[str, int, int]] = MappingProxyType(
    {
        "shares": ("各种责任分工的权重要在0到10之间。", 0, 1000),
        "kinds": ("各类任务的权重要在0到10之间。", 0, 1000),
        "quality": ("办结评价折算的百分比要在0到100之间。", 0, 100),
        "tariff": ("每次扣分要在0到20分之间。", 0, 20_00),
        "additions_cap": ("加分上限要在0到30分之间。", 0, 30_00),
        "deductions_cap": ("扣分上限要在0到30分之间。", 0, 30_00),
        "best_percent": ("优秀比例上限要在0到100之间；100表示不限。", 0, 100),
        "weight_of_quarters": ("四季均分的比重要在50到100之间；100表示按全年计，不分季。", 50, 100),
    }
)

"""Scores (得分): items by their formulas, additions and deductions within their caps, vetoes; each with its reasons.

What is stated once, for every page and document, stands in `STATED`. Points are whole hundredths of a point.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from workflows.accounts import Account
from workflows.appraisal.charges import Adjustment, charged, entered
from workflows.appraisal.facts import Fact
from workflows.appraisal.figures import NOTHING, Entry, Figure, Holding, Measuring, holdings
from workflows.appraisal.formula import parse
from workflows.appraisal.kinds import AppraisalGroup
from workflows.appraisal.rounding import hundredths, spread
from workflows.appraisal.scheme import FULL_MARKS, Item, Scheme
from workflows.lifecycle import EntryKind
from workflows.units import UnitKind

STATED = (
    "各项得分＝满分×公式值（公式值取0到1之间），四舍五入到0.01分；公式内部按分数精确计算，不提前取舍。",
    "事实的比率按本单位任务权重加权（责任分工×任务类型×单项权重），任务多少不影响得分。",
    "没有可计内容的事实不计；一项的事实都没有可计内容时，该项不计，满分按比例分给其余各项。",
    "系统自动扣分按所涉任务占本单位任务总权重的比例折算；有文号的加分、扣分按登记计。",
    "加分、扣分各有上限；总分不低于0分。",
    "否决须附认定文书，有否决的等次为不合格，位次排在最后。",
    "位次按得分排；同分的，任务权重大的在前；仍相同的并列。",
    "优秀不超过本组比例上限（向下取整，不足一个的按一个）；上限处并列的都不列入。",
)


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item: `full` as the scheme says, `weighed` after marks of what cannot be measured were spread.

    `value` is the formula's, None where there was nothing to measure; `points` then are 0 and do not count.
    """

    item: Item
    weighed: int
    value: Fraction | None
    points: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class QuarterScore:
    """The items of one quarter (季度得分) of a score that is made of quarters."""

    key: str
    points: int
    items: tuple[ItemScore, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """One unit's points with their reasons, before it is held against its group.

    `base` is what the items give; `additions` and `deductions` are within their caps, both positive. `appealed` is what
    the decisions on appeals changed. `weight` is that of all its tasks.
    """

    unit_id: int
    name: str
    group: AppraisalGroup
    weight: Fraction
    version: int
    items: tuple[ItemScore, ...]
    quarters: tuple[QuarterScore, ...]
    year_check: int | None
    base: int
    adjustments: tuple[Adjustment, ...]
    additions: int
    deductions: int
    vetoes: tuple[Adjustment, ...]
    appealed: tuple[Adjustment, ...] = ()

    @property
    def points(self) -> int:
        """The total; never below 0."""
        changed = sum(one.points for one in self.appealed)
        return max(0, self.base + self.additions - self.deductions + changed)

    @property
    def item_scores(self) -> tuple[ItemScore, ...]:
        """Every item, of the year or of its quarters."""
        return self.items or tuple(item for quarter in self.quarters for item in quarter.items)


@dataclass(frozen=True, slots=True)
class Material:
    """What scores are made of: the year's account, its quarters' where the scheme wants them, and what people entered.

    `weights` are the tasks' own, per cent, by task id; `quarters` are keyed by period (2025Q1).
    """

    account: Account
    entries: Sequence[Entry] = ()
    weights: Mapping[int, int] = field(default_factory=dict)
    quarters: Mapping[str, Account] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A unit's share in the material: its holdings of the year and of each quarter."""

    year: Holding
    quarters: Mapping[str, Holding]
    kind: UnitKind


def parts(material: Material) -> dict[int, Part]:
    """Unit → its part, in one pass over each account."""
    year = holdings(material.account, material.entries)
    quarters = {key: holdings(account, material.entries) for key, account in material.quarters.items()}
    return {
        unit_id: Part(
            held,
            {key: found[unit_id] for key, found in quarters.items() if unit_id in found},
            material.account.units[unit_id].kind,
        )
        for unit_id, held in year.items()
    }


def tallies(material: Material, scheme: Scheme, only: Collection[int] | None = None) -> dict[int, Tally]:
    """Unit → its points; units that are not scored, or of which nothing can be measured, are not there."""
    found = {}
    for unit_id, part in parts(material).items():
        if only is None or unit_id in only:
            tally = tallied(part, scheme, material.weights)
            if tally is not None:
                found[unit_id] = tally
    return found


def tallied(part: Part, scheme: Scheme, weights: Mapping[int, int]) -> Tally | None:
    """The unit's points; None where it is not scored."""
    held = part.year
    group = scheme.group_of(part.kind, frozenset(share for _, share in held.tasks))
    if group is None:
        return None
    measuring = Measuring(held, scheme, weights)
    items, quarters = _measured(part, measuring, group, weights)
    if not any(item.value is not None for item in items + tuple(i for q in quarters for i in q.items)):
        return None
    check = _year_check(held) if scheme.by_quarters else None
    adjustments = (*entered(held.entries), *charged(measuring))
    return Tally(
        unit_id=held.unit_id,
        name=held.name,
        group=group,
        weight=measuring.total,
        version=scheme.version,
        items=items,
        quarters=quarters,
        year_check=check,
        base=_base(items, quarters, check, scheme),
        adjustments=adjustments,
        additions=min(scheme.additions_cap, sum(a.points for a in adjustments if a.points > 0)),
        deductions=min(scheme.deductions_cap, -sum(a.points for a in adjustments if a.points < 0)),
        vetoes=tuple(
            _veto(entry) for entry in held.entries if entry.kind is EntryKind.VETO and entry.has_finding
        ),
    )


def _measured(
    part: Part, measuring: Measuring, group: AppraisalGroup, weights: Mapping[int, int]
) -> tuple[tuple[ItemScore, ...], tuple[QuarterScore, ...]]:
    """The items of the year; by quarters where the scheme says so and there is one to go by."""
    scheme = measuring.scheme
    if not (scheme.by_quarters and part.quarters):
        return item_scores(measuring, group), ()
    quarters = []
    for key, held in sorted(part.quarters.items()):
        items = item_scores(Measuring(held, scheme, weights), group)
        if any(item.value is not None for item in items):
            quarters.append(QuarterScore(key, sum(item.points for item in items), items))
    return (), tuple(quarters)


def item_scores(measuring: Measuring, group: AppraisalGroup) -> tuple[ItemScore, ...]:
    """Each item of the group with its points."""
    items = measuring.scheme.items_of(group)
    figures: dict[Fact, Figure] = {}
    for item in items:
        for fact in parse(item.formula).facts:
            if fact not in figures:
                figures[fact] = measuring.figure(fact)
    known = {fact: figure.value for fact, figure in figures.items()}
    values = [parse(item.formula).value(known) for item in items]
    measured = [item.full if value is not None else 0 for item, value in zip(items, values, strict=True)]
    weighed = spread(FULL_MARKS, measured)
    return tuple(
        ItemScore(
            item,
            full,
            value,
            hundredths(full * value) if value is not None else 0,
            tuple(figures[fact] for fact in parse(item.formula).facts),
        )
        for item, full, value in zip(items, weighed, values, strict=True)
    )


def _base(
    items: Sequence[ItemScore], quarters: Sequence[QuarterScore], check: int | None, scheme: Scheme
) -> int:
    """What the items give: of the year, or 四季均分 × its weight + 年度核查 × the rest, once a check was entered."""
    if not quarters:
        points = Fraction(sum(item.points for item in items))
    else:
        points = Fraction(sum(quarter.points for quarter in quarters), len(quarters))
    if check is None:
        return hundredths(points)
    weight = Fraction(scheme.weight_of_quarters, 100)
    return hundredths(points * weight + check * (1 - weight))


def _year_check(held: Holding) -> int | None:
    """The mean of the checks entered (年度核查, out of 100 points); None before one is."""
    found = [entry.points for entry in held.entries if entry.kind is EntryKind.YEAR_CHECK]
    return hundredths(sum(map(Fraction, found), NOTHING) / len(found)) if found else None


def _veto(entry: Entry) -> Adjustment:
    return Adjustment("veto", entry.item or "否决", 0, (), entry.document_number, entry.entry_id, entry.words)


def appealed(tally: Tally, changes: Sequence[Adjustment]) -> Tally:
    """The same points with what the decisions on appeals change."""
    return replace(tally, appealed=tuple(changes))

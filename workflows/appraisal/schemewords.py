"""A scheme in words, line by line: shown on its page, set against another version, printed in 实施方案."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.appraisal.kinds import GRADE_LABELS, GROUP_LABELS, Grade
from workflows.appraisal.rounding import said
from workflows.appraisal.scheme import CHARGE_LABELS, Item, Membership, Scheme
from workflows.commitments import TASK_KIND_LABELS
from workflows.lifecycle import CLOSING_GRADE_LABELS
from workflows.rulewords import Line
from workflows.units import KIND_LABELS, SHARE_LABELS


def scheme_lines(scheme: Scheme) -> list[Line]:
    """What the scheme says, heading by heading."""
    return [*_items(scheme), *_groups(scheme), *_weights(scheme), *_changes(scheme), *_grades(scheme)]


def _items(scheme: Scheme) -> Iterator[Line]:
    for item in scheme.items:
        yield Line("考核项", item.label, item_words(item))


def item_words(item: Item) -> str:
    """满分, formula, and the groups where these are not all."""
    only = "、".join(GROUP_LABELS[group] for group in GROUP_LABELS if group in item.groups)
    return f"满分{said(item.full)}分：{item.formula}{f'（只用于{only}）' if only else ''}"


def _groups(scheme: Scheme) -> Iterator[Line]:
    for order, rule in enumerate(scheme.memberships, start=1):
        yield Line("分组", f"{order}. {GROUP_LABELS[rule.group]}", membership_words(rule))
    exempt = "、".join(KIND_LABELS[kind] for kind in KIND_LABELS if kind in scheme.exempt)
    yield Line("分组", "不参加考核", exempt or "没有")


def membership_words(rule: Membership) -> str:
    """Who belongs to a group."""
    kinds = "、".join(KIND_LABELS[kind] for kind in KIND_LABELS if kind in rule.kinds) or "各类单位"
    shares = "、".join(SHARE_LABELS[share] for share in SHARE_LABELS if share in rule.shares)
    return f"{kinds}{f'，在任务中是{shares}' if shares else ''}"


def _weights(scheme: Scheme) -> Iterator[Line]:
    for share, label in SHARE_LABELS.items():
        yield Line("责任分工权重", label, said(scheme.shares[share]))
    for kind, label in TASK_KIND_LABELS.items():
        yield Line("任务类型权重", label, said(scheme.kinds[kind]))
    for grade, label in CLOSING_GRADE_LABELS.items():
        yield Line("办结评价折算", label, f"{scheme.quality[grade]}%")


def _changes(scheme: Scheme) -> Iterator[Line]:
    yield Line("加分扣分", "加分上限", f"{said(scheme.additions_cap)}分，须有文号")
    yield Line("加分扣分", "扣分上限", f"{said(scheme.deductions_cap)}分")
    for charge, label in CHARGE_LABELS.items():
        yield Line("加分扣分", label, f"每件扣{said(scheme.tariff[charge])}分")
    yield Line("否决项", "情形", "、".join(scheme.vetoes) or "没有")


def _grades(scheme: Scheme) -> Iterator[Line]:
    for grade in (Grade.EXCELLENT, Grade.GOOD, Grade.PASS):
        yield Line("等次", GRADE_LABELS[grade], f"{said(scheme.lines[grade])}分以上")
    cap = "不限" if scheme.best_percent == 100 else f"不超过本组的{scheme.best_percent}%"
    yield Line("等次", "优秀比例", cap)
    rest = 100 - scheme.weight_of_quarters
    whole = f"四季均分×{scheme.weight_of_quarters}%＋年度核查×{rest}%" if rest else "按全年计分"
    yield Line("等次", "年度得分", whole)

"""A scheme is data: it comes back as it was kept, and what cannot be used is refused with a sentence that says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workflows.appraisal import AppraisalGroup, Charge, Grade, Item, Membership, Scheme, scheme_lines
from workflows.errors import Refused
from workflows.rulewords import changes
from workflows.units import Share, UnitKind

SHIPPED = Scheme()


def faults(scheme: Scheme) -> str:
    with pytest.raises(Refused) as refusal:
        scheme.check()
    assert refusal.value.code == "invalid"
    return str(refusal.value)


def test_the_shipped_scheme_is_the_reference_s_suggestion() -> None:
    SHIPPED.check()
    assert [(item.label, item.full) for item in SHIPPED.items] == [
        ("任务完成", 5000), ("办结质量", 2000), ("指标达标", 1500), ("时效", 1000), ("协同", 500),
    ]  # fmt: skip
    assert (SHIPPED.additions_cap, SHIPPED.deductions_cap) == (500, 1000)
    assert [SHIPPED.tariff[charge] for charge in Charge] == [10, 50, 200, 100, 300]
    assert [SHIPPED.shares[share] for share in Share] == [100, 60, 30]
    assert list(SHIPPED.lines.values()) == [9000, 8000, 6000]


def test_a_scheme_comes_back_as_it_was_kept() -> None:
    own = replace(SHIPPED, weight_of_quarters=70, best_percent=20, vetoes=("弄虚作假",), version=7)
    assert Scheme.from_json(own.as_json(), version=7) == own


def test_an_older_body_that_lacks_a_part_takes_the_shipped_one() -> None:
    body = SHIPPED.as_json()
    del body["best_percent"]
    assert Scheme.from_json(body) == SHIPPED


@pytest.mark.parametrize(
    "body", [{"items": [{"key": "a"}]}, {"colour": "red"}, {"shares": {"boss": 1}}, {"items": 3}]
)
def test_a_body_that_is_no_scheme_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(Refused, match="不完整"):
        Scheme.from_json(body)


def test_the_items_of_every_group_have_to_make_a_hundred_points() -> None:
    only = frozenset({AppraisalGroup.TOWNSHIP})
    own = replace(SHIPPED, items=(*SHIPPED.items, Item("more", "乡镇项", 500, "办结率", only)))
    said = faults(own)
    assert "乡镇（街道）组各项满分合计105分" in said
    assert "幼儿园组" not in said


@pytest.mark.parametrize(
    ("formula", "label", "said"),
    [
        ("登录次数", "工作", "登录次数"),
        ("在线时长*0.5", "工作", "在线时长"),
        ("填报字数", "工作", "填报字数"),
        ("附件数", "工作", "附件数"),
        ("照片数", "工作", "照片数"),
        ("满意度", "工作", "没有“满意度”"),
        ("办结率+", "工作", "缺一个数"),
        ("检查得分", "平台登录情况", "平台登录情况"),
        ("检查得分", "信息篇幅和照片", "信息篇幅和照片"),
        ("检查得分", " ", "要有名称"),
    ],
)
def test_an_item_is_refused_for_its_formula_and_for_its_name(formula: str, label: str, said: str) -> None:
    items = (Item("one", label, 100_00, formula),)
    assert said in faults(replace(SHIPPED, items=items))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lines": {Grade.EXCELLENT: 8000, Grade.GOOD: 8000, Grade.PASS: 6000}}, "从高到低"),
        ({"lines": {Grade.EXCELLENT: 10100, Grade.GOOD: 8000, Grade.PASS: 6000}}, "从高到低"),
        ({"best_percent": 101}, "优秀比例"),
        ({"weight_of_quarters": 40}, "四季均分"),
        ({"deductions_cap": 3001}, "扣分上限"),
        ({"additions_cap": -1}, "加分上限"),
        ({"shares": {Share.LEAD: 100}}, "责任分工"),
        ({"tariff": {}}, "每次扣分"),
        ({"quality": {}}, "办结评价"),
        ({"kinds": {}}, "各类任务"),
        ({"vetoes": (" ",)}, "否决项"),
        ({"memberships": ()}, "至少一个组"),
        ({"memberships": (Membership(AppraisalGroup.LEAD), Membership(AppraisalGroup.LEAD))}, "写一次"),
        ({"items": (Item("a", "甲", 5000, "办结率"), Item("a", "乙", 5000, "办结率"))}, "同一个编号"),
    ],
)
def test_figures_out_of_bounds_are_refused(change: dict[str, object], said: str) -> None:
    assert said in faults(replace(SHIPPED, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "shares", "group"),
    [
        (UnitKind.KINDERGARTEN, {Share.RESPONSIBLE}, AppraisalGroup.KINDERGARTEN),
        (UnitKind.KINDERGARTEN, {Share.LEAD}, AppraisalGroup.KINDERGARTEN),
        (UnitKind.TOWNSHIP, {Share.RESPONSIBLE}, AppraisalGroup.TOWNSHIP),
        (UnitKind.DEPARTMENT, {Share.LEAD, Share.RESPONSIBLE}, AppraisalGroup.LEAD),
        (UnitKind.DEPARTMENT, {Share.RESPONSIBLE}, AppraisalGroup.RESPONSIBLE),
        (UnitKind.MASS, {Share.SUPPORT}, AppraisalGroup.RESPONSIBLE),
        (UnitKind.GOVERNMENT, {Share.LEAD}, None),
        (UnitKind.TASK_FORCE, {Share.LEAD}, None),
        (UnitKind.DEPARTMENT, set(), None),
    ],
)
def test_a_unit_belongs_to_the_first_group_that_takes_it(
    kind: UnitKind, shares: set[Share], group: AppraisalGroup | None
) -> None:
    assert SHIPPED.group_of(kind, frozenset(shares)) is group


def test_a_change_of_the_scheme_is_said_line_by_line() -> None:
    items = (replace(SHIPPED.items[0], formula="办结率"), *SHIPPED.items[1:])
    own = replace(SHIPPED, items=items, best_percent=100, weight_of_quarters=70)
    found = [
        (change.label, change.before, change.after)
        for change in changes(scheme_lines(SHIPPED), scheme_lines(own))
    ]
    assert found == [
        ("任务完成", "满分50分：平均(办结率, 达序时率)", "满分50分：办结率"),
        ("优秀比例", "不超过本组的30%", "不限"),
        ("年度得分", "按全年计分", "四季均分×70%＋年度核查×30%"),
    ]

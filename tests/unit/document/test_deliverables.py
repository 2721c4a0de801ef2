"""What a task has to hand over, and which papers it only refers to."""

from __future__ import annotations

import pytest

from tests.unit.document.reading import CORPUS, task_saying
from workflows.document import parse


def deliverables(demand: str) -> list[tuple[str, str]]:
    return [(thing.verb, thing.what) for thing in task_saying(demand).deliverables]


@pytest.mark.parametrize(
    ("demand", "verb", "what"),
    [
        ("制定校舍安全排查方案并组织实施。", "制定", "校舍安全排查方案"),
        ("研究制定教师交流轮岗实施办法。", "研究制定", "教师交流轮岗实施办法"),
        ("出台支持民办园发展的若干意见。", "出台", "支持民办园发展的若干意见"),
        ("科学编制布局专项规划。", "编制", "布局专项规划"),
        ("印发权责清单。", "印发", "权责清单"),
        ("修订《校车管理办法》。", "修订", "《校车管理办法》"),
        ("建立留守儿童、困境儿童等信息数据库，落实帮扶。", "建立", "留守儿童、困境儿童等信息数据库"),
        ("建立健全质量评估体系和监测办法。", "建立健全", "质量评估体系和监测办法"),
        ("完善园长任用制度。", "完善", "园长任用制度"),
        ("建立“一园一策”工作台账。", "建立", "“一园一策”工作台账"),
        ("搭建家校互动平台。", "搭建", "家校互动平台"),
        ("加快建设智慧教育平台。", "建设", "智慧教育平台"),
        ("推进校园安防监控平台建设。", "推进", "校园安防监控平台"),
        ("每年发布质量评估报告。", "发布", "质量评估报告"),
        ("推行校长任期目标管理制度。", "推行", "校长任期目标管理制度"),
        ("列出问题台账并逐项解决。", "列出", "问题台账"),
        ("根据《教育法》制定实施细则。", "制定", "实施细则"),
    ],
)
def test_a_thing_to_be_made_is_a_deliverable(demand: str, verb: str, what: str) -> None:
    assert deliverables(demand) == [(verb, what)]


@pytest.mark.parametrize(
    "demand",
    [
        "按照上级方案抓好落实，执行有关制度。",
        "严格落实责任制度，贯彻《全县教育规划》。",
        "将卫生部门制定的诊疗方案纳入培训。",
        "指导企业制定复工方案，督促学校建立台账。",
        "鼓励有条件的园所建立走教制度。",
        "已建立联席会议制度，出台了管理办法。",
        "充分发挥平台作用，优化系统功能。",
        "推进标准体系建设和方案应用。",
        "及时报告情况，规范办园行为。",
        "完善审批系统功能。",
    ],
)
def test_papers_referred_to_and_made_by_others_are_none(demand: str) -> None:
    assert deliverables(demand) == []


def test_several_things_are_told_apart() -> None:
    assert deliverables("完善承诺制度，健全奖惩机制，制定方案、建立台账。") == [
        ("完善", "承诺制度"),
        ("健全", "奖惩机制"),
        ("制定", "方案"),
        ("建立", "台账"),
    ]


def test_a_long_name_loses_its_first_qualifiers() -> None:
    (thing,) = deliverables(
        "建立政府主导、部门协同、社会参与的覆盖城乡各类园所和全体教师的培训学分管理制度。"
    )
    assert thing == ("建立", "覆盖城乡各类园所和全体教师的培训学分管理制度")


def test_the_span_covers_verb_and_thing() -> None:
    demand = "加强保障。建立信息数据库，及时更新。"
    task = task_saying(demand)
    text = f"1.加强校舍管理。{demand}（责任单位：县教育局）"
    assert [text[thing.span.start : thing.span.end] for thing in task.deliverables] == ["建立信息数据库"]


def test_the_seed_plan_hands_over_its_papers() -> None:
    plan = parse((CORPUS / "docs" / "seed001.txt").read_text("utf-8"))
    found = {task.number: [thing.what for thing in task.deliverables] for task in plan.tasks}
    assert found["1"] == ["玩教具设备配备方案"]
    assert found["2"] == ["家庭困难群体幼儿资助制度", "家庭贫困儿童、孤儿、残疾幼儿等信息数据库"]
    assert found["17"] == ["测评制度", "幼儿园保教质量评估体系和监测办法", "评估报告"]
    assert found["14"] == []

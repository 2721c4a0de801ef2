"""Which figures of a demand are targets, what they measure, and which figures are none."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.document.reading import CORPUS, only_task, task_saying
from workflows.commitments import Comparison
from workflows.document import Indicator, parse

Value = tuple[str, str, str | None, str]


def indicators(demand: str) -> tuple[Indicator, ...]:
    return task_saying(demand).indicators


def values(demand: str) -> list[Value]:
    """Name, comparison, target and unit of each indicator of the demand."""
    return [(i.name, i.comparison.value, i.target, i.unit) for i in indicators(demand)]


@pytest.mark.parametrize(
    ("demand", "value"),
    [
        ("园长持证率达到100%。", ("园长持证率", "reach", "100", "%")),
        ("确保村级覆盖率达到90%以上。", ("村级覆盖率", "at_least", "90", "%")),
        ("公办园占比不低于55%。", ("公办园占比", "at_least", "55", "%")),
        ("力争毛入园率提高到96%。", ("毛入园率", "reach", "96", "%")),
        ("师生比控制在1：14以内。", ("师生比", "at_most", "1:14", "")),
        ("班额不超过35人。", ("班额", "at_most", "35", "人")),
        ("失业率控制在4%以内。", ("失业率", "at_most", "4", "%")),
        ("审批时限压缩至8个工作日以内。", ("审批时限", "at_most", "8", "个工作日")),
        ("单位能耗下降10%以上。", ("单位能耗", "fall_by", "10", "%")),
        ("满意率较上年提高5个百分点。", ("满意率", "rise_by", "5", "个百分点")),
        ("降低担保费率0.5个百分点。", ("担保费率", "fall_by", "0.5", "个百分点")),
        ("财政收入增长6%左右。", ("财政收入", "rise_by", "6", "%")),
        ("旅游收入翻一番。", ("旅游收入", "rise_by", "100", "%")),
        ("教育支出逐年只增不减。", ("教育支出", "not_fall", None, "")),
        ("信访总量只减不增。", ("信访总量", "not_rise", None, "")),
        ("确保贷款余额不低于上年同期。", ("贷款余额", "not_fall", None, "")),
        ("全县评选平安校园6所。", ("平安校园", "reach", "6", "所")),
        ("建成两所乡镇中心园。", ("乡镇中心园", "reach", "2", "所")),
        ("每个乡镇至少办好一所公办园。", ("公办园", "at_least", "1", "所")),
        ("新增学位3000个。", ("新增学位", "reach", "3000", "个")),
        ("引进15名紧缺人才。", ("紧缺人才", "reach", "15", "名")),
        ("县政府每年安排不少于60人招聘计划。", ("招聘计划", "at_least", "60", "人")),
        ("完成投资1.2亿元。", ("投资", "reach", "1.2", "亿元")),
        ("培训3-5期骨干教师研修班。", ("骨干教师研修班", "at_least", "3", "期")),
        ("减少大班额20个。", ("大班额", "fall_by", "20", "个")),
        ("为2000名老人开展免费体检。", ("老人", "reach", "2000", "名")),
        ("本科学历占比提高到三分之二以上。", ("本科学历占比", "at_least", "66.67", "%")),
        ("参训率达到百分之九十五。", ("参训率", "reach", "95", "%")),
        ("生均公用经费标准提高到每生每年700元。", ("生均公用经费标准", "reach", "700", "元")),
        ("实现乡镇综合文化站全覆盖。", ("乡镇综合文化站", "reach", "100", "%")),
        ("全县80%的村庄完成改厕。", ("村庄", "reach", "80", "%")),
        ("万车死亡率控制在1.5以下。", ("万车死亡率", "at_most", "1.5", "")),
        ("骨干教师比例不低于全县教师总数的20%。", ("骨干教师比例", "at_least", "20", "%")),
    ],
)
def test_a_figure_to_reach_is_an_indicator(demand: str, value: Value) -> None:
    assert values(demand) == [value]


@pytest.mark.parametrize(
    ("demand", "value"),
    [
        ("确保普惠率达到*%以上。", ("普惠率", "at_least", None, "%")),
        ("农村园达标率达到%以上。", ("农村园达标率", "at_least", None, "%")),
        ("新增学位个，方便入学。", ("新增学位", "reach", None, "个")),
        ("2024年底前新建、改扩建幼儿园所。", ("幼儿园", "reach", None, "所")),
        ("招聘编外教师名。", ("编外教师", "reach", None, "名")),
        ("安排万元专项资金。", ("专项资金", "reach", None, "万元")),
        ("培训村医xx人次。", ("村医", "reach", None, "人次")),
        ("每年参加不少于学时的培训。", ("培训", "at_least", None, "学时")),
    ],
)
def test_a_lost_figure_is_a_target_without_a_value_and_in_doubt(demand: str, value: Value) -> None:
    task = task_saying(demand)
    assert values(demand) == [value]
    assert [doubt.code for doubt in task.doubts].count("figure-blank") == 1


@pytest.mark.parametrize(
    "demand",
    [
        "贯彻《全县100所学校三年提升方案》。",
        "按照〔2023〕52号文件要求落实。",
        "自2024年3月5日起施行。",
        "用好12345热线，实行一站式服务，做到即来即办。",
        "落实“四个百分百”要求，完成学前“985”任务。",
        "坚持两个毫不动摇，落实第一责任，打造一园一景。",
        "实施三年行动计划，做好十四五规划收官。",
        "执行条例第三章第12条规定。",
        "提供24小时服务，5个工作日内办结。",
        "每年组织一次质量监测。",
        "截至目前，全县已建成幼儿园36所，普惠率达到85%。",
        "近三年累计投入2.3亿元，新建学校12所。",
        "对新开办的企业给予5万元补助，按每人300元的标准发放。",
        "贴息期限不超过1年，最长不超过3个月。",
        "对年收入达到500万元以上的企业，优先支持。",
        "按照再贷款利率的50%给予贴息。",
        "培育一批龙头企业，建设一个平台。",
        "加强幼儿园所建设，打造名师队伍，完成个人档案整理。",
        "如参展数量超过总数的50%，给予支持。",
    ],
)
def test_other_figures_are_no_indicators(demand: str) -> None:
    assert values(demand) == []


def test_figures_of_a_list_share_the_verb() -> None:
    assert values("重点选拔100名园长、200名后备干部，培养30名名师。") == [
        ("园长", "reach", "100", "名"),
        ("后备干部", "reach", "200", "名"),
        ("名师", "reach", "30", "名"),
    ]
    assert values("新建小学2所、初中1所和幼儿园3所。") == [
        ("小学", "reach", "2", "所"),
        ("初中", "reach", "1", "所"),
        ("幼儿园", "reach", "3", "所"),
    ]


def test_respectively_gives_each_figure_its_name() -> None:
    assert values("毛入园率和普惠率分别达到96%、88%以上。") == [
        ("毛入园率", "reach", "96", "%"),
        ("普惠率", "at_least", "88", "%"),
    ]
    assert [value[0] for value in values("城乡居民收入分别增长7%和8%。")] == ["城镇居民收入", "农村居民收入"]


def test_a_name_that_leaves_out_the_measure_is_completed_from_the_figure_before() -> None:
    assert [value[0] for value in values("入园率达到92%，山区乡镇达到85%。")] == [
        "入园率",
        "入园率（山区乡镇）",
    ]


def test_a_figure_goes_by_the_date_that_stands_before_it_in_its_sentence() -> None:
    found = indicators(
        "到2025年底，普惠率达到90%，建成示范园4所。从2024年起，持证率达到95%，较2022年提高3个百分点。"
    )
    assert [i.by for i in found] == [date(2025, 12, 31), date(2025, 12, 31), None, None]
    assert indicators("2024年6月底前完成改造20所，2025年完成30所。")[0].by == date(2024, 6, 30)


def test_a_date_before_the_plans_own_year_makes_its_figures_a_report() -> None:
    assert values("2021年，建成幼儿园8所。到2025年，建成20所示范园。") == [("示范园", "reach", "20", "所")]


def test_what_was_done_does_not_hide_what_is_asked_for_in_the_same_sentence() -> None:
    assert values("目前普惠率达到80%，力争到2025年达到90%。")[-1][2:] == ("90", "%")
    assert len(values("目前普惠率达到80%，力争到2025年达到90%。")) == 1


def test_the_words_are_the_printed_ones_and_stand_at_the_span() -> None:
    text = (
        "1.加强校舍管理。到2025年底，全县普惠性幼儿园覆盖率达到９０％以上。\n完善服务。（责任单位：县教育局）"
    )
    (found,) = only_task(text).indicators
    assert found.text == "普惠性幼儿园覆盖率达到９０％以上"
    assert text[found.span.start : found.span.end] == found.text
    assert (found.target, found.comparison) == ("90", Comparison.AT_LEAST)


def test_the_seed_plan_has_its_figures() -> None:
    plan = parse((CORPUS / "docs" / "seed001.txt").read_text("utf-8"))
    found = {task.number: [(i.name, i.target, i.unit) for i in task.indicators] for task in plan.tasks}
    assert found["7"] == [("幼儿园专任教师专科以上学历占比", "100", "%")]
    assert found["13"] == [("家园共育示范园", "2", "所")]
    assert found["16"] == []

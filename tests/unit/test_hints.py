"""Each hint: what brings it out, what does not, and that good writing brings out none."""

from __future__ import annotations

import pytest

from workflows.hints import Earlier, Figure, Hint, HintCode, Written, hints, same_percent

COVERAGE = Figure("普惠性幼儿园覆盖率", "%", "85", before="83", target="90")

GOOD = [
    "3月12日召开专题推进会，明确由县自然资源局在4月底前完成选址。",
    "新增公办学位270个，其中城关镇中心幼儿园180个。",
    "印发《云岭县学前教育普惠保障实施方案》，并在县政府网站公示。",
    "城南幼儿园主体封顶，正在进行外墙装修。",
    "领导高度重视，已拨付第一批奖补资金120万元，惠及18所民办园。",
    "积极推进改扩建，2所园已通过竣工验收，另1所正在办理消防手续。",
    "已完成教师招聘笔试，面试定在4月中旬。",
    "受连续降雨影响，大河镇幼儿园基础施工停工9天，现已复工。",
    "无证园清理：取缔1所，限期整改3所，整改通知书已送达。",
    "普惠性幼儿园覆盖率达到85%，比上月提高2个百分点，距90%的目标还差5个百分点。",
    "累计完成投资860万元，占年度计划的43%。",
    "按照计划召开了两次园长例会，并对新任园长作了培训。",
    "本月无新开工项目；已将三季度项目清单上报县发改局备案。",
    "与县财政局会商3次，就生均公用经费标准达成一致意见。",
    "开展“送教下乡”，12名骨干教师到6所农村园支教。",
    "幼儿资助资金1月至3月已全部打卡发放到位。",
    "购置玩教具的招标公告已发布，3月28日开标。",
    "进一步加强安全管理，对全县46所园逐园检查，查出隐患71条，已整改69条。",
]

SOME_MONTH = Earlier("2月召开动员会，确定了工作分工，完成底数摸排。", 20)


@pytest.mark.parametrize("text", GOOD)
def test_good_writing_brings_out_no_hint(text: str) -> None:
    assert hints(Written(text, 43, (COVERAGE,)), SOME_MONTH) == ()


def codes(found: tuple[Hint, ...]) -> list[HintCode]:
    return [hint.code for hint in found]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("县委县政府高度重视，各部门积极推进。", "高度重视"),
        ("加强组织领导，压实责任，形成合力。", "加强组织领导"),
        ("扎实推进各项工作，取得明显成效。", "扎实推进"),
        ("切实加强管理，确保按时完成。", "切实加强"),
        ("各幼儿园高度重视，有关部门齐抓共管，力争早日建成。", "高度重视"),
        ("积极推进项目前期工作，尽快开工。", "积极推进"),
    ],
)
def test_phrases_without_a_fact_are_asked_about(text: str, words: str) -> None:
    [hint] = hints(Written(text))
    assert (hint.code, hint.words) == (HintCode.EMPTY, words)
    assert "具体内容" in hint.sentence


@pytest.mark.parametrize("fact", ["3月", "两所", "《实施方案》", "城关镇", "已验收", "4月中旬"])
def test_one_fact_is_enough(fact: str) -> None:
    assert hints(Written(f"领导高度重视，积极推进，{fact}。")) == ()


def test_what_is_only_hoped_for_is_no_fact() -> None:
    assert codes(hints(Written("高度重视，力争尽快建成。"))) == [HintCode.EMPTY]
    assert codes(hints(Written("高度重视，现已建成。"))) == []


LONG = "对全县46所幼儿园逐园开展安全检查，重点检查消防设施、食堂卫生和接送秩序，查出隐患71条，已整改69条，其余2条限期整改。"


def test_last_month_s_text_is_recognised_though_a_word_was_changed() -> None:
    [hint] = hints(Written(LONG.replace("其余2条", "剩余2条")), Earlier(LONG))
    assert hint.code is HintCode.REPEATED
    assert "相同" in hint.sentence
    [copied] = hints(Written(LONG), Earlier(LONG))
    assert "100%" in copied.sentence
    assert LONG.startswith(copied.words)


def test_the_sentence_that_stood_there_last_month_is_named() -> None:
    now = "县城两所新园的选址已经确定，用地手续正在县自然资源局办理。" * 2 + "新增一名专职人员。"
    [hint] = hints(Written(now), Earlier("县城两所新园的选址已经确定，用地手续正在县自然资源局办理。" * 2))
    assert hint.words == "县城两所新园的选址已经确定，用地手续正在县自然资源局办理"


def test_a_short_text_with_new_figures_is_news() -> None:
    assert (
        hints(
            Written("本月新增入园幼儿十余人，累计新增入园幼儿312人。"),
            Earlier("本月新增入园幼儿十余人，累计新增入园幼儿297人。"),
        )
        == ()
    )


def test_who_says_that_nothing_changed_is_not_asked_what_is_new() -> None:
    assert hints(Written(LONG, excused=True), Earlier(LONG)) == ()


def test_exactly_eighty_percent_is_not_more_than_eighty() -> None:
    assert same_percent("甲乙丙丁戊己", "甲乙丙丁戊庚") == 80
    assert same_percent("甲", "甲") == 0
    assert same_percent("甲乙", "甲乙") == 100


def test_the_share_in_the_text_must_be_that_of_the_field() -> None:
    [hint] = hints(Written("签约两家企业，总体进度达到60%。", 50))
    assert (hint.code, hint.words) == (HintCode.FIGURES, "总体进度达到60%")
    assert "60%" in hint.sentence
    assert "50%" in hint.sentence
    assert hints(Written("签约两家企业，总体进度达到60%。", 60)) == ()
    assert hints(Written("签约两家企业，总体进度达到60%。")) == ()


def test_the_share_of_a_part_is_not_the_share_of_the_task() -> None:
    assert hints(Written("主楼装修累计完成80%，室外管网完成30%。", 50)) == ()


def test_an_indicator_s_value_must_be_that_in_the_text() -> None:
    [hint] = hints(Written("普惠性幼儿园覆盖率由83%提高到86%。", 50, (COVERAGE,)))
    assert hint.code is HintCode.FIGURES
    assert "85%" in hint.sentence
    assert hint.words == "普惠性幼儿园覆盖率由83%提高到86%"
    assert hints(Written("普惠性幼儿园覆盖率由83%提高到85%。", 50, (COVERAGE,))) == ()


@pytest.mark.parametrize(
    "text",
    [
        "普惠性幼儿园覆盖率目标为90%，2所园正在转设。",
        "普惠性幼儿园覆盖率统计口径按2024年3月文件执行，涉及46所园。",
        "毛入园率达到91%。普惠性幼儿园覆盖率正在核算，2所园待认定。",
        "普惠性幼儿园覆盖率85.0%，已报省厅备案。",
    ],
)
def test_targets_dates_and_other_indicators_do_not_disagree_with_a_value(text: str) -> None:
    assert hints(Written(text, 50, (COVERAGE,))) == ()


def test_a_text_that_says_the_target_is_reached_while_the_value_is_not_is_asked_about() -> None:
    gardens = Figure("示范园", "所", "1", target="2")
    assert codes(hints(Written("示范园建成2所，已验收。", None, (gardens,)))) == [HintCode.FIGURES]
    assert hints(Written("示范园目标2所，1所已验收。", None, (gardens,))) == ()


def test_a_figure_with_commas_is_the_same_figure() -> None:
    invested = Figure("完成投资", "万元", "1260")
    assert hints(Written("完成投资1,260万元，工程款已拨付。", 50, (invested,))) == ()
    assert codes(hints(Written("完成投资1,620万元，工程款已拨付。", 50, (invested,)))) == [HintCode.FIGURES]


def test_as_planned_without_anything_moved_is_asked_about() -> None:
    [hint] = hints(Written("各项工作按计划推进。", 40, (COVERAGE_STILL,)), Earlier("完成前期调研。", 40))
    assert (hint.code, hint.words) == (HintCode.UNMOVED, "按计划推进")


COVERAGE_STILL = Figure("普惠性幼儿园覆盖率", "%", "83", before="83", target="90")


@pytest.mark.parametrize(
    "written",
    [
        Written("各项工作按计划推进。", 45, (COVERAGE_STILL,)),
        Written("各项工作按计划推进。", 40, (COVERAGE,)),
        Written("各项工作按计划推进。", 40, (COVERAGE_STILL,), excused=True),
        Written("按计划推进，3月20日完成场地平整。", 40, (COVERAGE_STILL,)),
        Written("各项工作按计划推进。", None, (COVERAGE_STILL,)),
    ],
)
def test_as_planned_is_not_asked_about_where_something_moved_or_waiting_is_the_plan(written: Written) -> None:
    assert HintCode.UNMOVED not in codes(hints(written, Earlier("完成前期调研。", 40)))


def test_the_first_month_has_nothing_to_be_unmoved_from() -> None:
    assert hints(Written("各项工作按计划推进。", 0)) == ()

"""A speech or report offers its demands as candidates; what it tells, praises or finds wanting is none."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.document.reading import plan
from workflows.document import Candidate, Recurrence

SPEECH = """在全县河道整治工作会议上的讲话
同志们：
今天召开这次会议，主要是部署河道整治工作，请大家认真抓好落实。
一、充分认识河道整治的重大意义
（一）这是改善人居环境的必然要求。各级要提高认识，加强领导。
二、存在的主要问题
一是投入不足。二是管护机制还不健全，必须加以完善。
三、突出重点，扎实推进河道整治
（一）摸清底数
要建立全县河道问题台账，逐条逐段登记。近年来，我们完成了3条河道整治，群众满意度提高了。
（二）分类整治
县水利局要制定整治方案，6月底前完成清淤*公里。各乡镇要加强日常保洁。例如，东河镇通过聘请管护员，要求每天巡查，这一做法值得推广。
（三）强化保障
要加大宣传力度，营造良好氛围。要注重舆论引导，及时回应关切。
同志们，让我们齐心协力，为建设美丽家乡作出更大贡献！
谢谢大家！
"""


def offered(body: str, heading: str = "三、下一步工作要求", year: int | None = 2025) -> tuple[Candidate, ...]:
    """The candidates of one section with this body."""
    return plan(f"工作讲话\n{heading}\n（一）总体部署\n{body}\n", year).candidates


def only(body: str, heading: str = "三、下一步工作要求") -> Candidate:
    (candidate,) = offered(body, heading)
    return candidate


def test_a_speech_offers_its_demands_in_printed_order() -> None:
    assert [candidate.title for candidate in plan(SPEECH, 2025).candidates] == [
        "摸清底数",
        "制定整治方案",
        "加强日常保洁",
        "强化保障",
    ]


def test_a_candidate_says_who_by_when_and_which_figure_is_blank() -> None:
    dredging = plan(SPEECH, 2025).candidates[1]
    assert dredging.who == ("县水利局",)
    assert (dredging.deadline_on, dredging.deadline_text) == (date(2025, 6, 30), "6月底前")
    assert [SPEECH[blank.start : blank.end] for blank in dredging.blanks] == ["*公里"]
    assert [indicator.target for indicator in dredging.indicators if indicator.unit == "公里"] in ([], [None])


def test_plain_demands_under_one_heading_make_one_candidate() -> None:
    assert (
        plan(SPEECH, 2025).candidates[3].text
        == "要加大宣传力度，营造良好氛围。要注重舆论引导，及时回应关切。"
    )


def test_the_clerk_is_told_how_many_candidates_wait() -> None:
    (doubt,) = [doubt for doubt in plan(SPEECH, 2025).doubts if doubt.code == "no-task"]
    assert "4条候选任务" in doubt.sentence
    (doubt,) = [doubt for doubt in plan("校园很美。").doubts if doubt.code == "no-task"]
    assert "请人工摘出" in doubt.sentence


def test_a_candidate_stands_under_the_heading_printed_above_it() -> None:
    assert plan(SPEECH, 2025).candidates[1].section == "（二）分类整治"


def test_a_document_with_tasks_offers_no_candidates() -> None:
    text = SPEECH + "四、任务\n1.修缮校舍。（责任单位：县教育局）\n"
    assert plan(text, 2025).tasks
    assert plan(text, 2025).candidates == ()


@pytest.mark.parametrize(
    "told",
    [
        "全县已建成示范河道5条，投入资金300万元。",
        "去年，县水利局组织了三次集中清淤。",
        "截至目前，各乡镇共设立管护岗位120个。",
        "县财政局完成了资金拨付，保障了项目实施。",
        "管护力量不足，部分河段存在反弹现象。",
        "例如，东河镇要求每户签订责任书，有效解决了保洁难题。",
        "这种做法值得推广。",
        "河道是城乡的血脉，是重要的生态屏障。",
        "推进河道整治是改善民生的重要举措。",
        "……（某某网http://example.invalid省略300字，正式会员可完整阅读）",
        "收藏《要认真推进的河道整治讲话》",
        "让我们以更加务实的作风，加快推进整治！",
        "我们要清醒地看到，任务还很繁重。",
        "随着投入增加，需要各方共同配合。",
    ],
)
def test_what_is_told_is_no_demand(told: str) -> None:
    assert offered(told, heading="三、突出抓好河道整治") == ()


@pytest.mark.parametrize(
    "asked",
    [
        "各乡镇要加强日常保洁，落实管护人员。",
        "务必压实各级河长责任，确保巡查到位。",
        "严禁向河道倾倒垃圾，不得侵占岸线。",
        "县水利局牵头，开展联合执法检查。",
        "同时，要严格落实河长巡查制度。",
        "2025年，计划新建生态护岸三处。",
        "到2025年底，水质达标率达到95%以上。",
        "每年巡查次数不少于24次。",
        "一是要加快清淤进度，改善行洪能力。",
        "对已建成的管护站房，要限期移交使用。",
        "针对管护薄弱的河段，建立健全巡查机制。",
        "力争用两年时间，使全县河道面貌明显改观。",
    ],
)
def test_what_is_asked_for_is_a_demand(asked: str) -> None:
    assert only(asked, heading="三、突出抓好河道整治").text == asked


@pytest.mark.parametrize(
    "heading",
    [
        "一、提高政治站位，深刻认识河道整治的重大意义",
        "一、总结工作成效，准确把握实践经验",
        "二、清醒认识存在的突出问题和短板",
        "一、2024年工作开展情况",
        "二、认清形势，正视差距",
        "一、充分肯定成绩，坚定信心",
    ],
)
def test_background_sections_demand_nothing(heading: str) -> None:
    assert offered("各乡镇要加强日常保洁，落实管护人员。", heading) == ()


@pytest.mark.parametrize(
    "heading", ["三、着力解决突出问题，推进整治", "三、存在的问题及下一步打算", "四、工作要求"]
)
def test_a_section_that_mends_problems_demands(heading: str) -> None:
    assert only("各乡镇要加强日常保洁，落实管护人员。", heading).who == ("各乡镇",)


def test_a_plan_for_the_future_demands_without_the_word_must() -> None:
    promised = "全县河道水质稳定保持在三类以上。"
    assert only(promised, "三、下一步工作打算").text == promised
    assert offered(promised, "三、突出抓好河道整治") == ()


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ("编制、人社部门要加大招聘力度。", ("编制、人社部门",)),
        ("各区要倒排工期，挂图作战。", ("各区",)),
        ("县教育局、县财政局要落实配套资金。", ("县教育局", "县财政局")),
        ("每个农村学区选派两名骨干跟岗学习，不得流于形式。", ("每个农村学区",)),
        ("同时，自然资源和规划部门要将其纳入审批环节，加强监管。", ("自然资源和规划部门",)),
        ("全县要加快推进清淤工作。", ()),
        ("我们要加快推进清淤工作。", ()),
        ("充分发挥各部门作用，要加快推进清淤工作。", ()),
        ("对工作不力的单位要严肃问责。", ()),
        ("每季度对养老机构开展安全检查，要限期整改。", ()),
        ("水利站要对水库逐一排查。", ("水利站",)),
    ],
)
def test_the_acting_units_are_named_as_printed(asked: str, who: tuple[str, ...]) -> None:
    assert only(asked).who == who


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("要按照“统一规划”的原则，结合实际，科学编制水网规划。各镇要加强督查。", "科学编制水网规划"),
        ("此外，2025年底前，全县要建成生态护岸三处。各镇要加强管护。", "建成生态护岸三处"),
        ("对已建成的站房，要按照“应交尽交”原则，限期移交使用。各镇要加强管护。", "限期移交使用"),
        ("由县水利局牵头，县财政局配合，制定补助办法。各镇要加强管护。", "制定补助办法"),
        ("6月20日前报送排查结果，不得拖延。各镇要加强管护。", "报送排查结果"),
        ("市水利局要制定年度巡查计划，报市政府。各镇要加强管护。", "制定年度巡查计划"),
    ],
)
def test_a_title_says_what_is_to_be_done(asked: str, title: str) -> None:
    assert offered(asked)[0].title == title


def test_a_single_demand_takes_the_heading_as_its_title() -> None:
    assert only("要加强日常保洁，落实人员。").title == "总体部署"


def test_a_long_title_is_cut() -> None:
    candidate, _ = offered(f"要建立{'长' * 40}机制。各镇要加强管护。")
    assert len(candidate.title) == 30
    assert candidate.title.endswith("…")


def test_numbered_words_inside_a_paragraph_head_their_parts() -> None:
    first, second = offered(
        "一是加强河道清淤。要集中力量，加快清淤进度。二是加强日常保洁。要落实人员，加强巡查。",
        "三、突出抓好河道整治",
    )
    assert (first.title, first.text) == ("加强河道清淤", "要集中力量，加快清淤进度。")
    assert (second.title, second.text) == ("加强日常保洁", "要落实人员，加强巡查。")


def test_things_counted_inside_one_sentence_are_demands_of_their_own() -> None:
    found = offered("一是培育财源，巩固税基；二是强化约束，严格执行预算；三是推进评价，提高效益。")
    assert [candidate.title for candidate in found] == ["培育财源", "强化约束", "推进评价"]
    assert found[1].text == "二是强化约束，严格执行预算；"


def test_dates_below_a_heading_with_a_year_mean_that_year() -> None:
    (candidate,) = plan("2024年总结\n三、2025年工作安排\n（一）清淤。12月底前完成清淤。\n", 2024).candidates
    assert candidate.deadline_on == date(2025, 12, 31)


def test_a_demand_that_comes_round_again_says_how_often() -> None:
    assert only("各乡镇要每季度组织一次清淤。").recurrence is Recurrence.QUARTERLY


def test_a_line_the_page_broke_is_one_sentence() -> None:
    asked = "要建立健全城乡一体的管护机制，推动管护力量、专项资金和机械设备向\n农村和薄弱河段倾斜。"
    assert only(asked).text == asked


def test_what_follows_a_gap_has_lost_its_beginning() -> None:
    assert offered("……（省略500字）……\n要加强巡查的长效机制建设，完善制度。", "三、突出抓好河道整治") == ()


def test_a_demand_cut_off_by_the_page_ends_before_the_gap() -> None:
    assert only("要依托专业队伍建立管护基地，打造示范河 ……（未完，全文共500字").text.endswith("打造示范河")


def test_text_without_any_number_still_demands() -> None:
    (candidate,) = plan("同志们：\n县水利局要制定整治方案，6月底前报县政府。\n", 2025).candidates
    assert candidate.who == ("县水利局",)

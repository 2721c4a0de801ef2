"""How a document wants its own execution run: rhythms of reporting, and the body that drives it; only what is printed."""

from __future__ import annotations

import pytest

from tests.unit.document.reading import plan, seed
from workflows.cadence import DutyKind
from workflows.document import CadenceDemand, TaskForce, as_json

MONTH, QUARTER, YEAR = DutyKind.MONTHLY_REPORT, DutyKind.BULLETIN, DutyKind.ASSESSMENT


def cadences(text: str) -> tuple[CadenceDemand, ...]:
    return plan(text).governance.cadences


def rhythms(text: str) -> list[tuple[DutyKind, int | None, int | None]]:
    return [(demand.kind, demand.day, demand.month) for demand in cadences(text)]


def only_force(text: str) -> TaskForce:
    (force,) = plan(text).governance.task_forces
    return force


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("实行工作月报告、季通报、年度考核制度。", [(MONTH, None, None), (QUARTER, None, None), (YEAR, None, None)]),
        ("各牵头单位于每月25日前将进展情况报送县政府督查室。", [(MONTH, 25, None)]),
        ("每月底前向县专班办公室报送台账。", [(MONTH, 31, None)]),
        ("每月5日前报县教育局。", [(MONTH, 5, None)]),
        ("实行一月一调度。", [(MONTH, None, None)]),
        ("县政府督查室按季度通报进展。", [(QUARTER, None, None)]),
        ("每季度末月20日前报送进展情况。", [(QUARTER, 20, 3)]),
        ("每季度末报送进展情况。", [(QUARTER, 31, 3)]),
        ("每季度首月10日前通报上季度情况。", [(QUARTER, 10, 1)]),
        ("各单位于每年12月10日前报送工作总结。", [(YEAR, 10, 12)]),
        ("每年底前将落实情况上报县政府。", [(YEAR, 31, 12)]),
        ("实行半年报制度。", [(YEAR, None, None)]),
        ("将落实情况纳入年度综合考核。", [(YEAR, None, None)]),
        ("建立“周调度、月通报、季推进、年考评”机制。", [(MONTH, None, None), (QUARTER, None, None), (YEAR, None, None)]),
        ("实行月报制度，每月25日前报送县教育局。", [(MONTH, 25, None)]),
    ],
)  # fmt: skip
def test_a_demanded_rhythm_is_read_with_its_day(
    words: str, found: list[tuple[DutyKind, int | None, int | None]]
) -> None:
    assert rhythms(words) == found


@pytest.mark.parametrize(
    "words",
    [
        "3月报告会推迟举行。",
        "6个月报销一次。",
        "按月申报的纳税人享受减免。",
        "每月给予补贴200元。",
        "每月至少进行1次跟踪服务。",
        "教师年度考核优秀的给予奖励。",
        "将师德表现纳入教师年度考核。",
        "第一季度报告显示形势向好。",
        "阅读月报刊登的文章。",
        "2025年考核对象另行通知。",
    ],
)
def test_other_uses_of_the_words_are_no_rhythm(words: str) -> None:
    assert rhythms(words) == []


def test_what_a_task_reports_every_month_is_its_own_duty() -> None:
    assert rhythms("1.做好统计。每月25日前向县统计局报送报表。（责任单位：县教育局）") == []


def test_a_rhythm_with_a_name_is_read_inside_a_task_too() -> None:
    assert rhythms("1.强化调度。实行月报告制度。（责任单位：县教育局）") == [(MONTH, None, None)]


def test_a_rhythm_said_twice_is_one_demand_that_points_at_the_first() -> None:
    text = "实行季通报制度。\n季通报由县政府督查室印发。"
    (demand,) = cadences(text)
    assert text[demand.span.start : demand.span.end] == demand.text == "季通报"
    assert demand.span.start == 2


RUNNING = "建立全县河道整治推进专班。组长由县政府分管水利工作的副县长担任，成员单位由县水利局、财政局、县委编办等部门主要负责人组成，专班办公室设在县水利局。"
BEHIND = "成立由县长任组长，分管教育、卫生的副县长、县政府办公室主任任副组长，县教育局、财政局等部门主要负责人为成员的校园安全领导小组，领导小组办公室设在县教育局，办公室主任由县教育局局长兼任。"
LISTED = "一、县校园安全领导小组\n组  长：张某某  县委副书记、县长\n副组长：李某某、王某某\n成  员：县教育局、县公安局、县司法局\n领导小组办公室设在县教育局。\n二、其他事项\n"


def test_a_task_force_is_read_from_running_text() -> None:
    force = only_force(RUNNING)
    assert force.name == "全县河道整治推进专班"
    assert force.leader
    assert force.leader.printed == "县政府分管水利工作的副县长"
    assert [member.printed for member in force.members] == ["县水利局", "财政局", "县委编办"]
    assert force.office
    assert force.office.printed == "县水利局"
    assert force.deputies == ()


def test_a_task_force_named_behind_its_members_is_read() -> None:
    force = only_force(BEHIND)
    assert force.name == "校园安全领导小组"
    assert force.leader
    assert force.leader.printed == "县长"
    assert [deputy.printed for deputy in force.deputies] == ["分管教育、卫生的副县长", "县政府办公室主任"]
    assert [member.printed for member in force.members] == ["县教育局", "财政局"]
    assert force.office
    assert force.office.printed == "县教育局"


def test_a_task_force_printed_as_a_list_is_read() -> None:
    force = only_force(LISTED)
    assert force.name == "县校园安全领导小组"
    assert force.leader
    assert force.leader.printed.startswith("张某某")
    assert [deputy.printed for deputy in force.deputies] == ["李某某", "王某某"]
    assert [member.printed for member in force.members] == ["县教育局", "县公安局", "县司法局"]
    assert force.office
    assert force.office.printed == "县教育局"


@pytest.mark.parametrize("text", [RUNNING, BEHIND, LISTED])
def test_every_word_of_a_task_force_is_found_at_its_place(text: str) -> None:
    force = only_force(text)
    for named in (force.leader, force.office, *force.deputies, *force.members):
        assert named
        assert text[named.span.start : named.span.end] == named.printed
    assert text[force.span.start : force.span.end] == force.name


@pytest.mark.parametrize(
    ("words", "leader"),
    [
        ("成立由县教育局局长任组长的工作领导小组。", "县教育局局长"),
        ("成立河道整治指挥部，由县长任总指挥，统筹推进。", "县长"),
        ("建立河道整治联席会议制度，召集人由副县长担任。", "副县长"),
        ("成立整治领导小组，县政府主要领导担任组长，分管领导任副组长。", "县政府主要领导"),
    ],
)
def test_the_leader_is_read_in_each_way_of_saying_it(words: str, leader: str) -> None:
    force = only_force(words)
    assert force.leader
    assert force.leader.printed == leader


@pytest.mark.parametrize(
    "words",
    [
        "各学校要成立防汛工作组，落实人员。",
        "由省应急指挥部统一调拨物资。",
        "领导小组要加强统筹。",
        "向专班办公室报送材料。",
        "组建专家库和巡查队伍。",
    ],
)
def test_a_body_only_mentioned_is_no_task_force_of_the_plan(words: str) -> None:
    assert plan(words).governance.task_forces == ()


def test_two_bodies_keep_their_own_people() -> None:
    text = "（一）成立校舍安全专班，组长由副县长担任。\n（二）成立食品安全专班，组长由县长担任，成员单位为县卫健局、县市场监管局。\n"
    first, second = plan(text).governance.task_forces
    assert first.leader
    assert second.leader
    assert (first.leader.printed, second.leader.printed) == ("副县长", "县长")
    assert first.members == ()
    assert [member.printed for member in second.members] == ["县卫健局", "县市场监管局"]


def test_the_county_plan_names_its_rhythms_and_its_task_force() -> None:
    governance = plan(seed("001")).governance
    assert [demand.text for demand in governance.cadences] == ["月报告", "季通报", "年度考核"]
    (force,) = governance.task_forces
    assert force.leader
    assert "副县长" in force.leader.printed
    assert [member.printed for member in force.members] == [
        "县教育局", "住房和城乡建设局", "自然资源局", "发改委", "人社局", "财政局", "县委编办",
    ]  # fmt: skip
    assert force.office
    assert force.office.printed == "县教育局"


def test_candidates_and_governance_leave_as_json() -> None:
    values = as_json(plan(f"三、工作要求\n（一）{RUNNING}各镇要于6月底前完成清淤。实行月报告制度。"))
    assert values["governance"] == {
        "cadences": [{"kind": "monthly_report", "day": None, "month": None, "text": "月报告"}],
        "task_forces": [
            {
                "name": "全县河道整治推进专班",
                "leader": "县政府分管水利工作的副县长",
                "deputies": [],
                "members": ["县水利局", "财政局", "县委编办"],
                "office": "县水利局",
            }
        ],
    }
    assert isinstance(values["candidates"], list)
    (candidate,) = [given for given in values["candidates"] if given["who"]]
    assert (candidate["who"], candidate["deadline"]) == (["各镇"], "2024-06-30")

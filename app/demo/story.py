"""What the people of the demo are like, and what they report. The same on every run: dice are thrown by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

from workflows.lifecycle import Cause, OnTime
from workflows.light import Pace
from workflows.units import Share


@dataclass(frozen=True, slots=True)
class Tale:
    """What is told of one task. `pace` is its speed against the calendar: 1 keeps to the schedule.

    `lead` are the leading unit's words month by month, `share` those of the others in turn.
    """

    pace: float
    lead: tuple[str, ...]
    share: tuple[str, ...]
    problems: str
    next_step: str


TALES: Mapping[str, Tale] = {
    "1": Tale(
        1.05,
        (
            "完成全县86个行政村收运现状摸底，确定收运路线21条。",
            "采购收运车辆9台、分类容器1200组，已发放到清溪镇、石桥镇。",
            "收运覆盖行政村48个，日产日清台账在两个镇试行。",
            "收运覆盖行政村61个，镇级转运站2座完成改造。",
        ),
        ("按收运路线落实保洁员和投放点，台账逐日登记。", "配合完成投放点选址，本月新增投放点14处。"),
        "部分偏远自然村道路窄，收运车辆难以进入。",
        "下月对偏远村改用小型车辆收运，月底前再覆盖8个村。",
    ),
    "2": Tale(
        0.85,
        (
            "排查出占道经营点位37处，已劝导入市19处。",
            "划定便民摊点4处，清理积存垃圾60余吨。",
            "整治点位29处，集贸市场周边停车秩序明显好转。",
            "整治点位33处，剩余4处涉及房屋权属，正在协商。",
        ),
        ("组织清理集镇主街乱堆乱放26处。", "安排专人每日巡查，劝导占道经营12起。"),
        "4处临时建筑权属有争议，商户尚未签字。",
        "与乡镇联合上门协商，达成一致后一周内清理完毕。",
    ),
    "3": Tale(
        1.0,
        (
            "完成问题厕所核查，建档412户。",
            "整改问题厕所138户，维修服务队伍组建到镇。",
            "累计整改257户，管护电话公布到户。",
            "累计整改301户，粪污清掏实行按月预约。",
        ),
        ("逐户核查本辖区户厕使用情况，问题已全部建档。", "督促整改并回访，群众反映较好。"),
        "冬季冻裂问题还有89户没有整改。",
        "入冻前完成剩余户的保温改造。",
    ),
    "4": Tale(
        0.7,
        (
            "完成52个村治理方式论证，排出年度任务。",
            "首批8个村完成设计，资金方案已报县政府。",
            "首批8个村开工，完成管网6.2公里。",
            "完成管网11公里，2个村投入试运行。",
        ),
        ("完成水质监测点布设，提供基础数据。", "按职责参加现场会商，落实配套资金。"),
        "材料价格上涨，部分标段需要调整预算。",
        "月内完成预算调整，争取再开工3个村。",
    ),
    "5": Tale(
        0.35,
        (
            "完成12条背街小巷勘察，征求居民意见。",
            "3条小巷进场施工，老旧小区改造方案公示。",
            "受管线迁改影响，完成小巷整治2条。",
            "完成小巷整治3条，老旧小区1个完工。",
        ),
        ("配合清理楼道堆物，清运废旧物品35车。", "审核资金申请，已拨付首批资金。"),
        "供水、通信管线迁改迟缓，影响7个点位施工。",
        "提请专班召开管线协调会，明确迁改时限。",
    ),
    "6": Tale(
        2.0,
        (
            "摸排沿线垃圾点位143处，划分责任路段。",
            "清理国省道沿线垃圾点位98处。",
            "县乡道沿线清理完毕，设置警示牌40块。",
            "全部143处清理完毕，分段责任人已公示。",
        ),
        ("对辖区路段和河道开展清理，出动240人次。", "落实河道保洁员，坚持每周巡查。"),
        "",
        "转入日常巡查，防止反弹。",
    ),
    "7": Tale(
        1.0,
        (
            "完成全县学校和幼儿园卫生条件排查，列出问题76项。",
            "维修厕所21处、洗手设施68组。",
            "问题整改完成58项，食堂排污设施改造过半。",
            "问题整改完成69项，组织第一轮卫生检查。",
        ),
        ("本单位问题整改完成大半，每日清洁消毒有记录。", "参加现场指导，对照标准逐项核对。"),
        "3所村小改造受汛期影响，进度推后。",
        "加派施工力量，验收前全部完成。",
    ),
    "8": Tale(
        2.2,
        (
            "16座公厕完成设计和招标，6座进场施工。",
            "11座完成改造并开放，其余5座正在安装设备。",
            "16座全部完成改造并开放，监督电话上墙。",
        ),
        ("完成施工许可和质量监督。", "资金按进度拨付到位。"),
        "",
        "做好日常保洁和群众反映问题的处理。",
    ),
    "9": Tale(
        1.0,
        (
            "制定活动方案，明确责任区域。",
            "组织全县集中清扫一次，参加4300余人次。",
            "开展病媒生物防制，投放药物覆盖全部集镇。",
            "开展健康知识宣传32场，发放资料6000份。",
        ),
        ("组织辖区集中清扫，清理卫生死角31处。", "发动群众参加清扫，张贴宣传画。"),
        "",
        "筹备下一季度集中清扫。",
    ),
    "10": Tale(
        0.65,
        (
            "完成4个便民服务中心现状评估，统一事项目录。",
            "城关镇中心窗口改造完工，其余3个正在设计。",
            "清溪镇中心开工，自助设备完成采购。",
            "2个中心规范运行，帮办人员培训1期。",
        ),
        ("落实场地和人员，窗口标识已更换。", "核定改造经费，首批资金已下达。"),
        "松坪乡场地面积不足，需要另行选址。",
        "月内确定松坪乡选址方案。",
    ),
    "11": Tale(
        1.1,
        (
            "梳理群众高频事项34项，确定首批10项。",
            "6项完成流程再造，申请材料平均减少四成。",
            "9项上线运行，累计办理1180件。",
            "12项上线运行，满意率保持在较高水平。",
        ),
        ("完成本部门事项梳理和数据对接。", "派员进驻综合窗口，业务培训到位。"),
        "个别系统数据尚未共享，需要人工核对。",
        "下月再上线2项。",
    ),
    "12": Tale(
        0.95,
        (
            "摸清闲置用房23处，确定首批助餐点6个。",
            "3个助餐点开工，上门服务清单公布。",
            "4个助餐点投入使用，服务老年人2100人次。",
            "6个助餐点投入使用，上门服务370人次。",
        ),
        ("提供服务对象底册，参加联合走访。", "落实健康随访，安排配套经费。"),
        "助餐点运营成本较高，持续运行有压力。",
        "研究社会捐助和分级收费办法。",
    ),
    "13": Tale(
        1.0,
        (
            "整合受理渠道，统一受理电话和编号规则。",
            "受理诉求412件，按期办结率达到九成以上。",
            "受理诉求389件，对超期件逐件督办。",
            "满意度评议方案印发，样本抽取完成。",
        ),
        ("按时办理转来的诉求，逐件回访。", "落实专人接办，本月无超期件。"),
        "",
        "组织年度满意度评议并公布结果。",
    ),
    "14": Tale(
        1.0,
        (
            "制定宣传方案，开设专栏。",
            "刊播稿件26篇，制作短视频5条。",
            "组织志愿服务活动14场，参加860人次。",
            "刊播稿件31篇，评选卫生家庭示范户120户。",
        ),
        ("组织志愿者参加环境整治活动6场。", "开展进校园、进家庭宣传活动。"),
        "",
        "结合节日组织一次集中宣传。",
    ),
}

CAUSES: Mapping[str, Cause] = {
    "1": Cause.OTHER,
    "2": Cause.PERMITS,
    "3": Cause.WEATHER,
    "4": Cause.FUNDS,
    "5": Cause.PERMITS,
    "7": Cause.WEATHER,
    "10": Cause.LAND,
    "11": Cause.PERMITS,
    "12": Cause.FUNDS,
}
"""Task → why it has the problems its lead reports."""

HELP: Mapping[str, tuple[str, str]] = {
    "4": ("预算调整后的资金缺口，请在月内核定拨付。", "县财政局"),
    "5": ("7个点位的管线迁改需一并审批，请明确迁改时限。", "县住建局"),
}
"""Task → what its lead asks of which unit (需协调事项)."""

RETURN_WORDS = (
    "进展情况过于笼统，请写明完成数量和点位。",
    "与上月内容重复，请补充本月的新进展。",
    "存在问题没有写明需要谁来协调，请补充。",
)

ADDED = "已按意见补充数量和点位，明细见单位台账。"
"""What a unit adds to a report that was returned."""

UPDATE_WORKDAY = 7
UPDATES: Mapping[str, str] = {
    "1": "现场查看新投运收运路线3条，车辆和人员到位。",
    "5": "召开现场会一次，明确管线迁改责任单位和时间。",
    "7": "抽查5所学校整改情况，3所已达到标准。",
}
"""Task → what its lead says in the middle of a month, after that many working days."""

NEVER = "县残联"
"""The unit that has not filed a single report."""

FADED = "松坪乡"
"""The unit that stopped reporting with the latest month."""

AFTER_LOCK, AFTER_LOCK_MONTH, AFTER_LOCK_WORKDAYS = "县公安局", 2, 10
"""The unit whose report of that month came when the month was closed already (补报), so many working days late."""

UNREVIEWED = frozenset({"县卫健局", "县民政局"})
"""Units whose reports of the latest month still wait for the office."""

RETURNED = "县农业农村局"
"""The unit one of whose reports of the latest month was returned on the last day of the story."""

DOUBTED, DOUBT = "县教育局", "请教育局提供已验收学校名单，督查室本周抽查3所，核对验收单。"
"""The unit whose leading report of the latest month is being checked (存疑待核查), and what is to be looked at."""

CORRECTED = "县委宣传部"
CORRECTION = (
    "刊播稿件31篇，评选卫生家庭示范户132户（原报120户，漏计松坪乡12户）。",
    "松坪乡12户评选结果在报送后才汇总，原数字漏计。",
)
"""The unit that corrected its report of the latest month on the last day, what it now says, and why."""

GATHERED = "7"
"""The task whose lead writes its account of the latest month by hand before it sends it (牵头汇总)."""

GATHERED_DONE = (
    "全县学校、幼儿园76项卫生条件问题已整改69项，第一轮卫生检查完成；"
    "县一中、实验小学和两所幼儿园的每日清洁消毒均有记录。"
)
GATHERED_PROBLEMS = "3所村小改造受汛期影响，进度推后，其余各单位没有报告困难。"
GATHERED_NEXT = "对未完工的3所村小逐校定时限，验收前组织一次联合检查。"

PROVED, PROOF_NAME = ("县城管局", "1"), "收运覆盖行政村台账（演示）.txt"
PROOF = "云岭县（演示）生活垃圾收运台账\n清溪镇：18个村，日产日清。\n石桥镇：21个村，日产日清。\n城关镇：22个村，日产日清。\n"
"""The report of the latest month that a file proves, by unit and task, and what is in the file."""

CARELESS = frozenset({"县住建局", "县农业农村局", "清溪镇"})
TARDY: Mapping[str, tuple[int, int]] = {"县交通运输局": (2, 5), "县市场监管局": (1, 2), "石桥镇": (0, 4)}
"""Unit → working days after the due date between which its reports arrive."""

LATE_SIGNERS: Mapping[str, int] = {FADED: 8, "县交通运输局": 3, "清溪镇": 2}
"""Unit → working days after the issue on which it signs for its tasks; all others sign within one."""

CLOSED_TASK, ASKED_TASK = "8", "6"
CLOSE_REQUESTS = (
    "16座公厕已完成改造14座，另2座正在收尾，申请办结。",
    "16座公厕全部改造完成并开放使用，标识、保洁时间和监督电话均已公示，申请办结。",
)
ANSWERED_THE_PHONE = "联络员接听，已看到提醒，抓紧补报。"
SENT_BACK = "还有2座没有开放，请全部开放后再申请办结。"
CLOSE_PAPERS: Mapping[str, str] = {
    CLOSED_TASK: "县住建局档案室，公厕竣工验收单16份（演示）",
    ASKED_TASK: "县交通运输局档案室，沿线清理验收记录（演示）",
}
CLOSE_FILES: Mapping[str, tuple[str, str]] = {
    CLOSED_TASK: (
        "公厕开放使用核对表（演示）.txt",
        "城区公厕开放使用核对表（演示）\n改造16座，开放16座，标识、保洁时间、监督电话均已上墙。\n",
    ),
    ASKED_TASK: (
        "公路沿线管护责任表（演示）.txt",
        "公路沿线和河道分段管护责任表（演示）\n清理点位143处，责任人43名，均已公示。\n",
    ),
}
"""Task → where the paper lies that proves its closing; and the file, by name and words."""

CLOSE_WORDS = "现场查看16座公厕，均已开放使用，准予销号。"
ASK_WORDS = "沿线143处垃圾点位和主要河道已清理完毕，分段管护责任人已公示，申请办结。"


DEMAND = "各牵头单位对滞后事项逐项排出时间表，下月5日前报督查室；督查室月底前实地核对一次。"
"""What the office adds to a bulletin by hand."""

EXCUSE = "联络员岗位调整，交接不到位，漏报、迟报的月报正在补齐，今后明确专人按期报送。"
"""What a unit says that is to be named for reports that never came."""

COMMENDED, APPELLANT = "县城管局", "县交通运输局"
APPEALED = "本单位有1份月报因当日系统维护推迟报送，已电话报告督查室，请核减该次扣分。"
GRANTED, DECIDED = 10, "经核对值班电话记录，情况属实，核减迟报1次。"
"""Hundredths of a point that the appeal brings, and why."""


def explanation(number: str) -> str:
    """What the lead of that task says before it is named; of no task, "", what a unit says that did not report."""
    tale = TALES.get(number)
    return f"{tale.problems}{tale.next_step}" if tale else EXCUSE


def commendation(year: int) -> tuple[str, int, str, str]:
    """(case, hundredths of a point, document, reason) of what is added in a year's assessment."""
    return (
        "市级以上通报表扬",
        1_00,
        f"云岭市环卫〔{year}〕6号",
        "生活垃圾收运“村收集、镇转运”做法在全市推广（演示）。",
    )


def first_number(year: int) -> str:
    """文号 of the first bulletin that is printed; every later one follows it."""
    return f"云政督〔{year}〕6号"


def result_number(year: int) -> str:
    """文号 of the year's result."""
    return f"云政考〔{year}〕1号"


def dice(sides: int, *names: str) -> int:
    """A number from 0 to sides - 1, always the same for the same names."""
    return crc32("|".join(names).encode()) % sides


def filing_shift(unit: str, month: int) -> int:
    """Working days from the due date on which that unit files in its `month`-th month; negative is early."""
    if (unit, month) == (AFTER_LOCK, AFTER_LOCK_MONTH):
        return AFTER_LOCK_WORKDAYS
    if unit in TARDY:
        earliest, latest = TARDY[unit]
        return earliest + dice(latest - earliest + 1, unit, str(month))
    return -dice(3, unit, str(month))


def files(unit: str, *, latest: bool) -> bool:
    """Whether the unit reports at all; `latest` asks for the last month that is due."""
    return unit != NEVER and not (latest and unit == FADED)


def words(number: str, share: Share, month: int, unit: str) -> tuple[str, str, str]:
    """(done, problems, next step) that a unit reports on a task in its `month`-th month, counted from 0."""
    tale = TALES[number]
    if share is not Share.LEAD:
        return tale.share[(dice(2, unit) + month) % len(tale.share)], "", ""
    return tale.lead[min(month, len(tale.lead) - 1)], tale.problems, tale.next_step


def on_time(number: str) -> OnTime:
    """能否按期: a task that is well behind the calendar is at risk."""
    return OnTime.RISKY if TALES[number].pace < 0.8 else OnTime.ABLE


def schedule(done: int, expected: float | None) -> Pace | None:
    """The unit's own word on 是否达序时, where there is a schedule."""
    if expected is None:
        return None
    return Pace.BEHIND if done < expected - 10 else Pace.AHEAD if done > expected + 10 else Pace.ON


def measured(target: str, done: int) -> str:
    """An indicator's value that goes with so many percent of its target; none where the target is no number."""
    return str(int(target) * done // 100) if target.isdecimal() else ""


def percent(number: str, expected: float | None, month: int, unit: str) -> int:
    """How far the unit says it is, 0–100: by the schedule and its task's pace, without one by the months."""
    basis = 9.0 * (month + 1) if expected is None else expected * TALES[number].pace
    return max(1, min(round(basis) - dice(3, unit, number), 100))

"""What an elliptic name in a list stands for: in 市人社局、财政局 the second is 市财政局 (省略的层级).

The level (省, 市, 县, …) of the last name that bore one carries on to the names behind it that have none, if they
are plain departments: known work (教育, 财政, 发展改革 …) with a department's ending. Party organs take the party
committee of that level: 县教育局、宣传部 means 县委宣传部. Nothing is supplied for collectives (各…, 有关…), for
names with a place or a body of their own (国网供电公司, 清河海关), for ministries, towns and sub-districts, nor where
no name before bore a level; then a name stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LEVEL = r"国家|自治区|自治州|省|市|州|盟|县|区|旗"
_FIELDS = (
    "发展和改革|发展改革|发改|改革|经济和信息化|经济信息化|经信|工业和信息化|工业信息化|工信|工商|教育和体育|教育体育|教育|教体|教科|体育|科学技术|科技"
    "|民族宗教|民宗|民族|宗教|公安|交警|民政|司法|财政|人力资源和社会保障|人力资源社会保障|人力社保|人社|自然资源和规划|自然资源|规划|国土资源|国土|生态环境|环境保护|环保"
    "|住房和城乡建设|住房城乡建设|住房建设|住建|城乡建设|城市管理|城管|综合执法|综合行政执法|行政执法|交通运输|交通|公路|水利|水务|农业农村|农业|农牧|畜牧|林业和草原|林业|林草|园林"
    "|商务|投资促进|招商|招商引资|文化和旅游|文化旅游|文化广电和旅游|文化广电旅游|文旅|文广旅|文体旅|文化|旅游|广电|卫生健康|卫健|卫生|中医药|疾控|疾病预防控制"
    "|退役军人|应急|审计|外事|国资|国有资产|市场监督|市场监管|食品药品|药监|药品|知识产权|统计|医疗保障|医保|信访|乡村振兴|扶贫|行政审批|审批服务|政务服务|政务|数据|大数据|营商环境"
    "|机关事务|机关|地方金融|金融|粮食和物资储备|粮食|粮储|物资储备|能源|气象|税务|邮政|烟草专卖|烟草|档案|地震|供销|残疾人|消防救援|消防|人防|人民防空|移民|水文|公积金|融媒体|数字"
)
_DEPARTMENT = re.compile(
    rf"(?:(?:{_FIELDS})(?:和|与)?){{1,3}}(?:管理|监督|服务|事务|发展|建设|执法|促进|保障|行政|综合|\(.{{1,12}}\)){{0,3}}"
    r"(?:局|委|委员会|办|办公室|厅|中心|联社|社|支队|大队)(?:\([^()]{1,16}\))?"
)
_PARTY_ORGAN = re.compile(
    r"组织部|宣传部|统战部|统一战线工作部|社会工作部|政法委|编办|网信办|巡察办|老干部局|党校|农办|财办|改革办|督查室|政研室"
)
_BEARER = re.compile(rf"(?P<level>{_LEVEL})(?P<committee>委(?!员))?(?P<rest>.+)")
_LARGEST = 24


def full_names(printed: Sequence[str], folded: Sequence[str]) -> tuple[str | None, ...]:
    """For each name of a list, as printed and folded, what it stands for; None where nothing was left out."""
    found: list[str | None] = []
    level = ""
    for name, plain in zip(printed, folded, strict=True):
        bearer = _BEARER.fullmatch(plain)
        if bearer and _is_body(bearer):
            level = name[: bearer.end("level")]
        prefix = _prefix(level, plain)
        found.append(prefix + name if prefix else None)
    return tuple(found)


def _is_body(bearer: re.Match[str]) -> bool:
    """Whether the level stands before a body of that level, not in a word such as 市场监管局 or 县直有关部门."""
    rest = bearer.group("rest")
    if len(rest) > _LARGEST:
        return False
    body = _DEPARTMENT.fullmatch(rest) or _PARTY_ORGAN.fullmatch(rest)
    return bool(
        body or re.fullmatch(r"(?:人民)?政府(?:办|办公室|办公厅)?|办|办公室|纪委监委|纪委|直机关工委", rest)
    )


def _prefix(level: str, name: str) -> str:
    if not level:
        return ""
    if _PARTY_ORGAN.fullmatch(name):
        return f"{level}委"
    return level if _DEPARTMENT.fullmatch(name) else ""
